"""A global endpoint: producers put events in one place, and they go to another Region while the first one is in trouble.

    PutEvents (EndpointId, SigV4a) --> endpoint --healthy--> bus in the primary Region --replica--> bus of the same name
                                           |                   alarm on its latency -> Route 53 health check
                                           +--unhealthy----> bus in the secondary Region

sources/004 line 281 names the use (events handled in another Region); the rest follows "Global endpoints" of the
EventBridge User Guide: the alarm looks at the time from a put to the first target, and silence counts as trouble, so the
primary bus needs a rule that always has something to do. Producers need an SDK that signs with SigV4a (for boto3:
`pip install boto3[crt]`).
"""

from __future__ import annotations

from typing import Annotated

import pulumi
import pulumi_aws as aws
from pydantic import Field, model_validator

from components.events.event_bus import Bus, BusSettings, create_bus
from components.events.regions import check_crossing
from components.foundation.args import Args
from components.foundation.component import Component
from components.foundation.errors import ComponentError
from components.foundation.iam import Statement, assume_role_policy, policy_document

MANAGED_RULES = "GlobalEndpointManagedRule-*"
"""The rules that EventBridge makes for the replica."""
ALARM_MINUTES = 5


class GlobalEndpointArgs(Args):
    """`bus` is made in both Regions, under one name. `latency_seconds`: slower than this for five minutes is trouble.

    `replicate` also sends every event to the other Region, which failing back needs.
    """

    bus: BusSettings
    primary: str
    secondary: str
    latency_seconds: Annotated[int, Field(ge=1, le=3600)] = 30
    replicate: bool = True
    tags: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _two_regions(self) -> GlobalEndpointArgs:
        check_crossing(self.primary, self.secondary, "secondary")
        if self.primary == self.secondary:
            raise ComponentError("secondary", "is the primary Region itself", "name another Region")
        return self


class RegionalBus(Component):
    """The bus in one Region, with its key, queue and archive."""

    bus: Bus

    def __init__(
        self, name: str, args: BusSettings, region: str, tags: dict[str, str], opts: pulumi.ResourceOptions
    ) -> None:
        super().__init__("groundplan:events:RegionalBus", name, args, opts, region=region, tags=tags)
        self.bus = create_bus(self, args)
        self.outputs({"bus_arn": self.bus.bus.arn})


class GlobalEndpoint(Component):
    """Two buses of one name, the health check, and the endpoint.

        endpoint = GlobalEndpoint("orders", GlobalEndpointArgs(
            bus=BusSettings(name="orders"), primary="eu-central-1", secondary="eu-west-1"))

    Outputs: `endpoint_arn`, `endpoint_url`, `bus_arns` (by Region), `health_check_id`.
    """

    buses: dict[str, Bus]
    endpoint: aws.cloudwatch.EventEndpoint

    def __init__(
        self, name: str, args: GlobalEndpointArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(
            "groundplan:events:GlobalEndpoint", name, args, opts, region=args.primary, tags=args.tags
        )
        self.buses = {
            region: RegionalBus(self.name_for(region), args.bus, region, args.tags, self.child()).bus
            for region in (args.primary, args.secondary)
        }
        check = self._health_check(args)
        role = self._role(args) if args.replicate else None
        self.endpoint = aws.cloudwatch.EventEndpoint(
            self.name_for("endpoint"),
            description=f"Events of {args.bus.name}, in {args.primary} or {args.secondary}",
            event_buses=[{"event_bus_arn": self.buses[region].bus.arn} for region in self.buses],
            replication_config={"state": "ENABLED" if args.replicate else "DISABLED"},
            role_arn=role.arn if role else None,
            routing_config={
                "failover_config": {
                    "primary": {"health_check": check.arn},
                    "secondary": {"route": args.secondary},
                }
            },
            region=self.region,
            opts=self.child(),
        )
        self.outputs(
            {
                "endpoint_arn": self.endpoint.arn,
                "endpoint_url": self.endpoint.endpoint_url,
                "bus_arns": {region: made.bus.arn for region, made in self.buses.items()},
                "health_check_id": check.id,
            }
        )

    def _health_check(self, args: GlobalEndpointArgs) -> aws.route53.HealthCheck:
        alarm = aws.cloudwatch.MetricAlarm(
            self.name_for("latency"),
            alarm_description=f"{self.name}: events wait more than {args.latency_seconds} s in {args.primary}",
            namespace="AWS/Events",
            metric_name="IngestionToInvocationStartLatency",
            statistic="Average",
            comparison_operator="GreaterThanThreshold",
            threshold=args.latency_seconds * 1000,
            period=60,
            evaluation_periods=ALARM_MINUTES,
            treat_missing_data="breaching",
            region=self.region,
            tags=self.tags("latency"),
            opts=self.child(),
        )
        return aws.route53.HealthCheck(
            self.name_for("health"),
            type="CLOUDWATCH_METRIC",
            cloudwatch_alarm_name=alarm.name,
            cloudwatch_alarm_region=args.primary,
            insufficient_data_health_status="Unhealthy",
            tags=self.tags("health"),
            opts=self.child(),
        )

    def _role(self, args: GlobalEndpointArgs) -> aws.iam.Role:
        """The role with which EventBridge replicates: its own managed rules, and putting onto the other bus."""
        site, bus = self.site, args.bus.name
        role = aws.iam.Role(
            self.name_for("replica"),
            description=f"Replicates the events of {bus}",
            assume_role_policy=assume_role_policy(site, service="events", source_account=site.account_id),
            tags=self.tags("replica"),
            opts=self.child(),
        )
        parts = ("arn:", site.partition, ":events:")
        rules = [
            pulumi.Output.concat(*parts, region, ":", site.account_id, f":rule/{bus}/{MANAGED_RULES}")
            for region in self.buses
        ]
        manage = ["events:PutRule", "events:PutTargets", "events:DeleteRule", "events:RemoveTargets"]
        aws.iam.RolePolicy(
            self.name_for("replica"),
            role=role.id,
            policy=policy_document(
                Statement("ManageReplicaRules", manage, rules),
                Statement("Replicate", ["events:PutEvents"], [made.bus.arn for made in self.buses.values()]),
                Statement(
                    "PassItself",
                    ["iam:PassRole"],
                    [role.arn],
                    conditions={"StringEquals": {"iam:PassedToService": "events.amazonaws.com"}},
                ),
            ),
            opts=self.child(),
        )
        return role
