"""The address plan: no overlaps, and nothing ever moves."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network
from itertools import combinations
from typing import Any

import pytest
from hypothesis import assume, given, strategies as st

from components.foundation.errors import ComponentError
from components.network.address_plan import (
    PRIMARY,
    AddressPlan,
    Grid,
    Place,
    TierSpace,
    check_range,
    make_plan,
)
from components.network.zones import Zone, parse_zones

LETTERS = "abcdef"
grids = st.builds(Grid, st.sampled_from([2, 4, 8, 16]), st.sampled_from([2, 4, 8]))
spaces = st.builds(
    TierSpace,
    slot=st.integers(0, 9),
    mask=st.none() | st.integers(14, 30),
    range=st.sampled_from([PRIMARY, PRIMARY, "pods"]),
    ipv6_slot=st.none() | st.integers(0, 40),
    ipv4=st.booleans(),
    ipv6=st.booleans(),
)
names = st.text("abcxyz", min_size=1, max_size=4)


def letters(text: str) -> list[Zone]:
    return parse_zones(list(text), {})


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    """Anything one could ask of the plan; many of these can't work."""
    return {
        "tiers": draw(st.dictionaries(names, spaces, max_size=6)),
        "zones": letters("".join(draw(st.sets(st.sampled_from(LETTERS), min_size=2)))),
        "ipv4_masks": {PRIMARY: draw(st.integers(14, 28)), "pods": draw(st.integers(16, 24))},
        "ipv6_mask": draw(st.none() | st.sampled_from([44, 48, 52, 56, 60, 61])),
        "grid": draw(grids),
    }


@st.composite
def plans(draw: st.DrawFn) -> tuple[dict[str, Any], AddressPlan]:
    """A request that works, and its plan."""
    slots = draw(st.permutations(range(8)))
    tier_names = draw(st.lists(names, min_size=1, max_size=6, unique=True))
    cell = draw(st.integers(22, 28))
    dual_stack = draw(st.booleans())
    tiers = {
        name: TierSpace(
            slot=slot,
            mask=draw(st.none() | st.integers(cell, 28)),
            range=draw(st.sampled_from([PRIMARY, "pods"])),
            ipv6=dual_stack,
        )
        for name, slot in zip(tier_names, slots, strict=False)
    }
    request: dict[str, Any] = {
        "tiers": tiers,
        "zones": letters("".join(draw(st.sets(st.sampled_from(LETTERS), min_size=2)))),
        "ipv4_masks": {PRIMARY: cell - 6, "pods": cell - 6},
        "ipv6_mask": 56,
    }
    return request, make_plan(**request)


@given(requests())
def test_either_a_plan_or_an_error_that_says_where(request: dict[str, Any]) -> None:
    plan = _attempt(request)
    if isinstance(plan, ComponentError):
        assert all([plan.path, plan.problem, plan.remedy])
        return
    networks = {PRIMARY: "10.0.0.0", "pods": "100.64.0.0"}
    ranges = {name: ip_network(f"{networks[name]}/{mask}") for name, mask in request["ipv4_masks"].items()}
    _assert_sound(plan.ipv4, {name: str(network) for name, network in ranges.items()})
    if request["ipv6_mask"]:
        _assert_sound(plan.ipv6, {PRIMARY: f"2001:db8::/{request['ipv6_mask']}"})


def _attempt(request: dict[str, Any]) -> AddressPlan | ComponentError:
    try:
        return make_plan(**request)
    except ComponentError as error:
        return error


def _assert_sound(places: Any, ranges: dict[str, str]) -> None:
    """Every subnet is inside its range, of a size AWS takes, and apart from all others."""
    found = [(place.range, ip_network(place.within(ranges[place.range]))) for place in places.values()]
    for range_name, network in found:
        assert network.subnet_of(ip_network(ranges[range_name]))  # type: ignore[arg-type]  # both of one family
        assert network.prefixlen == 64 if network.version == 6 else 16 <= network.prefixlen <= 28
    for (range_a, a), (range_b, b) in combinations(found, 2):
        assert range_a != range_b or not a.overlaps(b)


