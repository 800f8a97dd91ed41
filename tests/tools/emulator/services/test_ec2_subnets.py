"""Subnets, route tables, routes, and what they belong to."""

from __future__ import annotations

import pytest

from tests.tools.emulator.services.world import Live, World, lifecycle, own_account
from tools.emulator.gate import Gate

ROUTE = "aws:ec2/route:Route"
ROUTE_TABLE = "aws:ec2/routeTable:RouteTable"
JOINED = "aws:ec2/routeTableAssociation:RouteTableAssociation"


@pytest.fixture(scope="module")
def world(gate: Gate) -> World:
    """One account for the file: to make one takes long, and each test has a VPC of its own."""
    return own_account(gate)


@pytest.fixture
def vpc(world: World) -> Live:
    return world.create("aws:ec2/vpc:Vpc", cidrBlock="10.0.0.0/16", assignGeneratedIpv6CidrBlock=True)


@pytest.fixture
def subnet(world: World, vpc: Live) -> Live:
    return world.create(
        "aws:ec2/subnet:Subnet", vpcId=vpc.id, cidrBlock="10.0.1.0/24", availabilityZone="us-east-1a"
    )


@pytest.fixture
def gateway(world: World, vpc: Live) -> Live:
    return world.create("aws:ec2/internetGateway:InternetGateway", vpcId=vpc.id)


def test_subnet_with_all_settings(world: World, vpc: Live) -> None:
    six = vpc.outputs["ipv6CidrBlock"].replace("/56", "/64")
    subnet = world.create(
        "aws:ec2/subnet:Subnet",
        vpcId=vpc.id,
        cidrBlock="10.0.1.0/24",
        availabilityZone="us-east-1b",
        ipv6CidrBlock=six,
        assignIpv6AddressOnCreation=True,
        mapPublicIpOnLaunch=True,
        enableDns64=True,
        enableResourceNameDnsARecordOnLaunch=True,
        enableResourceNameDnsAaaaRecordOnLaunch=True,
        privateDnsHostnameTypeOnLaunch="resource-name",
        tags={"Name": "a"},
    )
    assert subnet.outputs["availabilityZoneId"].startswith("use1-az")
    assert subnet.outputs["ipv6CidrBlockAssociationId"].startswith("subnet-cidr-assoc-")
    assert subnet.refresh() == subnet.inputs
    subnet.update(mapPublicIpOnLaunch=False, ipv6CidrBlock=None, assignIpv6AddressOnCreation=False)
    assert (subnet.outputs["mapPublicIpOnLaunch"], subnet.outputs["ipv6CidrBlock"]) == (False, "")
    assert world.imported("aws:ec2/subnet:Subnet", subnet.id)[1]["enableDns64"] is True
    lifecycle(subnet)


def test_subnet_drift(world: World, subnet: Live) -> None:
    world.client("ec2").modify_subnet_attribute(SubnetId=subnet.id, MapPublicIpOnLaunch={"Value": True})
    assert subnet.refresh() == {**subnet.inputs, "mapPublicIpOnLaunch": True}


def test_reservation_of_addresses(world: World, subnet: Live) -> None:
    token = "aws:ec2/subnetCidrReservation:SubnetCidrReservation"
    reserved = world.create(token, subnetId=subnet.id, cidrBlock="10.0.1.128/28", reservationType="explicit")
    assert world.imported(token, f"{subnet.id}:{reserved.id}")[0] == reserved.id
    lifecycle(reserved)


def test_route_table_with_its_routes(world: World, vpc: Live, gateway: Live) -> None:
    egress = world.create("aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway", vpcId=vpc.id)
    table = world.create(
        ROUTE_TABLE,
        vpcId=vpc.id,
        routes=[
            {"cidrBlock": "0.0.0.0/0", "gatewayId": gateway.id},
            {"ipv6CidrBlock": "::/0", "egressOnlyGatewayId": egress.id},
        ],
        tags={"a": "b"},
    )
    assert len(table.outputs["routes"]) == 2, "local routes are not shown"
    table.update(routes=[{"ipv6CidrBlock": "::/0", "gatewayId": gateway.id}])
    assert table.outputs["routes"] == [{"ipv6CidrBlock": "::/0", "gatewayId": gateway.id}]
    assert world.imported(ROUTE_TABLE, table.id)[1]["routes"] == table.outputs["routes"]
    world.client("ec2").delete_route(RouteTableId=table.id, DestinationIpv6CidrBlock="::/0")
    refreshed = table.refresh()
    assert refreshed is not None
    assert refreshed["routes"] == []
    table.inputs = refreshed
    lifecycle(table)


