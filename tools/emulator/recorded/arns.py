"""The ARN of a recorded resource, of the shape that AWS gives.

The shape comes from the table `arn_table.py` first, then from the ARN in the documentation's import sample or in the
text of the type's `arn` property, else from the service's name and the kind.
"""

from __future__ import annotations

import functools
import re
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from tools.emulator.emulated import Call
from tools.emulator.recorded import arn_table, shapes
from tools.emulator.recorded.samples import sample
from tools.emulator.schema import ResourceType, resource

_ARN = re.compile(r"arn:(?:aws|\$\{\w+\}|<\w+>|\{\w+\})[\w-]*:([\w-]+):([^:\s`]*):([^:\s`]*):([^\s`,;\"')]+)")
_BRACES = re.compile(r"\{(\w+)\}|([^{]+)")
_PIECES = re.compile(r"[^/:]+|[/:]")
_PLACEHOLDER = re.compile(r"[<$\[{].*|.*(?:example|name|sample|test|my|id)\b.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shape:
    """An ARN's service, whether it names Region and account, and the pieces of its resource part.

    A piece is a pair: `text` as it is, `like` made up in the sample's shape, or `value` of the name that follows.
    """

    namespace: str
    region: bool
    account: bool
    pieces: tuple[tuple[str, str], ...]


def made(call: Call, seed: str) -> str:
    """The resource's ARN. Where the id is known (`call.id`) it is used, else something made up from `seed`."""
    form = shape(call.type.token)
    where = call.place.region if form.region else ""
    whose = call.place.account if form.account else ""
    tail = "".join(_filled(kind, text, call, seed) for kind, text in form.pieces)
    return f"arn:{call.place.partition}:{form.namespace}:{where}:{whose}:{tail}"


def _filled(kind: str, text: str, call: Call, seed: str) -> str:
    if kind == "text":
        return text
    if kind == "like":
        return shapes.like(text, f"{seed}:{text}")
    fixed = _VALUES.get(text)
    return fixed(call, seed) if fixed is not None else _property(text, call, seed)


def _own_id(call: Call, seed: str) -> str:
    return (
        call.id
        if call.id and not call.id.startswith("arn:")
        else shapes.digits(f"{seed}:id", shapes.EC2_DIGITS)
    )


def _name(call: Call, seed: str) -> str:
    """The name that the program gives, else the id, else one made of the logical name."""
    known = (call.type.autoname, "name", _naming(call.type))
    found = next((name for name in known if name and call.inputs.get(name)), None)
    if found is not None:
        return str(call.inputs[found]).lstrip("/")
    return call.id if call.id and not call.id.startswith("arn:") else f"{call.name}-{shapes.digits(seed, 7)}"


def _property(name: str, call: Call, seed: str) -> str:
    value = call.inputs.get(name, call.state.get(name))
    if isinstance(value, (str, int)) and value != "":
        # Of an input that is an ARN or a URL itself, the name at its end is meant.
        return re.split(r"[/:]", str(value))[-1] if ":" in str(value) else str(value)
    return _DEFAULTS.get(name) or shapes.digits(f"{seed}:{name}", shapes.EC2_DIGITS)


_DEFAULTS = {"groupName": "default", "cluster": "default"}
_VALUES: Mapping[str, Callable[[Call, str], str]] = {
    "id": _own_id,
    "name": _name,
    "account": lambda call, _: call.place.account,
    "region": lambda call, _: call.place.region,
    "uuid": lambda _, seed: shapes.uuid(f"{seed}:uuid"),
    "short": lambda _, seed: shapes.digits(f"{seed}:short", 10, string.ascii_lowercase + string.digits),
}


def _naming(kind: ResourceType) -> str | None:
    """The first required text that ends in `Name` or `Identifier`."""
    return next(
        (
            name
            for name, prop in kind.properties.items()
            if prop.required and prop.type.kind == "string" and name.endswith(("Name", "Identifier"))
        ),
        None,
    )


@functools.lru_cache(maxsize=4096)
def shape(token: str) -> Shape:
    """The shape of a type's ARN."""
    short = token.split(":")[1]
    if short in arn_table.TYPES:
        return _spelled(arn_table.TYPES[short])
    kind = resource(token)
    found = sample(token)
    if found is not None and found.text.startswith("arn:") and "," not in found.text:
        return _from_text(found.text) or _default(short)
    own = kind.properties.get("arn") if kind else None
    shown = _from_text(own.doc) if own is not None else None
    # The id is not the ARN here, so what looks like an id in the ARN is the id.
    return _default(short) if shown is None else replace(shown, pieces=tuple(map(_as_id, shown.pieces)))


def _as_id(piece: tuple[str, str]) -> tuple[str, str]:
    return ("value", "id") if piece[0] == "like" else piece


def _spelled(text: str) -> Shape:
    namespace, region, account, tail = text.split(" ", 3)
    pieces = tuple(("value", name) if name else ("text", plain) for name, plain in _BRACES.findall(tail))
    return Shape(namespace, region == "r", account == "a", pieces)


def _from_text(text: str) -> Shape | None:
    match = _ARN.search(text)
    if match is None or match[1] in ("service", "aws"):
        return None
    namespace, region, account, tail = match.groups()
    return Shape(namespace, bool(region), bool(account), _pieces(tail.rstrip(".")))


def _pieces(text: str) -> tuple[tuple[str, str], ...]:
    """The pieces of a sample's resource part: its kind as it is, what looks random made up, the rest a name."""
    found = _PIECES.findall(text)
    last = len(found) - 1
    out: list[tuple[str, str]] = []
    for index, piece in enumerate(found):
        is_kind = index == 0 and last > 0 and not shapes.is_random(piece)
        if piece in "/:" or is_kind:
            out.append(("text", piece))
        elif re.fullmatch(r"\d{10,13}", piece):
            out.append(("value", "account"))
        elif shapes.is_random(piece):
            out.append(("like", piece))
        elif index == last or _PLACEHOLDER.fullmatch(piece):
            out.append(("value", "name"))
        else:
            out.append(("text", piece))
    return tuple(out)


def _default(short: str) -> Shape:
    module, _, member = short.partition("/")
    kind = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", member).lower()
    namespace = arn_table.NAMESPACES.get(module, module)
    return Shape(namespace, module not in arn_table.GLOBAL, True, (("text", f"{kind}/"), ("value", "id")))
