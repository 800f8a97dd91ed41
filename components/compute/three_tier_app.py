"""The documented three-tier application on a network (sources/001 lines 1312-1317).

    internet
       |  443 (80 is sent there)
    +--v-----------------------------+
    | public tier: load balancer     |----> log bucket
    +--|-----------------------------+
       |  port of the target group
    +--v-----------------------------+
    | application tier: Auto Scaling |<---- people, by Session Manager
    +--|-----------------------------+
       |  data_ports
    +--v-----------------------------+
    | data tier: subnet groups, ready for a database and a session cache
    +--------------------------------+

Difference from the document, which separates the tiers by route tables: here security groups and NACLs do, and the
route tables too.
"""

from __future__ import annotations

from typing import Self

import pulumi
import pulumi_aws as aws
from pydantic import Field, InstanceOf, model_validator

from components.compute.alarms import Alarms, Watched, create_alarms
from components.compute.auto_scaling import AutoScalingGroup, AutoScalingGroupArgs, GroupSettings
from components.compute.flows import INTERNET, AppTiers, check_flow, check_tier, needed_ports, public_ports
from components.compute.load_balancer import LoadBalancer, LoadBalancerArgs, LoadBalancerSettings
from components.compute.target_groups import Port
from components.foundation.args import Args
from components.foundation.component import MAX_LOGICAL_NAME, Component
from components.foundation.errors import ComponentError
from components.foundation.iam import Statement
from components.network import ThreeTierVpc, ThreeTierVpcArgs


class AppSettings(Args):
    """What a user decides about the application.

    `load_balancer.targets[0]` is the application itself: its port, its health check. `data_ports` (what for -> port)
    names what the application will use in the data tier. `alarms` None makes none.
    """

    load_balancer: LoadBalancerSettings
    group: GroupSettings = GroupSettings()
    data_ports: dict[str, Port] = Field(default_factory=dict)
    tiers: AppTiers = AppTiers()
    alarms: Alarms | None = Alarms()
    tags: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _serves_instances(self) -> Self:
        main = self.load_balancer.targets[0]
        if main.kind != "instance":
            problem = f"the first target group is of kind {main.kind!r}"
            raise ComponentError(
                "load_balancer.targets[0].kind", problem, "put the application's own group first"
            )
        return self


class ThreeTierAppArgs(AppSettings):
    """The settings and the network to stand on."""

    network: InstanceOf[ThreeTierVpc]


