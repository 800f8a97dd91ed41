"""Databases and caches whose users log in with IAM tokens over TLS."""

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
from components.data.aurora_global_args import AuroraGlobalDatabaseArgs, GlobalRegion
from components.data.aurora_global_database import AuroraGlobalDatabase
from components.data.aurora_parameters import Parameter
from components.data.backup_plan import BackupPlan
from components.data.backup_policy import BackupManagement
from components.data.cache_users import CacheUser
from components.data.cross_account_backup import CrossAccountBackup, CrossAccountBackupArgs, Selected
from components.data.database_users import DatabaseUsers, DatabaseUsersArgs
from components.data.database_users_args import DatabaseGrant, DatabaseUser, DatabaseUsersSettings
from components.data.elasticache import ElastiCache
from components.data.elasticache_alarms import CacheAlarms
from components.data.elasticache_args import CacheSettings, ElastiCacheArgs
from components.data.placement import Access, Source
from components.data.rds_alarms import RdsAlarms
from components.data.rds_instance import RdsInstance
from components.data.rds_instance_args import RdsInstanceArgs, RdsInstanceSettings, Replica, Storage
from components.data.rds_proxy import RdsProxy
from components.data.rds_proxy_args import Pool, ProxyAlarms, ProxySecret, ProxySettings, RdsProxyArgs
from components.data.secret_alerts import SecretAlerts, SecretAlertsArgs, SecretAlertsSettings
from components.data.secret_rotation import SecretRotation, SecretRotationArgs, SecretRotationSettings
from components.data.stop_auto_started import StopAutoStarted, StopAutoStartedArgs

__all__ = [
    "Access",
    "AuroraAlarms",
    "AuroraCluster",
    "AuroraClusterArgs",
    "AuroraGlobalDatabase",
    "AuroraGlobalDatabaseArgs",
    "AuroraInstance",
    "AuroraSettings",
    "BackupManagement",
    "BackupPlan",
    "CacheAlarms",
    "CacheSettings",
    "CacheUser",
    "CrossAccountBackup",
    "CrossAccountBackupArgs",
    "CustomEndpoint",
    "DatabaseGrant",
    "DatabaseUser",
    "DatabaseUsers",
    "DatabaseUsersArgs",
    "DatabaseUsersSettings",
    "ElastiCache",
    "ElastiCacheArgs",
    "GlobalMember",
    "GlobalRegion",
    "Insights",
    "Notices",
    "Parameter",
    "PointInTime",
    "Pool",
    "ProxyAlarms",
    "ProxySecret",
    "ProxySettings",
    "RdsAlarms",
    "RdsInstance",
    "RdsInstanceArgs",
    "RdsInstanceSettings",
    "RdsProxy",
    "RdsProxyArgs",
    "Replica",
    "ReplicaScaling",
    "Restore",
    "SecretAlerts",
    "SecretAlertsArgs",
    "SecretAlertsSettings",
    "SecretRotation",
    "SecretRotationArgs",
    "SecretRotationSettings",
    "Selected",
    "Serverless",
    "Source",
    "StopAutoStarted",
    "StopAutoStartedArgs",
    "Storage",
]
