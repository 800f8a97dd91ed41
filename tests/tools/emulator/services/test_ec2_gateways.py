"""Internet gateways, NAT gateways and Elastic IP addresses."""

from __future__ import annotations

import pytest

from tests.tools.emulator.services.world import Live, World, lifecycle, own_account
from tools.emulator.gate import Gate

NAT = "aws:ec2/natGateway:NatGateway"
EIP = "aws:ec2/eip:Eip"


@pytest.fixture(scope="module")
def world(gate: Gate) -> World:
    """One account for the file: to make one takes long, and each test has a VPC of its own."""
    return own_account(gate)


@pytest.fixture
def vpc(world: World) -> Live:
    return world.create("aws:ec2/vpc:Vpc", cidrBlock="10.0.0.0/16")


@pytest.fixture
def subnet(world: World, vpc: Live) -> Live:
    return world.create(
        "aws:ec2/subnet:Subnet", vpcId=vpc.id, cidrBlock="10.0.1.0/24", availabilityZone="us-east-1a"
    )


def test_internet_gateway_moves_between_vpcs(world: World, vpc: Live) -> None:
    other = world.create("aws:ec2/vpc:Vpc", cidrBlock="10.1.0.0/16")
    gateway = world.create("aws:ec2/internetGateway:InternetGateway", vpcId=vpc.id, tags={"a": "b"})
    gateway.update(vpcId=other.id)
    assert gateway.outputs["vpcId"] == other.id
    world.client("ec2").detach_internet_gateway(InternetGatewayId=gateway.id, VpcId=other.id)
    refreshed = gateway.refresh()
    assert refreshed is not None
    assert refreshed["vpcId"] == ""
    assert world.imported("aws:ec2/internetGateway:InternetGateway", gateway.id)[1] == {"tags": {"a": "b"}}
    gateway.inputs = refreshed
    lifecycle(gateway)


def test_attachment_of_its_own(world: World, vpc: Live) -> None:
    gateway = world.create("aws:ec2/internetGateway:InternetGateway")
    token = "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment"
    attached = world.create(token, internetGatewayId=gateway.id, vpcId=vpc.id)
    assert attached.id == f"{gateway.id}:{vpc.id}"
    assert gateway.refresh() == gateway.inputs, "the gateway does not claim what another resource did"
    assert world.imported(token, attached.id)[1] == attached.inputs
    lifecycle(attached)
    lifecycle(gateway)


def test_egress_only_gateway(world: World, vpc: Live) -> None:
    gateway = world.create(
        "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway", vpcId=vpc.id, tags={"a": "b"}
    )
    gateway.update(tags={"c": "d"})
    assert gateway.outputs["tags"] == {"c": "d"}
    lifecycle(gateway)


def test_public_nat_gateway_uses_and_frees_its_address(world: World, subnet: Live) -> None:
    eip = world.create(EIP, domain="vpc")
    nat = world.create(NAT, subnetId=subnet.id, allocationId=eip.id, tags={"a": "b"})
    assert nat.outputs["publicIp"] == eip.outputs["publicIp"]
    assert nat.outputs["privateIp"].startswith("10.0.1.")
    assert nat.outputs["associationId"].startswith("eipassoc-")
    assert nat.outputs["vpcId"] == subnet.inputs["vpcId"]
    assert world.imported(NAT, nat.id)[1]["allocationId"] == eip.id
    lifecycle(nat)
    lifecycle(eip)


def test_private_nat_gateway_with_its_address(world: World, subnet: Live) -> None:
    nat = world.create(NAT, subnetId=subnet.id, connectivityType="private", privateIp="10.0.1.77")
    assert (nat.outputs["privateIp"], nat.outputs["publicIp"]) == ("10.0.1.77", "")
    lifecycle(nat)


def test_second_addresses_come_and_go_in_place(world: World, subnet: Live) -> None:
    first, second = world.create(EIP, domain="vpc"), world.create(EIP, domain="vpc")
    nat = world.create(NAT, subnetId=subnet.id, allocationId=first.id)
    assert nat.update(secondaryAllocationIds=[second.id])["secondaryAllocationIds"] == [second.id]
    assert nat.update(secondaryAllocationIds=[])["secondaryAllocationIds"] == []
    lifecycle(nat)


