"""The way from the internet: it counts only when every fence on it is surely open, in one address family."""

from __future__ import annotations

import pytest

from policies.pack.graph import Stack
from policies.pack.reach import families_out, leads_out, lets_world_in, reached
from policies.pack.resource import Place, Resource
from policies.pack.values import UNKNOWN, Value

GROUP = "aws:ec2/securityGroup:SecurityGroup"
ACL = "aws:ec2/networkAcl:NetworkAcl"


def resource(kind: str, name: str, **properties: Value) -> Resource:
    return Resource(kind, name, f"urn:pulumi:dev::test::{kind}::{name}", {"id": f"id-{name}", **properties})


VPC = resource("aws:ec2/vpc:Vpc", "vpc")
SUBNET = resource("aws:ec2/subnet:Subnet", "subnet", vpcId="id-vpc")
TABLE = resource("aws:ec2/routeTable:RouteTable", "table")
GATEWAY = resource("aws:ec2/internetGateway:InternetGateway", "gateway")
LINK = resource(
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "link",
    subnetId="id-subnet",
    routeTableId="id-table",
)


def route(table: Value = "id-table", **properties: Value) -> Resource:
    return resource("aws:ec2/route:Route", "route", routeTableId=table, **properties)


OUT = route(gatewayId="id-gateway")
NETWORK = (VPC, SUBNET, TABLE, GATEWAY, LINK, OUT)


def test_a_subnet_leads_out_only_with_every_step() -> None:
    assert leads_out(SUBNET, Stack(NETWORK))
    assert not leads_out(SUBNET, Stack([SUBNET, TABLE, GATEWAY, OUT]))
    assert not leads_out(SUBNET, Stack([SUBNET, TABLE, GATEWAY, LINK, route(natGatewayId="id-nat")]))


@pytest.mark.parametrize(
    ("routes", "families"),
    [
        ([{"cidrBlock": "0.0.0.0/0", "gatewayId": "id-gateway"}], {4}),
        ([{"ipv6CidrBlock": "::/0", "gatewayId": "id-gateway"}], {6}),
        ([{"cidrBlock": "203.0.113.0/24", "gatewayId": "id-gateway"}], set()),
        (
            [
                {"cidrBlock": "0.0.0.0/0", "gatewayId": "", "natGatewayId": "nat"},
                {"ipv6CidrBlock": "::/0", "gatewayId": "id-gateway"},
            ],
            {6},
        ),
    ],
)
def test_inline_routes_lead_out_in_their_family(routes: list[Value], families: set[int]) -> None:
    table = resource("aws:ec2/routeTable:RouteTable", "table", routes=routes)
    assert families_out(SUBNET, Stack([SUBNET, table, GATEWAY, LINK])) == families


@pytest.mark.parametrize(
    ("properties", "families"),
    [
        ({"destinationCidrBlock": "0.0.0.0/0"}, {4}),
        ({"destinationIpv6CidrBlock": "::/0"}, {6}),
        ({"destinationCidrBlock": "198.51.100.0/24"}, set()),
        ({"destinationCidrBlock": UNKNOWN}, {4, 6}),
        ({}, {4, 6}),
    ],
)
def test_routes_lead_out_in_their_family(properties: dict[str, Value], families: set[int]) -> None:
    out = route(gatewayId="id-gateway", **properties)
    assert families_out(SUBNET, Stack([SUBNET, TABLE, GATEWAY, LINK, out])) == families


def computed(kind: str, name: str, source: str, path: str, **properties: Value) -> Resource:
    vpc = f"urn:pulumi:dev::test::aws:ec2/vpc:Vpc::{source}"
    place = Place(property_dependencies={path: (vpc,)})
    return Resource(kind, name, f"urn:{name}", {"id": f"id-{name}", path: UNKNOWN, **properties}, place)


MAIN = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation"
DEFAULT = "aws:ec2/defaultRouteTable:DefaultRouteTable"


