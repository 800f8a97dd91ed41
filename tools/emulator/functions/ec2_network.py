"""Data sources of EC2's network: VPCs, subnets, route tables, gateways, addresses, ACLs, DHCP options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.functions import DataSource, Request
from tools.emulator.functions._ec2 import Listing, Many, One, arn, only
from tools.emulator.services._ec2_routes import DESTINATIONS, TARGETS, targets

_VPCS = Listing(
    "describe_vpcs",
    "Vpcs",
    {
        "cidrBlock": "cidr",
        "dhcpOptionsId": "dhcp-options-id",
        "state": "state",
        "default": "is-default",
    },
    ids=("id", "VpcIds"),
)


def _vpc(request: Request, item: Mapping[str, Any]) -> Mapping[str, Any]:
    client, vpc = request.aws("ec2"), str(item["VpcId"])
    main = client.describe_route_tables(
        Filters=[{"Name": "vpc-id", "Values": [vpc]}, {"Name": "association.main", "Values": ["true"]}]
    )["RouteTables"]
    six = [
        r
        for r in item.get("Ipv6CidrBlockAssociationSet") or []
        if r["Ipv6CidrBlockState"]["State"] == "associated"
    ]
    found: dict[str, Any] = {
        "arn": arn(request, f"vpc/{vpc}"),
        "default": bool(item.get("IsDefault")),
        "mainRouteTableId": main[0]["RouteTableId"] if main else "",
        "cidrBlockAssociations": [
            {
                "associationId": r["AssociationId"],
                "cidrBlock": r["CidrBlock"],
                "state": r["CidrBlockState"]["State"],
            }
            for r in item.get("CidrBlockAssociationSet") or []
        ],
        "ipv6CidrBlockAssociations": [
            {
                "associationId": r["AssociationId"],
                "ipv6CidrBlock": r["Ipv6CidrBlock"],
                "ipv6Pool": r.get("Ipv6Pool", ""),
                "state": "associated",
                "ipSource": "amazon",
                "ipv6AddressAttribute": "public",
                "networkBorderGroup": r.get("NetworkBorderGroup", ""),
            }
            for r in six
        ],
        "ipv6AssociationId": six[0]["AssociationId"] if six else "",
        "ipv6CidrBlock": six[0]["Ipv6CidrBlock"] if six else "",
    }
    for name in ("enableDnsSupport", "enableDnsHostnames", "enableNetworkAddressUsageMetrics"):
        found[name] = client.describe_vpc_attribute(VpcId=vpc, Attribute=name)[name[0].upper() + name[1:]][
            "Value"
        ]
    return found


_SUBNETS = Listing(
    "describe_subnets",
    "Subnets",
    {
        "availabilityZone": "availability-zone",
        "availabilityZoneId": "availability-zone-id",
        "cidrBlock": "cidr-block",
        "defaultForAz": "default-for-az",
        "state": "state",
        "vpcId": "vpc-id",
        "ipv6CidrBlock": "ipv6-cidr-block-association.ipv6-cidr-block",
    },
    ids=("id", "SubnetIds"),
)


def _subnet(_: Request, item: Mapping[str, Any]) -> Mapping[str, Any]:
    six = (item.get("Ipv6CidrBlockAssociationSet") or [{}])[0]
    launch = item.get("PrivateDnsNameOptionsOnLaunch") or {}
    return {
        "ipv6CidrBlock": six.get("Ipv6CidrBlock", ""),
        "ipv6CidrBlockAssociationId": six.get("AssociationId", ""),
        "enableDns64": bool(item.get("EnableDns64")),
        "privateDnsHostnameTypeOnLaunch": launch.get("HostnameType", "ip-name"),
        "enableResourceNameDnsARecordOnLaunch": launch.get("EnableResourceNameDnsARecord", False),
        "enableResourceNameDnsAaaaRecordOnLaunch": launch.get("EnableResourceNameDnsAAAARecord", False),
    }


_ROUTE_TABLES = Listing(
    "describe_route_tables",
    "RouteTables",
    {
        "routeTableId": "route-table-id",
        "vpcId": "vpc-id",
        "subnetId": "association.subnet-id",
        "gatewayId": "association.gateway-id",
    },
)
_ROUTE_FIELDS = (*DESTINATIONS.values(), *TARGETS.values(), "vpcEndpointId", "instanceId")


def _route_table(request: Request, item: Mapping[str, Any]) -> Mapping[str, Any]:
    routes = []
    for route in item.get("Routes") or []:
        said = {short: route[api] for api, short in DESTINATIONS.items() if route.get(api)}
        if route.get("GatewayId") != "local":
            routes.append({**dict.fromkeys(_ROUTE_FIELDS, ""), **said, **targets(route)})
    table = str(item["RouteTableId"])
    return {
        "arn": arn(request, f"route-table/{table}"),
        "ownerId": request.place.account,
        "routes": routes,
        "associations": [
            {
                "routeTableAssociationId": there["RouteTableAssociationId"],
                "routeTableId": table,
                "main": bool(there.get("Main")),
                "subnetId": there.get("SubnetId", ""),
                "gatewayId": there.get("GatewayId", ""),
            }
            for there in item.get("Associations") or []
        ],
        "subnetId": request.args.get("subnetId") or "",
        "gatewayId": request.args.get("gatewayId") or "",
    }


def route(request: Request) -> Mapping[str, Any]:
    """One route of a table: the one that has all given fields."""
    table = request.aws("ec2").describe_route_tables(RouteTableIds=[request.args["routeTableId"]])[
        "RouteTables"
    ][0]
    names = {
        **{api[0].lower() + api[1:]: api for api in DESTINATIONS},
        **{short: api for api, short in TARGETS.items()},
    }
    given = {names[name]: value for name, value in request.args.items() if name in names and value}
    matching = [r for r in table["Routes"] if all(r.get(api) == value for api, value in given.items())]
    item = only(matching, "EC2 Route")
    return {
        **{name: item.get(api, "") for name, api in names.items()},
        "instanceId": item.get("InstanceId", ""),
    }


def _gateway(request: Request, item: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "arn": arn(request, f"internet-gateway/{item['InternetGatewayId']}"),
        "ownerId": request.place.account,
    }


_NAT_GATEWAYS = Listing(
    "describe_nat_gateways",
    "NatGateways[?State!='deleted']",
    {
        "vpcId": "vpc-id",
        "subnetId": "subnet-id",
        "state": "state",
    },
    ids=("id", "NatGatewayIds"),
)


def _nat(_: Request, item: Mapping[str, Any]) -> Mapping[str, Any]:
    regional = item.get("AvailabilityMode") == "regional"
    addresses = item.get("NatGatewayAddresses") or []
    main = addresses[0] if addresses and not regional else {}
    names = ("allocationId", "associationId", "networkInterfaceId", "privateIp", "publicIp")
    others = [] if regional else addresses[1:]
    return {
        **{name: main.get(name[0].upper() + name[1:], "") for name in names},
        "availabilityMode": item.get("AvailabilityMode", "zonal"),
        "subnetId": item.get("SubnetId", ""),
        "secondaryAllocationIds": [a["AllocationId"] for a in others if a.get("AllocationId")],
        "secondaryPrivateIpAddresses": [a["PrivateIp"] for a in others if a.get("PrivateIp")],
        "secondaryPrivateIpAddressCount": len(others),
    }


_ADDRESSES = Listing(
    "describe_addresses", "Addresses", {"publicIp": "public-ip"}, ids=("id", "AllocationIds")
)


def _address(request: Request, item: Mapping[str, Any]) -> Mapping[str, Any]:
    region, suffix = request.place.region, request.place.dns_suffix
    outside = "compute-1" if region == "us-east-1" else f"{region}.compute"
    private = item.get("PrivateIpAddress", "")
    return {
        "arn": arn(request, f"elastic-ip/{item['AllocationId']}"),
        "publicDns": f"ec2-{item['PublicIp'].replace('.', '-')}.{outside}.{suffix}",
        "privateIp": private,
        "privateDns": f"ip-{private.replace('.', '-')}.ec2.internal" if private else "",
        "publicIpv4Pool": item.get("PublicIpv4Pool") or "amazon",
    }


_DHCP = {
    "domainName": "domain-name",
    "domainNameServers": "domain-name-servers",
    "ntpServers": "ntp-servers",
    "netbiosNameServers": "netbios-name-servers",
    "netbiosNodeType": "netbios-node-type",
    "ipv6AddressPreferredLeaseTime": "ipv6-address-preferred-lease-time",
}


def _dhcp(request: Request, item: Mapping[str, Any]) -> Mapping[str, Any]:
    said = {c["Key"]: [v["Value"] for v in c["Values"]] for c in item.get("DhcpConfigurations") or []}
    found: dict[str, Any] = {
        "arn": arn(request, f"dhcp-options/{item['DhcpOptionsId']}"),
        "ownerId": request.place.account,
    }
    for name, key in _DHCP.items():
        values = said.get(key, [])
        found[name] = values if name.endswith("Servers") else (values[0] if values else "")
    return found


_INTERFACES = Listing("describe_network_interfaces", "NetworkInterfaces", ids=("id", "NetworkInterfaceIds"))


def _interface(request: Request, item: Mapping[str, Any]) -> Mapping[str, Any]:
    association = item.get("Association") or {}
    return {
        "arn": arn(request, f"network-interface/{item['NetworkInterfaceId']}"),
        "privateIp": item.get("PrivateIpAddress", ""),
        "privateIps": [address["PrivateIpAddress"] for address in item.get("PrivateIpAddresses") or []],
        "ipv6Addresses": [address["Ipv6Address"] for address in item.get("Ipv6Addresses") or []],
        "securityGroups": [group["GroupId"] for group in item.get("Groups") or []],
        "associations": [_lower(association)] if association else [],
        "attachments": [_lower(item["Attachment"])] if item.get("Attachment") else [],
        "outpostArn": "",
        "requesterId": item.get("RequesterId", ""),
    }


def _lower(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name[0].lower() + name[1:]: value for name, value in fields.items() if isinstance(value, (str, int))
    }


FUNCTIONS: Mapping[str, DataSource] = {
    "aws:ec2/getVpc:getVpc": One(_VPCS, "EC2 VPC", "VpcId", more=_vpc),
    "aws:ec2/getVpcs:getVpcs": Many(_VPCS, {"ids": "VpcId"}),
    "aws:ec2/getSubnet:getSubnet": One(_SUBNETS, "EC2 Subnet", "SubnetId", {"arn": "SubnetArn"}, _subnet),
    "aws:ec2/getSubnets:getSubnets": Many(_SUBNETS, {"ids": "SubnetId"}),
    "aws:ec2/getRouteTable:getRouteTable": One(
        _ROUTE_TABLES, "EC2 Route Table", "RouteTableId", more=_route_table
    ),
    "aws:ec2/getRouteTables:getRouteTables": Many(_ROUTE_TABLES, {"ids": "RouteTableId"}),
    "aws:ec2/getRoute:getRoute": route,
    "aws:ec2/getInternetGateway:getInternetGateway": One(
        Listing(
            "describe_internet_gateways", "InternetGateways", {"internetGatewayId": "internet-gateway-id"}
        ),
        "EC2 Internet Gateway",
        "InternetGatewayId",
        more=_gateway,
    ),
    "aws:ec2/getNatGateway:getNatGateway": One(_NAT_GATEWAYS, "EC2 NAT Gateway", "NatGatewayId", more=_nat),
    "aws:ec2/getNatGateways:getNatGateways": Many(_NAT_GATEWAYS, {"ids": "NatGatewayId"}),
    "aws:ec2/getElasticIp:getElasticIp": One(_ADDRESSES, "EC2 EIP", "AllocationId", more=_address),
    "aws:ec2/getEips:getEips": Many(_ADDRESSES, {"allocationIds": "AllocationId", "publicIps": "PublicIp"}),
    "aws:ec2/getNetworkAcls:getNetworkAcls": Many(
        Listing("describe_network_acls", "NetworkAcls", {"vpcId": "vpc-id"}), {"ids": "NetworkAclId"}
    ),
    "aws:ec2/getVpcDhcpOptions:getVpcDhcpOptions": One(
        Listing("describe_dhcp_options", "DhcpOptions", ids=("dhcpOptionsId", "DhcpOptionsIds")),
        "EC2 DHCP Options",
        "DhcpOptionsId",
        more=_dhcp,
    ),
    "aws:ec2/getNetworkInterface:getNetworkInterface": One(
        _INTERFACES, "EC2 Network Interface", "NetworkInterfaceId", more=_interface
    ),
    "aws:ec2/getNetworkInterfaces:getNetworkInterfaces": Many(_INTERFACES, {"ids": "NetworkInterfaceId"}),
}
