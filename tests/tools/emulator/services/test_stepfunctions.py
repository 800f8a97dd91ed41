"""State machines, their versions and aliases, and activities."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.tools.emulator.services.world import World, lifecycle

DEFINITION = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})


def test_state_machine(world: World) -> None:
    definition = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})
    role = f"arn:aws:iam::{world.place.account}:role/sfn"
    token = "aws:sfn/stateMachine:StateMachine"
    logging = {"level": "ALL", "logDestination": "arn:aws:logs:us-east-1:111111111111:log-group:a:*"}
    machine = world.create(
        token, name="m", definition=definition, roleArn=role, loggingConfiguration=logging, tags={"a": "b"}
    )
    assert machine.refresh() == machine.inputs
    machine.update(
        definition=definition.replace("Pass", "Succeed").replace(', "End": true', ""), tags={"c": "d"}
    )
    assert world.imported(token, machine.id)[1]["name"] == "m"
    lifecycle(machine)


def test_versions_and_an_alias_of_them(world: World) -> None:
    role = f"arn:aws:iam::{world.place.account}:role/sfn"
    machine = world.create(
        "aws:sfn/stateMachine:StateMachine", name="m", definition=DEFINITION, roleArn=role, publish=True
    )
    first = machine.outputs["stateMachineVersionArn"]
    assert first == f"{machine.id}:1"
    assert machine.refresh() == machine.inputs
    token = "aws:sfn/alias:Alias"
    routes: list[dict[str, Any]] = [{"stateMachineVersionArn": first, "weight": 100}]
    alias = world.create(token, name="live", description="Live", routingConfigurations=routes)
    assert alias.id == f"{machine.id}:live"
    assert alias.refresh() == alias.inputs
    machine.update(definition=DEFINITION.replace('"A"', '"B"'))
    second = machine.outputs["stateMachineVersionArn"]
    assert second == f"{machine.id}:2"
    alias.update(
        routingConfigurations=[
            {"stateMachineVersionArn": first, "weight": 90},
            {"stateMachineVersionArn": second, "weight": 10},
        ]
    )
    states = world.client("stepfunctions")
    there = states.describe_state_machine_alias(stateMachineAliasArn=alias.id)
    assert [route["weight"] for route in there["routingConfiguration"]] == [90, 10]
    assert world.imported(token, alias.id)[1]["name"] == "live"
    with pytest.raises(ClientError, match="referenced by the alias"):
        states.delete_state_machine_version(stateMachineVersionArn=first)
    third = states.publish_state_machine_version(stateMachineArn=machine.id)["stateMachineVersionArn"]
    states.delete_state_machine_version(stateMachineVersionArn=third)
    listed = states.list_state_machine_versions(stateMachineArn=machine.id)["stateMachineVersions"]
    assert [version["stateMachineVersionArn"] for version in listed] == [second, first]
    lifecycle(alias)
    lifecycle(machine)


def test_activity(world: World) -> None:
    token = "aws:sfn/activity:Activity"
    activity = world.create(token, name="approve", tags={"a": "b"})
    assert activity.id == f"arn:aws:states:us-east-1:{world.place.account}:activity:approve"
    assert activity.refresh() == activity.inputs
    activity.update(tags={"c": "d"})
    assert world.imported(token, activity.id)[1]["name"] == "approve"
    lifecycle(activity)
