"""Rules on Aurora DSQL, which has IAM authentication, TLS and encryption always on."""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import LOW, MEDIUM, Theme, rule
from policies.pack.verdict import Verdict
from policies.rules._coverage import in_backup_plan
from policies.rules._stores import customer_key

CLUSTER = "aws:dsql/cluster:Cluster"


@rule(
    on=CLUSTER,
    severity=MEDIUM,
    theme=Theme.RESILIENCE,
    fix={"deletionProtectionEnabled": True},
)
def dsql_deletion_protection(cluster: Resource) -> Verdict:
    """A replaced resource is deleted and created anew; the protection makes that fail instead of losing data."""
    return cluster.expect("deletionProtectionEnabled", value=True)


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.RESILIENCE, fix={"forceDestroy": False})
def dsql_not_forced_away(cluster: Resource) -> Verdict:
    """With `forceDestroy` the provider takes the protection off by itself before it deletes."""
    return cluster.expect_not("forceDestroy", value=True)


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST)
def dsql_customer_key(cluster: Resource) -> Verdict:
    """Clusters are always encrypted, but only a key of one's own lets one decide, and see, who decrypts."""
    return customer_key(cluster, "kmsEncryptionKey")


@rule(on=CLUSTER, severity=LOW, theme=Theme.RESILIENCE)
def dsql_in_backup_plan(cluster: Resource, stack: Stack) -> Verdict:
    """DSQL takes no backups by itself; only a plan of AWS Backup does."""
    return in_backup_plan(cluster, stack, "dsql:cluster/")
