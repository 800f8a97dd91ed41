"""Data sources of EC2 that show one resource with all that its type has: found by filters, read as the type is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tools.emulator.functions import DataSource, Refused, Request
from tools.emulator.functions._ec2 import Listing, complete, only
from tools.emulator.functions._reading import as_source, read
from tools.emulator.schema import function


@dataclass(frozen=True, slots=True)
class Shown:
    """Find one by `listing`, read it as the type `token`; `renamed`: output -> the type's property."""

    token: str
    listing: Listing
    noun: str
    id: str
    renamed: Mapping[str, str] = field(default_factory=dict)
    newest: str = ""
    """The key of the time by which `mostRecent` chooses."""

    def __call__(self, request: Request) -> Mapping[str, Any]:
        """The outputs of the only match."""
        items = self.listing(request)
        if self.newest and request.args.get("mostRecent"):
            items = sorted(items, key=lambda item: str(item[self.newest]))[-1:]
        item = only(items, self.noun)
        there, found = read(request, self.token, item[self.id]), function(request.token)
        if there is None or found is None:
            raise Refused(f"no matching {self.noun} found")
        outputs = {**there, **{name: there.get(other) for name, other in self.renamed.items()}}
        return complete(found, as_source(request, outputs))


_ALIVE = "[?State.Name != 'terminated']"

FUNCTIONS: Mapping[str, DataSource] = {
    "aws:ec2/getInstance:getInstance": Shown(
        "aws:ec2/instance:Instance",
        Listing(
            "describe_instances",
            f"Reservations[].Instances[] | {_ALIVE}",
            ids=("instanceId", "InstanceIds"),
        ),
        "EC2 Instance",
        "InstanceId",
        {
            "rootBlockDevices": "rootBlockDevice",
            "creditSpecifications": "creditSpecification",
            "networkInterfaceId": "primaryNetworkInterfaceId",
        },
    ),
    "aws:ec2/getLaunchTemplate:getLaunchTemplate": Shown(
        "aws:ec2/launchTemplate:LaunchTemplate",
        Listing(
            "describe_launch_templates",
            "LaunchTemplates",
            {"name": "launch-template-name"},
            ids=("id", "LaunchTemplateIds"),
        ),
        "EC2 Launch Template",
        "LaunchTemplateId",
        {
            "capacityReservationSpecifications": "capacityReservationSpecification",
            "creditSpecifications": "creditSpecification",
            "iamInstanceProfiles": "iamInstanceProfile",
            "monitorings": "monitoring",
            "placements": "placement",
        },
    ),
    "aws:ec2/getVpcPeeringConnection:getVpcPeeringConnection": Shown(
        "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
        Listing(
            "describe_vpc_peering_connections",
            "VpcPeeringConnections",
            {
                "status": "status-code",
                "vpcId": "requester-vpc-info.vpc-id",
                "ownerId": "requester-vpc-info.owner-id",
                "cidrBlock": "requester-vpc-info.cidr-block",
                "peerVpcId": "accepter-vpc-info.vpc-id",
                "peerOwnerId": "accepter-vpc-info.owner-id",
                "peerCidrBlock": "accepter-vpc-info.cidr-block",
            },
            ids=("id", "VpcPeeringConnectionIds"),
        ),
        "EC2 VPC Peering Connection",
        "VpcPeeringConnectionId",
        {"status": "acceptStatus"},
    ),
    "aws:ec2transitgateway/getTransitGateway:getTransitGateway": Shown(
        "aws:ec2transitgateway/transitGateway:TransitGateway",
        Listing("describe_transit_gateways", "TransitGateways", ids=("id", "TransitGatewayIds")),
        "EC2 Transit Gateway",
        "TransitGatewayId",
    ),
    "aws:ec2transitgateway/getVpcAttachment:getVpcAttachment": Shown(
        "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
        Listing(
            "describe_transit_gateway_vpc_attachments",
            "TransitGatewayVpcAttachments",
            ids=("id", "TransitGatewayAttachmentIds"),
        ),
        "EC2 Transit Gateway VPC Attachment",
        "TransitGatewayAttachmentId",
    ),
    "aws:ebs/getVolume:getVolume": Shown(
        "aws:ebs/volume:Volume",
        Listing("describe_volumes", "Volumes"),
        "EC2 EBS Volume",
        "VolumeId",
        {"volumeId": "id", "volumeType": "type"},
        newest="CreateTime",
    ),
    "aws:ec2/getVpnGateway:getVpnGateway": Shown(
        "aws:ec2/vpnGateway:VpnGateway",
        Listing(
            "describe_vpn_gateways",
            "VpnGateways",
            {"attachedVpcId": "attachment.vpc-id", "state": "state"},
            ids=("id", "VpnGatewayIds"),
        ),
        "EC2 VPN Gateway",
        "VpnGatewayId",
        {"attachedVpcId": "vpcId"},
    ),
    "aws:ec2/getCustomerGateway:getCustomerGateway": Shown(
        "aws:ec2/customerGateway:CustomerGateway",
        Listing("describe_customer_gateways", "CustomerGateways", ids=("id", "CustomerGatewayIds")),
        "EC2 Customer Gateway",
        "CustomerGatewayId",
    ),
}
