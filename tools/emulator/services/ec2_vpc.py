"""EC2: VPC, further address ranges, DHCP options.

moto knows neither IPv6 pools nor ranges brought along: an IPv6 range is always one that it makes up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call, Change, Create, Delete, Emulated, Read
from tools.emulator.services._ec2 import filters, first, owned
from tools.emulator.services._tags import ec2_tags

ATTRIBUTES = ("enableDnsSupport", "enableDnsHostnames", "enableNetworkAddressUsageMetrics")
_ASSOCIATED = "[?CidrBlockState.State=='associated']"


def _associated6(item: Mapping[str, Any]) -> Any:
    """The IPv6 range of a VPC: the first that is associated."""
    ranges = item.get("Ipv6CidrBlockAssociationSet") or []
    return first(r for r in ranges if r["Ipv6CidrBlockState"]["State"] == "associated")


def _vpc(call: Call, item: Mapping[str, Any]) -> Mapping[str, Any]:
    client, inside = call.aws(), filters(vpc_id=call.id)
    main = client.describe_route_tables(Filters=[*inside, *filters(**{"association.main": "true"})])[
        "RouteTables"
    ]
    acls = client.describe_network_acls(Filters=[*inside, *filters(default="true")])["NetworkAcls"]
    groups = client.describe_security_groups(Filters=[*inside, *filters(group_name="default")])[
        "SecurityGroups"
    ]
    main_id = main[0]["RouteTableId"] if main else ""
    six = _associated6(item) or {}
    found = {
        **owned(call, "vpc"),
        "mainRouteTableId": main_id,
        "defaultRouteTableId": main_id,
        "defaultNetworkAclId": acls[0]["NetworkAclId"] if acls else "",
        "defaultSecurityGroupId": groups[0]["GroupId"] if groups else "",
        "assignGeneratedIpv6CidrBlock": six.get("Ipv6Pool") == "Amazon",
        "ipv6AssociationId": six.get("AssociationId", ""),
        "ipv6CidrBlock": six.get("Ipv6CidrBlock", ""),
        "ipv6CidrBlockNetworkBorderGroup": six.get("NetworkBorderGroup", ""),
    }
    for name in ATTRIBUTES:
        answer = client.describe_vpc_attribute(VpcId=call.id, Attribute=name)
        found[name] = answer[name[0].upper() + name[1:]]["Value"]
    return found


def _ipv6(call: Call) -> None:
    """Bring the IPv6 range of an existing VPC to its inputs."""
    if not call.old or not call.changed("assignGeneratedIpv6CidrBlock", "ipv6CidrBlock", "ipv6IpamPoolId"):
        return
    client = call.aws()
    there = _associated6(client.describe_vpcs(VpcIds=[call.id])["Vpcs"][0])
    if there:
        client.disassociate_vpc_cidr_block(AssociationId=there["AssociationId"])
    if call.get("assignGeneratedIpv6CidrBlock") or call.get("ipv6IpamPoolId"):
        client.associate_vpc_cidr_block(VpcId=call.id, AmazonProvidedIpv6CidrBlock=True)


def _tenancy(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    # AWS changes a VPC's tenancy in place in one direction only.
    to_default = old.get("instanceTenancy") == "dedicated" and new.get("instanceTenancy") in (None, "default")
    return () if to_default else ("instanceTenancy",)


VPC = Emulated(
    "aws:ec2/vpc:Vpc",
    service="ec2",
    exact=True,
    create=Create(
        "create_vpc", id="Vpc.VpcId", send={"assignGeneratedIpv6CidrBlock": "AmazonProvidedIpv6CidrBlock"}
    ),
    read=Read("describe_vpcs", by="VpcIds[]", item="Vpcs[0]", more=_vpc),
    changes=[
        Change(
            "modify_vpc_attribute",
            by="VpcId",
            each=True,
            send={
                "enableDnsSupport": "EnableDnsSupport.Value",
                "enableDnsHostnames": "EnableDnsHostnames.Value",
                "enableNetworkAddressUsageMetrics": "EnableNetworkAddressUsageMetrics.Value",
            },
        ),
        Change(
            "modify_vpc_tenancy", by="VpcId", send={"instanceTenancy": "InstanceTenancy"}, at_create=False
        ),
    ],
    settle=_ipv6,
    delete=Delete("delete_vpc", by="VpcId"),
    tags=ec2_tags("vpc"),
    replace_on=("cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength"),
    replace_if=_tenancy,
)


def _association(family: str) -> Any:
    """A reader of one address range of a VPC, found by its association's id."""
    key = f"{family}CidrBlockAssociationSet" if family else "CidrBlockAssociationSet"
    state = f"{family}CidrBlockState" if family else "CidrBlockState"
    prefix = "ipv6-" if family else ""

    def read(call: Call) -> dict[str, Any] | None:
        wanted = filters(**{f"{prefix}cidr-block-association.association-id": call.id})
        vpc = first(call.aws().describe_vpcs(Filters=wanted)["Vpcs"])
        there = first(r for r in (vpc or {}).get(key, []) if r["AssociationId"] == call.id)
        if there is None or there[state]["State"] != "associated":
            return None
        if family:
            return {
                "vpcId": vpc["VpcId"],
                "ipv6CidrBlock": there["Ipv6CidrBlock"],
                "ipv6Pool": there.get("Ipv6Pool", ""),
                "assignGeneratedIpv6CidrBlock": there.get("Ipv6Pool") == "Amazon",
                "ipSource": "amazon",
                "ipv6AddressAttribute": "public",
            }
        return {"vpcId": vpc["VpcId"], "cidrBlock": there["CidrBlock"]}

    return read


