"""Whether the internet reaches a resource over the stack: every fence on the way, and every step of it sure.

    internet -> internet gateway <- route <- route table <- subnet -> network ACL (in, and the answers out)
                                                                      -> security group -> resource

A path counts only where every step of it is sure: a rule built on this names no path that may not be there. IPv4 and
IPv6 are followed apart, for a fence that is open to one may be closed to the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from policies.pack.acl import LAST_PORT, Ruleset, acl_of, known, passing, ports_of_interest, rulesets
from policies.pack.addresses import Addresses
from policies.pack.graph import Stack
from policies.pack.group_rules import GROUP, known_each, rules
from policies.pack.network import is_world, port_range, protocol_name
from policies.pack.resource import Part, Resource
from policies.pack.verdict import NotKnownError

SUBNET = "aws:ec2/subnet:Subnet"
ROUTE = "aws:ec2/route:Route"
TABLE = "aws:ec2/routeTable:RouteTable"
DEFAULT_TABLE = "aws:ec2/defaultRouteTable:DefaultRouteTable"
ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
MAIN_ASSOCIATION = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation"
GATEWAY = "aws:ec2/internetGateway:InternetGateway"
VPC = "aws:ec2/vpc:Vpc"
MORE_RANGES = "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"

_BOTH = frozenset({4, 6})
_ROUTES = {4: ("destinationCidrBlock", "cidrBlock"), 6: ("destinationIpv6CidrBlock", "ipv6CidrBlock")}


def public_subnets(resource: Resource, stack: Stack, path: str) -> list[Resource]:
    """The subnets that a property names and whose route table surely leads to an internet gateway."""
    return [item for item in stack.targets(resource, path, SUBNET).sure if leads_out(item, stack)]


def leads_out(subnet: Resource, stack: Stack) -> bool:
    """Whether a subnet's route table surely has a route to an internet gateway."""
    return bool(families_out(subnet, stack))


def families_out(subnet: Resource, stack: Stack) -> frozenset[int]:
    """The address families (4, 6) in which a subnet's route table surely leads to an internet gateway."""
    return frozenset(family for table in tables(subnet, stack) for family in gateway_routes(table, stack))


def tables(subnet: Resource, stack: Stack) -> list[Resource]:
    """The route table that surely is the subnet's: the one it is joined to, else its VPC's main one."""
    links = stack.referring(subnet, ASSOCIATION, "subnetId")
    if links:
        return [
            table
            for link in links.sure
            for kind in (TABLE, DEFAULT_TABLE)
            for table in stack.targets(link, "routeTableId", kind).sure
        ]
    return [table for vpc in stack.targets(subnet, "vpcId", VPC).sure for table in main_tables(vpc, stack)]


def main_tables(vpc: Resource, stack: Stack) -> list[Resource]:
    """The table that subnets without one of their own take: made the main one, or AWS's, adopted."""
    links = stack.referring(vpc, MAIN_ASSOCIATION, "vpcId")
    if links:
        return [table for link in links.sure for table in stack.targets(link, "routeTableId", TABLE).sure]
    return list(stack.referring(vpc, DEFAULT_TABLE, "defaultRouteTableId").sure)


def gateway_routes(table: Resource, stack: Stack) -> frozenset[int]:
    """The address families that a route table surely sends to an internet gateway."""
    standalone = stack.referring(table, ROUTE, "routeTableId").sure
    out: list[Part] = [item for item in standalone if stack.targets(item, "gatewayId", GATEWAY).sure]
    if stack.targets(table, "routes.gatewayId", GATEWAY).sure:
        out += [item for item in known_each(table, "routes") if known(partial(item.text, "gatewayId")) != ""]
    return frozenset(family for route in out for family in _families(route))


def _families(route: Part) -> frozenset[int]:
    """The families whose traffic a route takes; both when it does not say."""
    inline = not isinstance(route, Resource)
    said = {family: known(partial(route.text, paths[inline])) for family, paths in _ROUTES.items()}
    if not any(said.values()):
        return _BOTH
    return frozenset(family for family, text in said.items() if text and is_world(text))


