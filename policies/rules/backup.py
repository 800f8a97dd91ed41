"""Rules on AWS Backup: vaults, their keys and policies, plans and selections.

A backup that lies under the key, or in the account, of what it saves is lost together with it.
"""

from __future__ import annotations

from policies.pack.document import Statement
from policies.pack.graph import Stack
from policies.pack.resource import Part, Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, undecided, violation
from policies.rules._stores import customer_key

VAULT = "aws:backup/vault:Vault"
LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
POLICY = "aws:backup/vaultPolicy:VaultPolicy"
PLAN = "aws:backup/plan:Plan"
SELECTION = "aws:backup/selection:Selection"
AIR_GAPPED = "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault"

# Stores that a backup may come from, and the property that holds their key.
_STORES = (
    ("aws:rds/instance:Instance", "kmsKeyId"),
    ("aws:rds/cluster:Cluster", "kmsKeyId"),
    ("aws:dynamodb/table:Table", "serverSideEncryption.kmsKeyArn"),
    ("aws:efs/fileSystem:FileSystem", "kmsKeyId"),
    ("aws:ebs/volume:Volume", "kmsKeyId"),
)
_KEY = "aws:kms/key:Key"


@rule(
    on=VAULT,
    severity=HIGH,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["SecurityHub Backup.1", "CKV_AWS_166"],
)
def backup_vault_customer_key(vault: Resource) -> Verdict:
    """Recovery points under AWS's own key can't be copied to another account."""
    return customer_key(vault, "kmsKeyArn")


@rule(on=AIR_GAPPED, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST)
def backup_air_gapped_customer_key(vault: Resource) -> Verdict:
    """Only a key of one's own lets one decide, and see, who restores."""
    return customer_key(vault, "encryptionKeyArn")


@rule(on=VAULT, severity=HIGH, theme=Theme.ENCRYPTION_AT_REST)
def backup_vault_key_apart(vault: Resource, stack: Stack) -> Verdict:
    """With the key of the database gone, backups under the same key are gone too."""
    keys = stack.targets(vault, "kmsKeyArn", _KEY)
    for key in keys.sure:
        for token, path in _STORES:
            if stack.referring(key, token, path).sure:
                remedy = "Give the vault an `aws.kms.Key` of its own."
                return violation("kmsKeyArn", "is the key of a store that is backed up", remedy)
    return undecided("kmsKeyArn") if keys.possible and not keys.sure else PASS


@rule(on=VAULT, severity=MEDIUM, theme=Theme.RESILIENCE)
def backup_vault_locked(vault: Resource, stack: Stack) -> Verdict:
    """Whoever breaks in deletes the backups first; a locked vault keeps them for the days it says."""
    links = stack.referring(vault, LOCK, "backupVaultName")
    if links.sure:
        return PASS
    if links.possible:
        return undecided(f"{links.possible[0].name}.backupVaultName")
    remedy = "Add `aws.backup.VaultLockConfiguration(backup_vault_name=vault.name, ...)`."
    return violation("vaultLockConfiguration", "is missing for this vault", remedy)


@rule(on=LOCK, severity=LOW, theme=Theme.RESILIENCE)
def backup_vault_lock_minimum(lock: Resource, *, minimum_days: int = 7) -> Verdict:
    """A lock without a shortest retention lets a plan, or an intruder, make backups that end tomorrow."""
    return lock.expect_at_least("minRetentionDays", minimum_days, absent=0)


@rule(on=VAULT, severity=MEDIUM, theme=Theme.RESILIENCE, fix={"forceDestroy": False})
def backup_vault_not_emptied(vault: Resource) -> Verdict:
    """With `forceDestroy` a vault that is removed or renamed in the program takes its recovery points with it."""
    return vault.expect_not("forceDestroy", value=True)


# Keys that keep a statement for everybody to an organisation or account.
_ORGANISATION = ("aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalAccount", "aws:SourceAccount")


