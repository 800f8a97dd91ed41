"""Names and defaults that Check fills in, as the real provider does."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, strategies as st

from tools.emulator.check import DEFAULTS, NameTooLong, check, defaults, documented_defaults
from tools.emulator.schema import ResourceType, resource, tokens

SEED = b"seed"


def typed(token: str) -> ResourceType:
    found = resource(token)
    assert found is not None
    return found


def named(token: str, inputs: dict[str, Any], name: str = "web", **more: Any) -> dict[str, Any]:
    return defaults(typed(token), inputs, more.get("old"), name, more.get("seed", SEED))


def test_a_name_is_the_logical_name_and_seven_digits() -> None:
    found = named("aws:ec2/securityGroup:SecurityGroup", {})
    assert re.fullmatch(r"web-[0-9a-f]{7}", found["name"])
    assert "name" in found[DEFAULTS]
    assert named("aws:ec2/securityGroup:SecurityGroup", {}) == found
    assert named("aws:ec2/securityGroup:SecurityGroup", {}, seed=b"other")["name"] != found["name"]


def test_special_names() -> None:
    assert re.fullmatch(r"web-[0-9a-f]{7}", named("aws:s3/bucket:Bucket", {}, "Web")["bucket"])
    assert re.fullmatch(r"alias/web-[0-9a-f]{7}", named("aws:kms/alias:Alias", {})["name"])
    assert re.fullmatch(r"web-[0-9a-f]{7}\.fifo", named("aws:sqs/queue:Queue", {"fifoQueue": True})["name"])
    assert re.fullmatch(r"web[0-9a-f]{7}", named("aws:rds/instance:Instance", {})["identifier"])
    assert re.fullmatch(r"web_[a-z]{8}", named("aws:glue/catalogDatabase:CatalogDatabase", {})["name"])
    assert named("aws:s3/bucketObjectv2:BucketObjectv2", {"bucket": "b"}, "index.html")["key"] == "index.html"
    assert "name" not in named("aws:route53/record:Record", {})


def test_a_given_name_or_prefix_stops_automatic_naming() -> None:
    token = "aws:iam/role:Role"
    assert named(token, {"name": "mine"})["name"] == "mine"
    assert "name" not in named(token, {"namePrefix": "mine-"})
    assert "bucket" not in named("aws:s3/bucket:Bucket", {"bucketPrefix": "mine-"})


def test_an_automatic_name_stays_and_a_given_one_does_not() -> None:
    token = "aws:iam/role:Role"
    first = named(token, {})
    assert named(token, {}, old=first, seed=b"later")["name"] == first["name"]
    explicit = named(token, {"name": "mine"})
    assert re.fullmatch(r"web-[0-9a-f]{7}", named(token, {}, old=explicit)["name"])


def test_a_too_long_automatic_name_is_refused() -> None:
    with pytest.raises(NameTooLong) as caught:
        named("aws:lb/targetGroup:TargetGroup", {}, "a-logical-name-of-31-characters")
    assert caught.value.failure.property_path == "name"
    assert "longer than 32 characters" in str(caught.value)
    assert "at most 24 characters" in str(caught.value)


@given(st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=70), st.binary(max_size=32))
def test_a_role_name_fits_or_is_refused(name: str, seed: bytes) -> None:
    if len(name) > 56:
        with pytest.raises(NameTooLong):
            named("aws:iam/role:Role", {}, name, seed=seed)
    else:
        assert len(named("aws:iam/role:Role", {}, name, seed=seed)["name"]) <= 64


def test_defaults_of_the_provider_go_into_the_inputs() -> None:
    found = named("aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"})
    assert found["enableDnsSupport"] is True
    assert found["instanceTenancy"] == "default"
    assert found[DEFAULTS] == sorted(found[DEFAULTS])
    assert named("aws:ec2/vpc:Vpc", {"enableDnsSupport": False})["enableDnsSupport"] is False
    assert named("aws:ec2/securityGroup:SecurityGroup", {})["description"] == "Managed by Pulumi"


def test_documented_defaults_leave_out_what_is_given() -> None:
    vpc = typed("aws:ec2/vpc:Vpc")
    assert documented_defaults(vpc, {})["enableDnsSupport"] is True
    assert "enableDnsSupport" not in documented_defaults(vpc, {"enableDnsSupport": False})


def test_what_is_filled_in_passes_check_for_every_type() -> None:
    """But for a handful of types whose names AWS wants without hyphens: the real provider's fail there too."""
    refused = []
    for token in tokens():
        found = typed(token)
        filled = defaults(found, {}, None, "web", SEED)
        wrong = [failure for failure in check(found, filled) if failure.property_path in filled[DEFAULTS]]
        assert [failure for failure in wrong if failure.property_path != found.autoname] == [], token
        refused += wrong
    assert len(refused) < 10
