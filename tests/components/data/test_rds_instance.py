"""What an RDS instance registers: IAM, TLS, own keys, backups, replicas; and what it refuses."""

from __future__ import annotations

import json
from typing import Any

import pulumi_aws as aws
import pytest

from components.data import Access, RdsInstance, RdsInstanceArgs, Replica, Storage
from components.foundation.errors import ComponentError
from components.network import ThreeTierVpc, ThreeTierVpcArgs
from tests.components.recording import Recording, Registered, run
from tests.components.verdicts import broken

PLACE: dict[str, Any] = {"subnet_group_name": "isolated", "security_group_ids": ("sg-1",)}
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})


def database(name: str = "db", /, place: dict[str, str] | None = None, **settings: Any) -> Recording:
    def program() -> None:
        RdsInstance(name, RdsInstanceArgs(**{**PLACE, **settings}))

    return run(program, **(place or {}))


def instance(recording: Recording, name: str = "db") -> dict[str, Any]:
    return recording.named("Instance")[name].inputs


def plain(value: Any) -> str:
    """What is inside a secret."""
    return str(value["value"] if isinstance(value, dict) else value)


def statements(policy: Registered) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(policy.inputs["policy"])["Statement"]
    return found


@pytest.mark.parametrize("engine", ["mysql", "mariadb", "postgres"])
def test_the_defaults_pass_the_strictest_profile(engine: str) -> None:
    assert not broken(database(engine=engine))


def test_with_replicas_it_passes_the_strictest_profile_too() -> None:
    assert not broken(database(replicas={"reports": Replica()}))


def test_nobody_needs_a_password_that_is_written_down() -> None:
    recording = database()
    made = instance(recording)
    assert made["iamDatabaseAuthenticationEnabled"] is True
    assert made["manageMasterUserPassword"] is True
    assert made["masterUserSecretKmsKeyId"] == recording.named("Key")["db-password"].state["arn"]
    assert not {"password", "passwordWo"} & set(made)
    rotation = recording.only("SecretRotation").inputs
    assert rotation["rotationRules"] == {"automaticallyAfterDays": 7}
    assert "rotationLambdaArn" not in rotation


def test_tls_is_forced_by_its_parameter_group() -> None:
    recording = database()
    group = recording.only("ParameterGroup")
    parameters = {one["name"]: one["value"] for one in group.inputs["parameters"]}
    assert parameters["require_secure_transport"] == "1"
    assert group.inputs["family"] == "mysql8.4"
    assert instance(recording)["parameterGroupName"] == group.state["name"]


def test_data_are_encrypted_private_and_backed_up() -> None:
    recording = database()
    made = instance(recording)
    assert (made["storageEncrypted"], made["publiclyAccessible"]) == (True, False)
    assert made["kmsKeyId"] == recording.named("Key")["db-storage"].state["arn"]
    assert (made["multiAz"], made["backupRetentionPeriod"]) == (True, 14)
    assert (made["deletionProtection"], made["skipFinalSnapshot"]) == (True, False)
    assert made["finalSnapshotIdentifier"].startswith("groundplan-test-db-final-")
    assert made["deleteAutomatedBackups"] is False
    assert recording.only("Selection").inputs["resources"] == [recording.named("Instance")["db"].state["arn"]]


def test_its_logs_are_owned_before_it_writes_them() -> None:
    recording = database()
    groups = recording.named("LogGroup")
    assert {one.inputs["name"] for one in groups.values()} == {
        f"/aws/rds/instance/groundplan-test-db/{log}"
        for log in ("audit", "error", "iam-db-auth-error", "slowquery")
    }
    key = recording.named("Key")["db-records"]
    assert {one.inputs["kmsKeyId"] for one in groups.values()} == {key.state["arn"]}
    made = recording.named("Instance")["db"]
    assert {one.urn for one in groups.values()} <= set(made.dependencies)
    assert made.inputs["enabledCloudwatchLogsExports"] == ["audit", "error", "iam-db-auth-error", "slowquery"]


def test_the_audit_log_needs_a_plugin_where_the_engine_has_none() -> None:
    options = database().only("OptionGroup").inputs
    assert (options["engineName"], options["majorEngineVersion"]) == ("mysql", "8.4")
    assert options["options"][0]["optionName"] == "MARIADB_AUDIT_PLUGIN"
    assert not database(engine="postgres").named("OptionGroup")
    assert not database(logs=("error",)).named("OptionGroup")


def test_a_role_may_log_in_as_one_user_of_one_instance() -> None:
    def program() -> None:
        made = RdsInstance("db", RdsInstanceArgs(**PLACE, replicas={"reports": Replica()}))
        role = aws.iam.Role("worker", assume_role_policy=TRUST)
        made.grant_connect(role, "kt_iam_user")
        made.grant_connect(role, "kt_iam_user", replica="reports")

    recording = run(program)
    policies = recording.named("RolePolicy")
    for name, resource_id in (("db", "db-RESOURCE-DB"), ("db-reports", "db-RESOURCE-DB-REPORTS")):
        (statement,) = statements(policies[f"{name}-connect-worker-as-kt_iam_user"])
        assert statement["Action"] == ["rds-db:connect"]
        assert statement["Resource"] == [
            f"arn:aws:rds-db:us-east-1:111111111111:dbuser:{resource_id}/kt_iam_user"
        ]


def test_a_replica_that_is_not_there_can_not_be_granted() -> None:
    def program() -> None:
        made = RdsInstance("db", RdsInstanceArgs(**PLACE))
        made.grant_connect(aws.iam.Role("worker", assume_role_policy=TRUST), "app", replica="reports")

    with pytest.raises(ComponentError, match="there is no replica 'reports'"):
        run(program)


