"""Rules on DynamoDB Accelerator (DAX)."""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, HIGH, MEDIUM, Theme, rule
from policies.pack.verdict import Verdict
from policies.rules._subnets import private_subnets

CLUSTER = "aws:dax/cluster:Cluster"


@rule(
    on=CLUSTER,
    severity=HIGH,
    theme=Theme.ENCRYPTION_AT_REST,
    fix={"serverSideEncryption.enabled": True},
    same_as=["SecurityHub DynamoDB.3", "CKV_AWS_47"],
)
def dax_cluster_encrypted(cluster: Resource) -> Verdict:
    """DAX keeps what it caches, and its configuration, on disks; encryption is chosen when it is created."""
    return cluster.expect("serverSideEncryption.enabled", value=True)


@rule(
    on=CLUSTER,
    severity=HIGH,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    fix={"clusterEndpointEncryptionType": "TLS"},
    same_as=["SecurityHub DynamoDB.7", "CKV_AWS_239"],
)
def dax_cluster_tls(cluster: Resource) -> Verdict:
    """The default endpoint sends items through the network in the clear; it can't be changed later."""
    return cluster.expect("clusterEndpointEncryptionType", "TLS")


@rule(on=CLUSTER, severity=HIGH, theme=Theme.NETWORK)
def dax_cluster_placed(cluster: Resource) -> Verdict:
    """Unless told otherwise DAX goes to the default VPC's subnets and its default security group."""
    return cluster.expect_set("subnetGroupName", "Set `subnet_group_name` to a group of private subnets.") & (
        cluster.expect_set("securityGroupIds", "Set `security_group_ids` to a group for the cache.")
    )


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.RESILIENCE)
def dax_cluster_three_nodes(cluster: Resource, *, minimum: int = 3) -> Verdict:
    """AWS asks for three nodes in three zones: with fewer, one failure leaves the table to take all reads."""
    return cluster.expect_at_least("replicationFactor", minimum)


@rule(on="aws:dax/subnetGroup:SubnetGroup", severity=CRITICAL, theme=Theme.NETWORK)
def dax_subnet_group_private(group: Resource, stack: Stack) -> Verdict:
    """A cache's subnets need no way to or from the internet."""
    return private_subnets(group, stack)
