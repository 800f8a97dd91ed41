"""Who reaches whom: rules are tried out on connections, as AWS would, against what was declared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given, strategies as st

from components.foundation.errors import ComponentError
from components.network.ports import Ports
from components.network.reach import AclRule, Reach
from components.network.vpc_args import ThreeTierVpcArgs

CLIENT_PORT = 40000
TIERS = ("public", "application", "data", "cache", "batch")


@st.composite
def networks(draw: st.DrawFn) -> ThreeTierVpcArgs:
    """Networks whose tiers reach each other in any way."""
    port = st.integers(1, 1000).map(lambda number: f"tcp/{number}")
    tiers: dict[str, Any] = {}
    for slot, name in enumerate(TIERS):
        sources = [other for other in TIERS if draw(st.integers(0, 3)) == 0]
        role = "public" if name == "public" else draw(st.sampled_from(["private", "isolated"]))
        tiers[name] = {
            "role": role,
            "slot": slot,
            "reachable_from": sources,
            "ports": draw(st.lists(port, max_size=2, unique=True)),
            "endpoints": draw(st.booleans()),
            "subnet_groups": False,
        }
    return ThreeTierVpcArgs.read(
        {
            "cidr_block": "10.0.0.0/16",
            "ipv6": draw(st.sampled_from(["none", "amazon"])),
            "tiers": tiers,
            "nat": {"mode": draw(st.sampled_from(["none", "single", "regional"]))},
            "endpoints": {"interface": draw(st.sampled_from([[], ["ssm"]])), "gateway": []},
        },
        "network",
    )


def _passes(rules: Sequence[AclRule], *, inbound: bool, peer: str, port: int, family: int) -> bool:
    """Whether a network ACL lets a packet through; everywhere includes all tiers."""
    return any(
        rule.inbound == inbound
        and rule.family == family
        and rule.peer in {peer, "0.0.0.0/0", "::/0"}
        and rule.ports.low <= port <= rule.ports.high
        for rule in rules
    )


def _groups_allow(reach: Reach, source: str, target: str, port: int) -> bool:
    rules = reach.group_rules()
    out = any(
        r.group == source and r.direction == "to" and r.peer == target and r.ports.low == port for r in rules
    )
    into = any(
        r.group == target and r.direction == "from" and r.peer == source and r.ports.low == port
        for r in rules
    )
    assert out == into, "a connection needs a rule at both ends"
    return out


def _acls_allow(reach: Reach, source: str, target: str, port: int, family: int) -> bool:
    here, there = reach.acl_rules(source), reach.acl_rules(target)
    return (
        _passes(here, inbound=False, peer=target, port=port, family=family)
        and _passes(there, inbound=True, peer=source, port=port, family=family)
        and _passes(there, inbound=False, peer=source, port=CLIENT_PORT, family=family)
        and _passes(here, inbound=True, peer=target, port=CLIENT_PORT, family=family)
    )


def _declared(args: ThreeTierVpcArgs) -> Iterator[tuple[str, str, int]]:
    for name, tier in args.built_tiers.items():
        for source in tier.reachable_from:
            yield from ((source, name, ports.low) for ports in tier.ports)


@given(networks())
def test_what_is_declared_passes_both_layers_there_and_back(args: ThreeTierVpcArgs) -> None:
    reach = Reach(args)
    for source, target, port in _declared(args):
        assert _groups_allow(reach, source, target, port)
        for family in (4, 6) if args.has_ipv6 else (4,):
            assert _acls_allow(reach, source, target, port, family)


@given(networks(), st.sampled_from(TIERS), st.sampled_from(TIERS), st.integers(1, 1000))
def test_what_is_not_declared_passes_no_security_group(
    args: ThreeTierVpcArgs, source: str, target: str, port: int
) -> None:
    if (source, target, port) not in set(_declared(args)):
        assert not _groups_allow(Reach(args), source, target, port)


@given(networks(), st.integers(1, 1000))
def test_an_isolated_tier_is_cut_off_by_its_acl_alone(args: ThreeTierVpcArgs, port: int) -> None:
    """Even with wide open security groups: in come only declared ports, out go only answers and declared ports."""
    reach = Reach(args)
    declared = set(_declared(args))
    stands_elsewhere = args.endpoints.tier
    for name, tier in args.built_tiers.items():
        if tier.role != "isolated" or tier.uses_endpoints or name == stands_elsewhere:
            continue
        rules = reach.acl_rules(name)
        for other in TIERS:
            inbound = _passes(rules, inbound=True, peer=other, port=port, family=4)
            assert inbound == ((other, name, port) in declared)
            outbound = _passes(rules, inbound=False, peer=other, port=port, family=4)
            assert outbound == ((name, other, port) in declared)


@given(networks())
def test_rules_between_tiers_never_name_addresses(args: ThreeTierVpcArgs) -> None:
    for rule in Reach(args).group_rules():
        assert rule.peer in {*TIERS, "endpoints", "0.0.0.0/0", "::/0"}
        assert rule.direction == "to" or rule.peer in {*TIERS, "endpoints"}


@given(networks(), st.sets(st.sampled_from("abcdef"), min_size=2))
def test_zones_change_no_rule(args: ThreeTierVpcArgs, zones: set[str]) -> None:
    other = args.model_copy(update={"zones": tuple(zones)})
    assert Reach(other).group_rules() == Reach(args).group_rules()
    assert all(Reach(other).acl_rules(name) == Reach(args).acl_rules(name) for name in TIERS)


def test_data_is_reachable_from_application_only() -> None:
    args = ThreeTierVpcArgs(cidr_block="10.0.0.0/16")
    reach = Reach(args)
    assert {rule.peer for rule in reach.acl_rules("data")} == {"application"}
    mine = [rule for rule in reach.group_rules() if rule.group == "data"]
    assert {(rule.direction, rule.peer) for rule in mine} == {("from", "application")}


def test_the_internet_reaches_the_public_tier_only_when_asked_for() -> None:
    closed = Reach(ThreeTierVpcArgs.read({"cidr_block": "10.0.0.0/16"}, "n"))
    tiers = {"public": {"reachable_from": ["internet"]}}
    opened = Reach(
        ThreeTierVpcArgs.read({"cidr_block": "10.0.0.0/16", "ipv6": "amazon", "tiers": tiers}, "n")
    )
    assert not [rule for rule in closed.group_rules() if rule.direction == "from" and "/0" in rule.peer]
    found = {(rule.peer, rule.ports.low) for rule in opened.group_rules() if rule.direction == "from"}
    assert {("0.0.0.0/0", 80), ("0.0.0.0/0", 443), ("::/0", 80), ("::/0", 443)} <= found


def test_private_traffic_passes_the_subnets_of_the_nat_gateways() -> None:
    reach = Reach(ThreeTierVpcArgs(cidr_block="10.0.0.0/16"))
    nat = reach.acl_rules("public")
    assert _passes(nat, inbound=True, peer="application", port=443, family=4)
    assert _passes(nat, inbound=False, peer="198.51.100.7", port=443, family=4)
    assert _passes(nat, inbound=True, peer="198.51.100.7", port=1024, family=4), (
        "NAT gateways use 1024 and up"
    )
    assert _passes(nat, inbound=False, peer="application", port=CLIENT_PORT, family=4)
    assert not _passes(nat, inbound=True, peer="application", port=22, family=4)


def test_no_way_out_no_rule_out() -> None:
    args = ThreeTierVpcArgs.read(
        {"cidr_block": "10.0.0.0/16", "nat": {"mode": "none"}, "endpoints": {"gateway": []}}, "n"
    )
    assert not [rule for rule in Reach(args).group_rules() if "/0" in rule.peer]


def test_networks_outside_come_in_by_address() -> None:
    tiers = {"application": {"outside": ["192.168.0.0/24", "2001:db8::/32"]}}
    args = ThreeTierVpcArgs.read({"cidr_block": "10.0.0.0/16", "ipv6": "amazon", "tiers": tiers}, "n")
    rules = Reach(args).acl_rules("application")
    assert AclRule(True, "192.168.0.0/24", Ports("tcp", 8080, 8080), 4) in rules
    assert AclRule(False, "2001:db8::/32", Ports("tcp", 1024, 65535), 6) in rules


def test_too_many_rules_for_one_acl() -> None:
    ports = [f"tcp/{port}" for port in range(1, 90, 2)]
    with pytest.raises(ComponentError, match=r"^n\.tiers\.application: its network ACL would need 47 rules"):
        ThreeTierVpcArgs.read({"cidr_block": "10.0.0.0/16", "tiers": {"data": {"ports": ports}}}, "n")
