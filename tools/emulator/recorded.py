"""Resource types without an adapter: recorded, with a plausible id, an ARN of the right shape, every output of its type.

Nothing of these exists in moto. The inputs are kept, and what AWS would compute is made up: stable for one resource, and
different for two.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tools.emulator import services
from tools.emulator.emulated import Call
from tools.emulator.schema import ResourceType, TypeRef
from tools.emulator.values import Asset, plain


def resource_id(call: Call, seed: str) -> str:
    """An id as AWS or the provider would give: the resource's own name where it has one, else `<kind>-<17 hex digits>`."""
    if call.type.autoname and call.inputs.get(call.type.autoname):
        return str(call.inputs[call.type.autoname])
    kind = call.type.token.rsplit(":", 1)[-1].lower()
    return f"{kind}-{_digest(seed)[:17]}"


def complete(call: Call, actual: Mapping[str, Any]) -> dict[str, Any]:
    """All outputs: what is really there, else what was given, else the documented default, else something plausible."""
    outputs: dict[str, Any] = {}
    for name, prop in call.type.properties.items():
        if not prop.output:
            continue
        if name in actual:
            outputs[name] = actual[name]
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


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class Records:
    """The resources that the engine has made here, by token and id; for recorded types also their outputs.

    Appended to a file, so that a restart and an import find them again.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], dict[str, Any]] = {}

    def load(self) -> None:
        """Read the file; a line that a crash cut off is dropped."""
        if self._path is None or not self._path.exists():
            return
        for line in self._path.read_bytes().splitlines():
            try:
                token, resource, outputs = json.loads(line)
            except ValueError:
                continue
            self._keep(token, resource, outputs)

    def _keep(self, token: str, resource: str, outputs: dict[str, Any] | None) -> None:
        if outputs is None:
            self._known.pop((token, resource), None)
        else:
            self._known[token, resource] = outputs

    def put(self, resource: ResourceType, resource_id: str, outputs: dict[str, Any] | None) -> None:
        """Record outputs; None forgets the resource."""
        with self._lock:
            self._keep(resource.token, resource_id, outputs)
            if self._path is not None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps([resource.token, resource_id, outputs], default=_as_json) + "\n")

    def get(self, resource: ResourceType, resource_id: str) -> dict[str, Any] | None:
        """The outputs of a recorded resource, or None."""
        return self._known.get((resource.token, resource_id))

    def counts(self) -> dict[str, dict[str, int]]:
        """How many resources there are: `{"real": {token: n}, "recorded": {token: n}}`."""
        found: dict[str, dict[str, int]] = {"real": {}, "recorded": {}}
        for token, _ in [*self._known]:
            kind = found["recorded" if services.adapter(token) is None else "real"]
            kind[token] = kind.get(token, 0) + 1
        return found


def _as_json(value: Any) -> Any:
    return dict(value.fields) if isinstance(value, Asset) else plain(value)
