"""EventBridge: buses, rules, targets and archives. A rule may be on the bus of another account that lets it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call, Create, Delete, Emulated, Tagging
from tools.emulator.mapping import parameters, tag_list, tags_of, take
from tools.emulator.services._common import keep, pages, same_tail, unless_gone, void, without_none

DEFAULT_BUS = "default"


def bus_name(name: Any) -> str:
    """A bus by its name, whether the program gives the name or the ARN."""
    return str(name or DEFAULT_BUS).rsplit("/", 1)[-1]


def bus_of(call: Call, name: Any) -> str:
    """A bus as the API is asked for it: by name, or by ARN where it is another account's."""
    text = str(name or DEFAULT_BUS)
    theirs = text.startswith("arn:") and text.split(":")[4] != call.place.account
    return text if theirs else bus_name(text)


def _rule_of(call: Call) -> tuple[str, str]:
    """Bus and rule of an id: `rule`, or `bus/rule` on another bus."""
    bus, found, rule = call.id.rpartition("/")
    return (bus_of(call, bus), rule) if found else (bus_of(call, call.inputs.get("eventBusName")), rule)


def _put_rule(call: Call) -> str:
    name, bus = str(call.inputs["name"]), bus_of(call, call.get("eventBusName"))
    enabled = call.get("state", "ENABLED") != "DISABLED" and call.get("isEnabled", True)
    params = without_none(
        Name=name,
        EventBusName=bus,
        EventPattern=call.get("eventPattern"),
        ScheduleExpression=call.get("scheduleExpression"),
        Description=call.get("description"),
        RoleArn=call.get("roleArn"),
        State=call.get("state", "ENABLED") if enabled else "DISABLED",
    )
    call.aws().put_rule(**params)
    return name if bus == DEFAULT_BUS else f"{bus}/{name}"


def _read_rule(call: Call) -> dict[str, Any] | None:
    bus, name = _rule_of(call)
    item = unless_gone(call.aws().describe_rule, Name=name, EventBusName=bus)
    if item is None:
        return None
    found = take(call.type, item, {"eventBusName": "", "tags": "", "tagsAll": ""})
    given = call.inputs.get("eventBusName")
    return {
        "description": "",
        **found,
        "eventBusName": given if given and bus_of(call, given) == bus else bus,
        "isEnabled": item.get("State") != "DISABLED",
        "state": item.get("State", "ENABLED"),
    }


def _delete_rule(call: Call) -> None:
    bus, name = _rule_of(call)
    if call.get("forceDestroy"):
        targets = pages(call.aws(), "list_targets_by_rule", "Targets", Rule=name, EventBusName=bus)
        if targets:
            ids = [target["Id"] for target in targets]
            call.aws().remove_targets(Rule=name, EventBusName=bus, Ids=ids)
    call.aws().delete_rule(Name=name, EventBusName=bus)


def _arn_tags(arn: str) -> Tagging:
    """Tags by the ARN that a read gives; `arn` says of what: `rule` or `event-bus`.

    Tags of a rule on another account's bus are what the program says: the delegated rights do not reach as far as tags.
    """

    def of(call: Call) -> str:
        return call.arn("events", f"{arn}/{call.id}")

    def put(call: Call, tags: dict[str, str]) -> None:
        if not _is_theirs(call):
            call.aws().tag_resource(ResourceARN=of(call), Tags=tag_list(tags))

    def remove(call: Call, keys: list[str]) -> None:
        if not _is_theirs(call):
            call.aws().untag_resource(ResourceARN=of(call), TagKeys=keys)

    def read(call: Call) -> dict[str, str]:
        if _is_theirs(call):
            return dict(call.tags)
        return tags_of(call.aws().list_tags_for_resource(ResourceARN=of(call))) or {}

    return Tagging(at_create=None, put=put, remove=remove, read=read)


def _is_theirs(call: Call) -> bool:
    return call.id.startswith("arn:")


