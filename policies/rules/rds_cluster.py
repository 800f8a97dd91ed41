"""Rules on RDS clusters: Aurora, and Multi-AZ clusters of MySQL and PostgreSQL; global clusters.

What an engine can't do is not asked of it: only Aurora MySQL backtracks, and neither Serverless v1 nor a global
database does (Aurora User Guide, "Limitations on backtracking").
"""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, undecided, violation
from policies.rules._coverage import in_backup_plan
from policies.rules._stores import customer_key, given, lower_texts, not_printed_password
from policies.rules.rds import CLUSTER, CLUSTER_INSTANCE, engine_of, judge_postgres

GLOBAL = "aws:rds/globalCluster:GlobalCluster"
_USUAL_NAMES = frozenset({"admin", "administrator", "postgres", "root", "master", "rdsadmin", "user"})


def _serverless_v1(cluster: Resource) -> bool:
    return cluster.text("engineMode", absent="provisioned") == "serverless"


def _is_copy(cluster: Resource) -> bool:
    """A replica of another cluster or a secondary of a global database: it has no users of its own."""
    return given(cluster, ("replicationSourceIdentifier",))


@rule(
    on=CLUSTER,
    severity=CRITICAL,
    theme=Theme.ENCRYPTION_AT_REST,
    fix={"storageEncrypted": True},
    same_as=["SecurityHub RDS.27", "CKV_AWS_96"],
)
def rds_cluster_encrypted(cluster: Resource) -> Verdict:
    """A cluster's storage is encrypted when it is created; it can't be switched on later."""
    if _serverless_v1(cluster):
        return PASS  # Always encrypted.
    return cluster.expect("storageEncrypted", value=True)


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_327"])
def rds_cluster_customer_key(cluster: Resource) -> Verdict:
    """Snapshots under AWS's own key can't be copied to another account, where a backup should be."""
    return customer_key(cluster, "kmsKeyId")


@rule(
    on=(CLUSTER, GLOBAL),
    severity=MEDIUM,
    theme=Theme.RESILIENCE,
    fix={"deletionProtection": True},
    same_as=["SecurityHub RDS.7", "CKV_AWS_139"],
)
def rds_cluster_deletion_protection(cluster: Resource) -> Verdict:
    """A renamed resource is deleted and created anew; the protection makes that fail instead of losing data."""
    return cluster.expect("deletionProtection", value=True)


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.RESILIENCE)
def rds_cluster_final_snapshot(cluster: Resource) -> Verdict:
    """The last snapshot is what is left after a deletion that nobody meant."""
    if _is_copy(cluster):
        return PASS
    return cluster.expect_not("skipFinalSnapshot", value=True)


@rule(
    on=CLUSTER,
    severity=HIGH,
    theme=Theme.RESILIENCE,
    fix={"backupRetentionPeriod": 7},
    same_as=["CKV_AWS_133"],
)
def rds_cluster_backup_retention(cluster: Resource, *, minimum_days: int = 7) -> Verdict:
    """One day of backups, the default, is over before most mistakes are noticed."""
    return cluster.expect_at_least("backupRetentionPeriod", minimum_days, absent=1)


@rule(
    on=CLUSTER,
    severity=LOW,
    theme=Theme.RESILIENCE,
    fix={"copyTagsToSnapshot": True},
    same_as=["SecurityHub RDS.16", "CKV_AWS_313"],
)
def rds_cluster_copies_tags(cluster: Resource) -> Verdict:
    """Tags decide who may restore and what backs up; a snapshot without them falls out of both."""
    return cluster.expect("copyTagsToSnapshot", value=True)


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.LOGGING, same_as=["SecurityHub RDS.37", "CKV_AWS_324"])
def rds_cluster_logs_exported(cluster: Resource) -> Verdict:
    """Logs that stay on the cluster are deleted after days, and with the cluster."""
    if lower_texts(cluster, "enabledCloudwatchLogsExports"):
        return PASS
    log = "postgresql" if "postgres" in engine_of(cluster) else "audit"
    remedy = f'Set `enabled_cloudwatch_logs_exports=["{log}", ...]`.'
    return violation("enabledCloudwatchLogsExports", "names no log", remedy)


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.LOGGING, same_as=["SecurityHub RDS.34", "CKV_AWS_325"])
def rds_cluster_mysql_audit_log(cluster: Resource) -> Verdict:
    """The audit log is the record of who logged in and what they asked."""
    if engine_of(cluster) not in ("aurora", "aurora-mysql"):
        return PASS  # PostgreSQL writes one log; MySQL's Multi-AZ clusters have no audit log.
    if "audit" in lower_texts(cluster, "enabledCloudwatchLogsExports"):
        return PASS
    remedy = 'Set `enabled_cloudwatch_logs_exports=["audit", "error"]` and `server_audit_logging=1`.'
    return violation("enabledCloudwatchLogsExports", 'is without "audit"', remedy)


@rule(
    on=CLUSTER,
    severity=LOW,
    theme=Theme.RESILIENCE,
    same_as=["SecurityHub RDS.14", "CKV_AWS_326"],
)
def rds_cluster_backtrack(cluster: Resource) -> Verdict:
    """Backtracking takes the cluster back by seconds, in minutes and in place; a restore makes a new one, in hours."""
    if engine_of(cluster) not in ("aurora", "aurora-mysql") or _serverless_v1(cluster):
        return PASS
    if given(cluster, ("globalClusterIdentifier", "replicationSourceIdentifier")):
        return PASS
    return cluster.expect_at_least("backtrackWindow", 1, absent=0)


