"""Who writes a load balancer's logs into a bucket, and the bucket policy that lets them and nobody else.

AWS sources: "Enable access logs for your Application Load Balancer" and the pages on connection and health check
logs. They say: SSE-S3 is the only encryption that log delivery supports, so the bucket has no key of its own; the
service principal below is the way for all Regions, the per-Region accounts of Elastic Load Balancing are the older
one. The accounts are kept here only for partitions other than `aws`, where AWS's pages still name them.

The documented `aws:SourceArn` condition is left out: an Allow whose condition key the delivery does not send
loses logs without any error. The account in the object's path already keeps other accounts out, because
Elastic Load Balancing puts the load balancer's own account there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pulumi

from components.foundation.iam import Statement

if TYPE_CHECKING:
    from components.foundation.partition import Site

LOG_DELIVERY_SERVICE = "logdelivery.elasticloadbalancing.amazonaws.com"

LOG_DELIVERY_ACCOUNTS = {
    "cn-north-1": "638102146993",
    "cn-northwest-1": "037604701340",
    "us-gov-east-1": "190560391635",
    "us-gov-west-1": "048591011584",
    "us-iso-east-1": "770363063475",
    "us-iso-west-1": "121062877647",
    "us-isob-east-1": "740734521339",
}
"""Accounts of Elastic Load Balancing (AWS's, public) outside the partition `aws`."""

ACCESS, CONNECTION, HEALTH_CHECK = "access", "connection", "health-check"
PREFIXES = (ACCESS, CONNECTION, HEALTH_CHECK)
"""Folder of each kind of log in the bucket."""

SIGV2 = "AWS"
"""How S3 names the old signature in `s3:signatureversion`."""

PRESIGNED_MILLISECONDS = 15 * 60 * 1000
"""How long a presigned URL of a log works, in the unit of `s3:signatureAge`."""


def log_delivery_principals(region: str, partition: str) -> dict[str, list[str]]:
    """Kind of principal -> names that deliver load balancer logs in a Region."""
    principals = {"Service": [LOG_DELIVERY_SERVICE]}
    account = LOG_DELIVERY_ACCOUNTS.get(region)
    if account is not None:
        principals["AWS"] = [f"arn:{partition}:iam::{account}:root"]
    return principals


def log_paths(bucket_arn: str, account_id: str, prefixes: Sequence[str] = PREFIXES) -> list[str]:
    """ARNs of all objects that load balancers of one account write."""
    return [f"{bucket_arn}/{prefix}/AWSLogs/{account_id}/*" for prefix in prefixes]


def delivery_statement(site: Site, bucket_arn: pulumi.Input[str]) -> pulumi.Output[Statement]:
    """Let Elastic Load Balancing, and only it, write the logs of this account's load balancers."""

    def statement(known: Sequence[str]) -> Statement:
        region, partition, account_id, arn = known
        return Statement(
            "DeliverLoadBalancerLogs",
            actions=["s3:PutObject"],
            resources=log_paths(arn, account_id),
            principals=log_delivery_principals(region, partition),
        )

    return pulumi.Output.all(site.region, site.partition, site.account_id, bucket_arn).apply(statement)


def denials(bucket_arn: pulumi.Input[str]) -> list[Statement]:
    """No plain HTTP, no TLS under 1.2, no SigV2, no browser forms, no presigned URL that is older than 15 minutes.

    The console makes a presigned URL when someone downloads a log, so young ones pass. The old signature is denied
    by its name: a test for "not SigV4" would also be true for requests without that key, such as those that log
    delivery makes, and would lose the logs.
    """
    whole_bucket = [bucket_arn, pulumi.Output.concat(bucket_arn, "/*")]

    def deny(sid: str, conditions: dict[str, dict[str, str]]) -> Statement:
        return Statement(sid, ["s3:*"], whole_bucket, "*", conditions, effect="Deny")

    return [
        deny("DenyPlainHttp", {"Bool": {"aws:SecureTransport": "false"}}),
        deny("DenyOldTls", {"NumericLessThan": {"s3:TlsVersion": "1.2"}}),
        deny("DenyOldSignatures", {"StringEquals": {"s3:signatureversion": SIGV2}}),
        deny("DenyForms", {"StringEquals": {"s3:authType": "POST"}}),
        deny(
            "DenyOldPresignedUrls", {"NumericGreaterThan": {"s3:signatureAge": str(PRESIGNED_MILLISECONDS)}}
        ),
    ]
