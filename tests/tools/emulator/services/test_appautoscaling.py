"""What scales by itself, by how much and when."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.tools.emulator.services.world import Live, World, lifecycle

TARGET, POLICY = "aws:appautoscaling/target:Target", "aws:appautoscaling/policy:Policy"
PLACE = {
    "serviceNamespace": "rds",
    "resourceId": "cluster:db",
    "scalableDimension": "rds:cluster:ReadReplicaCount",
}
TRACKING = {
    "targetValue": 60.0,
    "predefinedMetricSpecification": {"predefinedMetricType": "RDSReaderAverageCPUUtilization"},
    "scaleInCooldown": 300,
    "scaleOutCooldown": 60,
    "disableScaleIn": False,
}


def target(world: World) -> Live:
    return world.create(TARGET, **PLACE, minCapacity=1, maxCapacity=4, tags={"a": "b"})


def test_target(world: World) -> None:
    made = target(world)
    assert made.id == "cluster:db"
    assert ":scalable-target/" in made.outputs["arn"]
    made.update(maxCapacity=8, tags={"c": "d"})
    imported = world.imported(TARGET, "rds/cluster:db/rds:cluster:ReadReplicaCount")
    assert (imported[0], imported[1]["maxCapacity"]) == ("cluster:db", 8)
    lifecycle(made)


def test_policy_keeps_its_arn(world: World) -> None:
    with pytest.raises(ClientError, match="ObjectNotFound"):
        world.create(POLICY, name="cpu", **PLACE, policyType="TargetTrackingScaling")
    target(world)
    policy = world.create(
        POLICY,
        name="cpu",
        **PLACE,
        policyType="TargetTrackingScaling",
        targetTrackingScalingPolicyConfiguration=TRACKING,
    )
    before = policy.outputs["arn"]
    assert policy.refresh() == policy.inputs
    changed = policy.update(targetTrackingScalingPolicyConfiguration={**TRACKING, "targetValue": 40.0})
    assert changed["arn"] == before
    imported = world.imported(POLICY, "rds/cluster:db/rds:cluster:ReadReplicaCount/cpu")
    assert imported[1]["targetTrackingScalingPolicyConfiguration"]["targetValue"] == 40.0
    lifecycle(policy)


def test_scheduled_action(world: World) -> None:
    target(world)
    action = world.create(
        "aws:appautoscaling/scheduledAction:ScheduledAction",
        name="night",
        **PLACE,
        schedule="cron(0 20 * * ? *)",
        timezone="Europe/Berlin",
        scalableTargetAction={"minCapacity": 1, "maxCapacity": 1},
    )
    action.update(scalableTargetAction={"minCapacity": 1, "maxCapacity": 2})
    lifecycle(action)


def test_a_target_takes_its_policies_with_it(world: World) -> None:
    made = target(world)
    policy = world.create(
        POLICY,
        name="cpu",
        **PLACE,
        policyType="TargetTrackingScaling",
        targetTrackingScalingPolicyConfiguration=TRACKING,
    )
    made.delete()
    assert policy.refresh() is None
