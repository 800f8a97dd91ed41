r"""Backups that a broken-in account can't delete: copied into another account, under another key, into a locked vault.

    source account                                   backup account
    databases (storage key, shared below)
        |  daily plan                                 key of its own, shared with nobody
    vault (own key, locked) --copy, re-encrypted--> vault (locked; takes copies of that account alone)
        ^------------- and back, to restore -------------'

Follows sources/002 lines 493-750. What differs: the copies run every day instead of by hand; the source vault has a
customer-managed key, which line 513 asks for and the walk-through leaves out; both vaults are locked; the destination lets
in one account of the organization instead of everybody in it; failed jobs are told.
AWS needs two things once, in the organization's management account: cross-account backup switched on, and, to bring
backups to whole organizational units, a backup policy; `management` makes both.

AWS copies databases (RDS, Aurora, Neptune, DocumentDB) either to another account or to another Region in one step, not both;
so the backup account's vault stands in the source's Region.
"""

from __future__ import annotations

from typing import Annotated, Self

import pulumi
import pulumi_aws as aws
from pydantic import Field, model_validator

from components.data.backup_policy import BackupManagement, create_management
from components.data.notices import NoticesTopic, create_topic
from components.foundation import key_ring
from components.foundation.accounts import AccountAccess, AccountId, OrganizationId, provider_in
from components.foundation.args import Args, Text
from components.foundation.component import Component
from components.foundation.errors import ComponentError
from components.foundation.iam import Statement, assume_role_policy, policy_document
from components.foundation.names import AUTONAME_LENGTH
from components.foundation.partition import Site

MAX_NAME = 50 - AUTONAME_LENGTH
MIN_LOCK_DAYS = 7
MIN_GRACE_DAYS = 3
COPY = "backup:CopyIntoBackupVault"
TOLD = ("BACKUP_JOB_FAILED", "BACKUP_JOB_EXPIRED", "COPY_JOB_FAILED", "RESTORE_JOB_COMPLETED")
"""Events of a vault that somebody should hear of."""

Days = Annotated[int, Field(ge=MIN_LOCK_DAYS, le=36_500)]


class Selected(Args):
    """What is backed up: `arns`, and everything with the tag `tag_key` = `tag_value`."""

    arns: tuple[Text, ...] = ()
    tag_key: str = "backup"
    tag_value: str = "daily"


class CrossAccountBackupArgs(Args):
    """Daily backups of `select`, copied to `backup_account`.

    `hour`: UTC. `retention_days` here and `copy_retention_days` there; the locks keep every recovery point that long.
    `lock_grace_days`: after so many days (3 or more) the lock of the backup account's vault can't be lifted by anybody, the
    root user and AWS included (compliance mode); None leaves it to those with the right (governance mode).
    `organization_id`: of the organization that both accounts belong to (AWS copies between no others). `management`: only
    in its management account.
    """

    backup_account: AccountId
    organization_id: OrganizationId
    access: AccountAccess = AccountAccess()
    select: Selected = Selected()
    hour: Annotated[int, Field(ge=0, le=23)] = 5
    retention_days: Days = 35
    copy_retention_days: Days = 90
    lock_grace_days: Annotated[int, Field(ge=MIN_GRACE_DAYS, le=36_500)] | None = None
    management: BackupManagement | None = None
    emails: tuple[str, ...] = ()
    force_destroy: bool = False
    region: str | None = None
    tags: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.force_destroy and self.lock_grace_days is not None:
            problem = "a vault whose lock nobody can lift can't be emptied"
            raise ComponentError("force_destroy", problem, "leave it out, or lock_grace_days")
        return self


