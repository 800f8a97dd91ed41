"""EC2 Auto Scaling: groups, with their tags, target groups, processes, metrics and warm pool.

The embedded EC2 starts the instances that a group wants; nothing scales by itself. What moto does not keep (default warmup,
maintenance policy, longest life) is remembered from the program.
"""

from __future__ import annotations

from typing import Any

from tools.emulator.emulated import Call, Emulated
from tools.emulator.mapping import from_api, parameters
from tools.emulator.services._common import remembered, unless_gone, void, without_none

_SENT = (
    "availabilityZones",
    "capacityRebalance",
    "context",
    "defaultCooldown",
    "defaultInstanceWarmup",
    "desiredCapacity",
    "desiredCapacityType",
    "healthCheckGracePeriod",
    "healthCheckType",
    "instanceMaintenancePolicy",
    "maxInstanceLifetime",
    "maxSize",
    "minSize",
    "mixedInstancesPolicy",
    "placementGroup",
    "terminationPolicies",
)
_RENAMED = {
    "launchConfiguration": "LaunchConfigurationName",
    "protectFromScaleIn": "NewInstancesProtectedFromScaleIn",
    "serviceLinkedRoleArn": "ServiceLinkedRoleARN",
}
DEFAULT_GRACE = 300
"""Seconds that a new instance has before its health counts, where the program does not say."""


def _params(call: Call, action: str) -> dict[str, Any]:
    given = {name: call.inputs[name] for name in (*_SENT, *_RENAMED) if call.inputs.get(name) is not None}
    params = parameters(call.aws(), action, given, _RENAMED)
    template = call.get("launchTemplate")
    if template:
        params["LaunchTemplate"] = without_none(
            LaunchTemplateId=template.get("id"),
            LaunchTemplateName=None if template.get("id") else template.get("name"),
            Version=template.get("version") or "$Default",
        )
    if call.get("vpcZoneIdentifiers"):
        params["VPCZoneIdentifier"] = ",".join(call.inputs["vpcZoneIdentifiers"])
        params.pop("AvailabilityZones", None)
    params.setdefault("HealthCheckGracePeriod", DEFAULT_GRACE)
    return params


def _tags(call: Call, name: str) -> list[dict[str, Any]]:
    return [
        {
            "ResourceId": name,
            "ResourceType": "auto-scaling-group",
            "Key": tag["key"],
            "Value": tag["value"],
            "PropagateAtLaunch": bool(tag.get("propagateAtLaunch")),
        }
        for tag in call.get("tags", [])
    ]


def _create(call: Call) -> str:
    name = str(call.inputs["name"])
    extra = without_none(
        Tags=_tags(call, name) or None,
        TargetGroupARNs=call.get("targetGroupArns"),
        LoadBalancerNames=call.get("loadBalancers"),
    )
    call.aws().create_auto_scaling_group(
        AutoScalingGroupName=name, **_params(call, "create_auto_scaling_group"), **extra
    )
    return name


def _settle(call: Call) -> None:
    scaling, name = call.aws(), call.id
    if call.changed("suspendedProcesses"):
        before, wanted = (
            set(call.old.get("suspendedProcesses") or []),
            set(call.get("suspendedProcesses", [])),
        )
        if wanted - before:
            scaling.suspend_processes(AutoScalingGroupName=name, ScalingProcesses=sorted(wanted - before))
        if before - wanted:
            scaling.resume_processes(AutoScalingGroupName=name, ScalingProcesses=sorted(before - wanted))
    if call.changed("enabledMetrics", "metricsGranularity") and call.get("enabledMetrics"):
        granularity = call.get("metricsGranularity", "1Minute")
        scaling.enable_metrics_collection(
            AutoScalingGroupName=name, Metrics=call.inputs["enabledMetrics"], Granularity=granularity
        )
    if call.changed("warmPool"):
        _put_warm_pool(call)
    if not call.old:
        for hook in call.get("initialLifecycleHooks", []):
            given = {**hook, "lifecycleHookName": hook["name"]}
            scaling.put_lifecycle_hook(
                AutoScalingGroupName=name, **parameters(scaling, "put_lifecycle_hook", given)
            )


