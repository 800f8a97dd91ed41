"""The package schema: what the engine asks a provider for when it writes code (`pulumi import`) or reads YAML programs.

    https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/

It is made of the types that are read from the SDK, so it names no documentation, and defaults only where the SDK's text
says them. Making it reads every file of the SDK, once a process.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from typing import Any

from tools.emulator.schema import (
    Property,
    ResourceType,
    TypeRef,
    function,
    function_tokens,
    resource,
    source,
    tokens,
)

PROVIDER = "pulumi:providers:aws"
_ANY = {"$ref": "pulumi.json#/Any"}
_SPECIAL: Mapping[str, dict[str, str]] = {
    "any": _ANY,
    "asset": {"$ref": "pulumi.json#/Asset"},
    "archive": {"$ref": "pulumi.json#/Archive"},
}


@functools.cache
def text() -> str:
    """The whole schema as JSON."""
    return json.dumps(_Maker().package(), separators=(",", ":"))


class _Maker:
    """Makes the schema; nested types are gathered on the way."""

    def __init__(self) -> None:
        self._types: dict[str, Any] = {}

    def package(self) -> dict[str, Any]:
        resources = {
            token: self._resource(found) for token in tokens() if (found := resource(token)) is not None
        }
        functions = {token: self._function(token) for token in function_tokens()}
        provider = resource(PROVIDER)
        given = self._properties(provider.inputs) if provider else {}
        return {
            "name": "aws",
            "version": source.package_version(),
            # `aws:ec2/vpc:Vpc` is in the module `ec2`.
            "meta": {"moduleFormat": "(.*)(?:/[^/]*)"},
            "config": {"variables": given},
            "provider": {"inputProperties": given, "properties": {}},
            "resources": resources,
            "functions": functions,
            "types": self._types,
        }

    def _resource(self, found: ResourceType) -> dict[str, Any]:
        return {
            "inputProperties": self._properties(found.inputs),
            "requiredInputs": [name for name, prop in found.inputs.items() if prop.required],
            "properties": self._properties(found.outputs),
            "required": [name for name, prop in found.outputs.items() if prop.required or prop.computed],
            "aliases": [{"type": alias} for alias in found.aliases],
        }

    def _function(self, token: str) -> dict[str, Any]:
        found = function(token)
        if found is None:
            return {}
        required = [name for name, prop in found.inputs.items() if prop.required]
        return {
            "inputs": {"type": "object", "properties": self._properties(found.inputs), "required": required},
            "outputs": {"type": "object", "properties": self._properties(found.outputs)},
        }

    def _properties(self, properties: Mapping[str, Property]) -> dict[str, Any]:
        return {name: self._property(prop) for name, prop in properties.items()}

    def _property(self, prop: Property) -> dict[str, Any]:
        found = dict(self._type(prop.type))
        if prop.secret:
            found["secret"] = True
        if prop.deprecated:
            found["deprecationMessage"] = prop.deprecated
        if prop.replace:
            found["willReplaceOnChanges"] = True
        return found

    def _type(self, kind: TypeRef) -> dict[str, Any]:
        if kind.kind == "list":
            return {"type": "array", "items": self._type(kind.element) if kind.element else _ANY}
        if kind.kind == "map":
            return {
                "type": "object",
                "additionalProperties": self._type(kind.element) if kind.element else _ANY,
            }
        if kind.kind == "union":
            return {"oneOf": [self._type(option) for option in kind.options]}
        if kind.kind == "object":
            return self._nested(kind)
        return dict(_SPECIAL[kind.kind]) if kind.kind in _SPECIAL else {"type": kind.kind}

    def _nested(self, kind: TypeRef) -> dict[str, Any]:
        nested = kind.object
        if nested is None or kind.reference is None:
            return dict(_ANY)
        module = kind.reference.folder.rstrip("_") or "index"
        token = f"aws:{module}/{nested.name}:{nested.name}"
        if token not in self._types:
            self._types[token] = {}  # before its properties: some types hold themselves
            self._types[token] = {
                "type": "object",
                "properties": self._properties(nested.properties),
                "required": [name for name, prop in nested.properties.items() if prop.required],
            }
        return {"$ref": f"#/types/{token}"}
