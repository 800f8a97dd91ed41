"""EC2: the network family of VPC and subnets."""

from __future__ import annotations

from tools.emulator.emulated import Change, Create, Delete, Emulated, Read
from tools.emulator.services._tags import ec2_tags




VPC = Emulated(
    "aws:ec2/vpc:Vpc",
    service="ec2",
    create=Create(
        "create_vpc",
        id="Vpc.VpcId",
        send={
            "assignGeneratedIpv6CidrBlock": "AmazonProvidedIpv6CidrBlock",
            "enableDnsSupport": "",
            "enableDnsHostnames": "",
            "enableNetworkAddressUsageMetrics": "",
        },
    ),
    read=Read("describe_vpcs", by="VpcIds[]", item="Vpcs[0]"),
    changes=[
        Change("modify_vpc_attribute", by="VpcId", each=True, send={
            "enableDnsSupport": "EnableDnsSupport.Value",
            "enableDnsHostnames": "EnableDnsHostnames.Value",
            "enableNetworkAddressUsageMetrics": "EnableNetworkAddressUsageMetrics.Value",
        }),
        Change("modify_vpc_tenancy", by="VpcId", send={"instanceTenancy": "InstanceTenancy"}, at_create=False),
    ],
    delete=Delete("delete_vpc", by="VpcId"),
    tags=ec2_tags("vpc"),
)

SUBNET = Emulated(
    "aws:ec2/subnet:Subnet",
    service="ec2",
    create=Create("create_subnet", id="Subnet.SubnetId", send={"assignIpv6AddressOnCreation": ""}),
    read=Read("describe_subnets", by="SubnetIds[]", item="Subnets[0]", take={"arn": "SubnetArn"}),
    changes=[
        Change("modify_subnet_attribute", by="SubnetId", each=True, send={
            "mapPublicIpOnLaunch": "MapPublicIpOnLaunch.Value",
            "assignIpv6AddressOnCreation": "AssignIpv6AddressOnCreation.Value",
        }),
    ],
    delete=Delete("delete_subnet", by="SubnetId"),
    tags=ec2_tags("subnet"),
    replace_on=("vpcId", "cidrBlock", "availabilityZone", "availabilityZoneId"),
)

TYPES = (VPC, SUBNET)
