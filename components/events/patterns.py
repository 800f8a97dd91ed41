"""Event patterns: which events a rule takes, checked before AWS sees them and tried without AWS.

    pattern = EventPattern({"source": ["com.company.marketing"],
                            "detail": {"amount": [{"numeric": [">", 100]}],
                                       "$or": [{"state": ["new"]}, {"region": [{"exists": False}]}]}})
    pattern.matches(event)      # a pure function
    pattern.json                # for a rule's event_pattern

All fields that a pattern names must match; of a field's list, one value suffices; of an event's list, one element.
Fields below one list of objects must match within the same object. Follows "Event patterns" of the EventBridge User
Guide and AWS's own matcher (see `operators.py`); the tests hold answers that this matcher gave.

Stricter than AWS in one point: a field that stands both beside a `$or` and inside it is refused. AWS keeps only one of
the two conditions, which nobody means.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.events.operators import OPERATORS, Test, only_operator, value_test
from components.foundation.errors import ComponentError

OR = "$or"
MAX_LENGTH = 2048
"""Characters of a pattern as JSON; AWS's default quota, which support raises on request."""

Path = tuple[str, ...]


@dataclass(frozen=True)
class _Leaf:
    """What a pattern asks of one field: one of the tests, or that the field is there, or that it is not."""

    path: Path
    tests: tuple[Test, ...]
    present: bool = False
    absent: bool = False

    def holds(self, values: Sequence[Any], event: Mapping[str, Any]) -> bool:
        """Whether the values of the field, where it was found, satisfy the pattern; `event` is the whole event."""
        if any(self.present or any(test(value) for test in self.tests) for value in values):
            return True
        return self.absent and not any(_found(event, self.path))


@dataclass(frozen=True)
class _All:
    """Every field must match; each of `choices` is one `$or`, of which one branch must match."""

    fields: Mapping[str, _All | _Leaf]
    choices: tuple[tuple[_All, ...], ...] = ()

    def holds(self, here: Any, event: Mapping[str, Any]) -> bool:
        """Whether the value `here` of the event satisfies the pattern; of a list, one element must."""
        if isinstance(here, list | tuple):
            return any(self.holds(one, event) for one in here) or self._holds_for({}, event)
        return self._holds_for(here if isinstance(here, Mapping) else {}, event)

    def _holds_for(self, here: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
        for name, wanted in self.fields.items():
            found = here.get(name, _NOTHING)
            if isinstance(wanted, _Leaf):
                values = [] if found is _NOTHING else list(_leaves(found))
                if not wanted.holds(values, event):
                    return False
            elif not wanted.holds({} if found is _NOTHING else found, event):
                return False
        return all(any(branch.holds(here, event) for branch in branches) for branches in self.choices)


_NOTHING = object()
"""Stands for a field that an event does not have; None is a value of JSON."""


class EventPattern:
    """A pattern that AWS would take. Raises `ComponentError` with the place of what it would refuse."""

    def __init__(self, pattern: Mapping[str, Any], *, path: str = "pattern") -> None:
        if not isinstance(pattern, Mapping):
            raise ComponentError(path, "is no object", "write field names with lists of values")
        self.pattern = dict(pattern)
        self._root = _compile(self.pattern, path, (), inside_or=False)
        self.json = json.dumps(self.pattern, separators=(",", ":"), sort_keys=True)
        if len(self.json) > MAX_LENGTH:
            problem = f"has {len(self.json)} characters as JSON"
            raise ComponentError(path, problem, f"AWS takes {MAX_LENGTH}; use prefixes, or two rules")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EventPattern) and self.json == other.json

    def __hash__(self) -> int:
        return hash(self.json)

    def __repr__(self) -> str:
        return f"EventPattern({self.json})"

    def matches(self, event: Mapping[str, Any]) -> bool:
        """Whether a rule with this pattern takes `event` (the whole event: `source`, `detail-type`, `detail`, ...)."""
        return self._root.holds(event, event)

    def allows(self, field: str, value: str) -> bool:
        """Whether some event whose top-level `field` is `value` could match, whatever else it says."""
        return _allows(self._root, field, {field: value})


def _allows(wanted: _All, field: str, event: Mapping[str, Any]) -> bool:
    leaf = wanted.fields.get(field)
    if isinstance(leaf, _Leaf) and not leaf.holds([event[field]], event):
        return False
    return all(any(_allows(branch, field, event) for branch in branches) for branches in wanted.choices)


