from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given, strategies as st

from policies.pack.addresses import Addresses
from policies.pack.cidr import is_world

BLOCKS = st.builds(
    lambda address, length: f"{address}/{length}", st.ip_addresses(v=4), st.integers(0, 32)
) | st.builds(lambda address, length: f"{address}/{length}", st.ip_addresses(v=6), st.integers(0, 128))


def of(cidr: str) -> Addresses:
    found = Addresses.of(cidr)
    assert found is not None
    return found


def inside(cidr: str, address: int, version: int) -> bool:
    network = ipaddress.ip_network(cidr, strict=False)
    return network.version == version and int(network[0]) <= address <= int(network[-1])


@given(BLOCKS, BLOCKS, BLOCKS, st.data())
def test_sets_of_addresses_hold_what_their_members_say(
    one: str, two: str, three: str, data: st.DataObject
) -> None:
    first, second, third = of(one), of(two), of(three)
    edges = [edge for found in (first, second, third) for pair in found.ranges for edge in pair]
    address = data.draw(
        st.sampled_from([*edges, *(edge + 1 for edge in edges), *(edge - 1 for edge in edges)])
    )
    in_one, in_two, in_three = (inside(cidr, address, first.version) for cidr in (one, two, three))
    assert (address in first & second) is (in_one and in_two)
    assert (address in first - second) is (in_one and not in_two)
    assert (address in (first - second) - third) is (in_one and not in_two and not in_three)
    assert (address in (first | second) | third) is (in_one or in_two or in_three)


@given(BLOCKS, BLOCKS)
def test_sizes_add_up(one: str, two: str) -> None:
    first, second = of(one), of(two)
    if first.version == second.version:
        assert (first | second).size == first.size + second.size - (first & second).size
    assert (first - second).size == first.size - (first & second).size


@given(BLOCKS)
def test_what_is_no_world_as_a_range_is_none_as_a_set(cidr: str) -> None:
    assert not of(cidr).world or is_world(cidr)


@pytest.mark.parametrize("cidr", ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "64.0.0.0/3", "::/0", "2000::/3"])
def test_the_internet_at_large(cidr: str) -> None:
    assert of(cidr).world


@pytest.mark.parametrize("cidr", ["10.0.0.0/8", "8.0.0.0/8", "224.0.0.0/3", "fc00::/7", "2600::/12"])
def test_what_somebody_owns_is_not_the_internet(cidr: str) -> None:
    assert not of(cidr).world


def test_the_internet_in_pieces_is_the_internet() -> None:
    whole = of("0.0.0.0/0")
    assert (whole - of("0.0.0.0/1")).world
    assert not ((whole - of("0.0.0.0/1")) - of("128.0.0.0/1")).world
    pieces = of("0.0.0.0/2") | of("64.0.0.0/2") | of("128.0.0.0/1")
    assert pieces.size == whole.size


def test_a_text_that_is_no_range_is_none() -> None:
    assert Addresses.of("nonsense") is None
    assert Addresses.of("") is None
    assert not Addresses.none(4)
    assert Addresses.every(6)
