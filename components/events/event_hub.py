"""The hub: the bus that events of other Regions and accounts come to, and the rule that looks at them.

    other buses --PutEvents--> hub bus --"not from ourselves"--> /aws/events/SecurityAnalysisRule
                                  +--> archive

Follows sources/004 lines 315-336. Differences: the bus and the log group have a customer-managed key and the events an
archive; the log group is written through a log resource policy, since the `WriteToCwlRole` that the document names and
never prints does nothing for a log group; a bus policy lets `sender_accounts` put events, which the document needs not,
because there the hub's account owns all rules.
"""

from __future__ import annotations

from typing import Any, Self

import pulumi
import pulumi_aws as aws
from pydantic import Field, model_validator

from components.events.event_bus import Bus, BusSettings, create_bus, event_encryption
from components.events.event_rule import EventRule, EventRuleArgs, check_log_group
from components.events.patterns import EventPattern, anything_but
from components.events.targets import LOG_GROUP_PREFIX, Target
from components.foundation.accounts import AccountId, OrganizationId
from components.foundation.args import Args
from components.foundation.component import Component
from components.foundation.errors import ComponentError
from components.foundation.iam import Statement, policy_document
from components.foundation.key_ring import log_groups
from components.foundation.retention import RetentionDays


class HubSettings(Args):
    """What a user decides about the hub.

    `excluded_sources`: what the hub's own team sends (never looked at, so its own events make no loop), or `pattern`
    instead. `log_group`: where the events are written. `sender_accounts`, `organization_id`: who besides this account
    may put events onto the bus. `targets`: more of them, by name.
    """

    bus: BusSettings
    rule_name: str = "SecurityAnalysisRule"
    excluded_sources: tuple[str, ...] = ()
    pattern: dict[str, Any] | None = None
    log_group: str = f"{LOG_GROUP_PREFIX}SecurityAnalysisRule"
    retention_days: RetentionDays = 365
    sender_accounts: tuple[AccountId, ...] = ()
    organization_id: OrganizationId | None = None
    targets: dict[str, Target] = Field(default_factory=dict, max_length=4)
    region: str | None = None
    tags: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_pattern(self) -> Self:
        if bool(self.excluded_sources) == (self.pattern is not None):
            problem = "exactly one of excluded_sources and pattern says what the hub looks at"
            raise ComponentError("pattern", problem, "give the sources of the hub's own team")
        check_log_group(self.log_group, "log_group")
        if self.pattern is not None:
            EventPattern(self.pattern)
        return self

    @property
    def looked_at(self) -> EventPattern:
        """The pattern of the hub's rule."""
        if self.pattern is not None:
            return EventPattern(self.pattern)
        return EventPattern({"source": [anything_but(list(self.excluded_sources))]})


class EventHub(Component):
    """The hub bus, its analysis rule, and the log group behind it.

        hub = EventHub("security", HubSettings(
            bus=BusSettings(name="SecurityEventBus"), excluded_sources=("com.company.security",)))

    Outputs: `bus_arn`, `bus_name`, `rule_arn`, `log_group_name`, `log_group_arn`. `ready` is what a rule that sends
    here must wait for: AWS looks at the bus's policy when a target is put.
    """

    bus: Bus
    rule: EventRule
    log_group: aws.cloudwatch.LogGroup
    ready: list[pulumi.Resource]

    def __init__(self, name: str, args: HubSettings, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("groundplan:events:EventHub", name, args, opts, region=args.region, tags=args.tags)
        self.bus = create_bus(self, args.bus)
        self.bus_arn = self.bus.bus.arn
        self.ready = [self.bus.bus, *self._let_senders_put(args)]
        key = self.key("logs", users=[log_groups(args.log_group), event_encryption()])
        self.log_group = aws.cloudwatch.LogGroup(
            self.name_for("log"),
            name=args.log_group,
            retention_in_days=args.retention_days,
            kms_key_id=key.arn,
            region=self.region,
            tags=self.tags("log"),
            opts=self.child(),
        )
        analysis = Target(kind="log_group", arn=self.log_group.arn)
        self.rule = EventRule(
            self.name_for("analysis"),
            EventRuleArgs(
                bus=self.bus.bus.name,
                rule_name=args.rule_name,
                description="Analyze events from other Regions and accounts",
                pattern=args.looked_at.pattern,
                targets={"analysis-log": analysis, **args.targets},
                key_arn=self.bus.key_arn or key.arn,
                region=self.region,
                tags=args.tags,
            ),
            self.child(),
        )
        self.outputs(
            {
                "bus_arn": self.bus_arn,
                "bus_name": self.bus.bus.name,
                "rule_arn": self.rule.rule.arn,
                "log_group_name": self.log_group.name,
                "log_group_arn": self.log_group.arn,
            }
        )

    def _let_senders_put(self, args: HubSettings) -> list[pulumi.Resource]:
        statements = put_statements(
            self.bus_arn, args.sender_accounts, args.organization_id, self.site.partition
        )
        if not statements:
            return []
        policy = aws.cloudwatch.EventBusPolicy(
            self.name_for("senders"),
            event_bus_name=self.bus.bus.name,
            policy=policy_document(*statements),
            region=self.region,
            opts=self.child(),
        )
        return [policy]


def put_statements(
    bus_arn: pulumi.Input[str],
    accounts: tuple[str, ...],
    organization_id: str | None,
    partition: pulumi.Input[str],
) -> list[Statement]:
    """Who besides the bus's own account may put events onto it: named accounts, and members of an organization."""
    statements: list[Statement] = []
    if accounts:
        roots = [pulumi.Output.concat("arn:", partition, ":iam::", one, ":root") for one in accounts]
        statements.append(Statement("PutFromAccounts", ["events:PutEvents"], [bus_arn], {"AWS": roots}))
    if organization_id:
        statements.append(
            Statement(
                "PutFromOrganization",
                ["events:PutEvents"],
                [bus_arn],
                "*",
                {"StringEquals": {"aws:PrincipalOrgID": organization_id}},
            )
        )
    return statements
