"""What AWS puts into every VPC, locked; and the guards around it.

A VPC is born with a security group, a network ACL and a main route table that resources fall back to when nobody
names another. Here they exist with no rules and no routes, so falling back means being cut off, not being open.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from components.foundation.component import Component
    from components.network.tiers import Tier
    from components.network.vpc_args import ThreeTierVpcArgs


def lock_defaults(owner: Component, vpc: aws.ec2.Vpc) -> None:
    """Empty the default security group, network ACL and route table."""
    aws.ec2.DefaultSecurityGroup(
        owner.name_for("default"),
        vpc_id=vpc.id,
        region=owner.region,
        tags=owner.tags("default", "unused"),
        opts=owner.child(),
    )
    aws.ec2.DefaultNetworkAcl(
        owner.name_for("default"),
        default_network_acl_id=vpc.default_network_acl_id,
        region=owner.region,
        tags=owner.tags("default", "unused"),
        # Subnets that lose their own ACL land here by themselves; that is AWS's doing, not drift.
        opts=owner.child(ignore_changes=["subnetIds"]),
    )
    aws.ec2.DefaultRouteTable(
        owner.name_for("default"),
        default_route_table_id=vpc.default_route_table_id,
        routes=[],
        region=owner.region,
        tags=owner.tags("default", "unused"),
        opts=owner.child(),
    )


def block_public_access(owner: Component, args: ThreeTierVpcArgs, tiers: Mapping[str, Tier]) -> None:
    """VPC Block Public Access: the Region's setting, and the public tiers' way around it."""
    settings = args.block_public_access
    options = None
    if settings.mode is not None:
        options = aws.ec2.VpcBlockPublicAccessOptions(
            owner.name_for("blockpublicaccess"),
            internet_gateway_block_mode=settings.mode,
            region=owner.region,
            opts=owner.child(),
        )
    if settings.exclusion is None:
        return
    for tier in tiers.values():
        if tier.role != "public":
            continue
        for zone, subnet in tier.subnets.items():
            aws.ec2.VpcBlockPublicAccessExclusion(
                owner.name_for(tier.name, zone),
                subnet_id=subnet.id,
                internet_gateway_exclusion_mode=settings.exclusion,
                region=owner.region,
                tags=owner.tags(tier.name, zone),
                opts=owner.child(depends_on=[options] if options else []),
            )


def control_encryption(
    owner: Component, args: ThreeTierVpcArgs, vpc_id: pulumi.Output[str]
) -> aws.ec2.VpcEncryptionControl | None:
    """VPC Encryption Control.

    `enforce` refuses a VPC with gateways whose traffic AWS can't encrypt, unless they are excluded: those that this
    network has are.
    """
    if args.encryption_control == "off":
        return None
    exclusions: dict[str, Any] = {}
    if args.encryption_control == "enforce":
        has = {
            "internet_gateway_exclusion": args.has_internet_gateway,
            "nat_gateway_exclusion": args.nat.mode != "none",
            "egress_only_internet_gateway_exclusion": args.has_egress_only_gateway,
        }
        exclusions = {name: "enable" for name, there in has.items() if there}
    return aws.ec2.VpcEncryptionControl(
        owner.name_for("encryption"),
        vpc_id=vpc_id,
        mode=args.encryption_control,
        **exclusions,
        region=owner.region,
        tags=owner.tags("encryption"),
        opts=owner.child(),
    )


def set_dhcp_options(owner: Component, args: ThreeTierVpcArgs, vpc_id: pulumi.Output[str]) -> None:
    """DHCP options of one's own, where asked for."""
    if args.dhcp is None:
        return
    options = aws.ec2.VpcDhcpOptions(
        owner.name_for("dhcp"),
        domain_name=args.dhcp.domain_name,
        domain_name_servers=args.dhcp.domain_name_servers,
        ntp_servers=args.dhcp.ntp_servers or None,
        region=owner.region,
        tags=owner.tags("dhcp"),
        opts=owner.child(),
    )
    aws.ec2.VpcDhcpOptionsAssociation(
        owner.name_for("dhcp"),
        vpc_id=vpc_id,
        dhcp_options_id=options.id,
        region=owner.region,
        opts=owner.child(),
    )
