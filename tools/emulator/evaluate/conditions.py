"""The `Condition` of a policy statement: operators, `IfExists`, `ForAllValues:`, `ForAnyValue:`, policy variables."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import ipaddress
import operator as compare
from collections.abc import Callable, Mapping
from typing import Any

from tools.emulator.evaluate.wildcards import arn_matches, filled, marked, matches, plain

Test = Callable[[str, str], bool]
"""Whether a value of the request satisfies a value of the policy (marked, see `wildcards`)."""
IF_EXISTS, NULL = "IfExists", "Null"
ALL, ANY = "ForAllValues:", "ForAnyValue:"
NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


class Context:
    """What is known of a request, by condition key; keys are the same in upper and lower case.

    A value may be a text, a number, a truth value or a sequence of them. Keys that were asked for in vain are remembered.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = {key.lower(): texts(value) for key, value in values.items()}
        self.missing: dict[str, None] = {}

    def get(self, key: str) -> tuple[str, ...] | None:
        """The values of a key, or None where the request has none of it."""
        found = self._values.get(key.lower())
        if found is None:
            self.missing[key] = None
        return found

    def single(self, key: str) -> str | None:
        """The value of a key that has exactly one, as a policy variable needs it."""
        found = self.get(key)
        return found[0] if found and len(found) == 1 else None


def texts(value: Any) -> tuple[str, ...]:
    """One value or several, as texts."""
    if isinstance(value, (list, tuple, set, frozenset)):
        return tuple(text for one in value for text in texts(one))
    return (str(value).lower() if isinstance(value, bool) else str(value),)


def _strings(test: Callable[[str, str], bool]) -> Test:
    return lambda wanted, value: test(plain(wanted), value)


def _numbers(test: Callable[[Any, Any], bool]) -> Test:
    def compared(wanted: str, value: str) -> bool:
        try:
            return test(float(value), float(plain(wanted)))
        except ValueError:
            return False

    return compared


def _moment(text: str) -> dt.datetime:
    """A date as policies have them: ISO 8601, or seconds since 1970."""
    try:
        return dt.datetime.fromtimestamp(float(text), dt.UTC)
    except ValueError:
        found = dt.datetime.fromisoformat(text)
        return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def _dates(test: Callable[[Any, Any], bool]) -> Test:
    def compared(wanted: str, value: str) -> bool:
        try:
            return test(_moment(value), _moment(plain(wanted)))
        except (ValueError, OverflowError, OSError):
            return False

    return compared


def _in_network(wanted: str, value: str) -> bool:
    try:
        return ipaddress.ip_address(value) in ipaddress.ip_network(plain(wanted), strict=False)
    except ValueError:
        return False


def _same_bytes(wanted: str, value: str) -> bool:
    try:
        return base64.b64decode(plain(wanted), validate=True) == base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return False


def _same_truth(wanted: str, value: str) -> bool:
    return plain(wanted).lower() == value.lower()


_EQUAL = _strings(compare.eq)
_EQUAL_ANY_CASE = _strings(lambda wanted, value: wanted.lower() == value.lower())
OPERATORS: Mapping[str, tuple[Test, bool]] = {
    "StringEquals": (_EQUAL, False),
    "StringNotEquals": (_EQUAL, True),
    "StringEqualsIgnoreCase": (_EQUAL_ANY_CASE, False),
    "StringNotEqualsIgnoreCase": (_EQUAL_ANY_CASE, True),
    "StringLike": (matches, False),
    "StringNotLike": (matches, True),
    "NumericEquals": (_numbers(compare.eq), False),
    "NumericNotEquals": (_numbers(compare.eq), True),
    "NumericLessThan": (_numbers(compare.lt), False),
    "NumericLessThanEquals": (_numbers(compare.le), False),
    "NumericGreaterThan": (_numbers(compare.gt), False),
    "NumericGreaterThanEquals": (_numbers(compare.ge), False),
    "DateEquals": (_dates(compare.eq), False),
    "DateNotEquals": (_dates(compare.eq), True),
    "DateLessThan": (_dates(compare.lt), False),
    "DateLessThanEquals": (_dates(compare.le), False),
    "DateGreaterThan": (_dates(compare.gt), False),
    "DateGreaterThanEquals": (_dates(compare.ge), False),
    "Bool": (_same_truth, False),
    "BinaryEquals": (_same_bytes, False),
    "IpAddress": (_in_network, False),
    "NotIpAddress": (_in_network, True),
    "ArnEquals": (arn_matches, False),
    "ArnLike": (arn_matches, False),
    "ArnNotEquals": (arn_matches, True),
    "ArnNotLike": (arn_matches, True),
}
"""How each operator compares one value, and whether it holds where nothing compares well."""


def split(name: str) -> tuple[str, str, bool]:
    """Set operator, operator and whether `IfExists` follows, of an operator as a policy writes it.

    Raises ValueError where IAM knows no such operator.
    """
    qualifier = next((prefix for prefix in (ALL, ANY) if name.startswith(prefix)), "")
    base = name.removeprefix(qualifier)
    optional = base.endswith(IF_EXISTS)
    base = base.removesuffix(IF_EXISTS)
    if base not in OPERATORS and not (base == NULL and not optional):
        raise ValueError(f"Invalid Condition type : {name}")
    return qualifier, base, optional


def holds(condition: Mapping[str, Mapping[str, Any]], context: Context, *, variables: bool) -> bool:
    """Whether all of a condition holds; `variables` says whether the policy's version knows policy variables."""
    return all(
        _holds_one(name, key, texts(wanted), context, variables)
        for name, keys in condition.items()
        for key, wanted in keys.items()
    )


def _holds_one(name: str, key: str, wanted: tuple[str, ...], context: Context, variables: bool) -> bool:
    qualifier, base, optional = split(name)
    values = context.get(key)
    if base == NULL:
        return any((value.lower() == "true") == (values is None) for value in wanted)
    test, negated = OPERATORS[base]
    if values is None:
        return optional or qualifier == ALL or (negated and qualifier != ANY)
    patterns = [_expanded(text, context, variables) for text in wanted]
    known = [pattern for pattern in patterns if pattern is not None]
    verdicts = [any(test(pattern, value) for pattern in known) != negated for value in values]
    if qualifier == ANY or (not qualifier and not negated):
        return any(verdicts)
    return all(verdicts)


def _expanded(text: str, context: Context, variables: bool) -> str | None:
    return filled(text, context.single) if variables else marked(text)
