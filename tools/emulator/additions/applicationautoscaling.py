"""Application Auto Scaling: moto loses tags, and gives a policy another ARN with every change."""

from __future__ import annotations

from typing import Any

from moto.applicationautoscaling.models import (
    ApplicationAutoscalingBackend,
    FakeApplicationAutoscalingPolicy,
    FakeScalableTarget,
)
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse

from tools.emulator.additions import method
from tools.emulator.additions._api import Api, Asked, Document, refused

API = Api("applicationautoscaling")


def _labels(asked: Asked) -> dict[str, dict[str, str]]:
    labels: dict[str, dict[str, str]] = asked.backend.__dict__.setdefault("labels", {})
    arn = asked.params["ResourceARN"]
    known = [one.arn for group in asked.backend.targets.values() for one in group.values()]
    if arn not in known:
        raise refused("ResourceNotFoundException", f"No scalable target found with ARN: {arn}")
    return labels


@API.operation
def _register_scalable_target(asked: Asked) -> Document:
    given = asked.params
    target: FakeScalableTarget = asked.backend.register_scalable_target(
        given["ServiceNamespace"],
        given["ResourceId"],
        given["ScalableDimension"],
        given.get("MinCapacity"),
        given.get("MaxCapacity"),
        given.get("RoleARN"),
        given.get("SuspendedState"),
    )
    labels = asked.backend.__dict__.setdefault("labels", {})
    labels.setdefault(target.arn, {}).update(given.get("Tags") or {})
    return {"ScalableTargetARN": target.arn}


@API.operation
def _list_tags_for_resource(asked: Asked) -> Document:
    return {"Tags": _labels(asked).get(asked.params["ResourceARN"], {})}


@API.operation
def _tag_resource(asked: Asked) -> None:
    _labels(asked).setdefault(asked.params["ResourceARN"], {}).update(asked.params["Tags"])


@API.operation
def _untag_resource(asked: Asked) -> None:
    there = _labels(asked).get(asked.params["ResourceARN"], {})
    for key in asked.params["TagKeys"]:
        there.pop(key, None)


@API.operation
def _describe_scaling_activities(_: Asked) -> Document:
    return {"ScalingActivities": []}


def _target_of(asked: Any) -> tuple[str, str, str]:
    return asked["service_namespace"], asked["resource_id"], asked["scalable_dimension"]


def install() -> None:
    """Keep tags and ARNs."""
    API.install(ApplicationAutoScalingResponse)
    put, end = (
        ApplicationAutoscalingBackend.put_scaling_policy,
        ApplicationAutoscalingBackend.deregister_scalable_target,
    )

    @method(ApplicationAutoscalingBackend)
    def put_scaling_policy(self: Any, **asked: Any) -> Any:
        namespace, resource, dimension = _target_of(asked)
        if resource not in self.targets.get(dimension, {}):
            raise refused(
                "ObjectNotFoundException",
                f"No scalable target registered for service namespace: {namespace}, "
                f"resource ID: {resource}, scalable dimension: {dimension}",
            )
        key = FakeApplicationAutoscalingPolicy.formulate_key(
            namespace, resource, dimension, asked["policy_name"]
        )
        old = self.policies.get(key)
        if old is not None:
            old.delete_alarms(self.account_id, self.region_name)
        policy = put(self, **asked)
        if old is not None:
            policy.policy_arn, policy.creation_time = old.policy_arn, old.creation_time
        return policy

    @method(ApplicationAutoscalingBackend)
    def deregister_scalable_target(self: Any, namespace: str, r_id: str, dimension: str) -> None:
        """A target takes its policies and scheduled actions with it."""
        end(self, namespace, r_id, dimension)
        place = (namespace, r_id, dimension)
        for key, policy in list(self.policies.items()):
            if (policy.service_namespace, policy.resource_id, policy.scalable_dimension) == place:
                policy.delete_alarms(self.account_id, self.region_name)
                del self.policies[key]
        self.scheduled_actions = [
            one
            for one in self.scheduled_actions
            if (one.service_namespace, one.resource_id, one.scalable_dimension) != place
        ]

    made = FakeApplicationAutoscalingPolicy.__init__

    @method(FakeApplicationAutoscalingPolicy, "__init__")
    def create(self: Any, *args: Any, **asked: Any) -> None:
        kind = asked.get("policy_type") or "StepScaling"
        made(self, *args, **{**asked, "policy_type": kind})