def test_a_subnet_without_a_table_takes_the_main_one() -> None:
    made = resource(MAIN, "made", vpcId="id-vpc", routeTableId="id-table")
    assert leads_out(SUBNET, Stack([VPC, SUBNET, TABLE, GATEWAY, OUT, made]))
    adopted = computed(DEFAULT, "adopted", "vpc", "defaultRouteTableId")
    out = route("id-adopted", gatewayId="id-gateway")
    assert leads_out(SUBNET, Stack([VPC, SUBNET, GATEWAY, adopted, out]))
    assert not leads_out(SUBNET, Stack([VPC, SUBNET, TABLE, LINK, GATEWAY, adopted, out]))
    elsewhere = computed(DEFAULT, "adopted", "other", "defaultRouteTableId")
    other = resource("aws:ec2/vpc:Vpc", "other")
    assert not leads_out(SUBNET, Stack([VPC, other, SUBNET, GATEWAY, elsewhere, out]))


def test_a_group_lets_the_world_in_by_an_ingress_range_only() -> None:
    opened = resource(GROUP, "open", ingress=[{"cidrBlocks": ["10.0.0.0/8", "0.0.0.0/0"]}])
    unknown = resource(GROUP, "unknown", ingress=UNKNOWN)
    outgoing = resource(GROUP, "outgoing", egress=[{"cidrBlocks": ["0.0.0.0/0"]}])
    assert lets_world_in(opened, Stack([opened]))
    assert not lets_world_in(unknown, Stack([unknown]))
    assert not lets_world_in(outgoing, Stack([outgoing]))


def group(**ingress: Value) -> Resource:
    return resource(GROUP, "group", ingress=[ingress])


WEB = group(protocol="tcp", fromPort=443, toPort=443, cidrBlocks=["0.0.0.0/0"])
WEB_6 = group(protocol="tcp", fromPort=443, toPort=443, ipv6CidrBlocks=["::/0"])
ALL = group(protocol="-1", fromPort=0, toPort=0, cidrBlocks=["0.0.0.0/0"])
DNS = group(protocol="udp", fromPort=53, toPort=53, cidrBlocks=["0.0.0.0/0"])


def entry(number: int, action: str, ports: tuple[int, int] = (0, 65535), cidr: str = "0.0.0.0/0") -> Value:
    return {
        "ruleNo": number,
        "action": action,
        "protocol": "tcp",
        "fromPort": ports[0],
        "toPort": ports[1],
        "ipv6CidrBlock" if ":" in cidr else "cidrBlock": cidr,
    }


def fence(ingress: Value, egress: Value) -> Resource:
    return resource(ACL, "acl", subnetIds=["id-subnet"], ingress=ingress, egress=egress)


EVERYTHING: list[Value] = [entry(100, "allow")]


def way_in(group: Resource, *more: Resource, port: int | None = None) -> frozenset[int]:
    return reached([SUBNET], [group], Stack([*NETWORK, group, *more]), port)


def test_with_awss_own_acl_the_group_decides() -> None:
    assert way_in(WEB) == {4}
    assert way_in(WEB_6) == {6}
    assert way_in(ALL) == {4}
    assert way_in(DNS) == {4}
    assert not way_in(group(protocol="icmp", fromPort=8, toPort=0, cidrBlocks=["0.0.0.0/0"]))
    assert not way_in(group(protocol="tcp", fromPort=443, toPort=443, cidrBlocks=["203.0.113.0/24"]))
    assert not way_in(group(protocol=UNKNOWN, fromPort=443, toPort=443, cidrBlocks=["0.0.0.0/0"]))


def test_without_a_way_out_nothing_is_reached() -> None:
    assert not reached([SUBNET], [WEB], Stack([VPC, SUBNET, WEB]))
    only_6 = route(gatewayId="id-gateway", destinationIpv6CidrBlock="::/0")
    stack = Stack([VPC, SUBNET, TABLE, GATEWAY, LINK, only_6, WEB])
    assert not reached([SUBNET], [WEB], stack)
    assert reached([SUBNET], [WEB_6], stack) == {6}


