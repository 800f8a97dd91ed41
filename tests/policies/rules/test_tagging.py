from __future__ import annotations

import pytest

from policies.pack.resource import Resource
from policies.pack.values import UNKNOWN, Value
from policies.rules.tagging import tagging_resource_tagged

NAMES = ("Environment", "Owner")


def judged(tags: Value) -> str:
    verdict = tagging_resource_tagged.judge(
        Resource("aws:s3/bucket:Bucket", "b", "urn", {"tags": tags}), names=NAMES
    )
    return verdict.findings[0].what if verdict.findings else ""


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        ({"Environment": "dev", "Owner": UNKNOWN, "More": ""}, ""),
        ({"environment": "dev", "OWNER": "shop"}, ""),
        ({"Owner": "shop"}, "lacks `Environment`"),
        ({"More": "shop"}, "lacks `Environment`, `Owner`"),
        ({}, "is not set"),
    ],
)
def test_the_names_that_a_company_asks_for(tags: Value, said: str) -> None:
    assert judged(tags) == said
