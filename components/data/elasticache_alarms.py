"""Alarms of a cache: each looks at all nodes and shows the worst.

ElastiCache measures each node alone, so an alarm on one node misses what happens on the others and on those that a
failover promotes. AWS source: "Which metrics should I monitor?" and "Metrics for Valkey and Redis OSS" (ElastiCache
User Guide). CloudWatch allows ten metrics in one alarm: larger caches get several alarms of a kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import pulumi
import pulumi_aws as aws
from pydantic import Field

from components.foundation.args import Args, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.foundation.component import Component

METRICS_PER_ALARM = 9
"""Ten metrics fit; one is what they come to."""

PERIOD_SECONDS, PERIODS, BAD_PERIODS = 60, 5, 3

Query = aws.cloudwatch.MetricAlarmMetricQueryArgs
Percent = Annotated[float, Field(gt=0, le=100)]


class CacheAlarms(Args):
    """When somebody should look, and where to tell (`topic_arns`; without one the alarms only show).

    `cpu`: percent of the engine's one core. `memory`: percent of what may be used for data. `evictions`: keys a minute
    that are thrown out of a node because memory is full. `lag`: seconds a replica may be behind. `refused`: log-ins
    and commands a minute that are refused. All look at five minutes and act when three of them are bad.
    """

    topic_arns: tuple[Text, ...] = ()
    cpu: Percent = 80
    memory: Percent = 80
    evictions: Annotated[int, Field(ge=1)] = 1000
    lag: Annotated[float, Field(gt=0)] = 5
    refused: Annotated[int, Field(ge=1)] = 20


@dataclass(frozen=True)
class _Watch:
    name: str
    setting: str
    metrics: tuple[str, ...]
    statistic: str
    what: str


WATCHES = (
    _Watch("cpu", "cpu", ("EngineCPUUtilization",), "Average", "the engine is busy"),
    _Watch("memory", "memory", ("DatabaseMemoryUsagePercentage",), "Maximum", "memory runs out"),
    _Watch("evictions", "evictions", ("Evictions",), "Sum", "keys are thrown out for want of memory"),
    _Watch("lag", "lag", ("ReplicationLag",), "Maximum", "a replica falls behind"),
    _Watch(
        "refused",
        "refused",
        ("AuthenticationFailures", "CommandAuthorizationFailures", "KeyAuthorizationFailures"),
        "Sum",
        "somebody is refused: a wrong token, or a key or command that is not theirs",
    ),
)


def node_ids(group_id: str, shards: int, per_shard: int, *, clustered: bool) -> list[str]:
    """What ElastiCache calls the nodes of a replication group: `group-0001-001`, without cluster mode `group-001`."""
    if not clustered:
        return [f"{group_id}-{node:03}" for node in range(1, per_shard + 1)]
    return [
        f"{group_id}-{shard:04}-{node:03}"
        for shard in range(1, shards + 1)
        for node in range(1, per_shard + 1)
    ]


def chunks(count: int, metrics: int) -> list[range]:
    """Positions of nodes, cut so that each part's metrics fit into one alarm."""
    size = METRICS_PER_ALARM // metrics
    return [range(start, min(start + size, count)) for start in range(0, count, size)]


def create_alarms(
    owner: Component, alarms: CacheAlarms, nodes: Sequence[pulumi.Output[str]]
) -> list[aws.cloudwatch.MetricAlarm]:
    """All alarms as children of `owner`; `nodes` are the nodes' ids."""
    return [
        _alarm(owner, alarms, watch, part, [nodes[at] for at in positions])
        for watch in WATCHES
        for part, positions in enumerate(chunks(len(nodes), len(watch.metrics)))
    ]


def _alarm(
    owner: Component,
    alarms: CacheAlarms,
    watch: _Watch,
    part: int,
    nodes: Sequence[pulumi.Output[str]],
) -> aws.cloudwatch.MetricAlarm:
    suffix = ("alarm", watch.name, *([str(part + 1)] if part else []))
    measured = [(metric, node) for node in nodes for metric in watch.metrics]
    worst = "SUM" if watch.statistic == "Sum" else "MAX"
    everything = ", ".join(f"m{index}" for index in range(len(measured)))
    return aws.cloudwatch.MetricAlarm(
        owner.name_for(*suffix),
        alarm_description=f"{owner.name}: {watch.what}",
        metric_queries=[
            Query(id="worst", expression=f"{worst}([{everything}])", label=watch.what, return_data=True),
            *(_measure(f"m{index}", watch, *which) for index, which in enumerate(measured)),
        ],
        comparison_operator="GreaterThanOrEqualToThreshold",
        threshold=getattr(alarms, watch.setting),
        evaluation_periods=PERIODS,
        datapoints_to_alarm=BAD_PERIODS,
        # A primary has no lag, and counters of what goes wrong have no data while nothing does.
        treat_missing_data="notBreaching",
        alarm_actions=list(alarms.topic_arns),
        ok_actions=list(alarms.topic_arns),
        region=owner.region,
        tags=owner.tags(*suffix),
        opts=owner.child(),
    )


def _measure(name: str, watch: _Watch, metric: str, node: pulumi.Output[str]) -> Query:
    measured = aws.cloudwatch.MetricAlarmMetricQueryMetricArgs(
        namespace="AWS/ElastiCache",
        metric_name=metric,
        dimensions={"CacheClusterId": node},
        period=PERIOD_SECONDS,
        stat=watch.statistic,
    )
    return Query(id=name, metric=measured)
