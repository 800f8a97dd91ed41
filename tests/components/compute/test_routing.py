"""Routes: what AWS would refuse, and that priorities are unique, stable and in order."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from components.compute.routing import (
    MAX_PRIORITY,
    FixedResponse,
    Redirect,
    Route,
    assign_priorities,
    check_destinations,
)
from components.foundation.errors import ComponentError


def route(name: str, priority: int | None = None) -> Route:
    return Route(name=name, paths=(f"/{name}/*",), to="web", priority=priority)


priorities = st.lists(st.one_of(st.none(), st.integers(1, 400)), max_size=40).filter(
    lambda given: len({p for p in given if p is not None}) == len([p for p in given if p is not None])
)


def as_routes(given_priorities: list[int | None]) -> list[Route]:
    return [route(f"r{index}", priority) for index, priority in enumerate(given_priorities)]


@given(priorities)
def test_priorities_are_unique_and_given_ones_are_kept(given_priorities: list[int | None]) -> None:
    routes = as_routes(given_priorities)
    assigned = assign_priorities(routes)
    assert len(set(assigned.values())) == len(routes)
    assert all(1 <= priority <= MAX_PRIORITY for priority in assigned.values())
    assert all(assigned[one.name] == one.priority for one in routes if one.priority is not None)


@given(priorities)
def test_routes_without_priority_keep_their_order(given_priorities: list[int | None]) -> None:
    routes = as_routes(given_priorities)
    assigned = assign_priorities(routes)
    free = [assigned[one.name] for one in routes if one.priority is None]
    assert free == sorted(free)


@given(priorities)
def test_a_route_at_the_end_moves_no_other(given_priorities: list[int | None]) -> None:
    before = assign_priorities(as_routes(given_priorities))
    after = assign_priorities([*as_routes(given_priorities), route("last")])
    assert {name: after[name] for name in before} == before


def test_two_routes_of_one_name_or_priority_are_refused() -> None:
    with pytest.raises(ComponentError, match="two routes have the name 'a'"):
        assign_priorities([route("a"), route("a")])
    with pytest.raises(ComponentError, match="two routes have the priority 7"):
        assign_priorities([route("a", 7), route("b", 7)])


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"to": "web"}, "has no condition"),
        ({"paths": ("/a",)}, "leads to 0 places"),
        ({"paths": ("/a",), "to": "web", "respond": FixedResponse()}, "leads to 2 places"),
        ({"paths": ("/a", "/b", "/c"), "hosts": ("x", "y", "z"), "to": "web"}, "have 6 values"),
        ({"paths": ("/*/*/*/*",), "hosts": ("*.*.*",), "to": "web"}, "have 7 wildcards"),
        ({"paths": ("/" + "a" * 128,), "to": "web"}, "has 129 characters"),
        ({"methods": ("get",), "to": "web"}, "'get' is no HTTP method"),
        ({"source_ips": ("192.0.2.1/24",), "to": "web"}, "is no range of addresses"),
        ({"source_ips": ("office",), "to": "web"}, "is no range of addresses"),
    ],
)
def test_routes_that_aws_would_refuse(values: dict[str, Any], problem: str) -> None:
    with pytest.raises(ComponentError, match=problem):
        Route(name="r", **values)


def test_every_kind_of_condition_counts_as_a_value() -> None:
    rich = Route(
        name="rich",
        paths=("/a",),
        methods=("GET",),
        headers={"X-Team": ("blue",)},
        query={"v": "2"},
        source_ips=("2001:db8::/32",),
        redirect=Redirect(host="new.example.com"),
    )
    assert rich.values == ["/a", "GET", "blue", "2", "2001:db8::/32"]


def test_a_route_must_lead_to_a_known_target_group() -> None:
    check_destinations([route("a")], {"web": object()})
    with pytest.raises(ComponentError, match=r"^routes\[0\]\.to: there is no target group 'web'; known: api"):
        check_destinations([route("a")], {"api": object()})
