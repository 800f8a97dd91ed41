"""Step Functions: state machines, their aliases, and activities."""

from __future__ import annotations

from typing import Any

from tools.emulator.emulated import Call, Emulated, Tagging
from tools.emulator.mapping import parameters, tag_list
from tools.emulator.services._common import (
    as_text,
    remembered,
    unless_gone,
    void,
    without_none,
)

_TAGS = Tagging(
    at_create=None,
    put=lambda call, tags: call.aws().tag_resource(resourceArn=call.id, tags=tag_list(tags, "key", "value")),
    remove=lambda call, keys: call.aws().untag_resource(resourceArn=call.id, tagKeys=keys),
    read=lambda call: {
        tag["key"]: tag["value"]
        for tag in call.aws().list_tags_for_resource(resourceArn=call.id).get("tags", [])
    },
)


def _moment(value: Any) -> str:
    """A time as the provider writes it."""
    return str(value.strftime("%Y-%m-%dT%H:%M:%SZ"))


# -- state machines

_MACHINE = ("encryptionConfiguration", "loggingConfiguration", "tracingConfiguration")


def _machine(call: Call, action: str) -> dict[str, Any]:
    given = {
        name: call.inputs[name]
        for name in ("tracingConfiguration", "encryptionConfiguration")
        if call.get(name)
    }
    params = parameters(call.aws(), action, given)
    logging = call.get("loggingConfiguration")
    if logging:
        group = logging.get("logDestination")
        destinations = [{"cloudWatchLogsLogGroup": {"logGroupArn": group}}] if group else None
        params["loggingConfiguration"] = without_none(
            level=logging.get("level"),
            includeExecutionData=logging.get("includeExecutionData"),
            destinations=destinations,
        )
    definition, publish = as_text(call.inputs["definition"]), bool(call.get("publish"))
    return {**params, "definition": definition, "roleArn": call.inputs["roleArn"], "publish": publish}


def _create_machine(call: Call) -> str:
    answer = call.aws().create_state_machine(
        name=call.inputs["name"], type=call.get("type", "STANDARD"), **_machine(call, "create_state_machine")
    )
    return str(answer["stateMachineArn"])


def _latest_version(call: Call) -> str:
    versions = call.aws().list_state_machine_versions(stateMachineArn=call.id)["stateMachineVersions"]
    return str(versions[0]["stateMachineVersionArn"]) if versions else ""


def _read_machine(call: Call) -> dict[str, Any] | None:
    item = unless_gone(call.aws().describe_state_machine, stateMachineArn=call.id)
    if item is None:
        return None
    given = {name: call.inputs[name] for name in _MACHINE if call.inputs.get(name) is not None}
    there = {
        "tracingConfiguration": {"enabled": (item.get("tracingConfiguration") or {}).get("enabled", False)}
    }
    return {
        **{name: remembered(given.get(name), value) for name, value in {**given, **there}.items()},
        "name": item["name"],
        "arn": item["stateMachineArn"],
        "definition": item["definition"],
        "roleArn": item["roleArn"],
        "stateMachineVersionArn": _latest_version(call),
        "type": item.get("type", "STANDARD"),
        "status": item.get("status", "ACTIVE"),
        "creationDate": _moment(item["creationDate"]),
    }


STATE_MACHINE = Emulated(
    "aws:sfn/stateMachine:StateMachine",
    service="stepfunctions",
    create=_create_machine,
    read=_read_machine,
    update=lambda call: void(
        call.aws().update_state_machine(stateMachineArn=call.id, **_machine(call, "update_state_machine"))
    ),
    delete=lambda call: void(call.aws().delete_state_machine(stateMachineArn=call.id)),
    tags=_TAGS,
    replace_on=("name", "namePrefix", "type"),
    update_on=("definition", "publish", "roleArn", *_MACHINE),
)

# -- aliases


def _alias(call: Call) -> dict[str, Any]:
    routes = [
        {"stateMachineVersionArn": route["stateMachineVersionArn"], "weight": int(route["weight"])}
        for route in call.inputs["routingConfigurations"]
    ]
    return {"description": call.get("description", ""), "routingConfiguration": routes}


def _read_alias(call: Call) -> dict[str, Any] | None:
    item = unless_gone(call.aws().describe_state_machine_alias, stateMachineAliasArn=call.id)
    if item is None:
        return None
    return {
        "name": item["name"],
        "arn": item["stateMachineAliasArn"],
        "description": item.get("description") or None,
        "routingConfigurations": item["routingConfiguration"],
        "creationDate": _moment(item["creationDate"]),
    }


ALIAS = Emulated(
    "aws:sfn/alias:Alias",
    service="stepfunctions",
    create=lambda call: str(
        call.aws().create_state_machine_alias(name=call.inputs["name"], **_alias(call))[
            "stateMachineAliasArn"
        ]
    ),
    read=_read_alias,
    update=lambda call: void(
        call.aws().update_state_machine_alias(stateMachineAliasArn=call.id, **_alias(call))
    ),
    delete=lambda call: void(call.aws().delete_state_machine_alias(stateMachineAliasArn=call.id)),
    replace_on=("name", "region"),
    exact=True,
)

# -- activities


def _create_activity(call: Call) -> str:
    given = {name: call.inputs[name] for name in ("encryptionConfiguration",) if call.get(name)}
    more = parameters(call.aws(), "create_activity", given)
    return str(call.aws().create_activity(name=call.inputs["name"], **more)["activityArn"])


def _read_activity(call: Call) -> dict[str, Any] | None:
    item = unless_gone(call.aws().describe_activity, activityArn=call.id)
    if item is None:
        return None
    there = item.get("encryptionConfiguration") or {"type": "AWS_OWNED_KEY"}
    return {
        "name": item["name"],
        "arn": item["activityArn"],
        "encryptionConfiguration": remembered(call.get("encryptionConfiguration"), there),
        "creationDate": _moment(item["creationDate"]),
    }


ACTIVITY = Emulated(
    "aws:sfn/activity:Activity",
    service="stepfunctions",
    create=_create_activity,
    read=_read_activity,
    delete=lambda call: void(call.aws().delete_activity(activityArn=call.id)),
    tags=_TAGS,
    replace_on=("encryptionConfiguration", "name", "region"),
    exact=True,
)

TYPES = (STATE_MACHINE, ALIAS, ACTIVITY)
