"""The least inputs that a type takes, and whether a value is of a type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.accounts import Place
from tools.emulator.emulated import Call
from tools.emulator.schema import ResourceType, TypeRef, resource
from tools.emulator.values import UNKNOWN, Asset

PLACE = Place("111111111111", "us-east-1")
_SCALARS: Mapping[str, Any] = {"string": "example", "integer": 1, "number": 1, "boolean": True, "any": "x"}


def kind(token: str) -> ResourceType:
    found = resource(token)
    assert found is not None, f"{token} is no type"
    return found


def call(token: str, inputs: dict[str, Any] | None = None, place: Place = PLACE, **more: Any) -> Call:
    """A call for a type; `accounts` leads nowhere."""
    given = least(kind(token)) if inputs is None else inputs
    return Call(type=kind(token), name="web", place=place, accounts=None, service="", inputs=given, **more)  # type: ignore[arg-type]  # no recorded type calls AWS


def least(resource_type: ResourceType) -> dict[str, Any]:
    """A value for every required property."""
    return {name: _value(prop.type, 0) for name, prop in resource_type.properties.items() if prop.required}


def _value(of: TypeRef, depth: int) -> Any:
    if of.values:
        return of.values[0]
    if of.kind == "list" and of.element is not None:
        return [_value(of.element, depth + 1)]
    if of.kind == "map" and of.element is not None:
        return {"key": _value(of.element, depth + 1)}
    if of.kind == "object" and of.object is not None:
        required = {name: prop for name, prop in of.object.properties.items() if prop.required}
        return {name: _value(prop.type, depth + 1) for name, prop in required.items()} if depth < 8 else {}
    if of.kind == "union":
        return _value(of.options[0], depth)
    return Asset(of.kind, {"hash": "1"}) if of.kind in ("asset", "archive") else _SCALARS[of.kind]


def misfits(of: TypeRef, value: Any, path: str) -> list[str]:
    """The paths inside of `value` where something is not of its type."""
    if value is UNKNOWN or of.kind == "any":
        return []
    if of.kind == "list" and of.element is not None and isinstance(value, list):
        return [hit for i, item in enumerate(value) for hit in misfits(of.element, item, f"{path}[{i}]")]
    if of.kind == "map" and of.element is not None and isinstance(value, Mapping):
        return [hit for key, item in value.items() for hit in misfits(of.element, item, f"{path}.{key}")]
    if of.kind == "object" and of.object is not None and isinstance(value, Mapping):
        known = of.object.properties
        strange = [f"{path}.{key}" for key in value if key not in known]
        inner = [
            hit
            for key in value
            if key in known
            for hit in misfits(known[key].type, value[key], f"{path}.{key}")
        ]
        return strange + inner
    if of.kind == "union":
        attempts = [misfits(option, value, path) for option in of.options]
        return [] if any(not attempt for attempt in attempts) else attempts[0]
    return [] if _is_scalar(of, value) else [f"{path} ({of}): {value!r}"]


def _is_scalar(of: TypeRef, value: Any) -> bool:
    if of.kind in ("integer", "number"):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    wanted = {"string": str, "boolean": bool, "asset": Asset, "archive": Asset}.get(of.kind)
    return wanted is not None and isinstance(value, wanted)
