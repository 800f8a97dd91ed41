"""The order in which a listener asks its routes: given where it matters, made from the name where it doesn't.

Elastic Load Balancing refuses two rules of one priority, also for the moment in which a deployment is half done. Numbers
in order of writing would all move when a route goes away, and meet each other on the way. So a route without a given
priority gets one from its own name, which no other route can move; that is sound only where no request can be meant
for two of them, which is checked here.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from hashlib import sha256
from ipaddress import ip_network
from itertools import combinations
from typing import TYPE_CHECKING

from components.foundation.errors import ComponentError

if TYPE_CHECKING:
    from components.compute.routing import Route

HIGHEST_GIVEN = 9_999
"""Given priorities are 1 to this one; those made from names come after them."""
MAX_PRIORITY = 50_000


def assign_priorities(routes: Sequence[Route]) -> dict[str, int]:
    """Route name -> priority. Adding, removing or moving another route never changes a route's priority.

    Raises `ComponentError` for two routes of one name or priority, and for two without priority that one request
    could be meant for.
    """
    _check_unique("name", [route.name for route in routes])
    for one, other in combinations([route for route in routes if route.priority is None], 2):
        if may_meet(one, other):
            problem = f"a request can be meant for both {one.name!r} and {other.name!r}"
            raise ComponentError("routes", problem, "give the one that is to be asked first a priority")
    priorities = {route.name: route.priority or priority_of(route.name) for route in routes}
    _check_unique("priority", list(priorities.values()))
    return priorities


def priority_of(name: str) -> int:
    """The priority that belongs to a name: above all given ones, the same for ever."""
    digest = int(sha256(name.encode()).hexdigest(), 16)
    return HIGHEST_GIVEN + 1 + digest % (MAX_PRIORITY - HIGHEST_GIVEN)


def _check_unique(what: str, values: Sequence[object]) -> None:
    for value in values:
        if values.count(value) > 1:
            remedy = "give each its own name" if what == "name" else "give one of them another priority"
            raise ComponentError("routes", f"two routes have the {what} {value!r}", remedy)


def may_meet(one: Route, other: Route) -> bool:
    """Whether one request can meet the conditions of both routes.

    Paths, hosts, methods and client addresses tell routes apart. Headers and query strings never do: a request
    can have several of them.
    """
    return not (
        _apart(one.paths, other.paths, globs_meet)
        or _apart(_lower(one.hosts), _lower(other.hosts), globs_meet)
        or _apart(one.methods, other.methods, str.__eq__)
        or _apart(one.source_ips, other.source_ips, _ranges_meet)
    )


def _apart(ones: Sequence[str], others: Sequence[str], meet: Callable[[str, str], bool]) -> bool:
    """Whether both have values of a condition, and no value of one can be met together with one of the other."""
    return bool(ones and others) and not any(meet(one, other) for one in ones for other in others)


def _lower(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(text.lower() for text in texts)


def _ranges_meet(one: str, other: str) -> bool:
    first, second = ip_network(one), ip_network(other)
    return first.version == second.version and first.overlaps(second)


def globs_meet(one: str, other: str) -> bool:
    """Whether a text exists that both patterns fit; `*` is any text, `?` any one character."""

    @functools.cache
    def meet(i: int, j: int) -> bool:
        """Whether the rests of the patterns, from `i` and from `j` on, have a text in common."""
        if i < len(one) and one[i] == "*":
            return meet(i + 1, j) or (j < len(other) and meet(i, j + 1))
        if j < len(other) and other[j] == "*":
            return meet(i, j + 1) or (i < len(one) and meet(i + 1, j))
        if i == len(one) or j == len(other):
            return i == len(one) and j == len(other)
        return (one[i] == other[j] or "?" in (one[i], other[j])) and meet(i + 1, j + 1)

    return meet(0, 0)
