"""What AWS accepts for a property: values, patterns, lengths and ranges, from AWS's own models.

Two sources, joined leniently: the input of the API operation that creates such a resource (botocore) and the
CloudFormation schema of the same thing (cfn-lint). Where both list values, either's will do; of two ranges the
wider one holds. A wrong refusal is worse than a missed one, so a limit counts only where the names and the kinds
of both sides are certain, and where no documented example of the type breaks it.

Left out on purpose: properties that take a name where the API takes an ARN, JSON documents, the sizes of lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from tools.emulator.check.aws_shapes import Shape, api_shape, schema_shape
from tools.emulator.schema import Property, ResourceType, TypeRef, cloudformation, operations
from tools.emulator.schema.matching import find_exactly, plain
from tools.emulator.schema.services import entity_of

_DEPTH = 4
# What says something else to the provider than to AWS.
_NOT_AWS = frozenset({"region", "tags", "tagsAll"})

_WORD = re.compile(r"`\"?([\w.:/-]+)\"?`")


@dataclass(frozen=True, slots=True)
class Limit:
    """What AWS accepts for one property; None for what it does not limit.

    `values` are compared without regard to case, and so is `also`: words of the documentation that are accepted
    too, because the models are not always up to date. `shortest` and `longest` count characters.
    """

    values: tuple[str, ...] | None = None
    also: tuple[str, ...] | None = None
    pattern: str | None = None
    shortest: int | None = None
    longest: int | None = None
    least: float | None = None
    most: float | None = None

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) is not None for field in fields(self))

    def compact(self) -> dict[str, Any]:
        """What is limited, as JSON."""
        pairs = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: value for name, value in pairs if value is not None}


def read(kept: Mapping[str, Any]) -> Limit:
    """The limit that `compact` wrote."""
    fixed: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()
    }
    return Limit(**fixed)


def limits_of(resource: ResourceType) -> dict[str, Limit]:
    """The limits of a type's properties, by path without indexes (`ingress.protocol`)."""
    names = frozenset(plain(name) for name, prop in resource.inputs.items() if name not in _NOT_AWS)
    life = operations.lifecycle(resource.token, names)
    schema = cloudformation.schema_of(resource.token, names)
    entity = entity_of(resource.token)
    sides = [
        api_shape(life) if life is not None and life.coverage >= operations.LEAST_COVERAGE else None,
        schema_shape(schema.document) if schema is not None else None,
    ]
    owners = (entity, life.create.entity) if life is not None else (entity,)
    shapes = [shape for shape in sides if shape is not None]
    return dict(_limits(resource.properties, shapes, owners, "", _DEPTH))


def _limits(
    properties: Mapping[str, Property], shapes: list[Shape], owners: tuple[str, ...], path: str, depth: int
) -> Iterator[tuple[str, Limit]]:
    for name, prop in properties.items():
        if not prop.input or name in _NOT_AWS or depth == 0:
            continue
        inner = [shape for shape in (_member(shape, name, owners) for shape in shapes) if shape is not None]
        for found, limit in _of_type(prop.type, inner, f"{path}{name}", depth):
            yield found, _documented(limit, prop) if found == f"{path}{name}" else limit


def _documented(limit: Limit, prop: Property) -> Limit:
    """The limit of a property, widened by the words of its documentation."""
    if limit.values is None:
        return limit
    known = {value.lower() for value in limit.values}
    words = {*_WORD.findall(prop.doc), *([] if prop.default is None else [str(prop.default)])}
    also = tuple(sorted(word for word in words if word.lower() not in known))
    return replace(limit, also=also or None)


def _of_type(kind: TypeRef, shapes: list[Shape], path: str, depth: int) -> Iterator[tuple[str, Limit]]:
    """The limits of a value and of what is in it; the SDK flattens lists of at most one item."""
    if kind.kind == "list" and kind.element is not None:
        yield from _of_type(kind.element, [_item(shape) for shape in shapes], path, depth)
    elif kind.object is not None and kind.kind == "object":
        structures = [_item(shape) for shape in shapes if _item(shape).kind == "structure"]
        owners = (plain(path.rpartition(".")[2]),)
        yield from _limits(kind.object.properties, structures, owners, f"{path}.", depth - 1)
    else:
        limit = _joined([shape for shape in shapes if shape.kind == kind.kind], kind)
        if limit:
            yield path, limit


def _item(shape: Shape) -> Shape:
    while shape.kind == "list" and shape.element is not None:
        shape = shape.element()
    return shape


def _member(shape: Shape, name: str, owners: tuple[str, ...]) -> Shape | None:
    members = shape.members()
    found = find_exactly(plain(name), members, owners)
    return members[found]() if found is not None else None


def _joined(shapes: list[Shape], kind: TypeRef) -> Limit:
    """The limit that all sources agree on: what one of them accepts is accepted."""
    if not shapes:
        return Limit()
    listed = [shape.values for shape in shapes if shape.values]
    values = {value for some in listed for value in some} | set(kind.values if listed else ())
    if values:
        return Limit(values=tuple(sorted(values)))
    patterns = {shape.pattern for shape in shapes}
    return Limit(
        pattern=_usable(patterns.pop()) if len(patterns) == 1 else None,
        shortest=_widest([shape.shortest for shape in shapes], min),
        longest=_widest([shape.longest for shape in shapes], max),
        least=_widest([shape.least for shape in shapes], min),
        most=_widest([shape.most for shape in shapes], max),
    )


def _widest(bounds: list[Any], choose: Any) -> Any:
    """The bound that lets more through; None when a source knows of none."""
    known = [bound for bound in bounds if bound is not None]
    return choose(known) if known else None


def _usable(pattern: str | None) -> str | None:
    """A pattern that Python reads the way AWS does; others are left out."""
    if pattern is None or "\\p" in pattern or "&&" in pattern:
        return None
    try:
        re.compile(pattern)
    except re.error:
        return None
    return pattern
