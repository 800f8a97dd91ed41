"""Data sources that show an existing resource: read through the resource type's own declaration.

So a data source and a resource can't disagree. Where the data source has a list and the type one block, or the other way
round, the value is brought to the form that the data source has.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator import emulated, services
from tools.emulator.emulated import Call
from tools.emulator.functions import DataSource, Refused, Request
from tools.emulator.recorded import complete
from tools.emulator.schema import FunctionType, function, resource


def read(request: Request, token: str, resource_id: str, **known: Any) -> dict[str, Any] | None:
    """All outputs of an existing resource, its `id` among them; None where there is none."""
    adapter, found = services.adapter(token), resource(token)
    if adapter is None or found is None:
        raise Refused(f"{request.token}: the embedded AWS does not have {token}")
    call = Call(
        type=found,
        name="",
        place=request.place,
        accounts=request.accounts,
        service=adapter.service,
        inputs=dict(known),
        id=resource_id,
    )
    actual = emulated.read(adapter, call)
    return None if actual is None else {**complete(call, actual), "id": call.id}


def needed(request: Request, name: str) -> str:
    """A required argument. Raises `Refused` where it is missing."""
    value = request.args.get(name)
    if value in (None, ""):
        raise Refused(f"{request.token}: {name} is missing", name)
    return str(value)


def missing(request: Request, what: str) -> Refused:
    """The failure of a look-up that finds nothing in the account and Region."""
    where = f"account {request.place.account}, {request.place.region}"
    return Refused(f"{request.token}: there is no {what} in {where}; create it first, or ask for another one")


def shown(request: Request, token: str, argument: str, **renamed: str) -> Mapping[str, Any]:
    """The resource that an argument names by its id, as the data source shows it."""
    found = read(request, token, needed(request, argument))
    if found is None:
        raise missing(request, f"{token.rsplit(':', 1)[-1]} {request.args[argument]}")
    return as_source(request, {**found, **{new: found.get(old) for new, old in renamed.items()}})


def showing(token: str, argument: str, **renamed: str) -> DataSource:
    """A data source that shows a resource of type `token`; `renamed` says `its_name="the type's name"`."""
    return lambda request: shown(request, token, argument, **renamed)


def as_source(request: Request, outputs: Mapping[str, Any]) -> dict[str, Any]:
    """A resource's outputs in the form that the data source has."""
    kind: FunctionType | None = function(request.token)
    names = kind.outputs if kind is not None else {}
    return {
        name: _formed(names[name].type.kind, outputs[name]) for name in names if outputs.get(name) is not None
    }


def _formed(kind: str, value: Any) -> Any:
    if kind == "list" and not isinstance(value, list):
        return [value]
    if kind in ("object", "string", "boolean", "integer") and isinstance(value, list):
        return value[0] if value else None
    if kind == "string" and not isinstance(value, str):
        return str(value).lower() if isinstance(value, bool) else str(value)
    return value


def has_tags(wanted: Mapping[str, str] | None, tags: Mapping[str, str]) -> bool:
    """Whether a resource has all the tags that are asked for."""
    return all(tags.get(key) == value for key, value in (wanted or {}).items())


def only(request: Request, found: list[Any], what: str) -> Any:
    """The one that was found. Raises `Refused` for none and for several."""
    if not found:
        raise missing(request, what)
    if len(found) > 1:
        raise Refused(f"{request.token}: there are {len(found)} of {what}; ask more closely")
    return found[0]
