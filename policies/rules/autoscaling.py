"""Rules on Auto Scaling groups."""

from __future__ import annotations

from itertools import pairwise

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, undecided, violation

GROUP = "aws:autoscaling/group:Group"
POLICY = "aws:autoscaling/policy:Policy"
# What changes a group's size, and where it names the group.
_SCALERS = (
    (POLICY, "autoscalingGroupName"),
    ("aws:autoscaling/schedule:Schedule", "autoscalingGroupName"),
    ("aws:ecs/capacityProvider:CapacityProvider", "autoScalingGroupProvider.autoScalingGroupArn"),
)


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


@rule(on=GROUP, severity=LOW, theme=Theme.RESILIENCE, fix={"healthCheckGracePeriod": 300})
def autoscaling_group_grace_period(group: Resource) -> Verdict:
    """A server that is judged before it has started is replaced before it has started, over and over."""
    return group.expect_at_least("healthCheckGracePeriod", 1, absent=300)


@rule(on=GROUP, severity=MEDIUM, theme=Theme.RESILIENCE)
def autoscaling_group_sizes_in_order(group: Resource) -> Verdict:
    """AWS refuses a group whose wanted size is not between its smallest and largest one, halfway through an `up`."""
    sizes = [(path, group.number(path)) for path in ("minSize", "desiredCapacity", "maxSize")]
    given = [(path, size) for path, size in sizes if size is not None]
    for (lower, small), (upper, large) in pairwise(given):
        if small > large:
            return violation(
                upper, f"is less than `{lower}`", "Keep min_size <= desired_capacity <= max_size."
            )
    return PASS


@rule(on=GROUP, severity=LOW, theme=Theme.RESILIENCE)
def autoscaling_group_two_servers(group: Resource, *, minimum: int = 2) -> Verdict:
    """While the only server of a group is replaced nothing answers; the zone that it stands in may be gone, too."""
    return group.expect_at_least("minSize", minimum)


@rule(on=GROUP, severity=MEDIUM, theme=Theme.RESILIENCE)
def autoscaling_group_follows_load(group: Resource, stack: Stack) -> Verdict:
    """Room to grow is of no use to a group that nothing makes grow."""
    smallest, largest = group.number("minSize"), group.number("maxSize")
    if smallest is None or largest is None or smallest >= largest:
        return PASS  # Another rule's matter.
    links = [stack.referring(group, token, path) for token, path in _SCALERS]
    if any(link.sure for link in links):
        return PASS
    for link in links:
        if link.possible:
            return undecided(f"{link.possible[0].name}.autoscalingGroupName")
    remedy = 'Add `aws.autoscaling.Policy(policy_type="TargetTrackingScaling", ...)`.'
    return violation("maxSize", "is above `minSize`, but no scaling policy names the group", remedy)


@rule(on=POLICY, severity=LOW, theme=Theme.RESILIENCE)
def autoscaling_policy_no_cooldown(policy: Resource) -> Verdict:
    """Simple scaling is deaf while its cooldown lasts, five minutes unless told; target tracking goes on measuring."""
    if policy.text("policyType", absent="SimpleScaling") != "SimpleScaling":
        return PASS
    remedy = 'Set `policy_type="TargetTrackingScaling"` and `target_tracking_configuration`.'
    return violation("policyType", "is simple scaling", remedy)
