"""Whether a function in a VPC can reach what it calls: AWS's own services lie outside of every VPC."""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation

FUNCTION = "aws:lambda/function:Function"
SUBNET = "aws:ec2/subnet:Subnet"
TABLE = "aws:ec2/routeTable:RouteTable"
ROUTE = "aws:ec2/route:Route"
ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
VPC = "aws:ec2/vpc:Vpc"
_ANYWHERE = ("0.0.0.0/0", "::/0")


@rule(on=FUNCTION, severity=MEDIUM, theme=Theme.NETWORK)
def lambda_network_way_out(function: Resource, stack: Stack) -> Verdict:
    """In subnets with neither a NAT route nor an endpoint every call of AWS hangs until the function times out."""

    def judge(subnet: Resource) -> Verdict:
        if _leads_out(subnet, stack) or _has_endpoint(subnet, stack):
            return PASS
        remedy = "Route it to a NAT gateway, or add `aws.ec2.VpcEndpoint` for the services that it calls."
        return violation("vpcConfig.subnetIds", "holds a subnet from which nothing leads to AWS", remedy)

    return every(stack.targets(function, "vpcConfig.subnetIds", SUBNET).sure, judge)


def _leads_out(subnet: Resource, stack: Stack) -> bool:
    """Whether a route leads anywhere at all, or may: without a table of its own the VPC's main one counts."""
    links = stack.referring(subnet, ASSOCIATION, "subnetId")
    tables = [table for link in links.sure for table in stack.targets(link, "routeTableId", TABLE).sure]
    if not tables or links.possible:
        return True
    return any(_goes_anywhere(table, stack) for table in tables)


def _goes_anywhere(table: Resource, stack: Stack) -> bool:
    routes = stack.referring(table, ROUTE, "routeTableId")
    if routes.possible or not table.known("routes"):
        return True
    inline = [item for path in ("cidrBlock", "ipv6CidrBlock") for item in table.walk(f"routes.{path}")]
    alone = [route.get(path) for route in routes.sure for path in _DESTINATIONS if route.known(path)]
    unknown = any(not route.known(path) for route in routes.sure for path in _DESTINATIONS)
    return unknown or any(value in _ANYWHERE for value in (*(item.value for item in inline), *alone))


_DESTINATIONS = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")


def _has_endpoint(subnet: Resource, stack: Stack) -> bool:
    """Whether the subnet's VPC has an endpoint of any kind; which services a function calls stands in its code."""
    vpcs = stack.targets(subnet, "vpcId", VPC).sure
    if not vpcs:
        return not subnet.known("vpcId") or bool(stack.by_type(ENDPOINT))
    return any(bool(stack.referring(vpc, ENDPOINT, "vpcId")) for vpc in vpcs)
