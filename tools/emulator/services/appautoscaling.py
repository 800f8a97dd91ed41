"""Application Auto Scaling: scalable targets, their policies and scheduled actions. Nothing scales."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call, Emulated
from tools.emulator.mapping import from_api, parameters, take
from tools.emulator.services._common import Parts, unless_gone, void, without_none
from tools.emulator.services._tags import mapped_tags

_PLACE = ("serviceNamespace", "resourceId", "scalableDimension")
_TARGET = Parts(_PLACE, by="/")


def _place(call: Call) -> dict[str, str]:
    """What a target is of: of the inputs, or (an import) of `namespace/resource/dimension`, where a resource has slashes."""
    known = {**call.state, **call.inputs}
    if all(known.get(name) for name in _PLACE):
        found = [str(known[name]) for name in _PLACE]
    else:
        namespace, *resource, dimension = call.id.split("/")
        if not resource:
            raise ValueError(
                f"{call.type.token}: {call.id!r} is no id of this type; it has the form <namespace>/<resource>/<dimension>"
            )
        found = [namespace, "/".join(resource), dimension]
    return {"ServiceNamespace": found[0], "ResourceId": found[1], "ScalableDimension": found[2]}


def _shown(place: Mapping[str, str]) -> dict[str, str]:
    return {name[:1].lower() + name[1:]: value for name, value in place.items()}


def _register(call: Call) -> str:
    names = ("maxCapacity", "minCapacity", "roleArn", "suspendedState", *_PLACE)
    given = {name: call.inputs.get(name) for name in names}
    params = parameters(call.aws(), "register_scalable_target", given)
    # Tags are set here at the creation only; later they are put on the target's ARN.
    tags = {"Tags": call.tags} if call.tags and not call.old else {}
    call.aws().register_scalable_target(**params, **tags)
    return str(call.inputs["resourceId"])


def _find(call: Call) -> Mapping[str, Any] | None:
    place = _place(call)
    answer = call.aws().describe_scalable_targets(
        ServiceNamespace=place["ServiceNamespace"],
        ResourceIds=[place["ResourceId"]],
        ScalableDimension=place["ScalableDimension"],
    )
    return answer["ScalableTargets"][0] if answer["ScalableTargets"] else None


def _read_target(call: Call) -> dict[str, Any] | None:
    item = _find(call)
    if item is None:
        return None
    call.state, call.id = {**call.state, **_shown(_place(call))}, item["ResourceId"]
    return take(call.type, item, {"arn": "ScalableTargetARN", "tags": "", "tagsAll": ""})


def _arn(call: Call) -> str:
    item = _find(call)
    return str(item["ScalableTargetARN"]) if item else ""


def _deregister(call: Call) -> None:
    if _find(call) is not None:
        call.aws().deregister_scalable_target(**_place(call))


TARGET = Emulated(
    "aws:appautoscaling/target:Target",
    service="application-autoscaling",
    create=_register,
    read=_read_target,
    update=lambda call: void(_register(call)),
    delete=_deregister,
    tags=mapped_tags(
        lambda call: {"ResourceARN": _arn(call)},
        tags="Tags",
        keys="TagKeys",
        read=lambda call: dict(call.aws().list_tags_for_resource(ResourceARN=_arn(call))["Tags"]),
    ),
    replace_on=(*_PLACE, "region"),
    exact=True,
)


# -- policies

_CONFIGURATIONS = ("stepScalingPolicyConfiguration", "targetTrackingScalingPolicyConfiguration")


def _named(call: Call) -> dict[str, str]:
    """Target and policy: of the inputs, or (an import) of `namespace/resource/dimension/name`."""
    if call.inputs.get("name") or call.state.get("name"):
        return {**_place(call), "PolicyName": str(call.inputs.get("name") or call.state["name"])}
    whole, _, name = call.id.rpartition("/")
    call.state = {**call.state, "name": name}
    call.id, before = whole, call.id
    place = _place(call)
    call.id = before
    return {**place, "PolicyName": name}


def _put_policy(call: Call) -> str:
    given = {name: call.inputs.get(name) for name in ("policyType", *_CONFIGURATIONS)}
    params = parameters(call.aws(), "put_scaling_policy", given)
    call.aws().put_scaling_policy(**_named(call), **params)
    return str(call.inputs["name"])


def _read_policy(call: Call) -> dict[str, Any] | None:
    named = _named(call)
    name = named.pop("PolicyName")
    there = call.aws().describe_scaling_policies(**named)["ScalingPolicies"]
    item = next((one for one in there if one["PolicyName"] == name), None)
    if item is None:
        return None
    call.id = name
    names = {"arn": "PolicyARN", "name": "PolicyName", "alarmArns": "Alarms[].AlarmARN"}
    return take(call.type, item, names)


def _delete_policy(call: Call) -> None:
    if _read_policy(call) is not None:
        call.aws().delete_scaling_policy(**_named(call))


POLICY = Emulated(
    "aws:appautoscaling/policy:Policy",
    service="application-autoscaling",
    create=_put_policy,
    read=_read_policy,
    update=lambda call: void(_put_policy(call)),
    delete=_delete_policy,
    replace_on=("name", *_PLACE, "region"),
    exact=True,
)


# -- scheduled actions


def _put_action(call: Call) -> str:
    target = call.inputs["scalableTargetAction"]
    action = without_none(MinCapacity=target.get("minCapacity"), MaxCapacity=target.get("maxCapacity"))
    params = without_none(
        Schedule=call.inputs["schedule"],
        Timezone=call.get("timezone"),
        StartTime=call.get("startTime"),
        EndTime=call.get("endTime"),
        ScalableTargetAction={name: int(value) for name, value in action.items()},
    )
    name = str(call.inputs["name"])
    call.aws().put_scheduled_action(**_place(call), ScheduledActionName=name, **params)
    place = _place(call)
    return f"{name}-{place['ServiceNamespace']}-{place['ResourceId']}"


def _read_action(call: Call) -> dict[str, Any] | None:
    name = call.inputs.get("name") or call.state.get("name")
    if not name:
        raise ValueError(
            f"{call.type.token}: a scheduled action can't be imported by its id, as with the real provider"
        )
    answer = call.aws().describe_scheduled_actions(**_place(call), ScheduledActionNames=[name])
    item = next(iter(answer["ScheduledActions"]), None)
    if item is None:
        return None
    action = item["ScalableTargetAction"]
    kept = {name: call.inputs[name] for name in ("startTime", "endTime") if call.inputs.get(name)}
    kind = call.type.outputs["scalableTargetAction"].type
    return {
        **_shown(_place(call)),
        **kept,
        "name": item["ScheduledActionName"],
        "arn": item["ScheduledActionARN"],
        "schedule": item["Schedule"],
        "timezone": item.get("Timezone") or "UTC",
        "scalableTargetAction": from_api(kind, action),
    }


def _delete_action(call: Call) -> None:
    name = call.inputs.get("name") or call.state.get("name")
    unless_gone(call.aws().delete_scheduled_action, **_place(call), ScheduledActionName=name)


SCHEDULED_ACTION = Emulated(
    "aws:appautoscaling/scheduledAction:ScheduledAction",
    service="application-autoscaling",
    create=_put_action,
    read=_read_action,
    update=lambda call: void(_put_action(call)),
    delete=_delete_action,
    replace_on=("name", *_PLACE, "region"),
    exact=True,
)

TYPES = (TARGET, POLICY, SCHEDULED_ACTION)