IPV4_RANGE = Emulated(
    "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
    service="ec2",
    exact=True,
    create=Create("associate_vpc_cidr_block", id="CidrBlockAssociation.AssociationId"),
    read=_association(""),
    delete=Delete("disassociate_vpc_cidr_block", by="AssociationId"),
    replace_on=("vpcId", "cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength"),
)

IPV6_RANGE = Emulated(
    "aws:ec2/vpcIpv6CidrBlockAssociation:VpcIpv6CidrBlockAssociation",
    service="ec2",
    exact=True,
    create=Create(
        "associate_vpc_cidr_block",
        id="Ipv6CidrBlockAssociation.AssociationId",
        also=lambda _: {"AmazonProvidedIpv6CidrBlock": True},
    ),
    read=_association("Ipv6"),
    delete=Delete("disassociate_vpc_cidr_block", by="AssociationId"),
    replace_on=(
        "vpcId",
        "ipv6CidrBlock",
        "ipv6IpamPoolId",
        "ipv6NetmaskLength",
        "ipv6Pool",
        "assignGeneratedIpv6CidrBlock",
    ),
)

_DHCP = {
    "domainName": "domain-name",
    "domainNameServers": "domain-name-servers",
    "ntpServers": "ntp-servers",
    "netbiosNameServers": "netbios-name-servers",
    "netbiosNodeType": "netbios-node-type",
    "ipv6AddressPreferredLeaseTime": "ipv6-address-preferred-lease-time",
}


def _dhcp_options(call: Call) -> dict[str, Any]:
    given = {key: call.get(name) for name, key in _DHCP.items() if call.get(name) not in (None, "", [])}
    return {
        "DhcpConfigurations": [
            {"Key": key, "Values": value if isinstance(value, list) else [str(value)]}
            for key, value in given.items()
        ]
    }


def _dhcp_read(call: Call, item: Mapping[str, Any]) -> Mapping[str, Any]:
    by_key = {c["Key"]: [v["Value"] for v in c["Values"]] for c in item.get("DhcpConfigurations", [])}
    found: dict[str, Any] = owned(call, "dhcp-options")
    for name, key in _DHCP.items():
        values = by_key.get(key, [])
        found[name] = values if name.endswith("Servers") else (values[0] if values else "")
    return found


DHCP_OPTIONS = Emulated(
    "aws:ec2/vpcDhcpOptions:VpcDhcpOptions",
    service="ec2",
    exact=True,
    create=Create("create_dhcp_options", id="DhcpOptions.DhcpOptionsId", only=(), also=_dhcp_options),
    read=Read("describe_dhcp_options", by="DhcpOptionsIds[]", item="DhcpOptions[0]", more=_dhcp_read),
    delete=Delete("delete_dhcp_options", by="DhcpOptionsId"),
    tags=ec2_tags("dhcp-options"),
    replace_on=tuple(_DHCP),
)


def _use_options(call: Call) -> None:
    call.aws().associate_dhcp_options(VpcId=call.inputs["vpcId"], DhcpOptionsId=call.inputs["dhcpOptionsId"])


def _first_use(call: Call) -> str:
    _use_options(call)
    return f"{call.inputs['dhcpOptionsId']}-{call.inputs['vpcId']}"


def _used_options(call: Call) -> dict[str, Any] | None:
    # An import names the VPC; the id is `<options>-<VPC>`.
    vpc_id = "vpc-" + call.id.rsplit("vpc-", 1)[-1]
    vpc = first(call.aws().describe_vpcs(VpcIds=[vpc_id])["Vpcs"])
    if vpc is None or vpc["DhcpOptionsId"] == "default":
        return None
    call.id = f"{vpc['DhcpOptionsId']}-{vpc_id}"
    return {"vpcId": vpc_id, "dhcpOptionsId": vpc["DhcpOptionsId"]}


DHCP_ASSOCIATION = Emulated(
    "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation",
    service="ec2",
    exact=True,
    create=_first_use,
    read=_used_options,
    update=_use_options,
    delete=lambda call: call.aws().associate_dhcp_options(
        VpcId=call.inputs["vpcId"], DhcpOptionsId="default"
    ),
    replace_on=("vpcId",),
)

TYPES = (VPC, IPV4_RANGE, IPV6_RANGE, DHCP_OPTIONS, DHCP_ASSOCIATION)
