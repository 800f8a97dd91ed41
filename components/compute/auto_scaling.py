"""An Auto Scaling group: instances from one launch template, in private subnets, as many as the load needs.

    launch template --new version--> instance refresh --> instances --register--> target groups
           |                                                  ^
           +-- volumes encrypted with an own key <------------+-- service-linked role of this group only

Follows sources/001 lines 590-697; volume_key.py says why the group has a service-linked role of its own.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

import pulumi
import pulumi_aws as aws
from pydantic import Field, field_validator, model_validator

from components.compute.instance_role import create_instance_role
from components.compute.instances import Instance, Refresh, SpotMix
from components.compute.launch_template import create_launch_template
from components.compute.lifecycle_hooks import LifecycleHook, create_hooks, initial_hook
from components.compute.placement import SubnetIds, together
from components.compute.scaling import Measured, create_policies
from components.compute.scaling_plan import Capacity, Scaling, Seconds
from components.compute.target_groups import Port
from components.compute.volume_key import create_service_role, create_volume_key
from components.foundation.args import Args, Text
from components.foundation.component import Component
from components.foundation.errors import ComponentError
from components.foundation.iam import Statement, policy_document

GROUP_METRICS = (
    "GroupDesiredCapacity", "GroupInServiceInstances", "GroupMaxSize", "GroupMinSize", "GroupPendingInstances",
    "GroupStandbyInstances", "GroupTerminatingInstances", "GroupTotalInstances",
)  # fmt: skip

TerminationPolicy = Literal[
    "AllocationStrategy", "ClosestToNextInstanceHour", "Default", "NewestInstance", "OldestInstance",
    "OldestLaunchTemplate",
]  # fmt: skip


class GroupSettings(Args):
    """What a user decides about the group; where it stands comes from the network.

    `grace_period`: seconds that a new instance has before health checks can end it. `warmup`: seconds before it counts
    in the metrics that scale. `cooldown`: rest of simple scaling. `health_check`: `ELB` also replaces instances
    that the load balancer finds unhealthy. `max_lifetime`: seconds (a day or more) after which each is replaced.
    `wait_for_capacity`: how long a deployment waits for healthy instances, such as `10m`; `0` does not wait.
    """

    instance: Instance = Instance()
    capacity: Capacity = Capacity()
    scaling: Scaling = Scaling()
    refresh: Refresh = Refresh()
    health_check: Literal["ELB", "EC2"] = "ELB"
    grace_period: Seconds = 300
    warmup: Annotated[int, Field(ge=0, le=3600)] = 300
    cooldown: Seconds = 300
    termination: tuple[TerminationPolicy, ...] = ("OldestLaunchTemplate", "Default")
    hooks: tuple[LifecycleHook, ...] = ()
    max_lifetime: Annotated[int, Field(ge=86_400, le=31_536_000)] | None = None
    protect_from_scale_in: bool = False
    wait_for_capacity: Annotated[str, Field(pattern=r"^(0|\d+[smh])$")] = "10m"

    @field_validator("hooks")
    @classmethod
    def _named_apart(cls, hooks: tuple[LifecycleHook, ...]) -> tuple[LifecycleHook, ...]:
        names = [hook.name for hook in hooks]
        for name in names:
            if names.count(name) > 1:
                raise ComponentError("", f"two hooks are named {name!r}", "give each its own name")
        return hooks

    @model_validator(mode="after")
    def _sizes_agree(self) -> Self:
        self.scaling.check_against(self.capacity)
        return self


class AutoScalingGroupArgs(GroupSettings):
    """The settings and the place: subnets, security groups, the target groups that instances join.

    `requests_label` and `requests_dimensions` name the load balancer's metrics; they are needed for scaling
    by `requests_per_target`. `port`, `health_path` and `https` are those of the httpd example.
    """

    subnet_ids: SubnetIds
    security_group_ids: tuple[Text, ...]
    target_group_arns: tuple[Text, ...] = ()
    requests_label: Text | None = None
    requests_dimensions: dict[str, Text] = Field(default_factory=dict)
    port: Port = 8080
    health_path: str = "/health"
    https: bool = True
    region: str | None = None
    tags: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _counts_requests(self) -> Self:
        if self.scaling.needs_load_balancer and self.requests_label is None:
            problem = "requests_per_target needs a load balancer"
            raise ComponentError("scaling", problem, "use 'cpu', or give requests_label")
        return self


class AutoScalingGroup(Component):
    """The group with its launch template, role, key and scaling policies.

    Outputs: `group`, `template`, `role` (of the instances), `volume_key`.
    """

    group: aws.autoscaling.Group
    template: aws.ec2.LaunchTemplate
    role: aws.iam.Role
    volume_key: aws.kms.Key

    def __init__(
        self, name: str, args: AutoScalingGroupArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(
            "groundplan:compute:AutoScalingGroup", name, args, opts, region=args.region, tags=args.tags
        )
        service_role = create_service_role(self)
        self.volume_key = create_volume_key(self, service_role)
        self.role, profile = create_instance_role(
            self, args.instance.statements, args.instance.permissions_boundary
        )
        self.template = create_launch_template(
            self,
            args.instance,
            key=self.volume_key,
            profile=profile,
            security_group_ids=args.security_group_ids,
            port=args.port,
            health_path=args.health_path,
            https=args.https,
        )
        self.group = self._create_group(args, service_role)
        create_hooks(self, args.hooks, self.group)
        measured = Measured(self.group.name, args.requests_label, args.requests_dimensions)
        create_policies(self, args.scaling, measured)
        self.outputs(
            {"name": self.group.name, "role_arn": self.role.arn, "volume_key_arn": self.volume_key.arn}
        )

    def grant(self, purpose: str, *statements: Statement) -> aws.iam.RolePolicy:
        """Let the instances do more, such as reading a secret; one inline policy for each `purpose`."""
        return aws.iam.RolePolicy(
            self.name_for("instance", purpose),
            role=self.role.name,
            policy=policy_document(*statements),
            opts=self.child(),
        )

    def _create_group(
        self, args: AutoScalingGroupArgs, service_role: aws.iam.ServiceLinkedRole
    ) -> aws.autoscaling.Group:
        version = self.template.latest_version.apply(str)
        spot = args.instance.spot
        return aws.autoscaling.Group(
            self.name_for(),
            vpc_zone_identifiers=together(args.subnet_ids),
            min_size=args.capacity.min,
            max_size=args.capacity.max,
            desired_capacity=args.capacity.initial,
            launch_template=None if spot else {"id": self.template.id, "version": version},
            mixed_instances_policy=(
                mixed_instances(args.instance.type, spot, self.template.id, version) if spot else None
            ),
            capacity_rebalance=spot is not None,
            service_linked_role_arn=service_role.arn,
            target_group_arns=list(args.target_group_arns),
            health_check_type=args.health_check,
            health_check_grace_period=args.grace_period,
            default_instance_warmup=args.warmup,
            default_cooldown=args.cooldown,
            termination_policies=list(args.termination),
            enabled_metrics=[aws.autoscaling.Metric(metric) for metric in GROUP_METRICS],
            metrics_granularity="1Minute",
            instance_refresh=instance_refresh(args.refresh, args.instance.image.resolve),
            instance_maintenance_policy={
                "min_healthy_percentage": args.refresh.min_healthy,
                "max_healthy_percentage": args.refresh.max_healthy,
            },
            initial_lifecycle_hooks=[initial_hook(hook) for hook in args.hooks],
            max_instance_lifetime=args.max_lifetime,
            protect_from_scale_in=args.protect_from_scale_in,
            wait_for_capacity_timeout=args.wait_for_capacity,
            region=self.region,
            tags=[
                {"key": key, "value": value, "propagate_at_launch": False}
                for key, value in self.tags().items()
            ],
            opts=self.child(ignore_changes=["initialLifecycleHooks", *moved_by_scaling(args.scaling)]),
        )


def moved_by_scaling(scaling: Scaling) -> list[str]:
    """Sizes that policies and schedules change by themselves, so that a deployment does not turn them back."""
    moved = {"desiredCapacity"} if scaling.moves_desired else set()
    for schedule in scaling.schedules:
        moved |= {"minSize"} if schedule.min is not None else set()
        moved |= {"maxSize"} if schedule.max is not None else set()
    return sorted(moved)


def mixed_instances(
    own_type: str, spot: SpotMix, template_id: pulumi.Output[str], version: pulumi.Output[str]
) -> aws.autoscaling.GroupMixedInstancesPolicyArgsDict:
    """The same template on several instance types, partly on Spot."""
    types = list(dict.fromkeys([own_type, *spot.types]))
    return {
        "launch_template": {
            "launch_template_specification": {"launch_template_id": template_id, "version": version},
            "overrides": [{"instance_type": one} for one in types],
        },
        "instances_distribution": {
            "on_demand_base_capacity": spot.on_demand_base,
            "on_demand_percentage_above_base_capacity": spot.on_demand_percent,
            "spot_allocation_strategy": spot.strategy,
        },
    }


def instance_refresh(
    refresh: Refresh, resolve: Literal["deploy", "launch"]
) -> aws.autoscaling.GroupInstanceRefreshArgsDict:
    """Replace instances step by step whenever the launch template has a new version.

    AWS allows neither rollback nor skipping of matching instances with a template that names its image by an SSM
    parameter, because one version then means several images.
    """
    pinned = resolve == "deploy"
    preferences: aws.autoscaling.GroupInstanceRefreshPreferencesArgsDict = {
        "min_healthy_percentage": refresh.min_healthy,
        "max_healthy_percentage": refresh.max_healthy,
        "auto_rollback": refresh.rollback and pinned,
        "skip_matching": pinned,
    }
    if refresh.checkpoints:
        preferences["checkpoint_percentages"] = list(refresh.checkpoints)
        preferences["checkpoint_delay"] = str(refresh.checkpoint_delay)
    return {"strategy": "Rolling", "preferences": preferences}
