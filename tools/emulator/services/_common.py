"""What declarations of many services share: ids of several properties, calls that may find nothing."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from tools.emulator.emulated import Call, is_gone


@dataclass(frozen=True, slots=True)
class Parts:
    """An id made of several properties, as `role:name`. `by` stands between them; the last may hold it too."""

    names: tuple[str, ...]
    by: str = ":"

    def join(self, call: Call) -> str:
        """The id of a resource with these inputs."""
        return self.by.join(str(call.inputs[name]) for name in self.names)

    def of(self, call: Call) -> dict[str, str]:
        """The properties of a resource: its inputs, or (an import) the pieces of its id.

        Raises ValueError for an id of another form.
        """
        known = {**call.state, **call.inputs}
        if all(known.get(name) is not None for name in self.names):
            return {name: str(known[name]) for name in self.names}
        pieces = call.id.split(self.by, len(self.names) - 1)
        if len(pieces) != len(self.names) or not all(pieces):
            form = self.by.join(f"<{name}>" for name in self.names)
            raise ValueError(f"{call.type.token}: {call.id!r} is no id of this type; it has the form {form}")
        return dict(zip(self.names, pieces, strict=True))


def unless_gone(run: Callable[..., Any], **params: Any) -> Any:
    """The answer of an API operation, or None where the resource does not exist."""
    try:
        return run(**params)
    except ClientError as error:
        if is_gone(error):
            return None
        raise


def keep(call: Call, name: str, there: Any, same: Callable[[Any, Any], bool]) -> Any:
    """The input as it was given where `same` says that it means what is there; else what is there."""
    given = call.inputs.get(name)
    return given if given is not None and there is not None and same(given, there) else there


def same_tail(given: Any, there: Any) -> bool:
    """Whether a name and an ARN, or a key id and a key ARN, mean one thing: one ends in the other."""
    one, other = str(given), str(there)
    return one == other or one.endswith(("/" + other, ":" + other)) or other.endswith(("/" + one, ":" + one))


def name_or_prefixed(call: Call) -> str:
    """The name that was given, or `namePrefix` and what makes it unique: the time and a number, 26 digits."""
    if call.get("name") is not None:
        return str(call.inputs["name"])
    now = datetime.now(tz=UTC)
    return f"{call.inputs['namePrefix']}{now:%Y%m%d%H%M%S%f}{next(_numbers):06d}"


_numbers = itertools.count(1)


def remembered(given: Any, there: Any) -> Any:
    """What is there, filled up from what was given where moto has lost a part."""
    if isinstance(given, Mapping) and isinstance(there, Mapping):
        lost = {key: value for key, value in given.items() if key not in there}
        return {**{key: remembered(given.get(key), value) for key, value in there.items()}, **lost}
    if isinstance(given, list) and isinstance(there, list) and len(given) == len(there):
        return [remembered(a, b) for a, b in zip(given, there, strict=True)]
    return there


def as_text(document: Any) -> str:
    """A JSON document as text, whether the program gave text or an object."""
    return document if isinstance(document, str) else json.dumps(document)


def pages(client: Any, action: str, result: str, **params: Any) -> list[Any]:
    """All items of a listing, over all its pages."""
    return [
        item for page in client.get_paginator(action).paginate(**params) for item in page.get(result) or []
    ]


def without_none(**fields: Any) -> dict[str, Any]:
    """Parameters without those that are not given."""
    return {name: value for name, value in fields.items() if value is not None}


def camel(fields: Mapping[str, Any]) -> dict[str, Any]:
    """An API item's fields named as properties are: `Days` becomes `days`, at the top level only."""
    return {name[:1].lower() + name[1:]: value for name, value in fields.items()}


def void(_: object) -> None:
    """Drop an answer: operations answer, but an `update` or `delete` gives nothing."""


def nothing(_: Call) -> None:
    """Leave AWS as it is: what some deletions do."""


def or_default(value: Any) -> Callable[[Any], Any]:
    """The form of a property that AWS gives a value of its own where there is none: nothing and that value are one."""
    return lambda given: value if given is None else given
