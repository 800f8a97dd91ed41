"""Rules on Athena: where results go, who decides how they are encrypted, and federated queries."""

from __future__ import annotations

from policies.pack.resource import Resource, as_bool
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation
from policies.rules._stores import customer_key

WORKGROUP = "aws:athena/workgroup:Workgroup"
DATABASE = "aws:athena/database:Database"
CONNECTOR = "aws:serverlessrepository/cloudFormationStack:CloudFormationStack"


@rule(
    on=WORKGROUP,
    severity=HIGH,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["SecurityHub Athena.1", "CKV_AWS_159"],
)
def athena_workgroup_encrypted(workgroup: Resource) -> Verdict:
    """Results repeat the data that was asked for; they are files that stay when the question is forgotten."""
    configuration = workgroup.part("configuration")
    if configuration.flag("managedQueryResultsConfiguration.enabled"):
        return PASS  # Athena keeps the results itself, encrypted.
    result = configuration.part("resultConfiguration.encryptionConfiguration")
    return result.expect_one_of("encryptionOption", ("SSE_KMS", "CSE_KMS")) & customer_key(
        result, "kmsKeyArn"
    )


@rule(
    on=WORKGROUP,
    severity=HIGH,
    theme=Theme.ENCRYPTION_AT_REST,
    fix={"configuration.enforceWorkgroupConfiguration": True},
    same_as=["CKV_AWS_82"],
)
def athena_workgroup_enforced(workgroup: Resource) -> Verdict:
    """Unless the workgroup's settings are enforced a client chooses the place and encryption of its results."""
    return workgroup.expect_not("configuration.enforceWorkgroupConfiguration", value=False, absent=True)


@rule(on=WORKGROUP, severity=LOW, theme=Theme.LEAST_PRIVILEGE)
def athena_workgroup_result_place(workgroup: Resource) -> Verdict:
    """Without a place of the workgroup's own every client writes results where it likes."""
    configuration = workgroup.part("configuration")
    if configuration.flag("managedQueryResultsConfiguration.enabled"):
        return PASS
    remedy = 'Set `"result_configuration": {"output_location": "s3://..."}` in `configuration`.'
    return configuration.expect_set("resultConfiguration.outputLocation", remedy)


@rule(on=WORKGROUP, severity=LOW, theme=Theme.RESILIENCE)
def athena_workgroup_scan_limit(workgroup: Resource) -> Verdict:
    """One query over an unpartitioned lake can cost more than a month of others; a limit ends it."""
    remedy = 'Set `"bytes_scanned_cutoff_per_query"` in `configuration`.'
    return workgroup.expect_set("configuration.bytesScannedCutoffPerQuery", remedy)


@rule(
    on=WORKGROUP,
    severity=LOW,
    theme=Theme.LOGGING,
    fix={"configuration.publishCloudwatchMetricsEnabled": True},
    same_as=["SecurityHub Athena.4"],
)
def athena_workgroup_metrics(workgroup: Resource) -> Verdict:
    """The workgroup's metrics tell who scans how much; without them the bill does."""
    return workgroup.expect_not("configuration.publishCloudwatchMetricsEnabled", value=False, absent=True)


@rule(on=(WORKGROUP, DATABASE), severity=LOW, theme=Theme.RESILIENCE, fix={"forceDestroy": False})
def athena_not_emptied(resource: Resource) -> Verdict:
    """With `forceDestroy` what is removed or renamed in the program takes its tables or queries with it."""
    return resource.expect_not("forceDestroy", value=True)


@rule(on=DATABASE, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_77"])
def athena_database_encrypted(database: Resource) -> Verdict:
    """The statement that creates the database leaves its result in the bucket, as all do after it."""
    return database.expect_one_of(
        "encryptionConfiguration.encryptionOption", ("SSE_KMS", "CSE_KMS", "SSE_S3")
    )


@rule(
    on=(CONNECTOR, "aws:lambda/function:Function"),
    severity=HIGH,
    theme=Theme.ENCRYPTION_AT_REST,
)
def athena_connector_spill_encrypted(connector: Resource) -> Verdict:
    """A connector of federated queries spills what does not fit into an answer to S3, whole tables at times."""
    path, name = (
        ("parameters", "DisableSpillEncryption")
        if connector.type == CONNECTOR
        else ("environment.variables", "disable_spill_encryption")
    )
    if as_bool(connector.part(path).get(name)) is not True:
        return PASS
    return violation(f"{path}.{name}", "is true", f'Set `"{name}": "false"`, or leave it out.')
