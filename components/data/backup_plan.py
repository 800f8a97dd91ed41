"""Copies of a database that outlive it: an AWS Backup plan with a vault here and one in a second Region.

    cluster --every day--> vault (own key, locked) --copy--> vault in the second Region (another key, locked)

The cluster's own backups are deleted with it and lie in its Region; these are lost with neither. The vaults are locked in
governance mode: recovery points can't be deleted before their time, except by somebody who may change the lock.

AWS sources: "Creating backup copies across AWS Regions", "AWS Backup Vault Lock". A backup of Aurora in the first vault
is a cluster snapshot under the cluster's key; the copy is under the key of the second vault. Region pairs stay in one
country, or in the EU: data leave neither unless told to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import pulumi
import pulumi_aws as aws
from pydantic import Field

from components.foundation import key_ring
from components.foundation.args import Args
from components.foundation.errors import ComponentError
from components.foundation.iam import assume_role_policy
from components.foundation.names import AUTONAME_LENGTH

if TYPE_CHECKING:
    from components.foundation.component import Component

MIN_RETENTION_DAYS = 7
MAX_NAME = 50 - AUTONAME_LENGTH
"""Of vaults, plans and selections."""

COPIES: Mapping[str, str] = {
    "ap-northeast-1": "ap-northeast-3", "ap-northeast-3": "ap-northeast-1",
    "ap-south-1": "ap-south-2", "ap-south-2": "ap-south-1",
    "ap-southeast-2": "ap-southeast-4", "ap-southeast-4": "ap-southeast-2",
    "ca-central-1": "ca-west-1", "ca-west-1": "ca-central-1",
    "cn-north-1": "cn-northwest-1", "cn-northwest-1": "cn-north-1",
    "eu-central-1": "eu-west-1", "eu-north-1": "eu-central-1", "eu-south-1": "eu-central-1",
    "eu-south-2": "eu-west-3", "eu-west-1": "eu-central-1", "eu-west-3": "eu-central-1",
    "us-east-1": "us-west-2", "us-east-2": "us-west-2", "us-west-1": "us-east-1", "us-west-2": "us-east-1",
    "us-gov-east-1": "us-gov-west-1", "us-gov-west-1": "us-gov-east-1",
}  # fmt: skip
"""Region -> where copies go unless told otherwise."""


class BackupPlan(Args):
    """Daily recovery points by AWS Backup, and a copy of each in a second Region.

    `hour` (UTC) when backups start. `retention_days` (7 or more) of both. `copy_region`: default the Region's partner in
    `COPIES`. `force_destroy` empties the vaults when they are deleted, for stacks that are only tried out.
    """

    hour: Annotated[int, Field(ge=0, le=23)] = 5
    retention_days: Annotated[int, Field(ge=MIN_RETENTION_DAYS, le=36_500)] = 35
    copy_region: str | None = None
    force_destroy: bool = False


def partner_of(region: str, wanted: str | None, path: str) -> str:
    """The Region that copies go to. Raises `ComponentError` at `path` when there is none, or it is the same."""
    if wanted == region:
        raise ComponentError(f"{path}.copy_region", f"{region} is the Region itself", "name another")
    found = wanted or COPIES.get(region)
    if found is None:
        problem = f"no second Region in the country of {region} is known here"
        raise ComponentError(f"{path}.copy_region", problem, "name one, or set backup_plan: null")
    return found


def create_backup_plan(
    owner: Component, args: BackupPlan, databases: Sequence[pulumi.Input[str]]
) -> aws.backup.Plan:
    """Back up what has these ARNs."""
    path = f"{owner.name}.backup_plan"
    away = owner.site.region.apply(lambda region: _partner(region, args.copy_region, path))
    here = _vault(owner, args, "backups", owner.region, owner.site.region)
    there = _vault(owner, args, "copies", away, away)
    plan = aws.backup.Plan(
        owner.name_for("backups", limit=MAX_NAME),
        rules=[
            {
                "rule_name": "daily",
                "target_vault_name": here.name,
                "schedule": f"cron(0 {args.hour} * * ? *)",
                "lifecycle": {"delete_after": args.retention_days},
                "copy_actions": [
                    {
                        "destination_vault_arn": there.arn,
                        "lifecycle": {"delete_after": args.retention_days},
                    }
                ],
            }
        ],
        region=owner.region,
        tags=owner.tags("backups"),
        opts=owner.child(),
    )
    aws.backup.Selection(
        owner.name_for("backups", limit=MAX_NAME),
        plan_id=plan.id,
        iam_role_arn=_role(owner).arn,
        resources=list(databases),
        region=owner.region,
        opts=owner.child(),
    )
    return plan


def _partner(region: str, wanted: str | None, path: str) -> str:
    try:
        return partner_of(region, wanted, path)
    except ComponentError as error:
        # Not the ComponentError itself: the SDK would wrap a ValueError into one message a resource.
        raise pulumi.RunError(str(error)) from None


def _vault(
    owner: Component,
    args: BackupPlan,
    purpose: str,
    region: pulumi.Input[str] | None,
    known_as: pulumi.Output[str],
) -> aws.backup.Vault:
    """A locked vault with a key of its own; RDS makes the snapshots in it and copies them."""
    key = key_ring.create_key(
        owner.name_for(purpose),
        site=replace(owner.site, region=known_as),
        users=[key_ring.through("rds"), key_ring.through("backup")],
        description=f"{owner.name}: {purpose}",
        region=region,
        tags=owner.tags(purpose),
        opts=owner.child(),
    )
    vault = aws.backup.Vault(
        owner.name_for(purpose, limit=MAX_NAME),
        kms_key_arn=key.arn,
        force_destroy=args.force_destroy,
        region=region,
        tags=owner.tags(purpose),
        opts=owner.child(),
    )
    aws.backup.VaultLockConfiguration(
        owner.name_for(purpose),
        backup_vault_name=vault.name,
        min_retention_days=MIN_RETENTION_DAYS,
        max_retention_days=args.retention_days,
        region=region,
        opts=owner.child(),
    )
    return vault


def _role(owner: Component) -> aws.iam.Role:
    """The role that AWS Backup takes, with AWS's own policy for backups."""
    site = owner.site
    role = aws.iam.Role(
        owner.name_for("backups"),
        description=f"Backups of {owner.name}",
        assume_role_policy=assume_role_policy(site, service="backup", source_account=site.account_id),
        tags=owner.tags("backups"),
        opts=owner.child(),
    )
    aws.iam.RolePolicyAttachment(
        owner.name_for("backups"),
        role=role.name,
        policy_arn=site.aws_managed_policy("service-role/AWSBackupServiceRolePolicyForBackup"),
        opts=owner.child(),
    )
    return role
