"""EC2's look-ups as tables: arguments to filters, one item or many, items to outputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jmespath

from tools.emulator.functions import Refused, Request
from tools.emulator.mapping import take
from tools.emulator.schema import FunctionType, function


def wanted(request: Request, named: Mapping[str, str]) -> list[dict[str, Any]]:
    """The filters that the arguments ask for: those of `named` (argument -> filter), `filters`, tags."""
    found = []
    for argument, name in named.items():
        value = request.args.get(argument)
        if value not in (None, ""):
            found.append(
                {"Name": name, "Values": [str(value).lower() if isinstance(value, bool) else str(value)]}
            )
    given = request.args.get("filters") or []
    found += [{"Name": one["name"], "Values": [str(value) for value in one["values"]]} for one in given]
    tags = request.args.get("tags") or request.args.get("instanceTags") or {}
    return [*found, *({"Name": f"tag:{key}", "Values": [str(value)]} for key, value in tags.items())]


@dataclass(frozen=True, slots=True)
class Listing:
    """A describing operation: `items` is a JMESPath to what it lists, `by` maps arguments to filters."""

    action: str
    items: str
    by: Mapping[str, str] = field(default_factory=dict)
    ids: tuple[str, str] | None = None
    """The argument that is the id, and the parameter that takes it."""

    def __call__(self, request: Request) -> list[Any]:
        params: dict[str, Any] = {}
        filters = wanted(request, self.by)
        if filters:
            params["Filters"] = filters
        if self.ids and request.args.get(self.ids[0]):
            params[self.ids[1]] = [str(request.args[self.ids[0]])]
        answer = getattr(request.aws("ec2"), self.action)(**params)
        return jmespath.search(self.items, answer) or []


@dataclass(frozen=True, slots=True)
class One:
    """A data source that answers with the only match, as `getVpc` does."""

    listing: Listing
    noun: str
    """What is looked for, in messages: `EC2 VPC`."""
    id: str
    take: Mapping[str, str | Callable[[Any], Any]] = field(default_factory=dict)
    more: Callable[[Request, Any], Mapping[str, Any]] | None = None

    def __call__(self, request: Request) -> Mapping[str, Any]:
        item = only(self.listing(request), self.noun)
        found = function(request.token)
        assert found is not None  # a data source of the SDK
        answer = {**take(found, item, self.take), "id": item[self.id]}
        return complete(found, answer if self.more is None else {**answer, **self.more(request, item)})


@dataclass(frozen=True, slots=True)
class Many:
    """A data source that answers with lists over all matches, as `getVpcs` does.

    `lists`: output -> JMESPath in an item.
    """

    listing: Listing
    lists: Mapping[str, str]

    def __call__(self, request: Request) -> Mapping[str, Any]:
        items = self.listing(request)
        return {name: [jmespath.search(path, item) for item in items] for name, path in self.lists.items()}


def only(items: list[Any], noun: str) -> Any:
    """The only item. Raises `Refused` with the real provider's words where there is none or are several."""
    if not items:
        raise Refused(f"no matching {noun} found")
    if len(items) > 1:
        raise Refused(
            f"multiple {noun}s matched; use additional constraints to reduce matches to a single {noun}"
        )
    return items[0]


_EMPTY: Mapping[str, Any] = {"string": "", "boolean": False, "integer": 0, "number": 0, "list": [], "map": {}}


def complete(found: FunctionType, answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer in which what AWS does not say is empty, as the real provider gives it; arguments are left alone."""
    silent = [name for name in found.outputs if answer.get(name) is None and name not in found.inputs]
    return {**answer, **{name: _EMPTY.get(found.outputs[name].type.kind) for name in silent}}


def arn(request: Request, resource: str) -> str:
    """The ARN of an EC2 resource where the invoke is asked."""
    return f"arn:{request.place.partition}:ec2:{request.place.region}:{request.place.account}:{resource}"
