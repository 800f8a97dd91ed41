"""Rules on RDS instances, standalone ones first; Aurora's storage, keys and backups belong to the cluster.

What an engine can't do is not asked of it: RDS User Guide, "Supported features in Amazon RDS by AWS Region and
DB engine"; log types from "Monitoring Amazon RDS log files"; classes without Performance Insights from "Amazon
RDS DB engine, Region, and instance class support for Performance Insights".
"""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, NotKnownError, Verdict, undecided, violation
from policies.rules._coverage import in_backup_plan
from policies.rules._stores import customer_key, given, lower_texts, not_printed_password, version
from policies.rules._subnets import private_subnets

INSTANCE = "aws:rds/instance:Instance"
CLUSTER_INSTANCE = "aws:rds/clusterInstance:ClusterInstance"
CLUSTER = "aws:rds/cluster:Cluster"

# Engine (its start) -> the log that tells what went wrong or who came.
_LOGS = (
    ("mysql", ("error", "general", "slowquery", "audit")),
    ("mariadb", ("error", "general", "slowquery", "audit")),
    ("postgres", ("postgresql",)),
    ("oracle", ("audit", "alert")),
    ("sqlserver", ("error",)),
    ("db2", ("diag.log",)),
)
_WITHOUT_MULTI_AZ = frozenset({"sqlserver-ex", "sqlserver-web"})
_SMALL = tuple(f"db.{size}" for size in ("t2.", "t3.micro", "t3.small", "t4g.micro", "t4g.small"))
_OLD_AUTHORITIES = ("rds-ca-2015", "rds-ca-2019")
_USUAL_NAMES = frozenset({"admin", "administrator", "postgres", "root", "sa", "master", "rdsadmin", "user"})

# Major version -> first minor version whose log_fdw does not read other files (AWS-2022-004).
_SAFE_POSTGRES = {9: (9, 6, 22), 10: (10, 17), 11: (11, 12), 12: (12, 7), 13: (13, 3)}
_SAFE_AURORA_POSTGRES = {10: (10, 14), 11: (11, 9)}


def engine_of(instance: Resource) -> str:
    """The engine's name in lower case; empty for a replica or a restored instance that takes its source's."""
    return instance.text("engine").lower()


def _of_aurora(instance: Resource) -> bool:
    """Aurora's instances take storage, key and backups from their cluster."""
    return engine_of(instance).startswith("aurora")


def is_replica(instance: Resource) -> bool:
    """A read replica takes encryption and engine from its source."""
    return given(instance, ("replicateSourceDb",))


@rule(
    on=INSTANCE,
    severity=CRITICAL,
    theme=Theme.ENCRYPTION_AT_REST,
    fix={"storageEncrypted": True},
    same_as=["SecurityHub RDS.3", "CIS v3 2.3.1", "CKV_AWS_16"],
)
def rds_instance_encrypted(instance: Resource) -> Verdict:
    """Storage is encrypted when the instance is created, and so are its logs, backups and replicas; not later."""
    if is_replica(instance) or _of_aurora(instance):
        return PASS
    return instance.expect("storageEncrypted", value=True)


@rule(on=INSTANCE, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST)
def rds_instance_customer_key(instance: Resource) -> Verdict:
    """Snapshots under AWS's own key can't be copied to another account, where a backup should be."""
    if is_replica(instance) or _of_aurora(instance):
        return PASS
    return customer_key(instance, "kmsKeyId")


@rule(
    on=(INSTANCE, CLUSTER_INSTANCE),
    severity=CRITICAL,
    theme=Theme.NETWORK,
    fix={"publiclyAccessible": False},
    same_as=["SecurityHub RDS.2", "CIS v3 2.3.3", "CKV_AWS_17"],
)
def rds_instance_not_public(instance: Resource) -> Verdict:
    """A public address puts the database's log-in before everyone on the internet."""
    return instance.expect_not("publiclyAccessible", value=True)


@rule(
    on=INSTANCE,
    severity=HIGH,
    theme=Theme.RESILIENCE,
    fix={"backupRetentionPeriod": 7},
    same_as=["SecurityHub RDS.11", "CKV_AWS_133"],
)
def rds_instance_backup_retention(instance: Resource, *, minimum_days: int = 7) -> Verdict:
    """The provider takes no backups unless told to; without them no earlier moment can be restored."""
    if is_replica(instance) or _of_aurora(instance):
        return PASS
    return instance.expect_at_least("backupRetentionPeriod", minimum_days, absent=0)


@rule(
    on=INSTANCE,
    severity=MEDIUM,
    theme=Theme.RESILIENCE,
    same_as=["SecurityHub RDS.5", "CKV_AWS_157"],
)
def rds_instance_multi_az(instance: Resource) -> Verdict:
    """A database in one zone is gone while the zone is; the standby takes over within two minutes."""
    if is_replica(instance) or _of_aurora(instance) or engine_of(instance) in _WITHOUT_MULTI_AZ:
        return PASS
    return instance.expect("multiAz", value=True)


