"""Facts about the services behind VPC endpoints: names, which hold customers' data, AWS's own buckets."""

from __future__ import annotations

HOLD_CUSTOMER_DATA = frozenset(
    {"s3", "dynamodb", "sqs", "sns", "secretsmanager", "kms", "kinesis-streams", "events"}
)
"""Services whose resources all belong to a customer's account, so that `aws:ResourceAccount` may be required.

Others also serve resources of AWS's own (Systems Manager's public documents and parameters, for instance).
"""

AWS_BUCKETS: dict[str, tuple[str, ...]] = {
    "packages": ("al2023-repos-{region}-de612dc2", "amazonlinux-2-repos-{region}"),
    "images": ("prod-{region}-starport-layer-bucket",),
    "agents": (
        "amazon-ssm-{region}",
        "amazon-ssm-packages-{region}",
        "aws-ssm-{region}",
        "aws-ssm-distributor-file-{region}",
        "aws-ssm-document-attachments-{region}",
        "aws-windows-downloads-{region}",
        "patch-baseline-snapshot-{region}",
        "{region}-birdwatcher-prod",
    ),
}
"""Buckets of AWS that instances read: Amazon Linux packages, image layers of ECR, agents and patches of Systems Manager
(Amazon Linux, ECR and Systems Manager user guides, "S3 bucket permissions")."""

_CHINESE_PREFIX = frozenset(
    {
        "application-autoscaling", "athena", "autoscaling", "backup", "cloudformation", "ebs", "ec2",
        "ecr.api", "ecr.dkr", "eks", "elasticache", "elasticfilesystem", "execute-api", "fsx",
        "kinesis-streams", "lambda", "monitoring", "rds", "redshift", "redshift-data", "sagemaker.api",
        "sagemaker.runtime", "servicecatalog", "sqs", "states", "sts", "sync-states", "synthetics",
        "transcribe", "transfer", "xray",
    }
)  # fmt: skip
"""Services whose endpoints in China are named `cn.com.amazonaws...`; the others are named as everywhere."""


def service_name(service: str, region: str) -> str:
    """The full name of an endpoint service; a name that is full already stays."""
    if service.startswith(("com.", "cn.com.", "aws.")):
        return service
    prefix = "cn." if region.startswith("cn-") and service in _CHINESE_PREFIX else ""
    return f"{prefix}com.amazonaws.{region}.{service}"
