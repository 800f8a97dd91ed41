"""What a preview shows of a resource: inputs as given, defaults as documented, everything that AWS computes unknown.

Which optional inputs AWS fills in is known from the SDK's own output types (`Property.computed`).
"""

from __future__ import annotations

from typing import Any

from tools.emulator.emulated import Call, Emulated
from tools.emulator.values import UNKNOWN


def planned(call: Call, adapter: Emulated | None) -> dict[str, Any]:
    """The outputs of a create or update that has not happened. An update keeps what it does not change."""
    # The real provider's outputs hold the id too; rules over a stack find a resource by it.
    outputs: dict[str, Any] = {"id": call.id or UNKNOWN}
    sure = dict(adapter.known(call)) if adapter and adapter.known else {}
    for name, prop in call.type.properties.items():
        if not prop.output:
            continue
        if name in sure:
            outputs[name] = sure[name]
        elif call.inputs.get(name) is not None:
            outputs[name] = call.inputs[name]
        elif name == "tagsAll" and "tags" in call.type.properties:
            outputs[name] = call.inputs.get("tags") or {}
        elif name == "region":
            outputs[name] = call.place.region
        elif call.id and call.state.get(name) is not None and not (prop.input and call.old.get(name) is not None):
            outputs[name] = call.state[name]
        elif prop.default is not None:
            outputs[name] = prop.default
        elif prop.computed:
            outputs[name] = UNKNOWN
    return outputs
