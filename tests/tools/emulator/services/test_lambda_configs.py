"""What stands beside a function: code signing, asynchronous invocation, provisioned concurrency, the runtime; layers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.tools.emulator.services.test_iam_roles import TRUST
from tests.tools.emulator.services.test_lambda import FUNCTION, code
from tests.tools.emulator.services.world import Live, World, lifecycle

LAYER = "aws:lambda/layerVersion:LayerVersion"
SIGNING = "aws:lambda/codeSigningConfig:CodeSigningConfig"
PROFILE = "arn:aws:signer:us-east-1:111111111111:/signing-profiles/layers/abcdefghij"


def make(world: World, name: str = "fn", region: str = "", **more: Any) -> Live:
    role = f"arn:aws:iam::{world.place.account}:role/fn"
    iam = world.client("iam")
    if "fn" not in [one["RoleName"] for one in iam.list_roles()["Roles"]]:
        iam.create_role(RoleName="fn", AssumeRolePolicyDocument=TRUST.replace("ec2", "lambda"))
    given = {
        "name": name,
        "role": role,
        "runtime": "python3.13",
        "handler": "main.handler",
        "code": code("x = 1"),
    }
    return world.create(FUNCTION, region=region, **given, **more)


def test_code_signing_of_a_function(world: World) -> None:
    config = world.create(
        SIGNING,
        allowedPublishers={"signingProfileVersionArns": [PROFILE]},
        policies={"untrustedArtifactOnDeployment": "Enforce"},
        tags={"a": "b"},
    )
    assert config.id.startswith(f"arn:aws:lambda:us-east-1:{world.place.account}:code-signing-config:csc-")
    config.update(description="Layers", policies={"untrustedArtifactOnDeployment": "Warn"}, tags={"c": "d"})
    assert world.imported(SIGNING, config.id)[1]["description"] == "Layers"
    function = make(world, codeSigningConfigArn=config.id)
    assert function.refresh() == function.inputs
    with pytest.raises(ClientError, match="used by functions"):
        config.delete()
    assert function.update(codeSigningConfigArn=None)["codeSigningConfigArn"] == ""
    lifecycle(config)


@pytest.mark.parametrize("qualifier", [None, "live"])
def test_asynchronous_invocation(world: World, qualifier: str | None) -> None:
    make(world, publish=True)
    if qualifier:
        world.create("aws:lambda/alias:Alias", name="live", functionName="fn", functionVersion="1")
    token = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
    arn = f"arn:aws:sqs:us-east-1:{world.place.account}:dead"
    given: dict[str, Any] = {"functionName": "fn", "destinationConfig": {"onFailure": {"destination": arn}}}
    config = world.create(
        token, **given, **({"qualifier": qualifier} if qualifier else {}), maximumRetryAttempts=1
    )
    assert config.id == ("fn:live" if qualifier else "fn")
    assert world.imported(token, config.id)[1]["maximumRetryAttempts"] == 1
    there = config.update(maximumRetryAttempts=0, maximumEventAgeInSeconds=60)
    assert (there["maximumRetryAttempts"], there["maximumEventAgeInSeconds"]) == (0, 60)
    lifecycle(config)


def test_provisioned_concurrency(world: World) -> None:
    make(world, publish=True)
    token = "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig"
    config = world.create(token, functionName="fn", qualifier="1", provisionedConcurrentExecutions=2)
    assert config.id == "fn,1"
    config.update(provisionedConcurrentExecutions=3)
    assert world.imported(token, "fn,1")[1]["provisionedConcurrentExecutions"] == 3
    lifecycle(config)
    with pytest.raises(ClientError, match="unpublished"):
        world.create(token, functionName="fn", qualifier="$LATEST", provisionedConcurrentExecutions=1)


def test_runtime_and_recursion(world: World) -> None:
    make(world)
    runtime = world.create(
        "aws:lambda/runtimeManagementConfig:RuntimeManagementConfig",
        functionName="fn",
        updateRuntimeOn="FunctionUpdate",
    )
    assert runtime.refresh() == runtime.inputs
    runtime.delete()
    loops = world.create(
        "aws:lambda/functionRecursionConfig:FunctionRecursionConfig", functionName="fn", recursiveLoop="Allow"
    )
    assert loops.refresh() == loops.inputs
    loops.delete()
    assert (
        world.client("lambda").get_function_recursion_config(FunctionName="fn")["RecursiveLoop"]
        == "Terminate"
    )


def test_parts_of_a_function_that_change_in_place(world: World) -> None:
    access = {
        "arn": "arn:aws:elasticfilesystem:us-east-1:111111111111:access-point/fsap-1",
        "localMountPath": "/mnt/a",
    }
    function = make(world, fileSystemConfig=access, snapStart={"applyOn": "PublishedVersions"})
    assert function.refresh() == function.inputs
    function.update(fileSystemConfig={**access, "localMountPath": "/mnt/b"}, snapStart={"applyOn": "None"})
    assert function.outputs["fileSystemConfig"]["localMountPath"] == "/mnt/b"
    lifecycle(function)


def test_a_layer_in_two_regions_and_who_may_use_it(world: World) -> None:
    for region in ("us-east-1", "eu-west-1"):
        layer = world.create(LAYER, region=region, layerName="lib", code=code("x = 1"))
        assert f":lambda:{region}:" in layer.id
    token = "aws:lambda/layerVersionPermission:LayerVersionPermission"
    grants = [
        world.create(
            token,
            layerName="lib",
            versionNumber=1,
            statementId=name,
            action="lambda:GetLayerVersion",
            principal=principal,
            **({"organizationId": "o-1234567890"} if principal == "*" else {}),
        )
        for name, principal in (("account", "222222222222"), ("organization", "*"))
    ]
    assert grants[0].id == "lib,1"
    statements = json.loads(grants[1].outputs["policy"])["Statement"]
    assert [one["Sid"] for one in statements] == ["account", "organization"]
    assert statements[1]["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}
    for grant in grants:
        lifecycle(grant)


def test_a_layer_that_is_kept_leaves_its_version(world: World) -> None:
    kept = world.create(LAYER, layerName="lib", code=code("x = 1"), skipDestroy=True)
    kept.delete()
    assert kept.refresh() is not None
    assert world.create(LAYER, layerName="lib", code=code("x = 2")).outputs["version"] == "2"


def test_the_number_of_a_deleted_version_is_not_given_again(world: World) -> None:
    world.create(LAYER, layerName="lib", code=code("x = 1")).delete()
    assert world.create(LAYER, layerName="lib", code=code("x = 2")).outputs["version"] == "2"


def test_permission_is_read_from_the_policy(world: World) -> None:
    make(world)
    token = "aws:lambda/permission:Permission"
    given = {
        "action": "lambda:InvokeFunctionUrl",
        "function": "fn",
        "principal": "*",
        "principalOrgId": "o-1234567890",
        "functionUrlAuthType": "AWS_IAM",
        "statementId": "organization",
    }
    permission = world.create(token, **given)
    assert {**given, **world.imported(token, "fn/organization")[1]} == given
    lifecycle(permission)


def test_event_source_mapping_keeps_everything(world: World) -> None:
    make(world)
    stream = world.create("aws:kinesis/stream:Stream", name="s", shardCount=1)
    token = "aws:lambda/eventSourceMapping:EventSourceMapping"
    mapping = world.create(
        token,
        functionName="fn",
        eventSourceArn=stream.outputs["arn"],
        startingPosition="LATEST",
        batchSize=50,
        bisectBatchOnFunctionError=True,
        destinationConfig={"onFailure": {"destinationArn": "arn:aws:sqs:us-east-1:111111111111:dead"}},
        filterCriteria={"filters": [{"pattern": '{"data":{"a":[1]}}'}]},
        functionResponseTypes=["ReportBatchItemFailures"],
        maximumBatchingWindowInSeconds=5,
        maximumRecordAgeInSeconds=600,
        maximumRetryAttempts=3,
        parallelizationFactor=2,
        tumblingWindowInSeconds=30,
        tags={"a": "b"},
    )
    imported = world.imported(token, mapping.id)[1]
    assert {name: imported.get(name, mapping.inputs[name]) for name in mapping.inputs} == {
        **mapping.inputs,
        "functionName": mapping.outputs["functionArn"],
    }
    mapping.update(
        filterCriteria=None, destinationConfig=None, maximumRetryAttempts=1, enabled=False, tags={"c": "d"}
    )
    there = world.client("lambda").get_event_source_mapping(UUID=mapping.id)
    assert (there["State"], there["MaximumRetryAttempts"], there.get("FilterCriteria")) == ("Disabled", 1, {})
    lifecycle(mapping)


def test_function_url_keeps_its_cors_and_mode(world: World) -> None:
    make(world)
    cors = {"allowOrigins": ["https://example.com"], "allowMethods": ["GET"], "maxAge": 60}
    url = world.create(
        "aws:lambda/functionUrl:FunctionUrl", functionName="fn", authorizationType="AWS_IAM", cors=cors
    )
    url.update(invokeMode="RESPONSE_STREAM", cors={**cors, "maxAge": 120})
    assert (url.outputs["invokeMode"], url.outputs["cors"]["maxAge"]) == ("RESPONSE_STREAM", 120)
    lifecycle(url)
