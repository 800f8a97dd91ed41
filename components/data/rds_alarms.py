"""When somebody should look at an RDS instance or one of its replicas.

Thresholds follow from the settings: free storage is compared with what it may grow to, connections and memory with what
the instance's class has. AWS source: "Amazon CloudWatch metrics for Amazon RDS".
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from components.data.aurora_alarms import Percent, memory_gib
from components.data.metric_alarms import Watch
from components.data.rds_engines import RdsEngine, max_connections
from components.foundation.args import Args

GIB = 1024**3


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
        found.append(Watch("cpu", "CPUUtilization", "There is no CPU to spare", alarms.cpu, "Average"))
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
