"""Events that would run in circles: a bus that sends to itself over others, found before anything is deployed.

    bus A --pattern 1--> bus B --pattern 2--> bus A        a loop, when some event passes both patterns

EventBridge itself drops an event only after it has been sent many times, and each hop is paid for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.events.patterns import OR, EventPattern
from components.foundation.errors import ComponentError

SOMEBODY = "source-that-no-pattern-names"
"""Stands for every source that no pattern spells out."""


@dataclass(frozen=True)
class BusId:
    """A bus of some account ("" where it is the program's own) and Region."""

    account: str
    region: str
    name: str

    def __str__(self) -> str:
        return "/".join(part for part in (self.account, self.region, self.name) if part)


@dataclass(frozen=True)
class Forwarding:
    """A rule that sends events of one bus to another; `path` is where the rule stands in the settings."""

    source: BusId
    destination: BusId
    pattern: EventPattern
    path: str


def find_loop(rules: Sequence[Forwarding]) -> tuple[Forwarding, ...] | None:
    """The shortest way on which some event would come back to the bus where it started; None when there is none.

    Only the events' `source` is looked at: two patterns that exclude each other in other fields still count as a
    way, since what a target or an input transformer does to those fields cannot be known.
    """
    sources = {SOMEBODY, *(name for rule in rules for name in named_sources(rule.pattern.pattern))}
    found = [way for source in sorted(sources) for way in _circles(rules, source)]
    return min(found, key=len, default=None)


def check_no_loop(rules: Sequence[Forwarding]) -> None:
    """Raise `ComponentError` when events could run in circles."""
    way = find_loop(rules)
    if way is None:
        return
    hops = " -> ".join([*(str(rule.source) for rule in way), str(way[-1].destination)])
    raise ComponentError(
        way[-1].path, f"events run in a circle: {hops}", "exclude their source in one of the patterns"
    )


def _circles(rules: Sequence[Forwarding], source: str) -> Iterator[tuple[Forwarding, ...]]:
    """Ways of an event with this source from a bus back to it, found breadth first."""
    open_rules = [rule for rule in rules if rule.pattern.allows("source", source)]
    for first in open_rules:
        ways: list[tuple[Forwarding, ...]] = [(first,)]
        seen = {first.destination}
        while ways:
            way = ways.pop(0)
            if way[-1].destination == first.source:
                yield way
                break
            for rule in open_rules:
                if rule.source == way[-1].destination and (
                    rule.destination not in seen or rule.destination == first.source
                ):
                    seen.add(rule.destination)
                    ways.append((*way, rule))


def named_sources(pattern: Mapping[str, Any]) -> set[str]:
    """Sources that a pattern spells out, in whatever operator."""
    found = set(_texts(pattern.get("source", ())))
    for branch in pattern.get(OR, ()):
        found |= named_sources(branch)
    return found


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
