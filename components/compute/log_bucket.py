"""A bucket that load balancers, or other buckets, write their logs into: private, versioned, emptied by age.

                            +----------------------------+
    load balancer --TLS-->  | access/AWSLogs/ACCOUNT/... |   SSE-S3 (access_logs.py says why not KMS)
                            | connection/...             |   old logs expire, old versions soon after
                            | health-check/...           |
                            +----------------------------+

Follows sources/001 lines 521-523 (access logs record every request).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import pulumi
import pulumi_aws as aws
from pydantic import Field

from components.compute.access_logs import delivery_statement, denials
from components.foundation.args import Args, Text
from components.foundation.component import Component
from components.foundation.iam import Statement, policy_document
from components.foundation.names import AUTONAME_LENGTH

MAX_BUCKET_NAME = 63
ABORT_UPLOADS_AFTER_DAYS = 7


class LogBucketArgs(Args):
    """`retention_days`: how long logs stay; `noncurrent_days`: how long overwritten or deleted ones stay.

    `of_buckets`: ARNs of the buckets whose access logs come here, instead of load balancers'.
    `force_destroy` lets the bucket go with what is in it; leave it off where logs must outlive the stack.
    """

    retention_days: Annotated[int, Field(ge=1, le=3653)] = 365
    noncurrent_days: Annotated[int, Field(ge=1, le=3653)] = 30
    force_destroy: bool = False
    of_buckets: tuple[Text, ...] = ()
    region: str | None = None
    tags: dict[str, str] = Field(default_factory=dict)


class LogBucket(Component):
    """The bucket with its six companions; `ready` is what a load balancer must wait for."""

    bucket: aws.s3.Bucket
    name_output: pulumi.Output[str]
    ready: list[pulumi.Resource]

    def __init__(self, name: str, args: LogBucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("groundplan:compute:LogBucket", name, args, opts, region=args.region, tags=args.tags)
        self.bucket = aws.s3.Bucket(
            self.name_for(limit=MAX_BUCKET_NAME - AUTONAME_LENGTH),
            force_destroy=args.force_destroy,
            region=self.region,
            tags=self.tags(),
            opts=self.child(),
        )
        self.name_output = self.bucket.bucket
        block = self._block_public_access()
        self._own_objects()
        self._encrypt()
        self._expire(args, self._keep_versions())
        self.ready = [self._attach_policy(block, args.of_buckets)]
        self.outputs({"bucket": self.bucket.bucket, "arn": self.bucket.arn})

    def _block_public_access(self) -> aws.s3.BucketPublicAccessBlock:
        return aws.s3.BucketPublicAccessBlock(
            self.name_for("private"),
            bucket=self.bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            region=self.region,
            opts=self.child(),
        )

    def _own_objects(self) -> aws.s3.BucketOwnershipControls:
        return aws.s3.BucketOwnershipControls(
            self.name_for("ownership"),
            bucket=self.bucket.bucket,
            rule={"object_ownership": "BucketOwnerEnforced"},
            region=self.region,
            opts=self.child(),
        )

    def _encrypt(self) -> aws.s3.BucketServerSideEncryptionConfiguration:
        return aws.s3.BucketServerSideEncryptionConfiguration(
            self.name_for("encryption"),
            bucket=self.bucket.bucket,
            rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
            region=self.region,
            opts=self.child(),
        )

    def _keep_versions(self) -> aws.s3.BucketVersioning:
        return aws.s3.BucketVersioning(
            self.name_for("versioning"),
            bucket=self.bucket.bucket,
            versioning_configuration={"status": "Enabled"},
            region=self.region,
            opts=self.child(),
        )

    def _expire(
        self, args: LogBucketArgs, versioning: pulumi.Resource
    ) -> aws.s3.BucketLifecycleConfiguration:
        return aws.s3.BucketLifecycleConfiguration(
            self.name_for("lifecycle"),
            bucket=self.bucket.bucket,
            rules=[
                {
                    "id": "expire-logs",
                    "status": "Enabled",
                    "filter": {},
                    "expiration": {"days": args.retention_days},
                    "noncurrent_version_expiration": {"noncurrent_days": args.noncurrent_days},
                    "abort_incomplete_multipart_upload": {"days_after_initiation": ABORT_UPLOADS_AFTER_DAYS},
                }
            ],
            region=self.region,
            # Rules for noncurrent versions need versioning to be on already.
            opts=self.child(depends_on=[versioning]),
        )

    def _attach_policy(self, block: pulumi.Resource, of_buckets: Sequence[Text]) -> aws.s3.BucketPolicy:
        arn = self.bucket.arn

        def document(allow: Statement) -> pulumi.Output[str]:
            return policy_document(allow, *denials(arn))

        policy: pulumi.Output[str] = (
            document(self._from_buckets(of_buckets))
            if of_buckets
            else delivery_statement(self.site, arn).apply(document)
        )
        return aws.s3.BucketPolicy(
            self.name_for("policy"),
            bucket=self.bucket.bucket,
            policy=policy,
            region=self.region,
            # S3 refuses two changes of one bucket's access settings at the same moment.
            opts=self.child(depends_on=[block]),
        )

    def _from_buckets(self, buckets: Sequence[Text]) -> Statement:
        """S3 delivers access logs of these buckets of this account, and of no others."""
        return Statement(
            "TakeAccessLogs",
            actions=["s3:PutObject"],
            resources=[pulumi.Output.concat(self.bucket.arn, "/*")],
            principals={"Service": ["logging.s3.amazonaws.com"]},
            conditions={
                "ArnLike": {"aws:SourceArn": list(buckets)},
                "StringEquals": {"aws:SourceAccount": self.site.account_id},
            },
        )
