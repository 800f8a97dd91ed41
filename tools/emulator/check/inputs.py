"""Checks inputs against the SDK's types: names, required properties, kinds of values, and what AWS accepts.

The coercions are those of the real provider's bridge: a number or boolean may stand as a string and the other
way round, as long as it can be read as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from tools.emulator import values
from tools.emulator.check.accepted import refusals
from tools.emulator.check.documents import malformed_documents
from tools.emulator.check.failure import Failure
from tools.emulator.schema import FunctionType, Property, ResourceType, TypeRef, nearest

_INTERNAL = "__"


def check(resource: ResourceType, inputs: Mapping[str, Any]) -> list[Failure]:
    """What is wrong with the inputs of a resource; empty when they are fine.

    `inputs` are decoded property values; unknown ones pass every check. Secrets are looked into, but no
    message holds a value that was one.
    """
    failures = list(_properties(resource.properties, inputs, ""))
    malformed = {failure.property_path for failure in failures}
    more = chain(malformed_documents(resource, inputs), refusals(resource, inputs))
    return failures + [failure for failure in more if failure.property_path not in malformed]


def check_arguments(function: FunctionType, arguments: Mapping[str, Any]) -> list[Failure]:
    """What is wrong with the arguments of a data source; empty when they are fine."""
    return list(_properties(function.inputs, arguments, ""))


def _properties(properties: Mapping[str, Property], given: Mapping[str, Any], path: str) -> Iterator[Failure]:
    prefix = f"{path}." if path else ""
    for name, value in given.items():
        if name.startswith(_INTERNAL) or value is None:
            continue
        prop = properties.get(name)
        if prop is None or not prop.input:
            yield Failure(f"{prefix}{name}", _unknown(name, properties))
        else:
            yield from _value(prop.type, value, f"{prefix}{name}")
    for prop in properties.values():
        if prop.required and given.get(prop.name) is None:
            yield Failure(f"{prefix}{prop.name}", f"missing; '{prop.name}' has to be given")


def _unknown(name: str, properties: Mapping[str, Property]) -> str:
    """Why a property can't be given: AWS sets it, or there is none of the name."""
    if name in properties:
        return f"'{name}' is set by AWS and can't be given"
    guess = nearest(name, [prop.name for prop in properties.values() if prop.input])
    return f"no such property; did you mean '{guess}'?" if guess else "no such property"


def _value(kind: TypeRef, value: Any, path: str) -> Iterator[Failure]:
    secret = isinstance(value, values.Secret)
    value = values.plain(value) if secret else value
    if value is None or value is values.UNKNOWN:
        return
    if kind.kind == "union":
        yield from _union(kind, value, path)
    elif kind.kind == "list" and isinstance(value, list) and kind.element is not None:
        for index, item in enumerate(value):
            yield from _value(kind.element, item, f"{path}[{index}]")
    elif kind.kind == "map" and isinstance(value, Mapping) and kind.element is not None:
        for key, item in value.items():
            yield from _value(kind.element, item, f"{path}.{key}")
    elif kind.kind == "object" and isinstance(value, Mapping) and kind.object is not None:
        yield from _properties(kind.object.properties, value, path)
    elif not _fits(kind, value):
        shown = "a secret" if secret else _described(value)
        yield Failure(path, f"expected {_article(str(kind))}, got {shown}")


def _union(kind: TypeRef, value: Any, path: str) -> Iterator[Failure]:
    """The failures of the alternative that the value is meant for; none when one of them fits."""
    attempts = [(option, list(_value(option, value, path))) for option in kind.options]
    if all(failures for _, failures in attempts):
        alike = [failures for option, failures in attempts if _same_shape(option, value)]
        yield from alike[0] if alike else [Failure(path, f"expected {kind}, got {_described(value)}")]


def _same_shape(kind: TypeRef, value: Any) -> bool:
    if isinstance(value, Mapping):
        return kind.kind in ("object", "map")
    return kind.kind == "list" if isinstance(value, list) else kind.kind not in ("object", "map", "list")


def _fits(kind: TypeRef, value: Any) -> bool:
    """Whether a value that is no container can be read as the kind."""
    match kind.kind:
        case "any":
            return True
        case "string":
            return isinstance(value, str | bool | int | float)
        case "boolean":
            return isinstance(value, bool) or value in ("true", "false")
        case "integer":
            return _number(value) is not None and float(value).is_integer()
        case "number":
            return _number(value) is not None
        case "asset" | "archive":
            return isinstance(value, values.Asset)
        case _:
            return False


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _described(value: Any) -> str:
    if isinstance(value, str):
        return f"the string '{value}'" if len(value) <= 60 else "a string"
    if isinstance(value, bool):
        return f"the boolean {str(value).lower()}"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, Mapping):
        return "an object"
    return "a list" if isinstance(value, list) else "an asset or archive"


def _article(name: str) -> str:
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"
