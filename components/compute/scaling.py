"""Scaling policies, their alarms and schedules, made from a plan (scaling_plan.py).

Target tracking brings its own alarms; step and simple scaling get one CloudWatch alarm a policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.compute.scaling_plan import (
    CustomMetric,
    Metric,
    Scaling,
    Schedule,
    SimpleScaling,
    StepScaling,
    TargetTracking,
    metric_id,
)
from components.compute.step_bands import plan_steps

if TYPE_CHECKING:
    from components.foundation.component import Component

UNCHANGED = -1
"""What a scheduled action takes for a size that stays."""

PREDEFINED_METRICS = {
    "cpu": "ASGAverageCPUUtilization",
    "network_in": "ASGAverageNetworkIn",
    "network_out": "ASGAverageNetworkOut",
    "requests_per_target": "ALBRequestCountPerTarget",
}
"""Our word for a metric -> EC2 Auto Scaling's word in target tracking."""

GROUP_METRIC_NAMES = {"cpu": "CPUUtilization", "network_in": "NetworkIn", "network_out": "NetworkOut"}
"""Our word -> CloudWatch's metric of the group in `AWS/EC2`."""


@dataclass(frozen=True)
class Measured:
    """Whose metrics count: the group's own, and for requests those of a load balancer's target group."""

    group_name: pulumi.Output[str]
    requests_label: pulumi.Input[str] | None
    requests_dimensions: Mapping[str, pulumi.Input[str]]


@dataclass(frozen=True)
class AlarmSource:
    """A metric as CloudWatch has it."""

    namespace: str
    name: str
    statistic: str
    dimensions: dict[str, pulumi.Input[str]]


def alarm_source(metric: Metric, measured: Measured) -> AlarmSource:
    """Where an alarm finds a metric."""
    if isinstance(metric, CustomMetric):
        return AlarmSource(metric.namespace, metric.name, metric.statistic, dict(metric.dimensions))
    if metric == "requests_per_target":
        dimensions = dict(measured.requests_dimensions)
        return AlarmSource("AWS/ApplicationELB", "RequestCountPerTarget", "Sum", dimensions)
    own = {"AutoScalingGroupName": measured.group_name}
    return AlarmSource("AWS/EC2", GROUP_METRIC_NAMES[metric], "Average", dict(own))


def create_policies(owner: Component, scaling: Scaling, measured: Measured) -> None:
    """Everything that `scaling` asks for, as children of `owner`."""
    for tracking in scaling.target_tracking:
        _track(owner, tracking, measured)
    for index, steps in enumerate(scaling.steps):
        _step(owner, steps, measured, f"step-{index + 1}")
    for index, simple in enumerate(scaling.simple):
        _simple(owner, simple, measured, f"simple-{index + 1}")
    for schedule in scaling.schedules:
        _schedule(owner, schedule, measured)


def _track(owner: Component, tracking: TargetTracking, measured: Measured) -> aws.autoscaling.Policy:
    return aws.autoscaling.Policy(
        owner.name_for("track", metric_id(tracking.metric)),
        autoscaling_group_name=measured.group_name,
        policy_type="TargetTrackingScaling",
        estimated_instance_warmup=tracking.warmup,
        target_tracking_configuration=_tracked(tracking, measured),
        region=owner.region,
        opts=owner.child(),
    )


def _tracked(
    tracking: TargetTracking, measured: Measured
) -> aws.autoscaling.PolicyTargetTrackingConfigurationArgsDict:
    configuration: aws.autoscaling.PolicyTargetTrackingConfigurationArgsDict = {
        "target_value": tracking.target,
        "disable_scale_in": not tracking.scale_in,
    }
    metric = tracking.metric
    if isinstance(metric, CustomMetric):
        configuration["customized_metric_specification"] = {
            "namespace": metric.namespace,
            "metric_name": metric.name,
            "statistic": metric.statistic,
            "metric_dimensions": [{"name": key, "value": value} for key, value in metric.dimensions.items()],
        }
        return configuration
    configuration["predefined_metric_specification"] = {
        "predefined_metric_type": PREDEFINED_METRICS[metric],
        "resource_label": measured.requests_label if metric == "requests_per_target" else None,
    }
    return configuration


def _step(owner: Component, steps: StepScaling, measured: Measured, label: str) -> None:
    plan = plan_steps(steps.bands)
    policy = aws.autoscaling.Policy(
        owner.name_for(label),
        autoscaling_group_name=measured.group_name,
        policy_type="StepScaling",
        adjustment_type=_adjustment_type(steps),
        metric_aggregation_type="Average",
        estimated_instance_warmup=steps.warmup,
        step_adjustments=[
            aws.autoscaling.PolicyStepAdjustmentArgs(
                metric_interval_lower_bound=None if lower is None else f"{lower.normalize():f}",
                metric_interval_upper_bound=None if upper is None else f"{upper.normalize():f}",
                scaling_adjustment=change,
            )
            for lower, upper, change in plan.steps
        ],
        region=owner.region,
        opts=owner.child(),
    )
    _alarm(owner, steps, measured, label, policy, float(plan.threshold), plan.comparison)


def _adjustment_type(steps: StepScaling) -> str:
    return "ChangeInCapacity" if steps.unit == "instances" else "PercentChangeInCapacity"


def _simple(owner: Component, simple: SimpleScaling, measured: Measured, label: str) -> None:
    policy = aws.autoscaling.Policy(
        owner.name_for(label),
        autoscaling_group_name=measured.group_name,
        policy_type="SimpleScaling",
        adjustment_type="ChangeInCapacity",
        scaling_adjustment=simple.change,
        cooldown=simple.rest,
        region=owner.region,
        opts=owner.child(),
    )
    comparison = "GreaterThanOrEqualToThreshold" if simple.change > 0 else "LessThanOrEqualToThreshold"
    _alarm(owner, simple, measured, label, policy, simple.threshold, comparison)


def _alarm(
    owner: Component,
    policy_args: StepScaling | SimpleScaling,
    measured: Measured,
    label: str,
    policy: aws.autoscaling.Policy,
    threshold: float,
    comparison: str,
) -> aws.cloudwatch.MetricAlarm:
    source = alarm_source(policy_args.metric, measured)
    return aws.cloudwatch.MetricAlarm(
        owner.name_for(label, "alarm"),
        alarm_description=f"Runs a scaling policy of {owner.name}",
        namespace=source.namespace,
        metric_name=source.name,
        statistic=source.statistic,
        dimensions=source.dimensions,
        comparison_operator=comparison,
        threshold=threshold,
        period=policy_args.period,
        evaluation_periods=policy_args.periods,
        alarm_actions=[policy.arn],
        region=owner.region,
        tags=owner.tags(label),
        opts=owner.child(),
    )


def _schedule(owner: Component, schedule: Schedule, measured: Measured) -> aws.autoscaling.Schedule:
    return aws.autoscaling.Schedule(
        owner.name_for("at", schedule.name),
        autoscaling_group_name=measured.group_name,
        scheduled_action_name=schedule.name,
        recurrence=schedule.recurrence,
        time_zone=schedule.time_zone,
        start_time=schedule.start,
        end_time=schedule.end,
        min_size=UNCHANGED if schedule.min is None else schedule.min,
        max_size=UNCHANGED if schedule.max is None else schedule.max,
        desired_capacity=UNCHANGED if schedule.desired is None else schedule.desired,
        region=owner.region,
        opts=owner.child(),
    )