def _put_warm_pool(call: Call) -> None:
    scaling, pool = call.aws(), call.get("warmPool")
    if pool is None:
        scaling.delete_warm_pool(AutoScalingGroupName=call.id, ForceDelete=True)
    else:
        scaling.put_warm_pool(AutoScalingGroupName=call.id, **parameters(scaling, "put_warm_pool", pool))


def _update(call: Call) -> None:
    scaling, name = call.aws(), call.id
    if call.changed(*_SENT, *_RENAMED, "launchTemplate", "vpcZoneIdentifiers"):
        scaling.update_auto_scaling_group(
            AutoScalingGroupName=name, **_params(call, "update_auto_scaling_group")
        )
    if call.changed("tags"):
        kept = {tag["key"] for tag in call.get("tags", [])}
        gone = [
            {"ResourceId": name, "ResourceType": "auto-scaling-group", "Key": tag["key"]}
            for tag in call.old.get("tags") or []
            if tag["key"] not in kept
        ]
        if gone:
            scaling.delete_tags(Tags=gone)
        if call.get("tags"):
            scaling.create_or_update_tags(Tags=_tags(call, name))
    if call.changed("targetGroupArns") and call.inputs.get("targetGroupArns") is not None:
        _retarget(call)


def _retarget(call: Call) -> None:
    before, wanted = set(call.old.get("targetGroupArns") or []), set(call.inputs["targetGroupArns"])
    if wanted - before:
        call.aws().attach_load_balancer_target_groups(
            AutoScalingGroupName=call.id, TargetGroupARNs=sorted(wanted - before)
        )
    if before - wanted:
        call.aws().detach_load_balancer_target_groups(
            AutoScalingGroupName=call.id, TargetGroupARNs=sorted(before - wanted)
        )


def find_group(client: Any, name: str) -> dict[str, Any] | None:
    """An Auto Scaling group by its name, or None."""
    groups = client.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
    return dict(groups[0]) if groups else None


def _read(call: Call) -> dict[str, Any] | None:
    item = find_group(call.aws(), call.id)
    if item is None:
        return None
    zones = str(item.get("VPCZoneIdentifier") or "")
    template = item.get("LaunchTemplate")
    found = {
        "name": item["AutoScalingGroupName"],
        "arn": item["AutoScalingGroupARN"],
        "minSize": item["MinSize"],
        "maxSize": item["MaxSize"],
        "desiredCapacity": item["DesiredCapacity"],
        "defaultCooldown": item.get("DefaultCooldown", 300),
        "healthCheckType": item.get("HealthCheckType", "EC2"),
        "healthCheckGracePeriod": item.get("HealthCheckGracePeriod", DEFAULT_GRACE),
        "availabilityZones": item.get("AvailabilityZones", []),
        "vpcZoneIdentifiers": zones.split(",") if zones else [],
        "targetGroupArns": item.get("TargetGroupARNs", []),
        "loadBalancers": item.get("LoadBalancerNames", []),
        "launchConfiguration": item.get("LaunchConfigurationName"),
        "launchTemplate": _template(call, template) if template else None,
        "mixedInstancesPolicy": _mixed(call, item.get("MixedInstancesPolicy")),
        "placementGroup": item.get("PlacementGroup"),
        "protectFromScaleIn": item.get("NewInstancesProtectedFromScaleIn", False),
        "capacityRebalance": item.get("CapacityRebalance", False),
        # moto shows the default role for every group.
        "serviceLinkedRoleArn": call.get("serviceLinkedRoleArn", item.get("ServiceLinkedRoleARN", "")),
        "suspendedProcesses": [process["ProcessName"] for process in item.get("SuspendedProcesses", [])],
        "enabledMetrics": [metric["Metric"] for metric in item.get("EnabledMetrics", [])],
        "tags": [_tag(tag) for tag in item.get("Tags", [])],
        "predictedCapacity": item.get("PredictedCapacity", 0),
        "warmPoolSize": item.get("WarmPoolSize", 0),
        "trafficSources": [{"identifier": arn, "type": "elbv2"} for arn in item.get("TargetGroupARNs", [])],
    }
    if call.get("terminationPolicies") is not None:
        found["terminationPolicies"] = item.get("TerminationPolicies", [])
    return {name: value for name, value in found.items() if value is not None}


