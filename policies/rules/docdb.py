"""Rules on DocumentDB; its parameters require TLS unless they are told not to. Sign-in: `docdb_auth`."""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, undecided, violation
from policies.rules._coverage import in_backup_plan
from policies.rules._stores import customer_key, given, lower_texts, not_printed_password, parameter
from policies.rules._subnets import private_subnets

CLUSTER = "aws:docdb/cluster:Cluster"
GLOBAL = "aws:docdb/globalCluster:GlobalCluster"
ELASTIC = "aws:docdb/elasticCluster:ElasticCluster"
INSTANCE = "aws:docdb/clusterInstance:ClusterInstance"
PARAMETERS = "aws:docdb/clusterParameterGroup:ClusterParameterGroup"

_AUDITED = frozenset({"enabled", "all", "ddl", "dml_read", "dml_write"})


@rule(
    on=CLUSTER,
    severity=CRITICAL,
    theme=Theme.ENCRYPTION_AT_REST,
    fix={"storageEncrypted": True},
    same_as=["SecurityHub DocumentDB.1", "CKV_AWS_74"],
)
def docdb_cluster_encrypted(cluster: Resource) -> Verdict:
    """A cluster's storage is encrypted when it is created; it can't be switched on later."""
    return cluster.expect("storageEncrypted", value=True)


@rule(on=(CLUSTER, ELASTIC), severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_182"])
def docdb_cluster_customer_key(cluster: Resource) -> Verdict:
    """Only a key of one's own lets one decide, and see, who decrypts, and copy snapshots to another account."""
    return customer_key(cluster, "kmsKeyId")


@rule(
    on=GLOBAL,
    severity=CRITICAL,
    theme=Theme.ENCRYPTION_AT_REST,
    fix={"storageEncrypted": True},
    same_as=["CKV_AWS_292"],
)
def docdb_global_encrypted(cluster: Resource) -> Verdict:
    """A global cluster that starts without encryption stays without it in every Region."""
    if given(cluster, ("sourceDbClusterIdentifier",)):
        return PASS  # It takes over its source's encryption.
    return cluster.expect("storageEncrypted", value=True)


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.LOGGING, same_as=["SecurityHub DocumentDB.4", "CKV_AWS_85"])
def docdb_cluster_audit_log(cluster: Resource) -> Verdict:
    """The audit log is the record of who signed in and what they changed; it is kept only where it is exported."""
    if "audit" in lower_texts(cluster, "enabledCloudwatchLogsExports"):
        return PASS
    remedy = 'Set `enabled_cloudwatch_logs_exports=["audit", "profiler"]`.'
    return violation("enabledCloudwatchLogsExports", 'is without "audit"', remedy)


@rule(
    on=(CLUSTER, ELASTIC),
    severity=HIGH,
    theme=Theme.RESILIENCE,
    fix={"backupRetentionPeriod": 7},
    same_as=["SecurityHub DocumentDB.2", "CKV_AWS_360"],
)
def docdb_cluster_backup_retention(cluster: Resource, *, minimum_days: int = 7) -> Verdict:
    """One day of backups, the default, is over before most mistakes are noticed."""
    return cluster.expect_at_least("backupRetentionPeriod", minimum_days, absent=1)


@rule(
    on=(CLUSTER, GLOBAL),
    severity=MEDIUM,
    theme=Theme.RESILIENCE,
    fix={"deletionProtection": True},
    same_as=["SecurityHub DocumentDB.5"],
)
def docdb_cluster_deletion_protection(cluster: Resource) -> Verdict:
    """A renamed resource is deleted and created anew; the protection makes that fail instead of losing data."""
    return cluster.expect("deletionProtection", value=True)


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.RESILIENCE)
def docdb_cluster_final_snapshot(cluster: Resource) -> Verdict:
    """The last snapshot is what is left after a deletion that nobody meant."""
    return cluster.expect_not("skipFinalSnapshot", value=True)


@rule(on=(CLUSTER, ELASTIC), severity=CRITICAL, theme=Theme.LEAST_PRIVILEGE)
def docdb_cluster_password_not_printed(cluster: Resource) -> Verdict:
    """A password that a guide prints is the first one that is tried."""
    if cluster.type == ELASTIC:
        return not_printed_password(cluster, "adminUserPassword")
    return not_printed_password(cluster, "masterPassword") & not_printed_password(cluster, "masterPasswordWo")


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.NETWORK)
def docdb_cluster_subnet_group(cluster: Resource) -> Verdict:
    """Without a subnet group the cluster goes to the default VPC, whose subnets are all public."""
    return cluster.expect_set(
        "dbSubnetGroupName", "Set `db_subnet_group_name` to a group of private subnets."
    )


@rule(
    on=PARAMETERS,
    severity=HIGH,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    same_as=["SecurityHub DocumentDB.6", "CKV_AWS_90"],
)
def docdb_parameters_tls(group: Resource) -> Verdict:
    """DocumentDB requires TLS by itself; a group that switches it off lets clients send passwords in the clear."""
    found = parameter(group, "tls")
    if not isinstance(found, str) or found.lower() != "disabled":
        return PASS
    return violation("parameters", "switches `tls` off", "Remove the parameter, or set it to `enabled`.")


@rule(on=PARAMETERS, severity=MEDIUM, theme=Theme.LOGGING, same_as=["CKV_AWS_104"])
def docdb_parameters_audit(group: Resource) -> Verdict:
    """The audit log stays empty, exported or not, until the parameter switches it on."""
    found = parameter(group, "audit_logs")
    if isinstance(found, str) and found.lower() in _AUDITED:
        return PASS
    return violation(
        "parameters", "does not switch `audit_logs` on", 'Add `{"name": "audit_logs", "value": "enabled"}`.'
    )


@rule(on=INSTANCE, severity=MEDIUM, theme=Theme.ENCRYPTION_IN_TRANSIT)
def docdb_instance_authority_current(instance: Resource) -> Verdict:
    """Certificates of the authorities of 2015 and 2019 have expired; clients that check can't connect."""
    if instance.text("caCertIdentifier") not in ("rds-ca-2015", "rds-ca-2019"):
        return PASS
    return violation(
        "caCertIdentifier",
        "names an authority that has expired",
        'Set `ca_cert_identifier="rds-ca-rsa2048-g1"`, or leave it out.',
    )


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.RESILIENCE)
def docdb_cluster_two_instances(cluster: Resource, stack: Stack) -> Verdict:
    """With one instance an outage lasts until a new one is built; a second one takes over within a minute."""
    instances = stack.referring(cluster, INSTANCE, "clusterIdentifier")
    if len(instances.sure) >= 2:
        return PASS
    if instances.possible:
        return undecided(f"{instances.possible[0].name}.clusterIdentifier")
    remedy = "Add a second `aws.docdb.ClusterInstance`, in another zone."
    return violation("", "the cluster has fewer than two instances in the stack", remedy)


@rule(on=CLUSTER, severity=LOW, theme=Theme.RESILIENCE)
def docdb_cluster_in_backup_plan(cluster: Resource, stack: Stack) -> Verdict:
    """Automated backups go with the cluster and stay in its account; a plan's copies are safe from both."""
    return in_backup_plan(cluster, stack, "rds:cluster:")


@rule(on="aws:docdb/subnetGroup:SubnetGroup", severity=CRITICAL, theme=Theme.NETWORK)
def docdb_subnet_group_private(group: Resource, stack: Stack) -> Verdict:
    """A database's subnets need no way to or from the internet."""
    return private_subnets(group, stack)
