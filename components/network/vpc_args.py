"""The arguments of `ThreeTierVpc`, with the three tiers that are always there."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from components.foundation.args import Args
from components.network import address_plan, checks
from components.network.address_plan import PRIMARY, AddressPlan, Grid, TierSpace, make_plan
from components.network.options import (
    BlockPublicAccessArgs,
    DhcpArgs,
    EndpointArgs,
    FlowLogArgs,
    GridArgs,
    IpamPoolArgs,
    NatArgs,
    TierArgs,
    TransitGatewayArgs,
)
from components.network.ports import HTTP, HTTPS, Ports
from components.network.reach import Reach
from components.network.zones import Zone, parse_zones

AMAZON_IPV6_MASK = 56

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
"""The three tiers; each setting can be changed alone, and a tier that is not wanted is set to null."""


class ThreeTierVpcArgs(Args):
    """What a network is made of; each part is explained at its own class.

    `cidr_block` (/16 to /28) or `ipv4_ipam`: the range of the VPC. `secondary_cidr_blocks`: further ranges by name.
    `ipv6`: `amazon` gives a /56, `ipam` takes it from `ipv6_ipam`. `grid`: room in the address plan. `zones`: 2 to
    6, as letters, names or zone ids; `zone_slots`: their places in the plan where not the natural ones. `tiers`:
    changes to the three tiers and further ones, by name. `encryption_control`: VPC Encryption Control shows
    (`monitor`) or refuses (`enforce`) traffic in plain text; charged by the hour, so off by default. `region`: the
    Region, default the provider's. `tags`: on everything.
    """

    cidr_block: str | None = None
    ipv4_ipam: IpamPoolArgs | None = None
    secondary_cidr_blocks: dict[str, str] = Field(default_factory=dict)
    ipv6: Literal["none", "amazon", "ipam"] = "none"
    ipv6_ipam: IpamPoolArgs | None = None
    grid: GridArgs = GridArgs()
    zones: tuple[str, ...] = ("a", "b", "c")
    zone_slots: dict[str, int] = Field(default_factory=dict)
    tiers: dict[str, TierArgs | None] = Field(default_factory=dict)
    nat: NatArgs = NatArgs()
    flow_logs: FlowLogArgs = FlowLogArgs()
    endpoints: EndpointArgs = EndpointArgs()
    block_public_access: BlockPublicAccessArgs = BlockPublicAccessArgs()
    encryption_control: Literal["off", "monitor", "enforce"] = "off"
    dhcp: DhcpArgs | None = None
    transit_gateway: TransitGatewayArgs | None = None
    region: str | None = None
    tags: dict[str, str] = Field(default_factory=dict)

    @field_validator("tiers", mode="before")
    @classmethod
    def _fill_presets(cls, given: Any) -> Any:
        """Lay the given tiers over the three that are always there."""
        if not isinstance(given, dict):
            return given
        return {name: _with_preset(name, given.get(name, {})) for name in dict.fromkeys([*PRESETS, *given])}

    @model_validator(mode="after")
    def _check(self) -> Self:
        checks.check_ranges(self)
        checks.check_tiers(self)
        _ = self.plan
        checks.check_nat(self)
        checks.check_places(self)
        for name in self.built_tiers:
            Reach(self).acl_rules(name)
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
            {name: self._space(tier) for name, tier in self.tiers.items() if tier is not None},
            self.parsed_zones,
            ipv4_masks=self._ipv4_masks(),
            ipv6_mask=self._ipv6_mask(),
            grid=Grid(self.grid.tiers, self.grid.zones),
        )

    @property
    def has_ipv6(self) -> bool:
        """Whether the VPC has an IPv6 range."""
        return self.ipv6 != "none"

    @cached_property
    def has_internet_gateway(self) -> bool:
        """Public tiers and public regional NAT gateways need one."""
        return any(tier.role == "public" for tier in self.built_tiers.values()) or self.nat.mode == "regional"

    @cached_property
    def has_egress_only_gateway(self) -> bool:
        """Private tiers reach out over IPv6 without being reachable."""
        return self.has_ipv6 and any(tier.role == "private" for tier in self.built_tiers.values())

    def _space(self, tier: TierArgs) -> TierSpace:
        return TierSpace(
            slot=tier.slot,
            mask=tier.mask,
            range=tier.range,
            ipv6_slot=tier.ipv6_slot,
            ipv4=not tier.ipv6_only,
            ipv6=self.has_ipv6,
        )

    def _ipv4_masks(self) -> dict[str, int]:
        masks = {
            name: address_plan.check_range(f"secondary_cidr_blocks.{name}", text).prefixlen
            for name, text in self.secondary_cidr_blocks.items()
        }
        if self.cidr_block is not None:
            return {PRIMARY: address_plan.check_range("cidr_block", self.cidr_block).prefixlen, **masks}
        return {PRIMARY: self.ipv4_ipam.netmask_length, **masks} if self.ipv4_ipam else masks

    def _ipv6_mask(self) -> int | None:
        if self.ipv6 == "amazon":
            return AMAZON_IPV6_MASK
        return self.ipv6_ipam.netmask_length if self.ipv6_ipam else None


def _with_preset(name: str, given: Any) -> Any:
    """Settings of a tier over those of the preset; a `TierArgs` object or null is taken as it is."""
    return {**PRESETS.get(name, {}), **given} if isinstance(given, dict) else given
