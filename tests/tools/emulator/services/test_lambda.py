"""Functions, what they are made of and who may call them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tools.emulator.services.test_iam_roles import TRUST
from tests.tools.emulator.services.world import Live, World, lifecycle
from tools.emulator.values import ARCHIVE, ASSET, Asset

FUNCTION = "aws:lambda/function:Function"


def code(text: str) -> Asset:
    return Asset(ARCHIVE, {"assets": {"main.py": Asset(ASSET, {"text": text})}, "hash": text})


@pytest.fixture
def function(world: World) -> Live:
    role = world.create("aws:iam/role:Role", name="fn", assumeRolePolicy=TRUST.replace("ec2", "lambda"))
    return world.create(
        FUNCTION,
        name="fn",
        role=role.outputs["arn"],
        runtime="python3.13",
        handler="main.handler",
        code=code("def handler(event, context): ..."),
        environment={"variables": {"STAGE": "dev"}},
        memorySize=256,
        timeout=10,
        tracingConfig={"mode": "Active"},
        tags={"a": "b"},
    )


def test_function_from_creation_to_deletion(world: World, function: Live) -> None:
    arn = f"arn:aws:lambda:us-east-1:{world.place.account}:function:fn"
    assert function.outputs["arn"] == arn
    assert function.outputs["invokeArn"].endswith(f":lambda:path/2015-03-31/functions/{arn}/invocations")
    assert function.refresh() == function.inputs
    before = function.outputs["codeSha256"]
    function.update(
        code=code("changed"), environment={"variables": {"STAGE": "prod"}}, timeout=20, tags={"c": "d"}
    )
    assert function.outputs["codeSha256"] != before
    there = world.client("lambda").get_function_configuration(FunctionName="fn")
    assert (there["Timeout"], there["Environment"]["Variables"]) == (20, {"STAGE": "prod"})
    assert world.imported(FUNCTION, "fn")[1]["handler"] == "main.handler"
    lifecycle(function)


def test_reserved_concurrency(world: World, function: Live) -> None:
    assert function.outputs["reservedConcurrentExecutions"] == -1
    assert function.update(reservedConcurrentExecutions=5)["reservedConcurrentExecutions"] == 5
    assert function.update(reservedConcurrentExecutions=None)["reservedConcurrentExecutions"] == -1


def test_versions_and_aliases(world: World, function: Live) -> None:
    assert function.update(publish=True, description="one")["version"] == "1"
    token = "aws:lambda/alias:Alias"
    alias = world.create(token, name="live", functionName="fn", functionVersion="1")
    assert alias.id == f"{function.outputs['arn']}:live"
    alias.update(description="The one")
    assert world.imported(token, "fn/live")[1]["functionVersion"] == "1"
    lifecycle(alias)


def test_permission(world: World, function: Live) -> None:
    token = "aws:lambda/permission:Permission"
    permission = world.create(
        token,
        statementId="s3",
        action="lambda:InvokeFunction",
        function="fn",
        principal="s3.amazonaws.com",
        sourceArn="arn:aws:s3:::b",
        sourceAccount=world.place.account,
    )
    assert permission.refresh() == permission.inputs
    assert world.imported(token, "fn/s3")[0] == "s3"
    lifecycle(permission)


def test_layer(world: World) -> None:
    given: dict[str, Any] = {"layerName": "lib", "code": code("x = 1"), "compatibleRuntimes": ["python3.13"]}
    layer = world.create("aws:lambda/layerVersion:LayerVersion", **given)
    assert layer.id.endswith(":layer:lib:1")
    assert layer.outputs["layerArn"].endswith(":layer:lib")
    lifecycle(layer)


def test_event_source_mapping(world: World, function: Live) -> None:
    queue = world.create("aws:sqs/queue:Queue", name="q")
    token = "aws:lambda/eventSourceMapping:EventSourceMapping"
    mapping = world.create(token, functionName="fn", eventSourceArn=queue.outputs["arn"], batchSize=5)
    assert mapping.outputs["functionArn"] == function.outputs["arn"]
    mapping.update(batchSize=10)
    lifecycle(mapping)


def test_function_url(world: World, function: Live) -> None:
    url = world.create("aws:lambda/functionUrl:FunctionUrl", functionName="fn", authorizationType="AWS_IAM")
    assert url.outputs["functionUrl"].startswith("https://")
    lifecycle(url)