RULE = Emulated(
    "aws:cloudwatch/eventRule:EventRule",
    service="events",
    create=_put_rule,
    read=_read_rule,
    update=lambda call: void(_put_rule(call)),
    delete=_delete_rule,
    tags=_arn_tags("rule"),
    replace_on=("name", "namePrefix", "eventBusName"),
    update_on=("eventPattern", "scheduleExpression", "roleArn", "state", "isEnabled"),
)

# -- targets

_PARAMETERS = {
    "appsyncTarget": "AppSyncParameters",
    "batchTarget": "BatchParameters",
    "ecsTarget": "EcsParameters",
    "httpTarget": "HttpParameters",
    "kinesisTarget": "KinesisParameters",
    "redshiftTarget": "RedshiftDataParameters",
    "sagemakerPipelineTarget": "SageMakerPipelineParameters",
    "sqsTarget": "SqsParameters",
}
_PLAIN = ("arn", "input", "inputPath", "roleArn", "deadLetterConfig", "retryPolicy")


def _target(call: Call) -> dict[str, Any]:
    given: dict[str, Any] = {name: call.inputs[name] for name in _PLAIN if call.inputs.get(name) is not None}
    given |= {
        api: call.inputs[name] for name, api in _PARAMETERS.items() if call.inputs.get(name) is not None
    }
    transformer = call.get("inputTransformer")
    if transformer:
        paths = transformer.get("inputPaths")
        given["inputTransformer"] = without_none(
            inputPathsMap=paths, inputTemplate=transformer["inputTemplate"]
        )
    network = (call.get("ecsTarget") or {}).get("networkConfiguration")
    if network:
        public = "ENABLED" if network.get("assignPublicIp") else "DISABLED"
        given["EcsParameters"] = {
            **given["EcsParameters"],
            "networkConfiguration": {"awsvpcConfiguration": {**network, "assignPublicIp": public}},
        }
    run = call.get("runCommandTargets")
    if run:
        given["runCommandParameters"] = {"runCommandTargets": run}
    return {**given, "id": call.inputs["targetId"]}


def _put_target(call: Call) -> str:
    bus, rule = bus_of(call, call.get("eventBusName")), str(call.inputs["rule"]).rsplit("/", 1)[-1]
    params = parameters(call.aws(), "put_targets", {"targets": [_target(call)]})
    call.aws().put_targets(Rule=rule, EventBusName=bus, **params)
    place = rule if bus == DEFAULT_BUS else f"{bus}-{rule}"
    return f"{place}-{call.inputs['targetId']}"


def _target_of(call: Call) -> tuple[str, str, str]:
    """Bus, rule and target: of the inputs, or (an import) of `rule/target` or `bus/rule/target`."""
    if call.inputs.get("rule"):
        rule = str(call.inputs["rule"]).rsplit("/", 1)[-1]
        return bus_of(call, call.inputs.get("eventBusName")), rule, str(call.inputs["targetId"])
    parts = call.id.rsplit("/", 2)
    if len(parts) < 2:
        raise ValueError(
            f"{call.id!r} is no id of an event target; give <rule>/<target> or <bus>/<rule>/<target>"
        )
    bus = bus_of(call, parts[0] if len(parts) == 3 else None)
    call.id = "-".join(parts if bus != DEFAULT_BUS else parts[-2:])
    return bus, parts[-2], parts[-1]


def _read_target(call: Call) -> dict[str, Any] | None:
    bus, rule, target = _target_of(call)
    answer = unless_gone(call.aws().list_targets_by_rule, Rule=rule, EventBusName=bus)
    there = [item for item in (answer or {}).get("Targets", []) if item["Id"] == target]
    if not there:
        return None
    found = take(call.type, there[0], {name: "" for name in call.type.properties if name not in _PLAIN})
    transformer = _transformer(there[0])
    return {
        **found,
        **({"inputTransformer": transformer} if transformer else {}),
        "eventBusName": call.get("eventBusName", bus),
        "rule": call.get("rule", rule),
        "targetId": target,
    }


