"""The bucket that a pipeline hands its artifacts on in: own key, private, signed requests over TLS alone, emptied by age.

Follows sources/004 lines 829-835 (a dedicated bucket for artifacts), and what the document leaves out of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.compute import LogBucket, LogBucketArgs
from components.foundation.iam import Statement, policy_document
from components.foundation.names import AUTONAME_LENGTH

if TYPE_CHECKING:
    from components.foundation.component import Component

MAX_BUCKET_NAME = 63
ABORT_UPLOADS_AFTER_DAYS = 7


def create_artifact_bucket(
    owner: Component, key: aws.kms.Key, *, keep_days: int, force_destroy: bool
) -> aws.s3.Bucket:
    """The bucket with its companions, as children of `owner`."""
    bucket = aws.s3.Bucket(
        owner.name_for("artifacts", limit=MAX_BUCKET_NAME - AUTONAME_LENGTH),
        force_destroy=force_destroy,
        region=owner.region,
        tags=owner.tags("artifacts"),
        opts=owner.child(),
    )
    name = owner.name_for("artifacts")
    private = aws.s3.BucketPublicAccessBlock(
        name,
        bucket=bucket.bucket,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        region=owner.region,
        opts=owner.child(),
    )
    aws.s3.BucketOwnershipControls(
        name,
        bucket=bucket.bucket,
        rule={"object_ownership": "BucketOwnerEnforced"},
        region=owner.region,
        opts=owner.child(),
    )
    aws.s3.BucketServerSideEncryptionConfiguration(
        name,
        bucket=bucket.bucket,
        rules=[
            {
                "apply_server_side_encryption_by_default": {
                    "sse_algorithm": "aws:kms",
                    "kms_master_key_id": key.arn,
                },
                "bucket_key_enabled": True,
            }
        ],
        region=owner.region,
        opts=owner.child(),
    )
    versioning = aws.s3.BucketVersioning(
        name,
        bucket=bucket.bucket,
        versioning_configuration={"status": "Enabled"},
        region=owner.region,
        opts=owner.child(),
    )
    aws.s3.BucketLifecycleConfiguration(
        name,
        bucket=bucket.bucket,
        rules=[
            {
                "id": "expire-artifacts",
                "status": "Enabled",
                "filter": {},
                "expiration": {"days": keep_days},
                "noncurrent_version_expiration": {"noncurrent_days": keep_days},
                "abort_incomplete_multipart_upload": {"days_after_initiation": ABORT_UPLOADS_AFTER_DAYS},
            }
        ],
        region=owner.region,
        opts=owner.child(depends_on=[versioning]),
    )
    logs = LogBucket(
        owner.name_for("logs"),
        LogBucketArgs(of_buckets=(bucket.arn,), force_destroy=force_destroy, region=owner.region),
        owner.child(),
    )
    aws.s3.BucketLogging(
        name,
        bucket=bucket.bucket,
        target_bucket=logs.name_output,
        target_prefix="artifacts/",
        region=owner.region,
        opts=owner.child(depends_on=logs.ready),
    )
    aws.s3.BucketPolicy(
        name,
        bucket=bucket.bucket,
        policy=policy_document(*denials(bucket.arn)),
        region=owner.region,
        opts=owner.child(depends_on=[private]),
    )
    return bucket


def denials(bucket_arn: pulumi.Output[str]) -> list[Statement]:
    """No plain HTTP, no TLS under 1.2, nothing but Signature Version 4 in a header (pipelines presign nothing), own key."""
    whole = [bucket_arn, pulumi.Output.concat(bucket_arn, "/*")]

    def deny(sid: str, conditions: dict[str, dict[str, str]]) -> Statement:
        return Statement(sid, ["s3:*"], whole, "*", conditions, effect="Deny")

    return [
        deny("DenyPlainHttp", {"Bool": {"aws:SecureTransport": "false"}}),
        deny("DenyOldTls", {"NumericLessThan": {"s3:TlsVersion": "1.2"}}),
        deny("DenyOtherSignatures", {"StringNotEquals": {"s3:signatureversion": "AWS4-HMAC-SHA256"}}),
        deny("DenyPresignedUrls", {"StringNotEquals": {"s3:authType": "REST-HEADER"}}),
        Statement(
            "DenyOtherEncryption",
            ["s3:PutObject"],
            whole[1:],
            "*",
            # Without the header the bucket's own encryption holds, which is what is wanted.
            {
                "StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"},
                "Null": {"s3:x-amz-server-side-encryption": "false"},
            },
            effect="Deny",
        ),
    ]
