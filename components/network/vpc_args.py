"""The arguments of `ThreeTierVpc`: what they mean, their defaults, and everything that can be checked at once."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from components.foundation.args import Args, Text
from components.foundation.errors import ComponentError, nearest
from components.network import address_plan
from components.network.address_plan import PRIMARY, AddressPlan, Grid, TierSpace, make_plan
from components.network.ports import HTTP, HTTPS, Ports, PortsField
from components.network.zones import Zone, parse_zones

INTERNET = "internet"
RESERVED_NAMES = frozenset({INTERNET, PRIMARY, "endpoints", "flow", "default"})
MAX_TIER_NAME = 16

_TIER_NAME = re.compile(r"[a-z][a-z0-9]*")

Role = Literal["public", "private", "isolated"]


class RouteArgs(Args):
    """One more route of a tier: a destination and exactly one target."""

    destination: Annotated[
        str, Field(description="an IPv4 or IPv6 range, or the id of a prefix list (pl-...)")
    ]
    transit_gateway_id: Text | None = None
    vpc_peering_connection_id: Text | None = None
    gateway_id: Text | None = None
    vpc_endpoint_id: Text | None = None
    network_interface_id: Text | None = None
    core_network_arn: Text | None = None


class TierArgs(Args):
    """One tier: a row of subnets, one in each zone, that share who may reach them.

    `role`: `public` has a route to the internet gateway, `private` reaches out through NAT, `isolated` has no way
    out. `slot`: its place in the address plan, fixed for good. `mask`: prefix length of its IPv4 subnets, default
    the largest that fits. `range`: the name of the VPC range its addresses come from. `reachable_from`: names of
    tiers that may open connections to its `ports` (its own name: its members may talk to each other; `internet`
    only for public tiers). `egress`: what it may open towards the internet, default HTTPS for private tiers.
    `endpoints`: whether it may use the VPC endpoints, default for private tiers only. `ipv6_only`: its subnets
    have no IPv4 addresses. `dns64`: names of IPv4-only servers resolve to addresses that NAT translates.
    `subnet_groups`: make a DB and a cache subnet group of its subnets. `routes`, `tags`: further ones.
    """

    role: Role
    slot: Annotated[int, Field(ge=0)]
    mask: int | None = None
    range: str = PRIMARY
    ipv6_slot: Annotated[int, Field(ge=0)] | None = None
    ipv6_only: bool = False
    dns64: bool = False
    reachable_from: tuple[str, ...] = ()
    ports: tuple[PortsField, ...] = ()
    egress: tuple[PortsField, ...] | None = None
    endpoints: bool | None = None
    subnet_groups: bool = False
    routes: tuple[RouteArgs, ...] = ()
    tags: dict[str, str] = Field(default_factory=dict)


PRESETS: dict[str, dict[str, Any]] = {
    "public": {"role": "public", "slot": 0, "ports": (HTTP, HTTPS)},
    "application": {
        "role": "private",
        "slot": 1,
        "reachable_from": ("public",),
        "ports": (Ports("tcp", 8080, 8080),),
    },
    "data": {
        "role": "isolated",
        "slot": 2,
        "reachable_from": ("application",),
        "ports": (Ports("tcp", 5432, 5432), Ports("tcp", 6379, 6379)),
        "subnet_groups": True,
    },
}
"""The three tiers that are always there, unless one is set to null; their settings can be changed one by one."""


class IpamPoolArgs(Args):
    """Let an IPAM pool choose the range: the pool's id and the prefix length to ask for."""

    pool_id: Text
    netmask_length: int


class GridArgs(Args):
    """Room for tiers and zones in the address plan; powers of two. Changing it later moves every subnet."""

    tiers: int = 8
    zones: int = 8


