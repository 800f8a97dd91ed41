"""Whether the internet reaches a resource over the stack: internet gateway, route, association, then security group.

A path counts only where every step of it is sure: a rule built on this names no path that may not be there. Network
ACLs are not followed: they are judged by themselves, and an ACL that lets the tier's ports through is the usual case.
"""

from __future__ import annotations

from collections.abc import Iterable

from policies.pack.graph import Stack
from policies.pack.network import is_world
from policies.pack.resource import Part, Resource
from policies.pack.values import Unknown
from policies.pack.verdict import NotKnownError

SUBNET = "aws:ec2/subnet:Subnet"
ROUTE = "aws:ec2/route:Route"
TABLE = "aws:ec2/routeTable:RouteTable"
ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
GATEWAY = "aws:ec2/internetGateway:InternetGateway"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
_STANDALONE = (
    ("aws:ec2/securityGroupRule:SecurityGroupRule", ("cidrBlocks", "ipv6CidrBlocks")),
    ("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", ("cidrIpv4", "cidrIpv6")),
)


def public_subnets(resource: Resource, stack: Stack, path: str) -> list[Resource]:
    """The subnets that a property names and whose route table surely leads to an internet gateway."""
    return [item for item in stack.targets(resource, path, SUBNET).sure if leads_out(item, stack)]


def leads_out(subnet: Resource, stack: Stack) -> bool:
    """Whether a subnet's route table surely has a route to an internet gateway."""
    for link in stack.referring(subnet, ASSOCIATION, "subnetId").sure:
        for table in stack.targets(link, "routeTableId", TABLE).sure:
            routes = stack.referring(table, ROUTE, "routeTableId").sure
            if stack.targets(table, "routes.gatewayId", GATEWAY).sure:
                return True
            if any(stack.targets(route, "gatewayId", GATEWAY).sure for route in routes):
                return True
    return False


def open_groups(resource: Resource, stack: Stack, path: str) -> list[Resource]:
    """The security groups that a property names and that surely let some address of the internet in."""
    return [item for item in stack.targets(resource, path, GROUP).sure if lets_world_in(item, stack)]


def lets_world_in(group: Resource, stack: Stack) -> bool:
    """Whether a group has a rule, inline or standalone, whose source is the internet at large."""
    inline = _known_each(group, "ingress")
    if any(_from_world(entry, ("cidrBlocks", "ipv6CidrBlocks")) for entry in inline):
        return True
    for token, ranges in _STANDALONE:
        for entry in stack.referring(group, token, "securityGroupId").sure:
            outgoing = token == _STANDALONE[0][0] and not (
                entry.known("type") and entry.text("type") == "ingress"
            )
            if not outgoing and _from_world(entry, ranges):
                return True
    return False


def _known_each(part: Part, path: str) -> list[Part]:
    try:
        return [item for item in part.each(path) if not isinstance(item.value, Unknown)]
    except NotKnownError:
        return []


def _from_world(entry: Part, ranges: Iterable[str]) -> bool:
    return any(
        isinstance(source.value, str) and is_world(source.value)
        for path in ranges
        for source in _known_each(entry, path)
    )
