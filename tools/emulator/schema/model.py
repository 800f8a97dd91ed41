"""What a resource type or a data source is made of: its properties and their types.

All of it is immutable and small: documentation stays in the files of `pulumi_aws` and is read when asked for,
nested types are resolved when asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from tools.emulator.schema import documentation, nested

Kind = Literal[
    "string", "integer", "number", "boolean", "list", "map", "object", "any", "asset", "archive", "union"
]


@dataclass(frozen=True, slots=True)
class TypeRef:
    """The type of a value.

    `element` is the type of the items of a list or of the values of a map; `options` are the alternatives of
    a union; `values` are the names that the SDK offers for a string (an enum class), which AWS may have
    outgrown.
    """

    kind: Kind
    element: TypeRef | None = None
    options: tuple[TypeRef, ...] = ()
    values: tuple[str, ...] = ()
    reference: nested.Reference | None = None

    @property
    def object(self) -> ObjectType | None:
        """The nested type of an `object`, read from the SDK on first use; None for every other kind."""
        return None if self.reference is None else nested.resolve(self.reference)

    def __str__(self) -> str:
        """The type in words for messages: `list of string`."""
        if self.kind in ("list", "map"):
            return f"{self.kind} of {self.element}"
        if self.kind == "union":
            return " or ".join(dict.fromkeys(str(option) for option in self.options))
        return self.kind


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a resource, a data source or a nested type.

    `name` is the name on the wire (camelCase). `required`: has to be given. `computed`: AWS fills it in when
    it is not given (every pure output is computed). `secret`: the SDK marks the output as secret. `default`:
    what the documentation says is used when nothing is given, converted to the property's type. `replace`: a
    change replaces the resource. `deprecated`: the SDK's warning, if any.
    """

    name: str
    type: TypeRef
    required: bool
    input: bool
    output: bool
    computed: bool
    secret: bool
    default: Any
    replace: bool
    deprecated: str | None
    origin: documentation.Origin

    @property
    def doc(self) -> str:
        """The documentation in the SDK, read from its file."""
        return documentation.read(self.origin)


@dataclass(frozen=True, slots=True)
class ObjectType:
    """A nested type: the union of its input and its output form."""

    name: str
    properties: Mapping[str, Property]


@dataclass(frozen=True, slots=True)
class AutoName:
    """How the provider names a resource that is not given a name: logical name, separator, random part.

    `property`: the property that takes the name; `prefix`: the property that stops automatic naming when it
    is given; `limit`: the longest name in characters, 0 for none; `lower`: the logical name is lowercased;
    `random`: length of the random part, made of `charset`; `start`: what the name has to begin with; `fifo`:
    the boolean property that makes the name end in `.fifo`.
    """

    property: str
    prefix: str | None = None
    limit: int = 255
    separator: str = "-"
    lower: bool = False
    random: int = 7
    charset: str = "0123456789abcdef"
    start: str = ""
    fifo: str | None = None


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A resource type of the SDK.

    `aliases` are the tokens it had before; `delete_before_replace`: the real provider deletes the old
    resource first, because AWS allows only one of the kind at a time.
    """

    token: str
    python_class: str
    properties: Mapping[str, Property]
    aliases: tuple[str, ...] = ()
    naming: AutoName | None = None
    delete_before_replace: bool = False
    inputs: Mapping[str, Property] = field(init=False, repr=False, compare=False)
    """The properties that may be given."""
    outputs: Mapping[str, Property] = field(init=False, repr=False, compare=False)
    """The properties that the resource has once it exists."""

    def __post_init__(self) -> None:
        # Asked for at every operation on every resource; made once.
        given = {name: prop for name, prop in self.properties.items() if prop.input}
        shown = {name: prop for name, prop in self.properties.items() if prop.output}
        object.__setattr__(self, "inputs", MappingProxyType(given))
        object.__setattr__(self, "outputs", MappingProxyType(shown))

    @property
    def autoname(self) -> str | None:
        """The property that is named automatically when it is not given."""
        return None if self.naming is None else self.naming.property


@dataclass(frozen=True, slots=True)
class FunctionType:
    """A data source of the SDK."""

    token: str
    inputs: Mapping[str, Property]
    outputs: Mapping[str, Property]
