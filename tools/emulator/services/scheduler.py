"""EventBridge Scheduler: schedules and their groups. No schedule fires."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tools.emulator.emulated import Call, Delete, Emulated
from tools.emulator.mapping import parameters, tag_list, tags_of, take
from tools.emulator.services._common import (
    keep,
    name_or_prefixed,
    remembered,
    same_tail,
    unless_gone,
    void,
    without_none,
)
from tools.emulator.services._tags import listed_tags

_GROUP = "default"


def _place(call: Call) -> dict[str, str]:
    """Group and schedule of an id: `group/name`."""
    group, found, name = call.id.partition("/")
    return {"GroupName": group, "Name": name} if found else {"GroupName": _GROUP, "Name": group}


def _target(call: Call) -> dict[str, Any]:
    given = dict(call.inputs["target"])
    network = (given.get("ecsParameters") or {}).get("networkConfiguration")
    if network:
        public = "ENABLED" if network.get("assignPublicIp") else "DISABLED"
        awsvpc = {"awsvpcConfiguration": {**network, "assignPublicIp": public}}
        given["ecsParameters"] = {**given["ecsParameters"], "networkConfiguration": awsvpc}
    pipeline = (given.get("sagemakerPipelineParameters") or {}).get("pipelineParameters")
    if pipeline:
        given["sagemakerPipelineParameters"] = {"pipelineParameterList": pipeline}
    return given


def _params(call: Call, action: str) -> dict[str, Any]:
    given = {**call.inputs, "target": _target(call), "name": None, "groupName": None}
    params = parameters(
        call.aws(), action, given, {"startDate": "", "endDate": "", "tags": "", "tagsAll": ""}
    )
    for name, api in (("startDate", "StartDate"), ("endDate", "EndDate")):
        if call.get(name):
            params[api] = dt.datetime.fromisoformat(call.inputs[name])
    return {"State": "ENABLED", **params}


def _create(call: Call) -> str:
    name, group = name_or_prefixed(call), call.get("groupName", _GROUP)
    call.aws().create_schedule(**_params(call, "create_schedule"), Name=name, GroupName=group)
    return f"{group}/{name}"


def _read(call: Call) -> dict[str, Any] | None:
    item = unless_gone(call.aws().get_schedule, **_place(call))
    if item is None:
        return None
    found = take(call.type, item, {"startDate": "", "endDate": "", "target": ""})
    kept = {name: call.inputs[name] for name in ("startDate", "endDate") if call.inputs.get(name)}
    there = take(call.type, item, dict.fromkeys(call.type.outputs, "") | {"target": "Target"})["target"]
    # AWS tries again by itself; what nobody asked for is not the program's.
    if not (call.get("target") or {}).get("retryPolicy"):
        there.pop("retryPolicy", None)
    key = keep(call, "kmsKeyArn", item.get("KmsKeyArn"), same_tail)
    return {
        **found,
        **kept,
        **({"kmsKeyArn": key} if key else {}),
        "description": item.get("Description") or "",
        "actionAfterCompletion": item.get("ActionAfterCompletion") or "NONE",
        "target": remembered(call.get("target"), there),
    }


def _update(call: Call) -> None:
    call.aws().update_schedule(**_params(call, "update_schedule"), **_place(call))


SCHEDULE = Emulated(
    "aws:scheduler/schedule:Schedule",
    service="scheduler",
    create=_create,
    read=_read,
    update=_update,
    delete=lambda call: void(unless_gone(call.aws().delete_schedule, **_place(call))),
    replace_on=("groupName", "name", "namePrefix", "region"),
    exact=True,
)


def _read_group(call: Call) -> dict[str, Any] | None:
    item = unless_gone(call.aws().get_schedule_group, Name=call.id)
    if item is None:
        return None
    return take(call.type, item, {"lastModificationDate": "LastModificationDate", "tags": "", "tagsAll": ""})


def _arn(call: Call) -> str:
    return call.arn("scheduler", f"schedule-group/{call.id}")


def _create_group(call: Call) -> str:
    name = name_or_prefixed(call)
    call.aws().create_schedule_group(**without_none(Name=name, Tags=tag_list(call.tags) or None))
    return name


SCHEDULE_GROUP = Emulated(
    "aws:scheduler/scheduleGroup:ScheduleGroup",
    service="scheduler",
    create=_create_group,
    read=_read_group,
    delete=Delete("delete_schedule_group", by="Name"),
    tags=listed_tags(
        "tag_resource",
        "untag_resource",
        lambda call: {"ResourceArn": _arn(call)},
        read=lambda call: tags_of(call.aws().list_tags_for_resource(ResourceArn=_arn(call))) or {},
    ),
    replace_on=("name", "namePrefix", "region"),
    exact=True,
)

TYPES = (SCHEDULE, SCHEDULE_GROUP)
