"""Where replication may go, with the option that widens it."""

from __future__ import annotations

import pytest

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.rules.s3_replication import REPLICATION, s3_replication_territory

BUCKET = "aws:s3/bucket:Bucket"


def judged(home: str, there: str, also_allowed: str = "") -> bool:
    """Whether replication from one Region to another passes."""
    source = Resource(BUCKET, "a", "urn:a", {"id": "a", "region": home})
    target = Resource(BUCKET, "b", "urn:b", {"id": "b", "arn": "arn:aws:s3:::b", "region": there})
    replication = Resource(
        REPLICATION,
        "r",
        "urn:r",
        {"bucket": "a", "rules": [{"destination": {"bucket": "arn:aws:s3:::b"}}]},
    )
    stack = Stack([source, target, replication])
    return s3_replication_territory.judge(replication, stack, also_allowed=also_allowed).passed


@pytest.mark.parametrize(
    ("home", "there"),
    [("eu-west-1", "eu-central-1"), ("us-east-1", "us-west-2"), ("ap-south-1", "ap-southeast-4")],
)
def test_regions_of_one_territory(home: str, there: str) -> None:
    assert judged(home, there)
    assert judged(there, home)


@pytest.mark.parametrize(
    ("home", "there"),
    [("eu-west-1", "us-east-1"), ("us-east-1", "us-gov-west-1"), ("cn-north-1", "ap-east-1")],
)
def test_regions_of_two_territories(home: str, there: str) -> None:
    assert not judged(home, there)


def test_an_option_allows_a_territory_or_a_region() -> None:
    assert judged("eu-west-1", "us-east-1", "us")
    assert judged("eu-west-1", "us-east-1", "ap, us-east-1")
    assert not judged("eu-west-1", "us-east-1", "us-west-2")