def may_lead_out(table: Resource, stack: Stack) -> bool:
    """Whether a route table possibly has a route to an internet gateway."""
    if stack.targets(table, "routes.gatewayId", GATEWAY):
        return True
    routes = stack.referring(table, ROUTE, "routeTableId")
    return bool(routes.possible) or any(stack.targets(route, "gatewayId", GATEWAY) for route in routes.sure)


def open_groups(resource: Resource, stack: Stack, path: str) -> list[Resource]:
    """The security groups that a property names and that surely let some address of the internet in."""
    return [item for item in stack.targets(resource, path, GROUP).sure if lets_world_in(item, stack)]


def lets_world_in(group: Resource, stack: Stack) -> bool:
    """Whether a group has a rule, inline or standalone, whose source is the internet at large."""
    return any(
        is_world(source)
        for part, shape in rules(group, stack)
        for path in shape.ranges.values()
        for source in _sources(part, path)
    )


@dataclass(frozen=True, slots=True)
class Door:
    """What a security group lets in from the internet: `ports` None when they are not known yet."""

    protocol: str
    ports: tuple[int, int] | None
    sources: Addresses

    def passes(self, port: int) -> bool:
        """Whether a port is surely among those it lets in."""
        return self.ports is not None and self.ports[0] <= port <= self.ports[1]


def doors(group: Resource, stack: Stack) -> Iterator[Door]:
    """What a group surely lets in from the internet by TCP and UDP, rule by rule."""
    for part, shape in rules(group, stack):
        protocol = protocol_name(part.get(shape.protocol)) if part.known(shape.protocol) else ""
        ports = known(partial(port_range, part))
        for version, path in shape.ranges.items():
            sources = Addresses.none(version)
            for text in _sources(part, path):
                sources |= Addresses.of(text) or sources
            if sources.world:
                for kind in ("tcp", "udp") if protocol == "-1" else (protocol,):
                    if kind in ("tcp", "udp"):
                        yield Door(kind, _whole(protocol, ports), sources)


def reached(
    subnets: Iterable[Resource], groups: Iterable[Resource], stack: Stack, port: int | None = None
) -> frozenset[int]:
    """The address families in which the internet surely reaches what stands in `subnets` behind `groups`.

    `port`: the only one that counts; None when any does.
    """
    gates = [door for group in groups for door in doors(group, stack)]
    found: set[int] = set()
    for subnet in subnets if gates else ():
        try:
            inward, outward = rulesets(acl_of(subnet, stack), stack)
        except NotKnownError:
            continue
        families = families_out(subnet, stack)
        for door in gates:
            version = door.sources.version
            if version in families - found and _through(door, inward, outward, port):
                found.add(version)
    return frozenset(found)


def _through(door: Door, inward: Ruleset, outward: Ruleset, port: int | None) -> bool:
    if port is not None:
        return door.passes(port) and _answered(door, port, inward, outward)
    first, last = door.ports or (0, LAST_PORT)
    tried = (
        _answered(door, one, inward, outward) for one in ports_of_interest(inward, first=first, last=last)
    )
    return any(tried) if door.ports else all(tried)


def _answered(door: Door, port: int, inward: Ruleset, outward: Ruleset) -> bool:
    """Whether strangers get in at a port, and the answer out again to a port that they may choose."""
    version, protocol = door.sources.version, door.protocol
    strangers = door.sources & passing(inward, port, version, surely=True, protocol=protocol)
    return strangers.world and any(
        (strangers & passing(outward, reply, version, surely=True, protocol=protocol)).world
        for reply in ports_of_interest(outward)
    )


def _whole(protocol: str, ports: tuple[float, float] | None) -> tuple[int, int] | None:
    if protocol == "-1":
        return 0, LAST_PORT
    return None if ports is None else (int(ports[0]), int(ports[1]))


def _sources(part: Part, path: str) -> list[str]:
    return [source.value for source in known_each(part, path) if isinstance(source.value, str)]


def blocks_of(vpc: Resource, stack: Stack, version: int) -> list[Addresses]:
    """The address ranges of a VPC in a family, secondary ones too. Raises NotKnownError when one is not known."""
    joined = stack.referring(vpc, MORE_RANGES, "vpcId").sure
    places = {4: [(item, "cidrBlock") for item in (vpc, *joined)], 6: [(vpc, "ipv6CidrBlock")]}
    return [block for item, path in places[version] if (block := Addresses.of(item.text(path))) is not None]
