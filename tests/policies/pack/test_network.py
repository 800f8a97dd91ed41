from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given, strategies as st

from policies.pack.network import covers_port, is_world, port_range, protocol_name
from policies.pack.resource import Part
from policies.pack.values import Value


@pytest.mark.parametrize("cidr", ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/2", "::/0", "2000::/3", "0.0.0.0/7"])
def test_wide_ranges_are_the_world(cidr: str) -> None:
    assert is_world(cidr)


@pytest.mark.parametrize(
    "cidr", ["10.0.0.0/8", "fc00::/7", "192.168.0.0/16", "8.8.8.8/32", "", "nonsense", "10.0.0.0/99"]
)
def test_narrow_and_broken_ranges_are_not(cidr: str) -> None:
    assert not is_world(cidr)


@given(st.ip_addresses(v=4), st.integers(8, 32))
def test_no_private_range_is_the_world(address: ipaddress.IPv4Address, length: int) -> None:
    assert not is_world(f"{address}/{length}")


@pytest.mark.parametrize(
    ("value", "expected"),
    [("-1", "-1"), (-1, "-1"), ("ALL", "-1"), ("6", "tcp"), (17, "udp"), ("TCP", "tcp"), ("icmp", "icmp")],
)
def test_protocol_names(value: Value, expected: str) -> None:
    assert protocol_name(value) == expected


@given(st.integers(0, 65535), st.integers(0, 65535), st.integers(0, 65535))
def test_covers_port_is_the_range(first: int, last: int, port: int) -> None:
    part = Part({"protocol": "tcp", "fromPort": first, "toPort": last})
    assert covers_port(part, "protocol", port) is (first <= port <= last)


def test_missing_ports_mean_all() -> None:
    assert port_range(Part({})) == (0, 65535)
    assert port_range(Part({"fromPort": -1, "toPort": -1})) == (0, 65535)
    assert not covers_port(Part({"protocol": "icmp", "fromPort": 22, "toPort": 22}), "protocol", 22)
