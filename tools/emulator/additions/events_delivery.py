"""EventBridge: events are matched, transformed and delivered as EventBridge does it.

    PutEvents ─▶ bus ─▶ enabled rules whose pattern matches ─▶ targets ─▶ queue · topic · log group · stream · another bus
                                                                  │       function · state machine (in the background)
                                                                  └─ can't be delivered ─▶ dead-letter queue of the target

What is stored (messages, log events, archived events) is stored within the request, so the journal brings it again;
functions and executions are started in the background, and a start does not start them again. A delivery that is refused by
the target's policy or role, or whose target is not there, is not tried again, as in AWS. An event that came over a bus keeps
its account, Region, time and id.

moto rewrites those, ignores `Input` and `InputPath`, delivers for disabled rules, and knows neither functions, state
machines and topics as targets nor dead-letter queues.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from moto.events.exceptions import ValidationException
from moto.events.models import EventPattern, EventsBackend, Replay, ReplayState, Rule, events_backends
from moto.events.responses import EventsHandler
from moto.moto_api._internal import mock_random

from tools.emulator import work
from tools.emulator.additions import asked, method
from tools.emulator.additions._api import refused
from tools.emulator.additions._callers import caller
from tools.emulator.additions._targets import DELIVERIES, Failed, dead_letter, to_api_destination
from tools.emulator.additions.events_api_calls import hears
from tools.emulator.additions.events_policies import bus_at, require
from tools.emulator.patterns import InvalidPattern, matches, parse
from tools.emulator.transformers import input_of

log = logging.getLogger(__name__)
HOPS = 5
"""Over how many buses an event is forwarded; rules that send events in a circle end there."""
NEEDED = ("id", "detail-type", "source", "account", "time", "region", "resources")
"""The fields of an event that `TestEventPattern` asks for."""
Event = dict[str, Any]


def install() -> None:
    """Match and deliver events."""

    @method(EventPattern)
    def matches_event(self: Any, event: Event) -> bool:
        return not self.get_pattern() or matches(self.get_pattern(), event)

    @method(Rule)
    def send_to_targets(self: Any, original_event: Event, transform_input: bool = True) -> None:  # noqa: ARG001
        deliver(self, original_event, 0)

    @method(EventsBackend)
    def put_events(self: Any, events: list[Event]) -> list[Event]:
        if len(events) > 10:
            raise ValidationException(
                "1 validation error detected: Value at 'entries' failed to satisfy constraint: "
                "Member must have length less than or equal to 10"
            )
        return [_put(self, entry) for entry in events]

    @method(EventsHandler)
    def test_event_pattern(self: Any) -> str:
        return json.dumps({"Result": _tested(asked(self, "EventPattern"), asked(self, "Event"))})

    @method(Replay)
    def replay_events(self: Any, archive: Any) -> None:
        _replay(self, archive)


def _tested(pattern: str, event: str) -> bool:
    try:
        wanted = parse(pattern)
    except InvalidPattern as error:
        raise refused(
            "InvalidEventPatternException", f"Event pattern is not valid. Reason: {error}"
        ) from None
    try:
        fields = json.loads(event)
    except ValueError:
        raise refused("ValidationException", "Event is not valid JSON.") from None
    for name in NEEDED:
        if not isinstance(fields, dict) or name not in fields:
            raise refused("ValidationException", f"Parameter Event is not valid. Reason: {name} is required.")
    return matches(wanted, fields)


# -- events come in


def _put(backend: Any, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Take one event; the entry of the answer."""
    fault = _fault(entry)
    if fault:
        return fault
    bus = bus_at(backend, entry.get("EventBusName"))
    context = {"events:source": entry["Source"], "events:detail-type": entry["DetailType"]}
    require(bus, caller(backend.account_id, backend.region_name), "events:PutEvents", bus.arn, context)
    event = {
        "version": "0",
        "id": str(mock_random.uuid4()),
        "detail-type": entry["DetailType"],
        "source": entry["Source"],
        "account": backend.account_id,
        "time": _moment(entry.get("Time")),
        "region": backend.region_name,
        "resources": list(entry.get("Resources") or ()),
        "detail": json.loads(entry["Detail"]),
    }
    route(bus, event, 0)
    return {"EventId": event["id"]}


