"""Hub and spokes over Regions and accounts, in one declaration.

    us-east-1, account 2            eu-central-1                     ap-southeast-1
    custom bus --rule--role--+      default bus --rule--role--+      hub bus --> /aws/events/...
                             +--------------------------------+------^
    The hub's account makes the rules (sources/004 lines 295-298): who consumes events owns the rules that pick them.

Follows sources/004 lines 267-464. Differences: one program instead of one template a Region; other accounts through a
role each; a Region more is one entry more. `rules_by: spoke` lets a spoke's account own its rules; the hub's bus policy then
lets that account put events.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

import pulumi
import pulumi_aws as aws
from pydantic import Field, StringConstraints, field_validator, model_validator

from components.events.accounts import DEFAULT_BUS, BusName
from components.events.bus_delegation import BusDelegation, BusDelegationArgs
from components.events.cloudtrail import api_calls_pattern, check_told_in
from components.events.event_bus import BusSettings
from components.events.event_hub import EventHub, HubSettings
from components.events.forwarding_rule import ForwardingRule, ForwardingRuleArgs
from components.events.loops import BusId, Forwarding, check_no_loop
from components.events.patterns import EventPattern
from components.events.regions import check_crossing
from components.foundation.accounts import AccountAccess, AccountId, provider_in
from components.foundation.args import Args, Text
from components.foundation.component import Component
from components.foundation.errors import ComponentError, nearest
from components.foundation.regions import check_region

Label = Annotated[str, StringConstraints(pattern=r"^[a-z](-?[a-z0-9])*$", max_length=20)]


class Hub(HubSettings):
    """The hub's settings; its Region is given, since events cross."""

    region: str


