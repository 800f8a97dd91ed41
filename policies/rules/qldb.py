"""Rules on QLDB. AWS ended the service on 31 July 2025; ledgers in state files are judged until they are gone."""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import HIGH, MEDIUM, Theme, rule
from policies.pack.verdict import Verdict
from policies.rules._stores import customer_key

LEDGER = "aws:qldb/ledger:Ledger"


@rule(
    on=LEDGER,
    severity=HIGH,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=["CKV_AWS_170"],
)
def qldb_standard_permissions(ledger: Resource) -> Verdict:
    """In the other mode whoever may reach the ledger may do everything with every table."""
    return ledger.expect("permissionsMode", "STANDARD")


@rule(
    on=LEDGER,
    severity=MEDIUM,
    theme=Theme.RESILIENCE,
    fix={"deletionProtection": True},
    same_as=["CKV_AWS_172"],
)
def qldb_deletion_protection(ledger: Resource) -> Verdict:
    """A ledger is kept because nothing in it can be changed; without protection all of it can be deleted."""
    return ledger.expect_not("deletionProtection", value=False, absent=True)


@rule(on=LEDGER, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST)
def qldb_customer_key(ledger: Resource) -> Verdict:
    """Ledgers are always encrypted, but only a key of one's own lets one decide, and see, who decrypts."""
    return customer_key(ledger, "kmsKey")
