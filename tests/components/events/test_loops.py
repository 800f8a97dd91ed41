from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, strategies as st

from components.events.loops import BusId, Forwarding, check_no_loop, find_loop
from components.events.patterns import EventPattern, anything_but, prefix
from components.foundation.errors import ComponentError


def bus(name: str) -> BusId:
    return BusId("", "us-east-1", name)


def forward(source: str, destination: str, pattern: dict[str, Any]) -> Forwarding:
    return Forwarding(bus(source), bus(destination), EventPattern(pattern), f"{source}-{destination}")


ALL: dict[str, Any] = {"source": [prefix("")]}


def test_a_bus_that_sends_to_itself() -> None:
    assert find_loop([forward("a", "a", ALL)])


def test_a_way_back_over_others() -> None:
    rules = [forward("a", "b", ALL), forward("b", "c", ALL), forward("c", "a", {"detail": {"x": [1]}})]
    found = find_loop(rules)
    assert found is not None
    assert {str(rule.source) for rule in found} == {"us-east-1/a", "us-east-1/b", "us-east-1/c"}
    with pytest.raises(ComponentError, match="events run in a circle: us-east-1/a -> us-east-1/b"):
        check_no_loop(rules)


def test_patterns_that_exclude_each_other_make_no_loop() -> None:
    assert (
        find_loop([forward("a", "b", {"source": ["x"]}), forward("b", "a", {"source": [anything_but("x")]})])
        is None
    )
    assert find_loop([forward("a", "b", {"source": ["x"]}), forward("b", "a", {"source": ["x", "y"]})])


def test_hub_and_spokes_make_no_loop() -> None:
    check_no_loop([forward("a", "hub", ALL), forward("b", "hub", ALL)])


BUSES = st.sampled_from("abcd")


@given(st.lists(st.tuples(BUSES, BUSES), max_size=8))
def test_a_loop_is_found_exactly_where_there_is_one(ways: list[tuple[str, str]]) -> None:
    reached = {name: {there for here, there in ways if here == name} for name in "abcd"}
    for _ in reached:
        for name, there in reached.items():
            reached[name] = there | {further for one in there for further in reached[one]}
    expected = any(name in there for name, there in reached.items())
    found = find_loop([forward(here, there, ALL) for here, there in ways])
    assert (found is not None) == expected
    if found:
        assert found[-1].destination == found[0].source
        assert all(one.destination == other.source for one, other in itertools.pairwise(found))