def test_second_address_as_a_resource_of_its_own(world: World, subnet: Live) -> None:
    first, second = world.create(EIP, domain="vpc"), world.create(EIP, domain="vpc")
    nat = world.create(NAT, subnetId=subnet.id, allocationId=first.id)
    token = "aws:ec2/natGatewayEipAssociation:NatGatewayEipAssociation"
    joined = world.create(token, natGatewayId=nat.id, allocationId=second.id)
    assert joined.id == f"{nat.id},{second.id}"
    assert world.imported(token, joined.id)[1] == joined.inputs
    assert nat.refresh() == nat.inputs
    lifecycle(joined)


def test_regional_nat_gateway_needs_no_subnet(world: World, vpc: Live) -> None:
    nat = world.create(NAT, vpcId=vpc.id, availabilityMode="regional", tags={"a": "b"})
    assert nat.outputs["regionalNatGatewayAddresses"][0]["publicIp"]
    assert nat.outputs["autoProvisionZones"] == "enabled"
    assert nat.outputs["routeTableId"].startswith("rtb-")
    table = world.create("aws:ec2/routeTable:RouteTable", vpcId=vpc.id)
    route = world.create(
        "aws:ec2/route:Route", routeTableId=table.id, destinationCidrBlock="0.0.0.0/0", natGatewayId=nat.id
    )
    assert route.refresh() == route.inputs
    for live in (route, table, nat, vpc):
        lifecycle(live)


def test_regional_nat_gateway_with_addresses_a_zone(world: World, vpc: Live) -> None:
    eip = world.create(EIP, domain="vpc")
    zones = [{"availabilityZone": "us-east-1b", "allocationIds": [eip.id]}]
    nat = world.create(NAT, vpcId=vpc.id, availabilityMode="regional", availabilityZoneAddresses=zones)
    there = nat.outputs["regionalNatGatewayAddresses"]
    assert [(a["availabilityZone"], a["allocationId"]) for a in there] == [("us-east-1b", eip.id)]
    assert nat.outputs["autoProvisionZones"] == "disabled"
    other = world.create(EIP, domain="vpc")
    nat.update(
        availabilityZoneAddresses=[*zones, {"availabilityZone": "us-east-1a", "allocationIds": [other.id]}]
    )
    there = nat.outputs["regionalNatGatewayAddresses"]
    assert [a["availabilityZone"] for a in there] == ["us-east-1b", "us-east-1a"]
    lifecycle(nat)
    lifecycle(eip)


def test_address_on_an_interface(world: World, subnet: Live) -> None:
    eni = world.client("ec2").create_network_interface(SubnetId=subnet.id)["NetworkInterface"][
        "NetworkInterfaceId"
    ]
    eip = world.create(EIP, domain="vpc", networkInterface=eni, tags={"a": "b"})
    assert eip.outputs["associationId"].startswith("eipassoc-")
    assert eip.outputs["publicDns"].startswith("ec2-")
    assert eip.outputs["publicDns"].endswith(".compute-1.amazonaws.com")
    assert eip.update(networkInterface=None)["associationId"] == ""
    assert world.imported(EIP, eip.id)[1]["tags"] == {"a": "b"}
    lifecycle(eip)


def test_association_of_its_own(world: World, subnet: Live) -> None:
    eni = world.client("ec2").create_network_interface(SubnetId=subnet.id)["NetworkInterface"][
        "NetworkInterfaceId"
    ]
    eip = world.create(EIP, domain="vpc")
    token = "aws:ec2/eipAssociation:EipAssociation"
    joined = world.create(token, allocationId=eip.id, networkInterfaceId=eni)
    assert joined.outputs["publicIp"] == eip.outputs["publicIp"]
    assert world.imported(token, joined.id)[1]["allocationId"] == eip.id
    lifecycle(joined)
    lifecycle(eip)
