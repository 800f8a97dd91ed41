"""What connects VPCs: prefix lists, peering, transit gateways, VPN gateways; and the default VPC."""

from __future__ import annotations

import pytest

from tests.tools.emulator.services.world import Live, World, lifecycle, own_account
from tools.emulator.gate import Gate

PEERING = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"
TRANSIT = "aws:ec2transitgateway"


@pytest.fixture(scope="module")
def world(gate: Gate) -> World:
    """One account for the file: to make one takes long, and each test has VPCs of its own."""
    return own_account(gate)


@pytest.fixture
def vpcs(world: World) -> list[Live]:
    return [world.create("aws:ec2/vpc:Vpc", cidrBlock=f"10.{n}.0.0/16") for n in range(2)]


@pytest.fixture
def subnets(world: World, vpcs: list[Live]) -> list[Live]:
    given = {"vpcId": vpcs[0].id}
    return [
        world.create(
            "aws:ec2/subnet:Subnet", cidrBlock=f"10.0.{n}.0/24", availabilityZone=f"us-east-1{zone}", **given
        )
        for n, zone in enumerate("ab")
    ]


def test_prefix_list_and_its_entries(world: World) -> None:
    token = "aws:ec2/managedPrefixList:ManagedPrefixList"
    entries = [{"cidr": "10.0.0.0/8", "description": "inside"}]
    prefixes = world.create(
        token, name="l", addressFamily="IPv4", maxEntries=5, entries=entries, tags={"a": "b"}
    )
    assert prefixes.outputs["version"] == 1
    prefixes.update(
        entries=[{"cidr": "10.0.0.0/8", "description": "ours"}, {"cidr": "172.16.0.0/12"}], name="m"
    )
    assert [entry["description"] for entry in prefixes.outputs["entries"]] == ["ours", ""]
    assert (prefixes.outputs["name"], prefixes.outputs["version"]) == ("m", 2)
    assert world.imported(token, prefixes.id)[1]["maxEntries"] == 5
    lifecycle(prefixes)


def test_prefix_list_entry_of_its_own(world: World) -> None:
    prefixes = world.create(
        "aws:ec2/managedPrefixList:ManagedPrefixList", name="e", addressFamily="IPv4", maxEntries=5
    )
    token = "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry"
    entry = world.create(token, prefixListId=prefixes.id, cidr="10.0.0.0/8", description="x")
    assert entry.id == f"{prefixes.id},10.0.0.0/8"
    assert world.imported(token, entry.id)[1] == entry.inputs
    assert prefixes.refresh() == prefixes.inputs
    lifecycle(entry)


def test_peering_that_accepts_itself(world: World, vpcs: list[Live]) -> None:
    peering = world.create(
        PEERING,
        vpcId=vpcs[0].id,
        peerVpcId=vpcs[1].id,
        autoAccept=True,
        requester={"allowRemoteVpcDnsResolution": True},
        tags={"a": "b"},
    )
    assert peering.outputs["acceptStatus"] == "active"
    options = world.create(
        "aws:ec2/peeringConnectionOptions:PeeringConnectionOptions",
        vpcPeeringConnectionId=peering.id,
        accepter={"allowRemoteVpcDnsResolution": True},
    )
    assert options.refresh() == options.inputs
    table = world.create("aws:ec2/routeTable:RouteTable", vpcId=vpcs[0].id)
    route = world.create(
        "aws:ec2/route:Route",
        routeTableId=table.id,
        destinationCidrBlock="10.1.0.0/16",
        vpcPeeringConnectionId=peering.id,
    )
    assert route.refresh() == route.inputs
    lifecycle(peering)


def test_peering_across_regions_waits_for_its_accepter(world: World, vpcs: list[Live]) -> None:
    far = world.create("aws:ec2/vpc:Vpc", region="us-west-2", cidrBlock="10.2.0.0/16")
    peering = world.create(PEERING, vpcId=vpcs[0].id, peerVpcId=far.id, peerRegion="us-west-2")
    assert peering.outputs["acceptStatus"] == "pending-acceptance"
    accepter = world.create(
        "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",
        region="us-west-2",
        vpcPeeringConnectionId=peering.id,
        autoAccept=True,
    )
    assert accepter.outputs["acceptStatus"] == "active"
    assert (accepter.outputs["vpcId"], accepter.outputs["peerVpcId"]) == (far.id, vpcs[0].id)
    accepter.delete()
    assert peering.refresh() == peering.inputs, "the connection is its requester's"


