"""A preview meets values that are not known yet, at any depth. No declaration of any service may stumble over one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tools.emulator.inputs import call, kind
from tools.emulator.diff import changes
from tools.emulator.planned import planned
from tools.emulator.schema import TypeRef
from tools.emulator.services import adapters
from tools.emulator.values import UNKNOWN, Asset

_SCALARS = {"string": "example", "integer": 1, "number": 1, "boolean": True, "any": "x"}


def value(of: TypeRef, known_down_to: int) -> Any:
    """A value with everything that the type can have; unknown from some depth on."""
    if known_down_to <= 0:
        return UNKNOWN
    if of.kind == "list" and of.element is not None:
        return [value(of.element, known_down_to - 1)]
    if of.kind == "map" and of.element is not None:
        return {"key": value(of.element, known_down_to - 1)}
    if of.kind == "object" and of.object is not None:
        properties = of.object.properties.items()
        return {name: value(prop.type, known_down_to - 1) for name, prop in properties}
    if of.kind == "union":
        return value(of.options[0], known_down_to)
    if of.kind in ("asset", "archive"):
        return Asset(of.kind, {"hash": "1"})
    return of.values[0] if of.values else _SCALARS[of.kind]


def everything(token: str, known_down_to: int) -> dict[str, Any]:
    properties = kind(token).inputs.items()
    return {name: value(prop.type, known_down_to) for name, prop in properties}


@pytest.mark.parametrize("depth", [0, 1, 2])
@pytest.mark.parametrize("token", sorted(adapters()))
def test_plans_and_compares_what_is_not_known(token: str, depth: int) -> None:
    adapter, unknown, known = adapters()[token], everything(token, depth), everything(token, 3)
    for old, new in ((known, unknown), (unknown, known), (unknown, unknown)):
        replacing = adapter.replacing(old, new)
        changes(
            kind(token),
            old,
            new,
            replace_on=replacing,
            update_on=adapter.updating(kind(token), replacing),
            unordered=adapter.unordered,
            normal=adapter.normal,
        )
    created = planned(call(token, unknown), adapter)
    assert created["id"] is UNKNOWN
    changed = planned(call(token, unknown, old=known, state={**known, "id": "an-id"}, id="an-id"), adapter)
    assert changed["id"] == "an-id"
