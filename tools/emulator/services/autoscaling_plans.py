"""EC2 Auto Scaling: scaling policies, scheduled actions and lifecycle hooks of a group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call, Emulated
from tools.emulator.mapping import parameters, take
from tools.emulator.services._common import Parts, remembered, unless_gone, void

GROUP = "autoscalingGroupName"
_BY_GROUP = Parts((GROUP, "name"), by="/")


def _named(call: Call) -> dict[str, str]:
    """Group and name, from the inputs or (an import) from `group/name`. The id is the name."""
    known = _BY_GROUP.of(call)
    call.id = known["name"]
    return {"AutoScalingGroupName": known[GROUP], "name": known["name"]}


# -- policies


def _translated(call: Call) -> dict[str, Any]:
    """The inputs, with the names that the API has for what it calls differently."""
    given = {k: v for k, v in call.inputs.items() if k not in ("name", GROUP, "region") and v is not None}
    given["policyType"] = str(given.get("policyType") or "SimpleScaling").rstrip(".")
    tracking: dict[str, Any] = given.get("targetTrackingConfiguration") or {}
    own = tracking.get("customizedMetricSpecification")
    if own and own.get("metricDimensions"):
        renamed = {**own, "dimensions": own["metricDimensions"]}
        given["targetTrackingConfiguration"] = {**tracking, "customizedMetricSpecification": renamed}
    predictive = given.get("predictiveScalingConfiguration")
    if predictive:
        specification = predictive["metricSpecification"]
        given["predictiveScalingConfiguration"] = {**predictive, "metricSpecifications": [specification]}
    return given


def _put_policy(call: Call) -> str:
    scaling = call.aws()
    params = parameters(scaling, "put_scaling_policy", _translated(call))
    params.setdefault("Enabled", True)
    scaling.put_scaling_policy(
        AutoScalingGroupName=call.inputs[GROUP], PolicyName=call.inputs["name"], **params
    )
    return str(call.inputs["name"])


def _read_policy(call: Call) -> dict[str, Any] | None:
    named = _named(call)
    answer = unless_gone(
        call.aws().describe_policies,
        AutoScalingGroupName=named["AutoScalingGroupName"],
        PolicyNames=[named["name"]],
    )
    if not answer or not answer["ScalingPolicies"]:
        return None
    item = answer["ScalingPolicies"][0]
    found = take(
        call.type,
        item,
        {
            "name": "PolicyName",
            "arn": "PolicyARN",
            "autoscalingGroupName": "AutoScalingGroupName",
            "stepAdjustments": _steps,
            "predictiveScalingConfiguration": "",
            "estimatedInstanceWarmup": "",
        },
    )
    return {name: remembered(call.inputs.get(name), value) for name, value in found.items()}


def _steps(item: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """Step adjustments, whose bounds are text in properties: `0`, not `0.0`."""
    found = []
    for step in item.get("StepAdjustments") or []:
        block: dict[str, Any] = {"scalingAdjustment": step["ScalingAdjustment"]}
        for name in ("metricIntervalLowerBound", "metricIntervalUpperBound"):
            bound = step.get(name[0].upper() + name[1:])
            if bound is not None:
                block[name] = f"{float(bound):g}"
        found.append(block)
    return found or None


def _delete_policy(call: Call) -> None:
    unless_gone(call.aws().delete_policy, AutoScalingGroupName=call.inputs[GROUP], PolicyName=call.id)


def _bounds(steps: Any) -> Any:
    """Step adjustments with their bounds as numbers, in one order."""
    names = ("metricIntervalLowerBound", "metricIntervalUpperBound")
    return sorted(
        [
            {**step, **{name: float(step[name]) for name in names if step.get(name) not in (None, "")}}
            for step in steps or []
        ],
        key=repr,
    )


POLICY = Emulated(
    "aws:autoscaling/policy:Policy",
    service="autoscaling",
    create=_put_policy,
    read=_read_policy,
    update=lambda call: void(_put_policy(call)),
    delete=_delete_policy,
    replace_on=("name", GROUP),
    update_on=("policyType",),
    normal={"stepAdjustments": _bounds},
)


# -- schedules

UNCHANGED = -1
"""A size that a scheduled action leaves as it is."""
_SIZES = {"minSize": "MinSize", "maxSize": "MaxSize", "desiredCapacity": "DesiredCapacity"}
_TIMES = {"startTime": "StartTime", "endTime": "EndTime", "recurrence": "Recurrence", "timeZone": "TimeZone"}
_BY_ACTION = Parts((GROUP, "scheduledActionName"), by="/")


def _put_schedule(call: Call) -> str:
    sizes = {api: call.get(name, 0) for name, api in _SIZES.items() if call.get(name, 0) != UNCHANGED}
    times = {api: call.inputs[name] for name, api in _TIMES.items() if call.inputs.get(name)}
    call.aws().put_scheduled_update_group_action(
        AutoScalingGroupName=call.inputs[GROUP],
        ScheduledActionName=call.inputs["scheduledActionName"],
        **sizes,
        **times,
    )
    return str(call.inputs["scheduledActionName"])


def _read_schedule(call: Call) -> dict[str, Any] | None:
    known = _BY_ACTION.of(call)
    group, name = known[GROUP], known["scheduledActionName"]
    call.id = name
    answer = unless_gone(
        call.aws().describe_scheduled_actions, AutoScalingGroupName=group, ScheduledActionNames=[name]
    )
    if not answer or not answer["ScheduledUpdateGroupActions"]:
        return None
    item = answer["ScheduledUpdateGroupActions"][0]
    found = take(call.type, item, {"arn": "ScheduledActionARN"})
    found["startTime"] = call.get("startTime", found.get("startTime", ""))
    found["endTime"] = call.get("endTime", found.get("endTime", ""))
    sizes = {size: item.get(api, UNCHANGED) for size, api in _SIZES.items()}
    return {**found, **sizes, GROUP: group, "scheduledActionName": name}


def _delete_schedule(call: Call) -> None:
    unless_gone(
        call.aws().delete_scheduled_action,
        AutoScalingGroupName=call.inputs[GROUP],
        ScheduledActionName=call.id,
    )


SCHEDULE = Emulated(
    "aws:autoscaling/schedule:Schedule",
    service="autoscaling",
    create=_put_schedule,
    read=_read_schedule,
    update=lambda call: void(_put_schedule(call)),
    delete=_delete_schedule,
    replace_on=("scheduledActionName", GROUP),
    update_on=("startTime", "endTime", "recurrence"),
)


# -- lifecycle hooks


def _put_hook(call: Call) -> str:
    scaling = call.aws()
    given = {k: v for k, v in call.inputs.items() if k not in ("name", GROUP, "region")}
    scaling.put_lifecycle_hook(
        AutoScalingGroupName=call.inputs[GROUP],
        LifecycleHookName=call.inputs["name"],
        **parameters(scaling, "put_lifecycle_hook", given),
    )
    return str(call.inputs["name"])


def _read_hook(call: Call) -> dict[str, Any] | None:
    named = _named(call)
    group, name = named["AutoScalingGroupName"], named["name"]
    answer = unless_gone(
        call.aws().describe_lifecycle_hooks, AutoScalingGroupName=group, LifecycleHookNames=[name]
    )
    if not answer or not answer["LifecycleHooks"]:
        return None
    # moto gives every hook one made-up target and role.
    names = {"name": "LifecycleHookName", "notificationTargetArn": "", "roleArn": ""}
    found = take(call.type, answer["LifecycleHooks"][0], names)
    return {**found, GROUP: group}


def _delete_hook(call: Call) -> None:
    unless_gone(
        call.aws().delete_lifecycle_hook, AutoScalingGroupName=call.inputs[GROUP], LifecycleHookName=call.id
    )


LIFECYCLE_HOOK = Emulated(
    "aws:autoscaling/lifecycleHook:LifecycleHook",
    service="autoscaling",
    create=_put_hook,
    read=_read_hook,
    update=lambda call: void(_put_hook(call)),
    delete=_delete_hook,
    replace_on=("name", GROUP),
)

TYPES = (POLICY, SCHEDULE, LIFECYCLE_HOOK)
