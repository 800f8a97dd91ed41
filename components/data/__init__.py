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
from components.data.placement import Access, Source

__all__ = [
    "Access",
    "AuroraAlarms",
    "AuroraCluster",
    "AuroraClusterArgs",
    "AuroraInstance",
    "AuroraSettings",
    "BackupPlan",
    "CustomEndpoint",
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
