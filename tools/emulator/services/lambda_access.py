"""Lambda: who may call a function, what calls it by itself, and its URL."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call, Emulated
from tools.emulator.mapping import parameters, take
from tools.emulator.services._common import Parts, keep, same_tail, unless_gone, void, without_none
from tools.emulator.services._tags import mapped_tags

_PERMISSION = Parts(("function", "statementId"), by="/")


def _place(call: Call) -> dict[str, Any]:
    known = _PERMISSION.of(call)
    return without_none(FunctionName=known["function"], Qualifier=call.get("qualifier"))


def _add_permission(call: Call) -> str:
    params = without_none(
        StatementId=call.inputs["statementId"],
        Action=call.inputs["action"],
        Principal=call.inputs["principal"],
        SourceArn=call.get("sourceArn"),
        SourceAccount=call.get("sourceAccount"),
        EventSourceToken=call.get("eventSourceToken"),
        PrincipalOrgID=call.get("principalOrgId"),
        FunctionUrlAuthType=call.get("functionUrlAuthType"),
    )
    call.aws().add_permission(**_place(call), **params)
    return str(call.inputs["statementId"])


def _read_permission(call: Call) -> dict[str, Any] | None:
    known = _PERMISSION.of(call)
    answer = unless_gone(call.aws().get_policy, **_place(call))
    statements = json.loads(answer["Policy"])["Statement"] if answer else []
    found = next((item for item in statements if item.get("Sid") == known["statementId"]), None)
    if found is None:
        return None
    call.id = known["statementId"]
    principal = found.get("Principal")
    if isinstance(principal, dict):
        principal = principal.get("Service") or principal.get("AWS")
    there = {"principal": keep(call, "principal", principal, lambda a, b: str(a) in str(b))}
    given = {name: call.inputs[name] for name in call.type.inputs if call.inputs.get(name) is not None}
    return {
        **given,
        **_conditions(found),
        **there,
        "action": found["Action"],
        "function": known["function"],
        "statementId": call.id,
    }


_CONDITIONS = {
    "aws:principalorgid": "principalOrgId",
    "aws:sourceaccount": "sourceAccount",
    "aws:sourcearn": "sourceArn",
    "lambda:eventsourcetoken": "eventSourceToken",
    "lambda:functionurlauthtype": "functionUrlAuthType",
}
"""Condition keys of a statement -> the properties that they are made of."""


def _conditions(statement: Mapping[str, Any]) -> dict[str, Any]:
    keys = [pair for test in (statement.get("Condition") or {}).values() for pair in test.items()]
    return {_CONDITIONS[key.lower()]: value for key, value in keys if key.lower() in _CONDITIONS}


def _remove_permission(call: Call) -> None:
    unless_gone(call.aws().remove_permission, **_place(call), StatementId=call.inputs["statementId"])


PERMISSION = Emulated(
    "aws:lambda/permission:Permission",
    service="lambda",
    create=_add_permission,
    read=_read_permission,
    delete=_remove_permission,
    replace_on=(
        "action",
        "eventSourceToken",
        "function",
        "functionUrlAuthType",
        "principal",
        "principalOrgId",
        "qualifier",
        "sourceAccount",
        "sourceArn",
        "statementId",
        "statementIdPrefix",
    ),
)

_SENT = (
    "batchSize",
    "bisectBatchOnFunctionError",
    "destinationConfig",
    "enabled",
    "eventSourceArn",
    "filterCriteria",
    "functionName",
    "functionResponseTypes",
    "kmsKeyArn",
    "maximumBatchingWindowInSeconds",
    "maximumRecordAgeInSeconds",
    "maximumRetryAttempts",
    "metricsConfig",
    "parallelizationFactor",
    "provisionedPollerConfig",
    "scalingConfig",
    "startingPosition",
    "tumblingWindowInSeconds",
)


def _mapping(call: Call, action: str) -> dict[str, Any]:
    given = {name: call.inputs[name] for name in _SENT if call.inputs.get(name) is not None}
    target = ((call.get("destinationConfig") or {}).get("onFailure") or {}).get("destinationArn")
    if target:
        given["destinationConfig"] = {"onFailure": {"destination": target}}
    params = parameters(call.aws(), action, given)
    # What is taken out of the program is taken away, where the API has an empty form of it.
    empty = {api: value for name, (api, value) in _EMPTY.items() if call.old.get(name) and not call.get(name)}
    return {**params, **empty}


_EMPTY: Mapping[str, tuple[str, Any]] = {
    "destinationConfig": ("DestinationConfig", {}),
    "filterCriteria": ("FilterCriteria", {}),
    "functionResponseTypes": ("FunctionResponseTypes", []),
    "scalingConfig": ("ScalingConfig", {}),
}


def _create_mapping(call: Call) -> str:
    params = _mapping(call, "create_event_source_mapping")
    if call.get("startingPositionTimestamp"):
        params["StartingPositionTimestamp"] = call.inputs["startingPositionTimestamp"]
    answer = call.aws().create_event_source_mapping(**params)
    return str(answer["UUID"])


def _update_mapping(call: Call) -> None:
    params = _mapping(call, "update_event_source_mapping")
    for name in ("EventSourceArn", "StartingPosition"):
        params.pop(name, None)
    if params:
        call.aws().update_event_source_mapping(UUID=call.id, **params)


def _read_mapping(call: Call) -> dict[str, Any] | None:
    item = unless_gone(call.aws().get_event_source_mapping, UUID=call.id)
    if item is None:
        return None
    special = {"functionName": "", "enabled": "", "destinationConfig": "", "startingPositionTimestamp": ""}
    found = take(call.type, item, {**special, "tags": "", "tagsAll": ""})
    target = ((item.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
    if target:
        found["destinationConfig"] = {"onFailure": {"destinationArn": target}}
    function = item["FunctionArn"]
    return {
        **found,
        "arn": call.arn("lambda", f"event-source-mapping:{call.id}"),
        "uuid": call.id,
        "functionName": keep(call, "functionName", function, same_tail),
        "enabled": str(item.get("State", "Enabled")) in ("Enabled", "Enabling", "Creating"),
        "state": item.get("State", "Enabled"),
    }


def _mapping_tags(call: Call) -> dict[str, str]:
    arn = call.arn("lambda", f"event-source-mapping:{call.id}")
    return dict(call.aws().list_tags(Resource=arn)["Tags"])


SOURCE_MAPPING = Emulated(
    "aws:lambda/eventSourceMapping:EventSourceMapping",
    service="lambda",
    create=_create_mapping,
    read=_read_mapping,
    update=_update_mapping,
    delete=lambda call: void(unless_gone(call.aws().delete_event_source_mapping, UUID=call.id)),
    tags=mapped_tags(
        lambda call: {"Resource": call.arn("lambda", f"event-source-mapping:{call.id}")},
        tags="Tags",
        keys="TagKeys",
        read=_mapping_tags,
    ),
    replace_on=(
        "amazonManagedKafkaEventSourceConfig",
        "eventSourceArn",
        "queues",
        "region",
        "selfManagedEventSource",
        "selfManagedKafkaEventSourceConfig",
        "startingPosition",
        "startingPositionTimestamp",
        "topics",
    ),
    exact=True,
)


def _url_params(call: Call, action: str) -> dict[str, Any]:
    given = {
        "cors": call.get("cors"),
        "invokeMode": call.get("invokeMode"),
        "qualifier": call.get("qualifier"),
    }
    params = parameters(call.aws(), action, given)
    return {**params, "AuthType": call.inputs["authorizationType"]}


def _create_url(call: Call) -> str:
    function = str(call.inputs["functionName"])
    params = _url_params(call, "create_function_url_config")
    call.aws().create_function_url_config(FunctionName=function, **params)
    return function


def _update_url(call: Call) -> None:
    params = _url_params(call, "update_function_url_config")
    call.aws().update_function_url_config(FunctionName=call.inputs["functionName"], **params)


def _read_url(call: Call) -> dict[str, Any] | None:
    item = unless_gone(call.aws().get_function_url_config, FunctionName=call.id.split("/")[0])
    if item is None:
        return None
    url = str(item["FunctionUrl"])
    return {
        "functionName": call.inputs.get("functionName", call.id.split("/")[0]),
        "functionArn": item["FunctionArn"],
        "functionUrl": url,
        "urlId": url.rsplit("://", maxsplit=1)[-1].split(".", maxsplit=1)[0],
        "authorizationType": item["AuthType"],
        "invokeMode": str(item.get("InvokeMode") or "BUFFERED").upper(),
        **_shown_cors(call, item),
    }


def _shown_cors(call: Call, item: Mapping[str, Any]) -> dict[str, Any]:
    there = take(call.type, item, dict.fromkeys(call.type.outputs, "") | {"cors": "Cors"})
    return there if item.get("Cors") else {}


FUNCTION_URL = Emulated(
    "aws:lambda/functionUrl:FunctionUrl",
    service="lambda",
    create=_create_url,
    read=_read_url,
    update=_update_url,
    delete=lambda call: void(
        unless_gone(call.aws().delete_function_url_config, FunctionName=call.inputs["functionName"])
    ),
    replace_on=("functionName", "qualifier"),
    update_on=("authorizationType", "cors", "invokeMode"),
)

TYPES = (PERMISSION, SOURCE_MAPPING, FUNCTION_URL)
