"""Rules on EventBridge rules: what their patterns let through, and that events don't go round between buses.

EventBridge User Guide, "Best practices for event patterns" (avoid infinite loops, be precise); follows `sources/004...`
lines 329, 417 (forwarding between buses) and 3421-3430 (states of ECS tasks).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.values import Value
from policies.pack.verdict import PASS, Verdict, violation

RULE = "aws:cloudwatch/eventRule:EventRule"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"
BUS = "aws:cloudwatch/eventBus:EventBus"
_DEFAULT = "default"
_FIELDS = ("source", "detail-type", "detail", "resources")


@lru_cache(maxsize=256)
def _parsed(text: str) -> Mapping[str, Value]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _pattern(event_rule: Resource) -> Mapping[str, Value]:
    """The pattern; empty where the rule runs on a schedule, or where AWS refuses what is no JSON."""
    return _parsed(event_rule.text("eventPattern"))


def _texts(value: Value) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


@rule(on=RULE, severity=MEDIUM, theme=Theme.RESILIENCE)
def eventbridge_rule_ecs_scoped(event_rule: Resource) -> Verdict:
    """Every cluster of the account tells of its tasks on the same bus: a rule that names none acts for all of them."""
    pattern = _pattern(event_rule)
    if "aws.ecs" not in _texts(pattern.get("source")):
        return PASS
    detail = pattern.get("detail")
    named = isinstance(detail, dict) and any(
        detail.get(name) for name in ("clusterArn", "group", "taskDefinitionArn")
    )
    if named or pattern.get("resources"):
        return PASS
    remedy = 'Add `"detail": {"clusterArn": [cluster.arn]}`, or `group` for one service.'
    return violation("eventPattern", "takes the events of every cluster", remedy)


@rule(on=RULE, severity=LOW, theme=Theme.RESILIENCE)
def eventbridge_rule_precise(event_rule: Resource) -> Verdict:
    """A pattern of the account alone takes every event of a bus, also those that nobody has thought of yet."""
    if not event_rule.text("eventPattern"):
        return PASS  # A schedule.
    pattern = _pattern(event_rule)
    if not pattern or any(_narrows(pattern.get(name)) for name in _FIELDS) or "$or" in pattern:
        return PASS
    return violation(
        "eventPattern", "names neither source nor kind of event", 'Name `"source"` and `"detail-type"`.'
    )


def _narrows(value: Value) -> bool:
    """Whether a part of a pattern leaves anything out: `{"prefix": ""}` and `{"exists": true}` don't."""
    if isinstance(value, dict):
        return bool(value)
    items = value if isinstance(value, list) else []
    return bool(items) and not any(
        item in ({"prefix": ""}, {"exists": True}, {"wildcard": "*"}) for item in items
    )


@rule(on=TARGET, severity=HIGH, theme=Theme.RESILIENCE)
def eventbridge_rule_no_loop(target: Resource, stack: Stack) -> Verdict:
    """Two buses that forward the same events to each other send them round, and bill for them, until they are stopped."""
    home = _bus_of(target, stack)
    there = _aim(target, stack)
    if not home or not there:
        return PASS
    sources = _sources(target, stack)
    if not _returns(stack, there, home, sources):
        return PASS
    remedy = "Leave out in one of the patterns what comes from the other bus, by `source` or `account`."
    return violation("arn", "leads to a bus whose rules forward the same events back", remedy)


def _forwarding(bus: str, stack: Stack) -> tuple[Resource, ...]:
    """The targets of the rules on a bus of the stack; a loop through the default bus is found from there."""
    found = stack.by_urn(bus)
    return stack.referring(found, TARGET, "eventBusName").sure if found else ()


def _bus_of(target: Resource, stack: Stack) -> str:
    """The URN of the bus that a target's rule is on, or `default`; nothing when it is not known."""
    if target.known("eventBusName") and not target.text("eventBusName"):
        return _DEFAULT
    if target.known("eventBusName") and target.text("eventBusName") == _DEFAULT:
        return _DEFAULT
    buses = stack.targets(target, "eventBusName", BUS).sure
    return buses[0].urn if len(buses) == 1 else ""


def _aim(target: Resource, stack: Stack) -> str:
    """The URN of the bus that a target sends to, or `default`; nothing when it is no bus of the stack."""
    buses = stack.targets(target, "arn", BUS).sure
    if len(buses) == 1:
        return buses[0].urn
    arn = target.text("arn") if target.known("arn") else ""
    return _DEFAULT if arn.endswith(":event-bus/default") and _at_home(target, arn) else ""


def _at_home(target: Resource, arn: str) -> bool:
    """Whether the default bus of an ARN is that of the target's own account and Region, as far as its role tells."""
    role = target.text("roleArn").split(":") if target.known("roleArn") else []
    region = target.text("region") if target.known("region") else ""
    parts = arn.split(":")
    return len(role) > 4 and len(parts) > 4 and role[4] == parts[4] and region == parts[3]


def _sources(target: Resource, stack: Stack) -> frozenset[str] | None:
    """The sources that a target's rule lets through; None for all."""
    rules = stack.targets(target, "rule", RULE).sure
    if len(rules) != 1 or not rules[0].known("eventPattern"):
        return frozenset()  # Not known, so no reason to speak of a loop.
    pattern = _pattern(rules[0])
    if "account" in pattern or "$or" in pattern:
        return frozenset()  # Told apart by something that is not followed here.
    listed = pattern.get("source")
    if not listed:
        return None if pattern else frozenset()
    return frozenset(_texts(listed))


def _returns(stack: Stack, start: str, home: str, sources: frozenset[str] | None) -> bool:
    """Whether events of the sources that reach `start` are forwarded on until they are back at `home`."""
    open_ends, seen = [(start, sources)], set()
    while open_ends:
        bus, passing = open_ends.pop()
        if bus == home and _some(passing):
            return True
        if (bus, passing) in seen or not _some(passing):
            continue
        seen.add((bus, passing))
        open_ends += [
            (_aim(target, stack), _both(passing, _sources(target, stack)))
            for target in _forwarding(bus, stack)
        ]
    return False


def _some(sources: frozenset[str] | None) -> bool:
    return sources is None or bool(sources)


def _both(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    if one is None:
        return other
    return one if other is None else one & other
