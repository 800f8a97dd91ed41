"""Decodes the properties of a request once into plain Python values.

The engine sends a `google.protobuf.Struct` in which three things are disguised: values that are not known
before `up` (seven fixed UUID strings, one for each kind of value), secrets (a map with a signature key and
`value`), and assets, archives, resource references and output values (maps with other signatures). The
constants are those of `sdk/go/common/resource/plugin/rpc.go` and `sdk/go/common/resource/properties.go` in
pulumi/pulumi.

After decoding: a number that is whole is an `int` (22.0 -> 22), an unknown is `UNKNOWN`, a text that came
as a secret is a `SecretText`.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from google.protobuf import struct_pb2

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  a signature, the same for everyone
OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
RESOURCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
ASSET: Final = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE: Final = "0def7320c3a5731c473e5ecbe6d01bc7"

UNKNOWN_TEXTS: Final = frozenset(
    {
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",  # text; also "any kind"
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)


class Unknown:
    """A value that is not known before `up`. There is one instance, `UNKNOWN`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


class SecretText(str):
    """A text that the program marked as secret: compares as the text, prints as `[secret]`."""

    __slots__ = ()

    def __str__(self) -> str:
        return "[secret]"

    def __repr__(self) -> str:
        return "[secret]"

    def __format__(self, spec: str) -> str:
        return "[secret]"


class Asset:
    """A file or archive among the properties: its signature's fields, contents not read."""

    __slots__ = ("fields", "is_archive")

    def __init__(self, fields: dict[str, Value], *, is_archive: bool) -> None:
        self.fields = fields
        self.is_archive = is_archive

    def __repr__(self) -> str:
        return "Archive(...)" if self.is_archive else "Asset(...)"


Value: TypeAlias = "bool | int | float | str | Unknown | Asset | list[Value] | dict[str, Value] | None"


def decode(properties: struct_pb2.Struct) -> dict[str, Value]:
    """Decode all properties of a resource."""
    return {name: _value(value) for name, value in properties.fields.items()}


def _value(value: struct_pb2.Value) -> Value:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        text = value.string_value
        return UNKNOWN if text in UNKNOWN_TEXTS else text
    if kind == "bool_value":
        return value.bool_value
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    if kind == "list_value":
        return [_value(item) for item in value.list_value.values]
    if kind == "struct_value":
        fields = value.struct_value.fields
        if SIGNATURE in fields:
            return signed(fields[SIGNATURE].string_value, decode(value.struct_value))
        return {name: _value(item) for name, item in fields.items()}
    return None


def signed(signature: str, fields: dict[str, Value]) -> Value:
    """The value that an object with a signature stands for, its fields decoded.

    A secret of a state file is there but hidden, which is the same to a rule as a value that is not known yet.
    """
    if signature == SECRET:
        return UNKNOWN if "ciphertext" in fields else conceal(fields.get("value"))
    if signature == OUTPUT:
        if "value" not in fields:
            return UNKNOWN
        return conceal(fields["value"]) if fields.get("secret") is True else fields["value"]
    if signature == RESOURCE:
        return fields.get("id") or fields.get("urn")
    if signature in (ASSET, ARCHIVE):
        return Asset(fields, is_archive=signature == ARCHIVE)
    return fields


def conceal(value: Value) -> Value:
    """Mark every text inside a value as secret, so that it can't be printed by accident."""
    if isinstance(value, str):
        return SecretText(value)
    if isinstance(value, list):
        return [conceal(item) for item in value]
    if isinstance(value, dict):
        return {name: conceal(item) for name, item in value.items()}
    return value
