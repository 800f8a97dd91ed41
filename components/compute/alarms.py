"""Alarms of an application behind a load balancer, told to SNS topics.

Follows sources/001 lines 517-523: 4xx is the client's fault, 5xx the server's; 503 means no healthy target or no
capacity. Counting 4xx is left out: it wakes people for what strangers send.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import pulumi
import pulumi_aws as aws
from pydantic import Field

from components.foundation.args import Args, Text

if TYPE_CHECKING:
    from components.foundation.component import Component

PERIOD_SECONDS = 60
PERIODS = 5


class Alarms(Args):
    """When somebody should look, and where to tell (`topic_arns`; without one the alarms only show).

    `errors`: 5xx answers in a minute that are too many; `latency`: seconds that the slowest 5 % of answers may
    take, None for no such alarm. All alarms look at five minutes and act when three of them are bad.
    """

    topic_arns: tuple[Text, ...] = ()
    errors: Annotated[int, Field(ge=1)] = 10
    latency: Annotated[float, Field(gt=0)] | None = None


@dataclass(frozen=True)
class _Watch:
    name: str
    metric: str
    what: str
    per: Literal["load balancer", "target group"]
    statistic: str = "Sum"


ERRORS = (
    _Watch(
        "load-balancer-5xx", "HTTPCode_ELB_5XX_Count", "The load balancer itself answers 5xx", "load balancer"
    ),
    _Watch("target-5xx", "HTTPCode_Target_5XX_Count", "The application answers 5xx", "target group"),
)
REJECTED = _Watch("rejected", "RejectedConnectionCount", "The load balancer is at capacity", "load balancer")
UNHEALTHY = _Watch(
    "unhealthy-hosts", "UnHealthyHostCount", "Targets fail the health check", "target group", "Maximum"
)
SLOW = _Watch(
    "latency", "TargetResponseTime", "The slowest 5 % of answers take too long", "target group", "p95"
)


@dataclass(frozen=True)
class Watched:
    """CloudWatch's names (`arn_suffix`) of what is watched."""

    load_balancer: pulumi.Output[str]
    target_group: pulumi.Output[str]

    def dimensions(self, per: Literal["load balancer", "target group"]) -> dict[str, Text]:
        """The metric's dimensions."""
        own: dict[str, Text] = {"LoadBalancer": self.load_balancer}
        return own if per == "load balancer" else {**own, "TargetGroup": self.target_group}


def create_alarms(owner: Component, alarms: Alarms, watched: Watched) -> list[aws.cloudwatch.MetricAlarm]:
    """All alarms as children of `owner`."""
    thresholds: list[tuple[_Watch, float]] = [(watch, alarms.errors) for watch in ERRORS]
    thresholds += [(REJECTED, 1), (UNHEALTHY, 1)]
    thresholds += [] if alarms.latency is None else [(SLOW, alarms.latency)]
    return [_alarm(owner, alarms, watched, watch, threshold) for watch, threshold in thresholds]


def _alarm(
    owner: Component, alarms: Alarms, watched: Watched, watch: _Watch, threshold: float
) -> aws.cloudwatch.MetricAlarm:
    percentile = watch.statistic.startswith("p")
    return aws.cloudwatch.MetricAlarm(
        owner.name_for("alarm", watch.name),
        alarm_description=f"{owner.name}: {watch.what}",
        namespace="AWS/ApplicationELB",
        metric_name=watch.metric,
        statistic=None if percentile else watch.statistic,
        extended_statistic=watch.statistic if percentile else None,
        dimensions=watched.dimensions(watch.per),
        comparison_operator="GreaterThanOrEqualToThreshold",
        threshold=threshold,
        period=PERIOD_SECONDS,
        evaluation_periods=PERIODS,
        datapoints_to_alarm=3,
        # These metrics have no data while nothing goes wrong.
        treat_missing_data="notBreaching",
        alarm_actions=list(alarms.topic_arns),
        ok_actions=list(alarms.topic_arns),
        region=owner.region,
        tags=owner.tags("alarm", watch.name),
        opts=owner.child(),
    )
