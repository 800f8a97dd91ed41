"""What the management account of an organization does for backups: switch on copies between accounts, and a policy.

    management account --backup policy--> organizational units: every account there makes the same backups by tag

Follows sources/002 line 525 (the opt-in). AWS sources: "Backup policy syntax and examples" (AWS Organizations),
`UpdateGlobalSettings` (AWS Backup).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Self

import pulumi
import pulumi_aws as aws
from pydantic import Field, StringConstraints, model_validator

from components.foundation.args import Args
from components.foundation.errors import ComponentError

if TYPE_CHECKING:
    from components.foundation.component import Component

TargetId = Annotated[
    str, StringConstraints(pattern=r"^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|\d{12})$")
]
RegionName = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,4}(-[a-z]+)+-\d$")]


class BackupManagement(Args):
    """For the management account alone.

    `targets`: root, organizational units or accounts that the policy is for; none makes no policy. In each of their
    accounts and `regions`, what has the tag is backed up into the vault `vault_name` with the role `role_name`, both of
    which must be there, and copied to the backup account.
    """

    targets: tuple[TargetId, ...] = ()
    regions: tuple[RegionName, ...] = Field(default=(), max_length=30)
    vault_name: str = "Default"
    role_name: str = "AWSBackupDefaultServiceRole"
    tag_key: str = "backup"
    tag_value: str = "daily"
    hour: Annotated[int, Field(ge=0, le=23)] = 5
    retention_days: Annotated[int, Field(ge=7, le=36_500)] = 35

    @model_validator(mode="after")
    def _has_regions(self) -> Self:
        if self.targets and not self.regions:
            raise ComponentError(
                "regions", "the policy says in no Region what to back up", "name the Regions"
            )
        return self


def create_management(owner: Component, args: BackupManagement, copy_vault_arn: pulumi.Output[str]) -> None:
    """The settings and the policy, as children of `owner`."""
    switched_on = aws.backup.GlobalSettings(
        owner.name_for("organization"),
        global_settings={"isCrossAccountBackupEnabled": "true"},
        opts=owner.child(),
    )
    if not args.targets:
        return
    content = pulumi.Output.all(copy_vault_arn, owner.site.partition).apply(
        lambda known: json.dumps(policy_content(args, known[0], known[1]), sort_keys=True)
    )
    policy = aws.organizations.Policy(
        owner.name_for("organization"),
        type="BACKUP_POLICY",
        description="Daily backups, copied to the backup account",
        content=content,
        tags=owner.tags("organization"),
        opts=owner.child(depends_on=[switched_on]),
    )
    for target in args.targets:
        aws.organizations.PolicyAttachment(
            owner.name_for(target), policy_id=policy.id, target_id=target, opts=owner.child()
        )


def policy_content(args: BackupManagement, copy_vault_arn: str, partition: str) -> dict[str, Any]:
    """The backup policy: every value is assigned, so that a policy further down can't weaken it unseen."""
    # AWS puts each account's own id where `$account` stands.
    role = f"arn:{partition}:iam::$account:role/{args.role_name}"
    keep = {"delete_after_days": _assign(str(args.retention_days))}
    rule = {
        "schedule_expression": _assign(f"cron(0 {args.hour} * * ? *)"),
        "target_backup_vault_name": _assign(args.vault_name),
        "lifecycle": keep,
        "copy_actions": {
            copy_vault_arn: {"target_backup_vault_arn": _assign(copy_vault_arn), "lifecycle": keep}
        },
    }
    selected = {
        "iam_role_arn": _assign(role),
        "tag_key": _assign(args.tag_key),
        "tag_value": _assign([args.tag_value]),
    }
    plan = {
        "regions": _assign(list(args.regions)),
        "rules": {"daily": rule},
        "selections": {"tags": {"tagged": selected}},
    }
    return {"plans": {"daily": plan}}


def _assign(value: Any) -> dict[str, Any]:
    return {"@@assign": value}
