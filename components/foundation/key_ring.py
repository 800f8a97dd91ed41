"""Customer-managed KMS keys whose policies name exactly who may use them.

A key's policy has two halves: administrators of the account may manage the key but not use it, and each
`KeyUser` may use it for one purpose. Policy texts follow the KMS developer guide ("Key policies", "Encrypt log
data in CloudWatch Logs", "Required KMS key policy for use with encrypted volumes" of EC2 Auto Scaling).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.foundation.iam import Statement, policy_document

if TYPE_CHECKING:
    from components.foundation.partition import Site

KeyUser = Callable[["Site"], list[Statement]]
"""Gives the statements that let somebody use a key, at a site."""

MAX_ALIAS_LENGTH = 256
DELETION_WINDOW_DAYS = 30

_ADMINISTRATION = (
    "kms:CancelKeyDeletion", "kms:CreateAlias", "kms:DeleteAlias", "kms:DescribeKey", "kms:DisableKey",
    "kms:DisableKeyRotation", "kms:EnableKey", "kms:EnableKeyRotation", "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus", "kms:ListGrants", "kms:ListKeyPolicies", "kms:ListResourceTags",
    "kms:PutKeyPolicy", "kms:ReplicateKey", "kms:RevokeGrant", "kms:ScheduleKeyDeletion", "kms:TagResource",
    "kms:UntagResource", "kms:UpdateAlias", "kms:UpdateKeyDescription",
)  # fmt: skip
_USE = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*")


def log_groups(pattern: pulumi.Input[str]) -> KeyUser:
    """CloudWatch Logs may use the key for log groups whose name matches `pattern` (`*` allowed)."""

    def statements(site: Site) -> list[Statement]:
        context = site.arn("logs", pulumi.Output.concat("log-group:", pattern))
        return [
            Statement(
                "EncryptLogGroups",
                actions=_USE,
                resources=["*"],
                principals={"Service": [site.service_principal("logs")]},
                conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": context}},
            )
        ]

    return statements


def service(name: str, *, source_arn: pulumi.Input[str] | None = None) -> KeyUser:
    """An AWS service (`cloudwatch`, `delivery.logs`, `events`, `sns`) may use the key on behalf of this account."""

    def statements(site: Site) -> list[Statement]:
        conditions: dict[str, dict[str, pulumi.Input[str]]] = {
            "StringEquals": {"aws:SourceAccount": site.account_id}
        }
        if source_arn is not None:
            conditions["ArnLike"] = {"aws:SourceArn": source_arn}
        return [
            Statement(
                f"Let{_camel(name)}UseTheKey",
                actions=("kms:Decrypt", "kms:GenerateDataKey*"),
                resources=["*"],
                principals={"Service": [site.service_principal(name)]},
                conditions=conditions,
            )
        ]

    return statements


def through(name: str) -> KeyUser:
    """Principals of this account may use the key, but only through one AWS service (`ec2`, `s3`, `rds`).

    Their own IAM policies must allow it too.
    """

    def statements(site: Site) -> list[Statement]:
        via = pulumi.Output.concat(name, ".", site.region, ".", site.dns_suffix)
        only_here = {"kms:CallerAccount": site.account_id, "kms:ViaService": via}
        root = {"AWS": [site.arn("iam", "root", region=False)]}
        return [
            Statement(
                f"UseThrough{_camel(name)}",
                actions=_USE,
                resources=["*"],
                principals=root,
                conditions={"StringEquals": only_here},
            ),
            Statement(
                f"GrantsThrough{_camel(name)}",
                actions=("kms:CreateGrant",),
                resources=["*"],
                principals=root,
                conditions={"StringEquals": only_here, "Bool": {"kms:GrantIsForAWSResource": "true"}},
            ),
        ]

    return statements


def auto_scaling() -> KeyUser:
    """EC2 Auto Scaling's service-linked role may start instances whose volumes are encrypted with the key."""

    def statements(site: Site) -> list[Statement]:
        role = site.arn(
            "iam",
            "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
            region=False,
        )
        return [
            Statement("AutoScalingUse", actions=_USE, resources=["*"], principals={"AWS": [role]}),
            Statement(
                "AutoScalingGrants",
                actions=("kms:CreateGrant",),
                resources=["*"],
                principals={"AWS": [role]},
                conditions={"Bool": {"kms:GrantIsForAWSResource": "true"}},
            ),
        ]

    return statements


def key_policy(site: Site, users: Sequence[KeyUser]) -> pulumi.Output[str]:
    """The key policy: the account administers, each user uses."""
    administration = Statement(
        "AdministerTheKey",
        actions=_ADMINISTRATION,
        resources=["*"],
        principals={"AWS": [site.arn("iam", "root", region=False)]},
    )
    return policy_document(administration, *(one for user in users for one in user(site)))


def create_key(
    name: str,
    *,
    site: Site,
    users: Sequence[KeyUser],
    description: str,
    tags: dict[str, str],
    opts: pulumi.ResourceOptions,
    region: pulumi.Input[str] | None = None,
) -> aws.kms.Key:
    """A symmetric key that AWS rotates every year, with an alias of the same name."""
    key = aws.kms.Key(
        name,
        description=description,
        enable_key_rotation=True,
        deletion_window_in_days=DELETION_WINDOW_DAYS,
        policy=key_policy(site, users),
        region=region,
        tags=tags,
        opts=opts,
    )
    aws.kms.Alias(
        name,
        name_prefix=f"alias/{name[: MAX_ALIAS_LENGTH - 40]}-",
        target_key_id=key.key_id,
        region=region,
        opts=opts,
    )
    return key


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.replace("-", ".").split("."))
