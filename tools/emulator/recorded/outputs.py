"""The outputs of a resource: what is there, what was given, what is documented, and for the rest something plausible.

Made-up values depend on the resource's id only, so they are the same at every read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.diff import same
from tools.emulator.emulated import Call
from tools.emulator.recorded import texts
from tools.emulator.recorded.ids import parts_shown
from tools.emulator.schema import ObjectType, Property, TypeRef

DEEPEST = 4
"""How many levels of nested objects are made up; some nested types hold themselves."""
_ONES = ("version", "revision", "generation")
_PORTS: Mapping[str, int] = {
    "rds": 3306,
    "docdb": 27017,
    "neptune": 8182,
    "elasticache": 6379,
    "memorydb": 6379,
    "redshift": 5439,
    "redshiftserverless": 5439,
    "dax": 8111,
    "mq": 5671,
}


def complete(call: Call, actual: Mapping[str, Any]) -> dict[str, Any]:
    """All outputs of a resource of which `actual` was read; empty for a type that is only recorded."""
    shown = parts_shown(call) if call.id else {}
    # The real provider's outputs hold the id too; rules over a stack find a resource by it.
    outputs: dict[str, Any] = {"id": call.id}
    for name, prop in call.type.outputs.items():
        value = (
            _as_given(call.inputs.get(name), actual[name]) if name in actual else _known(call, prop, shown)
        )
        if value is not None:
            outputs[name] = value
    return outputs


def _as_given(given: Any, there: Any) -> Any:
    """What is there in the program's own spelling and order, where both mean the same: JSON documents, sets."""
    return given if given is not None and isinstance(there, (str, list)) and same(given, there) else there


def _known(call: Call, prop: Property, shown: Mapping[str, str]) -> Any:
    name = prop.name
    given = call.inputs.get(name)
    if given is not None:
        return given
    if name == "region" and prop.type.kind == "string":
        return call.place.region
    if name in ("tags", "tagsAll"):
        return call.tags if name == "tagsAll" else None
    if name in shown and prop.computed and prop.default is None:
        return int(shown[name]) if prop.type.kind == "integer" and shown[name].isdigit() else shown[name]
    if call.state.get(name) is not None and prop.computed:
        return call.state[name]
    if prop.default is not None:
        return prop.default
    return made_up(call, name, prop.type, is_output=not prop.input) if prop.computed else None


def made_up(call: Call, path: str, kind: TypeRef, *, is_output: bool = True, depth: int = 0) -> Any:
    """A value of the right type for something that AWS computes. `path` is where it is: `endpoint.address`.

    A list that can't be given holds one made-up item, so that a program may look into it. None where there is nothing
    that could be made up (assets).
    """
    name = path.rsplit(".", 1)[-1].split("[", 1)[0]
    if kind.kind == "string":
        return kind.values[0] if kind.values and not name.endswith("Arn") else texts.text(call, path)
    if kind.kind == "list":
        return _list(call, path, kind, is_output=is_output, depth=depth)
    if kind.kind == "object":
        return _object(call, path, kind.object, depth)
    if kind.kind in ("integer", "number"):
        return _number(call, name)
    if kind.kind == "union":
        return made_up(call, path, kind.options[0], is_output=is_output, depth=depth)
    return {"boolean": name in ("enabled", "active"), "map": {}, "any": ""}.get(kind.kind)


def _list(call: Call, path: str, kind: TypeRef, *, is_output: bool, depth: int) -> list[Any]:
    name = path.rsplit(".", 1)[-1]
    several = texts.several(call, name)
    if several is not None and kind.element is not None and kind.element.kind == "string":
        return several
    if not is_output or kind.element is None or depth >= DEEPEST:
        return []
    item = made_up(call, f"{path}[0]", kind.element, depth=depth)
    return [] if item in (None, "") else [item]


def _object(call: Call, path: str, nested: ObjectType | None, depth: int) -> dict[str, Any]:
    if nested is None or depth >= DEEPEST:
        return {}
    made = {
        name: made_up(call, f"{path}.{name}", prop.type, is_output=not prop.input, depth=depth + 1)
        for name, prop in nested.properties.items()
        if prop.output and (prop.computed or prop.required)
    }
    return {name: value for name, value in made.items() if value is not None}


def _number(call: Call, name: str) -> int:
    if name.lower().endswith(_ONES):
        return 1
    return (
        _PORTS.get(call.type.token.split(":")[1].split("/")[0], 443) if name.lower().endswith("port") else 0
    )