@rule(
    on=INSTANCE,
    severity=MEDIUM,
    theme=Theme.RESILIENCE,
    fix={"deletionProtection": True},
    same_as=["SecurityHub RDS.8", "CKV_AWS_293"],
)
def rds_instance_deletion_protection(instance: Resource) -> Verdict:
    """A renamed resource is deleted and created anew; the protection makes that fail instead of losing data."""
    return PASS if _of_aurora(instance) else instance.expect("deletionProtection", value=True)


@rule(on=INSTANCE, severity=MEDIUM, theme=Theme.RESILIENCE)
def rds_instance_final_snapshot(instance: Resource) -> Verdict:
    """The last snapshot is what is left after a deletion that nobody meant."""
    if is_replica(instance) or _of_aurora(instance):
        return PASS
    return instance.expect_not("skipFinalSnapshot", value=True)


@rule(
    on=INSTANCE,
    severity=LOW,
    theme=Theme.RESILIENCE,
    fix={"copyTagsToSnapshot": True},
    same_as=["SecurityHub RDS.17", "CKV2_AWS_60"],
)
def rds_instance_copies_tags(instance: Resource) -> Verdict:
    """Tags decide who may restore and what backs up; a snapshot without them falls out of both."""
    return PASS if _of_aurora(instance) else instance.expect("copyTagsToSnapshot", value=True)


@rule(on=INSTANCE, severity=MEDIUM, theme=Theme.LOGGING, same_as=["SecurityHub RDS.9", "CKV_AWS_129"])
def rds_instance_logs_exported(instance: Resource) -> Verdict:
    """Logs that stay on the instance are deleted after days, and with the instance."""
    engine = engine_of(instance)
    wanted = next((logs for start, logs in _LOGS if engine.startswith(start)), ())
    if not wanted or lower_texts(instance, "enabledCloudwatchLogsExports") & set(wanted):
        return PASS
    return violation(
        "enabledCloudwatchLogsExports",
        "sends none of the engine's logs to CloudWatch",
        f'Set `enabled_cloudwatch_logs_exports=["{wanted[0]}"]` or more.',
    )


@rule(on=INSTANCE, severity=LOW, theme=Theme.LOGGING, same_as=["SecurityHub RDS.6", "CKV_AWS_118"])
def rds_instance_enhanced_monitoring(instance: Resource) -> Verdict:
    """Enhanced monitoring shows the processes of the machine; CloudWatch's own metrics only the hypervisor's view."""
    if _of_aurora(instance):
        return PASS
    return instance.expect_at_least("monitoringInterval", 1, absent=0)


@rule(
    on=(INSTANCE, CLUSTER_INSTANCE),
    severity=MEDIUM,
    theme=Theme.RESILIENCE,
    fix={"autoMinorVersionUpgrade": True},
    same_as=["SecurityHub RDS.13", "CIS v3 2.3.2", "CKV_AWS_226"],
)
def rds_instance_minor_upgrades(instance: Resource) -> Verdict:
    """Minor versions carry the security fixes; switched off, the known holes stay open."""
    return instance.expect_not("autoMinorVersionUpgrade", value=False, absent=True)


@rule(
    on=(INSTANCE, CLUSTER_INSTANCE),
    severity=MEDIUM,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    same_as=["CKV_AWS_211"],
)
def rds_instance_authority_current(instance: Resource) -> Verdict:
    """Certificates of the authorities of 2015 and 2019 have expired; clients that check can't connect."""
    if instance.text("caCertIdentifier") not in _OLD_AUTHORITIES:
        return PASS
    remedy = 'Set `ca_cert_identifier="rds-ca-rsa2048-g1"`, or leave it out.'
    return violation("caCertIdentifier", "names an authority that has expired", remedy)


@rule(on=(INSTANCE, CLUSTER_INSTANCE), severity=LOW, theme=Theme.LOGGING, same_as=["CKV_AWS_353"])
def rds_instance_performance_insights(instance: Resource) -> Verdict:
    """Performance Insights tells which query held the database up; without it one can only guess afterwards."""
    engine = engine_of(instance)
    if ("mysql" in engine or engine == "mariadb") and instance.text("instanceClass").startswith(_SMALL):
        return PASS  # These classes don't have it.
    return instance.expect("performanceInsightsEnabled", value=True)


@rule(
    on=(INSTANCE, CLUSTER_INSTANCE, CLUSTER),
    severity=LOW,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["CKV_AWS_354"],
)
def rds_instance_performance_insights_key(instance: Resource) -> Verdict:
    """Performance Insights keeps the text of queries, values in them included."""
    if not instance.flag("performanceInsightsEnabled"):
        return PASS
    return customer_key(instance, "performanceInsightsKmsKeyId")


