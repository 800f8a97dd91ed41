"""What a refresh or an import writes back as inputs: what was given, brought to what is really there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tools.emulator.diff import means_the_same, same
from tools.emulator.schema import ResourceType, TypeRef
from tools.emulator.values import plain


def inputs_from(
    resource: ResourceType,
    old: Mapping[str, Any],
    outputs: Mapping[str, Any],
    actual: Mapping[str, Any] | None = None,
    normal: Mapping[str, Callable[[Any], Any]] | None = None,
    before: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Inputs after a read.

    A given input keeps its form where it means the same as what is there, else takes what is there. An input that was
    not given appears only where somebody set it since: it is not AWS's to compute, not empty and not the default.
    What it was already at the last deployment (`before`, the old outputs) nobody has set since. With no old inputs
    (an import) everything that is there and may be given becomes an input.
    """
    really = outputs if actual is None else actual
    inputs: dict[str, Any] = dict(old)
    for name, prop in resource.properties.items():
        if not prop.input or name not in really:
            continue
        there = really[name]
        if normal and name in normal and old and means_the_same(normal[name], old.get(name), there):
            continue
        if name in old and old[name] is not None:
            inputs[name] = _merged(prop.type, old[name], there)
        elif not old and not before:
            if there not in (None, "", [], {}) and there != prop.default and name != "tagsAll":
                inputs[name] = there
        elif before and same(before.get(name), there):
            continue
        elif not prop.computed and there not in (None, "", [], {}, False, 0) and there != prop.default:
            inputs[name] = there
    if old.get("tagsAll") is not None and isinstance(really.get("tagsAll"), Mapping):
        inputs["tagsAll"] = _merged(None, old["tagsAll"], really["tagsAll"])
    return inputs


def _merged(kind: TypeRef | None, given: Any, there: Any) -> Any:
    """`given` where it means the same as `there`; nested objects are compared only in what was given."""
    bare = plain(given)
    if same(bare, there, unordered=True):
        return given
    if isinstance(bare, Mapping) and isinstance(there, Mapping):
        return (
            _merged_map(bare, there)
            if kind is None or kind.object is None
            else _merged_object(kind, bare, there)
        )
    if isinstance(bare, list) and isinstance(there, list) and len(bare) == len(there):
        element = None if kind is None else kind.element
        return [_merged(element, mine, other) for mine, other in _pairs(bare, there)]
    return there


def _merged_map(given: Mapping[str, Any], there: Mapping[str, Any]) -> dict[str, Any]:
    """A map such as tags: what is not there any more was taken away, what is there beyond was put there."""
    kept = {key: _merged(None, value, there[key]) for key, value in given.items() if key in there}
    return {**kept, **{key: value for key, value in there.items() if key not in kept}}


def _merged_object(kind: TypeRef, given: Mapping[str, Any], there: Mapping[str, Any]) -> dict[str, Any]:
    """A nested object: what a read does not show (a password) stays as it was given."""
    types = kind.object.properties if kind.object is not None else {}
    return {
        key: _merged(types[key].type if key in types else None, value, there[key]) if key in there else value
        for key, value in given.items()
    }


def _pairs(given: list[Any], there: list[Any]) -> list[tuple[Any, Any]]:
    """Each given item with the one that is there for it: an equal one where there is, else the next that is left."""
    left = list(there)
    equal: dict[int, Any] = {}
    for index, item in enumerate(given):
        match = next((i for i, other in enumerate(left) if same(item, other, unordered=True)), None)
        if match is not None:
            equal[index] = left.pop(match)
    return [(item, equal[index] if index in equal else left.pop(0)) for index, item in enumerate(given)]
