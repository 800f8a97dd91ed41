"""Compares values with what AWS accepts for them, and says what is wrong in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import Any

from tools.emulator import values
from tools.emulator.check.examples import examples
from tools.emulator.check.failure import Failure
from tools.emulator.check.limits import Limit, limits_of, read
from tools.emulator.schema import Property, ResourceType, TypeRef, nearest, store
from tools.emulator.schema.hints import enum_values

_ADDRESS_RANGE = re.compile(r"(?:^|\.|[a-z0-9])[cC]idrBlocks?$|(?:^|\.)cidr(?:Ipv4|Ipv6)$")
_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+){1,3}-\d")
# Longer lists of values are not spelled out in a message.
_SPELLED_OUT = 12
# The provider's way to say "none", whatever AWS's own range is.
_NONE = ("", "0", "-1")


def refusals(resource: ResourceType, inputs: Mapping[str, Any]) -> Iterator[Failure]:
    """What AWS would refuse among inputs that are otherwise well-formed."""
    limits = accepted_values(resource)
    if limits:
        yield from _refusals(limits, resource.properties, inputs, "", "")


_KEPT: dict[str, Mapping[str, Limit]] = {}


def _kept_limits(resource: ResourceType) -> Mapping[str, Limit]:
    """The limits of a type, found out once a machine and calibrated by the documented examples."""
    kept = store.kept("limits", resource.token, lambda: _calibrated(resource))
    return {path: read(limit) for path, limit in kept.items()}


def _calibrated(resource: ResourceType) -> dict[str, dict[str, Any]]:
    limits = limits_of(resource)
    for example in examples(resource):
        for failure in list(_refusals(limits, resource.properties, example, "", "")):
            limits.pop(re.sub(r"\[\d+\]", "", failure.property_path), None)
    for name, prop in resource.properties.items():
        if prop.default is not None and name in limits and refusal(limits[name], prop.default, name):
            del limits[name]
    return {path: limit.compact() for path, limit in limits.items()}


def accepted_values(resource: ResourceType) -> Mapping[str, Limit]:
    """What AWS accepts for the properties of a type, by path without indexes (`ingress.protocol`)."""
    found = _KEPT.get(resource.token)
    return _KEPT.setdefault(resource.token, _kept_limits(resource)) if found is None else found


def _refusals(
    limits: Mapping[str, Limit],
    properties: Mapping[str, Property],
    given: Mapping[str, Any],
    path: str,
    shown: str,
) -> Iterator[Failure]:
    """`path` is the path without indexes, as limits have it; `shown` the path for people."""
    for name, value in given.items():
        prop = properties.get(name)
        if prop is not None:
            yield from _value(limits, prop.type, value, f"{path}{name}", f"{shown}{name}")


def _value(
    limits: Mapping[str, Limit], kind: TypeRef, value: Any, path: str, shown: str
) -> Iterator[Failure]:
    secret = isinstance(value, values.Secret)
    value = values.plain(value) if secret else value
    if isinstance(value, list) and kind.element is not None:
        for index, item in enumerate(value):
            yield from _value(limits, kind.element, item, path, f"{shown}[{index}]")
    elif isinstance(value, Mapping) and kind.object is not None:
        yield from _refusals(limits, kind.object.properties, value, f"{path}.", f"{shown}.")
    elif isinstance(value, str | int | float):
        limit = limits.get(path)
        reason = refusal(limit, value, path) if limit is not None else None
        reason = reason or _no_address_range(path, value) or _no_region(path, value)
        if reason is not None:
            yield Failure(shown, "AWS does not accept this secret value" if secret else reason)


def refusal(limit: Limit, value: str | float, path: str = "") -> str | None:
    """Why AWS would refuse a value; None when it would not, or when that is not sure."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if text in _NONE or text.lstrip().startswith(("{", "[")):
        return None
    if limit.values is not None:
        return _not_among(text, limit.values, limit.also or ())
    if limit.least is not None or limit.most is not None:
        return _out_of_range(value, limit)
    return _wrong_length(text, limit) or _wrong_form(text, limit, path)


def _not_among(text: str, accepted: tuple[str, ...], also: tuple[str, ...]) -> str | None:
    if text in accepted or text.lower() in {value.lower() for value in (*accepted, *also)}:
        return None
    guess = _closest_number(text, accepted) or nearest(text, accepted)
    hint = f"; did you mean '{guess}'?" if guess else ""
    spelled_out = f", only {', '.join(accepted)}" if len(accepted) <= _SPELLED_OUT else ""
    return f"AWS does not accept '{text}'{spelled_out}{hint}"


def _closest_number(text: str, accepted: tuple[str, ...]) -> str | None:
    if not (text.isdigit() and all(value.isdigit() for value in accepted)):
        return None
    return min(accepted, key=lambda value: abs(int(value) - int(text)))


def _no_address_range(path: str, value: str | float) -> str | None:
    """Why a value is no address range; neither model says that, AWS and the provider do."""
    if not _ADDRESS_RANGE.search(path) or not isinstance(value, str) or value in _NONE:
        return None
    try:
        ip_network(value, strict=False)
    except ValueError:
        return f"'{value}' is no address range; write one like 10.0.0.0/16 or 2001:db8::/56"
    return None if "/" in value else f"'{value}' is an address, not a range; write '{value}/32' for just it"


def _no_region(path: str, value: str | float) -> str | None:
    """Why a value is no Region; a Region that is younger than the SDK has the form of one all the same."""
    if path != "region" or not isinstance(value, str) or not value or _REGION.fullmatch(value):
        return None
    guess = nearest(value, enum_values("", "Region"))
    return f"'{value}' is no AWS Region" + (f"; did you mean '{guess}'?" if guess else "")


def _out_of_range(value: str | float, limit: Limit) -> str | None:
    try:
        number = float(value)
    except ValueError:
        return None
    if limit.least is not None and number < limit.least:
        return f"AWS accepts no less than {limit.least:g}, got {value}"
    if limit.most is not None and number > limit.most:
        return f"AWS accepts no more than {limit.most:g}, got {value}"
    return None


def _wrong_length(text: str, limit: Limit) -> str | None:
    if limit.shortest is not None and len(text) < limit.shortest:
        return f"AWS accepts no less than {limit.shortest} characters, got {len(text)}"
    if limit.longest is not None and len(text) > limit.longest:
        return f"AWS accepts no more than {limit.longest} characters, got {len(text)}"
    return None


def _wrong_form(text: str, limit: Limit, path: str) -> str | None:
    pattern = limit.pattern
    if pattern is None or ("arn:" in pattern and not path.lower().endswith(("arn", "arns"))):
        return None
    # The API's patterns hold for the whole value; anchored ones say so themselves.
    matches = re.search if "^" in pattern or "$" in pattern else re.fullmatch
    return None if matches(pattern, text) else f"'{text}' does not match the pattern of AWS, {pattern}"
