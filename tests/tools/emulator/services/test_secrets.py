"""Secrets, parameters and documents."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.tools.emulator.services.test_lambda_configs import make
from tests.tools.emulator.services.world import World, lifecycle
from tools.emulator.services.ssm import PARAMETER

SECRET = "aws:secretsmanager/secret:Secret"


def test_secret_from_creation_to_deletion(world: World) -> None:
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    secret = world.create(SECRET, name="db", description="Database", policy=policy, tags={"a": "b"})
    assert secret.id == secret.outputs["arn"]
    secret.update(description="Data", tags={"c": "d"})
    assert world.imported(SECRET, secret.id)[1]["description"] == "Data"
    lifecycle(secret)
    with pytest.raises(ClientError, match="ResourceExistsException"):
        world.create(SECRET, name="db")


def test_secret_without_recovery_frees_its_name(world: World) -> None:
    for _ in range(2):
        secret = world.create(SECRET, name="db", recoveryWindowInDays=0)
        secret.delete()
        assert secret.refresh() is None


def test_secret_version(world: World) -> None:
    secret = world.create(SECRET, name="db")
    token = "aws:secretsmanager/secretVersion:SecretVersion"
    version = world.create(token, secretId=secret.id, secretString="pass")
    assert version.id == f"{secret.id}|{version.outputs['versionId']}"
    assert version.outputs["versionStages"] == ["AWSCURRENT"]
    assert version.refresh() == version.inputs
    assert world.imported(token, version.id)[1]["secretString"] == "pass"
    secret.delete()
    assert version.refresh() is None


def test_readers_get_the_version_that_was_made_the_current_one(world: World) -> None:
    secret = world.create(SECRET, name="db")
    client = world.client("secretsmanager")
    first = client.put_secret_value(SecretId=secret.id, SecretString="old")["VersionId"]
    following = client.put_secret_value(SecretId=secret.id, SecretString="new", VersionStages=["AWSPENDING"])
    client.update_secret_version_stage(
        SecretId=secret.id,
        VersionStage="AWSCURRENT",
        MoveToVersionId=following["VersionId"],
        RemoveFromVersionId=first,
    )
    assert client.get_secret_value(SecretId=secret.id)["SecretString"] == "new"


def test_secret_policy(world: World) -> None:
    secret = world.create(SECRET, name="db")
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    token = "aws:secretsmanager/secretPolicy:SecretPolicy"
    live = world.create(token, secretArn=secret.id, policy=policy)
    assert secret.refresh() == secret.inputs
    lifecycle(live)


def test_parameter_from_creation_to_deletion(world: World) -> None:
    token = "aws:ssm/parameter:Parameter"
    parameter = world.create(
        token, name="/app/a", type="String", value="1", description="One", tags={"a": "b"}
    )
    assert parameter.outputs["arn"] == f"arn:aws:ssm:us-east-1:{world.place.account}:parameter/app/a"
    parameter.update(value="2", tags={"c": "d"})
    assert parameter.outputs["version"] == 2
    world.client("ssm").put_parameter(Name="/app/a", Type="String", Value="3", Overwrite=True)
    drifted = parameter.refresh()
    assert drifted is not None
    assert drifted["value"] == "3"
    parameter.inputs = drifted
    assert world.imported(token, "/app/a")[1]["type"] == "String"
    parameter.update(value="4", description="One")
    lifecycle(parameter)


def test_secure_parameter_with_a_key(world: World) -> None:
    key = world.create("aws:kms/key:Key")
    token = "aws:ssm/parameter:Parameter"
    parameter = world.create(token, name="a", type="SecureString", value="1", keyId=key.outputs["arn"])
    assert world.client("ssm").get_parameter(Name="a")["Parameter"]["Value"] != "1"
    lifecycle(parameter)


@pytest.mark.parametrize(
    ("old", "new", "replaced"),
    [
        ({"type": "String"}, {"type": "SecureString"}, ["type"]),
        ({"type": "String"}, {"type": "StringList"}, []),
        ({"type": "String", "tier": "Advanced"}, {"type": "String", "tier": "Standard"}, ["tier"]),
        ({"type": "String", "tier": "Standard"}, {"type": "String", "tier": "Advanced"}, []),
    ],
)
def test_what_replaces_a_parameter(old: dict[str, str], new: dict[str, str], replaced: list[str]) -> None:
    assert [name for name in PARAMETER.replacing(old, new) if name in ("type", "tier")] == replaced


def test_document(world: World) -> None:
    content = {"schemaVersion": "2.2", "description": "d", "mainSteps": []}
    token = "aws:ssm/document:Document"
    given = {"name": "run", "documentType": "Command", "content": json.dumps(content)}
    document = world.create(token, **given)
    assert document.outputs["schemaVersion"] == "2.2"
    document.update(content=json.dumps({**content, "description": "e"}))
    assert document.outputs["defaultVersion"] == "2"
    lifecycle(document)


def test_a_password_that_rds_keeps_is_rotated_without_a_function(world: World) -> None:
    database = world.client("rds").create_db_cluster(
        DBClusterIdentifier="db",
        Engine="aurora-mysql",
        MasterUsername="steward",
        ManageMasterUserPassword=True,
    )
    secret = database["DBCluster"]["MasterUserSecret"]["SecretArn"]
    rules = {"automaticallyAfterDays": 7}
    token = "aws:secretsmanager/secretRotation:SecretRotation"
    rotation = world.create(token, secretId=secret, rotationRules=rules, rotateImmediately=False)
    assert world.client("secretsmanager").describe_secret(SecretId=secret)["RotationEnabled"] is True
    rotation.update(rotationRules={"automaticallyAfterDays": 30})
    lifecycle(rotation)
    assert world.client("secretsmanager").describe_secret(SecretId=secret)["RotationEnabled"] is False


def test_rotation_is_kept_and_stopped(world: World) -> None:
    make(world, "rotate")
    secret = world.create(SECRET, name="db")
    token = "aws:secretsmanager/secretRotation:SecretRotation"
    given: dict[str, Any] = {
        "secretId": secret.id,
        "rotationLambdaArn": f"arn:aws:lambda:us-east-1:{world.place.account}:function:rotate",
        "rotateImmediately": False,
    }
    rules = {"scheduleExpression": "cron(0 2 1 * ? *)", "duration": "2h"}
    rotation = world.create(token, **given, rotationRules=rules)
    assert rotation.id == secret.id
    assert world.imported(token, secret.id)[1]["rotationRules"] == rules
    rotation.update(rotationRules={"automaticallyAfterDays": 30})
    there = world.client("secretsmanager").describe_secret(SecretId="db")
    assert (there["RotationEnabled"], there["RotationRules"]) == (True, {"AutomaticallyAfterDays": 30})
    lifecycle(rotation)
    with pytest.raises(ClientError, match="ResourceNotFound"):
        world.create(token, **{**given, "rotationLambdaArn": given["rotationLambdaArn"] + "2"})
    with pytest.raises(ClientError, match="either AutomaticallyAfterDays or"):
        world.create(token, **given, rotationRules={**rules, "automaticallyAfterDays": 30})


def test_a_version_waits_for_the_function_that_fills_it(world: World) -> None:
    make(world, "rotate")
    client = world.client("secretsmanager")
    client.create_secret(Name="db", SecretString="old")
    arn = f"arn:aws:lambda:us-east-1:{world.place.account}:function:rotate"
    client.rotate_secret(SecretId="db", RotationLambdaARN=arn, RotationRules={"AutomaticallyAfterDays": 30})
    stages = client.describe_secret(SecretId="db")["VersionIdsToStages"]
    assert sorted(stage for one in stages.values() for stage in one) == ["AWSCURRENT", "AWSPENDING"]
    assert client.get_secret_value(SecretId="db")["SecretString"] == "old"
    with pytest.raises(ClientError, match="still in progress"):
        client.rotate_secret(SecretId="db")
