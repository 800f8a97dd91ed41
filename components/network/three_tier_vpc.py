"""A VPC with public, application and data tiers."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from components.foundation.component import Component
from components.network.vpc_args import ThreeTierVpcArgs


class ThreeTierVpc(Component):
    """A VPC whose subnets stand in tiers and zones."""

    def __init__(self, name: str, args: ThreeTierVpcArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(
            "groundplan:network:ThreeTierVpc", name, args, opts, region=args.region, tags=args.tags
        )
        self.vpc = aws.ec2.Vpc(
            self.name_for("vpc"),
            cidr_block=args.cidr_block,
            enable_dns_hostnames=True,
            enable_dns_support=True,
            region=self.region,
            tags=self.tags(),
            opts=self.child(),
        )
        region = self.site.region
        self.subnets = {}
        for tier in args.built_tiers:
            for zone in args.parsed_zones:
                place = args.plan.ipv4[tier, zone.key]
                self.subnets[tier, zone.key] = aws.ec2.Subnet(
                    self.name_for(tier, zone.key),
                    vpc_id=self.vpc.id,
                    availability_zone=pulumi.Output.concat(region, zone.value),
                    cidr_block=self.vpc.cidr_block.apply(place.within),
                    region=self.region,
                    tags=self.tags(tier, zone.key),
                    opts=self.child(),
                )
        self.vpc_id = self.vpc.id
        self.outputs({"vpc_id": self.vpc_id})
