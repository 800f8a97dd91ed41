"""The password of a client that can't use tokens: what is deployed for it, and what is refused before anything is."""

from __future__ import annotations

import json
from typing import Any

import pulumi_aws as aws
import pytest

from components.data import (
    AuroraCluster,
    AuroraClusterArgs,
    RdsInstance,
    RdsInstanceArgs,
    SecretRotation,
    SecretRotationArgs,
)
from components.foundation.errors import ComponentError
from components.network import ThreeTierVpc, ThreeTierVpcArgs
from tests.components.recording import Recording, run
from tests.components.verdicts import broken
from tests.lambdas.loading import load

PLACE: dict[str, Any] = {"subnet_ids": ("subnet-1",), "security_group_ids": ("sg-function",)}
PLAIN: dict[str, Any] = {"subnet_group_name": "data", "security_group_ids": ("sg-data",)}


def network() -> ThreeTierVpc:
    tiers: dict[str, Any] = {"data": {"ports": ("tcp/5432", "tcp/3306")}}
    settings = {"cidr_block": "10.0.0.0/16", "zones": ("a", "b"), "tiers": tiers}
    return ThreeTierVpc("net", ThreeTierVpcArgs.read(settings, "net"))


def deployed(*, instance: str = "", cluster: dict[str, Any] | None = None, **values: Any) -> Recording:
    def program() -> None:
        where = cluster or {"network": network()}
        database: AuroraCluster | RdsInstance
        if instance:
            database = RdsInstance("db", RdsInstanceArgs.read({"engine": instance, **where}, "db"))
        else:
            database = AuroraCluster("db", AuroraClusterArgs.read(where, "db"))
        given = {"database": database, "user": "reports", **values}
        rotation = SecretRotation("tool", SecretRotationArgs.read(given, "tool"))
        rotation.grant_read(aws.iam.Role("reader", assume_role_policy="{}"))

    return run(program)


def policy(recording: Recording, name: str) -> dict[str, dict[str, Any]]:
    document = json.loads(recording.named("RolePolicy")[name].inputs["policy"])
    return {one["Sid"]: one for one in document["Statement"]}


def variables(recording: Recording) -> dict[str, str]:
    functions = [one for one in recording.resources if one.type == "aws:lambda/function:Function"]
    (found,) = [one for one in functions if one.name == "tool-function"]
    return dict(found.inputs["environment"]["variables"])


def test_no_password_stands_in_the_program() -> None:
    first = deployed().named("SecretVersion")["tool-secret"]
    kept = first.inputs["secretString"]["value"]  # marked as a secret
    assert json.loads(kept) == {"username": "reports"}
    assert first.ignore_changes == ("secretString",)


@pytest.mark.parametrize(
    ("instance", "engine", "port"),
    [("", "postgresql", 5432), ("mysql", "mysql", 3306), ("mariadb", "mariadb", 3306)],
)
def test_the_function_reads_its_settings(instance: str, engine: str, port: int) -> None:
    settings = load("secret_rotation", "rotation").read_settings(variables(deployed(instance=instance)))
    assert (settings.engine, settings.port, settings.user) == (engine, port, "reports")
    assert settings.admin_secret_arn.startswith("arn:")


def test_the_function_may_change_this_secret_and_read_the_masters() -> None:
    recording = deployed()
    rights = policy(recording, "tool-function-work")
    secret = recording.named("Secret")["tool-secret"].state["arn"]
    assert rights["RotateTheSecret"]["Resource"] == [secret]
    writing = [name for name, one in rights.items() if "secretsmanager:PutSecretValue" in one["Action"]]
    assert writing == ["RotateTheSecret"]
    assert variables(recording)["DB_ADMIN_SECRET_ARN"] in rights["ReadMasterPassword"]["Resource"]


def test_only_secrets_manager_may_call_it_and_only_for_this_secret() -> None:
    recording = deployed()
    (permission,) = recording.named("Permission").values()
    assert permission.inputs["principal"] == "secretsmanager.amazonaws.com"
    assert permission.inputs["sourceArn"] == recording.named("Secret")["tool-secret"].state["arn"]


def test_it_rotates_once_the_database_is_there() -> None:
    rotation = deployed(rotation_days=7).named("SecretRotation")["tool-secret"]
    assert rotation.inputs["rotationRules"] == {"automaticallyAfterDays": 7}
    kinds = {one.split("::")[2].rsplit("$", 1)[-1] for one in rotation.dependencies}
    assert {"aws:rds/clusterInstance:ClusterInstance", "aws:lambda/permission:Permission"} <= kinds
    assert "aws:secretsmanager/secretVersion:SecretVersion" in kinds


def test_a_reader_may_read_this_secret_and_no_more() -> None:
    rights = policy(deployed(), "tool-read-by-reader")
    assert {action for one in rights.values() for action in one["Action"]} == {
        "kms:Decrypt",
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetSecretValue",
    }


def test_alerts_are_about_this_secret() -> None:
    recording = deployed()
    secret = recording.named("Secret")["tool-secret"].state["arn"]
    for rule in recording.named("EventRule").values():
        assert secret in rule.inputs["eventPattern"]
    assert not deployed(alerts=None).named("EventRule")


def test_no_rule_of_the_strict_profile_is_broken() -> None:
    assert not {one for one in broken(deployed(), "strict") if one[0].startswith("tool")}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"user": "steward"}, "tool.user: 'steward' is the master, whose password RDS rotates itself"),
        ({"user": "a*"}, "tool.user"),
        ({"place": PLACE}, "tool.place: the function stands in one place"),
        ({"cluster": PLAIN}, "tool.place: the function stands in one place"),
        ({"tier": "public"}, "tool.tier: tier 'public' may not open connections to 'data'"),
        ({"ca_bundle": "/nowhere.pem"}, "tool.ca_bundle: there is no file"),
        ({"rotation_days": 0}, "rotation_days"),
        ({"alerts": {"topic_arn": "a", "emails": ["x@example.com"]}}, "subscribe them to your own topic"),
    ],
)
def test_what_can_not_be_is_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ComponentError) as caught:
        deployed(**values)
    assert message in str(caught.value)


def test_a_database_without_a_network_needs_a_place() -> None:
    recording = deployed(cluster=PLAIN, place=PLACE)
    functions = [one for one in recording.resources if one.type == "aws:lambda/function:Function"]
    assert [one.inputs["vpcConfig"]["subnetIds"] for one in functions] == [["subnet-1"]]
