"""A rule that sends events of one bus to another bus, in any Region and account.

    source bus --> rule --(role: PutEvents on exactly that bus)--> destination bus
                     +--> dead-letter queue beside the rule

Follows sources/004 lines 374-431: the role stands on the target, and may put events on the destination alone. One
declaration instead of one template a Region, which the document needs since CloudFormation stays in one Region.
"""

from __future__ import annotations

from typing import Any

import pulumi
from pydantic import Field, model_validator

from components.events.accounts import DEFAULT_BUS, RuleName, bus_of_arn
from components.events.event_rule import EventRule, EventRuleArgs
from components.events.regions import check_crossing
from components.events.targets import Retry, Target
from components.foundation.args import Args, Text
from components.foundation.component import Component
from components.foundation.errors import ComponentError

DESTINATION = "destination-bus"


class ForwardingRuleArgs(Args):
    """Send what matches `pattern` from `source_bus` (name or ARN) to `destination_bus_arn`.

    The rule stands in the source bus's Region (`region`; None: the provider's). `wait_for`: the destination's policy.
    """

    source_bus: Text = DEFAULT_BUS
    destination_bus_arn: Text
    pattern: dict[str, Any]
    rule_name: RuleName | None = None
    description: str | None = None
    enabled: bool = True
    retry: Retry = Retry()
    role_arn: Text | None = None
    key_arn: Text | None = None
    wait_for: tuple[Any, ...] = ()
    region: str | None = None
    tags: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _goes_somewhere_else(self) -> ForwardingRuleArgs:
        destination = (
            bus_of_arn(self.destination_bus_arn) if isinstance(self.destination_bus_arn, str) else None
        )
        if isinstance(self.destination_bus_arn, str) and destination is None:
            raise ComponentError("destination_bus_arn", "is no event bus's ARN", "take a bus's `arn`")
        if self.source_bus == self.destination_bus_arn and isinstance(self.source_bus, str):
            raise ComponentError(
                "destination_bus_arn", "is the source bus itself", "an event would run in a circle"
            )
        if destination is not None and self.region is not None:
            check_crossing(self.region, destination[0], "destination_bus_arn")
        return self


class ForwardingRule(Component):
    """A rule from bus to bus. Outputs: `rule_arn`, `role_arn`, `dead_letter_queue_url`."""

    rule: EventRule

    def __init__(
        self, name: str, args: ForwardingRuleArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(
            "groundplan:events:ForwardingRule", name, args, opts, region=args.region, tags=args.tags
        )
        target = Target(kind="bus", arn=args.destination_bus_arn, role_arn=args.role_arn, retry=args.retry)
        self.rule = EventRule(
            self.name_for("rule"),
            EventRuleArgs(
                bus=args.source_bus,
                rule_name=args.rule_name,
                description=args.description,
                enabled=args.enabled,
                pattern=args.pattern,
                targets={DESTINATION: target},
                key_arn=args.key_arn,
                wait_for=args.wait_for,
                region=args.region,
                tags=args.tags,
            ),
            self.child(),
        )
        self.outputs(
            {
                "rule_arn": self.rule.rule.arn,
                "role_arn": self.rule.roles[DESTINATION].arn if self.rule.roles else args.role_arn,
                "dead_letter_queue_url": self.rule.dead_letters.url,
            }
        )
