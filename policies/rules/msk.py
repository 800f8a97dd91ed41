"""Rules on Amazon MSK clusters; who may connect is in `msk_auth.py`."""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, holds_any, violation
from policies.rules._stores import customer_key
from policies.rules._subnets import private_subnets

CLUSTER = "aws:msk/cluster:Cluster"
_LOGS = ("cloudwatchLogs", "firehose", "s3")


@rule(
    on=CLUSTER, severity=HIGH, theme=Theme.ENCRYPTION_IN_TRANSIT, same_as=["SecurityHub MSK.1", "CKV_AWS_81"]
)
def msk_cluster_tls(cluster: Resource) -> Verdict:
    """From clients to brokers, and among brokers, topics travel in the clear if the cluster allows it."""
    transit = "encryptionInfo.encryptionInTransit"
    # The provider's default within the block is TLS; without the block AWS decides, and its API says TLS_PLAINTEXT.
    default = "TLS" if cluster.has(transit) else "TLS_PLAINTEXT"
    clients = cluster.expect(f"{transit}.clientBroker", "TLS", absent=default)
    return clients & cluster.expect_not(f"{transit}.inCluster", value=False)


@rule(on=CLUSTER, severity=LOW, theme=Theme.ENCRYPTION_AT_REST)
def msk_cluster_customer_key(cluster: Resource) -> Verdict:
    """The key is chosen when the cluster is created; AWS's own can't be restricted or withdrawn."""
    return customer_key(cluster, "encryptionInfo.encryptionAtRestKmsKeyArn")


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.LOGGING, same_as=["CKV_AWS_80"])
def msk_cluster_logs(cluster: Resource) -> Verdict:
    """Without broker logs nobody can say why a client was refused or who wrote to a topic."""
    base = "loggingInfo.brokerLogs"
    if holds_any(*(lambda name=name: cluster.flag(f"{base}.{name}.enabled") for name in _LOGS)):
        return PASS
    return violation(
        base, "sends broker logs nowhere", "Enable `cloudwatch_logs`, `s3` or `firehose` below it."
    )


@rule(on=CLUSTER, severity=CRITICAL, theme=Theme.NETWORK, same_as=["SecurityHub MSK.4", "CKV_AWS_291"])
def msk_cluster_private(cluster: Resource) -> Verdict:
    """Public access gives the brokers addresses on the internet."""
    path = "brokerNodeGroupInfo.connectivityInfo.publicAccess.type"
    return cluster.expect(path, "DISABLED", absent="DISABLED")


@rule(on=CLUSTER, severity=LOW, theme=Theme.LOGGING, same_as=["SecurityHub MSK.2"])
def msk_cluster_enhanced_monitoring(cluster: Resource) -> Verdict:
    """The default shows the cluster as a whole; which broker or topic is in trouble it does not."""
    return cluster.expect_not("enhancedMonitoring", "DEFAULT", absent="DEFAULT")


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.RESILIENCE)
def msk_cluster_two_zones(cluster: Resource) -> Verdict:
    """Brokers in one zone go with the zone, and every topic with them."""
    path = "brokerNodeGroupInfo.clientSubnets"
    subnets = cluster.each(path)
    known = [subnet.value for subnet in subnets if isinstance(subnet.value, str)]
    if len(subnets) - len(known) + len(set(known)) >= 2:
        return PASS
    return violation(path, "names fewer than two subnets", "Name subnets in two or three zones.")


@rule(on=CLUSTER, severity=HIGH, theme=Theme.NETWORK)
def msk_cluster_private_subnets(cluster: Resource, stack: Stack) -> Verdict:
    """Brokers serve programs of the network; none of them has a reason to be routed from the internet."""
    return private_subnets(cluster, stack, "brokerNodeGroupInfo.clientSubnets")
