"""EC2: internet gateways and their attachments, egress-only gateways, NAT gateways, Elastic IP addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call, Create, Delete, Emulated, Read
from tools.emulator.services._ec2 import filters, first, moved, private_name, with_arn
from tools.emulator.services._tags import ec2_tags


def _attach(call: Call) -> None:
    """Move an internet gateway to its VPC; without `vpcId` an attachment of its own may do that."""
    client, wanted = call.aws(), call.get("vpcId", "")
    before = call.old.get("vpcId") or ""
    if wanted == before:
        return
    if before:
        client.detach_internet_gateway(InternetGatewayId=call.id, VpcId=before)
    if wanted:
        client.attach_internet_gateway(InternetGatewayId=call.id, VpcId=wanted)


def _delete_internet_gateway(call: Call) -> None:
    client = call.aws()
    gateway = client.describe_internet_gateways(InternetGatewayIds=[call.id])["InternetGateways"][0]
    for there in gateway.get("Attachments", []):
        client.detach_internet_gateway(InternetGatewayId=call.id, VpcId=there["VpcId"])
    client.delete_internet_gateway(InternetGatewayId=call.id)


INTERNET_GATEWAY = Emulated(
    "aws:ec2/internetGateway:InternetGateway",
    service="ec2",
    exact=True,
    create=Create("create_internet_gateway", id="InternetGateway.InternetGatewayId"),
    read=Read(
        "describe_internet_gateways",
        by="InternetGatewayIds[]",
        item="InternetGateways[0]",
        take={"vpcId": "Attachments[0].VpcId"},
        absent={"vpcId": ""},
        more=with_arn("internet-gateway"),
    ),
    settle=_attach,
    delete=_delete_internet_gateway,
    tags=ec2_tags("internet-gateway"),
)


def _create_attachment(call: Call) -> str:
    gateway, vpc = call.inputs["internetGatewayId"], call.inputs["vpcId"]
    call.aws().attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    return f"{gateway}:{vpc}"


def _read_attachment(call: Call) -> dict[str, Any] | None:
    gateway, _, vpc = call.id.partition(":")
    wanted = [*filters(internet_gateway_id=gateway), *filters(**{"attachment.vpc-id": vpc})]
    found = call.aws().describe_internet_gateways(Filters=wanted)["InternetGateways"]
    return {"internetGatewayId": gateway, "vpcId": vpc} if found else None


def _delete_attachment(call: Call) -> None:
    gateway, _, vpc = call.id.partition(":")
    if _read_attachment(call):
        call.aws().detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)


INTERNET_GATEWAY_ATTACHMENT = Emulated(
    "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment",
    service="ec2",
    exact=True,
    create=_create_attachment,
    read=_read_attachment,
    delete=_delete_attachment,
    replace_on=("internetGatewayId", "vpcId"),
)

EGRESS_ONLY_GATEWAY = Emulated(
    "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
    service="ec2",
    exact=True,
    create=Create(
        "create_egress_only_internet_gateway", id="EgressOnlyInternetGateway.EgressOnlyInternetGatewayId"
    ),
    read=Read(
        "describe_egress_only_internet_gateways",
        by="EgressOnlyInternetGatewayIds[]",
        item="EgressOnlyInternetGateways[0]",
        take={"vpcId": "Attachments[0].VpcId"},
    ),
    delete=Delete("delete_egress_only_internet_gateway", by="EgressOnlyInternetGatewayId"),
    tags=ec2_tags("egress-only-internet-gateway"),
    replace_on=("vpcId",),
)


def _nat(_: Call, item: Mapping[str, Any]) -> Mapping[str, Any]:
    """The addresses of a NAT gateway: of a zonal one the first and the others, of a regional one all with their zones."""
    addresses = item.get("NatGatewayAddresses") or []
    if item.get("AvailabilityMode") == "regional":
        return {
            "availabilityMode": "regional",
            "autoProvisionZones": item.get("AutoProvisionZones", "enabled"),
            "autoScalingIps": item.get("AutoScalingIps", "enabled"),
            "regionalNatGatewayAutoMode": item.get("AutoProvisionZones", "enabled"),
            "routeTableId": item.get("RouteTableId", ""),
            "regionalNatGatewayAddresses": [_regional_address(a) for a in addresses],
            **dict.fromkeys(_ZONAL, ""),
        }
    main = addresses[0] if addresses else {}
    others = list(addresses[1:])
    return {
        "availabilityMode": "zonal",
        "allocationId": main.get("AllocationId", ""),
        "associationId": main.get("AssociationId", ""),
        "networkInterfaceId": main.get("NetworkInterfaceId", ""),
        "privateIp": main.get("PrivateIp", ""),
        "publicIp": main.get("PublicIp", ""),
        "secondaryAllocationIds": [a["AllocationId"] for a in others if a.get("AllocationId")],
        "secondaryPrivateIpAddresses": [a["PrivateIp"] for a in others if a.get("PrivateIp")],
        "secondaryPrivateIpAddressCount": len(others),
        "autoProvisionZones": "",
        "autoScalingIps": "",
        "regionalNatGatewayAutoMode": "",
        "regionalNatGatewayAddresses": [],
        "routeTableId": "",
    }


_ZONAL = ("associationId", "networkInterfaceId", "privateIp", "publicIp")


def _regional_address(address: Mapping[str, Any]) -> dict[str, Any]:
    fields = (
        "AllocationId",
        "AssociationId",
        "AvailabilityZone",
        "AvailabilityZoneId",
        "NetworkInterfaceId",
        "PublicIp",
        "Status",
    )
    return {name[0].lower() + name[1:]: address.get(name, "") for name in fields}


def _settle_nat(call: Call) -> None:
    """Further addresses of an existing NAT gateway: of a zonal one, or of a regional one in its zones."""
    if not call.old:
        return
    _further(
        call,
        [(None, one) for one in call.old.get("secondaryAllocationIds") or []],
        [(None, one) for one in call.get("secondaryAllocationIds", [])],
    )
    _further(
        call, _zoned(call.old.get("availabilityZoneAddresses")), _zoned(call.get("availabilityZoneAddresses"))
    )


def _zoned(addresses: Any) -> list[tuple[str | None, str]]:
    return [
        (item.get("availabilityZone") or item.get("availabilityZoneId"), allocation)
        for item in addresses or []
        for allocation in item.get("allocationIds") or []
    ]


def _further(call: Call, before: list[tuple[str | None, str]], after: list[tuple[str | None, str]]) -> None:
    """Take away and add Elastic IP addresses, each with its zone where it has one."""
    client = call.aws()
    gone, added = moved(before, after)
    if gone:
        allocations = [allocation for _, allocation in gone]
        there = client.describe_nat_gateways(NatGatewayIds=[call.id])["NatGateways"][0]["NatGatewayAddresses"]
        ids = [a["AssociationId"] for a in there if a.get("AllocationId") in allocations]
        client.disassociate_nat_gateway_address(NatGatewayId=call.id, AssociationIds=ids)
    for zone, allocation in added:
        where = {"AvailabilityZone": zone} if zone else {}
        client.associate_nat_gateway_address(NatGatewayId=call.id, AllocationIds=[allocation], **where)


NAT_GATEWAY = Emulated(
    "aws:ec2/natGateway:NatGateway",
    service="ec2",
    exact=True,
    create=Create(
        "create_nat_gateway",
        id="NatGateway.NatGatewayId",
        send={"privateIp": "PrivateIpAddress"},
    ),
    read=Read(
        "describe_nat_gateways",
        by="NatGatewayIds[]",
        item="NatGateways[?State!='deleted'] | [0]",
        absent={"subnetId": ""},
        more=_nat,
    ),
    settle=_settle_nat,
    delete=Delete("delete_nat_gateway", by="NatGatewayId"),
    tags=ec2_tags("natgateway"),
    replace_on=("allocationId", "subnetId", "connectivityType", "privateIp", "availabilityMode", "vpcId"),
)


def _address(call: Call, item: Mapping[str, Any]) -> Mapping[str, Any]:
    region = call.place.region
    public, private = item.get("PublicIp", ""), item.get("PrivateIpAddress", "")
    outside = "compute-1" if region == "us-east-1" else f"{region}.compute"
    suffix = call.place.dns_suffix
    return {
        "arn": call.arn("ec2", f"elastic-ip/{call.id}"),
        "allocationId": call.id,
        "publicDns": f"ec2-{public.replace('.', '-')}.{outside}.{suffix}" if public else "",
        "privateDns": private_name(call, private),
        "privateIp": private,
        "instance": item.get("InstanceId", ""),
        "networkInterface": item.get("NetworkInterfaceId", ""),
        "associationId": item.get("AssociationId", ""),
        "networkBorderGroup": item.get("NetworkBorderGroup") or region,
        "publicIpv4Pool": item.get("PublicIpv4Pool") or "amazon",
        **dict.fromkeys(("carrierIp", "customerOwnedIp", "ptrRecord", "ipamPoolId"), ""),
    }


def _associate(call: Call) -> None:
    """Put an address on its instance or network interface, or take it off."""
    instance, interface = call.get("instance"), call.get("networkInterface")
    if not call.changed("instance", "networkInterface", "associateWithPrivateIp"):
        return
    client = call.aws()
    there = client.describe_addresses(AllocationIds=[call.id])["Addresses"][0]
    if call.old and there.get("AssociationId"):
        client.disassociate_address(AssociationId=there["AssociationId"])
    if instance or interface:
        target = {"InstanceId": instance} if instance else {"NetworkInterfaceId": interface}
        if call.get("associateWithPrivateIp"):
            target["PrivateIpAddress"] = call.inputs["associateWithPrivateIp"]
        client.associate_address(AllocationId=call.id, AllowReassociation=True, **target)


def _release(call: Call) -> None:
    client = call.aws()
    there = first(client.describe_addresses(Filters=filters(allocation_id=call.id))["Addresses"])
    if there is None:
        return
    if there.get("AssociationId"):
        client.disassociate_address(AssociationId=there["AssociationId"])
    client.release_address(AllocationId=call.id)


def _join_nat(call: Call) -> str:
    nat, allocation = str(call.inputs["natGatewayId"]), str(call.inputs["allocationId"])
    call.aws().associate_nat_gateway_address(NatGatewayId=nat, AllocationIds=[allocation])
    return f"{nat},{allocation}"


def _read_joined(call: Call) -> dict[str, Any] | None:
    nat, _, allocation = call.id.partition(",")
    items = call.aws().describe_nat_gateways(NatGatewayIds=[nat])["NatGateways"]
    addresses = [a for item in items if item["State"] != "deleted" for a in item["NatGatewayAddresses"]]
    there = first(a for a in addresses if a.get("AllocationId") == allocation)
    return there and {
        "natGatewayId": nat,
        "allocationId": allocation,
        "associationId": there.get("AssociationId", ""),
    }


def _leave_nat(call: Call) -> None:
    there = _read_joined(call)
    if there:
        call.aws().disassociate_nat_gateway_address(
            NatGatewayId=there["natGatewayId"], AssociationIds=[there["associationId"]]
        )


NAT_ADDRESS = Emulated(
    "aws:ec2/natGatewayEipAssociation:NatGatewayEipAssociation",
    service="ec2",
    exact=True,
    create=_join_nat,
    read=_read_joined,
    delete=_leave_nat,
    replace_on=("natGatewayId", "allocationId"),
)

EIP = Emulated(
    "aws:ec2/eip:Eip",
    service="ec2",
    exact=True,
    create=Create(
        "allocate_address",
        id="AllocationId",
        send={"instance": "", "networkInterface": ""},
        also=lambda call: {"Domain": call.get("domain", "vpc")},
    ),
    read=Read("describe_addresses", by="AllocationIds[]", item="Addresses[0]", more=_address),
    settle=_associate,
    delete=_release,
    tags=ec2_tags("elastic-ip"),
    replace_on=(
        "address",
        "customerOwnedIpv4Pool",
        "domain",
        "ipamPoolId",
        "networkBorderGroup",
        "publicIpv4Pool",
    ),
)

EIP_ASSOCIATION = Emulated(
    "aws:ec2/eipAssociation:EipAssociation",
    service="ec2",
    exact=True,
    create=Create("associate_address", id="AssociationId"),
    read=Read(
        "describe_addresses",
        also=lambda call: {"Filters": filters(association_id=call.id)},
        item="Addresses[0]",
    ),
    delete=Delete("disassociate_address", by="AssociationId"),
    replace_on=(
        "allocationId",
        "allowReassociation",
        "instanceId",
        "networkInterfaceId",
        "privateIpAddress",
        "publicIp",
    ),
)

TYPES = (
    INTERNET_GATEWAY,
    INTERNET_GATEWAY_ATTACHMENT,
    EGRESS_ONLY_GATEWAY,
    NAT_GATEWAY,
    NAT_ADDRESS,
    EIP,
    EIP_ASSOCIATION,
)
