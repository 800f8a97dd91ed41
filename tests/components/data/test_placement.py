"""Where a database stands: one place, reachable by somebody, never public."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from components.data.placement import Placement, Source, check_tier
from components.foundation.errors import ComponentError
from components.network import ThreeTierVpcArgs

PLAIN: dict[str, Any] = {"subnet_group_name": "data", "security_group_ids": ("sg-1",)}


def refused(args: type[Placement | Source], **values: Any) -> str:
    with pytest.raises(ComponentError) as caught:
        args.read(values, "db")
    return str(caught.value)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "db.network: a database stands in one place; give either network or subnet_group_name"),
        ({"subnet_group_name": "data"}, "db.security_group_ids: nobody could reach the database; give"),
        (
            {"subnet_group_name": "data", "access": {"sources": {"jobs": {"cidr": "10.0.0.0/24"}}}},
            "db.vpc_id: is needed for the group of the sources",
        ),
    ],
)
def test_a_place_is_complete(values: dict[str, Any], message: str) -> None:
    assert refused(Placement, **values).startswith(message)
    assert Placement.read(PLAIN, "db").subnet_group == "data"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({}, "db: a source is exactly one peer"),
        ({"cidr": "10.0.0.0/8", "prefix_list_id": "pl-1"}, "db: a source is exactly one peer"),
        ({"cidr": "0.0.0.0/0"}, "db.cidr: 0.0.0.0/0 is everybody; name the range"),
        ({"cidr": "::/0"}, "db.cidr: ::/0 is everybody"),
        ({"cidr": "10.0.0.1/8"}, "db.cidr: 10.0.0.1/8 has host bits set"),
        ({"cidr": "office"}, "db.cidr: "),
    ],
)
def test_a_source_is_one_peer_and_not_everybody(source: dict[str, Any], message: str) -> None:
    assert refused(Source, **source).startswith(message)


def test_sources_have_names_that_fit_into_a_rule_s() -> None:
    sources = {"My Office": {"cidr": "10.0.0.0/8"}}
    found = refused(Placement, **PLAIN, vpc_id="vpc-1", access={"sources": sources})
    assert found.startswith("db.access.sources.My Office: is no name")


@given(st.integers(1, 65535), st.integers(1, 65535), st.integers(0, 2000))
def test_a_port_is_open_only_within_the_tier_s_ports(port: int, low: int, length: int) -> None:
    high = min(low + length, 65535)
    ports = [f"tcp/{low}-{high}" if high > low else f"tcp/{low}"]
    network = ThreeTierVpcArgs.read({"cidr_block": "10.0.0.0/16", "tiers": {"data": {"ports": ports}}}, "net")
    try:
        check_tier(network, "data", port)
    except ComponentError:
        assert not low <= port <= high
    else:
        assert low <= port <= high


def test_udp_does_not_count() -> None:
    network = ThreeTierVpcArgs.read(
        {"cidr_block": "10.0.0.0/16", "tiers": {"data": {"ports": ["udp/5432"]}}}, "net"
    )
    with pytest.raises(ComponentError, match="does not open port 5432"):
        check_tier(network, "data", 5432)
