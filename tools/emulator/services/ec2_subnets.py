"""EC2: subnets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call, Change, Create, Delete, Emulated, Read
from tools.emulator.services._ec2 import first
from tools.emulator.services._tags import ec2_tags


def _subnet(_: Call, item: Mapping[str, Any]) -> Mapping[str, Any]:
    ranges = item.get("Ipv6CidrBlockAssociationSet") or []
    six = first(r for r in ranges if r["Ipv6CidrBlockState"].get("State") != "disassociated") or {}
    on_launch = item.get("PrivateDnsNameOptionsOnLaunch") or {}
    return {
        **dict.fromkeys(("outpostArn", "customerOwnedIpv4Pool"), ""),
        "enableLniAtDeviceIndex": 0,
        "mapCustomerOwnedIpOnLaunch": False,
        "ipv6CidrBlock": six.get("Ipv6CidrBlock", ""),
        "ipv6CidrBlockAssociationId": six.get("AssociationId", ""),
        "privateDnsHostnameTypeOnLaunch": on_launch.get("HostnameType", "ip-name"),
        "enableResourceNameDnsARecordOnLaunch": on_launch.get("EnableResourceNameDnsARecord", False),
        "enableResourceNameDnsAaaaRecordOnLaunch": on_launch.get("EnableResourceNameDnsAAAARecord", False),
    }


def _ipv6(call: Call) -> None:
    """Bring the IPv6 range of an existing subnet to its inputs. An address is assigned only where there is a range."""
    if not call.old or not call.changed("ipv6CidrBlock"):
        return
    client = call.aws()
    item = client.describe_subnets(SubnetIds=[call.id])["Subnets"][0]
    for there in item.get("Ipv6CidrBlockAssociationSet") or []:
        client.disassociate_subnet_cidr_block(AssociationId=there["AssociationId"])
    if call.get("ipv6CidrBlock"):
        client.associate_subnet_cidr_block(SubnetId=call.id, Ipv6CidrBlock=call.inputs["ipv6CidrBlock"])


_SETTINGS = {
    "mapPublicIpOnLaunch": "MapPublicIpOnLaunch.Value",
    "assignIpv6AddressOnCreation": "AssignIpv6AddressOnCreation.Value",
    "enableDns64": "EnableDns64.Value",
    "enableResourceNameDnsARecordOnLaunch": "EnableResourceNameDnsARecordOnLaunch.Value",
    "enableResourceNameDnsAaaaRecordOnLaunch": "EnableResourceNameDnsAAAARecordOnLaunch.Value",
    "privateDnsHostnameTypeOnLaunch": "PrivateDnsHostnameTypeOnLaunch",
}

SUBNET = Emulated(
    "aws:ec2/subnet:Subnet",
    service="ec2",
    exact=True,
    create=Create("create_subnet", id="Subnet.SubnetId"),
    read=Read(
        "describe_subnets",
        by="SubnetIds[]",
        item="Subnets[0]",
        take={"arn": "SubnetArn", "enableDns64": "EnableDns64"},
        absent={"mapPublicIpOnLaunch": False, "assignIpv6AddressOnCreation": False, "enableDns64": False},
        more=_subnet,
    ),
    changes=[Change("modify_subnet_attribute", by="SubnetId", each=True, send=_SETTINGS)],
    settle=_ipv6,
    delete=Delete("delete_subnet", by="SubnetId"),
    tags=ec2_tags("subnet"),
    replace_on=(
        "vpcId",
        "cidrBlock",
        "availabilityZone",
        "availabilityZoneId",
        "outpostArn",
        "ipv6Native",
        "ipv4IpamPoolId",
        "ipv4NetmaskLength",
        "ipv6IpamPoolId",
        "ipv6NetmaskLength",
    ),
    replace_if=lambda old, _: ("ipv6CidrBlock",) if old.get("ipv6Native") else (),
)


def reserved(call: Call) -> dict[str, Any] | None:
    """A reservation of addresses: its id alone does not tell the subnet, so an import gives `SUBNET:RESERVATION`."""
    subnet_id, _, rest = call.id.rpartition(":")
    subnet_id = subnet_id or {**call.state, **call.inputs}.get("subnetId", "")
    call.id = rest
    answer = call.aws().get_subnet_cidr_reservations(SubnetId=subnet_id)
    both = [*answer.get("SubnetIpv4CidrReservations", []), *answer.get("SubnetIpv6CidrReservations", [])]
    there = first(r for r in both if r["SubnetCidrReservationId"] == call.id)
    if there is None:
        return None
    return {
        "subnetId": subnet_id,
        "cidrBlock": there["Cidr"],
        "reservationType": there["ReservationType"],
        "description": there.get("Description") or call.get("description", ""),
        "ownerId": there["OwnerId"],
    }


RESERVATION = Emulated(
    "aws:ec2/subnetCidrReservation:SubnetCidrReservation",
    service="ec2",
    exact=True,
    create=Create(
        "create_subnet_cidr_reservation",
        id="SubnetCidrReservation.SubnetCidrReservationId",
        send={"cidrBlock": "Cidr"},
    ),
    read=reserved,
    delete=Delete("delete_subnet_cidr_reservation", by="SubnetCidrReservationId"),
    replace_on=("subnetId", "cidrBlock", "reservationType", "description"),
)

TYPES = (SUBNET, RESERVATION)
