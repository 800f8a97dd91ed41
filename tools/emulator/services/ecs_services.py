"""ECS: task definitions and services. No container runs: a service counts the tasks that it wants.

A changed task definition is a new revision, so every change replaces it, as in the real provider.
"""

from __future__ import annotations

import json
from typing import Any

from tools.emulator.emulated import Call, Emulated, Tagging
from tools.emulator.mapping import parameters, tag_list, take
from tools.emulator.services._common import keep, remembered, same_tail, unless_gone, void, without_none

_TASK = (
    "cpu",
    "ephemeralStorage",
    "executionRoleArn",
    "family",
    "ipcMode",
    "memory",
    "networkMode",
    "pidMode",
    "placementConstraints",
    "requiresCompatibilities",
    "runtimePlatform",
    "taskRoleArn",
)


def _volumes(call: Call) -> list[dict[str, Any]]:
    """Volumes; `dockerVolumeConfiguration` and the others keep their names, `hostPath` is a block of its own."""
    shape = {
        "volumes": [
            {k: v for k, v in volume.items() if k != "hostPath"} for volume in call.get("volumes", [])
        ]
    }
    found: list[dict[str, Any]] = parameters(call.aws(), "register_task_definition", shape).get("volumes", [])
    for volume, given in zip(found, call.get("volumes", []), strict=True):
        if given.get("hostPath"):
            volume["host"] = {"sourcePath": given["hostPath"]}
    return found


def _containers(call: Call) -> list[dict[str, Any]]:
    given = call.inputs["containerDefinitions"]
    found: list[dict[str, Any]] = json.loads(given) if isinstance(given, str) else given
    return found


def _register(call: Call) -> str:
    given = {name: call.inputs[name] for name in _TASK if call.inputs.get(name) is not None}
    ecs = call.aws()
    params = parameters(ecs, "register_task_definition", given)
    params |= {"containerDefinitions": _containers(call)}
    if call.get("volumes"):
        params["volumes"] = _volumes(call)
    if call.tags:
        params["tags"] = tag_list(call.tags, "key", "value")
    item = ecs.register_task_definition(**params)["taskDefinition"]
    call.state = {"arn": item["taskDefinitionArn"]}
    return str(item["family"])


def _read_task(call: Call) -> dict[str, Any] | None:
    wanted = call.state.get("arn") or call.id
    answer = unless_gone(call.aws().describe_task_definition, taskDefinition=wanted, include=["TAGS"])
    if answer is None or answer["taskDefinition"].get("status") == "INACTIVE":
        return None
    item = answer["taskDefinition"]
    arn = item["taskDefinitionArn"]
    call.id = item["family"]
    given = {name: call.inputs[name] for name in call.type.inputs if call.inputs.get(name) is not None}
    seen = take(
        call.type, item, {"arn": "taskDefinitionArn", "volumes": "", "containerDefinitions": "", "tags": ""}
    )
    return {
        **given,
        **{name: remembered(call.inputs.get(name), value) for name, value in seen.items()},
        "containerDefinitions": call.get("containerDefinitions") or json.dumps(item["containerDefinitions"]),
        "arnWithoutRevision": arn.rsplit(":", 1)[0],
        "revision": item["revision"],
        "tags": {tag["key"]: tag["value"] for tag in answer.get("tags") or []},
    }


def _deregister(call: Call) -> None:
    if not call.get("skipDestroy"):
        unless_gone(call.aws().deregister_task_definition, taskDefinition=call.state.get("arn") or call.id)


def _containers_form(value: Any) -> Any:
    """Container definitions by what they say: in any spelling, without what is empty, in one order."""
    if value is None:
        return None
    found = json.loads(value) if isinstance(value, str) else value
    return sorted((_without_empty(item) for item in found), key=lambda item: str(item.get("name")))


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_empty(v) for k, v in value.items() if v not in (None, [], {})}
    return [_without_empty(item) for item in value] if isinstance(value, list) else value


TASK_DEFINITION = Emulated(
    "aws:ecs/taskDefinition:TaskDefinition",
    service="ecs",
    create=_register,
    read=_read_task,
    delete=_deregister,
    tags=Tagging(
        at_create=None,
        put=lambda call, tags: call.aws().tag_resource(
            resourceArn=call.state["arn"], tags=tag_list(tags, "key", "value")
        ),
        remove=lambda call, keys: call.aws().untag_resource(resourceArn=call.state["arn"], tagKeys=keys),
    ),
    replace_on=(*_TASK, "containerDefinitions", "volumes", "proxyConfiguration", "enableFaultInjection"),
    normal={"containerDefinitions": _containers_form},
)

