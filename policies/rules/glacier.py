"""Rules on the vaults of S3 Glacier's own API (archives of buckets are judged with their bucket)."""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import LOW, Theme, rule
from policies.pack.verdict import Verdict

VAULT = "aws:glacier/vault:Vault"


@rule(on="aws:glacier/vaultLock:VaultLock", severity=LOW, theme=Theme.RESILIENCE, fix={"completeLock": True})
def glacier_vault_lock_completed(lock: Resource) -> Verdict:
    """A lock that is begun but not completed falls off after a day."""
    return lock.expect("completeLock", value=True)
