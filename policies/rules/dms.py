"""Rules on Database Migration Service: instances, endpoints and tasks through which whole databases go."""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation
from policies.rules._stores import customer_key, given, json_object, not_printed_password
from policies.rules._subnets import private_subnets

INSTANCE = "aws:dms/replicationInstance:ReplicationInstance"
CONFIG = "aws:dms/replicationConfig:ReplicationConfig"
ENDPOINT = "aws:dms/endpoint:Endpoint"
S3_ENDPOINT = "aws:dms/s3Endpoint:S3Endpoint"
TASK = "aws:dms/replicationTask:ReplicationTask"

# Engines that are reached by their own protocol; the others are AWS services, which are always asked with TLS.
_WITH_SSL_MODE = frozenset(
    {
        "aurora",
        "aurora-postgresql",
        "aurora-serverless",
        "aurora-postgresql-serverless",
        "azuredb",
        "azure-sql-managed-instance",
        "babelfish",
        "db2",
        "db2-zos",
        "docdb",
        "mariadb",
        "mongodb",
        "mysql",
        "oracle",
        "postgres",
        "sqlserver",
        "sybase",
    }
)


@rule(
    on=INSTANCE,
    severity=CRITICAL,
    theme=Theme.NETWORK,
    fix={"publiclyAccessible": False},
    same_as=["SecurityHub DMS.1", "CKV_AWS_89"],
)
def dms_instance_not_public(instance: Resource) -> Verdict:
    """A public address shows the internet a machine that holds the passwords of both databases."""
    return instance.expect_not("publiclyAccessible", value=True)


@rule(on=INSTANCE, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_212"])
def dms_instance_customer_key(instance: Resource) -> Verdict:
    """The instance keeps changes and passwords on its disk; the key decides who reads them."""
    return customer_key(instance, "kmsKeyArn")


@rule(on=CONFIG, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST)
def dms_serverless_customer_key(config: Resource) -> Verdict:
    """A serverless replication keeps changes on disks too; the key decides who reads them."""
    return customer_key(config, "computeConfig.kmsKeyId")


@rule(
    on=INSTANCE,
    severity=MEDIUM,
    theme=Theme.RESILIENCE,
    fix={"autoMinorVersionUpgrade": True},
    same_as=["SecurityHub DMS.6", "CKV_AWS_222"],
)
def dms_instance_minor_upgrades(instance: Resource) -> Verdict:
    """Minor versions carry the security fixes; switched off, the known holes stay open."""
    return instance.expect_not("autoMinorVersionUpgrade", value=False, absent=True)


@rule(on=(INSTANCE, CONFIG), severity=LOW, theme=Theme.RESILIENCE)
def dms_instance_multi_az(instance: Resource) -> Verdict:
    """A replication in one zone stops with the zone, and may have to start from the beginning."""
    return instance.expect("computeConfig.multiAz" if instance.type == CONFIG else "multiAz", value=True)


@rule(on=INSTANCE, severity=HIGH, theme=Theme.NETWORK)
def dms_instance_placed(instance: Resource) -> Verdict:
    """Unless told otherwise the instance goes to the default VPC and its default security group."""
    remedy = "Set `replication_subnet_group_id` to a group of private subnets."
    return instance.expect_set("replicationSubnetGroupId", remedy) & instance.expect_set(
        "vpcSecurityGroupIds", "Set `vpc_security_group_ids` to a group for the replication."
    )


@rule(on=(ENDPOINT, S3_ENDPOINT), severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_296"])
def dms_endpoint_customer_key(endpoint: Resource) -> Verdict:
    """DMS keeps an endpoint's address and password under this key."""
    return customer_key(endpoint, "kmsKeyArn")


@rule(
    on=ENDPOINT,
    severity=HIGH,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    same_as=["SecurityHub DMS.9", "CKV2_AWS_49"],
)
def dms_endpoint_tls(endpoint: Resource) -> Verdict:
    """Without TLS the whole database, and the password, go through the network in the clear."""
    if endpoint.text("engineName").lower() not in _WITH_SSL_MODE:
        return PASS
    return endpoint.expect_one_of("sslMode", ("verify-full", "verify-ca", "require"))


@rule(on=ENDPOINT, severity=HIGH, theme=Theme.ENCRYPTION_IN_TRANSIT, same_as=["SecurityHub DMS.12"])
def dms_endpoint_redis_tls(endpoint: Resource) -> Verdict:
    """A Redis endpoint has its own setting for TLS."""
    if endpoint.text("engineName").lower() != "redis":
        return PASS
    return endpoint.expect_not("redisSettings.sslSecurityProtocol", "plaintext")


@rule(on=ENDPOINT, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def dms_endpoint_password_kept(endpoint: Resource) -> Verdict:
    """A password that the program gives lives in its state; Secrets Manager keeps and rotates one."""
    if given(endpoint, ("secretsManagerArn",)):
        return PASS
    remedy = "Set `secrets_manager_arn` and `secrets_manager_access_role_arn` and leave `password` out."
    return endpoint.expect_absent("password", remedy)


@rule(on=ENDPOINT, severity=CRITICAL, theme=Theme.LEAST_PRIVILEGE)
def dms_endpoint_password_not_printed(endpoint: Resource) -> Verdict:
    """A password that a guide prints is the first one that is tried."""
    return not_printed_password(endpoint, "password")


@rule(on=S3_ENDPOINT, severity=HIGH, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_298"])
def dms_s3_endpoint_customer_key(endpoint: Resource) -> Verdict:
    """The files that DMS writes are the database in plain tables; S3's own key protects nothing by itself."""
    if endpoint.text("endpointType").lower() == "source":
        return PASS  # A source reads what is there.
    return endpoint.expect_one_of("encryptionMode", ("SSE_KMS", "sse-kms")) & customer_key(
        endpoint, "serverSideEncryptionKmsKeyId"
    )


@rule(on=TASK, severity=MEDIUM, theme=Theme.LOGGING, same_as=["SecurityHub DMS.7", "SecurityHub DMS.8"])
def dms_task_logged(task: Resource) -> Verdict:
    """Without the task's log nobody can tell which rows were left out."""
    settings = json_object(task, "replicationTaskSettings")
    if settings.flag("Logging.EnableLogging"):
        return PASS
    remedy = 'Put `"Logging": {"EnableLogging": true}` into `replication_task_settings`.'
    return violation("replicationTaskSettings", "does not switch the log on", remedy)


@rule(
    on="aws:dms/replicationSubnetGroup:ReplicationSubnetGroup",
    severity=CRITICAL,
    theme=Theme.NETWORK,
)
def dms_subnet_group_private(group: Resource, stack: Stack) -> Verdict:
    """A replication needs the databases' networks, not a public subnet."""
    return private_subnets(group, stack)
