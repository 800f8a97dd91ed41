"""The VPC itself and its address ranges, which turn places of the plan into addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.network.address_plan import PRIMARY

if TYPE_CHECKING:
    from components.foundation.component import Component
    from components.network.address_plan import Place
    from components.network.vpc_args import ThreeTierVpcArgs


class Ranges:
    """A VPC with its primary, secondary and IPv6 ranges.

    The primary range belongs to the VPC, so only secondary ranges are resources of their own; subnets in them wait
    for them.
    """

    def __init__(self, owner: Component, args: ThreeTierVpcArgs) -> None:
        ipv4, ipv6 = args.ipv4_ipam, args.ipv6_ipam
        self.vpc = aws.ec2.Vpc(
            owner.name_for("vpc"),
            cidr_block=args.cidr_block,
            ipv4_ipam_pool_id=ipv4.pool_id if ipv4 else None,
            ipv4_netmask_length=ipv4.netmask_length if ipv4 else None,
            assign_generated_ipv6_cidr_block=True if args.ipv6 == "amazon" else None,
            ipv6_ipam_pool_id=ipv6.pool_id if ipv6 else None,
            ipv6_netmask_length=ipv6.netmask_length if ipv6 else None,
            enable_dns_hostnames=True,
            enable_dns_support=True,
            region=owner.region,
            tags=owner.tags(),
            opts=owner.child(),
        )
        self._secondary = {
            name: aws.ec2.VpcIpv4CidrBlockAssociation(
                owner.name_for("range", name),
                vpc_id=self.vpc.id,
                cidr_block=text,
                region=owner.region,
                opts=owner.child(),
            )
            for name, text in args.secondary_cidr_blocks.items()
        }

    def ipv4(self, place: Place) -> pulumi.Output[str]:
        """The IPv4 addresses of a place."""
        whole = self.vpc.cidr_block if place.range == PRIMARY else self._secondary[place.range].cidr_block
        return whole.apply(place.within)

    def ipv6(self, place: Place) -> pulumi.Output[str]:
        """The IPv6 addresses of a place."""
        return self.vpc.ipv6_cidr_block.apply(place.within)

    def waits_for(self, range_name: str) -> list[pulumi.Resource]:
        """What has to exist before a subnet of this range can."""
        return [] if range_name == PRIMARY else [self._secondary[range_name]]
