"""When somebody should look at an Aurora cluster: which metrics, from what value on.

Thresholds follow from the settings: free memory and connections are compared with what the smallest instance has. A
paused instance has no metrics, so missing data never alarm.

AWS sources: "Amazon CloudWatch metrics for Amazon Aurora"; default `max_connections` from "Maximum connections to an
Aurora PostgreSQL/MySQL DB instance"; memory of the classes from "Hardware specifications for DB instance classes".
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from components.data.metric_alarms import Watch
from components.foundation.args import Args

if TYPE_CHECKING:
    from components.data.access import Language
    from components.data.aurora_args import AuroraSettings

GIB = 1024**3
SERVERLESS = "db.serverless"

_CLASS = re.compile(
    r"db\.(?P<family>[a-z]+)\d+[a-z]*(-[a-z0-9]+)*\.(?P<times>\d*)(?P<size>xlarge|large|medium|small)"
)
_GIB_OF_LARGE = {"r": 16, "x": 32, "t": 8}
"""Family -> memory of its `large`; sizes double."""
_SIZES = {"small": 0.25, "medium": 0.5, "large": 1.0, "xlarge": 2.0}

Percent = Annotated[float, Field(gt=0, lt=100)]


class AuroraAlarms(Args):
    """From when on to alarm; None leaves an alarm out.

    `cpu`, `capacity` (of the maximum of serverless instances), `connections` (of the engine's default limit) and
    `volume` (of the 128 TiB that a cluster can grow to): percent. `free_memory`: percent that must be left.
    `replica_lag`: milliseconds. `deadlocks`: a second. `transaction_ids` (PostgreSQL): at two billion it stops writing.
    """

    cpu: Percent | None = 90
    capacity: Percent | None = 90
    free_memory: Percent | None = 10
    connections: Percent | None = 80
    volume: Percent | None = 90
    replica_lag: Annotated[float, Field(gt=0)] | None = 2000
    deadlocks: Annotated[float, Field(gt=0)] | None = 1
    transaction_ids: Annotated[float, Field(gt=0, lt=2**31)] | None = 1_000_000_000


def memory_gib(instance_class: str) -> float | None:
    """Memory of a provisioned class; None for one that is not known here."""
    match = _CLASS.fullmatch(instance_class)
    if match is None or match["family"] not in _GIB_OF_LARGE:
        return None
    times = int(match["times"] or 1)
    return _GIB_OF_LARGE[match["family"]] * _SIZES[match["size"]] * times


def max_connections(language: Language, gib: float) -> int:
    """The engine's default limit of an instance with so much memory."""
    memory = gib * GIB
    if language == "postgresql":
        return min(int(memory / 9_531_392), 5000)
    return int(max(math.log2(memory / 805_306_368) * 45, math.log2(memory / 8_187_281_408) * 1000))


def watches(settings: AuroraSettings, alarms: AuroraAlarms) -> list[Watch]:
    """The alarms of a cluster with these settings."""
    kinds = set(settings.classes.values())
    provisioned = [gib for kind in kinds if kind != SERVERLESS and (gib := memory_gib(kind)) is not None]
    capacity = settings.serverless
    found: list[Watch | None] = [
        _above("cpu", "CPUUtilization", "An instance has no CPU to spare", alarms.cpu),
        _free_memory(provisioned, alarms.free_memory),
        _connections(settings, provisioned, alarms.connections),
        _above("deadlocks", "Deadlocks", "Transactions block each other", alarms.deadlocks, "Average"),
        _volume(alarms.volume),
    ]
    if capacity is not None:
        found.append(_above("capacity", "ACUUtilization", "Capacity is at its maximum", alarms.capacity))
    if len(settings.instances) > 1 or settings.replica_scaling is not None:
        what = "A replica is behind the writer"
        found.append(_above("replica-lag", "AuroraReplicaLagMaximum", what, alarms.replica_lag))
    if settings.version.engine.language == "postgresql":
        what = "Transaction ids run out, VACUUM does not keep up"
        found.append(_above("transaction-ids", "MaximumUsedTransactionIDs", what, alarms.transaction_ids))
    return [watch for watch in found if watch is not None]


def _above(
    name: str,
    metric: str,
    what: str,
    threshold: float | None,
    statistic: Literal["Maximum", "Average"] = "Maximum",
) -> Watch | None:
    return None if threshold is None else Watch(name, metric, what, threshold, statistic)


def _free_memory(provisioned: Sequence[float], percent: float | None) -> Watch | None:
    if percent is None or not provisioned:
        return None
    least = min(provisioned) * GIB * percent / 100
    return Watch("memory", "FreeableMemory", "An instance is short of memory", least, "Minimum", below=True)


def _connections(
    settings: AuroraSettings, provisioned: Sequence[float], percent: float | None
) -> Watch | None:
    given = settings.parameters.get("max_connections")
    language = settings.version.engine.language
    sizes = [*provisioned, *([settings.serverless.max * 2] if settings.serverless is not None else [])]
    if given is not None and given.value.isdecimal():
        limit = int(given.value)
    elif given is None and sizes:
        limit = max_connections(language, min(sizes))
    else:
        return None
    if percent is None or limit < 1:
        return None
    what = f"More than {percent:g} % of {limit} connections are open"
    return Watch("connections", "DatabaseConnections", what, limit * percent / 100, "Maximum")


def _volume(percent: float | None) -> Watch | None:
    threshold = None if percent is None else 128 * 1024 * GIB * percent / 100
    return _above("volume", "VolumeBytesUsed", "The volume is near the most it can grow to", threshold)
