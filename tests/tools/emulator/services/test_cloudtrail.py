"""Trails."""

from __future__ import annotations

from tests.tools.emulator.services.test_s3_bucket import BUCKET, name_of
from tests.tools.emulator.services.world import World, lifecycle

TRAIL = "aws:cloudtrail/trail:Trail"


def test_trail_from_creation_to_deletion(world: World) -> None:
    bucket = world.create(BUCKET, bucket=name_of(world))
    trail = world.create(
        TRAIL,
        name="all",
        s3BucketName=bucket.id,
        isMultiRegionTrail=True,
        enableLogFileValidation=True,
        eventSelectors=[{"readWriteType": "All", "includeManagementEvents": True}],
        tags={"a": "b"},
    )
    assert trail.id == f"arn:aws:cloudtrail:us-east-1:{world.place.account}:trail/all"
    assert trail.refresh() == trail.inputs
    world.client("cloudtrail").stop_logging(Name="all")
    refreshed = trail.refresh()
    assert refreshed is not None
    trail.update(enableLogging=False, s3KeyPrefix="x", tags={"c": "d"})
    there = world.client("cloudtrail").get_trail(Name="all")["Trail"]
    assert there["S3KeyPrefix"] == "x"
    assert world.imported(TRAIL, trail.id)[1]["name"] == "all"
    lifecycle(trail)
