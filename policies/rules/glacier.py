"""Rules on the vaults of S3 Glacier's own API (archives of buckets are judged with their bucket)."""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, LOW, Theme, rule
from policies.pack.verdict import Verdict
from policies.rules._stores import any_public

VAULT = "aws:glacier/vault:Vault"


@rule(on=VAULT, severity=CRITICAL, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV_AWS_167"])
def glacier_vault_not_public(vault: Resource) -> Verdict:
    """A policy that allows everybody publishes, or lets everybody delete, what was archived."""
    return any_public(vault, "accessPolicy", "Name the principals.")


@rule(on="aws:glacier/vaultLock:VaultLock", severity=LOW, theme=Theme.RESILIENCE)
def glacier_vault_lock_completed(lock: Resource) -> Verdict:
    """A lock that is begun but not completed falls off after a day."""
    return lock.expect("completeLock", value=True)