@rule(on=CLUSTER, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def rds_cluster_password_managed(cluster: Resource) -> Verdict:
    """A password that the program gives lives in its state and is never rotated; Secrets Manager's is."""
    remedy = "Set `manage_master_user_password=True` and leave `master_password` out."
    return cluster.expect_absent("masterPassword", remedy)


@rule(on=CLUSTER, severity=CRITICAL, theme=Theme.LEAST_PRIVILEGE)
def rds_cluster_password_not_printed(cluster: Resource) -> Verdict:
    """A password that a guide prints is the first one that is tried."""
    return not_printed_password(cluster, "masterPassword") & not_printed_password(cluster, "masterPasswordWo")


@rule(on=CLUSTER, severity=LOW, theme=Theme.LEAST_PRIVILEGE, same_as=["SecurityHub RDS.24"])
def rds_cluster_own_user_name(cluster: Resource) -> Verdict:
    """Half of a log-in is known when the administrator has the name that everyone's has."""
    if cluster.text("masterUsername").lower() not in _USUAL_NAMES:
        return PASS
    return violation("masterUsername", "is a name that everyone tries", "Choose another `master_username`.")


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.NETWORK)
def rds_cluster_subnet_group(cluster: Resource) -> Verdict:
    """Without a subnet group the cluster goes to the default VPC, whose subnets are all public."""
    return cluster.expect_set(
        "dbSubnetGroupName", "Set `db_subnet_group_name` to a group of private subnets."
    )


@rule(on=CLUSTER, severity=CRITICAL, theme=Theme.NETWORK, fix={"publiclyAccessible": False})
def rds_cluster_not_public(cluster: Resource) -> Verdict:
    """A public address puts the database's log-in before everyone on the internet."""
    return cluster.expect_not("publiclyAccessible", value=True)


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.ENCRYPTION_IN_TRANSIT)
def rds_cluster_own_parameters(cluster: Resource) -> Verdict:
    """The engine's default parameters can't be changed, so TLS and audit logs can't be required of them."""
    remedy = "Set `db_cluster_parameter_group_name` to an `aws.rds.ClusterParameterGroup` of your own."
    if not cluster.known("dbClusterParameterGroupName"):
        return PASS
    if cluster.text("dbClusterParameterGroupName").startswith("default."):
        return violation("dbClusterParameterGroupName", "is the engine's default group", remedy)
    return cluster.expect_set("dbClusterParameterGroupName", remedy)


@rule(on=CLUSTER, severity=HIGH, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV_AWS_250"])
def rds_cluster_postgres_reads_no_files(cluster: Resource) -> Verdict:
    """In these versions the extension log_fdw lets a database user read credentials of the service (AWS-2022-004)."""
    return judge_postgres(cluster)


@rule(
    on=GLOBAL,
    severity=CRITICAL,
    theme=Theme.ENCRYPTION_AT_REST,
    fix={"storageEncrypted": True},
    same_as=["CKV_AWS_140"],
)
def rds_cluster_global_encrypted(cluster: Resource) -> Verdict:
    """A global database that starts without encryption stays without it in every Region."""
    if given(cluster, ("sourceDbClusterIdentifier",)):
        return PASS  # It takes over its source's encryption.
    return cluster.expect("storageEncrypted", value=True)


@rule(on=GLOBAL, severity=CRITICAL, theme=Theme.ENCRYPTION_AT_REST)
def rds_cluster_global_source_encrypted(cluster: Resource, stack: Stack) -> Verdict:
    """A global database is encrypted only if the cluster that it is made of is."""
    if not given(cluster, ("sourceDbClusterIdentifier",)):
        return PASS
    sources = stack.targets(cluster, "sourceDbClusterIdentifier", CLUSTER)
    for source in sources.sure:
        if not source.given.flag("storageEncrypted"):
            return violation(
                "sourceDbClusterIdentifier",
                "is a cluster without encryption",
                "Set `storage_encrypted=True` on the source.",
            )
    return undecided("sourceDbClusterIdentifier") if sources.possible and not sources.sure else PASS


@rule(
    on="aws:rds/clusterActivityStream:ClusterActivityStream",
    severity=MEDIUM,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["CKV_AWS_246"],
)
def rds_cluster_activity_stream_key(stream: Resource) -> Verdict:
    """The activity stream holds every statement; only a key of one's own decides who reads it."""
    return customer_key(stream, "kmsKeyId")


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.RESILIENCE, same_as=["SecurityHub RDS.15"])
def rds_cluster_two_instances(cluster: Resource, stack: Stack) -> Verdict:
    """With one instance an outage lasts until a new one is built; a second one takes over within a minute."""
    if _serverless_v1(cluster) or given(cluster, ("dbClusterInstanceClass",)):
        return PASS  # A Multi-AZ cluster always has three.
    instances = stack.referring(cluster, CLUSTER_INSTANCE, "clusterIdentifier")
    if len(instances.sure) >= 2:
        return PASS
    if instances.possible:
        return undecided(f"{instances.possible[0].name}.clusterIdentifier")
    remedy = "Add a second `aws.rds.ClusterInstance`; Aurora places it in another zone."
    return violation("", "the cluster has fewer than two instances in the stack", remedy)


@rule(on=CLUSTER, severity=MEDIUM, theme=Theme.RESILIENCE, same_as=["CKV2_AWS_8"])
def rds_cluster_in_backup_plan(cluster: Resource, stack: Stack) -> Verdict:
    """Automated backups go with the cluster and stay in its account; a plan's copies are safe from both."""
    return in_backup_plan(cluster, stack, "rds:cluster:")
