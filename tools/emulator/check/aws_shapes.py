"""One view of the two models of AWS: the shapes of an API and the JSON schemas of CloudFormation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tools.emulator.schema import operations
from tools.emulator.schema.matching import plain

_API_KINDS = {
    "string": "string",
    "integer": "integer",
    "long": "integer",
    "float": "number",
    "double": "number",
    "boolean": "boolean",
    "list": "list",
    "structure": "structure",
}
_SCHEMA_KINDS = {
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "array": "list",
    "object": "structure",
}


def _nothing() -> dict[str, Callable[[], Shape]]:
    return {}


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape of either model. Members and the element are read when asked for: models refer to themselves."""

    kind: str
    values: tuple[str, ...] = ()
    pattern: str | None = None
    shortest: int | None = None
    longest: int | None = None
    least: float | None = None
    most: float | None = None
    members: Callable[[], Mapping[str, Callable[[], Shape]]] = _nothing
    element: Callable[[], Shape] | None = None


def api_shape(life: operations.Lifecycle) -> Shape:
    """The input of the operation that creates a resource, its wrappers opened."""
    service = operations.model(life.service)
    shapes = service["shapes"]
    taken = shapes.get(service["operations"][life.create.name].get("input", {}).get("shape"), {})
    inner = operations.members(shapes, taken, life.create.entity)
    return Shape("structure", members=lambda: _api_members(shapes, inner))


def _api_members(shapes: Mapping[str, Any], members: Mapping[str, Any]) -> dict[str, Callable[[], Shape]]:
    return {
        plain(name): lambda shape=member["shape"]: _api(shapes, shape)  # type: ignore[misc]  # bound per name
        for name, member in members.items()
    }


def _api(shapes: Mapping[str, Any], name: str) -> Shape:
    shape = shapes[name]
    kind = _API_KINDS.get(shape["type"], "other")
    text = kind == "string"
    number = kind in ("integer", "number")
    element = shape["member"]["shape"] if kind == "list" else None
    return Shape(
        kind,
        values=tuple(shape.get("enum", ())),
        pattern=shape.get("pattern") if text else None,
        shortest=shape.get("min") if text else None,
        longest=shape.get("max") if text else None,
        least=shape.get("min") if number else None,
        most=shape.get("max") if number else None,
        members=lambda: _api_members(shapes, shape.get("members", {})),
        element=None if element is None else lambda: _api(shapes, element),
    )


def schema_shape(document: Mapping[str, Any]) -> Shape:
    """The properties of a CloudFormation resource schema."""
    return _schema(document, {**document, "type": "object"})


def _schema(document: Mapping[str, Any], node: Mapping[str, Any]) -> Shape:
    node = _resolved(document, node)
    kind = _SCHEMA_KINDS.get(str(node.get("type")), "other")
    items = node.get("items")
    # JSON Schema looks for a pattern anywhere in the value: only an anchored one says something of all of it.
    pattern = node.get("pattern") or ""
    return Shape(
        kind,
        values=tuple(str(value) for value in node.get("enum", ())),
        pattern=pattern if pattern.startswith("^") and pattern.endswith("$") else None,
        shortest=node.get("minLength"),
        longest=node.get("maxLength"),
        least=node.get("minimum"),
        most=node.get("maximum"),
        members=lambda: _schema_members(document, node),
        element=(lambda: _schema(document, items)) if isinstance(items, Mapping) else None,
    )


def _schema_members(document: Mapping[str, Any], node: Mapping[str, Any]) -> dict[str, Callable[[], Shape]]:
    return {
        plain(name): lambda inner=inner: _schema(document, inner)  # type: ignore[misc]  # bound per name
        for name, inner in node.get("properties", {}).items()
        if isinstance(inner, Mapping)
    }


def _resolved(document: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """A node with its reference to a definition followed."""
    seen = 0
    while "$ref" in node and seen < 10:
        found: Any = document
        for part in str(node["$ref"]).removeprefix("#/").split("/"):
            found = found.get(part, {}) if isinstance(found, Mapping) else {}
        node = found if isinstance(found, Mapping) else {}
        seen += 1
    return node
