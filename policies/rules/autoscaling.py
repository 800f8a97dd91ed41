"""Rules on Auto Scaling groups."""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation

GROUP = "aws:autoscaling/group:Group"


@rule(
    on=GROUP,
    severity=MEDIUM,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=["SecurityHub AutoScaling.9", "CKV_AWS_315"],
)
def autoscaling_group_launch_template(group: Resource) -> Verdict:
    """Launch configurations get no new features and can't be created in new accounts."""
    if group.has("launchTemplate") or group.has("mixedInstancesPolicy"):
        return PASS
    return violation("launchTemplate", "is not set", 'Set `launch_template={"id": ..., "version": ...}`.')


@rule(
    on=GROUP,
    severity=MEDIUM,
    theme=Theme.RESILIENCE,
    fix={"healthCheckType": "ELB"},
    same_as=["SecurityHub AutoScaling.1"],
)
def autoscaling_group_elb_health_check(group: Resource) -> Verdict:
    """With EC2's own check a server whose program hangs stays in service for ever."""
    behind = group.each("targetGroupArns") or group.each("loadBalancers") or group.each("trafficSources")
    return group.expect("healthCheckType", "ELB") if behind else PASS


@rule(on=GROUP, severity=MEDIUM, theme=Theme.RESILIENCE, same_as=["SecurityHub AutoScaling.2"])
def autoscaling_group_two_zones(group: Resource) -> Verdict:
    """A group in one zone is gone when the zone is."""
    if len(group.each("vpcZoneIdentifiers") or group.each("availabilityZones")) >= 2:
        return PASS
    return violation(
        "vpcZoneIdentifiers", "names fewer than two subnets", "Give subnets of two or more zones."
    )


@rule(on=GROUP, severity=LOW, theme=Theme.RESILIENCE)
def autoscaling_group_room_to_scale(group: Resource) -> Verdict:
    """A group whose smallest and largest size are equal replaces servers but never follows the load."""
    smallest, largest = group.number("minSize"), group.number("maxSize")
    if smallest is None or largest is None or smallest < largest:
        return PASS
    return violation("maxSize", "is not above `minSize`", "Raise `max_size` and add a scaling policy.")


@rule(on=GROUP, severity=LOW, theme=Theme.LOGGING)
def autoscaling_group_metrics(group: Resource) -> Verdict:
    """Group metrics are free and are the only record of how many servers there were."""
    return group.expect_set("enabledMetrics", 'Set `enabled_metrics=["GroupInServiceInstances", ...]`.')


@rule(on=GROUP, severity=LOW, theme=Theme.LOGGING, same_as=["CKV_AWS_153", "SecurityHub AutoScaling.10"])
def autoscaling_group_tagged(group: Resource) -> Verdict:
    """Servers that carry no tags can't be told apart on the bill or in a policy."""
    return group.expect_set("tags", 'Set `tags=[{"key": ..., "value": ..., "propagate_at_launch": True}]`.')
