"""Event patterns of EventBridge: which events a rule is for. Filters of event source mappings are written alike.

    {"source": ["app"], "detail": {"price": [{"numeric": [">", 10]}], "$or": [{"a": ["x"]}, {"b": [{"exists": false}]}]}}

All fields of a pattern have to match, one of the values in a list suffices, and a list in the event matches where one of its
items does. Only leaves exist: a field that holds an object or an empty list has no value. Numbers are compared as they are
written, so `300` is not `300.0`. The rules are those of the EventBridge User Guide, "Comparison operators".
"""

from __future__ import annotations

import ipaddress
import json
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tools.emulator.evaluate import wildcards

OR = "$or"
ABSENT: Any = object()
_NUMERIC: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}
IGNORING_CASE = "equals-ignore-case"


class InvalidPattern(ValueError):  # noqa: N818 -- AWS's name of it
    """A pattern that EventBridge refuses; the message is its reason."""


def matches(pattern: Mapping[str, Any], event: Any) -> bool:
    """Whether an event is one that a pattern is for. The pattern has to be a valid one (`parse`)."""
    if isinstance(event, list):
        return any(matches(pattern, item) for item in event)
    fields = event if isinstance(event, Mapping) else {}
    return all(_field_matches(name, wanted, fields) for name, wanted in pattern.items())


def _field_matches(name: str, wanted: Any, fields: Mapping[str, Any]) -> bool:
    if name == OR and _is_or(wanted):
        return any(matches(one, fields) for one in wanted)
    value = fields.get(name, ABSENT)
    if isinstance(wanted, Mapping):
        return matches(wanted, {} if value is ABSENT else value)
    leaves = list(_leaves(value))
    return any(_matches(one, leaves) for one in wanted)


def _is_or(wanted: Any) -> bool:
    return isinstance(wanted, list) and len(wanted) > 1 and all(isinstance(one, Mapping) for one in wanted)


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif value is not ABSENT and not isinstance(value, Mapping):
        yield value


def _matches(wanted: Any, leaves: Sequence[Any]) -> bool:
    if isinstance(wanted, Mapping) and "exists" in wanted:
        exists: bool = wanted["exists"]
        return bool(leaves) is exists
    return any(_fits(wanted, leaf) for leaf in leaves)


def _fits(wanted: Any, value: Any) -> bool:
    if not isinstance(wanted, Mapping):
        return type(wanted) is type(value) and bool(wanted == value)
    [(name, argument)] = wanted.items()
    return _OPERATORS[name](argument, value)


def _prefix(argument: Any, value: Any) -> bool:
    if isinstance(argument, Mapping):
        return isinstance(value, str) and value.lower().startswith(argument[IGNORING_CASE].lower())
    return isinstance(value, str) and value.startswith(argument)


def _suffix(argument: Any, value: Any) -> bool:
    if isinstance(argument, Mapping):
        return isinstance(value, str) and value.lower().endswith(argument[IGNORING_CASE].lower())
    return isinstance(value, str) and value.endswith(argument)


def _same_ignoring_case(argument: Any, value: Any) -> bool:
    return isinstance(value, str) and value.lower() == argument.lower()


def _wildcard(argument: Any, value: Any) -> bool:
    return isinstance(value, str) and wildcards.matches(_marked(argument), value)


def _marked(text: str) -> str:
    r"""A wildcard pattern with its `*` marked; `\\*` and `\\\\` are a star and a backslash."""
    parts: list[str] = []
    letters = iter(text)
    for letter in letters:
        if letter == "\\":
            parts.append(next(letters, "\\"))
        else:
            parts.append(wildcards.ANY if letter == "*" else letter)
    return "".join(parts)


def _anything_but(argument: Any, value: Any) -> bool:
    if isinstance(argument, Mapping):
        [(name, unwanted)] = argument.items()
        return not any(_OPERATORS[name](one, value) for one in _listed(unwanted))
    return not any(_fits(one, value) for one in _listed(argument))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _numeric(argument: Sequence[Any], value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return all(
        _NUMERIC[sign](value, number) for sign, number in zip(argument[::2], argument[1::2], strict=True)
    )


def _cidr(argument: str, value: Any) -> bool:
    try:
        return ipaddress.ip_address(value) in ipaddress.ip_network(argument, strict=False)
    except ValueError:
        return False


_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "prefix": _prefix,
    "suffix": _suffix,
    IGNORING_CASE: _same_ignoring_case,
    "wildcard": _wildcard,
    "anything-but": _anything_but,
    "numeric": _numeric,
    "cidr": _cidr,
}


