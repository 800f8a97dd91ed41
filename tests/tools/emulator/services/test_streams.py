"""Kinesis streams."""

from __future__ import annotations

from tests.tools.emulator.services.world import World, lifecycle

STREAM = "aws:kinesis/stream:Stream"


def test_stream_from_creation_to_deletion(world: World) -> None:
    stream = world.create(
        STREAM,
        name="s",
        shardCount=2,
        retentionPeriod=48,
        encryptionType="KMS",
        kmsKeyId="alias/aws/kinesis",
        tags={"a": "b"},
    )
    assert stream.id == f"arn:aws:kinesis:us-east-1:{world.place.account}:stream/s"
    assert stream.refresh() == stream.inputs
    stream.update(retentionPeriod=24, shardCount=4, tags={"c": "d"})
    there = world.client("kinesis").describe_stream_summary(StreamName="s")["StreamDescriptionSummary"]
    assert (there["RetentionPeriodHours"], there["OpenShardCount"]) == (24, 4)
    assert world.imported(STREAM, "s")[0] == stream.id
    lifecycle(stream)


def test_on_demand_stream(world: World) -> None:
    lifecycle(world.create(STREAM, name="s", streamModeDetails={"streamMode": "ON_DEMAND"}))
