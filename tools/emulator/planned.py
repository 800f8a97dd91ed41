"""What a preview shows: inputs as given, defaults as documented, everything that AWS computes unknown.

Which optional inputs AWS fills in is known from the SDK's own output types (`Property.computed`), in nested objects too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call, Emulated
from tools.emulator.schema import Property, TypeRef
from tools.emulator.values import UNKNOWN, Secret


def planned(call: Call, adapter: Emulated | None) -> dict[str, Any]:
    """The outputs of a create or update that has not happened. An update keeps what it does not change."""
    sure = dict(adapter.known(call)) if adapter and adapter.known else {}
    # The real provider's outputs hold the id too; rules over a stack find a resource by it.
    outputs: dict[str, Any] = {"id": call.id or UNKNOWN}
    for name, prop in call.type.outputs.items():
        value = sure[name] if name in sure else _expected(call, prop)
        if value is not None:
            outputs[name] = value
    return outputs


def _expected(call: Call, prop: Property) -> Any:
    name = prop.name
    given = call.inputs.get(name)
    if given is not None:
        return with_unknowns(prop.type, given, call.state.get(name))
    if name == "tagsAll" and "tags" in call.type.properties:
        return call.inputs.get("tags") or {}
    if name == "region":
        return call.place.region
    was_given = prop.input and call.old.get(name) is not None
    if call.id and call.state.get(name) is not None and not was_given:
        return call.state[name]
    if prop.default is not None:
        return prop.default
    return UNKNOWN if prop.computed else None


def with_unknowns(kind: TypeRef, given: Any, before: Any = None) -> Any:
    """A given value with what AWS will add to its nested objects: as it was `before`, else unknown."""
    if isinstance(given, Secret):
        return Secret(with_unknowns(kind, given.value, before))
    if kind.kind == "list" and kind.element is not None and isinstance(given, list):
        known = before if isinstance(before, list) and len(before) == len(given) else [None] * len(given)
        return [with_unknowns(kind.element, item, old) for item, old in zip(given, known, strict=True)]
    nested = kind.object
    if nested is None or not isinstance(given, Mapping):
        return given
    old = before if isinstance(before, Mapping) else {}
    whole = dict(given)
    for name, prop in nested.properties.items():
        if given.get(name) is not None:
            whole[name] = with_unknowns(prop.type, given[name], old.get(name))
        elif prop.output and prop.computed:
            whole[name] = UNKNOWN if old.get(name) is None else old[name]
    return whole
