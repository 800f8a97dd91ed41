"""Rules on DynamoDB: tables, their replicas, exports and resource policies."""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Part, Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, undecided, violation
from policies.rules._coverage import in_backup_plan
from policies.rules._stores import any_public, customer_key

TABLE = "aws:dynamodb/table:Table"
REPLICA = "aws:dynamodb/tableReplica:TableReplica"
TARGET = "aws:appautoscaling/target:Target"


def _provisioned(table: Resource) -> bool:
    return table.text("billingMode", absent="PROVISIONED") == "PROVISIONED"


@rule(
    on=TABLE,
    severity=HIGH,
    theme=Theme.RESILIENCE,
    fix={"pointInTimeRecovery.enabled": True},
    same_as=["SecurityHub DynamoDB.2", "CKV_AWS_28"],
)
def dynamodb_table_point_in_time_recovery(table: Resource) -> Verdict:
    """With point-in-time recovery any second of the last 35 days can be restored; without it nothing can."""
    return table.expect("pointInTimeRecovery.enabled", value=True)


@rule(on=(TABLE, REPLICA), severity=MEDIUM, theme=Theme.RESILIENCE, same_as=["CKV_AWS_165"])
def dynamodb_replica_point_in_time_recovery(table: Resource) -> Verdict:
    """Recovery is a setting of each Region; a replica without it can't be restored where it stands."""

    def judge(replica: Part) -> Verdict:
        return replica.expect("pointInTimeRecovery", value=True)

    return judge(table) if table.type == REPLICA else every(table.each("replicas"), judge)


@rule(on=TABLE, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_119"])
def dynamodb_table_customer_key(table: Resource) -> Verdict:
    """Tables are always encrypted, but only a key of one's own lets one decide, and see, who decrypts."""
    return table.expect("serverSideEncryption.enabled", value=True) & customer_key(
        table, "serverSideEncryption.kmsKeyArn"
    )


@rule(on=(TABLE, REPLICA), severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_271"])
def dynamodb_replica_customer_key(table: Resource) -> Verdict:
    """A replica uses a key of its own Region; unless one is named it is AWS's, whatever the table's is."""

    def judge(replica: Part) -> Verdict:
        return customer_key(replica, "kmsKeyArn")

    return judge(table) if table.type == REPLICA else every(table.each("replicas"), judge)


@rule(
    on=(TABLE, REPLICA),
    severity=MEDIUM,
    theme=Theme.RESILIENCE,
    fix={"deletionProtectionEnabled": True},
    same_as=["SecurityHub DynamoDB.6"],
)
def dynamodb_table_deletion_protection(table: Resource) -> Verdict:
    """A changed key schema or name replaces the table; the protection makes that fail instead of losing data."""
    return table.expect("deletionProtectionEnabled", value=True)


@rule(on=TABLE, severity=LOW, theme=Theme.RESILIENCE)
def dynamodb_table_capacity_chosen(table: Resource) -> Verdict:
    """A table pays by request or has both capacities; the default, provisioned without numbers, is refused."""
    if not _provisioned(table):
        return PASS
    remedy = 'Set `billing_mode="PAY_PER_REQUEST"`, or `read_capacity` and `write_capacity`.'
    return table.expect_set("readCapacity", remedy) & table.expect_set("writeCapacity", remedy)


@rule(on=TABLE, severity=MEDIUM, theme=Theme.RESILIENCE)
def dynamodb_table_index_capacity(table: Resource) -> Verdict:
    """Every write to the table is a write to its indexes; an index with less capacity throttles the table."""
    capacity = table.number("writeCapacity")
    if not _provisioned(table) or capacity is None:
        return PASS

    def judge(index: Part) -> Verdict:
        found = index.number("writeCapacity")
        if found is not None and found >= capacity:
            return PASS
        what = "is not set" if found is None else "is less than the table's"
        return violation(
            index.at("writeCapacity"), what, "Give the index the table's `write_capacity` or more."
        )

    return every(table.each("globalSecondaryIndexes"), judge)


@rule(on=TABLE, severity=LOW, theme=Theme.RESILIENCE)
def dynamodb_table_ttl_enabled(table: Resource) -> Verdict:
    """An expiry attribute that is named but not switched on lets items pile up that everyone thinks expire."""
    if not table.text("ttl.attributeName"):
        return PASS
    return table.expect("ttl.enabled", value=True)


@rule(
    on=TABLE,
    severity=MEDIUM,
    theme=Theme.RESILIENCE,
    same_as=["SecurityHub DynamoDB.1", "CKV2_AWS_16"],
)
def dynamodb_table_scales(table: Resource, stack: Stack) -> Verdict:
    """Provisioned capacity that nothing adjusts throttles at the first peak and is paid for in every lull."""
    if not _provisioned(table):
        return PASS
    dimensions = set()
    name = table.text("name") if table.known("name") else ""
    links = stack.referring(table, TARGET, "resourceId")
    named = [item for item in stack.by_type(TARGET) if name and _names_table(item, name)]
    for target in (*links.sure, *named):
        dimensions.add(target.text("scalableDimension").rpartition(":")[2])
    if {"ReadCapacityUnits", "WriteCapacityUnits"} <= dimensions:
        return PASS
    if links.possible:
        return undecided(f"{links.possible[0].name}.resourceId")
    remedy = 'Set `billing_mode="PAY_PER_REQUEST"`, or add `aws.appautoscaling.Target` for reads and writes.'
    return violation("billingMode", "is provisioned, and nothing scales both reads and writes", remedy)


def _names_table(target: Resource, name: str) -> bool:
    return target.known("resourceId") and target.text("resourceId") == f"table/{name}"


@rule(on=TABLE, severity=LOW, theme=Theme.RESILIENCE, same_as=["SecurityHub DynamoDB.4"])
def dynamodb_table_in_backup_plan(table: Resource, stack: Stack) -> Verdict:
    """Recovery of the last 35 days ends with the table's account; a plan's copies are kept longer and elsewhere."""
    return in_backup_plan(table, stack, "dynamodb:table/")


@rule(on="aws:dynamodb/globalTable:GlobalTable", severity=LOW, theme=Theme.RESILIENCE)
def dynamodb_global_table_current(table: Resource) -> Verdict:
    """This is the version of 2017: it replicates nothing written earlier and costs more than `replicas` of a table."""
    return table.expect_absent("replicas", "Give `aws.dynamodb.Table` its `replicas` and remove this.")


@rule(on="aws:dynamodb/tableExport:TableExport", severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST)
def dynamodb_export_customer_key(export: Resource) -> Verdict:
    """An export is the whole table in files; it deserves the table's protection."""
    return export.expect("s3SseAlgorithm", "KMS") & customer_key(export, "s3SseKmsKeyId")


@rule(on="aws:dynamodb/resourcePolicy:ResourcePolicy", severity=CRITICAL, theme=Theme.LEAST_PRIVILEGE)
def dynamodb_policy_not_public(policy: Resource) -> Verdict:
    """A policy that allows everybody publishes the table."""
    return any_public(policy, "policy", "Name the principals, or add a condition on `aws:PrincipalOrgID`.")
