"""Data Firehose: delivery streams. Destinations other than S3 are taken as the program gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call, Emulated, Tagging
from tools.emulator.mapping import tag_list, tags_of
from tools.emulator.services._common import keep, same_tail, unless_gone, without_none

_PLAIN = {
    "bucketArn": "BucketARN",
    "compressionFormat": "CompressionFormat",
    "customTimeZone": "CustomTimeZone",
    "errorOutputPrefix": "ErrorOutputPrefix",
    "fileExtension": "FileExtension",
    "prefix": "Prefix",
    "roleArn": "RoleARN",
    "s3BackupMode": "S3BackupMode",
}
_LOGGING = {"enabled": "Enabled", "logGroupName": "LogGroupName", "logStreamName": "LogStreamName"}


def _fields(given: Mapping[str, Any] | None, names: Mapping[str, str]) -> dict[str, Any] | None:
    found = {api: given[name] for name, api in names.items() if given and given.get(name) is not None}
    return found or None


def _processing(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not given:
        return None
    processors = [
        {
            "Type": one["type"],
            "Parameters": [
                {"ParameterName": pair["parameterName"], "ParameterValue": pair["parameterValue"]}
                for pair in one.get("parameters") or []
            ],
        }
        for one in given.get("processors") or []
    ]
    return {"Enabled": bool(given.get("enabled")), "Processors": processors}


def s3(given: Mapping[str, Any]) -> dict[str, Any]:
    """Where and how a bucket gets records, as the API takes it."""
    key = given.get("kmsKeyArn")
    partitioning = given.get("dynamicPartitioningConfiguration")
    return without_none(
        **(_fields(given, _PLAIN) or {}),
        BufferingHints=_fields(
            given, {"bufferingSize": "SizeInMBs", "bufferingInterval": "IntervalInSeconds"}
        ),
        EncryptionConfiguration={"KMSEncryptionConfig": {"AWSKMSKeyARN": key}} if key else None,
        CloudWatchLoggingOptions=_fields(given.get("cloudwatchLoggingOptions"), _LOGGING),
        ProcessingConfiguration=_processing(given.get("processingConfiguration")),
        DynamicPartitioningConfiguration=without_none(
            Enabled=partitioning.get("enabled"),
            RetryOptions=_fields(partitioning, {"retryDuration": "DurationInSeconds"}),
        )
        if partitioning
        else None,
        S3BackupConfiguration=s3(given["s3BackupConfiguration"])
        if given.get("s3BackupConfiguration")
        else None,
    )


def _plain_s3(call: Call) -> dict[str, Any]:
    """The bucket of a destination that is not S3 itself."""
    for name, value in call.inputs.items():
        if name.endswith("Configuration") and isinstance(value, Mapping) and value.get("s3Configuration"):
            return s3(value["s3Configuration"])
    raise ValueError(f"{call.type.token}: a destination needs a bucket for what it can't take")


def _create(call: Call) -> str:
    source = call.get("kinesisSourceConfiguration")
    extended = call.get("extendedS3Configuration")
    where = (
        {"ExtendedS3DestinationConfiguration": s3(extended)}
        if extended
        else {"S3DestinationConfiguration": _plain_s3(call)}
    )
    encryption = call.get("serverSideEncryption") or {}
    params = without_none(
        DeliveryStreamType="KinesisStreamAsSource" if source else "DirectPut",
        KinesisStreamSourceConfiguration=_fields(
            source, {"kinesisStreamArn": "KinesisStreamARN", "roleArn": "RoleARN"}
        ),
        DeliveryStreamEncryptionConfigurationInput=without_none(
            KeyType=encryption.get("keyType", "AWS_OWNED_CMK"), KeyARN=encryption.get("keyArn")
        )
        if encryption.get("enabled")
        else None,
        Tags=tag_list(call.tags) or None,
    )
    answer = call.aws().create_delivery_stream(DeliveryStreamName=call.inputs["name"], **where, **params)
    return str(answer["DeliveryStreamARN"])


def _name(call: Call) -> str:
    return call.id.rsplit("/", 1)[-1]


def _shown_s3(call: Call, there: Mapping[str, Any]) -> dict[str, Any]:
    hints = there.get("BufferingHints") or {}
    key = ((there.get("EncryptionConfiguration") or {}).get("KMSEncryptionConfig") or {}).get("AWSKMSKeyARN")
    logging = there.get("CloudWatchLoggingOptions") or {}
    given = call.get("extendedS3Configuration") or {}
    names = {name: there.get(api) for name, api in _PLAIN.items()}
    shown = without_none(
        **names,
        bufferingSize=hints.get("SizeInMBs"),
        bufferingInterval=hints.get("IntervalInSeconds"),
        kmsKeyArn=key,
        cloudwatchLoggingOptions={name: logging[api] for name, api in _LOGGING.items() if api in logging}
        or None,
    )
    return {**{name: value for name, value in given.items() if name not in shown}, **shown}


def _read(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().describe_delivery_stream, DeliveryStreamName=_name(call))
    if answer is None:
        return None
    item = answer["DeliveryStreamDescription"]
    call.id = item["DeliveryStreamARN"]
    destination = (item.get("Destinations") or [{}])[0]
    there = destination.get("ExtendedS3DestinationDescription")
    blocks = {
        name: value
        for name, value in call.inputs.items()
        if name.endswith("Configuration") or name == "serverSideEncryption"
    }
    if there and (call.get("extendedS3Configuration") or not call.inputs):
        blocks["extendedS3Configuration"] = _shown_s3(call, there)
    return {
        **blocks,
        "name": item["DeliveryStreamName"],
        "arn": keep(call, "arn", item["DeliveryStreamARN"], same_tail),
        "destination": call.get("destination", "extended_s3"),
        "destinationId": destination.get("DestinationId", ""),
        "versionId": item.get("VersionId", "1"),
    }


def _update(call: Call) -> None:
    extended = call.get("extendedS3Configuration")
    if not extended or not call.changed("extendedS3Configuration"):
        return
    item = call.aws().describe_delivery_stream(DeliveryStreamName=_name(call))["DeliveryStreamDescription"]
    call.aws().update_destination(
        DeliveryStreamName=_name(call),
        CurrentDeliveryStreamVersionId=item["VersionId"],
        DestinationId=item["Destinations"][0]["DestinationId"],
        ExtendedS3DestinationUpdate=s3(extended),
    )


def _encrypt(call: Call) -> None:
    if not call.old or not call.changed("serverSideEncryption"):
        return
    wanted = call.get("serverSideEncryption") or {}
    if not wanted.get("enabled"):
        call.aws().stop_delivery_stream_encryption(DeliveryStreamName=_name(call))
        return
    how = without_none(KeyType=wanted.get("keyType", "AWS_OWNED_CMK"), KeyARN=wanted.get("keyArn"))
    call.aws().start_delivery_stream_encryption(
        DeliveryStreamName=_name(call), DeliveryStreamEncryptionConfigurationInput=how
    )


def _delete(call: Call) -> None:
    unless_gone(call.aws().delete_delivery_stream, DeliveryStreamName=_name(call))


DELIVERY_STREAM = Emulated(
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
    service="firehose",
    create=_create,
    read=_read,
    settle=_encrypt,
    update=_update,
    delete=_delete,
    tags=Tagging(
        at_create=None,
        put=lambda call, tags: call.aws().tag_delivery_stream(
            DeliveryStreamName=_name(call), Tags=tag_list(tags)
        ),
        remove=lambda call, keys: call.aws().untag_delivery_stream(
            DeliveryStreamName=_name(call), TagKeys=keys
        ),
        read=lambda call: (
            tags_of(call.aws().list_tags_for_delivery_stream(DeliveryStreamName=_name(call))) or {}
        ),
    ),
    replace_on=("destination", "kinesisSourceConfiguration", "mskSourceConfiguration", "name", "region"),
    exact=True,
)

TYPES = (DELIVERY_STREAM,)
