"""Data sources of EC2's access: security groups and their rules, prefix lists, VPC endpoints and their services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.functions import DataSource, Request
from tools.emulator.functions._ec2 import Listing, Many, One, arn, only, wanted

_GROUPS = Listing(
    "describe_security_groups",
    "SecurityGroups",
    {
        "name": "group-name",
        "vpcId": "vpc-id",
        "id": "group-id",
    },
)
_GROUPS_MANY = Listing("describe_security_groups", "SecurityGroups")


def _groups(request: Request) -> Mapping[str, Any]:
    items = _GROUPS_MANY(request)
    return {
        "ids": [item["GroupId"] for item in items],
        "vpcIds": [item["VpcId"] for item in items],
        "arns": [arn(request, f"security-group/{item['GroupId']}") for item in items],
    }


def _rule(request: Request, item: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "arn": arn(request, f"security-group-rule/{item['SecurityGroupRuleId']}"),
        "securityGroupId": item["GroupId"],
        "referencedSecurityGroupId": (item.get("ReferencedGroupInfo") or {}).get("GroupId", ""),
    }


_PREFIX_LISTS = Listing(
    "describe_managed_prefix_lists",
    "PrefixLists",
    {
        "name": "prefix-list-name",
        "id": "prefix-list-id",
    },
)


def _entries(request: Request, prefix_list: str) -> list[dict[str, str]]:
    found = request.aws("ec2").get_managed_prefix_list_entries(PrefixListId=prefix_list)["Entries"]
    return [{"cidr": entry["Cidr"], "description": entry.get("Description", "")} for entry in found]


def _managed(request: Request, item: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "entries": _entries(request, item["PrefixListId"]),
        "version": int(item.get("Version") or 0),
        "maxEntries": int(item.get("MaxEntries") or 0),
    }


def prefix_list(request: Request) -> Mapping[str, Any]:
    """One of AWS's own prefix lists, with its ranges."""
    filters = wanted(request, {"name": "prefix-list-name", "prefixListId": "prefix-list-id"})
    params = {"Filters": filters} if filters else {}
    item = only(request.aws("ec2").describe_prefix_lists(**params)["PrefixLists"], "EC2 Prefix List")
    return {
        "id": item["PrefixListId"],
        "prefixListId": item["PrefixListId"],
        "name": item["PrefixListName"],
        "cidrBlocks": [entry["cidr"] for entry in _entries(request, item["PrefixListId"])],
    }


def endpoint_service(request: Request) -> Mapping[str, Any]:
    """A service that endpoints can be made for. `service` is the short name of one of AWS's own (`s3`)."""
    place, short = request.place, request.args.get("service")
    name = request.args.get("serviceName") or (f"com.amazonaws.{place.region}.{short}" if short else None)
    params: dict[str, Any] = {"ServiceNames": [name]} if name else {}
    details = request.aws("ec2").describe_vpc_endpoint_services(**params)["ServiceDetails"]
    kind = request.args.get("serviceType")
    matching = [d for d in details if kind in (None, d["ServiceType"][0]["ServiceType"])]
    gateways = {f"com.amazonaws.{place.region}.{own}" for own in ("s3", "dynamodb")}
    if kind is None and name in gateways and len(matching) > 1:
        # Without a type the name of such a service means its gateway.
        matching = [d for d in matching if d["ServiceType"][0]["ServiceType"] == "Gateway"]
    item = only(matching, "EC2 VPC Endpoint Service")
    return {
        "id": item["ServiceName"],
        "arn": arn(request, f"vpc-endpoint-service/{item['ServiceId']}"),
        "serviceName": item["ServiceName"],
        "serviceId": item["ServiceId"],
        "serviceType": item["ServiceType"][0]["ServiceType"],
        "serviceRegion": place.region,
        "acceptanceRequired": bool(item.get("AcceptanceRequired")),
        "availabilityZones": item.get("AvailabilityZones") or [],
        "baseEndpointDnsNames": item.get("BaseEndpointDnsNames") or [],
        "managesVpcEndpoints": bool(item.get("ManagesVpcEndpoints")),
        "owner": item.get("Owner", "amazon"),
        "privateDnsName": item.get("PrivateDnsName", ""),
        "privateDnsNames": [n["PrivateDnsName"] for n in item.get("PrivateDnsNames") or []],
        "supportedIpAddressTypes": item.get("SupportedIpAddressTypes") or ["ipv4"],
        "vpcEndpointPolicySupported": bool(item.get("VpcEndpointPolicySupported")),
        "tags": {},
    }


def _endpoint(request: Request, item: Mapping[str, Any]) -> Mapping[str, Any]:
    found: dict[str, Any] = {
        "arn": arn(request, f"vpc-endpoint/{item['VpcEndpointId']}"),
        "policy": item.get("PolicyDocument", ""),
        "securityGroupIds": [group["GroupId"] for group in item.get("Groups") or []],
        "dnsOptions": [],
        "serviceRegion": request.place.region,
        "prefixListId": "",
        "cidrBlocks": [],
    }
    if item["VpcEndpointType"] == "Gateway":
        filters = [{"Name": "prefix-list-name", "Values": [item["ServiceName"]]}]
        for there in request.aws("ec2").describe_prefix_lists(Filters=filters)["PrefixLists"]:
            found["prefixListId"] = there["PrefixListId"]
            found["cidrBlocks"] = [entry["cidr"] for entry in _entries(request, there["PrefixListId"])]
    return found


_RULES = Listing(
    "describe_security_group_rules",
    "SecurityGroupRules",
    ids=(
        "securityGroupRuleId",
        "SecurityGroupRuleIds",
    ),
)

FUNCTIONS: Mapping[str, DataSource] = {
    "aws:ec2/getSecurityGroup:getSecurityGroup": One(
        _GROUPS,
        "EC2 Security Group",
        "GroupId",
        {"name": "GroupName"},
        lambda request, item: {"arn": arn(request, f"security-group/{item['GroupId']}")},
    ),
    "aws:ec2/getSecurityGroups:getSecurityGroups": _groups,
    "aws:vpc/getSecurityGroupRule:getSecurityGroupRule": One(
        _RULES, "VPC Security Group Rule", "SecurityGroupRuleId", more=_rule
    ),
    "aws:vpc/getSecurityGroupRules:getSecurityGroupRules": Many(_RULES, {"ids": "SecurityGroupRuleId"}),
    "aws:ec2/getManagedPrefixList:getManagedPrefixList": One(
        _PREFIX_LISTS,
        "EC2 Managed Prefix List",
        "PrefixListId",
        {"name": "PrefixListName", "arn": "PrefixListArn"},
        _managed,
    ),
    "aws:ec2/getManagedPrefixLists:getManagedPrefixLists": Many(_PREFIX_LISTS, {"ids": "PrefixListId"}),
    "aws:ec2/getPrefixList:getPrefixList": prefix_list,
    "aws:ec2/getVpcEndpointService:getVpcEndpointService": endpoint_service,
    "aws:ec2/getVpcEndpoint:getVpcEndpoint": One(
        Listing(
            "describe_vpc_endpoints",
            "VpcEndpoints[?State!='deleted']",
            {
                "serviceName": "service-name",
                "vpcId": "vpc-id",
                "state": "vpc-endpoint-state",
                "vpcEndpointType": "vpc-endpoint-type",
            },
            ids=("id", "VpcEndpointIds"),
        ),
        "EC2 VPC Endpoint",
        "VpcEndpointId",
        more=_endpoint,
    ),
}
