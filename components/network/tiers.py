"""One tier: its subnets, route tables, network ACL, security group and subnet groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from components.foundation.component import Component
    from components.network.options import Role, TierArgs
    from components.network.ports import Ports
    from components.network.ranges import Ranges
    from components.network.reach import AclRule, Reach
    from components.network.vpc_args import ThreeTierVpcArgs
    from components.network.zones import Zone

FIRST_RULE, RULE_STEP = 100, 10


@dataclass(frozen=True)
class Tier:
    """A tier that is built.

    `subnets` and `route_tables` are keyed by zone (`a`, or `az1` for zone ids). `ports` are those it listens on.
    `security_group` is for what runs in it. `db_subnet_group` and `cache_subnet_group` are there when asked for.
    """

    name: str
    role: Role
    ports: tuple[Ports, ...]
    subnets: Mapping[str, aws.ec2.Subnet]
    route_tables: Mapping[str, aws.ec2.RouteTable]
    network_acl: aws.ec2.NetworkAcl
    security_group: aws.ec2.SecurityGroup
    db_subnet_group: aws.rds.SubnetGroup | None = None
    cache_subnet_group: aws.elasticache.SubnetGroup | None = None

    @property
    def subnet_ids(self) -> pulumi.Output[Sequence[str]]:
        """The subnets' ids, in the order of the zones' places in the plan."""
        return pulumi.Output.all(*(subnet.id for subnet in self.subnets.values()))

    @property
    def zones(self) -> list[str]:
        """The keys of the zones it has subnets in."""
        return list(self.subnets)


class TierBuilder:
    """Builds the tiers of one network, one after the other."""

    def __init__(
        self,
        owner: Component,
        args: ThreeTierVpcArgs,
        ranges: Ranges,
        reach: Reach,
        zone_names: Mapping[str, pulumi.Output[str]],
    ) -> None:
        self._owner = owner
        self._args = args
        self._ranges = ranges
        self._reach = reach
        self._zone_names = zone_names

    def build(self, name: str) -> Tier:
        """Create one tier; routes and rules of its security group come later, when all tiers are there."""
        owner, tier = self._owner, self._args.built_tiers[name]
        subnets = {zone.key: self._subnet(name, tier, zone) for zone in self._args.parsed_zones}
        route_tables = {key: self._route_table(name, key, subnet) for key, subnet in subnets.items()}
        subnet_ids = [subnet.id for subnet in subnets.values()]
        groups = self._subnet_groups(name, subnet_ids) if tier.subnet_groups else (None, None)
        return Tier(
            name=name,
            role=tier.role,
            ports=tier.ports,
            subnets=subnets,
            route_tables=route_tables,
            network_acl=self._network_acl(name, subnet_ids),
            security_group=aws.ec2.SecurityGroup(
                owner.name_for(name),
                vpc_id=self._ranges.vpc.id,
                description=f"Tier {name} of network {owner.name}",
                region=owner.region,
                tags=owner.tags(name),
                opts=owner.child(),
            ),
            db_subnet_group=groups[0],
            cache_subnet_group=groups[1],
        )

    def _subnet(self, name: str, tier: TierArgs, zone: Zone) -> aws.ec2.Subnet:
        owner, plan = self._owner, self._args.plan
        ipv4, ipv6 = plan.ipv4.get((name, zone.key)), plan.ipv6.get((name, zone.key))
        where = self._zone_names[zone.key]
        return aws.ec2.Subnet(
            owner.name_for(name, zone.key),
            vpc_id=self._ranges.vpc.id,
            availability_zone=None if zone.kind == "id" else where,
            availability_zone_id=where if zone.kind == "id" else None,
            cidr_block=self._ranges.ipv4(ipv4) if ipv4 else None,
            ipv6_cidr_block=self._ranges.ipv6(ipv6) if ipv6 else None,
            ipv6_native=tier.ipv6_only or None,
            assign_ipv6_address_on_creation=True if ipv6 else None,
            enable_dns64=tier.dns64 or None,
            enable_resource_name_dns_aaaa_record_on_launch=tier.ipv6_only or None,
            private_dns_hostname_type_on_launch="resource-name" if tier.ipv6_only else None,
            map_public_ip_on_launch=False,
            region=owner.region,
            tags={**owner.tags(name, zone.key, **{"groundplan:tier": name}), **tier.tags},
            opts=owner.child(depends_on=self._ranges.waits_for(tier.range)),
        )

    def _route_table(self, name: str, zone: str, subnet: aws.ec2.Subnet) -> aws.ec2.RouteTable:
        owner = self._owner
        table = aws.ec2.RouteTable(
            owner.name_for(name, zone),
            vpc_id=self._ranges.vpc.id,
            region=owner.region,
            tags=owner.tags(name, zone),
            opts=owner.child(),
        )
        aws.ec2.RouteTableAssociation(
            owner.name_for(name, zone),
            subnet_id=subnet.id,
            route_table_id=table.id,
            region=owner.region,
            opts=owner.child(),
        )
        return table

    def _network_acl(self, name: str, subnet_ids: Sequence[pulumi.Output[str]]) -> aws.ec2.NetworkAcl:
        """Rules stand inside the ACL, so that one added by hand shows as drift."""
        owner, rules = self._owner, self._reach.acl_rules(name)
        inbound = [rule for rule in rules if rule.inbound]
        outbound = [rule for rule in rules if not rule.inbound]
        return aws.ec2.NetworkAcl(
            owner.name_for(name),
            vpc_id=self._ranges.vpc.id,
            subnet_ids=subnet_ids,
            ingress=[
                aws.ec2.NetworkAclIngressArgs(
                    rule_no=FIRST_RULE + index * RULE_STEP,
                    action="allow",
                    protocol=rule.ports.protocol,
                    from_port=rule.ports.low,
                    to_port=rule.ports.high,
                    cidr_block=self._addresses(rule) if rule.family == 4 else None,
                    ipv6_cidr_block=self._addresses(rule) if rule.family == 6 else None,
                )
                for index, rule in enumerate(inbound)
            ],
            egress=[
                aws.ec2.NetworkAclEgressArgs(
                    rule_no=FIRST_RULE + index * RULE_STEP,
                    action="allow",
                    protocol=rule.ports.protocol,
                    from_port=rule.ports.low,
                    to_port=rule.ports.high,
                    cidr_block=self._addresses(rule) if rule.family == 4 else None,
                    ipv6_cidr_block=self._addresses(rule) if rule.family == 6 else None,
                )
                for index, rule in enumerate(outbound)
            ],
            region=owner.region,
            tags=owner.tags(name),
            opts=owner.child(),
        )

    def _addresses(self, rule: AclRule) -> pulumi.Input[str]:
        """The addresses of a rule's peer: a tier's whole block, or the range itself."""
        plan = self._args.plan
        if rule.peer not in self._args.built_tiers:
            return rule.peer
        if rule.family == 4:
            return self._ranges.ipv4(plan.ipv4_blocks[rule.peer])
        return self._ranges.ipv6(plan.ipv6_blocks[rule.peer])

    def _subnet_groups(
        self, name: str, subnet_ids: Sequence[pulumi.Output[str]]
    ) -> tuple[aws.rds.SubnetGroup, aws.elasticache.SubnetGroup]:
        owner = self._owner
        description = f"Tier {name} of network {owner.name}"
        return (
            aws.rds.SubnetGroup(
                owner.name_for(name),
                subnet_ids=subnet_ids,
                description=description,
                region=owner.region,
                tags=owner.tags(name),
                opts=owner.child(),
            ),
            aws.elasticache.SubnetGroup(
                owner.name_for(name),
                subnet_ids=subnet_ids,
                description=description,
                region=owner.region,
                tags=owner.tags(name),
                opts=owner.child(),
            ),
        )
