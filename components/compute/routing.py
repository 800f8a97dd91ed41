"""Which request goes where: routes of the HTTPS listener and their limits; nothing here is created.

Follows sources/001 lines 478-491: path, host, header, method, query string and source address as conditions;
forward, redirect and fixed response as actions. Limits are AWS's quotas for Application Load Balancers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from ipaddress import ip_network
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from components.compute.route_priorities import HIGHEST_GIVEN
from components.foundation.args import Args, Text
from components.foundation.errors import ComponentError

MAX_CONDITION_VALUES = 5
MAX_CONDITION_WILDCARDS = 6
MAX_CONDITION_LENGTH = 128

_METHOD = re.compile(r"[A-Z_-]{1,40}")
Slug = Annotated[str, Field(pattern=r"^[a-z](-?[a-z0-9])*$", max_length=20)]


class FixedResponse(Args):
    """An answer that the load balancer gives by itself; the body has at most 1024 characters."""

    status: Annotated[str, Field(pattern=r"^[245]\d\d$")] = "404"
    content_type: Literal[
        "text/plain", "text/css", "text/html", "application/javascript", "application/json"
    ] = "text/plain"
    body: Annotated[str, Field(max_length=1024)] = ""


class Redirect(Args):
    """Send the client elsewhere; `#{host}`, `#{path}`, `#{query}` and `#{port}` stand for the request's own."""

    host: str = "#{host}"
    path: Annotated[str, Field(pattern=r"^(/|#\{path\})", max_length=128)] = "/#{path}"
    query: str = "#{query}"
    permanent: bool = False


class Route(Args):
    """Requests that meet *all* of the conditions given go to one place.

    Conditions: `paths` and `hosts` (`*` and `?` allowed), `methods`, `headers` (name -> values), `query`
    (key -> value; an empty key means any key) and `source_ips` (ranges; the client's own address, not the one in
    X-Forwarded-For). Places: `to` (a target group by its name), `target_group_arn` (a group made elsewhere),
    `respond` or `redirect`. Lower `priority` (1 to 9999) is asked first, routes without one after all others.
    Where one request can be meant for two routes, one of them needs a priority (route_priorities.py says why).
    """

    name: Slug
    paths: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    headers: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    query: dict[str, str] = Field(default_factory=dict)
    source_ips: tuple[str, ...] = ()
    to: str | None = None
    target_group_arn: Text | None = None
    respond: FixedResponse | None = None
    redirect: Redirect | None = None
    priority: Annotated[int, Field(ge=1, le=HIGHEST_GIVEN)] | None = None

    @model_validator(mode="after")
    def _valid(self) -> Self:
        places = [p for p in (self.to, self.target_group_arn, self.respond, self.redirect) if p is not None]
        if len(places) != 1:
            raise ComponentError(
                "to",
                f"the route leads to {len(places)} places",
                "give one of to, target_group_arn, respond, redirect",
            )
        _check_values(self.values)
        _check_methods(self.methods)
        _check_ranges(self.source_ips)
        return self

    @property
    def values(self) -> list[str]:
        """Every value of every condition, as AWS counts them."""
        headers = [value for values in self.headers.values() for value in values]
        return [*self.paths, *self.hosts, *self.methods, *headers, *self.query.values(), *self.source_ips]


def _check_values(values: Sequence[str]) -> None:
    if not values:
        raise ComponentError(
            "paths", "the route has no condition", "give paths, hosts, methods or another one"
        )
    if len(values) > MAX_CONDITION_VALUES:
        problem = f"the conditions have {len(values)} values, AWS allows {MAX_CONDITION_VALUES} a rule"
        raise ComponentError("paths", problem, "split the route into two")
    wildcards = sum(value.count("*") + value.count("?") for value in values)
    if wildcards > MAX_CONDITION_WILDCARDS:
        problem = f"the conditions have {wildcards} wildcards, AWS allows {MAX_CONDITION_WILDCARDS} a rule"
        raise ComponentError("paths", problem, "split the route into two")
    for value in values:
        if not 0 < len(value) <= MAX_CONDITION_LENGTH:
            raise ComponentError("paths", f"{value[:20]!r} has {len(value)} characters", "use 1 to 128")


def _check_methods(methods: Sequence[str]) -> None:
    for method in methods:
        if not _METHOD.fullmatch(method):
            raise ComponentError(
                "methods", f"{method!r} is no HTTP method", "use capital letters, such as 'GET'"
            )


def _check_ranges(ranges: Sequence[str]) -> None:
    for text in ranges:
        try:
            ip_network(text)
        except ValueError:
            remedy = "use CIDR notation without host bits, such as '192.0.2.0/24'"
            raise ComponentError("source_ips", f"{text!r} is no range of addresses", remedy) from None


def check_destinations(routes: Sequence[Route], target_groups: Mapping[str, object]) -> None:
    """Raise `ComponentError` when a route leads to a target group that does not exist."""
    for index, route in enumerate(routes):
        if route.to is not None and route.to not in target_groups:
            known = ", ".join(sorted(target_groups))
            raise ComponentError(
                f"routes[{index}].to", f"there is no target group {route.to!r}", f"known: {known}"
            )
