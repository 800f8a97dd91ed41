"""EC2: customer gateways and virtual private gateways. moto keeps no certificate and no name of a device."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from tools.emulator.emulated import Call, Create, Emulated, Read
from tools.emulator.services._ec2 import first, owned, string_hash
from tools.emulator.services._tags import ec2_tags

_READ_CUSTOMER = Read(
    "describe_customer_gateways",
    by="CustomerGatewayIds[]",
    item="CustomerGateways[?State!='deleted'] | [0]",
    more=lambda call, _: {"arn": owned(call, "customer-gateway")["arn"]},
)


def _delete_customer(call: Call) -> None:
    if _READ_CUSTOMER.fetch(call):
        call.aws().delete_customer_gateway(CustomerGatewayId=call.id)


CUSTOMER_GATEWAY = Emulated(
    "aws:ec2/customerGateway:CustomerGateway",
    service="ec2",
    exact=True,
    create=Create("create_customer_gateway", id="CustomerGateway.CustomerGatewayId"),
    read=_READ_CUSTOMER,
    delete=_delete_customer,
    tags=ec2_tags("customer-gateway"),
    replace_on=("type", "bgpAsn", "bgpAsnExtended", "certificateArn", "deviceName", "ipAddress"),
)

_READ_VPN = Read(
    "describe_vpn_gateways",
    by="VpnGatewayIds[]",
    item="VpnGateways[?State!='deleted'] | [0]",
    take={"vpcId": "VpcAttachments[?State=='attached'] | [0].VpcId"},
    absent={"vpcId": "", "availabilityZone": ""},
    more=lambda call, item: {
        "arn": owned(call, "vpn-gateway")["arn"],
        "amazonSideAsn": str(item.get("AmazonSideAsn") or 64512),
    },
)


def _settle(call: Call) -> None:
    client, wanted, before = call.aws(), call.get("vpcId", ""), call.old.get("vpcId") or ""
    if wanted == before:
        return
    if before:
        client.detach_vpn_gateway(VpnGatewayId=call.id, VpcId=before)
    if wanted:
        client.attach_vpn_gateway(VpnGatewayId=call.id, VpcId=wanted)


def _delete_vpn(call: Call) -> None:
    item = _READ_VPN.fetch(call)
    if item is None:
        return
    for there in item.get("VpcAttachments") or []:
        if there["State"] == "attached":
            call.aws().detach_vpn_gateway(VpnGatewayId=call.id, VpcId=there["VpcId"])
    call.aws().delete_vpn_gateway(VpnGatewayId=call.id)


VPN_GATEWAY = Emulated(
    "aws:ec2/vpnGateway:VpnGateway",
    service="ec2",
    exact=True,
    create=Create("create_vpn_gateway", id="VpnGateway.VpnGatewayId", also=lambda _: {"Type": "ipsec.1"}),
    read=_READ_VPN,
    settle=_settle,
    delete=_delete_vpn,
    tags=ec2_tags("vpn-gateway"),
    replace_on=("amazonSideAsn", "availabilityZone"),
)


def _attach(call: Call) -> str:
    vpc, gateway = str(call.inputs["vpcId"]), str(call.inputs["vpnGatewayId"])
    call.aws().attach_vpn_gateway(VpnGatewayId=gateway, VpcId=vpc)
    return f"vpn-attachment-{string_hash(f'{vpc}-{gateway}'):x}"


def _read_attachment(call: Call) -> dict[str, Any] | None:
    known = {**call.state, **call.inputs}
    gateways = call.aws().describe_vpn_gateways(VpnGatewayIds=[known["vpnGatewayId"]])["VpnGateways"]
    attached = [a for g in gateways for a in g.get("VpcAttachments") or [] if g["State"] != "deleted"]
    there = first(a for a in attached if a["VpcId"] == known["vpcId"] and a["State"] == "attached")
    return there and {"vpcId": there["VpcId"], "vpnGatewayId": known["vpnGatewayId"]}


def _detach(call: Call) -> None:
    if _read_attachment(call):
        known = {**call.state, **call.inputs}
        call.aws().detach_vpn_gateway(VpnGatewayId=known["vpnGatewayId"], VpcId=known["vpcId"])


VPN_GATEWAY_ATTACHMENT = Emulated(
    "aws:ec2/vpnGatewayAttachment:VpnGatewayAttachment",
    service="ec2",
    exact=True,
    create=_attach,
    read=_read_attachment,
    delete=_detach,
    replace_on=("vpcId", "vpnGatewayId"),
)


def _options(call: Call) -> dict[str, Any]:
    """What moto keeps of a connection: who is connected with whom, and whether its routes are static."""
    params = {"Type": call.get("type", "ipsec.1"), "CustomerGatewayId": call.inputs["customerGatewayId"]}
    for name, api in (("vpnGatewayId", "VpnGatewayId"), ("transitGatewayId", "TransitGatewayId")):
        if call.get(name):
            params[api] = call.inputs[name]
    return {**params, "Options": {"StaticRoutesOnly": bool(call.get("staticRoutesOnly", False))}}


# Where a tunnel's facts stand in the device's configuration, an XML document; the real provider reads them there too.
_TUNNEL = {
    "Address": "vpn_gateway/tunnel_outside_address/ip_address",
    "VgwInsideAddress": "vpn_gateway/tunnel_inside_address/ip_address",
    "CgwInsideAddress": "customer_gateway/tunnel_inside_address/ip_address",
    "PresharedKey": "ike/pre_shared_key",
    "BgpAsn": "vpn_gateway/bgp/asn",
    "BgpHoldtime": "vpn_gateway/bgp/hold_time",
}
_USUAL = {
    "enableAcceleration": False,
    "localIpv4NetworkCidr": "0.0.0.0/0",
    "remoteIpv4NetworkCidr": "0.0.0.0/0",
    "outsideIpAddressType": "PublicIpv4",
    "tunnelInsideIpVersion": "ipv4",
    **dict.fromkeys(("coreNetworkArn", "coreNetworkAttachmentArn", "transitGatewayAttachmentId"), ""),
}


def _connection(call: Call, item: Mapping[str, Any]) -> Mapping[str, Any]:
    found: dict[str, Any] = {"arn": owned(call, "vpn-connection")["arn"]}
    found |= {name: call.get(name, value) for name, value in _USUAL.items()}
    configuration = ET.fromstring(item["CustomerGatewayConfiguration"])  # noqa: S314 -- moto wrote it
    for number, tunnel in enumerate(configuration.findall("ipsec_tunnel"), start=1):
        for name, path in _TUNNEL.items():
            value = (tunnel.findtext(path) or "").strip()
            numeric = call.type.properties[f"tunnel{number}{name}"].type.kind == "integer"
            found[f"tunnel{number}{name}"] = int(value or 0) if numeric else value
    return found


_READ_CONNECTION = Read(
    "describe_vpn_connections",
    by="VpnConnectionIds[]",
    item="VpnConnections[?State!='deleted'] | [0]",
    take={"routes": "", "vgwTelemetries": ""},
    more=_connection,
)


def _delete_connection(call: Call) -> None:
    if _READ_CONNECTION.fetch(call):
        call.aws().delete_vpn_connection(VpnConnectionId=call.id)


VPN_CONNECTION = Emulated(
    "aws:ec2/vpnConnection:VpnConnection",
    service="ec2",
    exact=True,
    create=Create("create_vpn_connection", id="VpnConnection.VpnConnectionId", only=(), also=_options),
    read=_READ_CONNECTION,
    delete=_delete_connection,
    tags=ec2_tags("vpn-connection"),
    replace_on=(
        "type",
        "enableAcceleration",
        "staticRoutesOnly",
        "outsideIpAddressType",
        "tunnelInsideIpVersion",
        "tunnel1InsideCidr",
        "tunnel1InsideIpv6Cidr",
        "tunnel2InsideCidr",
        "tunnel2InsideIpv6Cidr",
    ),
)

TYPES = (CUSTOMER_GATEWAY, VPN_GATEWAY, VPN_GATEWAY_ATTACHMENT, VPN_CONNECTION)
