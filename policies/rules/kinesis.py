"""Rules on Kinesis data streams, video streams and Firehose.

Follows `sources/001...` (streams: 24 hours by default, records encrypted with KMS, Firehose is near real time).
"""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict
from policies.rules._stores import customer_key

STREAM = "aws:kinesis/stream:Stream"
FIREHOSE = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"


@rule(
    on=STREAM,
    severity=HIGH,
    theme=Theme.ENCRYPTION_AT_REST,
    fix={"encryptionType": "KMS", "kmsKeyId": "alias/aws/kinesis"},
    same_as=["FSBP Kinesis.1", "CKV_AWS_43"],
)
def kinesis_stream_encrypted(stream: Resource) -> Verdict:
    """A stream keeps its records for days; unless it is told otherwise they are not encrypted."""
    return stream.expect("encryptionType", "KMS", absent="NONE")


@rule(on=STREAM, severity=LOW, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_185"])
def kinesis_stream_customer_key(stream: Resource) -> Verdict:
    """Only a key of one's own can be given to readers in other accounts, or taken away from one."""
    return customer_key(stream, "kmsKeyId")


@rule(on=STREAM, severity=MEDIUM, theme=Theme.RESILIENCE, same_as=["SecurityHub Kinesis.3"])
def kinesis_stream_retention(stream: Resource, *, hours: int = 48) -> Verdict:
    """Records are gone after a day; a consumer that stops on a Friday night has lost them by Sunday."""
    return stream.expect_at_least("retentionPeriod", hours, absent=24)


@rule(
    on="aws:kinesis/videoStream:VideoStream",
    severity=LOW,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["CKV_AWS_177"],
)
def kinesis_video_customer_key(stream: Resource) -> Verdict:
    """Video of people needs a key that can be withdrawn; AWS's own can't be."""
    return customer_key(stream, "kmsKeyId")


@rule(on=FIREHOSE, severity=HIGH, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_240"])
def kinesis_firehose_encrypted(stream: Resource) -> Verdict:
    """Firehose buffers what it delivers; put directly, the records wait there unencrypted unless it is switched on."""
    if stream.has("kinesisSourceConfiguration") or stream.has("mskSourceConfiguration"):
        return PASS  # The source stream encrypts; Firehose then can't be told to.
    return stream.expect("serverSideEncryption.enabled", value=True)


@rule(on=FIREHOSE, severity=LOW, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_241"])
def kinesis_firehose_customer_key(stream: Resource) -> Verdict:
    """With AWS's own key nobody can say who may decrypt the buffered records."""
    if stream.has("kinesisSourceConfiguration") or stream.has("mskSourceConfiguration"):
        return PASS
    return stream.expect("serverSideEncryption.keyType", "CUSTOMER_MANAGED_CMK", absent="AWS_OWNED_CMK")
