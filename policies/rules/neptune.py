"""Rules on Neptune and Neptune Analytics. Sign-in with IAM: `neptune_auth`."""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, undecided, violation
from policies.rules._coverage import in_backup_plan
from policies.rules._stores import customer_key, given, is_on, lower_texts, parameter
from policies.rules._subnets import private_subnets

CLUSTER = "aws:neptune/cluster:Cluster"
GLOBAL = "aws:neptune/globalCluster:GlobalCluster"
INSTANCE = "aws:neptune/clusterInstance:ClusterInstance"
SNAPSHOT = "aws:neptune/clusterSnapshot:ClusterSnapshot"
PARAMETERS = "aws:neptune/clusterParameterGroup:ClusterParameterGroup"
GRAPH = "aws:neptunegraph/graph:Graph"


@rule(
    on=CLUSTER,
    severity=CRITICAL,
    theme=Theme.ENCRYPTION_AT_REST,
    fix={"storageEncrypted": True},
    same_as=["SecurityHub Neptune.1", "CKV_AWS_44"],
)
def neptune_cluster_encrypted(cluster: Resource) -> Verdict:
    """A cluster's storage is encrypted when it is created; it can't be switched on later."""
    return cluster.expect("storageEncrypted", value=True)


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_347"])
def neptune_cluster_customer_key(cluster: Resource) -> Verdict:
    """Only a key of one's own lets one decide, and see, who decrypts, and copy snapshots to another account."""
    return customer_key(cluster, "kmsKeyArn")


@rule(on=GLOBAL, severity=CRITICAL, theme=Theme.ENCRYPTION_AT_REST, fix={"storageEncrypted": True})
def neptune_global_encrypted(cluster: Resource) -> Verdict:
    """A global database that starts without encryption stays without it in every Region."""
    if given(cluster, ("sourceDbClusterIdentifier",)):
        return PASS  # It takes over its source's encryption.
    return cluster.expect("storageEncrypted", value=True)


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.LOGGING, same_as=["SecurityHub Neptune.2", "CKV_AWS_101"])
def neptune_cluster_audit_log(cluster: Resource) -> Verdict:
    """The audit log is the record of who asked what; it is kept only where it is exported."""
    if "audit" in lower_texts(cluster, "enableCloudwatchLogsExports"):
        return PASS
    remedy = 'Set `enable_cloudwatch_logs_exports=["audit"]`.'
    return violation("enableCloudwatchLogsExports", 'is without "audit"', remedy)


@rule(
    on=INSTANCE,
    severity=CRITICAL,
    theme=Theme.NETWORK,
    fix={"publiclyAccessible": False},
    same_as=["CKV_AWS_102"],
)
def neptune_instance_not_public(instance: Resource) -> Verdict:
    """A public address puts the database before everyone on the internet."""
    return instance.expect_not("publiclyAccessible", value=True)


@rule(
    on=CLUSTER,
    severity=HIGH,
    theme=Theme.RESILIENCE,
    fix={"backupRetentionPeriod": 7},
    same_as=["SecurityHub Neptune.5", "CKV_AWS_361"],
)
def neptune_cluster_backup_retention(cluster: Resource, *, minimum_days: int = 7) -> Verdict:
    """One day of backups, the default, is over before most mistakes are noticed."""
    return cluster.expect_at_least("backupRetentionPeriod", minimum_days, absent=1)


@rule(
    on=CLUSTER,
    severity=LOW,
    theme=Theme.RESILIENCE,
    fix={"copyTagsToSnapshot": True},
    same_as=["SecurityHub Neptune.8", "CKV_AWS_362"],
)
def neptune_cluster_copies_tags(cluster: Resource) -> Verdict:
    """Tags decide who may restore and what backs up; a snapshot without them falls out of both."""
    return cluster.expect("copyTagsToSnapshot", value=True)


@rule(
    on=(CLUSTER, GLOBAL, GRAPH),
    severity=MEDIUM,
    theme=Theme.RESILIENCE,
    fix={"deletionProtection": True},
    same_as=["SecurityHub Neptune.4", "CKV2_AWS_58"],
)
def neptune_cluster_deletion_protection(cluster: Resource) -> Verdict:
    """A renamed resource is deleted and created anew; the protection makes that fail instead of losing data."""
    return cluster.expect("deletionProtection", value=True)


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.RESILIENCE)
def neptune_cluster_final_snapshot(cluster: Resource) -> Verdict:
    """The last snapshot is what is left after a deletion that nobody meant."""
    return cluster.expect_not("skipFinalSnapshot", value=True)