@pytest.mark.parametrize(
    ("ingress", "egress", "found"),
    [
        (EVERYTHING, EVERYTHING, True),
        ([], EVERYTHING, False),
        (EVERYTHING, [], False),
        ([entry(50, "deny", (443, 443)), entry(100, "allow")], EVERYTHING, False),
        ([entry(100, "allow"), entry(150, "deny", (443, 443))], EVERYTHING, True),
        ([entry(100, "allow", (80, 80))], EVERYTHING, False),
        ([entry(100, "allow", (443, 443))], [entry(100, "allow", (1024, 65535))], True),
        # Whoever attacks chooses the port that the answer goes to.
        ([entry(100, "allow", (443, 443))], [entry(100, "allow", (80, 80))], True),
        ([entry(100, "allow", (443, 443))], [entry(100, "deny", (0, 65535)), entry(200, "allow")], False),
        ([entry(50, "deny", cidr="203.0.113.0/24"), entry(100, "allow")], EVERYTHING, True),
        ([entry(100, "allow", cidr="203.0.113.0/24")], EVERYTHING, False),
        # One half of the internet gets in, the other half would get an answer.
        ([entry(100, "allow", cidr="0.0.0.0/1")], [entry(100, "allow", cidr="128.0.0.0/1")], False),
        ([entry(100, "allow", cidr="::/0")], [entry(100, "allow", cidr="::/0")], False),
        (UNKNOWN, EVERYTHING, False),
        (EVERYTHING, UNKNOWN, False),
    ],
)
def test_an_acl_has_to_pass_both_ways(ingress: Value, egress: Value, found: bool) -> None:
    assert way_in(WEB, fence(ingress, egress)) == ({4} if found else set())
    assert way_in(WEB, fence(ingress, egress), port=443) == ({4} if found else set())


def test_ipv6_has_entries_of_its_own() -> None:
    both = fence([entry(100, "allow", cidr="::/0")], [entry(100, "allow", cidr="::/0")])
    assert way_in(WEB_6, both) == {6}
    assert not way_in(WEB_6, fence(EVERYTHING, EVERYTHING))


def test_one_open_port_of_a_wide_rule_is_enough() -> None:
    narrow = fence([entry(50, "deny", (0, 1023)), entry(100, "allow", (0, 2000))], EVERYTHING)
    assert way_in(ALL, narrow) == {4}
    assert not way_in(ALL, narrow, port=22)
    assert way_in(ALL, narrow, port=1433) == {4}
    assert not way_in(WEB, narrow)


def test_an_unknown_port_counts_where_every_port_passes() -> None:
    unknown = group(protocol="tcp", fromPort=UNKNOWN, toPort=UNKNOWN, cidrBlocks=["0.0.0.0/0"])
    assert way_in(unknown) == {4}
    assert way_in(unknown, fence(EVERYTHING, EVERYTHING)) == {4}
    assert not way_in(unknown, fence([entry(50, "deny", (22, 22)), entry(100, "allow")], EVERYTHING))
    assert not way_in(unknown, port=443)


def test_an_acl_that_may_be_the_subnets_is_no_sure_way() -> None:
    maybe = resource(ACL, "acl", subnetIds=UNKNOWN, ingress=EVERYTHING, egress=EVERYTHING)
    assert not way_in(WEB, maybe)


def test_an_adopted_default_acl_without_entries_lets_nothing_in() -> None:
    kind = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"
    assert not way_in(WEB, computed(kind, "adopted", "vpc", "defaultNetworkAclId"))
    opened = computed(kind, "adopted", "vpc", "defaultNetworkAclId", ingress=EVERYTHING, egress=EVERYTHING)
    assert way_in(WEB, opened) == {4}