# -- what EventBridge takes


def parse(text: str) -> dict[str, Any]:
    """A pattern from its JSON text. Raises InvalidPattern."""
    try:
        pattern = json.loads(text, object_pairs_hook=_without_repetition)
    except ValueError as error:
        raise InvalidPattern(
            str(error) if isinstance(error, InvalidPattern) else "Filter is not JSON"
        ) from None
    if not isinstance(pattern, dict):
        raise InvalidPattern("Filter is not an object")
    if not pattern:
        raise InvalidPattern("Empty objects are not allowed")
    _check(pattern)
    return pattern


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise InvalidPattern("Path is used twice")
    return fields


def _check(pattern: Mapping[str, Any]) -> None:
    for name, wanted in pattern.items():
        if name == OR and _is_or(wanted):
            for one in wanted:
                if not one:
                    raise InvalidPattern("Empty objects are not allowed")
                _check(one)
        elif isinstance(wanted, Mapping):
            if not wanted:
                raise InvalidPattern("Empty objects are not allowed")
            _check(wanted)
        elif isinstance(wanted, list):
            if not wanted:
                raise InvalidPattern("Empty arrays are not allowed")
            for one in wanted:
                _check_value(one)
        else:
            raise InvalidPattern(f'"{name}" must be an object or an array')


def _check_value(wanted: Any) -> None:
    if isinstance(wanted, list):
        raise InvalidPattern("Match value must be String, number, true, false, or null")
    if not isinstance(wanted, Mapping):
        return
    if len(wanted) != 1:
        raise InvalidPattern("Only one key allowed in match expression")
    [(name, argument)] = wanted.items()
    if name == "exists":
        _need(isinstance(argument, bool), "exists match pattern must be either true or false.")
    elif name in ("prefix", "suffix"):
        folded = isinstance(argument, Mapping) and [*argument] == [IGNORING_CASE]
        text = argument[IGNORING_CASE] if folded else argument
        _need(isinstance(text, str), f"{name} match pattern must be a string")
    elif name in (IGNORING_CASE, "wildcard"):
        _need(isinstance(argument, str), f"{name} match pattern must be a string")
        _need(name != "wildcard" or "**" not in argument, "Consecutive wildcard characters are not allowed")
    elif name == "anything-but":
        _check_anything_but(argument)
    elif name == "numeric":
        _check_numeric(argument)
    elif name == "cidr":
        _check_cidr(argument)
    else:
        raise InvalidPattern(f"Unrecognized match type {name}")


def _check_anything_but(argument: Any) -> None:
    if isinstance(argument, Mapping):
        _need(len(argument) == 1, "Only one key allowed in match expression")
        [(name, unwanted)] = argument.items()
        known = name in ("prefix", "suffix", IGNORING_CASE, "wildcard")
        _need(known, f"Unsupported anything-but pattern: {name}")
        texts = _listed(unwanted)
        _need(
            bool(texts) and all(isinstance(one, str) for one in texts),
            f"{name} match pattern must be a string",
        )
        return
    values = _listed(argument)
    one_kind = all(isinstance(one, str) for one in values) or all(
        isinstance(one, (int, float)) and not isinstance(one, bool) for one in values
    )
    _need(bool(values) and one_kind, "Inside anything but list, either all values are number or string")


def _check_numeric(argument: Any) -> None:
    _need(isinstance(argument, list) and bool(argument), "Value of numeric must be an array.")
    _need(len(argument) in (2, 4), "Too many terms in numeric range expression")
    for sign, number in zip(argument[::2], argument[1::2], strict=True):
        _need(isinstance(sign, str) and sign in _NUMERIC, f"Unrecognized numeric range operator: {sign}")
        _need(
            isinstance(number, (int, float)) and not isinstance(number, bool),
            "Value of numeric must be numeric",
        )
    if len(argument) == 4:
        low, high = argument[0] in (">", ">="), argument[2] in ("<", "<=")
        _need(low and high and argument[1] < argument[3], "Bottom must be less than top")


def _check_cidr(argument: Any) -> None:
    try:
        _need(isinstance(argument, str), "cidr match pattern must be a string")
        ipaddress.ip_network(argument, strict=False)
    except ValueError as error:
        raise InvalidPattern(f"Malformed CIDR, {error}") from None


def _need(holds: bool, reason: str) -> None:
    if not holds:
        raise InvalidPattern(reason)
