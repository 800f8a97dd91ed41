"""Step Functions: versions of state machines. moto makes them and starts them, but does not list, publish or delete them."""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.responses import StepFunctionResponse

from tools.emulator.additions._api import Api, Asked, Document, refused

API = Api("stepfunctions")


def _machine(asked: Asked, arn: str) -> Any:
    return asked.backend.describe_state_machine(arn)


@API.operation
def _list_state_machine_versions(asked: Asked) -> Document:
    versions = _machine(asked, asked.params["stateMachineArn"]).versions
    newest = [versions[number] for number in sorted(versions, reverse=True)]
    return {
        "stateMachineVersions": [
            {"stateMachineVersionArn": each.arn, "creationDate": each.creation_date} for each in newest
        ]
    }


@API.operation
def _publish_state_machine_version(asked: Asked) -> Document:
    machine = _machine(asked, asked.params["stateMachineArn"])
    machine.publish(asked.params.get("description"))
    return {
        "creationDate": machine.latest_version.creation_date,
        "stateMachineVersionArn": machine.latest_version.arn,
    }


@API.operation
def _delete_state_machine_version(asked: Asked) -> Document:
    arn = asked.params["stateMachineVersionArn"]
    source, _, number = arn.rpartition(":")
    machine = _machine(asked, source)
    for alias in machine.aliases.values():
        if any(route["stateMachineVersionArn"] == arn for route in alias.routing_configuration):
            raise refused(
                "ConflictException", f"Version to be deleted is referenced by the alias {alias.arn}"
            )
    machine.versions.pop(int(number), None)
    machine.latest_version = machine.versions[max(machine.versions)] if machine.versions else None
    return {}


def install() -> None:
    """Add the operations."""
    API.install(StepFunctionResponse)
