"""When somebody should look at an RDS instance or one of its replicas.

Thresholds follow from the settings: free storage is compared with what it may grow to, connections and memory with what
the instance's class has. AWS source: "Amazon CloudWatch metrics for Amazon RDS".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import pulumi
import pulumi_aws as aws
from pydantic import Field

from components.data.aurora_alarms import memory_gib
from components.data.rds_engines import RdsEngine, max_connections
from components.foundation.args import Args

if TYPE_CHECKING:
    from components.foundation.component import Component

PERIOD_SECONDS, PERIODS, BAD_PERIODS = 60, 5, 3
GIB = 1024**3

Percent = Annotated[float, Field(gt=0, lt=100)]


class RdsAlarms(Args):
    """From when on to alarm; None leaves an alarm out.

    `cpu` and `connections` (of the engine's default limit): percent. `free_memory` and `free_storage`: percent that
    must be left. `replica_lag`: seconds.
    """

    cpu: Percent | None = 90
    connections: Percent | None = 80
    free_memory: Percent | None = 10
    free_storage: Percent | None = 10
    replica_lag: Annotated[float, Field(gt=0)] | None = 60


@dataclass(frozen=True)
class Watch:
    """One alarm: a metric of one instance, and the value from which on it is bad."""

    name: str
    metric: str
    what: str
    threshold: float
    statistic: Literal["Maximum", "Minimum", "Average"] = "Average"
    below: bool = False


def watches(
    alarms: RdsAlarms,
    *,
    engine: RdsEngine,
    instance_class: str,
    gib: int,
    replica: bool,
    connections: int | None,
) -> list[Watch]:
    """The alarms of one instance; `connections` is a limit of one's own (`max_connections`)."""
    memory = memory_gib(instance_class)
    limit = connections or (max_connections(engine, memory) if memory else None)
    found = []
    if alarms.cpu is not None:
        found.append(Watch("cpu", "CPUUtilization", "There is no CPU to spare", alarms.cpu))
    if alarms.connections is not None and limit:
        what = f"More than {alarms.connections:g} % of {limit} connections are open"
        threshold = limit * alarms.connections / 100
        found.append(Watch("connections", "DatabaseConnections", what, threshold, "Maximum"))
    if alarms.free_memory is not None and memory:
        least = memory * GIB * alarms.free_memory / 100
        found.append(Watch("memory", "FreeableMemory", "Memory is short", least, "Minimum", below=True))
    if alarms.free_storage is not None:
        least = gib * GIB * alarms.free_storage / 100
        found.append(Watch("storage", "FreeStorageSpace", "Storage is short", least, "Minimum", below=True))
    if alarms.replica_lag is not None and replica:
        what = "The replica falls behind"
        found.append(Watch("lag", "ReplicaLag", what, alarms.replica_lag, "Maximum"))
    return found


def create_alarms(
    owner: Component,
    suffix: Sequence[str],
    wanted: Sequence[Watch],
    instance: pulumi.Input[str],
    topics: Sequence[pulumi.Input[str]],
) -> list[aws.cloudwatch.MetricAlarm]:
    """All alarms of one instance as children of `owner`; `instance` is its identifier."""
    return [
        aws.cloudwatch.MetricAlarm(
            owner.name_for("alarm", *suffix, watch.name, limit=200),
            alarm_description=f"{'-'.join((owner.name, *suffix))}: {watch.what}",
            namespace="AWS/RDS",
            metric_name=watch.metric,
            statistic=watch.statistic,
            dimensions={"DBInstanceIdentifier": instance},
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
