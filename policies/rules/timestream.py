"""Rules on Timestream: LiveAnalytics databases, tables and queries, and InfluxDB instances and clusters."""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict
from policies.rules._stores import customer_key, not_printed_password
from policies.rules._subnets import private_subnets

DATABASE = "aws:timestreamwrite/database:Database"
TABLE = "aws:timestreamwrite/table:Table"
QUERY = "aws:timestreamquery/scheduledQuery:ScheduledQuery"
INFLUX = ("aws:timestreaminfluxdb/dbInstance:DbInstance", "aws:timestreaminfluxdb/dbCluster:DbCluster")


@rule(on=DATABASE, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_160"])
def timestream_database_customer_key(database: Resource) -> Verdict:
    """Databases are always encrypted, but only a key of one's own lets one decide, and see, who decrypts."""
    return customer_key(database, "kmsKeyId")


@rule(on=QUERY, severity=LOW, theme=Theme.ENCRYPTION_AT_REST)
def timestream_query_customer_key(query: Resource) -> Verdict:
    """A scheduled query and its error reports repeat the data; the key decides who reads them."""
    return customer_key(query, "kmsKeyId")


@rule(on=TABLE, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST)
def timestream_table_rejects_encrypted(table: Resource) -> Verdict:
    """Records that the table refuses are written to S3 as they came."""
    path = "magneticStoreWriteProperties.magneticStoreRejectedDataLocation.s3Configuration"
    if not table.has(path):
        return PASS
    place = table.part(path)
    return place.expect("encryptionOption", "SSE_KMS") & customer_key(place, "kmsKeyId")


@rule(on=INFLUX, severity=CRITICAL, theme=Theme.NETWORK, fix={"publiclyAccessible": False})
def timestream_influx_not_public(database: Resource) -> Verdict:
    """A public address puts the database's log-in before everyone on the internet."""
    return database.expect_not("publiclyAccessible", value=True)


@rule(on=INFLUX, severity=MEDIUM, theme=Theme.RESILIENCE)
def timestream_influx_standby(database: Resource) -> Verdict:
    """A database in one zone is gone while the zone is."""
    choices = ("WITH_MULTIAZ_STANDBY",) if database.type == INFLUX[0] else ("MULTI_NODE_READ_REPLICAS",)
    return database.expect_one_of(
        "deploymentType", choices, absent=None if database.type == INFLUX[0] else choices[0]
    )


@rule(on=INFLUX, severity=LOW, theme=Theme.LOGGING)
def timestream_influx_logged(database: Resource) -> Verdict:
    """Logs that are not delivered to S3 can't be read at all."""
    return database.expect("logDeliveryConfiguration.s3Configuration.enabled", value=True)


@rule(on=INFLUX, severity=CRITICAL, theme=Theme.LEAST_PRIVILEGE)
def timestream_influx_password_not_printed(database: Resource) -> Verdict:
    """A password that a guide prints is the first one that is tried."""
    return not_printed_password(database, "password")


@rule(on=INFLUX, severity=CRITICAL, theme=Theme.NETWORK)
def timestream_influx_private(database: Resource, stack: Stack) -> Verdict:
    """A database's subnets need no way to or from the internet."""
    return private_subnets(database, stack, "vpcSubnetIds")
