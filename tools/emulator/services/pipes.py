"""EventBridge Pipes. A pipe is kept; nothing flows through it."""

from __future__ import annotations

from typing import Any

from tools.emulator.emulated import Call, Delete, Emulated
from tools.emulator.mapping import parameters, take
from tools.emulator.services._common import name_or_prefixed, remembered, unless_gone
from tools.emulator.services._tags import mapped_tags

_BLOCKS = ("enrichmentParameters", "logConfiguration", "sourceParameters", "targetParameters")
_KEPT_OUT = {"name": "", "namePrefix": "", "tags": "", "tagsAll": "", "region": ""}


def _create(call: Call) -> str:
    name = name_or_prefixed(call)
    params = parameters(call.aws(), "create_pipe", call.inputs, _KEPT_OUT)
    call.aws().create_pipe(**params, Name=name, Tags=call.tags)
    return name


def _read(call: Call) -> dict[str, Any] | None:
    item = unless_gone(call.aws().describe_pipe, Name=call.id)
    if item is None or item.get("CurrentState") in ("DELETING", "DELETED"):
        return None
    found = take(call.type, item, {"tags": "", "tagsAll": ""})
    # Some blocks have names that only one way leads to; what is there of them fills up what was given.
    kept = {name: remembered(call.inputs.get(name), found.get(name) or {}) for name in _BLOCKS}
    for name in _BLOCKS:
        found.pop(name, None)
    shown = {name: value for name, value in kept.items() if value}
    return {"description": "", **found, **shown, "desiredState": item.get("DesiredState", "RUNNING")}


def _update(call: Call) -> None:
    given = {name: value for name, value in call.inputs.items() if name != "source"}
    params = parameters(call.aws(), "update_pipe", given, _KEPT_OUT)
    params.pop("SourceParameters", None)
    call.aws().update_pipe(**params, Name=call.id)


PIPE = Emulated(
    "aws:pipes/pipe:Pipe",
    service="pipes",
    create=_create,
    read=_read,
    update=_update,
    delete=Delete("delete_pipe", by="Name"),
    tags=mapped_tags(
        lambda call: {"resourceArn": call.arn("pipes", f"pipe/{call.id}")},
        read=lambda call: dict(
            call.aws().list_tags_for_resource(resourceArn=call.arn("pipes", f"pipe/{call.id}")).get("tags")
            or {}
        ),
    ),
    replace_on=("name", "namePrefix", "source", "region"),
    exact=True,
)

TYPES = (PIPE,)
