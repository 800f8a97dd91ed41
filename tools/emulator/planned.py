"""What a preview shows: inputs as given, defaults as documented, everything that AWS computes unknown.

Which optional inputs AWS fills in is known from the SDK's own output types (`Property.computed`). For the properties of
nested objects the SDK does not say it: those that are not given are left out here, where the real provider shows some of
them as unknown.
"""

from __future__ import annotations

from typing import Any

from tools.emulator.emulated import Call, Emulated
from tools.emulator.schema import Property
from tools.emulator.values import UNKNOWN


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
        return given
    if name == "tagsAll" and "tags" in call.type.properties:
        return call.inputs.get("tags") or {}
    if name == "region" and prop.type.kind == "string":
        return call.place.region
    was_given = prop.input and call.old.get(name) is not None
    if call.id and call.state.get(name) is not None and not was_given:
        return call.state[name]
    if prop.default is not None:
        return prop.default
    return UNKNOWN if prop.computed else None
