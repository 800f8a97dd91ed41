"""Replicas that come and go with the load (Aurora Auto Scaling).

AWS source: "Amazon Aurora Auto Scaling with Aurora Replicas". The replicas that it adds are no resources of the program;
before the cluster is deleted, or the scaling taken away, set `max` to the number of named readers and let them go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.data.aurora_args import ReplicaScaling
    from components.foundation.component import Component

DIMENSION = "rds:cluster:ReadReplicaCount"


def create_scaling(
    owner: Component,
    scaling: ReplicaScaling,
    cluster: aws.rds.Cluster,
    instances: Sequence[aws.rds.ClusterInstance],
) -> aws.appautoscaling.Policy:
    """Scale the cluster's replicas; Application Auto Scaling needs the first of them to be there."""
    resource = pulumi.Output.concat("cluster:", cluster.cluster_identifier)
    target = aws.appautoscaling.Target(
        owner.name_for("replicas"),
        service_namespace="rds",
        scalable_dimension=DIMENSION,
        resource_id=resource,
        min_capacity=scaling.min,
        max_capacity=scaling.max,
        region=owner.region,
        tags=owner.tags("replicas"),
        opts=owner.child(depends_on=list(instances)),
    )
    by_cpu = scaling.cpu is not None
    metric = "RDSReaderAverageCPUUtilization" if by_cpu else "RDSReaderAverageDatabaseConnections"
    wanted = scaling.cpu if scaling.cpu is not None else scaling.connections
    assert wanted is not None  # one of the two is given
    return aws.appautoscaling.Policy(
        owner.name_for("replicas"),
        policy_type="TargetTrackingScaling",
        service_namespace=target.service_namespace,
        scalable_dimension=target.scalable_dimension,
        resource_id=target.resource_id,
        target_tracking_scaling_policy_configuration={
            "predefined_metric_specification": {"predefined_metric_type": metric},
            "target_value": wanted,
            "scale_in_cooldown": scaling.cooldown_in,
            "scale_out_cooldown": scaling.cooldown_out,
        },
        region=owner.region,
        opts=owner.child(),
    )
