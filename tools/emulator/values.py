"""Property values as the provider protocol sends them, and as the emulator works with them.

The protocol sends a `google.protobuf.Struct`. Values that a preview does not know, secrets, assets and archives are
marked by well-known strings (https://pulumi-developer-docs.readthedocs.io, "property values"). `decode` turns a Struct
into plain Python once; `encode` turns it back.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf import struct_pb2

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 -- the protocol's mark of secrets, not one
ASSET = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"
RESOURCE_REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e"
OUTPUT_VALUE = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
UNKNOWN_MARKS = frozenset(
    {
        UNKNOWN_STRING,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)


class Unknown(enum.Enum):
    """The type of `UNKNOWN`, the one value that stands for "not known before the deployment"."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "<unknown>"

    def __bool__(self) -> bool:
        return True


UNKNOWN = Unknown.UNKNOWN


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that must never be shown. Its representation does not hold the value."""

    value: Any

    def __repr__(self) -> str:
        return "[secret]"


@dataclass(frozen=True, slots=True)
class Asset:
    """An asset or archive as sent: its kind (`ASSET` or `ARCHIVE`) and the fields of the object (path, hash,
    text...).
    """

    kind: str
    fields: Mapping[str, Any]


def decode(struct: struct_pb2.Struct) -> dict[str, Any]:
    """Plain Python of a Struct: whole numbers as int, unknowns as `UNKNOWN`, secrets as `Secret`, nulls as None."""
    return {key: _decode(value) for key, value in struct.fields.items()}


def _decode(value: struct_pb2.Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        text = value.string_value
        return UNKNOWN if text in UNKNOWN_MARKS else text
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    if kind == "bool_value":
        return value.bool_value
    if kind == "list_value":
        return [_decode(item) for item in value.list_value.values]
    if kind == "struct_value":
        fields = value.struct_value.fields
        return _decode_marked(fields) if SIGNATURE in fields else {k: _decode(v) for k, v in fields.items()}
    return None


def _decode_marked(fields: Any) -> Any:
    mark = fields[SIGNATURE].string_value
    if mark == SECRET:
        return Secret(_decode(fields["value"]))
    if mark == OUTPUT_VALUE:
        inner = _decode(fields["value"]) if "value" in fields else UNKNOWN
        return Secret(inner) if "secret" in fields and fields["secret"].bool_value else inner
    if mark == RESOURCE_REFERENCE:
        return _decode(fields["id"]) if "id" in fields else UNKNOWN
    return Asset(mark, {k: _decode(v) for k, v in fields.items() if k != SIGNATURE})


def encode(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """The Struct of plain Python values; the inverse of `decode`."""
    struct = struct_pb2.Struct()
    for key, value in values.items():
        _encode(struct.fields[key], value)
    return struct


def _encode(target: struct_pb2.Value, value: Any) -> None:
    if value is None:
        target.null_value = struct_pb2.NULL_VALUE
    elif value is UNKNOWN:
        target.string_value = UNKNOWN_STRING
    elif isinstance(value, bool):
        target.bool_value = value
    elif isinstance(value, (int, float)):
        target.number_value = value
    elif isinstance(value, str):
        target.string_value = value
    elif isinstance(value, (list, tuple, set, frozenset)):
        # An empty list must still be a list, so touch the field before filling it.
        target.list_value.SetInParent()
        for item in value:
            _encode(target.list_value.values.add(), item)
    else:
        _encode_fields(target, _as_object(value))


def _as_object(value: Any) -> Mapping[str, Any]:
    """The fields that an object, a secret or an asset is sent as."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, Secret):
        return {SIGNATURE: SECRET, "value": value.value}
    if isinstance(value, Asset):
        return {SIGNATURE: value.kind, **value.fields}
    raise TypeError(f"cannot send a value of type {type(value).__name__} to the engine")


def _encode_fields(target: struct_pb2.Value, fields: Mapping[str, Any]) -> None:
    target.struct_value.SetInParent()
    for key, item in fields.items():
        _encode(target.struct_value.fields[key], item)


def plain(value: Any) -> Any:
    """`value` without the secret marks, at any depth. For calls to AWS, never for messages."""
    if isinstance(value, Secret):
        return plain(value.value)
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def walk(value: Any) -> Iterator[Any]:
    """`value` and everything inside it."""
    yield value
    if isinstance(value, Secret):
        yield from walk(value.value)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from walk(item)
    elif isinstance(value, list):
        for item in value:
            yield from walk(item)


def has_unknown(value: Any) -> bool:
    """Whether `value` is unknown or holds something unknown."""
    return any(item is UNKNOWN for item in walk(value))


def has_secret(value: Any) -> bool:
    """Whether `value` is secret or holds something secret."""
    return any(isinstance(item, Secret) for item in walk(value))


def marked(outputs: Mapping[str, Any], *sources: Mapping[str, Any]) -> dict[str, Any]:
    """`outputs` with a secret mark wherever a property of that name has one in one of `sources` (inputs, old state).

    A provider that takes secrets has to give them back as such; otherwise they would be readable in the state file.
    """
    found = dict(outputs)
    for source in sources:
        for name, before in source.items():
            if name in found and has_secret(before):
                found[name] = _marked(found[name], before)
    return found


def _marked(value: Any, before: Any) -> Any:
    if value is None or isinstance(value, Secret):
        return value
    if isinstance(before, Secret):
        return Secret(value)
    if isinstance(before, Mapping) and isinstance(value, Mapping):
        return {key: _marked(item, before[key]) if key in before else item for key, item in value.items()}
    if isinstance(before, list) and isinstance(value, list) and len(before) == len(value):
        return [_marked(new, old) for new, old in zip(value, before, strict=True)]
    # What has changed its form is secret as a whole, once any of it was.
    return Secret(value) if has_secret(before) else value


HIDDEN = "[secret]"
_SHORTEST = 3


def scrubbed(message: str, *sources: Any) -> str:
    """`message` without any secret of `sources`. A secret of one or two characters can not be told from other text."""
    words = {word for source in sources for word in _secret_words(source, hidden=False)}
    for word in sorted(words, key=len, reverse=True):
        message = message.replace(word, HIDDEN)
    return message


def _secret_words(value: Any, *, hidden: bool) -> Iterator[str]:
    if isinstance(value, Secret):
        yield from _secret_words(value.value, hidden=True)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _secret_words(item, hidden=hidden)
    elif isinstance(value, list):
        for item in value:
            yield from _secret_words(item, hidden=hidden)
    elif (
        hidden
        and isinstance(value, (str, int, float))
        and not isinstance(value, bool)
        and len(str(value)) >= _SHORTEST
    ):
        yield str(value)