@rule(on=INSTANCE, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def rds_instance_password_managed(instance: Resource) -> Verdict:
    """A password that the program gives lives in its state and is never rotated; Secrets Manager's is."""
    return instance.expect_absent(
        "password", "Set `manage_master_user_password=True` and leave `password` out."
    )


@rule(on=INSTANCE, severity=CRITICAL, theme=Theme.LEAST_PRIVILEGE)
def rds_instance_password_not_printed(instance: Resource) -> Verdict:
    """A password that a guide prints is the first one that is tried."""
    return not_printed_password(instance, "password") & not_printed_password(instance, "passwordWo")


@rule(on=INSTANCE, severity=LOW, theme=Theme.LEAST_PRIVILEGE, same_as=["SecurityHub RDS.25"])
def rds_instance_own_user_name(instance: Resource) -> Verdict:
    """Half of a log-in is known when the administrator has the name that everyone's has."""
    if instance.text("username").lower() not in _USUAL_NAMES:
        return PASS
    return violation("username", "is a name that everyone tries", "Choose another `username`.")


@rule(on=INSTANCE, severity=MEDIUM, theme=Theme.NETWORK)
def rds_instance_subnet_group(instance: Resource) -> Verdict:
    """Without a subnet group the instance goes to the default VPC, whose subnets are all public."""
    if is_replica(instance):
        return PASS
    return instance.expect_set(
        "dbSubnetGroupName", "Set `db_subnet_group_name` to a group of private subnets."
    )


@rule(on=INSTANCE, severity=MEDIUM, theme=Theme.ENCRYPTION_IN_TRANSIT)
def rds_instance_own_parameters(instance: Resource) -> Verdict:
    """The engine's default parameters can't be changed, so TLS and audit logs can't be required of them."""
    if is_replica(instance) or _of_aurora(instance):
        return PASS
    remedy = "Set `parameter_group_name` to an `aws.rds.ParameterGroup` of your own."
    if not instance.known("parameterGroupName"):
        return PASS
    if instance.text("parameterGroupName").startswith("default."):
        return violation("parameterGroupName", "is the engine's default group", remedy)
    return instance.expect_set("parameterGroupName", remedy)


@rule(on=INSTANCE, severity=HIGH, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV_AWS_250", "CKV_AWS_388"])
def rds_instance_postgres_reads_no_files(instance: Resource) -> Verdict:
    """In these versions the extension log_fdw lets a database user read credentials of the service (AWS-2022-004)."""
    return judge_postgres(instance)


def judge_postgres(database: Resource) -> Verdict:
    """Judge the version of a PostgreSQL instance or cluster."""
    engine = engine_of(database)
    if engine not in ("postgres", "aurora-postgresql"):
        return PASS
    numbers = version(database.text("engineVersion"))
    safe = (_SAFE_POSTGRES if engine == "postgres" else _SAFE_AURORA_POSTGRES).get(
        numbers[0] if numbers else 0
    )
    # A major version alone lets AWS choose a minor one, and AWS offers none of the old ones any more.
    if safe is None or len(numbers) < len(safe) or numbers >= safe:
        return PASS
    return violation("engineVersion", "has a hole in log_fdw", "Choose a newer minor version.")


@rule(on=INSTANCE, severity=HIGH, theme=Theme.ENCRYPTION_AT_REST)
def rds_replica_source_encrypted(instance: Resource, stack: Stack) -> Verdict:
    """A replica is encrypted only if its source is; it can't be added on the way."""
    if not is_replica(instance):
        return PASS
    sources = stack.targets(instance, "replicateSourceDb", INSTANCE)
    for source in sources.sure:
        if not source.given.flag("storageEncrypted") and not is_replica(source):
            remedy = "Encrypt the source: copy its snapshot with a key and restore from that."
            return violation("replicateSourceDb", "is an instance without encryption", remedy)
    return undecided("replicateSourceDb") if sources.possible and not sources.sure else PASS


@rule(on=INSTANCE, severity=MEDIUM, theme=Theme.RESILIENCE, same_as=["SecurityHub RDS.26"])
def rds_instance_in_backup_plan(instance: Resource, stack: Stack) -> Verdict:
    """Automated backups are deleted with the instance and stay in its account; a plan's copies are safe from both."""
    if is_replica(instance) or _of_aurora(instance):
        return PASS
    return in_backup_plan(instance, stack, "rds:db:")


@rule(on=CLUSTER_INSTANCE, severity=LOW, theme=Theme.LOGGING, same_as=["SecurityHub RDS.6", "CKV_AWS_118"])
def rds_aurora_enhanced_monitoring(instance: Resource, stack: Stack) -> Verdict:
    """Enhanced monitoring shows the processes of the machine; set on the cluster it holds for every instance."""
    if (instance.number("monitoringInterval") or 0) > 0:
        return PASS
    clusters = stack.targets(instance, "clusterIdentifier", CLUSTER)
    if any((cluster.number("monitoringInterval") or 0) > 0 for cluster in clusters.sure):
        return PASS
    if clusters.possible and not clusters.sure:
        raise NotKnownError("clusterIdentifier")
    remedy = "Set `monitoring_interval=60` and `monitoring_role_arn`, on the cluster or on each instance."
    return violation("monitoringInterval", "is 0 or not set", remedy)


@rule(on="aws:rds/subnetGroup:SubnetGroup", severity=CRITICAL, theme=Theme.NETWORK)
def rds_subnet_group_private(group: Resource, stack: Stack) -> Verdict:
    """A database's subnets need no way to or from the internet; one public subnet in the group is enough to be found."""
    return private_subnets(group, stack)
