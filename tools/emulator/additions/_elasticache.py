"""What the additions to ElastiCache share: places of kinds of resources, names of hosts, tags."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from typing import Any

from moto.moto_api._internal import mock_random

from tools.emulator.accounts import partition_of
from tools.emulator.additions._api import Asked, Shelf

USERS = Shelf("users", "User", "UserNotFound", "UserAlreadyExists")
USER_GROUPS = Shelf("user-groups", "User group", "UserGroupNotFoundFault", "UserGroupAlreadyExists")
PARAMETERS = Shelf(
    "parameter-groups",
    "Cache parameter group",
    "CacheParameterGroupNotFound",
    "CacheParameterGroupAlreadyExists",
)
GROUPS = Shelf(
    "replication-groups",
    "Replication group",
    "ReplicationGroupNotFoundFault",
    "ReplicationGroupAlreadyExists",
)
CLUSTERS = Shelf("cache-clusters", "Cache cluster", "CacheClusterNotFound", "CacheClusterAlreadyExists")
SERVERLESS = Shelf(
    "serverless", "Serverless cache", "ServerlessCacheNotFoundFault", "ServerlessCacheAlreadyExistsFault"
)
SNAPSHOTS = Shelf("snapshots", "Snapshot", "SnapshotNotFoundFault", "SnapshotAlreadyExistsFault")

VERSIONS = {"redis": "7.1.0", "valkey": "8.1.0", "memcached": "1.6.22"}
_POINTS = {"north": "n", "south": "s", "east": "e", "west": "w", "central": "c", "gov": "g"}


def short(region: str) -> str:
    """A Region as host names of caches have it: `use1` is `us-east-1`."""
    first, *middle, number = region.split("-")
    found = "".join(_POINTS.get(word, word[:1] + "".join(_POINTS.get(word[5:], "")[:1])) for word in middle)
    return f"{first}{found}{number}"


def letters(count: int = 6) -> str:
    """Letters and digits of which a host's name is made."""
    return "".join(mock_random.choice(string.ascii_lowercase + string.digits) for _ in range(count))


def host(asked: Asked, *parts: str) -> str:
    """The name of a host in the Region's domain of caches."""
    suffix = partition_of(asked.region)[1]
    return ".".join([*parts, short(asked.region), "cache", suffix])


def whole_version(engine: str, given: str | None) -> str:
    """The version that runs: the newest where none is given, `7.1.0` for `7.1` and for `7.x`."""
    if not given:
        return VERSIONS[engine]
    known = given.removesuffix(".x")
    if known != given:
        newest = VERSIONS[engine]
        return newest if newest.startswith(f"{known}.") else f"{known}.2.6"
    return given if given.count(".") >= 2 else f"{given}.0"


def tag(asked: Asked, arn: str, tags: Iterable[Mapping[str, str]] | None) -> None:
    """Put the tags that a request gives on what it makes."""
    if tags:
        asked.backend.tagging_service.tag_resource(arn, [dict(one) for one in tags])


def untag(asked: Asked, arn: str) -> None:
    """Forget the tags of what is gone."""
    asked.backend.tagging_service.delete_all_tags_for_resource(arn)


def shown_tags(asked: Asked, arn: str) -> list[dict[str, Any]]:
    """The tags of an ARN in the form of the API."""
    return list(asked.backend.tagging_service.list_tags_for_resource(arn)["Tags"])
