"""What changed between two deployments, property by property, and whether it updates or replaces.

The comparison is of inputs (after Check) with the inputs of the last deployment. `refresh` writes what is really
there into those old inputs, so drift shows as a change back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from tools.emulator.schema import Property, ResourceType
from tools.emulator.values import UNKNOWN, Asset, Secret, has_unknown, plain

ADD, DELETE, UPDATE = "add", "delete", "update"
# Lists of scalars are sets in nearly all AWS types; in these the order is meaning.
ORDERED = frozenset(
    {"command", "commands", "entryPoint", "entryPoints", "args", "arguments", "layers", "stages"}
)


_SPECIAL, _ESCAPED = re.compile(r'(["\\])'), r"\\\1"
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_STEP = re.compile(r"""\["((?:[^"\\]|\\.)*)"\]|\[([^\]]*)\]|([^.\[\]]+)""")


@dataclass(frozen=True, slots=True)
class Change:
    """A changed property: its path (`ingress[0].fromPort`), what happened, and whether it replaces the resource."""

    path: str
    kind: str
    replaces: bool

    @property
    def top(self) -> str:
        """The top-level property."""
        return self.path.split(".", 1)[0].split("[", 1)[0]


def changes(
    resource: ResourceType,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    *,
    replace_on: Collection[str] = (),
    update_on: Collection[str] = (),
    unordered: Collection[str] = (),
    normal: Mapping[str, Callable[[Any], Any]] | None = None,
) -> list[Change]:
    """All changes from `old` to `new` inputs, in the order of the properties.

    `normal` brings properties that can be spelled in several ways to one form before they are compared.
    """
    found: list[Change] = []
    if "tagsAll" in new:
        # Inputs of an import have no `tagsAll` yet: there were no other tags than these.
        old = {"tagsAll": old.get("tags"), **old}
    for name in [*old, *(key for key in new if key not in old)]:
        prop = resource.properties.get(name)
        if name.startswith("__") or (prop is not None and not prop.input and name != "tagsAll"):
            continue
        if prop is not None and prop.computed and name != "tagsAll" and new.get(name) is None:
            # AWS computes it where it is not given, so taking it out of the program leaves it as it is.
            continue
        if normal and name in normal and means_the_same(normal[name], old.get(name), new.get(name)):
            continue
        replaces = name not in update_on and (name in replace_on or (prop is not None and prop.replace))
        is_set = name in unordered or (prop is not None and _only_moved(prop, old.get(name), new.get(name)))
        for path, kind in _compare(name, old.get(name), new.get(name), is_set):
            found.append(Change(path, kind, replaces))
    return found


_SET = re.compile(r"\b(?:set of|one or more|can be (?:specified|defined) multiple times)\b", re.IGNORECASE)
_ORDER = re.compile(r"\border(?:ed|ing)?\b|\bin sequence\b|\bpriority\b", re.IGNORECASE)


def _only_moved(prop: Property, old: Any, new: Any) -> bool:
    """Whether the items of a list only changed places, and its documentation speaks of a set.

    The real provider's schema says which lists are sets; the SDK shows both as lists, so only the text tells.
    """
    if not (isinstance(old, list) and isinstance(new, list) and len(old) == len(new) > 1):
        return False
    if not same(old, new, unordered=True):
        return False
    return _SET.search(prop.doc) is not None and _ORDER.search(prop.doc) is None


def is_ignored(path: str, ignored: Collection[str]) -> bool:
    """Whether `ignoreChanges` names this path or something that holds it.

    Its entries are property paths as the engine takes them: `tags`, `tags.Name`, `tags["a.b"]`, `ingress[0].fromPort`,
    and `*` for any part, as in `ingress[*].fromPort`.
    """
    parts = steps(path)
    wanted = [steps(entry) for entry in ignored]
    return any(
        len(entry) <= len(parts)
        and all(step in ("*", part) for step, part in zip(entry, parts, strict=False))
        for entry in wanted
    )


def steps(path: str) -> list[str]:
    """The parts of a property path: `a.b[0]["c.d"]` is `a`, `b`, `0`, `c.d`."""
    return [
        _ESCAPE.sub(r"\1", quoted) if quoted else index or name for quoted, index, name in _STEP.findall(path)
    ]


