r"""What one value of an event pattern asks of one value of an event.

    "aws.ec2"  300  true  null                      equal; numbers by value, so 300 and 300.0 are the same
    {"prefix": "a"}  {"suffix": ".png"}             also {"prefix": {"equals-ignore-case": "A"}}
    {"equals-ignore-case": "a"}  {"wildcard": "a*"} `\*` and `\\` in a wildcard are the characters themselves
    {"anything-but": x}                             x: text, number, list of one kind, or one of the four above
    {"numeric": [">", 0, "<=", 5]}  {"cidr": "10.0.0.0/8"}

Follows "Comparison operators" of the EventBridge User Guide; where the guide is silent, what AWS's own matcher (the
public library Event Ruler 2.1) does. `exists` asks about the field and not about a value: see `patterns.py`.
"""

from __future__ import annotations

import ipaddress
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeGuard

from components.foundation.errors import ComponentError, nearest

Test = Callable[[Any], bool]
"""Judges one value of an event: text, number, boolean or None."""

MAX_NUMBER = 5_000_000_000
"""A pattern compares with numbers between minus and plus this."""

_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "=": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_LOWER, _UPPER = (">", ">="), ("<", "<=")
OPERATORS = (
    "anything-but",
    "cidr",
    "equals-ignore-case",
    "exists",
    "numeric",
    "prefix",
    "suffix",
    "wildcard",
)
"""All operators of a pattern, `exists` too."""


