"""Rules on Application Auto Scaling: targets that can move, policies that measure what they mean.

Application Auto Scaling User Guide; Lambda Developer Guide, "Configuring provisioned concurrency" (its utilization is a
maximum, not an average); follows `sources/004...` line 2897.
"""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, undecided, violation

TARGET = "aws:appautoscaling/target:Target"
POLICY = "aws:appautoscaling/policy:Policy"
SCHEDULE = "aws:appautoscaling/scheduledAction:ScheduledAction"
_METRIC = "targetTrackingScalingPolicyConfiguration.customizedMetricSpecification"


@rule(on=POLICY, severity=LOW, theme=Theme.RESILIENCE)
def appautoscaling_policy_maximum(policy: Resource) -> Verdict:
    """The average of provisioned concurrency hides the seconds in which all warm copies are taken."""
    if policy.text(f"{_METRIC}.metricName") != "ProvisionedConcurrencyUtilization":
        return PASS
    return policy.expect(f"{_METRIC}.statistic", "Maximum")


@rule(on=TARGET, severity=MEDIUM, theme=Theme.RESILIENCE)
def appautoscaling_target_scaled(target: Resource, stack: Stack) -> Verdict:
    """A target that no policy and no schedule moves looks scaled, and stays as it is."""
    links = [stack.referring(target, token, "resourceId") for token in (POLICY, SCHEDULE)]
    if any(link.sure for link in links):
        return PASS
    path = "resourceId"
    name = target.text(path) if target.known(path) else ""
    for token in (POLICY, SCHEDULE):
        if name and any(item.known(path) and item.text(path) == name for item in stack.by_type(token)):
            return PASS
    for link in links:
        if link.possible:
            return undecided(f"{link.possible[0].name}.resourceId")
    return violation(path, "is moved by no policy and no schedule", "Add `aws.appautoscaling.Policy`.")


@rule(on=TARGET, severity=LOW, theme=Theme.RESILIENCE)
def appautoscaling_target_room(target: Resource) -> Verdict:
    """Between equal bounds nothing scales, whatever its policies say."""
    least, most = target.number("minCapacity"), target.number("maxCapacity")
    if least is None or most is None or least < most:
        return PASS
    return violation("maxCapacity", "is not above the least capacity", "Raise `max_capacity`.")


@rule(
    on=TARGET,
    severity=LOW,
    theme=Theme.RESILIENCE,
    fix={"suspendedState.dynamicScalingOutSuspended": False},
)
def appautoscaling_target_not_suspended(target: Resource) -> Verdict:
    """Scaling that was suspended for a while and forgotten is missed on the busiest day."""
    return target.expect_not("suspendedState.dynamicScalingOutSuspended", value=True)
