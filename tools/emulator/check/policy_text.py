"""Policy documents given as objects become text, as the real provider's Check makes them (`TransformJSONDocument`).

The text is Go's: keys sorted, no spaces, `<`, `>` and `&` escaped. A document that is partly unknown is unknown as a whole.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tools.emulator.schema import ResourceType, TypeRef
from tools.emulator.values import UNKNOWN, Secret, has_unknown, plain

_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def with_documents_as_text(resource: ResourceType, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs, with each document that may be text or an object as text."""
    properties = resource.properties
    return {
        name: _text(value) if name in properties and _is_either(properties[name].type) else value
        for name, value in inputs.items()
    }


def _is_either(kind: TypeRef) -> bool:
    return kind.kind == "union" and {option.kind for option in kind.options} == {"string", "object"}


def _text(value: Any) -> Any:
    bare = value.value if isinstance(value, Secret) else value
    if not isinstance(bare, Mapping):
        return value
    if has_unknown(bare):
        return UNKNOWN
    text = as_go(plain(bare))
    return Secret(text) if isinstance(value, Secret) or _has_secret(bare) else text


def _has_secret(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_has_secret(item) for item in value.values())
    if isinstance(value, list):
        return any(_has_secret(item) for item in value)
    return isinstance(value, Secret)


def as_go(document: Any) -> str:
    """A document as Go's JSON encoder writes it."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    for character, escape in _ESCAPES.items():
        text = text.replace(character, escape)
    return text
