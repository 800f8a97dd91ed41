"""A bus whose rules another account may manage: the consumer of events owns the rules that pick them.

    hub's account --PutRule, PutTargets, ...--> rule/<bus>/*  (only rules that it made itself)

Follows sources/004 lines 346-372: the seven actions, and the condition on the creator's account. Differences: a second
statement, under the same condition, has the four actions with which a program reads back and tags its rules, which
CloudFormation does not need; on the default bus, whose rules' ARNs have no bus in them, the resource is `rule/*`, and the
creator condition keeps the others' rules apart there too.
"""

from __future__ import annotations

import pulumi
import pulumi_aws as aws
from pydantic import Field

from components.events.accounts import DEFAULT_BUS, BusName
from components.events.event_bus import Bus, BusSettings, create_bus
from components.events.event_hub import put_statements
from components.foundation.accounts import AccountId
from components.foundation.args import Args, Text
from components.foundation.component import Component
from components.foundation.iam import Statement, policy_document

DELEGATED_ACTIONS = (
    "events:PutRule",
    "events:DeleteRule",
    "events:DescribeRule",
    "events:DisableRule",
    "events:EnableRule",
    "events:PutTargets",
    "events:RemoveTargets",
)
"""What the document delegates (sources/004 lines 359-366)."""

PROGRAM_ACTIONS = (
    "events:ListTagsForResource",
    "events:ListTargetsByRule",
    "events:TagResource",
    "events:UntagResource",
)
"""What a Pulumi program needs besides: it reads targets and tags back, and tags what it makes."""


class BusDelegationArgs(Args):
    """`delegate_account_id` may manage its own rules on `bus_name` (`default`, or a bus that exists) or on a new bus.

    `create`: make the bus, with these settings. `sender_accounts`: who else may put events onto it.
    """

    delegate_account_id: AccountId | Text
    bus_name: BusName = DEFAULT_BUS
    create: BusSettings | None = None
    sender_accounts: tuple[AccountId, ...] = ()
    region: str | None = None
    tags: dict[str, str] = Field(default_factory=dict)


class BusDelegation(Component):
    """The policy of a bus that delegates its rules, and the bus where it is new.

    Outputs: `bus_arn`, `bus_name`. `ready` is what a rule made by the delegate must wait for.
    """

    bus: Bus | None
    policy: aws.cloudwatch.EventBusPolicy
    ready: list[pulumi.Resource]

    def __init__(
        self, name: str, args: BusDelegationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(
            "groundplan:events:BusDelegation", name, args, opts, region=args.region, tags=args.tags
        )
        self.bus = create_bus(self, args.create) if args.create else None
        bus_name = args.create.name if args.create else args.bus_name
        self.bus_arn = self.bus.bus.arn if self.bus else self.site.arn("events", f"event-bus/{bus_name}")
        statements = [
            *delegation_statements(
                partition=self.site.partition,
                delegate=args.delegate_account_id,
                rules=self.site.arn("events", rules_of(bus_name)),
            ),
            *put_statements(self.bus_arn, args.sender_accounts, None, self.site.partition),
        ]
        self.policy = aws.cloudwatch.EventBusPolicy(
            self.name_for("delegation"),
            event_bus_name=self.bus.bus.name if self.bus else bus_name,
            policy=policy_document(*statements),
            region=self.region,
            opts=self.child(),
        )
        self.ready = [self.policy]
        self.outputs({"bus_arn": self.bus_arn, "bus_name": bus_name})


def rules_of(bus_name: str) -> str:
    """The resource part of the ARNs of a bus's rules."""
    return "rule/*" if bus_name == DEFAULT_BUS else f"rule/{bus_name}/*"


def delegation_statements(
    *, partition: pulumi.Input[str], delegate: pulumi.Input[str], rules: pulumi.Input[str]
) -> list[Statement]:
    """The statement of the document (seven actions on the bus's rules, only those that the delegate made), and its twin.

    `${aws:PrincipalAccount}` is a variable of IAM. `...IfExists`, since a rule that is being made has no creator yet.
    """
    who = {"AWS": [pulumi.Output.concat("arn:", partition, ":iam::", delegate, ":root")]}
    own = {"StringEqualsIfExists": {"events:creatorAccount": "${aws:PrincipalAccount}"}}
    return [
        Statement("AllowCrossRegionRulesForSecurityTeam", DELEGATED_ACTIONS, [rules], who, own),
        Statement("AllowTheProgramOfThoseRules", PROGRAM_ACTIONS, [rules], who, own),
    ]
