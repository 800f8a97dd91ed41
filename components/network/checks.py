"""What can be wrong between the arguments of a network; each check raises `ComponentError` with path and remedy."""

from __future__ import annotations

import re
from ipaddress import IPv4Network, ip_network
from itertools import combinations
from typing import TYPE_CHECKING

from components.foundation.errors import ComponentError, nearest
from components.network.address_plan import PRIMARY, check_range

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.network.options import TierArgs
    from components.network.vpc_args import ThreeTierVpcArgs

INTERNET = "internet"
ENDPOINTS = "endpoints"
RESERVED_NAMES = frozenset({INTERNET, PRIMARY, ENDPOINTS})
MAX_TIER_NAME = 16

_TIER_NAME = re.compile(r"[a-z][a-z0-9]*")
_EVERYWHERE = frozenset({"0.0.0.0/0", "::/0"})

_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
_LINK_LOCAL = IPv4Network("169.254.0.0/16")
_NOT_BESIDE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("10.0.0.0/15", ("10.0.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "198.19.0.0/16")),
    ("10.0.0.0/8", ("172.16.0.0/12", "192.168.0.0/16", "198.19.0.0/16")),
    ("172.16.0.0/12", ("10.0.0.0/8", "192.168.0.0/16", "172.31.0.0/16", "198.19.0.0/16")),
    ("192.168.0.0/16", ("10.0.0.0/8", "172.16.0.0/12", "198.19.0.0/16")),
    ("198.19.0.0/16", _PRIVATE),
    ("0.0.0.0/0", (*_PRIVATE, "198.19.0.0/16")),
)
"""A range of the VPC -> what AWS does not let stand beside it; the first line that holds the range counts
("IPv4 CIDR block association restrictions" of the VPC User Guide)."""


def check_ranges(args: ThreeTierVpcArgs) -> None:
    """One primary IPv4 range, IPv6 settings that fit together, and further ranges that can stand beside it."""
    if (args.cidr_block is None) == (args.ipv4_ipam is None):
        raise ComponentError(
            "cidr_block", "the VPC needs one IPv4 range", "give either cidr_block or ipv4_ipam"
        )
    if (args.ipv6 == "ipam") != (args.ipv6_ipam is not None):
        raise ComponentError("ipv6_ipam", "belongs to ipv6: ipam", "give both or neither")
    for name in args.secondary_cidr_blocks:
        where = f"secondary_cidr_blocks.{name}"
        if name == PRIMARY:
            raise ComponentError(where, "is the name of the first range", "choose another")
        if not _TIER_NAME.fullmatch(name):
            raise ComponentError(where, "is no name", "use small letters and digits")
    _check_apart(args)


def _check_apart(args: ThreeTierVpcArgs) -> None:
    """No range that AWS refuses, alone or beside the others."""
    written = {"cidr_block": args.cidr_block} if args.cidr_block is not None else {}
    written |= {f"secondary_cidr_blocks.{name}": text for name, text in args.secondary_cidr_blocks.items()}
    networks = {where: check_range(where, text) for where, text in written.items()}
    for where, network in networks.items():
        if network.overlaps(_LINK_LOCAL):
            raise ComponentError(where, f"{network} is link-local ({_LINK_LOCAL})", "choose another range")
    for (other_where, other), (where, network) in combinations(networks.items(), 2):
        if network.overlaps(other):
            raise ComponentError(where, f"{network} overlaps {other_where} ({other})", "choose another range")
        if other_where == "cidr_block":
            _check_beside(where, network, other)


def _check_beside(where: str, network: IPv4Network, primary: IPv4Network) -> None:
    refused = next(refused for home, refused in _NOT_BESIDE if primary.subnet_of(IPv4Network(home)))
    for text in refused:
        if network.overlaps(IPv4Network(text)):
            problem = f"AWS does not put a range of {text} beside {primary}"
            raise ComponentError(
                where, problem, "use a range of 100.64.0.0/10, or another of the same family"
            )


def check_tiers(args: ThreeTierVpcArgs) -> None:
    """Names, who reaches whom, IPv6, and NAT for those that need it."""
    if not args.built_tiers:
        raise ComponentError("tiers", "there is no tier", "leave at least one")
    for name, tier in args.built_tiers.items():
        where = f"tiers.{name}"
        _check_name(where, name)
        for index, source in enumerate(tier.reachable_from):
            _check_source(f"{where}.reachable_from[{index}]", source, tier, args)
        for index, text in enumerate(tier.outside):
            _check_outside(f"{where}.outside[{index}]", text, args)
        for index, route in enumerate(tier.routes):
            check_destination(f"{where}.routes[{index}].destination", route.destination)
        if tier.ipv6_only and not args.has_ipv6:
            raise ComponentError(f"{where}.ipv6_only", "the network has no IPv6 range", "set ipv6")
        if tier.ipv6_only and tier.subnet_groups:
            raise ComponentError(f"{where}.subnet_groups", "DB subnets need IPv4", "leave out ipv6_only")
        if tier.dns64 and (not args.has_ipv6 or args.nat.mode == "none" or tier.role != "private"):
            remedy = "set ipv6 and nat.mode, and role: private"
            raise ComponentError(f"{where}.dns64", "needs IPv6, NAT and a private tier", remedy)


def _check_name(where: str, name: str) -> None:
    if not _TIER_NAME.fullmatch(name) or len(name) > MAX_TIER_NAME or name in RESERVED_NAMES:
        taken = ", ".join(sorted(RESERVED_NAMES))
        remedy = f"use up to {MAX_TIER_NAME} small letters and digits, and none of {taken}"
        raise ComponentError(where, f"{name!r} is no name for a tier", remedy)


def _check_source(where: str, source: str, tier: TierArgs, args: ThreeTierVpcArgs) -> None:
    if source == INTERNET:
        if tier.role != "public":
            remedy = "make its role public, or put a load balancer into a public tier"
            raise ComponentError(where, f"the internet can't reach a tier of role {tier.role}", remedy)
    elif source not in args.built_tiers:
        raise ComponentError(where, f"there is no tier {source!r}", nearest(source, args.built_tiers))


def _check_outside(where: str, text: str, args: ThreeTierVpcArgs) -> None:
    """Ranges beyond the VPC only: tiers refer to each other by security group."""
    network = check_destination(where, text)
    if network is None:
        raise ComponentError(where, "is a prefix list", "write address ranges")
    if not isinstance(network, IPv4Network) and not args.has_ipv6:
        raise ComponentError(where, f"{text} is IPv6, and the network has none", "set ipv6")
    if text in _EVERYWHERE:
        raise ComponentError(
            where, f"{text} is the whole internet", "use reachable_from: [internet] in a public tier"
        )
    own = [args.cidr_block, *args.secondary_cidr_blocks.values()]
    for inside in (ip_network(range_) for range_ in own if range_ is not None):
        if isinstance(network, IPv4Network) and isinstance(inside, IPv4Network) and network.overlaps(inside):
            raise ComponentError(
                where, f"{network} is inside the VPC ({inside})", "name tiers in reachable_from"
            )


def check_destination(where: str, text: str) -> object:
    """Read the destination of a route: a network, or None for a prefix list."""
    if text.startswith("pl-"):
        return None
    try:
        return ip_network(text)
    except ValueError as error:
        raise ComponentError(
            where, f"{text!r} is no range: {error}", "write '10.0.0.0/8' or a prefix list"
        ) from None


def check_nat(args: ThreeTierVpcArgs) -> None:
    """The gateways stand in a tier that fits, in zones that exist."""
    nat = args.nat
    if nat.mode == "regional" and nat.connectivity == "private":
        raise ComponentError("nat.connectivity", "a regional gateway is always public", "use mode: per-zone")
    if nat.mode in {"single", "per-zone"}:
        _check_nat_tier(args)
    if nat.zone is not None and (nat.mode != "single" or nat.zone not in args.zones):
        raise ComponentError(
            "nat.zone", "names the zone of a single gateway", "use mode: single and one of the zones"
        )
    if nat.allocation_ids and (nat.mode == "none" or nat.connectivity == "private"):
        raise ComponentError("nat.allocation_ids", "no public gateway uses them", "leave them out")
    for zone in nat.allocation_ids:
        if zone not in args.zones:
            raise ComponentError(
                f"nat.allocation_ids.{zone}", "is not among the zones", nearest(zone, args.zones)
            )
    for index, text in enumerate(nat.destinations):
        if not isinstance(check_destination(f"nat.destinations[{index}]", text), IPv4Network):
            raise ComponentError(
                f"nat.destinations[{index}]", f"{text!r} is not IPv4", "NAT64 comes with dns64"
            )


def _check_nat_tier(args: ThreeTierVpcArgs) -> None:
    nat = args.nat
    _check_tier_name("nat.tier", nat.tier, args)
    tier = args.built_tiers[nat.tier]
    wanted = "public" if nat.connectivity == "public" else "private or isolated"
    if (tier.role == "public") != (nat.connectivity == "public"):
        remedy = f"name a {wanted} tier, or set nat.mode to none or regional"
        raise ComponentError("nat.tier", f"{nat.connectivity} gateways stand in a {wanted} tier", remedy)
    if tier.ipv6_only:
        raise ComponentError("nat.tier", f"{nat.tier!r} has no IPv4 addresses", "name another tier")


def check_places(args: ThreeTierVpcArgs) -> None:
    """Endpoints and the transit gateway stand in tiers that exist."""
    if args.endpoints.interface:
        _check_tier_name("endpoints.tier", args.endpoints.tier, args)
    gateway = args.transit_gateway
    if gateway is None:
        return
    _check_tier_name("transit_gateway.tier", gateway.tier, args)
    for index, name in enumerate(gateway.from_tiers or ()):
        _check_tier_name(f"transit_gateway.from_tiers[{index}]", name, args)
    for index, text in enumerate(gateway.destinations):
        check_destination(f"transit_gateway.destinations[{index}]", text)


def _check_tier_name(where: str, name: str, args: ThreeTierVpcArgs) -> None:
    known: Sequence[str] = list(args.built_tiers)
    if name not in known:
        raise ComponentError(where, f"there is no tier {name!r}", nearest(name, known))
