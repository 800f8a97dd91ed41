"""An event bus with what belongs to it: key, dead-letter queue, archive, schema discovery.

    PutEvents --> bus (own key) --> rules
                   |  +--> archive: replays what went wrong
                   +--> dead-letter queue: events that the key refused

Follows sources/004 lines 315-336, which has the bus alone; the rest is what a bus needs in operation. AWS refuses schema
discovery on a bus with a customer-managed key (`CreateDiscoverer`, `PutEventBus` in the EventBridge API), so asking for
both is refused here first. Archives of such a bus have been possible since 2025, with a key of their own, which is the
bus's here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Self

import pulumi
import pulumi_aws as aws
from pydantic import Field, field_validator, model_validator

from components.events.accounts import DEFAULT_BUS, BusName
from components.events.dead_letters import create_queue, let_events_send
from components.events.patterns import EventPattern
from components.foundation.args import Args, Text
from components.foundation.errors import ComponentError
from components.foundation.iam import Statement
from components.foundation.key_ring import KeyUser, service

if TYPE_CHECKING:
    from components.foundation.component import Component
    from components.foundation.partition import Site

MAX_ARCHIVE_NAME = 48


class Archive(Args):
    """What a bus keeps for a replay: `retention_days` (0: for ever), and which events (`pattern`; None: all)."""

    retention_days: Annotated[int, Field(ge=0)] = 90
    pattern: dict[str, Any] | None = None

    @field_validator("pattern")
    @classmethod
    def _checked(cls, value: dict[str, Any] | None) -> dict[str, Any] | None:
        if value is not None:
            EventPattern(value, path="")
        return value


class BusSettings(Args):
    """A bus of one's own.

    `customer_key`: encrypt with a customer-managed key (`key_arn`, else a new one). `archive` None keeps nothing.
    `discover_schemas`: derive schemas from what comes along; only without a customer-managed key.
    """

    name: BusName
    description: str | None = None
    customer_key: bool = True
    key_arn: Text | None = None
    archive: Archive | None = Archive()
    discover_schemas: bool = False

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.name == DEFAULT_BUS:
            raise ComponentError("name", "every Region has that bus already", "choose a name of your own")
        if self.key_arn is not None and not self.customer_key:
            raise ComponentError("key_arn", "stands beside customer_key: false", "leave one of them out")
        if self.discover_schemas and self.customer_key:
            problem = "AWS discovers no schemas on a bus with a customer-managed key"
            raise ComponentError("discover_schemas", problem, "set customer_key to false, or leave this out")
        return self


@dataclass(frozen=True)
class Bus:
    """The bus and what was made with it; `key`, `dead_letters`, `archive` None where there is none."""

    bus: aws.cloudwatch.EventBus
    key_arn: Text | None
    dead_letters: aws.sqs.Queue | None
    archive: aws.cloudwatch.EventArchive | None


def event_encryption() -> KeyUser:
    """EventBridge may use the key for buses, archives and dead-letter queues of this account."""

    def statements(site: Site) -> list[Statement]:
        look = Statement(
            "LetEventsSeeTheKey",
            actions=["kms:DescribeKey"],
            resources=["*"],
            principals={"Service": [site.service_principal("events")]},
            conditions={"StringEquals": {"aws:SourceAccount": site.account_id}},
        )
        return [*service("events")(site), look]

    return statements


def create_bus(owner: Component, settings: BusSettings) -> Bus:
    """Make the bus in the Region of `owner`."""
    key_arn: Text | None = settings.key_arn
    if settings.customer_key and key_arn is None:
        key_arn = owner.key("events", users=[event_encryption()]).arn
    queue = create_queue(owner, key_arn, suffix=("bus", "dead-letters")) if key_arn is not None else None
    bus = aws.cloudwatch.EventBus(
        owner.name_for("bus"),
        name=settings.name,
        description=settings.description,
        kms_key_identifier=key_arn,
        dead_letter_config={"arn": queue.arn} if queue else None,
        region=owner.region,
        tags=owner.tags("bus"),
        opts=owner.child(),
    )
    if queue is not None:
        let_events_send(owner, queue, [bus.arn], suffix=("bus", "dead-letters"))
    if settings.discover_schemas:
        _discover(owner, bus)
    return Bus(bus, key_arn, queue, _archive(owner, settings, bus, key_arn))


def _archive(
    owner: Component, settings: BusSettings, bus: aws.cloudwatch.EventBus, key_arn: Text | None
) -> aws.cloudwatch.EventArchive | None:
    wanted = settings.archive
    if wanted is None:
        return None
    return aws.cloudwatch.EventArchive(
        owner.name_for("archive", limit=MAX_ARCHIVE_NAME - 8),
        description=f"Events of {settings.name}, for a replay",
        event_source_arn=bus.arn,
        event_pattern=EventPattern(wanted.pattern).json if wanted.pattern else None,
        retention_days=wanted.retention_days,
        kms_key_identifier=key_arn,
        region=owner.region,
        opts=owner.child(),
    )


def _discover(owner: Component, bus: aws.cloudwatch.EventBus) -> aws.schemas.Discoverer:
    return aws.schemas.Discoverer(
        owner.name_for("schemas"),
        source_arn=bus.arn,
        description=pulumi.Output.concat("Schemas of ", bus.name),
        region=owner.region,
        tags=owner.tags("schemas"),
        opts=owner.child(),
    )
