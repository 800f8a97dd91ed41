"""What a refresh or an import writes back as inputs: what was given, brought to what is really there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tools.emulator.diff import means_the_same, same
from tools.emulator.schema import ResourceType
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
            inputs[name] = _merged(old[name], there)
        elif not old and not before:
            if there not in (None, "", [], {}) and there != prop.default and name != "tagsAll":
                inputs[name] = there
        elif before and same(before.get(name), there):
            continue
        elif not prop.computed and there not in (None, "", [], {}, False, 0) and there != prop.default:
            inputs[name] = there
    if old.get("tagsAll") is not None and isinstance(really.get("tagsAll"), Mapping):
        inputs["tagsAll"] = _merged(old["tagsAll"], really["tagsAll"])
    return inputs


def _merged(given: Any, there: Any) -> Any:
    """`given` where it means the same as `there`; nested blocks are compared only in what was given."""
    bare = plain(given)
    if same(bare, there, unordered=True):
        return given
    if isinstance(bare, Mapping) and isinstance(there, Mapping):
        kept = {key: _merged(value, there.get(key)) for key, value in bare.items() if value is not None}
        return kept if not _tags_like(bare, there) else {**kept, **there}
    if isinstance(bare, list) and isinstance(there, list) and len(bare) == len(there):
        return [_merged(a, b) for a, b in zip(bare, there, strict=True)]
    return there


def _tags_like(given: Mapping[str, Any], there: Mapping[str, Any]) -> bool:
    return all(isinstance(value, str) for value in [*given.values(), *there.values()])
