"""A VPC with public, application and data tiers, and any further ones, over 2 to 6 zones.

                         internet
                            |
    public        a [ NAT ] b [ NAT ] c [ NAT ]     load balancers, NAT gateways
                            |  8080
    application   a [     ] b [     ] c [     ]     servers; out through NAT and VPC endpoints
                            |  5432, 6379
    data          a [     ] b [     ] c [     ]     databases, caches; no way out

Follows "Three Tier Solution Architecture" (sources/001, lines 1312-1317) with the two layers of defence of lines
1261-1271 and the flow logs of lines 1275-1282. The document gives neither ports nor ranges: those are ours. It lets
route tables keep tiers apart, which they can't (all subnets of a VPC reach each other); network ACLs and security
groups do that here.
"""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from components.foundation.component import Component
from components.foundation.errors import ComponentError, nearest
from components.network import guards
from components.network.endpoints import create_endpoints
from components.network.flow_logs import create_flow_logs
from components.network.group_rules import create_group_rules, endpoint_group
from components.network.ranges import Ranges
from components.network.reach import Reach
from components.network.routing import Gateways, Router, attach_transit_gateway
from components.network.tiers import Tier, TierBuilder
from components.network.vpc_args import ThreeTierVpcArgs
from components.network.zones import Zone


class ThreeTierVpc(Component):
    """A VPC whose tiers reach each other only as declared.

        network = ThreeTierVpc("main", ThreeTierVpcArgs(cidr_block="10.0.0.0/16"))
        aws.rds.Cluster("db", db_subnet_group_name=network.db_subnet_group.name,
                        vpc_security_group_ids=[network.data.security_group.id], ...)

    Outputs: `settings` (the arguments), `vpc`, `vpc_id`, `cidr_block`, `ipv6_cidr_block` (None without IPv6), `tiers`
    by name, `public`, `application` and `data` for short, `zones` (keys of the zones, `a` or `az1`), `endpoints`,
    `gateways`, `flow_log` and `log_key` (that encrypts its log group), `db_subnet_group` and `cache_subnet_group` of
    the data tier.
    `ready` is what to wait for (`depends_on`) before starting something that needs its routes and rules.

    Raises `ComponentError` before anything is created when the arguments don't fit together, and `pulumi.RunError` while
    planning when a zone does not exist in the Region.
    """

    def __init__(self, name: str, args: ThreeTierVpcArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(
            "groundplan:network:ThreeTierVpc", name, args, opts, region=args.region, tags=args.tags
        )
        zone_names = self._zone_names(args)
        reach = Reach(args)
        ranges = Ranges(self, args)
        self.settings = args
        self.vpc = ranges.vpc
        self.vpc_id: pulumi.Output[str] = self.vpc.id
        self.cidr_block = self.vpc.cidr_block
        self.ipv6_cidr_block = self.vpc.ipv6_cidr_block if args.has_ipv6 else None
        self.zones = [zone.key for zone in args.parsed_zones]
        guards.lock_defaults(self, self.vpc)
        guards.set_dhcp_options(self, args, self.vpc_id)
        self.encryption_control = guards.control_encryption(self, args, self.vpc_id)
        logs = create_flow_logs(self, args.flow_logs, self.vpc_id)
        self.flow_log = logs.flow_log if logs else None
        self.log_key = logs.key if logs else None
        builder = TierBuilder(self, args, ranges, reach, zone_names)
        self.tiers: Mapping[str, Tier] = {tier: builder.build(tier) for tier in args.built_tiers}
        guards.block_public_access(self, args, self.tiers)
        self.gateways = Gateways(self, args, self.vpc_id, self.tiers, zone_names)
        self.ready = [*self._connect(args, reach)]
        self.outputs(self._summary())

    @property
    def public(self) -> Tier:
        """The public tier; raises `ComponentError` when the network has none."""
        return self.tier("public")

    @property
    def application(self) -> Tier:
        """The application tier; raises `ComponentError` when the network has none."""
        return self.tier("application")

    @property
    def data(self) -> Tier:
        """The data tier; raises `ComponentError` when the network has none."""
        return self.tier("data")

    def tier(self, name: str) -> Tier:
        """A tier by name; raises `ComponentError` when the network has no such tier."""
        if name not in self.tiers:
            raise ComponentError(
                f"{self.name}.tiers", f"there is no tier {name!r}", nearest(name, self.tiers)
            )
        return self.tiers[name]

    @property
    def db_subnet_group(self) -> aws.rds.SubnetGroup:
        """For databases in the data tier; raises `ComponentError` when that has no subnet groups."""
        group = self.data.db_subnet_group
        if group is None:
            raise ComponentError(f"{self.name}.tiers.data", "has no subnet groups", "set subnet_groups: true")
        return group

    @property
    def cache_subnet_group(self) -> aws.elasticache.SubnetGroup:
        """For caches in the data tier; raises `ComponentError` when that has no subnet groups."""
        group = self.data.cache_subnet_group
        if group is None:
            raise ComponentError(f"{self.name}.tiers.data", "has no subnet groups", "set subnet_groups: true")
        return group

    def _connect(self, args: ThreeTierVpcArgs, reach: Reach) -> list[pulumi.Resource]:
        """Routes, endpoints and rules of security groups: what needs all tiers to be there."""
        attachment = attach_transit_gateway(self, args, self.vpc_id, self.tiers)
        router = Router(self, args, self.gateways)
        routes = [route for tier in self.tiers.values() for route in router.route(tier, attachment)]
        group = endpoint_group(self, self.vpc_id) if args.endpoints.interface else None
        self.endpoints = create_endpoints(self, args, self.vpc_id, self.tiers, group)
        groups = {name: tier.security_group for name, tier in self.tiers.items()}
        if group:
            groups["endpoints"] = group
        rules = create_group_rules(self, reach.group_rules(), groups, self.endpoints.prefix_lists)
        acls = [tier.network_acl for tier in self.tiers.values()]
        return [*routes, *acls, *rules, *self.endpoints.gateway.values(), *self.endpoints.interface.values()]

    def _zone_names(self, args: ThreeTierVpcArgs) -> dict[str, pulumi.Output[str]]:
        """What AWS calls each zone, checked against the zones that the account has in the Region."""
        known = aws.get_availability_zones_output(region=self.region, opts=self.invoke)
        there = pulumi.Output.all(self.site.region, known.names, known.zone_ids)

        def name_of(zone: Zone) -> pulumi.Output[str]:
            return there.apply(lambda found: _zone_name(self.name, zone, *found))

        return {zone.key: name_of(zone) for zone in args.parsed_zones}

    def _summary(self) -> dict[str, pulumi.Input[object]]:
        return {
            "vpc_id": self.vpc_id,
            "cidr_block": self.cidr_block,
            "ipv6_cidr_block": self.ipv6_cidr_block,
            "zones": self.zones,
            "subnet_ids": {name: tier.subnet_ids for name, tier in self.tiers.items()},
            "security_group_ids": {name: tier.security_group.id for name, tier in self.tiers.items()},
            "nat_addresses": {zone: ip.public_ip for zone, ip in self.gateways.elastic_ips.items()},
        }


def _zone_name(network: str, zone: Zone, region: str, names: list[str], zone_ids: list[str]) -> str:
    wanted = f"{region}{zone.value}" if zone.kind == "letter" else zone.value
    there = zone_ids if zone.kind == "id" else names
    if wanted not in there:
        problem = f"this account has no zone {wanted!r} in {region}"
        remedy = f"zones there: {', '.join(there)}"
        # Not the ComponentError itself: the SDK would wrap a ValueError into one message a resource.
        raise pulumi.RunError(str(ComponentError(f"{network}.zones", problem, remedy)))
    return wanted
