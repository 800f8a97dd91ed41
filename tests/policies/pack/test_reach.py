from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.reach import leads_out, lets_world_in
from policies.pack.resource import Resource
from policies.pack.values import UNKNOWN, Value


def resource(kind: str, name: str, **properties: Value) -> Resource:
    return Resource(kind, name, f"urn:pulumi:dev::test::{kind}::{name}", {"id": f"id-{name}", **properties})


SUBNET = resource("aws:ec2/subnet:Subnet", "subnet")
TABLE = resource("aws:ec2/routeTable:RouteTable", "table")
GATEWAY = resource("aws:ec2/internetGateway:InternetGateway", "gateway")
LINK = resource(
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "link",
    subnetId="id-subnet",
    routeTableId="id-table",
)


def route(**properties: Value) -> Resource:
    return resource("aws:ec2/route:Route", "route", routeTableId="id-table", **properties)


def test_a_subnet_leads_out_only_with_every_step() -> None:
    out = route(gatewayId="id-gateway")
    assert leads_out(SUBNET, Stack([SUBNET, TABLE, GATEWAY, LINK, out]))
    assert not leads_out(SUBNET, Stack([SUBNET, TABLE, GATEWAY, out]))
    assert not leads_out(SUBNET, Stack([SUBNET, TABLE, GATEWAY, LINK, route(natGatewayId="id-nat")]))


def test_a_group_lets_the_world_in_by_an_ingress_range_only() -> None:
    kind = "aws:ec2/securityGroup:SecurityGroup"
    opened = resource(kind, "open", ingress=[{"cidrBlocks": ["10.0.0.0/8", "0.0.0.0/0"]}])
    unknown = resource(kind, "unknown", ingress=UNKNOWN)
    outgoing = resource(kind, "outgoing", egress=[{"cidrBlocks": ["0.0.0.0/0"]}])
    assert lets_world_in(opened, Stack([opened]))
    assert not lets_world_in(unknown, Stack([unknown]))
    assert not lets_world_in(outgoing, Stack([outgoing]))