@given(plans())
def test_blocks_hold_the_subnets_of_their_tier_and_no_other(made: tuple[dict[str, Any], AddressPlan]) -> None:
    _, plan = made
    for (tier, _), place in plan.ipv4.items():
        for other, block in plan.ipv4_blocks.items():
            if block.range == place.range:
                whole = ip_network(block.within("10.0.0.0/16" if block.mask >= 16 else "10.0.0.0/8"))
                subnet = ip_network(place.within("10.0.0.0/16" if block.mask >= 16 else "10.0.0.0/8"))
                assert subnet.overlaps(whole) == (tier == other)


@given(plans(), st.sets(st.sampled_from(LETTERS), min_size=2))
def test_changing_the_zones_moves_nothing(made: tuple[dict[str, Any], AddressPlan], zones: set[str]) -> None:
    request, before = made
    after = make_plan(**{**request, "zones": letters("".join(zones))})
    _assert_same_places(before, after)
    assert after.ipv4_blocks == before.ipv4_blocks


@given(plans(), st.data())
def test_dropping_tiers_moves_nothing(made: tuple[dict[str, Any], AddressPlan], data: st.DataObject) -> None:
    request, before = made
    kept = data.draw(st.sets(st.sampled_from(sorted(request["tiers"]))))
    after = make_plan(**{**request, "tiers": {name: request["tiers"][name] for name in kept}})
    _assert_same_places(before, after)


@given(plans(), names, spaces)
def test_adding_a_tier_moves_nothing(
    made: tuple[dict[str, Any], AddressPlan], name: str, space: TierSpace
) -> None:
    request, before = made
    assume(name not in request["tiers"])
    after = _attempt({**request, "tiers": {name: space, **request["tiers"]}})
    if isinstance(after, ComponentError):
        return
    _assert_same_places(before, after)
    assert set(after.ipv4) >= set(before.ipv4)


@given(plans(), st.randoms())
def test_order_says_nothing(made: tuple[dict[str, Any], AddressPlan], random: Any) -> None:
    request, before = made
    tiers, zones = list(request["tiers"].items()), list(request["zones"])
    random.shuffle(tiers)
    random.shuffle(zones)
    assert make_plan(**{**request, "tiers": dict(tiers), "zones": zones}) == before


def _assert_same_places(one: AddressPlan, other: AddressPlan) -> None:
    for mine, theirs in ((one.ipv4, other.ipv4), (one.ipv6, other.ipv6)):
        for key in mine.keys() & theirs.keys():
            assert mine[key] == theirs[key]


def test_the_plan_of_the_documentation() -> None:
    tiers = {name: TierSpace(slot) for slot, name in enumerate(["public", "application", "data"])}
    plan = make_plan(tiers, letters("ab"), ipv4_masks={PRIMARY: 16})
    where = {key: place.within("10.0.0.0/16") for key, place in plan.ipv4.items()}
    assert where["public", "a"] == "10.0.0.0/22"
    assert where["public", "b"] == "10.0.4.0/22"
    assert where["application", "b"] == "10.0.36.0/22"
    assert where["data", "a"] == "10.0.64.0/22"
    assert plan.ipv4_blocks["application"].within("10.0.0.0/16") == "10.0.32.0/19"


def test_larger_subnets_take_several_slots_and_smaller_ones_keep_the_start() -> None:
    tiers = {"large": TierSpace(4, mask=20), "small": TierSpace(0, mask=26)}
    plan = make_plan(tiers, letters("ab"), ipv4_masks={PRIMARY: 16})
    where = {key: place.within("10.0.0.0/16") for key, place in plan.ipv4.items()}
    assert where == {
        ("large", "a"): "10.0.128.0/20",
        ("large", "b"): "10.0.144.0/20",
        ("small", "a"): "10.0.0.0/26",
        ("small", "b"): "10.0.4.0/26",
    }
    assert plan.ipv4_blocks["large"].within("10.0.0.0/16") == "10.0.128.0/17"