def test_route_table_leaves_routes_of_others_alone(world: World, vpc: Live, gateway: Live) -> None:
    table = world.create(ROUTE_TABLE, vpcId=vpc.id)
    route = world.create(ROUTE, routeTableId=table.id, destinationCidrBlock="0.0.0.0/0", gatewayId=gateway.id)
    table.update(tags={"a": "b"})
    assert route.refresh() == route.inputs
    assert table.refresh() == table.inputs


def test_route_of_its_own(world: World, vpc: Live, subnet: Live, gateway: Live) -> None:
    table = world.create(ROUTE_TABLE, vpcId=vpc.id)
    nat = world.create("aws:ec2/natGateway:NatGateway", subnetId=subnet.id, connectivityType="private")
    route = world.create(ROUTE, routeTableId=table.id, destinationCidrBlock="0.0.0.0/0", gatewayId=gateway.id)
    assert route.id == f"r-{table.id}1080289494", "the id that the real provider makes of this destination"
    route.update(gatewayId=None, natGatewayId=nat.id)
    assert (route.outputs["gatewayId"], route.outputs["natGatewayId"]) == ("", nat.id)
    resource_id, inputs = world.imported(ROUTE, f"{table.id}_0.0.0.0/0")
    assert resource_id == route.id
    assert inputs == {"routeTableId": table.id, "destinationCidrBlock": "0.0.0.0/0", "natGatewayId": nat.id}
    world.client("ec2").replace_route(
        RouteTableId=table.id, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway.id
    )
    refreshed = route.refresh()
    assert refreshed is not None
    assert (refreshed["natGatewayId"], refreshed["gatewayId"]) == ("", gateway.id)
    route.inputs = {name: value for name, value in refreshed.items() if value}
    lifecycle(route)


def test_route_to_an_interface_for_a_prefix_list(world: World, vpc: Live, subnet: Live) -> None:
    table = world.create(ROUTE_TABLE, vpcId=vpc.id)
    prefixes = world.create(
        "aws:ec2/managedPrefixList:ManagedPrefixList", name="r", addressFamily="IPv4", maxEntries=1
    )
    interface = world.create("aws:ec2/networkInterface:NetworkInterface", subnetId=subnet.id)
    route = world.create(
        ROUTE, routeTableId=table.id, destinationPrefixListId=prefixes.id, networkInterfaceId=interface.id
    )
    other = world.create("aws:ec2/networkInterface:NetworkInterface", subnetId=subnet.id)
    assert route.update(networkInterfaceId=other.id)["networkInterfaceId"] == other.id
    lifecycle(route)


def test_subnet_changes_its_route_table_in_place(world: World, vpc: Live, subnet: Live) -> None:
    first, second = (world.create(ROUTE_TABLE, vpcId=vpc.id) for _ in range(2))
    joined = world.create(JOINED, subnetId=subnet.id, routeTableId=first.id)
    assert joined.id.startswith("rtbassoc-")
    joined.update(routeTableId=second.id)
    assert joined.outputs["routeTableId"] == second.id
    resource_id, inputs = world.imported(JOINED, f"{subnet.id}/{second.id}")
    assert resource_id.startswith("rtbassoc-")
    assert inputs == {"subnetId": subnet.id, "routeTableId": second.id}
    lifecycle(joined)


def test_main_route_table_goes_back_to_the_one_before(world: World, vpc: Live) -> None:
    table = world.create(ROUTE_TABLE, vpcId=vpc.id)
    main = world.create(
        "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation", vpcId=vpc.id, routeTableId=table.id
    )
    assert main.outputs["originalRouteTableId"] == vpc.outputs["mainRouteTableId"]
    assert main.refresh() == main.inputs
    main.delete()
    found = world.client("ec2").describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc.id]}])[
        "RouteTables"
    ]
    mains = [t["RouteTableId"] for t in found if any(a["Main"] for a in t["Associations"])]
    assert mains == [vpc.outputs["mainRouteTableId"]]


def test_default_route_table_is_adopted_and_left(world: World, vpc: Live, gateway: Live) -> None:
    token, table = "aws:ec2/defaultRouteTable:DefaultRouteTable", vpc.outputs["defaultRouteTableId"]
    world.client("ec2").create_route(
        RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway.id
    )
    default = world.create(token, defaultRouteTableId=table, routes=[], tags={"Name": "unused"})
    assert default.id == table
    assert default.outputs["routes"] == [], "what was there is taken away"
    assert world.imported(token, vpc.id)[0] == table
    assert default.refresh() == default.inputs
    default.delete()
    assert default.refresh() is not None, "AWS's own table stays"
