"""Names and nested settings of an Aurora cluster, worked out before anything is created."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import pulumi_aws as aws

from components.foundation.names import fit

if TYPE_CHECKING:
    from components.data.aurora_args import AuroraSettings, PointInTime, Serverless

MAX_IDENTIFIER = 63
MAX_MADE_IDENTIFIER = 40
"""Of an identifier that is made from names; fixed, so that a longer instance name never renames the cluster."""

DEFAULT_PAUSE_SECONDS = 300


def identifier_for(project: str, stack: str, name: str) -> str:
    """A cluster's identifier that is made of where it belongs: small letters, digits, single hyphens."""
    words = re.sub(r"[^a-z0-9]+", "-", f"{project}-{stack}-{name}".lower()).strip("-")
    return fit(words if words[0].isalpha() else f"db-{words}", MAX_MADE_IDENTIFIER)


def lifecycle(settings: AuroraSettings, level: Literal["cluster", "member", "global cluster"]) -> str | None:
    """What happens when the version's time is over; None where another level decides it.

    A global database of PostgreSQL decides for its members, one of MySQL knows no such setting (CreateGlobalCluster).
    """
    globally = settings.version.engine.language == "postgresql"
    if (level == "member" and globally) or (level == "global cluster" and not globally):
        return None
    return f"open-source-rds-extended-support{'' if settings.extended_support else '-disabled'}"


def member_identifier(cluster: str, name: str) -> str:
    """The identifier of an instance or of a custom endpoint of a cluster."""
    return fit(f"{cluster}-{name}", MAX_IDENTIFIER)


def scaling_configuration(
    capacity: Serverless | None,
) -> aws.rds.ClusterServerlessv2ScalingConfigurationArgs | None:
    """Capacity of the serverless instances; only an instance that may shrink to nothing pauses."""
    if capacity is None:
        return None
    pause = (capacity.pause_after_seconds or DEFAULT_PAUSE_SECONDS) if capacity.min == 0 else None
    return aws.rds.ClusterServerlessv2ScalingConfigurationArgs(
        min_capacity=capacity.min, max_capacity=capacity.max, seconds_until_auto_pause=pause
    )


def restore_point(point: PointInTime) -> aws.rds.ClusterRestoreToPointInTimeArgs:
    """The moment of another cluster that a new one starts from."""
    return aws.rds.ClusterRestoreToPointInTimeArgs(
        source_cluster_identifier=point.cluster,
        source_cluster_resource_id=point.resource_id,
        restore_to_time=point.at,
        use_latest_restorable_time=point.latest or None,
        restore_type="copy-on-write" if point.clone else "full-copy",
    )
