"""What a user decides about a cache, checked before anything is created.

AWS sources: "Supported engines and versions", "Parameter management", "Data tiering", "Authenticating with IAM"
(ElastiCache User Guide): IAM authentication needs Valkey 7.2 or Redis OSS 7.0; r6gd nodes always tier to SSD; a group
with more than one shard needs cluster mode, and that the parameter `cluster-enabled`.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from components.data.cache_users import CacheUser, check_users
from components.data.elasticache_alarms import CacheAlarms
from components.data.placement import Access, Placement
from components.data.windows import DailyHour, WeeklyHour, check_apart
from components.foundation.args import Args, Text
from components.foundation.errors import ComponentError
from components.foundation.retention import RetentionDays

CacheEngine = Literal["valkey", "redis"]

FIRST_WITH_IAM: dict[str, tuple[int, int]] = {"valkey": (7, 2), "redis": (7, 0)}
LAST_VERSION: dict[str, tuple[int, int]] = {"redis": (7, 1)}
"""Redis OSS ends here on ElastiCache; newer features come with Valkey."""

NEWEST: dict[str, str] = {"valkey": "8.2", "redis": "7.1"}
"""What is taken when no version is given."""

MAX_SHARDS, MAX_NODES = 500, 500
RESERVED_PARAMETERS = frozenset({"cluster-enabled", "maxmemory-policy"})

_NODE_TYPE = re.compile(r"cache\.[a-z0-9]+\.[a-z0-9]+")
_VERSION = re.compile(r"(\d+)\.(\d+)")
_PARAMETER = re.compile(r"[a-z][a-z0-9-]*")

Eviction = Literal[
    "volatile-lru",
    "allkeys-lru",
    "volatile-lfu",
    "allkeys-lfu",
    "volatile-ttl",
    "volatile-random",
    "allkeys-random",
    "noeviction",
]


def check_version(engine: str, version: str) -> None:
    """Raise `ComponentError` unless the engine has such a version, and it knows IAM authentication."""
    found = _VERSION.fullmatch(version)
    if not found:
        raise ComponentError(
            "engine_version", f"{version!r} is no version", f"write it as {NEWEST[engine]!r}"
        )
    number = (int(found[1]), int(found[2]))
    if number < FIRST_WITH_IAM[engine]:
        first = "{}.{}".format(*FIRST_WITH_IAM[engine])
        problem = f"{engine} {version} knows no IAM authentication"
        raise ComponentError("engine_version", problem, f"use {first} or newer")
    if number > LAST_VERSION.get(engine, number):
        problem = f"ElastiCache has no {engine} {version}"
        raise ComponentError("engine_version", problem, "use engine: valkey for newer versions")


class CacheSettings(Args):
    """What a user decides about a cache; where it stands comes from the network.

    *Engine*: `engine` and `engine_version` (default Valkey 8.2), `auto_minor_version_upgrade`, `apply` (changes at once
    or in the window), `eviction` (what goes when memory is full; by default the least recently used of the keys that
    have a time to live), further `parameters` of the engine.

    *Machines*: `node_type`, `replicas` of each shard in other zones (1 to 5), `shards` (more than one needs
    `cluster_mode: enabled`; an existing cache goes there through `compatible`).

    *Users*: `users` that may log in, by name; `port`, `access`.

    *Data*: `key_arn` (default an own key), `snapshot_retention_days` (1 to 35), `snapshot_window`, `final_snapshot`,
    `restore_from` (name of a snapshot to start from).

    *Records*: `log_retention_days` of slow log and engine log, `alarms` (None makes none), `notification_topic_arn` (SNS
    topic that hears of failovers and replaced nodes), `maintenance_window`.
    """

    engine: CacheEngine = "valkey"
    engine_version: str | None = None
    node_type: str = "cache.t4g.small"
    replicas: Annotated[int, Field(ge=1, le=5)] = 1
    shards: Annotated[int, Field(ge=1, le=MAX_SHARDS)] = 1
    cluster_mode: Literal["disabled", "compatible", "enabled"] = "disabled"
    port: Annotated[int, Field(ge=1, le=65535)] = 6379
    users: dict[str, CacheUser] = Field(default_factory=lambda: {"app": CacheUser()})
    eviction: Eviction = "volatile-lru"
    parameters: dict[str, str] = Field(default_factory=dict)
    snapshot_retention_days: Annotated[int, Field(ge=1, le=35)] = 7
    snapshot_window: DailyHour = "03:00-04:00"
    final_snapshot: bool = True
    maintenance_window: WeeklyHour = "sun:05:00-sun:06:00"
    auto_minor_version_upgrade: bool = True
    log_retention_days: RetentionDays = 365
    alarms: CacheAlarms | None = CacheAlarms()
    notification_topic_arn: Text | None = None
    restore_from: Text | None = None
    key_arn: Text | None = None
    apply: Literal["window", "immediately"] = "window"
    access: Access = Access()
    tags: dict[str, str] = Field(default_factory=dict)

    @field_validator("users")
    @classmethod
    def _can_log_in(cls, users: dict[str, CacheUser]) -> dict[str, CacheUser]:
        check_users(users)
        return users

    @field_validator("node_type")
    @classmethod
    def _is_a_node_type(cls, node_type: str) -> str:
        if not _NODE_TYPE.fullmatch(node_type):
            remedy = "write it as AWS does, such as 'cache.t4g.small'"
            raise ComponentError("", f"{node_type!r} is no type of cache nodes", remedy)
        return node_type

    @field_validator("parameters")
    @classmethod
    def _are_parameters(cls, parameters: dict[str, str]) -> dict[str, str]:
        for name in parameters:
            if name in RESERVED_PARAMETERS:
                raise ComponentError(name, "has a setting of its own", "use eviction, or cluster_mode")
            if not _PARAMETER.fullmatch(name):
                raise ComponentError(name, "is no parameter", "write it as the engine does: 'timeout'")
        return parameters

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        check_version(self.engine, self.version)
        if self.shards > 1 and self.cluster_mode != "enabled":
            raise ComponentError("shards", "more than one needs cluster mode", "set cluster_mode: enabled")
        if self.nodes > MAX_NODES:
            raise ComponentError("shards", f"these are {self.nodes} nodes", f"AWS allows {MAX_NODES}")
        check_apart(self.snapshot_window, self.maintenance_window, "maintenance_window")
        return self

    @property
    def version(self) -> str:
        """The version given, or the newest that is known here."""
        return self.engine_version or NEWEST[self.engine]

    @property
    def family(self) -> str:
        """The family of the parameter group."""
        return f"{self.engine}{self.version.partition('.')[0]}"

    @property
    def nodes(self) -> int:
        """Of all shards together."""
        return self.shards * (self.replicas + 1)

    @property
    def engine_parameters(self) -> dict[str, str]:
        """Everything the parameter group sets, by name."""
        clustered = {"cluster-enabled": "yes"} if self.cluster_mode != "disabled" else {}
        return {"maxmemory-policy": self.eviction, **clustered, **self.parameters}

    @property
    def tiers_data(self) -> bool:
        """Whether the nodes keep what is rarely used on SSD; r6gd nodes do, and no others."""
        return self.node_type.startswith("cache.r6gd.")


class ElastiCacheArgs(CacheSettings, Placement):
    """The settings and the place: a `network`, or plain ids (`subnet_group_name`, a cache subnet group)."""

    region: str | None = None
