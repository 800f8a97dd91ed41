"""Settings of which a bucket can have several."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from tests.tools.emulator.services.test_s3_bucket import BUCKET, name_of
from tests.tools.emulator.services.world import World, lifecycle
from tools.emulator.services.s3_configurations import from_filter, to_filter

TARGET = "arn:aws:s3:::reports"
CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "bucketIntelligentTieringConfiguration:BucketIntelligentTieringConfiguration",
        {"tierings": [{"accessTier": "ARCHIVE_ACCESS", "days": 125}], "filter": {"prefix": "a/"}},
        {"tierings": [{"accessTier": "DEEP_ARCHIVE_ACCESS", "days": 180}]},
    ),
    (
        "bucketMetric:BucketMetric",
        {"filter": {"prefix": "a/", "tags": {"x": "y"}}},
        {"filter": {"prefix": "b/"}},
    ),
    (
        "analyticsConfiguration:AnalyticsConfiguration",
        {
            "storageClassAnalysis": {
                "dataExport": {"destination": {"s3BucketDestination": {"bucketArn": TARGET}}}
            }
        },
        {"filter": {"tags": {"x": "y"}}},
    ),
    (
        "inventory:Inventory",
        {
            "includedObjectVersions": "All",
            "schedule": {"frequency": "Daily"},
            "destination": {"bucket": {"bucketArn": TARGET, "format": "ORC"}},
            "optionalFields": ["Size"],
        },
        {"schedule": {"frequency": "Weekly"}},
    ),
]


@pytest.mark.parametrize(("token", "wanted", "changed"), CASES, ids=[case[0].split(":")[0] for case in CASES])
def test_named_setting(world: World, token: str, wanted: dict[str, Any], changed: dict[str, Any]) -> None:
    bucket = world.create(BUCKET, bucket=name_of(world))
    live = world.create(f"aws:s3/{token}", bucket=bucket.id, name="all", **wanted)
    assert live.id == f"{bucket.id}:all"
    assert live.refresh() == live.inputs
    live.update(**changed)
    assert world.imported(live.token, live.id)[1]["name"] == "all"
    lifecycle(live)
    assert bucket.refresh() is not None, "the bucket went with its setting"


_WORDS = st.text("abc", min_size=1, max_size=3)


@given(
    st.fixed_dictionaries(
        {}, optional={"prefix": _WORDS, "tags": st.dictionaries(_WORDS, _WORDS, min_size=1)}
    )
)
def test_a_filter_comes_back_as_it_was_given(block: dict[str, Any]) -> None:
    assert (from_filter(to_filter(block)) or {}) == block
