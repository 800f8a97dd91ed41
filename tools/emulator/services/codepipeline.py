"""CodePipeline: pipelines of both types with stages, actions, conditions, triggers and variables. No stage runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tools.emulator.emulated import Call, Delete, Emulated
from tools.emulator.mapping import tags_of
from tools.emulator.services._common import unless_gone, without_none
from tools.emulator.services._tags import listed_tags

_ACTION = (
    "commands",
    "configuration",
    "namespace",
    "outputVariables",
    "region",
    "roleArn",
    "runOrder",
    "timeoutInMinutes",
)
_TYPE = ("category", "owner", "provider", "version")
_RULE = ("name", "commands", "configuration", "region", "roleArn", "timeoutInMinutes")
_FILTERS = ("branches", "filePaths", "tags", "events")


def _some(item: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """The fields of an object that are there and not empty."""
    return {name: item[name] for name in names if item.get(name) not in (None, [], {}, "")}


def _named(names: list[str] | None) -> list[dict[str, str]]:
    return [{"name": name} for name in names or []]


def _names(items: list[Mapping[str, Any]] | None) -> list[str]:
    return [str(one["name"]) for one in items or []]


# -- to the API


def _sent_action(action: Mapping[str, Any]) -> dict[str, Any]:
    compute = [_some(one, ("name", "files")) for one in action.get("outputArtifactsForComputeActions") or []]
    found = {
        "name": action["name"],
        "actionTypeId": {name: action[name] for name in _TYPE},
        **_some(action, _ACTION),
        "inputArtifacts": _named(action.get("inputArtifacts")),
        "outputArtifacts": compute or _named(action.get("outputArtifacts")),
    }
    for name in ("runOrder", "timeoutInMinutes"):
        if name in found:
            found[name] = int(found[name])
    return found


def _sent_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    inputs = {"inputArtifacts": _named(rule["inputArtifacts"])} if rule.get("inputArtifacts") else {}
    return {**_some(rule, _RULE), "ruleTypeId": _some(rule["ruleTypeId"], _TYPE), **inputs}


def _sent_conditions(block: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not block:
        return None
    condition = block.get("condition")
    found = _some(block, ("result", "retryConfiguration"))
    if condition:
        rules = [_sent_rule(rule) for rule in condition["rules"]]
        found["conditions"] = [{**_some(condition, ("result",)), "rules": rules}]
    return found


def _sent_stage(stage: Mapping[str, Any]) -> dict[str, Any]:
    gates = {name: _sent_conditions(stage.get(name)) for name in ("beforeEntry", "onFailure", "onSuccess")}
    return without_none(name=stage["name"], actions=[_sent_action(one) for one in stage["actions"]], **gates)


def _sent_trigger(trigger: Mapping[str, Any]) -> dict[str, Any]:
    git = trigger["gitConfiguration"]
    return {
        "providerType": trigger["providerType"],
        "gitConfiguration": without_none(
            sourceActionName=git["sourceActionName"],
            push=[_some(one, _FILTERS) for one in git.get("pushes") or []] or None,
            pullRequest=[_some(one, _FILTERS) for one in git.get("pullRequests") or []] or None,
        ),
    }


def _store(store: Mapping[str, Any]) -> dict[str, Any]:
    return _some(store, ("location", "type", "encryptionKey"))


def _pipeline(call: Call) -> dict[str, Any]:
    stores = call.inputs["artifactStores"]
    where: dict[str, Any] = (
        {"artifactStore": _store(stores[0])}
        if len(stores) == 1 and not stores[0].get("region")
        else {"artifactStores": {one.get("region") or call.place.region: _store(one) for one in stores}}
    )
    return without_none(
        name=call.inputs["name"],
        roleArn=call.inputs["roleArn"],
        **where,
        stages=[_sent_stage(stage) for stage in call.inputs["stages"]],
        pipelineType=call.get("pipelineType", "V1"),
        executionMode=call.get("executionMode", "SUPERSEDED"),
        variables=[_some(one, ("name", "defaultValue", "description")) for one in call.get("variables", [])]
        or None,
        triggers=[_sent_trigger(one) for one in call.get("triggers", [])] or None,
    )


# -- from the API


def _shown_action(action: Mapping[str, Any]) -> dict[str, Any]:
    outputs = action.get("outputArtifacts") or []
    compute = any(one.get("files") for one in outputs)
    lists = without_none(
        inputArtifacts=_names(action.get("inputArtifacts")) or None,
        outputArtifacts=None if compute else _names(outputs) or None,
        outputArtifactsForComputeActions=[_some(one, ("name", "files")) for one in outputs]
        if compute
        else None,
    )
    return {"name": action["name"], **_some(action["actionTypeId"], _TYPE), **_some(action, _ACTION), **lists}


def _shown_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    inputs = {"inputArtifacts": _names(rule["inputArtifacts"])} if rule.get("inputArtifacts") else {}
    return {**_some(rule, _RULE), "ruleTypeId": _some(rule["ruleTypeId"], _TYPE), **inputs}


def _shown_conditions(block: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not block:
        return None
    found = _some(block, ("result", "retryConfiguration"))
    conditions = block.get("conditions") or []
    if conditions:
        rules = [_shown_rule(rule) for rule in conditions[0]["rules"]]
        found["condition"] = {**_some(conditions[0], ("result",)), "rules": rules}
    return found


def _shown_stage(stage: Mapping[str, Any]) -> dict[str, Any]:
    gates = {name: _shown_conditions(stage.get(name)) for name in ("beforeEntry", "onFailure", "onSuccess")}
    return without_none(name=stage["name"], actions=[_shown_action(one) for one in stage["actions"]], **gates)


def _shown_trigger(trigger: Mapping[str, Any]) -> dict[str, Any]:
    git = trigger["gitConfiguration"]
    return {
        "providerType": trigger["providerType"],
        "gitConfiguration": without_none(
            sourceActionName=git["sourceActionName"],
            pushes=[_some(one, _FILTERS) for one in git.get("push") or []] or None,
            pullRequests=[_some(one, _FILTERS) for one in git.get("pullRequest") or []] or None,
        ),
    }


def _shown_stores(pipeline: Mapping[str, Any]) -> list[dict[str, Any]]:
    if pipeline.get("artifactStore"):
        return [_store(pipeline["artifactStore"])]
    return [
        {**_store(store), "region": region}
        for region, store in (pipeline.get("artifactStores") or {}).items()
    ]


def _listed(show: Callable[[Mapping[str, Any]], dict[str, Any]], items: Any) -> list[dict[str, Any]]:
    return [show(one) for one in items or []]


def _read(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().get_pipeline, name=call.id)
    if answer is None:
        return None
    pipeline = answer["pipeline"]
    triggers = _listed(_shown_trigger, pipeline.get("triggers"))
    return {
        "name": pipeline["name"],
        "arn": answer["metadata"]["pipelineArn"],
        "roleArn": pipeline["roleArn"],
        "artifactStores": _shown_stores(pipeline),
        "stages": _listed(_shown_stage, pipeline["stages"]),
        "pipelineType": pipeline.get("pipelineType", "V1"),
        "executionMode": pipeline.get("executionMode", "SUPERSEDED"),
        "variables": [dict(one) for one in pipeline.get("variables") or []],
        "triggers": triggers,
        "triggerAlls": triggers,
    }


def _create(call: Call) -> str:
    tags = [{"key": key, "value": value} for key, value in call.tags.items()]
    answer = call.aws().create_pipeline(pipeline=_pipeline(call), tags=tags)
    return str(answer["pipeline"]["name"])


def _update(call: Call) -> None:
    names = ("artifactStores", "executionMode", "pipelineType", "roleArn", "stages", "triggers", "variables")
    if call.changed(*names):
        call.aws().update_pipeline(pipeline=_pipeline(call))


def _arn(call: Call) -> str:
    return call.arn("codepipeline", call.id)


PIPELINE = Emulated(
    "aws:codepipeline/pipeline:Pipeline",
    service="codepipeline",
    create=_create,
    read=_read,
    update=_update,
    delete=Delete("delete_pipeline", by="name"),
    tags=listed_tags(
        "tag_resource",
        "untag_resource",
        lambda call: {"resourceArn": _arn(call)},
        tags="tags",
        keys="tagKeys",
        key="key",
        value="value",
        read=lambda call: tags_of(call.aws().list_tags_for_resource(resourceArn=_arn(call))) or {},
    ),
    replace_on=("name", "region"),
    exact=True,
)

TYPES = (PIPELINE,)
