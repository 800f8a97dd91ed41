"""Rules on MemoryDB."""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, HIGH, MEDIUM, Theme, rule
from policies.pack.verdict import Verdict
from policies.rules._stores import customer_key
from policies.rules._subnets import private_subnets

CLUSTER = "aws:memorydb/cluster:Cluster"


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_201"])
def memorydb_cluster_customer_key(cluster: Resource) -> Verdict:
    """Clusters are always encrypted, but only a key of one's own lets one decide, and see, who decrypts."""
    return customer_key(cluster, "kmsKeyArn")


@rule(
    on="aws:memorydb/snapshot:Snapshot",
    severity=MEDIUM,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["CKV_AWS_278"],
)
def memorydb_snapshot_customer_key(snapshot: Resource) -> Verdict:
    """A snapshot is the whole database in a file; the key decides who restores it."""
    return customer_key(snapshot, "kmsKeyArn")


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.RESILIENCE)
def memorydb_cluster_snapshots(cluster: Resource, *, minimum_days: int = 7) -> Verdict:
    """MemoryDB survives failures by itself, but only a snapshot takes back a deletion."""
    return cluster.expect_at_least("snapshotRetentionLimit", minimum_days, absent=0)


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.RESILIENCE)
def memorydb_cluster_replicas(cluster: Resource) -> Verdict:
    """A shard without a replica is unreachable until a new node has read the log."""
    return cluster.expect_at_least("numReplicasPerShard", 1, absent=1)


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.RESILIENCE, fix={"autoMinorVersionUpgrade": True})
def memorydb_cluster_minor_upgrades(cluster: Resource) -> Verdict:
    """Minor versions carry the security fixes; switched off, the known holes stay open."""
    return cluster.expect_not("autoMinorVersionUpgrade", value=False, absent=True)


@rule(on=CLUSTER, severity=HIGH, theme=Theme.NETWORK)
def memorydb_cluster_placed(cluster: Resource) -> Verdict:
    """Unless told otherwise the cluster goes to the default VPC's subnets and its default security group."""
    return cluster.expect_set("subnetGroupName", "Set `subnet_group_name` to a group of private subnets.") & (
        cluster.expect_set("securityGroupIds", "Set `security_group_ids` to a group for the database.")
    )


@rule(on="aws:memorydb/subnetGroup:SubnetGroup", severity=CRITICAL, theme=Theme.NETWORK)
def memorydb_subnet_group_private(group: Resource, stack: Stack) -> Verdict:
    """A database's subnets need no way to or from the internet."""
    return private_subnets(group, stack)
