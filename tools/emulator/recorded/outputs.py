from __future__ import annotations
from typing import Any
from collections.abc import Mapping
from tools.emulator.diff import same
from tools.emulator.emulated import Call
from tools.emulator.recorded.ids import _digest
from tools.emulator.schema import TypeRef
def complete(call: Call, actual: Mapping[str, Any]) -> dict[str, Any]:
    """All outputs: what is really there, else what was given, else the documented default, else something plausible."""
    outputs: dict[str, Any] = {}
    for name, prop in call.type.properties.items():
        if not prop.output:
            continue
        if name in actual:
            outputs[name] = _as_given(call.inputs.get(name), actual[name])
        elif call.inputs.get(name) is not None:
            outputs[name] = call.inputs[name]
        elif name == "region":
            outputs[name] = call.place.region
        elif name == "tagsAll":
            outputs[name] = call.tags
        elif prop.default is not None:
            outputs[name] = prop.default
        elif prop.computed:
            outputs[name] = call.state[name] if call.state.get(name) is not None else made_up(call, name, prop.type)
    return outputs


def _as_given(given: Any, there: Any) -> Any:
    """What is there in the program's own spelling and order, where both mean the same: JSON documents, sets."""
    return given if given is not None and isinstance(there, (str, list)) and same(given, there) else there


def made_up(call: Call, name: str, kind: TypeRef) -> Any:
    """A value of the right type for an output that AWS computes."""
    if kind.kind == "string":
        return _text(call, name)
    return {"boolean": False, "integer": 0, "number": 0, "list": [], "map": {}, "object": {}}.get(kind.kind)


def _text(call: Call, name: str) -> str:
    service, _, kind = call.type.token.split(":")[1].partition("/")
    if name == "arn":
        return call.arn(service, f"{kind.lower()}/{call.id}")
    if name in ("ownerId", "accountId", "registryId"):
        return call.place.account
    if name.endswith(("Id", "id")):
        return f"{name[:-2].lower() or 'id'}-{_digest(call.id + name)[:17]}"
    if name.endswith("Arn"):
        return call.arn(service, f"{name[:-3].lower()}/{_digest(call.id + name)[:12]}")
    if name.lower().endswith(("dnsname", "endpoint", "domainname")):
        return f"{call.id.lower()}.{service}.{call.place.region}.{call.place.dns_suffix}"
    return ""


