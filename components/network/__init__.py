"""The network that everything else stands in: a VPC with public, application and data tiers."""

from components.network.three_tier_vpc import ThreeTierVpc
from components.network.vpc_args import GridArgs, IpamPoolArgs, RouteArgs, ThreeTierVpcArgs, TierArgs

__all__ = ["GridArgs", "IpamPoolArgs", "RouteArgs", "ThreeTierVpc", "ThreeTierVpcArgs", "TierArgs"]