class ThreeTierVpcArgs(Args):
    """What a network is made of."""

    cidr_block: str | None = None
    ipv4_ipam: IpamPoolArgs | None = None
    secondary_cidr_blocks: dict[str, str] = Field(default_factory=dict)
    ipv6: Literal["none", "amazon", "ipam"] = "none"
    ipv6_ipam: IpamPoolArgs | None = None
    grid: GridArgs = GridArgs()
    zones: tuple[str, ...] = ("a", "b", "c")
    zone_slots: dict[str, int] = Field(default_factory=dict)
    tiers: dict[str, TierArgs | None] = Field(default_factory=dict)
    region: str | None = None
    tags: dict[str, str] = Field(default_factory=dict)

    @field_validator("tiers", mode="before")
    @classmethod
    def _fill_presets(cls, given: Any) -> Any:
        """Lay the given tiers over the three that are always there."""
        if not isinstance(given, dict):
            return given
        return {name: _with_preset(name, given.get(name, {})) for name in [*PRESETS, *given]}

    @model_validator(mode="after")
    def _check(self) -> Self:
        _check_ranges(self)
        for name, tier in self.built_tiers.items():
            _check_tier(name, tier, self)
        _ = self.plan
        return self

    @cached_property
    def built_tiers(self) -> dict[str, TierArgs]:
        """The tiers to build, in the order of their slots."""
        there = [(name, tier) for name, tier in self.tiers.items() if tier is not None]
        return dict(
            sorted(there, key=lambda item: (item[1].range != PRIMARY, item[1].range, item[1].slot, item[0]))
        )

    @cached_property
    def parsed_zones(self) -> list[Zone]:
        """The zones, in the order of their slots."""
        return parse_zones(self.zones, self.zone_slots, self.region)

    @cached_property
    def plan(self) -> AddressPlan:
        """Where every subnet stands."""
        return make_plan(
            {name: self._space(tier) for name, tier in self.built_tiers.items()},
            self.parsed_zones,
            ipv4_masks=_ipv4_masks(self),
            ipv6_mask=_ipv6_mask(self),
            grid=Grid(self.grid.tiers, self.grid.zones),
        )

    def _space(self, tier: TierArgs) -> TierSpace:
        return TierSpace(
            slot=tier.slot,
            mask=tier.mask,
            range=tier.range,
            ipv6_slot=tier.ipv6_slot,
            ipv4=not tier.ipv6_only,
            ipv6=self.ipv6 != "none",
        )


def _with_preset(name: str, given: Any) -> Any:
    if isinstance(given, dict):
        return {**PRESETS.get(name, {}), **given}
    return given


def _ipv4_masks(args: ThreeTierVpcArgs) -> dict[str, int]:
    """Prefix lengths of the IPv4 ranges by name."""
    if args.cidr_block is not None:
        primary = address_plan.check_range("cidr_block", args.cidr_block).prefixlen
    else:
        primary = args.ipv4_ipam.netmask_length if args.ipv4_ipam else 0
    secondary = {
        name: address_plan.check_range(f"secondary_cidr_blocks.{name}", text).prefixlen
        for name, text in args.secondary_cidr_blocks.items()
    }
    return {PRIMARY: primary, **secondary}


def _ipv6_mask(args: ThreeTierVpcArgs) -> int | None:
    """Prefix length of the IPv6 range; Amazon gives a /56."""
    if args.ipv6 == "amazon":
        return 56
    return args.ipv6_ipam.netmask_length if args.ipv6_ipam else None


def _check_ranges(args: ThreeTierVpcArgs) -> None:
    """One primary IPv4 range, an IPv6 pool exactly when asked for, and no two ranges that overlap."""
    if (args.cidr_block is None) == (args.ipv4_ipam is None):
        raise ComponentError(
            "cidr_block", "the VPC needs one IPv4 range", "give either cidr_block or ipv4_ipam"
        )
    if (args.ipv6 == "ipam") != (args.ipv6_ipam is not None):
        raise ComponentError("ipv6_ipam", "belongs to ipv6: ipam", "give both or neither")
    named = dict(args.secondary_cidr_blocks)
    if PRIMARY in named:
        raise ComponentError(
            f"secondary_cidr_blocks.{PRIMARY}", "is the name of the first range", "choose another"
        )
    ranges = [(f"secondary_cidr_blocks.{name}", text) for name, text in named.items()]
    if args.cidr_block is not None:
        ranges.insert(0, ("cidr_block", args.cidr_block))
    networks = [(where, address_plan.check_range(where, text)) for where, text in ranges]
    for index, (where, network) in enumerate(networks):
        for other_where, other in networks[:index]:
            if network.overlaps(other):
                raise ComponentError(
                    where, f"{network} overlaps {other_where} ({other})", "choose another range"
                )


def _check_tier(name: str, tier: TierArgs, args: ThreeTierVpcArgs) -> None:
    where = f"tiers.{name}"
    if not _TIER_NAME.fullmatch(name) or len(name) > MAX_TIER_NAME or name in RESERVED_NAMES:
        raise ComponentError(
            where,
            "is no name for a tier",
            f"use up to {MAX_TIER_NAME} small letters and digits, and none of {', '.join(sorted(RESERVED_NAMES))}",
        )
    for index, source in enumerate(tier.reachable_from):
        if source == INTERNET and tier.role == "public":
            continue
        if source not in args.built_tiers:
            remedy = nearest(source, args.built_tiers)
            if source == INTERNET:
                remedy = "make its role public, or put a load balancer into a public tier"
            raise ComponentError(
                f"{where}.reachable_from[{index}]", f"{source!r} can't reach this tier", remedy
            )
    if tier.ipv6_only and args.ipv6 == "none":
        raise ComponentError(f"{where}.ipv6_only", "the network has no IPv6 range", "set ipv6")
