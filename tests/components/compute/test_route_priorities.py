"""Priorities stay when other routes come and go; routes that one request could be meant for need one."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given, strategies as st

from components.compute.route_priorities import (
    HIGHEST_GIVEN,
    MAX_PRIORITY,
    assign_priorities,
    globs_meet,
    may_meet,
    priority_of,
)
from components.compute.routing import Route
from components.foundation.errors import ComponentError

globs = st.text("ab*?", max_size=5)


def fits(glob: str, text: str) -> bool:
    """Whether a text fits a pattern, by the meaning that AWS gives to `*` and `?`."""
    pattern = "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in glob)
    return re.fullmatch(pattern, text) is not None


@given(globs, globs)
def test_patterns_meet_exactly_when_a_text_fits_both(one: str, other: str) -> None:
    longest = len(one) + len(other)
    texts = (
        "".join(letters) for size in range(min(longest, 7) + 1) for letters in product("ab", repeat=size)
    )
    found = any(fits(one, text) and fits(other, text) for text in texts)
    if found or longest <= 7:
        assert globs_meet(one, other) is found


@given(globs, globs)
def test_it_does_not_matter_which_pattern_comes_first(one: str, other: str) -> None:
    assert globs_meet(one, other) is globs_meet(other, one)


def route(name: str, **conditions: Any) -> Route:
    return Route(name=name, to="web", **(conditions or {"paths": (f"/{name}/*",)}))


names = st.lists(st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True), unique=True, max_size=12)


@given(names, st.data())
def test_a_route_keeps_its_priority_whatever_happens_to_the_others(
    found: list[str], data: st.DataObject
) -> None:
    assume(len({priority_of(name) for name in found}) == len(found))
    before = assign_priorities([route(name) for name in found])
    kept = data.draw(st.permutations(found))[: len(found) // 2]
    after = assign_priorities([route(name) for name in kept])
    assert after == {name: before[name] for name in kept}


@given(st.text(max_size=30))
def test_made_priorities_come_after_all_given_ones(name: str) -> None:
    assert HIGHEST_GIVEN < priority_of(name) <= MAX_PRIORITY


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ({"paths": ("/pricing/*",)}, {"paths": ("/forecasting/*",)}, False),
        ({"paths": ("/a", "/b*")}, {"paths": ("/*c",)}, True),
        ({"paths": ("/A",)}, {"paths": ("/a",)}, False),
        ({"hosts": ("Shop.example.com",)}, {"hosts": ("*.example.com",)}, True),
        ({"hosts": ("a.example.com",)}, {"hosts": ("b.example.com",)}, False),
        ({"methods": ("GET",)}, {"methods": ("POST", "PUT")}, False),
        ({"source_ips": ("192.0.2.0/25",)}, {"source_ips": ("192.0.2.128/25",)}, False),
        ({"source_ips": ("192.0.2.0/24",)}, {"source_ips": ("192.0.2.128/25",)}, True),
        ({"source_ips": ("192.0.2.0/24",)}, {"source_ips": ("2001:db8::/32",)}, False),
        ({"headers": {"X": ("a",)}}, {"headers": {"X": ("b",)}}, True),
        ({"query": {"v": "1"}}, {"query": {"v": "2"}}, True),
        ({"paths": ("/a",)}, {"hosts": ("a.example.com",)}, True),
        ({"paths": ("/a",), "methods": ("GET",)}, {"paths": ("/a",), "methods": ("PUT",)}, False),
    ],
)
def test_which_routes_one_request_can_be_meant_for(
    one: dict[str, Any], other: dict[str, Any], meet: bool
) -> None:
    assert may_meet(route("one", **one), route("other", **other)) is meet
    assert may_meet(route("other", **other), route("one", **one)) is meet


def test_routes_that_meet_need_a_priority() -> None:
    wide, narrow = route("wide", paths=("/*",)), route("narrow", paths=("/a/*",))
    with pytest.raises(
        ComponentError, match="a request can be meant for both 'wide' and 'narrow'; give the one"
    ):
        assign_priorities([wide, narrow])
    first = route("narrow", paths=("/a/*",), priority=5)
    assert assign_priorities([wide, first]) == {"wide": priority_of("wide"), "narrow": 5}


def test_two_routes_of_one_name_or_priority_are_refused() -> None:
    with pytest.raises(ComponentError, match="two routes have the name 'a'"):
        assign_priorities([route("a", paths=("/1",)), route("a", paths=("/2",))])
    with pytest.raises(ComponentError, match="two routes have the priority 7"):
        assign_priorities([route("a", paths=("/",), priority=7), route("b", paths=("/",), priority=7)])