def _fault(entry: Mapping[str, Any]) -> dict[str, Any] | None:
    for name in ("Source", "DetailType", "Detail"):
        if not entry.get(name):
            reason = f"Parameter {name} is not valid. Reason: {name} is a required argument."
            return {"ErrorCode": "InvalidArgument", "ErrorMessage": reason}
    if str(entry["Source"]).startswith("aws.") and work.current().caller != work.SERVICE:
        return {
            "ErrorCode": "NotAuthorizedForSourceException",
            "ErrorMessage": "Not authorized for the source.",
        }
    try:
        detail = json.loads(entry["Detail"])
    except ValueError:
        detail = None
    if not isinstance(detail, dict):
        return {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    return None


def _moment(given: Any) -> str:
    """A time as events have it."""
    if given is None:
        moment = dt.datetime.now(dt.UTC)
    elif isinstance(given, (int, float)):
        moment = dt.datetime.fromtimestamp(given, dt.UTC)
    else:
        moment = dt.datetime.fromisoformat(str(given))
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# -- and go out


def route(bus: Any, event: Event, hops: int) -> None:
    """Give an event to all rules of a bus."""
    for rule in list(bus.rules.values()):
        deliver(rule, event, hops)


def deliver(rule: Any, event: Event, hops: int) -> None:
    """Give an event to the targets of a rule, if the rule is for it."""
    if rule.event_pattern.dump() is None or not hears(rule, event):
        return
    if not rule.event_pattern.matches_event(event):
        return
    for target in list(rule.targets):
        _to_target(rule, target, event, hops)


@dataclass(frozen=True, slots=True)
class _OnBus:
    """Where an event goes on: another bus, with the role that takes it there."""

    rule: Any
    event: Event
    hops: int

    def __call__(self, arn: str) -> None:
        _, _, _, region, account, resource = arn.split(":", 5)
        bus = events_backends[account][region].event_buses.get(resource.removeprefix("event-bus/"))
        if bus is None:
            raise Failed("NO_RESOURCE", f"Event bus {arn} does not exist.")
        if self.hops >= HOPS:
            log.warning("an event is forwarded in a circle: rule %s", self.rule.arn)
            return
        route(bus, self.event, self.hops + 1)


def _to_target(rule: Any, target: Mapping[str, Any], event: Event, hops: int) -> None:
    arn = target["Arn"]
    service = arn.split(":")[2]
    try:
        if service == "events" and arn.endswith(":::"):
            _archive(rule, target, event)
            return
        text = input_of(target, event, rule.arn, _moment(None))
        if service == "events" and ":event-bus/" in arn:
            DELIVERIES["event-bus"](rule, target, json.dumps(event))
            _OnBus(rule, event, hops)(arn)
            return
        if service == "events" and ":api-destination/" in arn:
            to_api_destination(rule, target, text, event)
            return
        deliver_one: Callable[..., None] | None = DELIVERIES.get(service)
        if deliver_one is None:
            raise Failed("SDK_CLIENT_ERROR", f"The embedded AWS delivers no events to {arn}")
        deliver_one(rule, target, text)
    except Failed as failure:
        log.warning("rule %s can't deliver to %s: %s", rule.arn, arn, failure)
        dead_letter(rule, target, event, failure)


def _archive(rule: Any, target: Mapping[str, Any], event: Event) -> None:
    template = target["InputTransformer"]["InputTemplate"]
    name, _, made = (
        template.split('"archive-arn": "')[1].split('"')[0].partition("archive/")[2].partition(":")
    )
    archive = events_backends[rule.account_id][rule.region_name].archives.get(name)
    if archive is not None and archive.uuid == made:
        archive.events.append(dict(event))


def _replay(replay: Any, archive: Any) -> None:
    """Put archived events of the given time on the bus again, for all rules or the given ones."""
    backend = events_backends[replay.account_id][replay.region]
    bus = bus_at(backend, replay.destination["Arn"])
    only = replay.destination.get("FilterArns")
    start, end = _moment(replay.event_start_time), _moment(replay.event_end_time)
    for event in [one for one in archive.events if start <= one["time"] <= end]:
        again = {**event, "replay-name": replay.name}
        for rule in list(bus.rules.values()):
            if not only or rule.arn in only:
                deliver(rule, again, 0)
    replay.state = ReplayState.COMPLETED
    replay.end_time = dt.datetime.now(dt.UTC).timestamp()
