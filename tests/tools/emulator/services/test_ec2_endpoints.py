"""VPC endpoints, flow logs and launch templates."""

from __future__ import annotations

import base64
import json

import pytest

from tests.tools.emulator.services.world import Live, World, lifecycle, own_account
from tools.emulator.gate import Gate

ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
DENY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}],
    }
)


@pytest.fixture(scope="module")
def world(gate: Gate) -> World:
    """One account for the file: to make one takes long, and each test has a VPC of its own."""
    return own_account(gate)


@pytest.fixture
def vpc(world: World) -> Live:
    return world.create("aws:ec2/vpc:Vpc", cidrBlock="10.0.0.0/16")


@pytest.fixture
def subnets(world: World, vpc: Live) -> list[Live]:
    return [
        world.create(
            "aws:ec2/subnet:Subnet",
            vpcId=vpc.id,
            cidrBlock=f"10.0.{n}.0/24",
            availabilityZone=f"us-east-1{zone}",
        )
        for n, zone in enumerate("ab")
    ]


def test_gateway_endpoint_and_its_routes(world: World, vpc: Live) -> None:
    tables = [world.create("aws:ec2/routeTable:RouteTable", vpcId=vpc.id) for _ in range(2)]
    endpoint = world.create(
        ENDPOINT,
        vpcId=vpc.id,
        serviceName="com.amazonaws.us-east-1.s3",
        routeTableIds=[tables[0].id],
        policy=DENY,
    )
    assert endpoint.outputs["vpcEndpointType"] == "Gateway"
    assert endpoint.outputs["prefixListId"].startswith("pl-")
    assert "52.216.0.0/15" in endpoint.outputs["cidrBlocks"]
    endpoint.update(routeTableIds=[tables[1].id], policy=None)
    assert endpoint.outputs["routeTableIds"] == [tables[1].id]
    assert '"Allow"' in endpoint.outputs["policy"], "without a policy everything is allowed"
    routes = world.client("ec2").describe_route_tables(RouteTableIds=[tables[1].id])["RouteTables"][0][
        "Routes"
    ]
    assert [route["GatewayId"] for route in routes] == ["local", endpoint.id]
    assert tables[1].refresh() == tables[1].inputs, "the route of an endpoint is none of the table's own"
    assert world.imported(ENDPOINT, endpoint.id)[1]["serviceName"] == "com.amazonaws.us-east-1.s3"
    lifecycle(endpoint)


def test_interface_endpoint(world: World, vpc: Live, subnets: list[Live]) -> None:
    group = world.create("aws:ec2/securityGroup:SecurityGroup", name="e", description="E", vpcId=vpc.id)
    endpoint = world.create(
        ENDPOINT,
        vpcId=vpc.id,
        serviceName="com.amazonaws.us-east-1.ssm",
        vpcEndpointType="Interface",
        subnetIds=[subnets[0].id],
        securityGroupIds=[group.id],
        privateDnsEnabled=True,
        tags={"a": "b"},
    )
    names = [entry["dnsName"] for entry in endpoint.outputs["dnsEntries"]]
    assert names[0].endswith(".ssm.us-east-1.vpce.amazonaws.com")
    assert names[-1] == "ssm.us-east-1.amazonaws.com"
    assert len(endpoint.outputs["networkInterfaceIds"]) == 1
    endpoint.update(subnetIds=[subnet.id for subnet in subnets], privateDnsEnabled=False)
    assert len(endpoint.outputs["networkInterfaceIds"]) == 2
    assert "ssm.us-east-1.amazonaws.com" not in [entry["dnsName"] for entry in endpoint.outputs["dnsEntries"]]
    lifecycle(endpoint)


def test_interface_endpoint_without_groups_gets_the_default_one(world: World, vpc: Live) -> None:
    endpoint = world.create(
        ENDPOINT, vpcId=vpc.id, serviceName="com.amazonaws.us-east-1.kms", vpcEndpointType="Interface"
    )
    assert endpoint.outputs["securityGroupIds"] == [vpc.outputs["defaultSecurityGroupId"]]
    assert endpoint.outputs["privateDnsEnabled"] is False
    lifecycle(endpoint)


def test_endpoint_drift(world: World, vpc: Live) -> None:
    endpoint = world.create(ENDPOINT, vpcId=vpc.id, serviceName="com.amazonaws.us-east-1.s3", policy=DENY)
    world.client("ec2").modify_vpc_endpoint(VpcEndpointId=endpoint.id, ResetPolicy=True)
    refreshed = endpoint.refresh()
    assert refreshed is not None
    assert '"Allow"' in refreshed["policy"]