class Spoke(Args):
    """A bus whose events go to the hub.

    `account` None: the program's own. `bus`: `default` or a custom one; `create` makes it. `rules`: patterns by name.
    `api_calls`: CloudTrail's events by service, on the default bus alone. `rules_by`: whose account owns the rules.
    """

    region: str
    account: AccountId | None = None
    bus: BusName = DEFAULT_BUS
    create: bool = False
    rules: dict[Label, dict[str, Any]] = Field(default_factory=dict)
    api_calls: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    rules_by: Literal["hub", "spoke"] = "hub"

    @field_validator("rules")
    @classmethod
    def _checked(cls, value: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        for name, pattern in value.items():
            EventPattern(pattern, path=name)
        return value

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if not self.rules and not self.api_calls:
            raise ComponentError("rules", "the spoke sends nothing", "give it a rule, or api_calls")
        if self.api_calls and self.bus != DEFAULT_BUS:
            problem = "CloudTrail's events arrive on the default bus"
            raise ComponentError("api_calls", problem, "give them to a spoke with bus: default")
        if self.create and self.bus == DEFAULT_BUS:
            raise ComponentError(
                "create", "the default bus exists already", "leave create out, or name a bus"
            )
        if self.api_calls:
            api_calls_pattern(self.api_calls)
            check_told_in(self.region, self.api_calls)
        return self

    @property
    def patterns(self) -> dict[str, dict[str, Any]]:
        """All patterns by name."""
        return {**self.rules, **({"api-calls": api_calls_pattern(self.api_calls)} if self.api_calls else {})}


class CrossRegionEventRoutingArgs(Args):
    """`hub`, `spokes` by label, and how `accounts` other than the program's own are reached."""

    hub: Hub
    spokes: dict[Label, Spoke] = Field(min_length=1)
    accounts: dict[AccountId, AccountAccess] = Field(default_factory=dict)
    tags: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _routes(self) -> Self:
        check_region(self.hub.region, "hub.region")
        for label, spoke in self.spokes.items():
            check_crossing(spoke.region, self.hub.region, f"spokes.{label}.region")
            if spoke.account is not None and spoke.account not in self.accounts:
                where = f"spokes.{label}.account"
                raise ComponentError(where, "is not among accounts", nearest(spoke.account, self.accounts))
        _check_delegations(self.spokes)
        check_no_loop(self.forwardings)
        for label, spoke in self.spokes.items():
            _check_own_sources(self.hub, spoke, f"spokes.{label}.rules")
        return self

    @property
    def forwardings(self) -> list[Forwarding]:
        """Every rule from a spoke to the hub."""
        hub = BusId("", self.hub.region, self.hub.bus.name)
        return [
            Forwarding(
                BusId(spoke.account or "", spoke.region, spoke.bus),
                hub,
                EventPattern(pattern),
                f"spokes.{label}.rules.{name}",
            )
            for label, spoke in self.spokes.items()
            for name, pattern in spoke.patterns.items()
        ]


def _check_delegations(spokes: Mapping[str, Spoke]) -> None:
    """A bus has one policy: two spokes on one bus would overwrite each other's."""
    seen: dict[BusId, str] = {}
    for label, spoke in spokes.items():
        bus = BusId(spoke.account or "", spoke.region, spoke.bus)
        if bus in seen:
            where = f"spokes.{label}"
            raise ComponentError(
                where, f"is the bus of spoke {seen[bus]!r} too", "put all its rules into one spoke"
            )
        seen[bus] = label


def _check_own_sources(hub: Hub, spoke: Spoke, path: str) -> None:
    """The hub's own events would come back to it, where its rule refuses them: paid for, and looked at by nobody."""
    for name, pattern in spoke.rules.items():
        for source in hub.excluded_sources:
            if EventPattern(pattern).allows("source", source) and "source" in pattern:
                problem = f"forwards {source!r}, the hub's own source"
                raise ComponentError(f"{path}.{name}", problem, "exclude it in the pattern")


class CrossRegionEventRouting(Component):
    """The hub, and for each spoke the delegation it needs and one rule a pattern.

        CrossRegionEventRouting("security", CrossRegionEventRoutingArgs(
            hub=Hub(region="ap-southeast-1", bus=BusSettings(name="SecurityEventBus"),
                    excluded_sources=("com.company.security",)),
            spokes={"virginia": Spoke(region="us-east-1", account="222222222222", bus="orders", create=True,
                                      rules={"marketing": {"source": ["com.company.marketing"]}})},
            accounts={"222222222222": AccountAccess()}))

    Outputs: `hub_bus_arn`, `log_group_name`, `rule_arns` and `role_arns` (by spoke and rule), `spoke_bus_arns`.
    Raises `ComponentError` for Regions that events do not cross, two spokes on one bus, and loops.
    """

    hub: EventHub
    delegations: dict[str, BusDelegation]
    rules: dict[str, ForwardingRule]
    access: dict[str, aws.Provider]

    def __init__(
        self, name: str, args: CrossRegionEventRoutingArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("groundplan:events:CrossRegionEventRouting", name, args, opts, tags=args.tags)
        self.access = {
            account: provider_in(self, account, access) for account, access in args.accounts.items()
        }
        senders = {one.account for one in args.spokes.values() if one.rules_by == "spoke" and one.account}
        hub = args.hub.model_copy(
            update={
                "sender_accounts": tuple(sorted({*args.hub.sender_accounts, *senders})),
                "tags": {**args.tags, **args.hub.tags},
            }
        )
        self.hub = EventHub(self.name_for("hub"), hub, self.child())
        self.delegations, self.rules = {}, {}
        bus_arns = {label: self._connect(label, spoke) for label, spoke in args.spokes.items()}
        self.outputs(
            {
                "hub_bus_arn": self.hub.bus_arn,
                "log_group_name": self.hub.log_group.name,
                "spoke_bus_arns": bus_arns,
                "rule_arns": {key: rule.rule.rule.arn for key, rule in self.rules.items()},
                "role_arns": {key: rule.registered["role_arn"] for key, rule in self.rules.items()},
            }
        )

    def _in_account(self, account: str | None, **extra: Any) -> pulumi.ResourceOptions:
        provider = self.access[account] if account else None
        return self.child(providers=[provider], **extra) if provider else self.child(**extra)

    def _connect(self, label: str, spoke: Spoke) -> pulumi.Output[str]:
        """Everything of one spoke; returns its bus's ARN."""
        bus_arn, ready = self._bus(label, spoke)
        for name, pattern in spoke.patterns.items():
            by_spoke = spoke.rules_by == "spoke"
            foreign = spoke.account is not None and not by_spoke
            self.rules[f"{label}/{name}"] = ForwardingRule(
                self.name_for(label, name),
                ForwardingRuleArgs(
                    # AWS finds another account's bus by its ARN; in one's own account the name is enough.
                    source_bus=bus_arn if foreign else self._bus_name(label, spoke),
                    destination_bus_arn=self.hub.bus_arn,
                    pattern=pattern,
                    description=f"Events of {label} for the hub",
                    wait_for=(*self.hub.ready, *ready),
                    region=spoke.region,
                    tags=self._tags,
                ),
                self._in_account(spoke.account if by_spoke else None),
            )
        return bus_arn

    def _bus_name(self, label: str, spoke: Spoke) -> Text:
        made = self.delegations.get(label)
        return made.bus.bus.name if made and made.bus else spoke.bus

    def _bus(self, label: str, spoke: Spoke) -> tuple[pulumi.Output[str], list[pulumi.Resource]]:
        """The spoke's bus: delegated where it is another account's, made where it is new."""
        if spoke.account is None and not spoke.create:
            # The component's site has the program's Region; the bus stands in the spoke's.
            parts = ("arn:", self.site.partition, f":events:{spoke.region}:", self.site.account_id)
            return pulumi.Output.concat(*parts, f":event-bus/{spoke.bus}"), []
        made = BusDelegation(
            self.name_for(label),
            BusDelegationArgs(
                delegate_account_id=self.site.account_id,
                bus_name=spoke.bus,
                create=BusSettings(name=spoke.bus, archive=None) if spoke.create else None,
                region=spoke.region,
                tags=self._tags,
            ),
            self._in_account(spoke.account),
        )
        self.delegations[label] = made
        return made.bus_arn, made.ready
