"""What a cache refuses, before anything is created."""

from __future__ import annotations

from typing import Any

import pytest

from components.data import ElastiCacheArgs
from components.foundation.errors import ComponentError

PLACE: dict[str, Any] = {"subnet_group_name": "isolated", "security_group_ids": ("sg-1",)}


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"engine": "memcached"}, "engine"),
        ({"engine_version": "7"}, r"engine_version: '7' is no version"),
        ({"engine_version": "7.1"}, r"valkey 7\.1 knows no IAM authentication; use 7\.2"),
        ({"engine": "redis", "engine_version": "6.2"}, r"redis 6\.2 knows no IAM authentication"),
        ({"engine": "redis", "engine_version": "7.2"}, "use engine: valkey"),
        ({"replicas": 0}, "replicas"),
        ({"replicas": 6}, "replicas"),
        ({"shards": 2}, "more than one needs cluster mode"),
        ({"shards": 250, "replicas": 2, "cluster_mode": "enabled"}, "750 nodes"),
        ({"node_type": "db.t4g.small"}, "is no type of cache nodes"),
        ({"log_retention_days": 8}, "can't keep 8 days"),
        ({"snapshot_window": "03:00-03:30"}, "AWS wants at least 60"),
        ({"maintenance_window": "sun:03:30-sun:04:30"}, "overlaps"),
        ({"snapshot_retention_days": 0}, "snapshot_retention_days"),
        ({"parameters": {"maxmemory-policy": "noeviction"}}, "has a setting of its own"),
        ({"parameters": {"Timeout": "1"}}, "is no parameter"),
        ({"users": {}}, "nobody can log in"),
        ({"users": {"default": {}}}, r"users\.default"),
        ({"users": {"app": {"keys": ["a b"]}}}, r"users\.app\.keys"),
    ],
)
def test_what_a_cache_refuses(settings: dict[str, Any], problem: str) -> None:
    with pytest.raises(ComponentError, match=problem):
        ElastiCacheArgs(**{**PLACE, **settings})