class ThreeTierApp(Component):
    """An HTTPS load balancer, an Auto Scaling group behind it, and a data tier that only the group reaches.

        app = ThreeTierApp("shop", ThreeTierAppArgs(
            network=network,
            load_balancer=LoadBalancerSettings(
                certificate=Certificate(domain_name="shop.example.com", zone_id=zone.zone_id)),
            data_ports={"postgres": 5432, "valkey": 6379}))
        app.grant("orders", Statement("Send", actions=["sqs:SendMessage"], resources=[queue.arn]))

    Outputs: `url`, `load_balancer`, `group`, `role` (of the instances), `alarms`. Raises `ComponentError` when the
    network has no such tier or keeps a port closed that the application needs.
    """

    load_balancer: LoadBalancer
    group: AutoScalingGroup
    alarms: list[aws.cloudwatch.MetricAlarm]

    def __init__(self, name: str, args: ThreeTierAppArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        network = args.network
        try:
            check_flows(args, _settings_of(network))
        except ComponentError as error:
            raise error.under(name) from None
        super().__init__(
            "groundplan:compute:ThreeTierApp", name, args, opts, region=network.region, tags=args.tags
        )
        self.load_balancer = self._create_load_balancer(args)
        self.group = self._create_group(args)
        self.role = self.group.role
        self.url = self.load_balancer.url
        self.alarms = self._create_alarms(args.alarms) if args.alarms else []
        data = network.tiers[args.tiers.data] if args.data_ports else None
        self.outputs(
            {
                "url": self.url,
                "load_balancer_dns_name": self.load_balancer.dns_name,
                "log_bucket": self.load_balancer.logs.name_output,
                "group_name": self.group.group.name,
                "instance_role_arn": self.role.arn,
                "data_subnet_ids": data.subnet_ids if data else [],
                "data_security_group_id": data.security_group.id if data else None,
            }
        )

    def grant(self, purpose: str, *statements: Statement) -> aws.iam.RolePolicy:
        """Let the instances do more than open sessions; one inline policy for each `purpose`."""
        return self.group.grant(purpose, *statements)

    def _create_load_balancer(self, args: ThreeTierAppArgs) -> LoadBalancer:
        tier = args.network.tiers[args.tiers.load_balancer]
        placed = LoadBalancerArgs(
            **dict(args.load_balancer),
            vpc_id=args.network.vpc_id,
            subnet_ids=tier.subnet_ids,
            security_group_id=tier.security_group.id,
            region=self.region,
            tags=args.tags,
        )
        return LoadBalancer(self._part("lb"), placed, self.child())

    def _create_group(self, args: ThreeTierAppArgs) -> AutoScalingGroup:
        tier = args.network.tiers[args.tiers.application]
        main = args.load_balancer.targets[0]
        balancer = self.load_balancer
        names = self._names_in_cloudwatch()
        placed = AutoScalingGroupArgs(
            **dict(args.group),
            subnet_ids=tier.subnet_ids,
            security_group_ids=(tier.security_group.id,),
            target_group_arns=tuple(
                balancer.target_groups[one.name].arn
                for one in args.load_balancer.targets
                if one.kind == "instance"
            ),
            requests_label=pulumi.Output.concat(names.load_balancer, "/", names.target_group),
            requests_dimensions=names.dimensions("target group"),
            port=main.port,
            health_path=main.health_check.path,
            https=main.protocol == "HTTPS",
            region=self.region,
            tags=args.tags,
        )
        # A target group reports health and counts requests only once a listener leads to it, and an instance's first
        # start needs the network's routes and rules.
        wait_for = [balancer.listener, *args.network.ready]
        return AutoScalingGroup(self._part("group"), placed, self.child(depends_on=wait_for))

    def _create_alarms(self, alarms: Alarms) -> list[aws.cloudwatch.MetricAlarm]:
        return create_alarms(self, alarms, self._names_in_cloudwatch())

    def _names_in_cloudwatch(self) -> Watched:
        main = next(iter(self.load_balancer.target_groups.values()))
        return Watched(self.load_balancer.load_balancer.arn_suffix, main.arn_suffix)

    def _part(self, suffix: str) -> str:
        return self.name_for(suffix, limit=MAX_LOGICAL_NAME // 2)


def _settings_of(network: ThreeTierVpc) -> ThreeTierVpcArgs:
    assert isinstance(network.args_given, ThreeTierVpcArgs)  # for the type checker
    return network.args_given


def check_flows(settings: AppSettings, network: ThreeTierVpcArgs) -> None:
    """Raise `ComponentError` when the network has no such tiers, or keeps a needed port closed."""
    names, tiers = settings.tiers, network.built_tiers
    front = check_tier(tiers, "tiers.load_balancer", names.load_balancer)
    check_tier(tiers, "tiers.application", names.application)
    if front.role != "public" and not settings.load_balancer.internal:
        problem = f"tier {names.load_balancer!r} has no way to the internet"
        raise ComponentError("load_balancer.internal", problem, "set it to true, or choose a public tier")
    if not settings.load_balancer.internal:
        check_flow(tiers, INTERNET, names.load_balancer, public_ports(settings.load_balancer.http_redirect))
    if settings.load_balancer.dual_stack and network.ipv6 == "none":
        raise ComponentError(
            "load_balancer.dual_stack", "the network has no IPv6 range", "set the network's ipv6"
        )
    check_flow(tiers, names.load_balancer, names.application, needed_ports(settings.load_balancer.targets))
    if settings.data_ports:
        check_tier(tiers, "tiers.data", names.data)
        needed = {f"data_ports.{name}": port for name, port in settings.data_ports.items()}
        check_flow(tiers, names.application, names.data, needed)
