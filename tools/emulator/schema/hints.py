"""Turns the annotations of the SDK's source text into types.

The annotations are few in form (`pulumi.Input[Optional[Sequence[pulumi.Input['XArgs']]]]`), so a small reader
that knows those forms is enough. Names in quotes are nested types or enums of the same module, `_iam.X` of
another one.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from tools.emulator.schema import source
from tools.emulator.schema.model import Kind, TypeRef
from tools.emulator.schema.nested import Reference

_TOKEN = re.compile(r"'[^']+'|[\w.]+|[\[\],]")
_SCALARS: dict[str, Kind] = {
    "str": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "Any": "any",
    "pulumi.Archive": "archive",
    "pulumi.Asset": "asset",
}
_TRANSPARENT = frozenset({"pulumi.Input", "pulumi.Output", "Optional"})
_ENUM_VALUE = re.compile(r"^    \w+ = \"(.*)\"$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Annotation:
    """A type and whether it was wrapped in `Optional`."""

    type: TypeRef
    optional: bool


@functools.lru_cache(maxsize=4096)
def read(text: str, folder: str) -> Annotation:
    """Read an annotation of a file in `folder` of the package; raises ValueError for an unknown form."""
    optional = re.match(r"(pulumi\.(Input|Output)\[)?Optional\[", text) is not None
    return Annotation(_Reader(text, folder).type(), optional)


class _Reader:
    """Reads one annotation from left to right."""

    def __init__(self, text: str, folder: str) -> None:
        self._text = text
        self._tokens = _TOKEN.findall(text)
        self._next = 0
        self._folder = folder

    def type(self) -> TypeRef:
        word = self._take()
        if word.startswith("'"):
            return _named(word.strip("'"), self._folder)
        scalar = _SCALARS.get(word.removeprefix("_builtins."))
        if scalar is not None:
            return TypeRef(scalar)
        arguments = self._arguments()
        if word in _TRANSPARENT:
            return arguments[0]
        if word == "Sequence":
            return TypeRef("list", element=arguments[0])
        if word == "Mapping":
            return TypeRef("map", element=arguments[1])
        if word == "Union":
            return _union(arguments)
        raise ValueError(f"no such form of annotation: {self._text}")

    def _take(self) -> str:
        self._next += 1
        return str(self._tokens[self._next - 1])

    def _arguments(self) -> list[TypeRef]:
        found = []
        while self._take() != "]":
            found.append(self.type())
        return found


def _union(options: list[TypeRef]) -> TypeRef:
    """A union without what says the same twice: dictionary forms, output forms, enums of a plain string."""
    distinct = list(dict.fromkeys(_flat(options)))
    given = [option for option in distinct if option.reference is None or option.reference.given]
    kept = given or distinct
    values = tuple(value for option in kept for value in option.values)
    if values:
        kept = [option for option in kept if option.kind != "string"]
        kept.append(TypeRef("string", values=values))
    return kept[0] if len(kept) == 1 else TypeRef("union", options=tuple(kept))


def _flat(options: list[TypeRef]) -> list[TypeRef]:
    return [one for option in options for one in (option.options if option.kind == "union" else (option,))]


def _named(name: str, folder: str) -> TypeRef:
    """The type that a quoted name stands for: a nested type's input form, output form, or an enum."""
    prefix, _, last = name.rpartition(".")
    home = prefix.lstrip("_").split(".")[0]
    if home and home != "outputs":
        folder = source.python_folder(home)
    if last.endswith("ArgsDict"):
        last = last.removesuffix("Dict")
    if last.endswith("Args"):
        return TypeRef("object", reference=Reference(folder, last, None))
    if home != "outputs":
        values = enum_values(folder, last)
        if values:
            return TypeRef("string", values=values)
    return TypeRef("object", reference=Reference(folder, None, last))


@functools.lru_cache(maxsize=512)
def enum_values(folder: str, name: str) -> tuple[str, ...]:
    """The values of an enum class of a module; empty when there is no such class."""
    body = source.class_text(f"{folder}/_enums.py", name)
    return tuple(_ENUM_VALUE.findall(body)) if body else ()