@rule(on=INSTANCE, severity=MEDIUM, theme=Theme.RESILIENCE, fix={"autoMinorVersionUpgrade": True})
def neptune_instance_minor_upgrades(instance: Resource) -> Verdict:
    """Minor versions carry the security fixes; switched off, the known holes stay open."""
    return instance.expect_not("autoMinorVersionUpgrade", value=False, absent=True)


@rule(on=PARAMETERS, severity=HIGH, theme=Theme.ENCRYPTION_IN_TRANSIT)
def neptune_parameters_tls(group: Resource) -> Verdict:
    """Neptune requires TLS by itself; a group that switches it off sends queries and answers in the clear."""
    found = parameter(group, "neptune_enforce_ssl")
    if found is None or is_on(found):
        return PASS
    return violation("parameters", "switches `neptune_enforce_ssl` off", "Remove it, or set it to 1.")


@rule(on=PARAMETERS, severity=MEDIUM, theme=Theme.LOGGING)
def neptune_parameters_audit(group: Resource) -> Verdict:
    """The audit log stays empty, exported or not, until the parameter switches it on."""
    if is_on(parameter(group, "neptune_enable_audit_log")):
        return PASS
    remedy = 'Add `{"name": "neptune_enable_audit_log", "value": "1"}` to `parameters`.'
    return violation("parameters", "does not switch `neptune_enable_audit_log` on", remedy)


@rule(
    on=SNAPSHOT,
    severity=HIGH,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["SecurityHub Neptune.6", "CKV_AWS_279", "CKV_AWS_280"],
)
def neptune_snapshot_of_encrypted(snapshot: Resource, stack: Stack) -> Verdict:
    """A snapshot is encrypted, and with the same key, only if the cluster is."""
    sources = stack.targets(snapshot, "dbClusterIdentifier", CLUSTER)
    for source in sources.sure:
        if not source.given.flag("storageEncrypted"):
            remedy = "Set `storage_encrypted=True` on the cluster."
            return violation("dbClusterIdentifier", "is a cluster without encryption", remedy)
    return undecided("dbClusterIdentifier") if sources.possible and not sources.sure else PASS


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.RESILIENCE, same_as=["SecurityHub Neptune.9"])
def neptune_cluster_two_instances(cluster: Resource, stack: Stack) -> Verdict:
    """With one instance an outage lasts until a new one is built; a second one takes over within a minute."""
    instances = stack.referring(cluster, INSTANCE, "clusterIdentifier")
    if len(instances.sure) >= 2:
        return PASS
    if instances.possible:
        return undecided(f"{instances.possible[0].name}.clusterIdentifier")
    remedy = "Add a second `aws.neptune.ClusterInstance`, in another zone."
    return violation("", "the cluster has fewer than two instances in the stack", remedy)


@rule(on=CLUSTER, severity=LOW, theme=Theme.RESILIENCE)
def neptune_cluster_in_backup_plan(cluster: Resource, stack: Stack) -> Verdict:
    """Automated backups go with the cluster and stay in its account; a plan's copies are safe from both."""
    return in_backup_plan(cluster, stack, "rds:cluster:")


@rule(on="aws:neptune/subnetGroup:SubnetGroup", severity=CRITICAL, theme=Theme.NETWORK)
def neptune_subnet_group_private(group: Resource, stack: Stack) -> Verdict:
    """A database's subnets need no way to or from the internet."""
    return private_subnets(group, stack)


@rule(on=GRAPH, severity=HIGH, theme=Theme.NETWORK, fix={"publicConnectivity": False})
def neptune_graph_not_public(graph: Resource) -> Verdict:
    """A graph that is reachable from the internet has only IAM before it; a private endpoint adds the network."""
    return graph.expect_not("publicConnectivity", value=True)


@rule(on=GRAPH, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST)
def neptune_graph_customer_key(graph: Resource) -> Verdict:
    """Graphs are always encrypted, but only a key of one's own lets one decide, and see, who decrypts."""
    return customer_key(graph, "kmsKeyIdentifier")