def _leaves(value: Any) -> Iterator[Any]:
    """The values of a field: lists within lists count as one list, and objects are no values."""
    if isinstance(value, list | tuple):
        for one in value:
            yield from _leaves(one)
    elif not isinstance(value, Mapping):
        yield value


def _found(value: Any, path: Path) -> Iterator[Any]:
    """All values that stand at `path`, through every list on the way."""
    if isinstance(value, list | tuple):
        for one in value:
            yield from _found(one, path)
    elif not path:
        if not isinstance(value, Mapping):
            yield True
    elif isinstance(value, Mapping) and path[0] in value:
        yield from _found(value[path[0]], path[1:])


def _compile(pattern: Mapping[str, Any], where: str, at: Path, *, inside_or: bool) -> _All:
    if not pattern:
        raise ComponentError(where, "names no field", "name at least one field of the event")
    fields: dict[str, _All | _Leaf] = {}
    choices: list[tuple[_All, ...]] = []
    for name, value in pattern.items():
        place = f"{where}.{name}"
        if name == OR:
            choices.append(_branches(value, place, at))
        elif inside_or and name in OPERATORS:
            raise ComponentError(place, f"{name!r} is an operator, not a field", "name a field of the event")
        elif isinstance(value, Mapping):
            fields[name] = _compile(value, place, (*at, name), inside_or=inside_or)
        elif isinstance(value, list | tuple):
            fields[name] = _leaf(value, place, (*at, name))
        else:
            raise ComponentError(
                place, "is neither a list nor an object", f"write [{json.dumps(value, default=str)}]"
            )
    _no_field_twice(fields, choices, where)
    return _All(fields, tuple(choices))


def _branches(value: Any, where: str, at: Path) -> tuple[_All, ...]:
    if not isinstance(value, list | tuple) or len(value) < 2:
        raise ComponentError(
            where, "takes a list of at least two objects", "leave it out where there is one way"
        )
    for index, branch in enumerate(value):
        if not isinstance(branch, Mapping):
            raise ComponentError(
                f"{where}[{index}]", "is no object", "write field names with lists of values"
            )
    return tuple(
        _compile(branch, f"{where}[{index}]", at, inside_or=True) for index, branch in enumerate(value)
    )


def _leaf(values: Sequence[Any], where: str, at: Path) -> _Leaf:
    if not values:
        raise ComponentError(where, "the list is empty", "name at least one value")
    tests: list[Test] = []
    asked: set[bool] = set()
    for index, value in enumerate(values):
        place = f"{where}[{index}]"
        if isinstance(value, Mapping) and only_operator(value, place)[0] == "exists":
            asked.add(_flag(value["exists"], f"{place}.exists"))
        else:
            tests.append(value_test(value, place))
    return _Leaf(at, tuple(tests), present=True in asked, absent=False in asked)


def _flag(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise ComponentError(where, "takes true or false", "write true where the field must be there")
    return value


def _no_field_twice(fields: Mapping[str, _All | _Leaf], choices: list[tuple[_All, ...]], where: str) -> None:
    named = set(_paths(_All(fields)))
    for branches in choices:
        inside = {path for branch in branches for path in _paths(branch)}
        if both := sorted(named & inside):
            field = ".".join(both[0])
            problem = f"field {field!r} stands twice, one of them in '{OR}'"
            raise ComponentError(
                where, problem, "AWS keeps only one: put the whole condition into each branch"
            )
        named |= inside


def _paths(wanted: _All) -> Iterator[Path]:
    for one in wanted.fields.values():
        if isinstance(one, _Leaf):
            yield one.path
        else:
            yield from _paths(one)
    for branches in wanted.choices:
        for branch in branches:
            yield from _paths(branch)


# Short forms for programs; a stack's configuration writes the objects themselves.


def _operator(name: str) -> Callable[[Any], dict[str, Any]]:
    def make(operand: Any) -> dict[str, Any]:
        return {name: operand}

    make.__doc__ = f"`{{{name!r}: operand}}`"
    return make


prefix = _operator("prefix")
suffix = _operator("suffix")
wildcard = _operator("wildcard")
equals_ignore_case = _operator("equals-ignore-case")
anything_but = _operator("anything-but")
numeric = _operator("numeric")
cidr = _operator("cidr")
exists = _operator("exists")