def _template(call: Call, item: dict[str, Any]) -> dict[str, Any]:
    there = without_none(
        id=item.get("LaunchTemplateId"), name=item.get("LaunchTemplateName"), version=item.get("Version")
    )
    given = call.get("launchTemplate") or {}
    # A program names the template by its id or by its name; the other one is AWS's to tell.
    return {**there, "version": given.get("version") or there.get("version", "$Default")} if given else there


def _mixed(call: Call, item: Any) -> Any:
    kind = call.type.properties["mixedInstancesPolicy"].type
    return remembered(call.get("mixedInstancesPolicy"), from_api(kind, item)) if item else None


def _tag(tag: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": tag["Key"],
        "value": tag["Value"],
        "propagateAtLaunch": tag.get("PropagateAtLaunch", False),
    }


def _delete(call: Call) -> None:
    unless_gone(call.aws().delete_auto_scaling_group, AutoScalingGroupName=call.id, ForceDelete=True)


GROUP = Emulated(
    "aws:autoscaling/group:Group",
    service="autoscaling",
    create=_create,
    read=_read,
    settle=_settle,
    update=_update,
    delete=_delete,
    replace_on=("name", "namePrefix", "initialLifecycleHooks"),
    update_on=("launchTemplate", "launchConfiguration", "vpcZoneIdentifiers", "availabilityZones", "tags"),
    unordered=("tags", "vpcZoneIdentifiers", "targetGroupArns", "suspendedProcesses", "enabledMetrics"),
)


def _attach(call: Call) -> str:
    group, target, balancer = (
        call.inputs["autoscalingGroupName"],
        call.get("lbTargetGroupArn"),
        call.get("elb"),
    )
    if target:
        call.aws().attach_load_balancer_target_groups(AutoScalingGroupName=group, TargetGroupARNs=[target])
    else:
        call.aws().attach_load_balancers(AutoScalingGroupName=group, LoadBalancerNames=[balancer])
    return f"{group}-{target or balancer}"


def _read_attachment(call: Call) -> dict[str, Any] | None:
    group = find_group(call.aws(), str(call.inputs.get("autoscalingGroupName")))
    if group is None:
        return None
    there = call.inputs.get("lbTargetGroupArn") in group.get("TargetGroupARNs", [])
    there = there or call.inputs.get("elb") in group.get("LoadBalancerNames", [])
    return dict(call.inputs) if there else None


def _detach(call: Call) -> None:
    if _read_attachment(call) is None:
        return
    group, target = call.inputs["autoscalingGroupName"], call.get("lbTargetGroupArn")
    if target:
        call.aws().detach_load_balancer_target_groups(AutoScalingGroupName=group, TargetGroupARNs=[target])
    else:
        call.aws().detach_load_balancers(AutoScalingGroupName=group, LoadBalancerNames=[call.inputs["elb"]])


ATTACHMENT = Emulated(
    "aws:autoscaling/attachment:Attachment",
    service="autoscaling",
    create=_attach,
    read=_read_attachment,
    delete=_detach,
    replace_on=("autoscalingGroupName", "lbTargetGroupArn", "elb"),
)


def _put_tag(call: Call) -> str:
    group, tag = str(call.inputs["autoscalingGroupName"]), call.inputs["tag"]
    wanted = {
        "ResourceId": group,
        "ResourceType": "auto-scaling-group",
        "Key": tag["key"],
        "Value": tag["value"],
    }
    call.aws().create_or_update_tags(
        Tags=[{**wanted, "PropagateAtLaunch": bool(tag.get("propagateAtLaunch"))}]
    )
    return f"{group},{tag['key']}"


def _read_tag(call: Call) -> dict[str, Any] | None:
    name, _, key = call.id.partition(",")
    group = find_group(call.aws(), name)
    for tag in (group or {}).get("Tags", []):
        if tag["Key"] == key:
            return {"autoscalingGroupName": name, "tag": _tag(tag)}
    return None


def _delete_tag(call: Call) -> None:
    name, _, key = call.id.partition(",")
    if _read_tag(call) is not None:
        call.aws().delete_tags(Tags=[{"ResourceId": name, "ResourceType": "auto-scaling-group", "Key": key}])


TAG = Emulated(
    "aws:autoscaling/tag:Tag",
    service="autoscaling",
    create=_put_tag,
    read=_read_tag,
    update=lambda call: void(_put_tag(call)),
    delete=_delete_tag,
    replace_on=("autoscalingGroupName",),
)

TYPES = (GROUP, ATTACHMENT, TAG)