@rule(on=POLICY, severity=CRITICAL, theme=Theme.LEAST_PRIVILEGE)
def backup_vault_policy_scoped(policy: Resource) -> Verdict:
    """Everybody may copy into a vault only within the organisation, and nobody else may do more than copy."""

    def judge(statement: Statement) -> Verdict:
        if not statement.anyone:
            return PASS
        if not statement.limited_by(*_ORGANISATION):
            remedy = 'Add `{"StringEquals": {"aws:PrincipalOrgID": ...}}`.'
            return violation(f"{statement.path}.Principal", "is everybody", remedy)
        if set(statement.actions) <= {"backup:CopyIntoBackupVault"}:
            return PASS
        remedy = "Allow `backup:CopyIntoBackupVault` only."
        return violation(f"{statement.path}.Action", "lets a whole organisation do more than copy", remedy)

    return every(policy.document("policy").allowing, judge)


@rule(on=PLAN, severity=MEDIUM, theme=Theme.RESILIENCE)
def backup_plan_retention(plan: Resource, *, minimum_days: int = 7) -> Verdict:
    """Without a lifecycle recovery points are kept, and paid for, for ever; with too short a one they end too soon."""

    def judge(item: Part) -> Verdict:
        return item.expect_at_least("lifecycle.deleteAfter", minimum_days)

    return every(plan.each("rules"), judge)


@rule(on=PLAN, severity=MEDIUM, theme=Theme.RESILIENCE)
def backup_plan_copies(plan: Resource) -> Verdict:
    """A backup in the account and Region of what it saves is lost with either; one rule should copy elsewhere."""
    if any(item.each("copyActions") for item in plan.each("rules")):
        return PASS
    if any(item.has("targetLogicallyAirGappedBackupVaultArn") for item in plan.each("rules")):
        return PASS
    remedy = 'Add `"copy_actions": [{"destination_vault_arn": ...}]` to a rule.'
    return violation("rules", "have no copy to another vault", remedy)


@rule(on=PLAN, severity=LOW, theme=Theme.RESILIENCE)
def backup_plan_scheduled(plan: Resource) -> Verdict:
    """A rule without a schedule runs when AWS chooses; how much may be lost is then nobody's decision."""
    remedy = 'Set `"schedule": "cron(0 5 * * ? *)"`.'

    def judge(item: Part) -> Verdict:
        if item.flag("enableContinuousBackup"):
            return PASS
        return item.expect_set("schedule", remedy)

    return every(plan.each("rules"), judge)


@rule(on=PLAN, severity=MEDIUM, theme=Theme.RESILIENCE)
def backup_plan_selects(plan: Resource, stack: Stack) -> Verdict:
    """A plan without a selection backs nothing up, and looks as if it did."""
    links = stack.referring(plan, SELECTION, "planId")
    if links.sure:
        return PASS
    if links.possible:
        return undecided(f"{links.possible[0].name}.planId")
    remedy = "Add `aws.backup.Selection(plan_id=plan.id, ...)`."
    return violation("", "no selection of the stack belongs to the plan", remedy)


@rule(on="aws:backup/globalSettings:GlobalSettings", severity=MEDIUM, theme=Theme.RESILIENCE)
def backup_cross_account_allowed(settings: Resource) -> Verdict:
    """Copies to an account of their own are what an intruder in this one can't delete; they must be allowed once."""
    if settings.part("globalSettings").flag("isCrossAccountBackupEnabled"):
        return PASS
    remedy = 'Set `global_settings={"isCrossAccountBackupEnabled": "true"}`.'
    return violation("globalSettings.isCrossAccountBackupEnabled", "is not true", remedy)


@rule(on=VAULT, severity=MEDIUM, theme=Theme.RESILIENCE)
def backup_vault_key_symmetric(vault: Resource, stack: Stack) -> Verdict:
    """AWS Backup encrypts with symmetric keys: with another kind of key every backup fails, and only then."""

    def judge(key: Resource) -> Verdict:
        return key.expect(
            "customerMasterKeySpec", "SYMMETRIC_DEFAULT", absent="SYMMETRIC_DEFAULT"
        ) & key.expect("keyUsage", "ENCRYPT_DECRYPT", absent="ENCRYPT_DECRYPT")

    return every(stack.targets(vault, "kmsKeyArn", _KEY).sure, judge)
