"""The network that everything else stands in: a VPC with public, application and data tiers."""

from components.network.options import (
    BlockPublicAccessArgs,
    DhcpArgs,
    EndpointArgs,
    FlowLogArgs,
    GridArgs,
    IpamPoolArgs,
    NatArgs,
    RouteArgs,
    TierArgs,
    TransitGatewayArgs,
)
from components.network.three_tier_vpc import ThreeTierVpc
from components.network.vpc_args import ThreeTierVpcArgs

__all__ = [
    "BlockPublicAccessArgs",
    "DhcpArgs",
    "EndpointArgs",
    "FlowLogArgs",
    "GridArgs",
    "IpamPoolArgs",
    "NatArgs",
    "RouteArgs",
    "ThreeTierVpc",
    "ThreeTierVpcArgs",
    "TierArgs",
    "TransitGatewayArgs",
]
