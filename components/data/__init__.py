"""Databases whose users log in with IAM tokens over TLS."""

from components.data.aurora import AuroraCluster
from components.data.aurora_alarms import AuroraAlarms
from components.data.aurora_args import (
    AuroraClusterArgs,
    AuroraInstance,
    AuroraSettings,
    CustomEndpoint,
    GlobalMember,
    Insights,
    Notices,
    PointInTime,
    ReplicaScaling,
    Restore,
    Serverless,
)
from components.data.aurora_parameters import Parameter
from components.data.backup_plan import BackupPlan
from components.data.cache_users import CacheUser
from components.data.elasticache import ElastiCache
from components.data.elasticache_alarms import CacheAlarms
from components.data.elasticache_args import CacheSettings, ElastiCacheArgs
from components.data.placement import Access, Source

__all__ = [
    "Access",
    "AuroraAlarms",
    "AuroraCluster",
    "AuroraClusterArgs",
    "AuroraInstance",
    "AuroraSettings",
    "BackupPlan",
    "CacheAlarms",
    "CacheSettings",
    "CacheUser",
    "CustomEndpoint",
    "ElastiCache",
    "ElastiCacheArgs",
    "GlobalMember",
    "Insights",
    "Notices",
    "Parameter",
    "PointInTime",
    "ReplicaScaling",
    "Restore",
    "Serverless",
    "Source",
]