def means_the_same(normal: Callable[[Any], Any], old: Any, new: Any) -> bool:
    """Whether two values have the same normal form. One that is partly unknown, or that AWS will refuse, has none."""
    if has_unknown(old) or has_unknown(new):
        return False
    try:
        return same(normal(plain(old)), normal(plain(new)), unordered=True)
    except (TypeError, ValueError, KeyError):
        return False


def _compare(path: str, old: Any, new: Any, unordered: bool) -> list[tuple[str, str]]:
    old, new = _visible(old), _visible(new)
    if same(old, new, unordered):
        return []
    if old is None:
        return [(path, ADD)]
    if new is None:
        return [(path, DELETE)]
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        keys = [*old, *(key for key in new if key not in old)]
        return [
            hit for key in keys for hit in _compare(_join(path, key), old.get(key), new.get(key), unordered)
        ]
    if isinstance(old, list) and isinstance(new, list) and not unordered:
        longest = max(len(old), len(new))
        pairs = [(old[i] if i < len(old) else None, new[i] if i < len(new) else None) for i in range(longest)]
        return [hit for i, (a, b) in enumerate(pairs) for hit in _compare(f"{path}[{i}]", a, b, unordered)]
    return [(path, UPDATE)]


def _join(path: str, key: str) -> str:
    if key.replace("_", "").replace("-", "").isalnum():
        return f"{path}.{key}"
    return f'{path}["{_SPECIAL.sub(_ESCAPED, key)}"]'


def _visible(value: Any) -> Any:
    return plain(value) if isinstance(value, Secret) else value


def same(old: Any, new: Any, unordered: bool = False, name: str = "") -> bool:
    """Whether two values mean the same: null and absent, `22` and `"22"`, two spellings of one JSON document."""
    old, new = _visible(old), _visible(new)
    if old is UNKNOWN or new is UNKNOWN:
        return False
    if isinstance(old, Asset) and isinstance(new, Asset):
        return bool(_asset_identity(old) == _asset_identity(new))
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return all(same(old.get(key), new.get(key), unordered, key) for key in {*old, *new})
    if isinstance(old, list) and isinstance(new, list):
        return _same_list(old, new, unordered, name)
    if old == new and isinstance(old, bool) == isinstance(new, bool):
        return True
    return _same_scalar(old, new)


def _asset_identity(asset: Asset) -> Any:
    return asset.fields.get("hash") or sorted((k, str(v)) for k, v in asset.fields.items())


def _same_list(old: list[Any], new: list[Any], unordered: bool, name: str) -> bool:
    if len(old) != len(new):
        return False
    if all(same(a, b, unordered) for a, b in zip(old, new, strict=True)):
        return True
    scalars = all(isinstance(item, (str, int, float)) for item in [*old, *new])
    if not unordered and (not scalars or name in ORDERED):
        return False
    rest = list(new)
    for item in old:
        match = next((i for i, other in enumerate(rest) if same(item, other, unordered)), None)
        if match is None:
            return False
        del rest[match]
    return True


def _same_scalar(old: Any, new: Any) -> bool:
    if old in (None, [], {}) and new in (None, [], {}):
        return True
    if isinstance(old, (list, dict)) or isinstance(new, (list, dict)) or old is None or new is None:
        return False
    if isinstance(old, str) and isinstance(new, str):
        return _same_document(old, new)
    return _canonical(old) == _canonical(new)


def _canonical(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _same_document(old: str, new: str) -> bool:
    if not (old[:1] in "{[" and new[:1] in "{["):
        return False
    try:
        return bool(_sorted_document(json.loads(old)) == _sorted_document(json.loads(new)))
    except ValueError:
        return False


def _sorted_document(value: Any) -> Any:
    """A JSON document in which a list of one is its item and lists of text have no order, as in IAM documents."""
    if isinstance(value, dict):
        return {key: _sorted_document(item) for key, item in value.items()}
    if isinstance(value, list):
        items = [_sorted_document(item) for item in value]
        if len(items) == 1 and isinstance(items[0], str):
            return items[0]
        return sorted(items) if all(isinstance(item, str) for item in items) else items
    return value
