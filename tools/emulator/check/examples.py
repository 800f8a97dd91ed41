"""Reads the examples in the SDK's documentation: resources as their makers write them.

The examples are Python, so they are parsed, not matched; what is not a literal is unknown. They calibrate the
limits of AWS's models: a limit that a documented example breaks is not one that AWS enforces.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from textwrap import dedent
from typing import Any

from tools.emulator.schema import Property, ResourceType, TypeRef, source
from tools.emulator.values import UNKNOWN

_BLOCK = re.compile(r"^[ ]*```python\n(.*?)^[ ]*```", re.DOTALL | re.MULTILINE)
_OPTIONS = frozenset({"opts", "resource_name", "__props__"})


def examples(resource: ResourceType) -> Iterator[dict[str, Any]]:
    """The inputs, by their wire names, of every example of the type in the documentation of the type itself."""
    body = source.class_text(source.file_of(resource.token), resource.python_class) or ""
    for call in calls(body):
        if call.func.attr == resource.python_class:  # type: ignore[attr-defined]  # `calls` yields only these
            yield inputs_of(call, resource.properties)


def calls(text: str) -> Iterator[ast.Call]:
    """Every `aws.module.Class("name", ...)` in the Python examples of a text; examples that do not parse are left out."""
    for block in dict.fromkeys(_BLOCK.findall(text)):
        try:
            tree = ast.parse(dedent(block))
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and re.fullmatch(r"aws\.\w+\.[A-Z]\w+", ast.unparse(node.func)):
                yield node


def inputs_of(call: ast.Call, properties: Mapping[str, Property]) -> dict[str, Any]:
    """The inputs of a call by their wire names."""
    names = _wire_names(properties)
    return {
        names.get(argument.arg, argument.arg): _value(
            argument.value, _type(properties, names.get(argument.arg))
        )
        for argument in call.keywords
        if argument.arg is not None and argument.arg not in _OPTIONS
    }


def _wire_names(properties: Mapping[str, Property]) -> dict[str, str]:
    """Python name of each property -> its wire name; Python's own words get an underscore behind."""
    names = {source.snake(name): name for name in properties}
    return names | {f"{python}_": name for python, name in names.items()}


def _type(properties: Mapping[str, Property], name: str | None) -> TypeRef | None:
    prop = properties.get(name or "")
    return prop.type if prop else None


def _value(node: ast.expr, kind: TypeRef | None) -> Any:
    """The value of an expression; unknown when it is not a literal."""
    match node:
        case ast.Constant(value=str() | int() | float() | bool() as value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return -value
        case ast.List(elts=items):
            return [_value(item, kind.element if kind else None) for item in items]
        case ast.Dict(keys=keys, values=values):
            return _mapping(keys, values, kind)
        case _:
            return UNKNOWN


def _mapping(keys: list[ast.expr | None], given: list[ast.expr], kind: TypeRef | None) -> Any:
    properties = kind.object.properties if kind is not None and kind.object is not None else {}
    names = _wire_names(properties)
    found = {}
    for key, value in zip(keys, given, strict=True):
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            return UNKNOWN
        name = names.get(key.value, key.value)
        inner = _type(properties, name) if properties else kind.element if kind is not None else None
        found[name] = _value(value, inner)
    return found
