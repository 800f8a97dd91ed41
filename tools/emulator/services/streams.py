"""Kinesis streams."""

from __future__ import annotations

from typing import Any

from tools.emulator.emulated import Call, Emulated, Tagging
from tools.emulator.services._common import (
    keep,
    same_tail,
    unless_gone,
    void,
    without_none,
)

ON_DEMAND = "ON_DEMAND"
DEFAULT_HOURS = 24
"""Hours that a stream keeps records where nothing is said."""


def _mode(call: Call) -> str:
    return str((call.get("streamModeDetails") or {}).get("streamMode", "PROVISIONED"))


def _create_stream(call: Call) -> str:
    name, mode = str(call.inputs["name"]), _mode(call)
    shards = {} if mode == ON_DEMAND else {"ShardCount": int(call.get("shardCount", 1))}
    call.aws().create_stream(StreamName=name, StreamModeDetails={"StreamMode": mode}, **shards)
    return call.arn("kinesis", f"stream/{name}")


def _stream_name(call: Call) -> str:
    return call.id.rsplit("/", 1)[-1]


def _settle_stream(call: Call) -> None:
    kinesis, name = call.aws(), _stream_name(call)
    if call.changed("retentionPeriod"):
        before, hours = (
            call.old.get("retentionPeriod") or DEFAULT_HOURS,
            call.get("retentionPeriod", DEFAULT_HOURS),
        )
        if hours > before:
            kinesis.increase_stream_retention_period(StreamName=name, RetentionPeriodHours=hours)
        elif hours < before:
            kinesis.decrease_stream_retention_period(StreamName=name, RetentionPeriodHours=hours)
    if call.changed("encryptionType", "kmsKeyId"):
        if call.get("encryptionType", "NONE") == "KMS":
            kinesis.start_stream_encryption(
                StreamName=name, EncryptionType="KMS", KeyId=call.inputs["kmsKeyId"]
            )
        elif call.old.get("encryptionType") == "KMS":
            kinesis.stop_stream_encryption(StreamName=name, EncryptionType="KMS", KeyId=call.old["kmsKeyId"])
    if call.changed("shardLevelMetrics"):
        before_metrics = call.old.get("shardLevelMetrics") or []
        if before_metrics:
            kinesis.disable_enhanced_monitoring(StreamName=name, ShardLevelMetrics=before_metrics)
        if call.get("shardLevelMetrics"):
            kinesis.enable_enhanced_monitoring(
                StreamName=name, ShardLevelMetrics=call.inputs["shardLevelMetrics"]
            )


def _update_stream(call: Call) -> None:
    kinesis, name = call.aws(), _stream_name(call)
    if call.changed("streamModeDetails"):
        kinesis.update_stream_mode(StreamARN=call.id, StreamModeDetails={"StreamMode": _mode(call)})
    if call.changed("shardCount") and call.get("shardCount") and _mode(call) != ON_DEMAND:
        count = int(call.inputs["shardCount"])
        kinesis.update_shard_count(StreamName=name, TargetShardCount=count, ScalingType="UNIFORM_SCALING")


def _read_stream(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().describe_stream_summary, StreamName=_stream_name(call))
    if answer is None:
        return None
    item = answer["StreamDescriptionSummary"]
    call.id = item["StreamARN"]
    mode = item.get("StreamModeDetails", {}).get("StreamMode", "PROVISIONED")
    key = item.get("KeyId")
    monitored = item.get("EnhancedMonitoring") or []
    metrics = monitored[0].get("ShardLevelMetrics", []) if monitored else []
    return without_none(
        name=item["StreamName"],
        arn=item["StreamARN"],
        retentionPeriod=item["RetentionPeriodHours"],
        shardCount=None if mode == ON_DEMAND else item["OpenShardCount"],
        encryptionType=item.get("EncryptionType") or "NONE",
        kmsKeyId=keep(call, "kmsKeyId", key, same_tail) if key else None,
        streamModeDetails={"streamMode": mode},
        shardLevelMetrics=metrics,
    )


STREAM = Emulated(
    "aws:kinesis/stream:Stream",
    service="kinesis",
    create=_create_stream,
    read=_read_stream,
    settle=_settle_stream,
    update=_update_stream,
    delete=lambda call: void(
        call.aws().delete_stream(
            StreamName=_stream_name(call), EnforceConsumerDeletion=bool(call.get("enforceConsumerDeletion"))
        )
    ),
    tags=Tagging(
        at_create=None,
        put=lambda call, tags: call.aws().add_tags_to_stream(StreamName=_stream_name(call), Tags=tags),
        remove=lambda call, keys: call.aws().remove_tags_from_stream(
            StreamName=_stream_name(call), TagKeys=keys
        ),
        read=lambda call: {
            tag["Key"]: tag["Value"]
            for tag in call.aws().list_tags_for_stream(StreamName=_stream_name(call))["Tags"]
        },
    ),
    replace_on=("name",),
    update_on=("kmsKeyId", "encryptionType", "shardCount", "streamModeDetails"),
)

TYPES = (STREAM,)
