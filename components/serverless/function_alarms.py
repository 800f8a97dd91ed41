"""Alarms of a function: it fails, or Lambda refuses its calls because too many copies run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from components.foundation.component import Component
    from components.serverless.function_args import FunctionAlarms

PERIOD_SECONDS = 300
_WHAT = {"errors": ("Errors", "calls fail"), "throttles": ("Throttles", "calls are refused")}


def create_alarms(
    owner: Component, alarms: FunctionAlarms, function_name: pulumi.Output[str]
) -> list[aws.cloudwatch.MetricAlarm]:
    """The alarms that have a threshold, as children of `owner`."""
    limits = {"errors": alarms.errors, "throttles": alarms.throttles}
    return [
        _alarm(owner, alarms, name, limit, function_name)
        for name, limit in limits.items()
        if limit is not None
    ]


def _alarm(
    owner: Component, alarms: FunctionAlarms, name: str, limit: int, function_name: pulumi.Output[str]
) -> aws.cloudwatch.MetricAlarm:
    metric, what = _WHAT[name]
    return aws.cloudwatch.MetricAlarm(
        owner.name_for(name),
        alarm_description=f"{owner.name}: {what}",
        namespace="AWS/Lambda",
        metric_name=metric,
        statistic="Sum",
        dimensions={"FunctionName": function_name},
        comparison_operator="GreaterThanOrEqualToThreshold",
        threshold=limit,
        period=PERIOD_SECONDS,
        evaluation_periods=1,
        # A function that nobody calls has no figures.
        treat_missing_data="notBreaching",
        alarm_actions=list(alarms.topic_arns),
        ok_actions=list(alarms.topic_arns),
        region=owner.region,
        tags=owner.tags(name),
        opts=owner.child(),
    )