def _transformer(item: Mapping[str, Any]) -> dict[str, Any] | None:
    there = item.get("InputTransformer")
    if not there:
        return None
    return without_none(inputPaths=there.get("InputPathsMap"), inputTemplate=there["InputTemplate"])


def _remove_target(call: Call) -> None:
    bus, rule, target = _target_of(call)
    unless_gone(call.aws().remove_targets, Rule=rule, EventBusName=bus, Ids=[target])


TARGET = Emulated(
    "aws:cloudwatch/eventTarget:EventTarget",
    service="events",
    create=_put_target,
    read=_read_target,
    update=lambda call: void(_put_target(call)),
    delete=_remove_target,
    replace_on=("rule", "targetId", "eventBusName"),
    update_on=("arn", "input", "inputPath", "inputTransformer", "roleArn"),
)

# -- buses and archives


def _read_bus(call: Call) -> dict[str, Any] | None:
    item = unless_gone(call.aws().describe_event_bus, Name=call.id)
    if item is None:
        return None
    key = item.get("KmsKeyIdentifier")
    names = {name: "" for name in call.type.outputs if name not in ("deadLetterConfig", "logConfig")}
    return {
        **take(call.type, item, names),
        "name": item["Name"],
        "arn": item["Arn"],
        "description": item.get("Description") or "",
        **({"kmsKeyIdentifier": keep(call, "kmsKeyIdentifier", key, same_tail)} if key else {}),
    }


def _update_bus(call: Call) -> None:
    if call.changed("deadLetterConfig", "description", "kmsKeyIdentifier", "logConfig"):
        call.aws().update_event_bus(**parameters(call.aws(), "update_event_bus", call.inputs))


BUS = Emulated(
    "aws:cloudwatch/eventBus:EventBus",
    service="events",
    create=Create("create_event_bus", id=lambda call, _: str(call.inputs["name"])),
    read=_read_bus,
    update=_update_bus,
    delete=Delete("delete_event_bus", by="Name"),
    tags=_arn_tags("event-bus"),
    replace_on=("name", "eventSourceName"),
    update_on=("description", "kmsKeyIdentifier", "deadLetterConfig", "logConfig"),
)


def _archive(call: Call) -> dict[str, Any]:
    return without_none(
        Description=call.get("description"),
        EventPattern=call.get("eventPattern"),
        KmsKeyIdentifier=call.get("kmsKeyIdentifier"),
        RetentionDays=call.get("retentionDays"),
    )


def _create_archive(call: Call) -> str:
    name, source = str(call.inputs["name"]), call.inputs["eventSourceArn"]
    call.aws().create_archive(ArchiveName=name, EventSourceArn=source, **_archive(call))
    return name


def _read_archive(call: Call) -> dict[str, Any] | None:
    item = unless_gone(call.aws().describe_archive, ArchiveName=call.id)
    if item is None:
        return None
    found = take(call.type, item, {"name": "ArchiveName", "arn": "ArchiveArn"})
    key = keep(call, "kmsKeyIdentifier", item.get("KmsKeyIdentifier"), same_tail)
    return {"retentionDays": 0, **found, **({"kmsKeyIdentifier": key} if key else {})}


ARCHIVE = Emulated(
    "aws:cloudwatch/eventArchive:EventArchive",
    service="events",
    create=_create_archive,
    read=_read_archive,
    update=lambda call: void(call.aws().update_archive(ArchiveName=call.id, **_archive(call))),
    delete=Delete("delete_archive", by="ArchiveName"),
    replace_on=("name", "eventSourceArn"),
    update_on=("eventPattern", "retentionDays", "description"),
)

TYPES = (RULE, TARGET, BUS, ARCHIVE)
