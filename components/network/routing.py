"""Gateways and routes: how each tier reaches out of the VPC.

    public    0.0.0.0/0 -> internet gateway          ::/0 -> internet gateway
    private   0.0.0.0/0 -> NAT gateway               ::/0 -> egress-only gateway    64:ff9b::/96 -> NAT (DNS64)
    isolated  nothing

Every tier has a route table in each zone, so a zone can lose its gateway without the others noticing.
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from components.network.reach import EVERYWHERE, NAT64_PREFIX, label

if TYPE_CHECKING:
    from components.foundation.component import Component
    from components.network.options import TierArgs
    from components.network.tiers import Tier
    from components.network.vpc_args import ThreeTierVpcArgs
    from components.network.zones import Zone


class Gateways:
    """The internet gateway, the egress-only gateway and the NAT gateways of a network, as far as it has them."""

    def __init__(
        self,
        owner: Component,
        args: ThreeTierVpcArgs,
        vpc_id: pulumi.Output[str],
        tiers: Mapping[str, Tier],
        zone_names: Mapping[str, pulumi.Output[str]],
    ) -> None:
        self._owner = owner
        self._args = args
        self._vpc_id = vpc_id
        self._zone_names = zone_names
        self.internet: aws.ec2.InternetGateway | None = None
        self.egress_only: aws.ec2.EgressOnlyInternetGateway | None = None
        self.elastic_ips: dict[str, aws.ec2.Eip] = {}
        if args.has_internet_gateway:
            self.internet = aws.ec2.InternetGateway(
                owner.name_for("internet"),
                vpc_id=vpc_id,
                region=owner.region,
                tags=owner.tags("internet"),
                opts=owner.child(),
            )
        if args.has_egress_only_gateway:
            self.egress_only = aws.ec2.EgressOnlyInternetGateway(
                owner.name_for("egressonly"),
                vpc_id=vpc_id,
                region=owner.region,
                tags=owner.tags("egressonly"),
                opts=owner.child(),
            )
        self.nat = self._nat_gateways(tiers)
        """By zone; one and the same for all zones when there is only one."""

    def _nat_gateways(self, tiers: Mapping[str, Tier]) -> dict[str, aws.ec2.NatGateway]:
        nat, zones = self._args.nat, self._args.parsed_zones
        if nat.mode == "none":
            return {}
        if nat.mode == "regional":
            return dict.fromkeys([zone.key for zone in zones], self._regional())
        subnets = tiers[nat.tier].subnets
        if nat.mode == "single":
            home = next((zone for zone in zones if zone.value == nat.zone), zones[0])
            return dict.fromkeys([zone.key for zone in zones], self._zonal(home, subnets[home.key]))
        return {zone.key: self._zonal(zone, subnets[zone.key]) for zone in zones}

    def _zonal(self, zone: Zone, subnet: aws.ec2.Subnet) -> aws.ec2.NatGateway:
        owner, nat = self._owner, self._args.nat
        public = nat.connectivity == "public"
        own = nat.allocation_ids.get(zone.value, ())
        return aws.ec2.NatGateway(
            owner.name_for("nat", zone.key),
            subnet_id=subnet.id,
            connectivity_type=nat.connectivity,
            allocation_id=(own[0] if own else self._elastic_ip(zone.key).id) if public else None,
            secondary_allocation_ids=own[1:] or None,
            region=owner.region,
            tags=owner.tags("nat", zone.key),
            opts=owner.child(depends_on=[self.internet] if public and self.internet else []),
        )

    def _regional(self) -> aws.ec2.NatGateway:
        """AWS chooses zones and addresses itself, unless addresses are given."""
        owner, given = self._owner, self._args.nat.allocation_ids
        addresses = [
            aws.ec2.NatGatewayAvailabilityZoneAddressArgs(
                allocation_ids=given[zone.value],
                availability_zone=None if zone.kind == "id" else self._zone_names[zone.key],
                availability_zone_id=self._zone_names[zone.key] if zone.kind == "id" else None,
            )
            for zone in self._args.parsed_zones
            if zone.value in given
        ]
        return aws.ec2.NatGateway(
            owner.name_for("nat"),
            vpc_id=self._vpc_id,
            availability_mode="regional",
            availability_zone_addresses=addresses or None,
            region=owner.region,
            tags=owner.tags("nat"),
            opts=owner.child(depends_on=[self.internet] if self.internet else []),
        )

    def _elastic_ip(self, zone: str) -> aws.ec2.Eip:
        owner = self._owner
        self.elastic_ips[zone] = aws.ec2.Eip(
            owner.name_for("nat", zone),
            domain="vpc",
            region=owner.region,
            tags=owner.tags("nat", zone),
            opts=owner.child(),
        )
        return self.elastic_ips[zone]


class Router:
    """Creates the routes of every tier and zone."""

    def __init__(self, owner: Component, args: ThreeTierVpcArgs, gateways: Gateways) -> None:
        self._owner = owner
        self._args = args
        self._gateways = gateways

    def route(
        self, tier: Tier, attachment: aws.ec2transitgateway.VpcAttachment | None
    ) -> list[aws.ec2.Route]:
        """Create the routes of one tier; `attachment` is that of the transit gateway, where there is one."""
        return [
            self._create(tier, zone, destination, target, attachment)
            for zone in tier.route_tables
            for destination, target in self._targets(tier, zone).items()
        ]

    def _targets(self, tier: Tier, zone: str) -> dict[str, dict[str, Any]]:
        """Where each destination goes: destination -> the argument that names the target."""
        settings = self._args.built_tiers[tier.name]
        targets = {**self._default_targets(settings, zone, tier.name), **self._transit_targets(tier)}
        for route in settings.routes:
            targets[route.destination] = dict(route.targets)
        return targets

    def _default_targets(self, tier: TierArgs, zone: str, name: str) -> dict[str, dict[str, Any]]:
        gateways, nat = self._gateways, self._args.nat
        targets: dict[str, dict[str, Any]] = {}
        if tier.role == "public" and gateways.internet:
            if not tier.ipv6_only:
                targets[EVERYWHERE[4]] = {"gateway_id": gateways.internet.id}
            if self._args.has_ipv6:
                targets[EVERYWHERE[6]] = {"gateway_id": gateways.internet.id}
        if tier.role == "private":
            if gateways.egress_only:
                targets[EVERYWHERE[6]] = {"egress_only_gateway_id": gateways.egress_only.id}
            stands_here = nat.connectivity == "private" and name == nat.tier
            if zone in gateways.nat and not stands_here:
                through_nat = {"nat_gateway_id": gateways.nat[zone].id}
                if not tier.ipv6_only:
                    targets |= dict.fromkeys(nat.destinations, through_nat)
                if tier.dns64:
                    targets[NAT64_PREFIX] = through_nat
        return targets

    def _transit_targets(self, tier: Tier) -> dict[str, dict[str, Any]]:
        transit = self._args.transit_gateway
        if transit is None:
            return {}
        chosen = tier.role == "private" if transit.from_tiers is None else tier.name in transit.from_tiers
        return {text: {"transit_gateway_id": transit.id} for text in transit.destinations} if chosen else {}

    def _create(
        self,
        tier: Tier,
        zone: str,
        destination: str,
        target: dict[str, Any],
        attachment: aws.ec2transitgateway.VpcAttachment | None,
    ) -> aws.ec2.Route:
        owner = self._owner
        waits = [attachment] if attachment and "transit_gateway_id" in target else []
        return aws.ec2.Route(
            owner.name_for(tier.name, zone, label(destination), limit=200),
            route_table_id=tier.route_tables[zone].id,
            **_destination(destination),
            **target,
            region=owner.region,
            opts=owner.child(depends_on=waits),
        )


def _destination(text: str) -> dict[str, str]:
    """The argument of a route that names this destination."""
    if text.startswith("pl-"):
        return {"destination_prefix_list_id": text}
    kind = "destination_cidr_block" if ip_network(text).version == 4 else "destination_ipv6_cidr_block"
    return {kind: text}


def attach_transit_gateway(
    owner: Component, args: ThreeTierVpcArgs, vpc_id: pulumi.Output[str], tiers: Mapping[str, Tier]
) -> aws.ec2transitgateway.VpcAttachment | None:
    """Attach the VPC to its transit gateway, if it has one."""
    transit = args.transit_gateway
    if transit is None:
        return None
    return aws.ec2transitgateway.VpcAttachment(
        owner.name_for("transit"),
        transit_gateway_id=transit.id,
        vpc_id=vpc_id,
        subnet_ids=[subnet.id for subnet in tiers[transit.tier].subnets.values()],
        ipv6_support="enable" if args.has_ipv6 else "disable",
        appliance_mode_support="enable" if transit.appliance_mode else "disable",
        region=owner.region,
        tags=owner.tags("transit"),
        opts=owner.child(),
    )