_SERVICE = (
    "availabilityZoneRebalancing",
    "deploymentController",
    "desiredCount",
    "enableEcsManagedTags",
    "enableExecuteCommand",
    "healthCheckGracePeriodSeconds",
    "launchType",
    "loadBalancers",
    "placementConstraints",
    "platformVersion",
    "propagateTags",
    "schedulingStrategy",
    "serviceConnectConfiguration",
    "serviceRegistries",
    "taskDefinition",
)


def _service(call: Call, action: str) -> dict[str, Any]:
    given = {name: call.inputs[name] for name in _SERVICE if call.inputs.get(name) is not None}
    if call.get("capacityProviderStrategies"):
        given["capacityProviderStrategy"] = call.inputs["capacityProviderStrategies"]
        given.pop("launchType", None)
    if call.get("orderedPlacementStrategies"):
        given["placementStrategy"] = call.inputs["orderedPlacementStrategies"]
    params = parameters(call.aws(), action, given)
    network = call.get("networkConfiguration")
    if network:
        params["networkConfiguration"] = {
            "awsvpcConfiguration": without_none(
                subnets=network["subnets"],
                securityGroups=network.get("securityGroups") or [],
                assignPublicIp="ENABLED" if network.get("assignPublicIp") else "DISABLED",
            )
        }
    deployment = without_none(
        maximumPercent=call.get("deploymentMaximumPercent"),
        minimumHealthyPercent=call.get("deploymentMinimumHealthyPercent"),
        deploymentCircuitBreaker=_breaker(call),
    )
    return {**params, "deploymentConfiguration": deployment} if deployment else params


def _breaker(call: Call) -> dict[str, bool] | None:
    given = call.get("deploymentCircuitBreaker")
    return {"enable": bool(given["enable"]), "rollback": bool(given["rollback"])} if given else None


def _cluster(call: Call) -> str:
    return str(call.inputs.get("cluster") or call.state.get("cluster") or "default")


def _create_service(call: Call) -> str:
    params = _service(call, "create_service")
    answer = call.aws().create_service(cluster=_cluster(call), serviceName=call.inputs["name"], **params)
    return str(answer["service"]["serviceArn"])


def _find_service(call: Call) -> dict[str, Any] | None:
    cluster, service = _cluster(call), call.id
    if not call.inputs and "/" in call.id and not call.id.startswith("arn:"):
        cluster, service = call.id.split("/", 1)
    answer = unless_gone(call.aws().describe_services, cluster=cluster, services=[service], include=["TAGS"])
    there = [item for item in (answer or {}).get("services", []) if item.get("status") != "INACTIVE"]
    return dict(there[0]) if there else None


def _read_service(call: Call) -> dict[str, Any] | None:
    item = _find_service(call)
    if item is None:
        return None
    call.id = item["serviceArn"]
    given = {name: call.inputs[name] for name in call.type.inputs if call.inputs.get(name) is not None}
    return {
        **given,
        "name": item["serviceName"],
        "arn": item["serviceArn"],
        "cluster": keep(call, "cluster", item["clusterArn"], same_tail),
        "desiredCount": item["desiredCount"],
        "taskDefinition": keep(call, "taskDefinition", item.get("taskDefinition"), same_tail),
        "launchType": item.get("launchType") or call.get("launchType", "EC2"),
        "tags": {tag["key"]: tag["value"] for tag in item.get("tags") or []},
    }


def _update_service(call: Call) -> None:
    params = _service(call, "update_service")
    for name in ("launchType", "schedulingStrategy", "deploymentController"):
        params.pop(name, None)
    call.aws().update_service(cluster=_cluster(call), service=call.inputs["name"], **params)


def _delete_service(call: Call) -> None:
    if _find_service(call) is not None:
        call.aws().delete_service(cluster=_cluster(call), service=call.inputs["name"], force=True)


SERVICE = Emulated(
    "aws:ecs/service:Service",
    service="ecs",
    create=_create_service,
    read=_read_service,
    update=_update_service,
    delete=_delete_service,
    tags=Tagging(
        at_create=None,
        put=lambda call, tags: void(
            call.aws().tag_resource(resourceArn=call.id, tags=tag_list(tags, "key", "value"))
        ),
        remove=lambda call, keys: call.aws().untag_resource(resourceArn=call.id, tagKeys=keys),
    ),
    replace_on=("name", "cluster", "launchType", "schedulingStrategy", "iamRole"),
    update_on=("taskDefinition", "desiredCount", "loadBalancers", "networkConfiguration"),
)

TYPES = (TASK_DEFINITION, SERVICE)
