"""Data sources of EC2: they find what is there, say what is not, and fill every output."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tools.emulator.functions.asking import ask
from tests.tools.emulator.services.world import Live, World, own_account
from tools.emulator.functions import Refused, data_sources
from tools.emulator.gate import Gate
from tools.emulator.schema import function


@pytest.fixture(scope="module")
def world(gate: Gate) -> World:
    """One account for the file: nothing here changes what another test looks for."""
    return own_account(gate)


@pytest.fixture(scope="module")
def vpc(world: World) -> Live:
    return world.create("aws:ec2/vpc:Vpc", cidrBlock="10.0.0.0/16", tags={"Name": "main"})


@pytest.fixture(scope="module")
def subnet(world: World, vpc: Live) -> Live:
    return world.create(
        "aws:ec2/subnet:Subnet",
        vpcId=vpc.id,
        cidrBlock="10.0.1.0/24",
        availabilityZone="us-east-1a",
        tags={"tier": "app"},
    )


@pytest.fixture(scope="module")
def group(world: World, vpc: Live) -> Live:
    rule = {"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["10.0.0.0/8"]}
    return world.create(
        "aws:ec2/securityGroup:SecurityGroup", name="web", description="Web", vpcId=vpc.id, ingress=[rule]
    )


@pytest.fixture(scope="module")
def gateway(world: World, vpc: Live) -> Live:
    return world.create("aws:ec2/internetGateway:InternetGateway", vpcId=vpc.id)


@pytest.fixture(scope="module")
def table(world: World, vpc: Live, gateway: Live) -> Live:
    route = {"cidrBlock": "0.0.0.0/0", "gatewayId": gateway.id}
    return world.create("aws:ec2/routeTable:RouteTable", vpcId=vpc.id, routes=[route])


@pytest.fixture(scope="module")
def nat(world: World, subnet: Live) -> Live:
    eip = world.create("aws:ec2/eip:Eip", domain="vpc")
    return world.create("aws:ec2/natGateway:NatGateway", subnetId=subnet.id, allocationId=eip.id)


def only(name: str, *values: str) -> list[dict[str, Any]]:
    return [{"name": name, "values": list(values)}]


def complete(token: str, answer: dict[str, Any]) -> dict[str, Any]:
    """Every output is there that is no argument."""
    found = function(f"aws:{token}:{token.rsplit('/', 1)[-1]}")
    assert found is not None
    missing = [name for name in found.outputs if name not in answer and name not in found.inputs]
    assert not missing
    return answer


@pytest.mark.parametrize("by", ["tags", "id", "filters"])
def test_vpc(world: World, vpc: Live, by: str) -> None:
    asked: dict[str, Any] = {"tags": {"Name": "main"}, "id": vpc.id, "filters": only("cidr", "10.0.0.0/16")}
    answer = complete("ec2/getVpc", ask(world, "ec2/getVpc", **{by: asked[by]}))
    assert (answer["id"], answer["cidrBlock"], answer["default"]) == (vpc.id, "10.0.0.0/16", False)
    assert answer["mainRouteTableId"] == vpc.outputs["mainRouteTableId"]


def test_default_vpc_and_lists_of_vpcs(world: World, vpc: Live) -> None:
    assert ask(world, "ec2/getVpc", default=True)["cidrBlock"] == "172.31.0.0/16"
    assert vpc.id in ask(world, "ec2/getVpcs")["ids"]
    assert ask(world, "ec2/getVpcs", filters=only("cidr", "10.99.0.0/16"))["ids"] == []


def test_what_is_not_there_or_not_alone(world: World, vpc: Live) -> None:
    with pytest.raises(Refused, match="no matching EC2 VPC found"):
        ask(world, "ec2/getVpc", tags={"Name": "none"})
    with pytest.raises(Refused, match="multiple EC2 VPCs matched"):
        ask(world, "ec2/getVpc")


def test_subnets(world: World, vpc: Live, subnet: Live) -> None:
    answer = complete("ec2/getSubnet", ask(world, "ec2/getSubnet", vpcId=vpc.id))
    assert (answer["id"], answer["availabilityZone"]) == (subnet.id, "us-east-1a")
    asked: dict[str, Any] = {"filters": only("vpc-id", vpc.id), "tags": {"tier": "app"}}
    assert ask(world, "ec2/getSubnets", **asked)["ids"] == [subnet.id]


def test_security_groups_and_rules(world: World, vpc: Live, group: Live) -> None:
    answer = complete("ec2/getSecurityGroup", ask(world, "ec2/getSecurityGroup", name="web", vpcId=vpc.id))
    assert (answer["id"], answer["description"]) == (group.id, "Web")
    assert group.id in ask(world, "ec2/getSecurityGroups", filters=only("vpc-id", vpc.id))["ids"]
    rules = ask(world, "vpc/getSecurityGroupRules", filters=only("group-id", group.id))["ids"]
    rule = complete(
        "vpc/getSecurityGroupRule", ask(world, "vpc/getSecurityGroupRule", securityGroupRuleId=rules[0])
    )
    assert (rule["cidrIpv4"], rule["securityGroupId"], rule["isEgress"]) == ("10.0.0.0/8", group.id, False)


def test_route_tables_and_gateways(world: World, vpc: Live, table: Live, gateway: Live) -> None:
    answer = complete("ec2/getRouteTable", ask(world, "ec2/getRouteTable", routeTableId=table.id))
    assert [route["gatewayId"] for route in answer["routes"]] == [gateway.id]
    assert table.id in ask(world, "ec2/getRouteTables", vpcId=vpc.id)["ids"]
    route = ask(world, "ec2/getRoute", routeTableId=table.id, destinationCidrBlock="0.0.0.0/0")
    assert route["gatewayId"] == gateway.id
    found = ask(world, "ec2/getInternetGateway", filters=only("attachment.vpc-id", vpc.id))
    assert complete("ec2/getInternetGateway", found)["id"] == gateway.id


def test_nat_gateways_and_addresses(world: World, vpc: Live, nat: Live) -> None:
    answer = complete("ec2/getNatGateway", ask(world, "ec2/getNatGateway", vpcId=vpc.id))
    assert (answer["id"], answer["publicIp"]) == (nat.id, nat.outputs["publicIp"])
    assert ask(world, "ec2/getNatGateways", vpcId=vpc.id)["ids"] == [nat.id]
    eip = complete("ec2/getElasticIp", ask(world, "ec2/getElasticIp", publicIp=nat.outputs["publicIp"]))
    assert eip["id"] == nat.inputs["allocationId"]
    assert nat.outputs["publicIp"] in ask(world, "ec2/getEips")["publicIps"]
    assert ask(world, "ec2/getNetworkAcls", vpcId=vpc.id)["ids"] == [vpc.outputs["defaultNetworkAclId"]]
    interface = ask(world, "ec2/getNetworkInterface", id=nat.outputs["networkInterfaceId"])
    assert complete("ec2/getNetworkInterface", interface)["privateIp"] == nat.outputs["privateIp"]


def test_prefix_lists_and_endpoint_services(world: World, vpc: Live) -> None:
    managed = ask(world, "ec2/getManagedPrefixList", name="com.amazonaws.us-east-1.s3")
    assert "52.216.0.0/15" in [
        entry["cidr"] for entry in complete("ec2/getManagedPrefixList", managed)["entries"]
    ]
    plain = complete(
        "ec2/getPrefixList", ask(world, "ec2/getPrefixList", name="com.amazonaws.us-east-1.dynamodb")
    )
    assert plain["id"].startswith("pl-")
    service = complete("ec2/getVpcEndpointService", ask(world, "ec2/getVpcEndpointService", service="s3"))
    assert (service["serviceName"], service["serviceType"]) == ("com.amazonaws.us-east-1.s3", "Gateway")
    assert ask(world, "ec2/getVpcEndpointService", service="ssm")["serviceType"] == "Interface"
    endpoint = world.create(
        "aws:ec2/vpcEndpoint:VpcEndpoint", vpcId=vpc.id, serviceName=service["serviceName"]
    )
    found = complete("ec2/getVpcEndpoint", ask(world, "ec2/getVpcEndpoint", id=endpoint.id))
    assert found["prefixListId"] == managed["id"]


@pytest.mark.parametrize(
    ("owner", "name", "region"),
    [
        ("amazon", "al2023-ami-2023.*-x86_64", "us-east-1"),
        ("amazon", "al2023-ami-2023.*-arm64", "mx-central-1"),
        ("amazon", "amzn2-ami-hvm-*-x86_64-gp2", "eu-west-1"),
        ("099720109477", "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-*", "us-east-1"),
        ("099720109477", "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-arm64-server-*", "eu-west-1"),
        ("136693071363", "debian-12-amd64-*", "us-east-1"),
        ("602401143452", "amazon-eks-node-al2023-x86_64-standard-1.33-*", "us-east-1"),
    ],
)
def test_usual_images_are_found(world: World, owner: str, name: str, region: str) -> None:
    filters = [*only("name", name), *only("virtualization-type", "hvm"), *only("root-device-type", "ebs")]
    answer = ask(world, "ec2/getAmi", region, mostRecent=True, owners=[owner], filters=filters)
    assert complete("ec2/getAmi", answer)["id"].startswith("ami-")
    assert answer["arn"] == f"arn:aws:ec2:{region}::image/{answer['id']}"
    again = ask(world, "ec2/getAmi", region, mostRecent=True, owners=[owner], filters=filters)
    assert again["id"] == answer["id"], "the newest is always the same one"


def test_images_newest_first_and_refusals(world: World) -> None:
    ubuntu: dict[str, Any] = {"owners": ["099720109477"], "filters": only("name", "ubuntu/images/hvm-ssd/*")}
    ids = ask(world, "ec2/getAmiIds", **ubuntu)["ids"]
    assert ids == list(reversed(ask(world, "ec2/getAmiIds", **ubuntu, sortAscending=True)["ids"]))
    with pytest.raises(Refused, match="more than one result"):
        ask(world, "ec2/getAmi", **ubuntu)
    with pytest.raises(Refused, match="no results"):
        ask(world, "ec2/getAmi", owners=["amazon"], filters=only("name", "none-*"))
    assert not set(ids) & set(ask(world, "ec2/getAmiIds", owners=["amazon"])["ids"])


def test_instance_types_and_zones(world: World) -> None:
    answer = complete("ec2/getInstanceType", ask(world, "ec2/getInstanceType", instanceType="t3.micro"))
    assert (answer["memorySize"], answer["defaultVcpus"]) == (1024, 2)
    assert (
        "t3.large"
        in ask(world, "ec2/getInstanceTypes", filters=only("instance-type", "t3.*"))["instanceTypes"]
    )
    asked: dict[str, Any] = {
        "locationType": "availability-zone",
        "filters": only("instance-type", "t3.micro"),
    }
    assert "us-east-1a" in ask(world, "ec2/getInstanceTypeOfferings", **asked)["locations"]
    preferred: dict[str, Any] = {
        "preferredInstanceTypes": ["t99.none", "t3.micro"],
        "filters": only("instance-type", "t3.*"),
    }
    assert ask(world, "ec2/getInstanceTypeOffering", **preferred)["instanceType"] == "t3.micro"
    zone = complete("index/getAvailabilityZone", ask(world, "index/getAvailabilityZone", name="us-east-1b"))
    assert (zone["nameSuffix"], zone["region"]) == ("b", "us-east-1")


def test_every_lookup_of_ec2_is_one_of_the_sdk() -> None:
    for token in data_sources():
        if token.startswith(("aws:ec2/", "aws:vpc/", "aws:ebs/")):
            assert function(token) is not None, token


def test_resources_are_shown_with_all_that_their_types_have(world: World, vpc: Live, subnet: Live) -> None:
    peer = world.create("aws:ec2/vpc:Vpc", cidrBlock="10.9.0.0/16")
    template = world.create(
        "aws:ec2/launchTemplate:LaunchTemplate",
        name="web",
        instanceType="t3.micro",
        monitoring={"enabled": True},
    )
    gateway = world.create("aws:ec2transitgateway/transitGateway:TransitGateway", amazonSideAsn=64999)
    attachment = world.create(
        "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
        transitGatewayId=gateway.id,
        vpcId=vpc.id,
        subnetIds=[subnet.id],
    )
    peering = world.create(
        "aws:ec2/vpcPeeringConnection:VpcPeeringConnection", vpcId=vpc.id, peerVpcId=peer.id
    )
    volume = world.create(
        "aws:ebs/volume:Volume", availabilityZone="us-east-1a", size=7, tags={"Name": "data"}
    )
    private = world.create("aws:ec2/vpnGateway:VpnGateway", vpcId=vpc.id)
    customer = world.create(
        "aws:ec2/customerGateway:CustomerGateway", bgpAsn="65000", ipAddress="192.0.2.1", type="ipsec.1"
    )
    named: dict[str, Any] = {"filters": [{"name": "tag:Name", "values": ["data"]}]}
    found = {
        "getLaunchTemplate": ask(world, "ec2/getLaunchTemplate", name="web"),
        "getTransitGateway": ask(world, "ec2transitgateway/getTransitGateway", id=gateway.id),
        "getVpcAttachment": ask(world, "ec2transitgateway/getVpcAttachment", id=attachment.id),
        "getVpcPeeringConnection": ask(world, "ec2/getVpcPeeringConnection", peerVpcId=peer.id),
        "getVolume": ask(world, "ebs/getVolume", mostRecent=True, **named),
        "getVpnGateway": ask(world, "ec2/getVpnGateway", attachedVpcId=vpc.id),
        "getCustomerGateway": ask(world, "ec2/getCustomerGateway", id=customer.id),
    }
    assert [one["id"] for one in found.values()] == [
        live.id for live in (template, gateway, attachment, peering, volume, private, customer)
    ]
    assert found["getLaunchTemplate"]["monitorings"] == [{"enabled": True}]
    assert found["getTransitGateway"]["amazonSideAsn"] == 64999
    assert found["getVpcAttachment"]["subnetIds"] == [subnet.id]
    assert found["getVpcPeeringConnection"]["vpcId"] == vpc.id
    assert (found["getVolume"]["volumeId"], found["getVolume"]["size"]) == (volume.id, 7)
    assert found["getCustomerGateway"]["ipAddress"] == "192.0.2.1"


def test_an_instance_is_shown_and_a_missing_one_is_not(world: World, subnet: Live) -> None:
    image = ask(world, "ec2/getAmi", owners=["amazon"], mostRecent=True)["id"]
    there = world.create(
        "aws:ec2/instance:Instance",
        ami=image,
        instanceType="t3.micro",
        subnetId=subnet.id,
        tags={"Name": "one"},
    )
    found = ask(world, "ec2/getInstance", instanceId=there.id)
    assert (found["id"], found["subnetId"], found["tags"]) == (there.id, subnet.id, {"Name": "one"})
    assert isinstance(found["metadataOptions"], list)
    assert isinstance(found["rootBlockDevices"], list)
    with pytest.raises(Refused, match="no matching EC2 Instance found"):
        ask(world, "ec2/getInstance", instanceTags={"Name": "other"})