def test_replicas_take_what_is_their_source_s_and_keep_the_rest() -> None:
    recording = database(replicas={"reports": Replica(instance_class="db.r7g.large", multi_az=True)})
    made = instance(recording, "db-reports")
    assert made["replicateSourceDb"] == "groundplan-test-db"
    assert made["identifier"] == "groundplan-test-db-reports"
    assert (made["instanceClass"], made["multiAz"]) == ("db.r7g.large", True)
    assert not {"engine", "engineVersion", "username", "allocatedStorage", "dbSubnetGroupName"} & set(made)
    assert made["storageEncrypted"] is True, "or a refresh would have it replaced"
    assert not {"finalSnapshotIdentifier", "backupRetentionPeriod", "manageMasterUserPassword"} & set(made)
    assert made["skipFinalSnapshot"] is True
    assert made["iamDatabaseAuthenticationEnabled"] is True
    names = {one.inputs["name"] for one in recording.named("LogGroup").values()}
    assert "/aws/rds/instance/groundplan-test-db-reports/error" in names
    assert "db-alarm-reports-lag" in recording.named("MetricAlarm")


def test_with_replicas_rds_can_not_keep_the_password_so_a_function_rotates_it() -> None:
    recording = database(replicas={"reports": Replica()})
    made = instance(recording)
    assert "manageMasterUserPassword" not in made
    secret = json.loads(plain(recording.only("SecretVersion").inputs["secretString"]))
    assert isinstance(made["passwordWo"], dict), "the password is no secret any more"
    assert plain(made["passwordWo"]) == secret["password"]
    assert len(secret["password"]) == 32
    assert secret["username"] == "steward"
    assert recording.only("SecretVersion").ignore_changes == ("secretString",)
    rotation = recording.only("SecretRotation")
    assert rotation.inputs["rotationLambdaArn"] == recording.only("Function").state["arn"]
    assert recording.named("Instance")["db"].urn in rotation.dependencies
    work = statements(recording.named("RolePolicy")["db-rotation-work"])
    assert {one["Sid"]: one["Resource"] for one in work}["SetThePassword"] == [
        "arn:aws:rds:us-east-1:111111111111:db:groundplan-test-db"
    ]


def test_two_programs_make_two_passwords() -> None:
    def text() -> str:
        return plain(database(replicas={"r": Replica()}).only("SecretVersion").inputs["secretString"])

    assert text() != text()


def test_reading_the_master_password_is_a_right_of_its_own() -> None:
    def program() -> None:
        made = RdsInstance("db", RdsInstanceArgs(**PLACE))
        for statement in made.master_statements():
            assert statement.actions
            assert "*" not in statement.resources

    run(program)


def test_in_a_network_it_stands_in_the_data_tier() -> None:
    def program() -> None:
        network = ThreeTierVpc("net", ThreeTierVpcArgs(cidr_block="10.0.0.0/16", region="eu-west-1"))
        replicas = {"reports": Replica(zone="b")}
        RdsInstance("db", RdsInstanceArgs(network=network, engine="postgres", replicas=replicas))

    recording = run(program)
    made = instance(recording)
    assert (made["dbSubnetGroupName"], made["port"], made["region"]) == ("net-data", 5432, "eu-west-1")
    assert made["vpcSecurityGroupIds"] == ["net-data-id"]
    assert instance(recording, "db-reports")["availabilityZone"] == "eu-west-1b"


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"engine": "mysql"}, r"db\.port: the network does not open port 3306 of data"),
        (
            {"engine": "postgres", "replicas": {"r": {"zone": "x"}}},
            r"db\.replicas\.r\.zone: the network has no zone 'x'",
        ),
        (
            {"engine": "postgres", "access": Access(tier="public")},
            r"db\.access\.tier: tier 'public' is public",
        ),
    ],
)
def test_a_network_that_does_not_fit_is_an_error_before_anything_is_made(
    settings: dict[str, Any], problem: str
) -> None:
    def program() -> None:
        network = ThreeTierVpc("net", ThreeTierVpcArgs(cidr_block="10.0.0.0/16"))
        RdsInstance("db", RdsInstanceArgs(network=network, **settings))

    with pytest.raises(ComponentError, match=problem):
        run(program)


def test_restoring_keeps_user_and_database_of_the_snapshot() -> None:
    recording = database(restore_from="before", database_name="orders")
    made = instance(recording)
    assert made["snapshotIdentifier"] == "before"
    assert not {"username", "dbName"} & set(made)
    assert recording.named("Instance")["db"].ignore_changes == ("snapshotIdentifier",)


def test_mariadb_has_no_extended_support_to_refuse() -> None:
    assert "engineLifecycleSupport" not in instance(database(engine="mariadb"))
    assert instance(database())["engineLifecycleSupport"] == "open-source-rds-extended-support-disabled"


def test_in_china_no_arn_is_of_another_partition() -> None:
    recording = database(place={"partition": "aws-cn", "region": "cn-north-1"}, replicas={"r": Replica()})
    for one in recording.resources:
        assert "arn:aws:" not in json.dumps(one.inputs, default=str), one.name


def test_names_fit_when_the_component_s_is_long() -> None:
    recording = database("a-rather-long-name-of-a-data", replicas={"reports-of-the-quarter": Replica()})
    identifiers = [one.inputs["identifier"] for one in recording.named("Instance").values()]
    assert all(len(identifier) <= 63 for identifier in identifiers)
    assert len(set(identifiers)) == 2


def test_large_gp3_takes_iops() -> None:
    made = instance(database(storage=Storage(gib=400, max_gib=1000, iops=12000, throughput=500)))
    assert (made["iops"], made["storageThroughput"], made["maxAllocatedStorage"]) == (12000, 500, 1000)