def test_ipv6_subnets_have_a_place_of_their_own() -> None:
    tiers = {
        "public": TierSpace(0, ipv6=True),
        "six": TierSpace(1, ipv4=False, ipv6=True),
        "pods": TierSpace(0, range="pods", ipv6=True, ipv6_slot=9),
    }
    plan = make_plan(tiers, letters("ab"), ipv4_masks={PRIMARY: 20, "pods": 18}, ipv6_mask=56)
    assert plan.ipv6["public", "b"].within("2001:db8::/56") == "2001:db8:0:1::/64"
    assert plan.ipv6["six", "a"].within("2001:db8::/56") == "2001:db8:0:8::/64"
    assert plan.ipv6["pods", "a"].within("2001:db8::/56") == "2001:db8:0:48::/64"
    assert plan.ipv6_blocks["six"].within("2001:db8::/56") == "2001:db8:0:8::/61"
    assert ("six", "a") not in plan.ipv4


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"ipv4_masks": {PRIMARY: 24}},
            "range 'primary': /24 is too small for 8 tiers x 8 zones of at least /28; use /22",
        ),
        ({"ipv4_masks": {PRIMARY: 12}}, "range 'primary': /12 is not allowed; AWS takes /16 to /28"),
        ({"grid": Grid(6, 8)}, "grid.tiers: 6 is no power of two"),
        ({"grid": Grid(8, 2)}, "zone 'c' has slot 2, and there is room for slots 0 to 1"),
        ({"tiers": {"data": TierSpace(8)}}, "tiers.data.slot: there is no slot 8; use 0 to 7"),
        (
            {"tiers": {"a": TierSpace(1), "b": TierSpace(1)}},
            "tiers.b.slot: slot 1 belongs to tier 'a'; free slots: 0, 2",
        ),
        ({"tiers": {"a": TierSpace(1, mask=20)}}, "tiers.a.slot: subnets of /20 take 4 slots"),
        (
            {"tiers": {"a": TierSpace(0, mask=18)}},
            "tiers.a.mask: 8 zones of /18 don't fit into the range 'primary' (/16)",
        ),
        ({"tiers": {"a": TierSpace(0, mask=29)}}, "tiers.a.mask: /29 is not allowed"),
        (
            {"tiers": {"a": TierSpace(0, range="x")}},
            "tiers.a.range: there is no range 'x'; known ranges: primary",
        ),
        (
            {"tiers": {"a": TierSpace(0, ipv6=True)}},
            "tiers.a: has IPv6 subnets, and the network has no IPv6 range",
        ),
        (
            {"tiers": {"a": TierSpace(3, ipv6=True)}, "ipv6_mask": 60},
            "tiers.a.slot: there is no slot 3; use 0 to 1",
        ),
        ({"ipv6_mask": 58, "tiers": {"a": TierSpace(0, ipv6=True)}}, "ipv6: /58 is not allowed"),
        (
            {
                "ipv6_mask": 56,
                "tiers": {"a": TierSpace(0, ipv6=True), "b": TierSpace(1, ipv6_slot=0, ipv6=True)},
            },
            "tiers.b.ipv6_slot: IPv6 slot 0 belongs to 'a'; free slots: 1, 2",
        ),
    ],
)
def test_errors_name_place_and_remedy(change: dict[str, Any], message: str) -> None:
    request: dict[str, Any] = {
        "tiers": {"data": TierSpace(2)},
        "zones": letters("abc"),
        "ipv4_masks": {PRIMARY: 16},
        **change,
    }
    with pytest.raises(ComponentError) as caught:
        make_plan(**request)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("10.0.1.0/16", "write '10.0.0.0/16'"),
        ("ten", "write a range such as '10.0.0.0/16'"),
        ("2001:db8::/56", "is IPv6"),
        ("10.0.0.0/8", "/8 is not allowed"),
        ("10.0.0.0/29", "/29 is not allowed"),
    ],
)
def test_ranges_that_aws_refuses(text: str, message: str) -> None:
    with pytest.raises(ComponentError, match="cidr_block") as caught:
        check_range("cidr_block", text)
    assert message in str(caught.value)


@given(st.integers(16, 24), st.integers(0, 7), st.integers(0, 7))
def test_a_place_is_the_same_part_of_every_range(mask: int, tier: int, zone: int) -> None:
    place = Place(PRIMARY, mask + 4, tier)
    one = ip_network(place.within(f"10.0.0.0/{mask}"))
    other = ip_network(place.within(f"172.16.0.0/{mask}"))
    assert int(one.network_address) - int(ip_network("10.0.0.0/8").network_address) == int(
        other.network_address
    ) - int(ip_network("172.16.0.0/12").network_address)
    assert replace(place, index=zone).within(f"10.0.0.0/{mask}").endswith(f"/{mask + 4}")
