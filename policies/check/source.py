"""Reads what is to be judged: the plan of `pulumi preview --json`, or the state of `pulumi stack export`.

A plan shows a secret as the text `[secret]`, a state as an object with `ciphertext`. Both are there but hidden,
which for a rule is the same as not known yet. A plan leaves unchanged resources out unless it is asked for them
(`--show-sames`), and then rules over the stack would miss half of it; such a plan is refused.
Formats: `pkg/backend/display/json.go`, `sdk/go/common/apitype/core.go` of pulumi/pulumi 3.250.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from policies.check.place import Frame, frames
from policies.pack.resource import Place, Resource
from policies.pack.tokens import canonical
from policies.pack.values import SECRET, SIGNATURE, UNKNOWN, UNKNOWN_TEXTS, Value, conceal, signed

HIDDEN = "[secret]"
# Steps after which the resource is no longer there.
_GONE = frozenset({"delete", "delete-replaced", "read-discard", "discard-replaced", "remove-pending-replace"})


class SourceError(Exception):
    """The file is no plan and no state, or not enough of one; the message says what it is and the remedy."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A resource of a deployment: as rules for one resource see it (inputs), as rules over the stack do, and where
    the program declares it, innermost first.
    """

    alone: Resource
    in_stack: Resource
    frames: tuple[Frame, ...]
    managed: bool


@dataclass(frozen=True, slots=True)
class Deployment:
    """All resources of a plan or a state. `kind` is "plan" or "state"."""

    kind: str
    resources: tuple[Judged, ...]


def read(text: str, name: str) -> Deployment:
    """Read a plan or a state. `name` is what messages call it. Raises SourceError."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise SourceError(f"{name}: {_no_json(text)}") from None
    if isinstance(content, dict) and isinstance(content.get("deployment"), dict):
        states = content["deployment"].get("resources") or []
        return Deployment("state", tuple(_from_state(state) for state in states if not state.get("delete")))
    if isinstance(content, dict) and ("steps" in content or "changeSummary" in content):
        return Deployment("plan", tuple(_plan(content, name)))
    raise SourceError(
        f"{name}: is neither a plan nor a state; give what `pulumi preview --json --show-sames` or "
        "`pulumi stack export` writes"
    )


def _no_json(text: str) -> str:
    lines = text.strip().splitlines()
    if lines and lines[0].startswith("{") and '"sequence"' in lines[0]:
        return "is a stream of events; unset PULUMI_ENABLE_STREAMING_JSON_PREVIEW"
    return "is not JSON; give what `pulumi preview --json --show-sames` or `pulumi stack export` writes"


def _plan(content: Mapping[str, Any], name: str) -> list[Judged]:
    steps = content.get("steps") or []
    unchanged = (content.get("changeSummary") or {}).get("same", 0)
    shown = sum(step.get("op") == "same" for step in steps)
    if unchanged > shown:
        raise SourceError(
            f"{name}: the plan leaves out {unchanged - shown} unchanged resources, and rules over the stack need them; "
            "run `pulumi preview --json --show-sames`"
        )
    found: dict[str, Judged] = {}
    for step in steps:
        state = step.get("newState")
        if state and step.get("op") not in _GONE:
            found[state["urn"]] = _from_step(state, step.get("oldState") or {}, step["op"])
    return list(found.values())


def _from_step(state: Mapping[str, Any], old: Mapping[str, Any], op: str) -> Judged:
    """A planned resource. Outputs of a change are not known yet, but what names the resource stays."""
    inputs = _properties(state.get("inputs"))
    before = _properties(old.get("outputs"))
    if op == "same":
        outputs = {**before, **_properties(state.get("outputs"))}
    elif op in ("update", "refresh", "import", "read"):
        kept: dict[str, Value] = {name: before[name] for name in ("arn", "name", "bucket") if name in before}
        outputs = {**kept, **inputs, **_properties(state.get("outputs"))}
    else:
        outputs = {**inputs, **_properties(state.get("outputs"))}
    identity = state.get("id") or (old.get("id") if op in ("same", "update", "refresh") else "")
    return _judged(state, inputs, outputs, identity)


def _from_state(state: Mapping[str, Any]) -> Judged:
    inputs, outputs = _properties(state.get("inputs")), _properties(state.get("outputs"))
    # A resource that was imported or refreshed by old versions of the engine may have no inputs.
    return _judged(state, inputs or outputs, outputs, state.get("id"))


def _judged(
    state: Mapping[str, Any], inputs: dict[str, Value], outputs: dict[str, Value], identity: object
) -> Judged:
    urn = str(state["urn"])
    token, name = canonical(str(state.get("type", ""))), urn.rpartition("::")[2]
    if isinstance(identity, str) and identity and identity not in UNKNOWN_TEXTS:
        outputs = {"id": identity, **outputs}
    place = Place(
        str(state.get("parent", "")),
        tuple(state.get("dependencies") or ()),
        {path: tuple(urns or ()) for path, urns in (state.get("propertyDependencies") or {}).items()},
    )
    return Judged(
        alone=Resource(token, name, urn, inputs, place),
        in_stack=Resource(token, name, urn, outputs, place, inputs),
        frames=frames(state),
        managed=bool(state.get("custom")) and not state.get("external"),
    )


def _properties(properties: Mapping[str, Any] | None) -> dict[str, Value]:
    return {name: value(item) for name, item in (properties or {}).items()}


def value(item: Any) -> Value:
    """A property of a plan or a state as rules see it."""
    if isinstance(item, str):
        return UNKNOWN if item in UNKNOWN_TEXTS or item == HIDDEN else item
    if isinstance(item, float) and item.is_integer():
        return int(item)
    if isinstance(item, list):
        return [value(inner) for inner in item]
    if not isinstance(item, dict):
        return item  # type: ignore[no-any-return]  # JSON has only None, booleans and numbers left
    signature = item.get(SIGNATURE)
    if signature == SECRET and "plaintext" in item:  # `pulumi stack export --show-secrets`
        return conceal(value(json.loads(item["plaintext"])))
    fields = {name: value(inner) for name, inner in item.items() if name != SIGNATURE}
    return signed(str(signature), fields) if signature else fields