def test_transit_gateway_and_a_vpc_on_it(world: World, vpcs: list[Live], subnets: list[Live]) -> None:
    gateway = world.create(f"{TRANSIT}/transitGateway:TransitGateway", description="hub", tags={"a": "b"})
    gateway.update(description="centre", vpnEcmpSupport="disable")
    assert (gateway.outputs["description"], gateway.outputs["vpnEcmpSupport"]) == ("centre", "disable")
    attached = world.create(
        f"{TRANSIT}/vpcAttachment:VpcAttachment",
        transitGatewayId=gateway.id,
        vpcId=vpcs[0].id,
        subnetIds=[subnets[0].id],
        tags={"a": "b"},
    )
    assert attached.outputs["transitGatewayDefaultRouteTableAssociation"] is True
    attached.update(subnetIds=[subnet.id for subnet in subnets], dnsSupport="disable")
    assert (len(attached.outputs["subnetIds"]), attached.outputs["dnsSupport"]) == (2, "disable")
    assert world.imported(f"{TRANSIT}/vpcAttachment:VpcAttachment", attached.id)[1]["vpcId"] == vpcs[0].id
    table = world.create("aws:ec2/routeTable:RouteTable", vpcId=vpcs[0].id)
    route = world.create(
        "aws:ec2/route:Route",
        routeTableId=table.id,
        destinationCidrBlock="10.0.0.0/8",
        transitGatewayId=gateway.id,
    )
    for live in (route, attached, gateway):
        lifecycle(live)


def test_transit_gateway_route_tables(world: World, vpcs: list[Live], subnets: list[Live]) -> None:
    gateway = world.create(f"{TRANSIT}/transitGateway:TransitGateway")
    attached = world.create(
        f"{TRANSIT}/vpcAttachment:VpcAttachment",
        transitGatewayId=gateway.id,
        vpcId=vpcs[0].id,
        subnetIds=[subnets[0].id],
        transitGatewayDefaultRouteTableAssociation=False,
        transitGatewayDefaultRouteTablePropagation=False,
    )
    table = world.create(f"{TRANSIT}/routeTable:RouteTable", transitGatewayId=gateway.id, tags={"a": "b"})
    names = {"transitGatewayAttachmentId": attached.id, "transitGatewayRouteTableId": table.id}
    joined = world.create(f"{TRANSIT}/routeTableAssociation:RouteTableAssociation", **names)
    spread = world.create(f"{TRANSIT}/routeTablePropagation:RouteTablePropagation", **names)
    route = world.create(f"{TRANSIT}/route:Route", destinationCidrBlock="0.0.0.0/0", **names)
    hole = world.create(
        f"{TRANSIT}/route:Route",
        destinationCidrBlock="10.9.0.0/16",
        blackhole=True,
        transitGatewayRouteTableId=table.id,
    )
    assert joined.id == f"{table.id}_{attached.id}"
    assert joined.outputs["resourceId"] == vpcs[0].id
    assert world.imported(f"{TRANSIT}/route:Route", route.id)[1] == route.inputs
    assert attached.refresh() == attached.inputs
    for live in (hole, route, spread, joined, table, attached, gateway):
        lifecycle(live)


def test_vpn_gateways(world: World, vpcs: list[Live]) -> None:
    customer = world.create(
        "aws:ec2/customerGateway:CustomerGateway",
        type="ipsec.1",
        bgpAsn="65000",
        ipAddress="203.0.113.1",
        tags={"a": "b"},
    )
    gateway = world.create("aws:ec2/vpnGateway:VpnGateway", vpcId=vpcs[0].id, tags={"a": "b"})
    assert gateway.update(vpcId=vpcs[1].id)["vpcId"] == vpcs[1].id
    free = world.create("aws:ec2/vpnGateway:VpnGateway")
    attached = world.create(
        "aws:ec2/vpnGatewayAttachment:VpnGatewayAttachment", vpcId=vpcs[0].id, vpnGatewayId=free.id
    )
    connection = world.create(
        "aws:ec2/vpnConnection:VpnConnection",
        customerGatewayId=customer.id,
        vpnGatewayId=gateway.id,
        type="ipsec.1",
    )
    for live in (connection, attached, free, gateway, customer):
        lifecycle(live)


def test_default_vpc_and_subnet_are_adopted_and_stay(world: World) -> None:
    vpc = world.create("aws:ec2/defaultVpc:DefaultVpc", enableDnsHostnames=True, tags={"Name": "default"})
    subnet = world.create(
        "aws:ec2/defaultSubnet:DefaultSubnet", availabilityZone="us-east-1a", tags={"Name": "a"}
    )
    assert (vpc.outputs["cidrBlock"], subnet.outputs["vpcId"]) == ("172.31.0.0/16", vpc.id)
    assert vpc.outputs["existingDefaultVpc"] is True
    for live in (subnet, vpc):
        live.delete()
        assert live.refresh() == live.inputs
