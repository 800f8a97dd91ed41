"""EC2: VPC endpoints, and what they are joined to: route tables, subnets, security groups, a policy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call, Create, Emulated, Read
from tools.emulator.services._ec2 import filters, first, moved, owned, string_hash
from tools.emulator.services._tags import ec2_tags

# Property -> what adds and removes its items.
_JOINED = {
    "routeTableIds": ("AddRouteTableIds", "RemoveRouteTableIds"),
    "subnetIds": ("AddSubnetIds", "RemoveSubnetIds"),
    "securityGroupIds": ("AddSecurityGroupIds", "RemoveSecurityGroupIds"),
}


_RECORDS = {"Gateway": "service-defined"}


def _network(call: Call) -> dict[str, Any]:
    """What AWS fills in: an interface endpoint without security groups gets the VPC's default one."""
    # AWS's own default for private DNS is true; the provider always says what it is.
    kind = call.get("vpcEndpointType", "Gateway")
    found = {"VpcEndpointType": kind, "PrivateDnsEnabled": bool(call.get("privateDnsEnabled", False))}
    if kind != "Interface" or call.get("securityGroupIds"):
        return found
    wanted = [*filters(vpc_id=str(call.inputs["vpcId"])), *filters(group_name="default")]
    groups = call.aws().describe_security_groups(Filters=wanted)["SecurityGroups"]
    return {**found, "SecurityGroupIds": [group["GroupId"] for group in groups[:1]]}


def _endpoint(call: Call, item: Mapping[str, Any]) -> Mapping[str, Any]:
    found = {
        **owned(call, "vpc-endpoint"),
        "securityGroupIds": [group["GroupId"] for group in item.get("Groups") or []],
        "requesterManaged": False,
        "serviceRegion": call.get("serviceRegion") or call.place.region,
        "prefixListId": "",
        "cidrBlocks": [],
    }
    if item.get("VpcEndpointType") != "Gateway":
        return found
    client = call.aws()
    lists = client.describe_prefix_lists(Filters=filters(prefix_list_name=str(item["ServiceName"])))
    prefix = first(lists["PrefixLists"])
    if prefix:
        entries = client.get_managed_prefix_list_entries(PrefixListId=prefix["PrefixListId"])["Entries"]
        found |= {"prefixListId": prefix["PrefixListId"], "cidrBlocks": [entry["Cidr"] for entry in entries]}
    return found


def _settle(call: Call) -> None:
    """Bring an existing endpoint to its inputs."""
    if not call.old:
        return
    params: dict[str, Any] = {}
    for name, (add, remove) in _JOINED.items():
        if call.get(name) is not None and call.changed(name):
            item = call.aws().describe_vpc_endpoints(VpcEndpointIds=[call.id])["VpcEndpoints"][0]
            there = (
                [group["GroupId"] for group in item.get("Groups") or []]
                if name == "securityGroupIds"
                else (item.get(name[0].upper() + name[1:]) or [])
            )
            gone, added = moved(there, call.inputs[name])
            params |= {key: ids for key, ids in ((add, added), (remove, gone)) if ids}
    if call.changed("policy"):
        params |= {"PolicyDocument": call.inputs["policy"]} if call.get("policy") else {"ResetPolicy": True}
    for name, api in (("privateDnsEnabled", "PrivateDnsEnabled"), ("ipAddressType", "IpAddressType")):
        if call.changed(name) and call.get(name) is not None:
            params[api] = call.inputs[name]
    if params:
        call.aws().modify_vpc_endpoint(VpcEndpointId=call.id, **params)


_ITEM = "VpcEndpoints[?State!='deleted'] | [0]"

