"""Rules on Keyspaces tables."""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict
from policies.rules._stores import customer_key

TABLE = "aws:keyspaces/table:Table"


@rule(on=TABLE, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_265"])
def keyspaces_table_customer_key(table: Resource) -> Verdict:
    """Tables are always encrypted, but only a key of one's own lets one decide, and see, who decrypts."""
    return table.expect("encryptionSpecification.type", "CUSTOMER_MANAGED_KMS_KEY") & customer_key(
        table, "encryptionSpecification.kmsKeyIdentifier"
    )


@rule(
    on=TABLE,
    severity=HIGH,
    theme=Theme.RESILIENCE,
    fix={"pointInTimeRecovery.status": "ENABLED"},
)
def keyspaces_table_point_in_time_recovery(table: Resource) -> Verdict:
    """With point-in-time recovery any second of the last 35 days can be restored; without it nothing can."""
    return table.expect("pointInTimeRecovery.status", "ENABLED")


@rule(on=TABLE, severity=LOW, theme=Theme.RESILIENCE, fix={"ttl.status": "ENABLED"})
def keyspaces_table_ttl_enabled(table: Resource) -> Verdict:
    """A default lifetime without the switch for it lets rows pile up that everyone thinks expire."""
    if not table.number("defaultTimeToLive"):
        return PASS
    return table.expect("ttl.status", "ENABLED")