def is_number(value: Any) -> TypeGuard[int | float]:
    """Whether `value` is a JSON number; Python's booleans are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def value_test(value: Any, path: str) -> Test:
    """The test that `value`, which stands at `path` of a pattern, means. Raises `ComponentError` as AWS would refuse."""
    if isinstance(value, Mapping):
        name, operand = only_operator(value, path)
        return _BY_OPERATOR[name](operand, f"{path}.{name}")
    if value is None or isinstance(value, str | bool) or is_number(value):
        return _equal(value)
    raise ComponentError(
        path, "is no value of a pattern", "use text, a number, true, false, null or an operator"
    )


def only_operator(value: Mapping[Any, Any], path: str) -> tuple[str, Any]:
    """The one operator in `value` and what it is applied to."""
    if len(value) != 1:
        raise ComponentError(
            path, "an operator stands alone", "give each operator its own object in the list"
        )
    ((name, operand),) = value.items()
    if name not in OPERATORS:
        raise ComponentError(f"{path}.{name}", "is not an operator", nearest(str(name), OPERATORS))
    return name, operand


def _equal(wanted: Any) -> Test:
    if is_number(wanted):
        return lambda value: is_number(value) and value == wanted
    address = _address(wanted) if isinstance(wanted, str) else None
    if address is not None:  # one address has several spellings
        return lambda value: isinstance(value, str) and (value == wanted or _address(value) == address)
    return lambda value: type(value) is type(wanted) and value == wanted


def _text(operand: Any, path: str) -> str:
    if not isinstance(operand, str):
        raise ComponentError(path, "takes text", "put it in quotes")
    return operand


def _prefix(operand: Any, path: str) -> Test:
    wanted, fold = _text_or_folded(operand, path)
    if fold:
        return lambda value: isinstance(value, str) and same_letters(value[: len(wanted)], wanted)
    return lambda value: isinstance(value, str) and value.startswith(wanted)


def _suffix(operand: Any, path: str) -> Test:
    wanted, fold = _text_or_folded(operand, path)
    if fold:
        return lambda value: (
            isinstance(value, str) and same_letters(value[max(0, len(value) - len(wanted)) :], wanted)
        )
    return lambda value: isinstance(value, str) and value.endswith(wanted)


def _text_or_folded(operand: Any, path: str) -> tuple[str, bool]:
    """The text, and whether the case of its letters counts for nothing."""
    if not isinstance(operand, Mapping):
        return _text(operand, path), False
    name, text = only_operator(operand, path)
    if name != "equals-ignore-case":
        raise ComponentError(
            f"{path}.{name}", "is not possible here", "use 'equals-ignore-case' or plain text"
        )
    return _text(text, f"{path}.{name}"), True


def _ignore_case(operand: Any, path: str) -> Test:
    wanted = _text(operand, path)
    return lambda value: isinstance(value, str) and same_letters(value, wanted)


def same_letters(one: str, other: str) -> bool:
    """Whether two texts are equal when the case of each letter counts for nothing."""
    return len(one) == len(other) and all(
        a == b or a.lower() == b.lower() or a.upper() == b.upper() for a, b in zip(one, other, strict=True)
    )


def _wildcard(operand: Any, path: str) -> Test:
    pattern = re.compile(_expression(_text(operand, path), path), re.DOTALL)
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _expression(text: str, path: str) -> str:
    """The regular expression of a wildcard."""
    if re.search(r"(?<!\\)(?:\\\\)*\*\*", text):
        raise ComponentError(
            path, "two asterisks stand side by side", "one asterisk matches any text already"
        )
    parts: list[str] = []
    at = 0
    while at < len(text):
        letter = text[at]
        if letter == "\\":
            at += 1
            if text[at : at + 1] not in ("*", "\\"):
                raise ComponentError(path, "a backslash stands before another character", r"write \\ or \*")
            letter = text[at]
            parts.append(re.escape(letter))
        else:
            parts.append(".*" if letter == "*" else re.escape(letter))
        at += 1
    return "".join(parts)


def _numeric(operand: Any, path: str) -> Test:
    if not isinstance(operand, list | tuple) or len(operand) not in (2, 4):
        raise ComponentError(path, "takes one comparison or two", 'write [">", 0] or [">", 0, "<=", 5]')
    names, bounds = list(operand[::2]), list(operand[1::2])
    for at, (name, bound) in enumerate(zip(names, bounds, strict=True)):
        if name not in _COMPARE:
            raise ComponentError(f"{path}[{2 * at}]", "is no comparison", "use one of " + " ".join(_COMPARE))
        _in_range(bound, f"{path}[{2 * at + 1}]")
    if len(names) == 2:
        _check_range(names, bounds, path)
    comparisons = [(_COMPARE[name], bound) for name, bound in zip(names, bounds, strict=True)]
    return lambda value: is_number(value) and all(compare(value, bound) for compare, bound in comparisons)


def _in_range(bound: Any, path: str) -> None:
    if not is_number(bound) or not abs(bound) <= MAX_NUMBER:
        raise ComponentError(
            path, "is no number that AWS compares", f"use one from -{MAX_NUMBER} to {MAX_NUMBER}"
        )


def _check_range(names: list[str], bounds: list[float], path: str) -> None:
    if names[0] not in _LOWER or names[1] not in _UPPER:
        raise ComponentError(path, "a range has its lower bound first", 'write [">", LOW, "<=", HIGH]')
    if bounds[0] >= bounds[1]:
        raise ComponentError(path, "the range is empty", "make its lower bound the smaller one")


def _cidr(operand: Any, path: str) -> Test:
    text = _text(operand, path)
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ComponentError(path, "is no range of addresses", "write one such as 10.0.0.0/8") from None
    if network.prefixlen == network.max_prefixlen:
        raise ComponentError(path, "AWS takes no range of one address", "write the address itself, as text")
    return lambda value: (
        isinstance(value, str) and (found := _address(value)) is not None and found in network
    )


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _anything_but(operand: Any, path: str) -> Test:
    if isinstance(operand, Mapping):
        name, inner = only_operator(operand, path)
        if name not in _NEGATABLE:
            raise ComponentError(f"{path}.{name}", "can't be negated", "use one of " + ", ".join(_NEGATABLE))
        texts = inner if isinstance(inner, list | tuple) else [inner]
        refused = [_BY_OPERATOR[name](_text(one, f"{path}.{name}"), f"{path}.{name}") for one in texts]
        _not_empty(refused, f"{path}.{name}")
        if "" in texts and name in ("prefix", "suffix"):
            raise ComponentError(f"{path}.{name}", "the text is empty", "it would refuse every value")
        return lambda value: not any(test(value) for test in refused)
    values = list(operand) if isinstance(operand, list | tuple) else [operand]
    _not_empty(values, path)
    if not (all(isinstance(one, str) for one in values) or all(is_number(one) for one in values)):
        raise ComponentError(path, "takes texts or numbers, not both", "give one rule for each kind")
    equal = [_equal(one) for one in values]
    return lambda value: not any(test(value) for test in equal)


def _not_empty(values: list[Any], path: str) -> None:
    if not values:
        raise ComponentError(path, "the list is empty", "name at least one value")


_NEGATABLE = ("equals-ignore-case", "prefix", "suffix", "wildcard")
_BY_OPERATOR: Mapping[str, Callable[[Any, str], Test]] = {
    "anything-but": _anything_but,
    "cidr": _cidr,
    "equals-ignore-case": _ignore_case,
    "numeric": _numeric,
    "prefix": _prefix,
    "suffix": _suffix,
    "wildcard": _wildcard,
}
