from __future__ import annotations
from tools.emulator.emulated import Call
import hashlib
def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
def resource_id(call: Call, seed: str) -> str:
    """An id as AWS or the provider would give: the resource's own name where it has one, else `<kind>-<17 hex digits>`."""
    if call.type.autoname and call.inputs.get(call.type.autoname):
        return str(call.inputs[call.type.autoname])
    kind = call.type.token.rsplit(":", 1)[-1].lower()
    return f"{kind}-{_digest(seed)[:17]}"


