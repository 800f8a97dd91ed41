"""EventBridge: who may use a bus: its whole policy, or single statements of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call, Emulated
from tools.emulator.services._common import as_text, unless_gone, void, without_none
from tools.emulator.services.events import DEFAULT_BUS, bus_of


def _policy(call: Call, bus: str) -> Mapping[str, Any] | None:
    item = unless_gone(call.aws().describe_event_bus, Name=bus)
    return json.loads(item["Policy"]) if item and item.get("Policy") else None


def _put_policy(call: Call) -> str:
    bus = bus_of(call, call.get("eventBusName"))
    call.aws().put_permission(EventBusName=bus, Policy=as_text(call.inputs["policy"]))
    return bus


def _read_policy(call: Call) -> dict[str, Any] | None:
    there = _policy(call, call.id)
    if there is None:
        return None
    return {"eventBusName": call.inputs.get("eventBusName", call.id), "policy": json.dumps(there)}


def _remove_policy(call: Call) -> None:
    unless_gone(call.aws().remove_permission, EventBusName=call.id, RemoveAllPermissions=True)


BUS_POLICY = Emulated(
    "aws:cloudwatch/eventBusPolicy:EventBusPolicy",
    service="events",
    create=_put_policy,
    read=_read_policy,
    update=lambda call: void(_put_policy(call)),
    delete=_remove_policy,
    replace_on=("eventBusName", "region"),
    exact=True,
)


def _place(call: Call) -> dict[str, str]:
    """Bus and statement: of the inputs, or (an import) of `statement` or `bus/statement`."""
    bus, _, statement = call.id.rpartition("/")
    if call.inputs.get("statementId"):
        bus, statement = call.inputs.get("eventBusName") or "", str(call.inputs["statementId"])
    return {"EventBusName": bus_of(call, bus), "StatementId": statement}


def _put_permission(call: Call) -> str:
    condition = call.get("condition")
    params = without_none(
        Action=call.get("action", "events:PutEvents"),
        Principal=str(call.inputs["principal"]),
        Condition={"Type": condition["type"], "Key": condition["key"], "Value": condition["value"]}
        if condition
        else None,
    )
    place = _place(call)
    call.aws().put_permission(**place, **params)
    bus, statement = place["EventBusName"], place["StatementId"]
    return statement if bus == DEFAULT_BUS else f"{bus}/{statement}"


def _account(principal: Any) -> str:
    named = principal.get("AWS", "") if isinstance(principal, Mapping) else str(principal)
    return named.split(":")[4] if named.startswith("arn:") else named


def _read_permission(call: Call) -> dict[str, Any] | None:
    place = _place(call)
    there = _policy(call, place["EventBusName"])
    statements = there["Statement"] if there else []
    found = next((one for one in statements if one.get("Sid") == place["StatementId"]), None)
    if found is None:
        return None
    conditions = [
        {"type": test, "key": key, "value": value}
        for test, pairs in (found.get("Condition") or {}).items()
        for key, value in pairs.items()
    ]
    return {
        "eventBusName": call.inputs.get("eventBusName", place["EventBusName"]),
        "statementId": place["StatementId"],
        "action": found["Action"],
        "principal": _account(found["Principal"]),
        **({"condition": conditions[0]} if conditions else {}),
    }


def _remove_permission(call: Call) -> None:
    if _read_permission(call) is not None:
        call.aws().remove_permission(**_place(call))


PERMISSION = Emulated(
    "aws:cloudwatch/eventPermission:EventPermission",
    service="events",
    create=_put_permission,
    read=_read_permission,
    update=lambda call: void(_put_permission(call)),
    delete=_remove_permission,
    replace_on=("eventBusName", "statementId", "region"),
    exact=True,
)

TYPES = (BUS_POLICY, PERMISSION)