def test_what_is_joined_to_an_endpoint_by_its_own_resource(
    world: World, vpc: Live, subnets: list[Live]
) -> None:
    table = world.create("aws:ec2/routeTable:RouteTable", vpcId=vpc.id)
    gateway = world.create(ENDPOINT, vpcId=vpc.id, serviceName="com.amazonaws.us-east-1.dynamodb")
    interface = world.create(
        ENDPOINT, vpcId=vpc.id, serviceName="com.amazonaws.us-east-1.kms", vpcEndpointType="Interface"
    )
    for endpoint, token, name, member in (
        (
            gateway,
            "vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
            "routeTableId",
            table.id,
        ),
        (interface, "vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation", "subnetId", subnets[0].id),
    ):
        joined = world.create(f"aws:ec2/{token}", vpcEndpointId=endpoint.id, **{name: member})
        assert joined.id.startswith(f"a-{endpoint.id}")
        assert world.imported(f"aws:ec2/{token}", f"{endpoint.id}/{member}")[0] == joined.id
        assert endpoint.refresh() == endpoint.inputs
        lifecycle(joined)
    policy = world.create(
        "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy", vpcEndpointId=gateway.id, policy=DENY
    )
    assert policy.refresh() == policy.inputs
    policy.delete()
    assert '"Allow"' in str(
        gateway.call({}, {}, {}).aws().describe_vpc_endpoints(VpcEndpointIds=[gateway.id])
    )


def test_flow_log_into_a_log_group(world: World, vpc: Live) -> None:
    arn = f"arn:aws:logs:us-east-1:{world.place.account}:log-group:flow"
    log = world.create(
        FLOW_LOG,
        vpcId=vpc.id,
        trafficType="ALL",
        logDestination=f"{arn}:*",
        iamRoleArn="arn:aws:iam::111111111111:role/x",
        maxAggregationInterval=60,
        tags={"a": "b"},
    )
    assert log.outputs["arn"].endswith(f":vpc-flow-log/{log.id}")
    assert log.update(tags={})["tags"] == {}
    assert world.imported(FLOW_LOG, log.id)[1]["vpcId"] == vpc.id
    lifecycle(log)


def test_flow_log_into_a_folder_of_a_bucket(world: World, subnets: list[Live]) -> None:
    log = world.create(
        FLOW_LOG,
        subnetId=subnets[0].id,
        trafficType="REJECT",
        logDestinationType="s3",
        logDestination="arn:aws:s3:::logs-of-all-accounts/vpc",
        destinationOptions={"fileFormat": "parquet"},
    )
    form = {"fileFormat": "parquet", "hiveCompatiblePartitions": False, "perHourPartition": False}
    assert world.imported(FLOW_LOG, log.id)[1]["destinationOptions"] == form
    lifecycle(log)


def test_launch_template_makes_versions(world: World, vpc: Live) -> None:
    group = world.create("aws:ec2/securityGroup:SecurityGroup", name="t", description="T", vpcId=vpc.id)
    template = world.create(
        TEMPLATE,
        name="web",
        imageId="ami-12345678",
        instanceType="t3.micro",
        vpcSecurityGroupIds=[group.id],
        userData=base64.b64encode(b"#!/bin/sh").decode(),
        metadataOptions={"httpTokens": "required", "httpEndpoint": "enabled", "httpPutResponseHopLimit": 1},
        blockDeviceMappings=[{"deviceName": "/dev/xvda", "ebs": {"volumeSize": 20, "encrypted": "true"}}],
        networkInterfaces=[
            {"deviceIndex": 0, "associatePublicIpAddress": "false", "securityGroups": [group.id]}
        ],
        tagSpecifications=[{"resourceType": "instance", "tags": {"Name": "web"}}],
        updateDefaultVersion=True,
        tags={"a": "b"},
    )
    assert (template.outputs["latestVersion"], template.outputs["defaultVersion"]) == (1, 1)
    assert template.refresh() == template.inputs
    template.update(instanceType="t3.small")
    assert (template.outputs["latestVersion"], template.outputs["defaultVersion"]) == (2, 2)
    template.update(tags={"c": "d"})
    assert (template.outputs["latestVersion"], template.outputs["tags"]) == (2, {"c": "d"})
    imported = world.imported(TEMPLATE, template.id)[1]
    assert imported["networkInterfaces"] == template.inputs["networkInterfaces"]
    lifecycle(template)


def test_launch_template_shows_a_version_made_by_hand(world: World) -> None:
    template = world.create(TEMPLATE, name="hand", instanceType="t3.micro", imageId="ami-12345678")
    world.client("ec2").create_launch_template_version(
        LaunchTemplateId=template.id, LaunchTemplateData={"InstanceType": "m5.large"}
    )
    refreshed = template.refresh()
    assert refreshed is not None
    assert (refreshed["instanceType"], refreshed["imageId"]) == ("m5.large", None)