class CrossAccountBackup(Component):
    """Two keys, two locked vaults in two accounts, a plan that copies, and the rights for the way there and back.

        backup = CrossAccountBackup("safe", CrossAccountBackupArgs(
            backup_account="222222222222", organization_id="o-a1b2c3d4e5"))
        AuroraCluster(..., key_arn=backup.database_key.arn)

    `database_key` is for the databases themselves: AWS copies a snapshot to another account only under a customer-managed
    key that the account may use. Outputs: `database_key_arn`, `vault_arn`, `copy_vault_arn`, `plan_id`, `role_arn`.
    """

    database_key: aws.kms.Key
    vault: aws.backup.Vault
    copy_vault: aws.backup.Vault
    plan: aws.backup.Plan

    def __init__(
        self, name: str, args: CrossAccountBackupArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(
            "groundplan:data:CrossAccountBackup", name, args, opts, region=args.region, tags=args.tags
        )
        self._there = provider_in(self, args.backup_account, args.access)
        self.database_key = self.key(
            "databases",
            users=[
                key_ring.through("rds"),
                key_ring.through("backup"),
                shared_with(args.backup_account, args.organization_id),
            ],
        )
        self.vault = self._vault("backups", args.retention_days, None, args)
        self.copy_vault = self._vault(
            "copies", args.copy_retention_days, args.lock_grace_days, args, there=True
        )
        self._let_copy(args)
        role = self._role()
        self.plan = self._plan(args, role)
        self.topic = self._tell(args)
        if args.management is not None:
            create_management(self, args.management, self.copy_vault.arn)
        self.outputs(
            {
                "database_key_arn": self.database_key.arn,
                "vault_arn": self.vault.arn,
                "copy_vault_arn": self.copy_vault.arn,
                "plan_id": self.plan.id,
                "role_arn": role.arn,
                "topic_arn": self.topic.arn,
            }
        )

    def _options(self, *, there: bool) -> pulumi.ResourceOptions:
        return self.child(provider=self._there) if there else self.child()

    def _vault(
        self,
        purpose: str,
        keep_days: int,
        grace_days: int | None,
        args: CrossAccountBackupArgs,
        *,
        there: bool = False,
    ) -> aws.backup.Vault:
        """A locked vault with its key, in this account or (`there`) in the backup account."""
        site = Site(
            self.site.partition,
            self.site.dns_suffix,
            pulumi.Output.from_input(args.backup_account),
            self.site.region,
        )
        key = key_ring.create_key(
            self.name_for(purpose),
            site=site if there else self.site,
            users=[key_ring.through("rds"), key_ring.through("backup")],
            description=f"{self.name}: {purpose}",
            region=self.region,
            tags=self.tags(purpose),
            opts=self._options(there=there),
        )
        vault = aws.backup.Vault(
            self.name_for(purpose, limit=MAX_NAME),
            kms_key_arn=key.arn,
            force_destroy=args.force_destroy,
            region=self.region,
            tags=self.tags(purpose),
            opts=self._options(there=there),
        )
        aws.backup.VaultLockConfiguration(
            self.name_for(purpose),
            backup_vault_name=vault.name,
            min_retention_days=MIN_LOCK_DAYS,
            max_retention_days=keep_days,
            changeable_for_days=grace_days,
            region=self.region,
            opts=self._options(there=there),
        )
        return vault

    def _let_copy(self, args: CrossAccountBackupArgs) -> None:
        """The source account may copy into the backup account's vault, and that account back."""
        ways = (
            ("copies", self.copy_vault, self.site.account_id, True),
            ("backups", self.vault, args.backup_account, False),
        )
        for purpose, vault, account, there in ways:
            aws.backup.VaultPolicy(
                self.name_for(purpose),
                backup_vault_name=vault.name,
                policy=policy_document(copy_statement(self.site.partition, account, args.organization_id)),
                region=self.region,
                opts=self._options(there=there),
            )

    def _role(self) -> aws.iam.Role:
        role = aws.iam.Role(
            self.name_for("backups"),
            description=f"Backups and restores of {self.name}",
            assume_role_policy=assume_role_policy(
                self.site, service="backup", source_account=self.site.account_id
            ),
            tags=self.tags("backups"),
            opts=self.child(),
        )
        for what in ("Backup", "Restores"):
            aws.iam.RolePolicyAttachment(
                self.name_for(what.lower()),
                role=role.name,
                policy_arn=self.site.aws_managed_policy(f"service-role/AWSBackupServiceRolePolicyFor{what}"),
                opts=self.child(),
            )
        return role

    def _plan(self, args: CrossAccountBackupArgs, role: aws.iam.Role) -> aws.backup.Plan:
        plan = aws.backup.Plan(
            self.name_for("daily", limit=MAX_NAME),
            rules=[
                {
                    "rule_name": "daily",
                    "target_vault_name": self.vault.name,
                    "schedule": f"cron(0 {args.hour} * * ? *)",
                    "lifecycle": {"delete_after": args.retention_days},
                    "copy_actions": [
                        {
                            "destination_vault_arn": self.copy_vault.arn,
                            "lifecycle": {"delete_after": args.copy_retention_days},
                        }
                    ],
                }
            ],
            region=self.region,
            tags=self.tags("daily"),
            opts=self.child(),
        )
        chosen = args.select
        aws.backup.Selection(
            self.name_for("daily", limit=MAX_NAME),
            plan_id=plan.id,
            iam_role_arn=role.arn,
            resources=list(chosen.arns),
            selection_tags=[{"type": "STRINGEQUALS", "key": chosen.tag_key, "value": chosen.tag_value}],
            region=self.region,
            opts=self.child(),
        )
        return plan

    def _tell(self, args: CrossAccountBackupArgs) -> NoticesTopic:
        topic = create_topic(
            self, self.key("notices", users=[key_ring.service("backup")]), args.emails, writers=("backup",)
        )
        aws.backup.VaultNotifications(
            self.name_for("backups"),
            backup_vault_name=self.vault.name,
            sns_topic_arn=topic.arn,
            backup_vault_events=list(TOLD),
            region=self.region,
            opts=self.child(),
        )
        return topic


def copy_statement(
    partition: pulumi.Input[str], account: pulumi.Input[str], organization_id: str
) -> Statement:
    """An account may copy into the vault, as long as it belongs to the organization."""
    return Statement(
        "CopyIntoVault",
        actions=[COPY],
        resources=["*"],
        principals={"AWS": [pulumi.Output.concat("arn:", partition, ":iam::", account, ":root")]},
        conditions={"StringEquals": {"aws:PrincipalOrgID": organization_id}},
    )


def shared_with(account: str, organization_id: str) -> key_ring.KeyUser:
    """Another account may use the key, and let AWS services there use it (sources/002 line 563).

    What a principal there may do is decided by its own IAM policy as well (line 632).
    """

    def statements(site: Site) -> list[Statement]:
        root = {"AWS": [pulumi.Output.concat("arn:", site.partition, ":iam::", account, ":root")]}
        own = {"kms:CallerAccount": account, "aws:PrincipalOrgID": organization_id}
        use = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*")
        return [
            Statement("UseFromTheBackupAccount", use, ["*"], root, {"StringEquals": own}),
            Statement(
                "GrantsFromTheBackupAccount",
                ("kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"),
                ["*"],
                root,
                {"StringEquals": own, "Bool": {"kms:GrantIsForAWSResource": "true"}},
            ),
        ]

    return statements
