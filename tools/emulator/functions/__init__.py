"""Data sources: what an invoke answers. One file an AWS service, as in `services/`."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tools.emulator.accounts import Accounts, Place
from tools.emulator.schema import function, function_tokens, nearest


@dataclass(frozen=True, slots=True)
class Request:
    """One invoke: the data source's token, its arguments, and where it is asked."""

    token: str
    args: Mapping[str, Any]
    place: Place
    accounts: Accounts
    default_tags: Mapping[str, str] = field(default_factory=dict)

    def aws(self, service: str) -> Any:
        """The boto3 client of a service, where the invoke is asked."""
        return self.accounts.client(service, self.place)


class Refused(ValueError):  # noqa: N818 -- the protocol's word is failure; this one is the user's to mend
    """An invoke that can't be answered because of its arguments. The message says what is wrong and what helps."""

    def __init__(self, reason: str, property: str = "") -> None:  # noqa: A002 -- the protocol's name
        super().__init__(reason)
        self.property = property


DataSource = Callable[[Request], Mapping[str, Any]]


@functools.cache
def data_sources() -> Mapping[str, DataSource]:
    """Token -> function, from all modules of this folder (their `FUNCTIONS`)."""
    found: dict[str, DataSource] = {}
    for module in pkgutil.iter_modules(__path__):
        if not module.name.startswith("_"):
            found.update(importlib.import_module(f"{__name__}.{module.name}").FUNCTIONS)
    return found


def invoke(request: Request) -> dict[str, Any]:
    """The answer of a data source. Raises `Refused` for an unknown one and for arguments that can't be answered."""
    known = data_sources().get(request.token)
    if known is None:
        raise Refused(_why_not(request.token))
    answer = dict(known(request))
    found = function(request.token)
    outputs = found.outputs if found else {}
    given = {name: value for name, value in request.args.items() if name in outputs or not outputs}
    answer = {**given, **{k: v for k, v in answer.items() if v is not None}}
    if "region" in outputs:
        answer.setdefault("region", request.place.region)
    if "id" in outputs:
        answer.setdefault("id", request.place.region)
    return answer


def _why_not(token: str) -> str:
    if token in function_tokens():
        return f"{token}: the embedded AWS does not answer this data source"
    near = nearest(token, function_tokens())
    return f"{token}: pulumi_aws has no such data source" + (f"; did you mean {near}?" if near else "")
