"""Alarms on CloudWatch's metrics of RDS: clusters, instances and proxies are watched in the same way.

Five minutes are looked at, and three bad ones alarm. Missing data never do: a paused instance has no metrics, and counters
of what goes wrong have none while nothing does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pulumi
import pulumi_aws as aws

from components.foundation.component import MAX_LOGICAL_NAME

if TYPE_CHECKING:
    from components.foundation.component import Component

PERIOD_SECONDS, PERIODS, BAD_PERIODS = 60, 5, 3


@dataclass(frozen=True)
class Watch:
    """One alarm: a metric, and the value from which on it is bad (`below`: under which)."""

    name: str
    metric: str
    what: str
    threshold: float
    statistic: Literal["Maximum", "Minimum", "Average", "Sum"]
    below: bool = False


def create_alarms(
    owner: Component,
    wanted: Sequence[Watch],
    dimensions: Mapping[str, pulumi.Input[str]],
    topics: Sequence[pulumi.Input[str]],
    *,
    suffix: Sequence[str] = (),
    limit: int = MAX_LOGICAL_NAME,
) -> list[aws.cloudwatch.MetricAlarm]:
    """All alarms as children of `owner`; `dimensions` name what is watched, `suffix` tells several of it apart."""
    return [
        aws.cloudwatch.MetricAlarm(
            owner.name_for("alarm", *suffix, watch.name, limit=limit),
            alarm_description=f"{'-'.join((owner.name, *suffix))}: {watch.what}",
            namespace="AWS/RDS",
            metric_name=watch.metric,
            statistic=watch.statistic,
            dimensions=dict(dimensions),
            comparison_operator="LessThanThreshold" if watch.below else "GreaterThanOrEqualToThreshold",
            threshold=watch.threshold,
            period=PERIOD_SECONDS,
            evaluation_periods=PERIODS,
            datapoints_to_alarm=BAD_PERIODS,
            treat_missing_data="notBreaching",
            alarm_actions=list(topics),
            ok_actions=list(topics),
            region=owner.region,
            tags=owner.tags("alarm", *suffix, watch.name),
            opts=owner.child(),
        )
        for watch in wanted
    ]