VPC_ENDPOINT = Emulated(
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    service="ec2",
    exact=True,
    create=Create(
        "create_vpc_endpoint",
        id="VpcEndpoint.VpcEndpointId",
        send={"policy": "PolicyDocument"},
        also=_network,
    ),
    read=Read(
        "describe_vpc_endpoints",
        by="VpcEndpointIds[]",
        item=_ITEM,
        take={
            "policy": "PolicyDocument",
            "dnsOptions": lambda item: {"DnsRecordIpType": _RECORDS.get(item["VpcEndpointType"], "ipv4")},
        },
        absent={"routeTableIds": [], "subnetIds": [], "networkInterfaceIds": [], "dnsEntries": []},
        more=_endpoint,
    ),
    settle=_settle,
    delete=lambda call: call.aws().delete_vpc_endpoints(VpcEndpointIds=[call.id]),
    tags=ec2_tags("vpc-endpoint"),
    replace_on=(
        "vpcId",
        "serviceName",
        "vpcEndpointType",
        "serviceRegion",
        "resourceConfigurationArn",
        "serviceNetworkArn",
    ),
    unordered=("routeTableIds", "subnetIds", "securityGroupIds", "subnetConfigurations"),
)


def _read_item(call: Call, endpoint: str) -> Any:
    items = call.aws().describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"]
    return first(item for item in items if item["State"] != "deleted")


def _joining(token: str, name: str, listed: str) -> Emulated:
    """A type that joins one route table, subnet or security group to an endpoint. An import gives `ENDPOINT/MEMBER`."""
    add, remove = _JOINED[listed]

    def pair(call: Call) -> tuple[str, str]:
        if "/" in call.id:
            endpoint, _, member = call.id.partition("/")
            return endpoint, member
        known = {**call.state, **call.inputs}
        return str(known["vpcEndpointId"]), str(known[name])

    def create(call: Call) -> str:
        endpoint, member = pair(call)
        call.aws().modify_vpc_endpoint(VpcEndpointId=endpoint, **{add: [member]})
        return f"a-{endpoint}{string_hash(member)}"

    def read(call: Call) -> dict[str, Any] | None:
        endpoint, member = pair(call)
        item = _read_item(call, endpoint) or {}
        groups = [group["GroupId"] for group in item.get("Groups") or []]
        there = groups if listed == "securityGroupIds" else item.get(listed[0].upper() + listed[1:]) or []
        if member not in there:
            return None
        call.id = f"a-{endpoint}{string_hash(member)}"
        return {"vpcEndpointId": endpoint, name: member}

    def delete(call: Call) -> None:
        endpoint, member = pair(call)
        call.aws().modify_vpc_endpoint(VpcEndpointId=endpoint, **{remove: [member]})

    return Emulated(
        token,
        service="ec2",
        exact=True,
        create=create,
        read=read,
        delete=delete,
        replace_on=("vpcEndpointId", name),
    )


ROUTE_TABLE_ASSOCIATION = _joining(
    "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
    "routeTableId",
    "routeTableIds",
)
SUBNET_ASSOCIATION = _joining(
    "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation", "subnetId", "subnetIds"
)
SECURITY_GROUP_ASSOCIATION = _joining(
    "aws:ec2/securityGroupAssociation:SecurityGroupAssociation", "securityGroupId", "securityGroupIds"
)


def _put_policy(call: Call) -> str:
    endpoint = str(call.inputs["vpcEndpointId"])
    policy = {"PolicyDocument": call.inputs["policy"]} if call.get("policy") else {"ResetPolicy": True}
    call.aws().modify_vpc_endpoint(VpcEndpointId=endpoint, **policy)
    return endpoint


def _read_policy(call: Call) -> dict[str, Any] | None:
    item = _read_item(call, call.id)
    return item and {"vpcEndpointId": call.id, "policy": item["PolicyDocument"]}


ENDPOINT_POLICY = Emulated(
    "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy",
    service="ec2",
    exact=True,
    create=_put_policy,
    read=_read_policy,
    update=lambda call: (_put_policy(call), None)[1],
    delete=lambda call: call.aws().modify_vpc_endpoint(VpcEndpointId=call.id, ResetPolicy=True),
    replace_on=("vpcEndpointId",),
)

TYPES = (
    VPC_ENDPOINT,
    ROUTE_TABLE_ASSOCIATION,
    SUBNET_ASSOCIATION,
    SECURITY_GROUP_ASSOCIATION,
    ENDPOINT_POLICY,
)
