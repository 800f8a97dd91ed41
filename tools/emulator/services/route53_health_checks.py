"""Route 53: health checks. Nothing is checked."""

from __future__ import annotations

import uuid
from typing import Any

from tools.emulator.emulated import Call, Delete, Emulated
from tools.emulator.mapping import parameters, tags_of, take
from tools.emulator.services._common import unless_gone
from tools.emulator.services._tags import listed_tags

_CONFIG = {
    "childHealthThreshold": "HealthThreshold",
    "childHealthchecks": "ChildHealthChecks",
    "fqdn": "FullyQualifiedDomainName",
    "invertHealthcheck": "Inverted",
}


def _config(call: Call) -> dict[str, Any]:
    names = {name: f"HealthCheckConfig.{api}" for name, api in _CONFIG.items()}
    given = {name: value for name, value in call.inputs.items() if name not in ("tags", "tagsAll", "region")}
    plain = {name: value for name, value in given.items() if name not in _CONFIG}
    config: dict[str, Any] = parameters(
        call.aws(), "create_health_check", {"HealthCheckConfig": plain}, {}
    ).get("HealthCheckConfig", {})
    renamed = {name: value for name, value in given.items() if name in _CONFIG}
    config |= parameters(call.aws(), "create_health_check", renamed, names).get("HealthCheckConfig", {})
    if call.get("cloudwatchAlarmName"):
        region, name = (
            call.get("cloudwatchAlarmRegion", call.place.region),
            call.inputs["cloudwatchAlarmName"],
        )
        config["AlarmIdentifier"] = {"Name": name, "Region": region}
    return config


def _create(call: Call) -> str:
    # What the program calls it is the beginning of a reference that is there once.
    reference = str(call.get("referenceName", ""))[:27] + uuid.uuid4().hex
    answer = call.aws().create_health_check(CallerReference=reference, HealthCheckConfig=_config(call))
    return str(answer["HealthCheck"]["Id"])


def _read(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().get_health_check, HealthCheckId=call.id)
    if answer is None:
        return None
    config = answer["HealthCheck"]["HealthCheckConfig"]
    found = take(call.type, config, {**_CONFIG, "tags": "", "tagsAll": "", "referenceName": ""})
    alarm = config.get("AlarmIdentifier") or {}
    shown = {"cloudwatchAlarmName": alarm["Name"], "cloudwatchAlarmRegion": alarm["Region"]} if alarm else {}
    arn = call.arn("route53", f"healthcheck/{call.id}", region="", account="")
    given = {name: call.inputs[name] for name in ("referenceName", "triggers") if call.inputs.get(name)}
    return {**found, **shown, **given, "arn": arn}


def _update(call: Call) -> None:
    config = _config(call)
    for name in ("Type", "RequestInterval", "MeasureLatency", "RoutingControlArn"):
        config.pop(name, None)
    call.aws().update_health_check(HealthCheckId=call.id, **config)


HEALTH_CHECK = Emulated(
    "aws:route53/healthCheck:HealthCheck",
    service="route53",
    create=_create,
    read=_read,
    update=_update,
    delete=Delete("delete_health_check", by="HealthCheckId"),
    tags=listed_tags(
        "change_tags_for_resource",
        "change_tags_for_resource",
        lambda call: {"ResourceType": "healthcheck", "ResourceId": call.id},
        tags="AddTags",
        keys="RemoveTagKeys",
        read=lambda call: (
            tags_of(
                call.aws().list_tags_for_resource(ResourceType="healthcheck", ResourceId=call.id)[
                    "ResourceTagSet"
                ]
            )
            or {}
        ),
    ),
    replace_on=("measureLatency", "referenceName", "requestInterval", "routingControlArn", "type"),
    exact=True,
    unordered=("childHealthchecks", "regions"),
)

TYPES = (HEALTH_CHECK,)
