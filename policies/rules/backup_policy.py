"""Rules on losing backups through the access policies of vaults."""

from __future__ import annotations

from policies.pack.document import Statement
from policies.pack.resource import Resource
from policies.pack.rule import HIGH, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation

VAULT_POLICY = "aws:backup/vaultPolicy:VaultPolicy"
_LOSS = (
    "backup:DeleteRecoveryPoint",
    "backup:DeleteBackupVault",
    "backup:UpdateRecoveryPointLifecycle",
    "backup:DisassociateRecoveryPoint",
    "backup:DeleteBackupVaultAccessPolicy",
    "backup:DeleteBackupVaultLockConfiguration",
)


@rule(on=VAULT_POLICY, severity=HIGH, theme=Theme.RESILIENCE)
def backup_policy_no_deletion(resource: Resource) -> Verdict:
    """Backups are the last way back; a vault's policy is there to forbid deleting them, not to allow it."""

    def judge(statement: Statement) -> Verdict:
        given = [name for name in _LOSS if statement.covers(name)]
        if not given:
            return PASS
        remedy = "Take it out; recovery points expire by their plan's lifecycle."
        return violation(f"{statement.path}.Action", f"lets backups be lost (`{given[0]}`)", remedy)

    return every(resource.document("policy").allowing, judge)
