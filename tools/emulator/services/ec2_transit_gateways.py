"""EC2: transit gateways, the VPCs that hang on them, their route tables and routes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call, Create, Emulated, Read
from tools.emulator.mapping import take
from tools.emulator.services._ec2 import filters, first, moved
from tools.emulator.services._tags import EC2_TAGS_LATER, ec2_tags

_OPTIONS = (
    "amazonSideAsn", "autoAcceptSharedAttachments", "defaultRouteTableAssociation", "defaultRouteTablePropagation",
    "dnsSupport", "multicastSupport", "securityGroupReferencingSupport", "transitGatewayCidrBlocks", "vpnEcmpSupport",
)  # fmt: skip
_FIXED = ("multicastSupport",)


def _options(call: Call, names: tuple[str, ...]) -> dict[str, Any]:
    return {name[0].upper() + name[1:]: call.inputs[name] for name in names if call.get(name) is not None}


def _gateway(call: Call, item: Mapping[str, Any]) -> Mapping[str, Any]:
    options = item.get("Options") or {}
    given = take(call.type, options)
    given.pop("tags", None)
    return {
        **given,
        "arn": item["TransitGatewayArn"],
        "amazonSideAsn": int(options.get("AmazonSideAsn") or 64512),
        "transitGatewayCidrBlocks": options.get("TransitGatewayCidrBlocks") or [],
        "encryptionSupport": call.get("encryptionSupport", "disable"),
    }


def _settle(call: Call) -> None:
    names = tuple(name for name in _OPTIONS if name not in _FIXED and name != "transitGatewayCidrBlocks")
    if not call.old or not call.changed("description", "transitGatewayCidrBlocks", *names):
        return
    params: dict[str, Any] = {"Options": _options(call, names)}
    if call.get("description"):
        params["Description"] = call.inputs["description"]
    call.aws().modify_transit_gateway(TransitGatewayId=call.id, **params)


_READ = Read(
    "describe_transit_gateways",
    by="TransitGatewayIds[]",
    item="TransitGateways[?State!='deleted'] | [0]",
    absent={"description": ""},
    more=_gateway,
)


def _delete(call: Call) -> None:
    if _READ.fetch(call):
        call.aws().delete_transit_gateway(TransitGatewayId=call.id)


TRANSIT_GATEWAY = Emulated(
    "aws:ec2transitgateway/transitGateway:TransitGateway",
    service="ec2",
    exact=True,
    create=Create(
        "create_transit_gateway",
        id="TransitGateway.TransitGatewayId",
        only=("description",),
        also=lambda call: {"Options": _options(call, _OPTIONS)},
    ),
    read=_READ,
    settle=_settle,
    delete=_delete,
    tags=ec2_tags("transit-gateway"),
    replace_on=_FIXED,
)

_ATTACHED = ("applianceModeSupport", "dnsSupport", "ipv6Support", "securityGroupReferencingSupport")


def _attachment(call: Call, item: Mapping[str, Any]) -> Mapping[str, Any]:
    options = item.get("Options") or {}
    tables = call.aws().describe_transit_gateway_route_tables(
        Filters=filters(transit_gateway_id=str(item["TransitGatewayId"]))
    )["TransitGatewayRouteTables"]
    associated, propagated = _where(call, tables)
    return {
        "arn": call.arn("ec2", f"transit-gateway-attachment/{call.id}"),
        **{name: options.get(name[0].upper() + name[1:], "disable") for name in _ATTACHED},
        "transitGatewayDefaultRouteTableAssociation": associated,
        "transitGatewayDefaultRouteTablePropagation": propagated,
    }


def _where(call: Call, tables: list[Mapping[str, Any]]) -> tuple[bool, bool]:
    """Whether the attachment is in the default association and in the default propagation route table."""
    client, found = call.aws(), [False, False]
    listings = (
        ("DefaultAssociationRouteTable", client.get_transit_gateway_route_table_associations, "Associations"),
        (
            "DefaultPropagationRouteTable",
            client.get_transit_gateway_route_table_propagations,
            "TransitGatewayRouteTablePropagations",
        ),
    )
    for index, (default, listing, key) in enumerate(listings):
        for table in tables:
            if table.get(default):
                there = listing(TransitGatewayRouteTableId=table["TransitGatewayRouteTableId"])[key]
                found[index] = any(item["TransitGatewayAttachmentId"] == call.id for item in there)
    return found[0], found[1]


def _settle_attachment(call: Call) -> None:
    client = call.aws()
    if call.old and call.changed("subnetIds", *_ATTACHED):
        gone, added = moved(call.old.get("subnetIds"), call.inputs["subnetIds"])
        client.modify_transit_gateway_vpc_attachment(
            TransitGatewayAttachmentId=call.id,
            AddSubnetIds=added,
            RemoveSubnetIds=gone,
            Options=_options(call, _ATTACHED),
        )
    _settle_default(call)


def _settle_default(call: Call) -> None:
    """Join the gateway's default route tables, or keep out of them."""
    client = call.aws()
    gateway = client.describe_transit_gateways(TransitGatewayIds=[call.inputs["transitGatewayId"]])[
        "TransitGateways"
    ][0]
    table = gateway["Options"].get("AssociationDefaultRouteTableId")
    if not table:
        return
    tables = client.describe_transit_gateway_route_tables(TransitGatewayRouteTableIds=[table])
    associated, propagated = _where(call, tables["TransitGatewayRouteTables"])
    names = {"TransitGatewayRouteTableId": table, "TransitGatewayAttachmentId": call.id}
    on = gateway["Options"].get("DefaultRouteTableAssociation") == "enable"
    wanted = bool(call.get("transitGatewayDefaultRouteTableAssociation", on))
    if wanted != associated:
        kind = "associate" if wanted else "disassociate"
        getattr(client, f"{kind}_transit_gateway_route_table")(**names)
    on = gateway["Options"].get("DefaultRouteTablePropagation") == "enable"
    wanted = bool(call.get("transitGatewayDefaultRouteTablePropagation", on))
    if wanted != propagated:
        kind = "enable" if wanted else "disable"
        getattr(client, f"{kind}_transit_gateway_route_table_propagation")(**names)


_READ_ATTACHMENT = Read(
    "describe_transit_gateway_vpc_attachments",
    by="TransitGatewayAttachmentIds[]",
    item="TransitGatewayVpcAttachments[?State!='deleted'] | [0]",
    more=_attachment,
)


def _delete_attachment(call: Call) -> None:
    if _READ_ATTACHMENT.fetch(call):
        call.aws().delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=call.id)


VPC_ATTACHMENT = Emulated(
    "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
    service="ec2",
    exact=True,
    create=Create(
        "create_transit_gateway_vpc_attachment",
        id="TransitGatewayVpcAttachment.TransitGatewayAttachmentId",
        only=("subnetIds", "transitGatewayId", "vpcId"),
        also=lambda call: {"Options": _options(call, _ATTACHED)},
    ),
    read=_READ_ATTACHMENT,
    settle=_settle_attachment,
    delete=_delete_attachment,
    # moto takes an attachment's tags under the wrong name when it is created.
    tags=EC2_TAGS_LATER,
    replace_on=("transitGatewayId", "vpcId"),
    unordered=("subnetIds",),
)

_READ_TABLE = Read(
    "describe_transit_gateway_route_tables",
    by="TransitGatewayRouteTableIds[]",
    item="TransitGatewayRouteTables[?State!='deleted'] | [0]",
    more=lambda call, _: {"arn": call.arn("ec2", f"transit-gateway-route-table/{call.id}")},
)


def _delete_table(call: Call) -> None:
    if _READ_TABLE.fetch(call):
        call.aws().delete_transit_gateway_route_table(TransitGatewayRouteTableId=call.id)


ROUTE_TABLE = Emulated(
    "aws:ec2transitgateway/routeTable:RouteTable",
    service="ec2",
    exact=True,
    create=Create(
        "create_transit_gateway_route_table", id="TransitGatewayRouteTable.TransitGatewayRouteTableId"
    ),
    read=_READ_TABLE,
    delete=_delete_table,
    tags=ec2_tags("transit-gateway-route-table"),
    replace_on=("transitGatewayId",),
)


def _create_route(call: Call) -> str:
    table, cidr = str(call.inputs["transitGatewayRouteTableId"]), str(call.inputs["destinationCidrBlock"])
    target: dict[str, Any] = {"Blackhole": bool(call.get("blackhole", False))}
    if call.get("transitGatewayAttachmentId"):
        target["TransitGatewayAttachmentId"] = call.inputs["transitGatewayAttachmentId"]
    call.aws().create_transit_gateway_route(
        TransitGatewayRouteTableId=table, DestinationCidrBlock=cidr, **target
    )
    return f"{table}_{cidr}"


def _read_route(call: Call) -> dict[str, Any] | None:
    table, _, cidr = call.id.partition("_")
    answer = call.aws().search_transit_gateway_routes(
        TransitGatewayRouteTableId=table, Filters=filters(**{"route-search.exact-match": cidr})
    )
    there = first(answer["Routes"])
    if there is None:
        return None
    attachment = first(there.get("TransitGatewayAttachments") or []) or {}
    return {
        "transitGatewayRouteTableId": table,
        "destinationCidrBlock": cidr,
        "blackhole": there["State"] == "blackhole",
        "transitGatewayAttachmentId": attachment.get("TransitGatewayAttachmentId")
        or call.get("transitGatewayAttachmentId", ""),
    }


def _delete_route(call: Call) -> None:
    table, _, cidr = call.id.partition("_")
    if _read_route(call):
        call.aws().delete_transit_gateway_route(TransitGatewayRouteTableId=table, DestinationCidrBlock=cidr)


ROUTE = Emulated(
    "aws:ec2transitgateway/route:Route",
    service="ec2",
    exact=True,
    create=_create_route,
    read=_read_route,
    delete=_delete_route,
    replace_on=(
        "destinationCidrBlock",
        "transitGatewayRouteTableId",
        "blackhole",
        "transitGatewayAttachmentId",
    ),
)


def _relation(token: str, add: str, remove: str, listing: str, key: str) -> Emulated:
    """A type that joins an attachment to a route table: `TABLE_ATTACHMENT`."""

    def names(call: Call) -> dict[str, str]:
        table, _, attachment = call.id.partition("_")
        return {"TransitGatewayRouteTableId": table, "TransitGatewayAttachmentId": attachment}

    def create(call: Call) -> str:
        table, attachment = (
            call.inputs["transitGatewayRouteTableId"],
            call.inputs["transitGatewayAttachmentId"],
        )
        call.id = f"{table}_{attachment}"
        getattr(call.aws(), add)(**names(call))
        return call.id

    def read(call: Call) -> dict[str, Any] | None:
        named = names(call)
        table, attachment = named["TransitGatewayRouteTableId"], named["TransitGatewayAttachmentId"]
        items = getattr(call.aws(), listing)(TransitGatewayRouteTableId=table)[key]
        there = first(item for item in items if item["TransitGatewayAttachmentId"] == attachment)
        return there and {
            "transitGatewayRouteTableId": table,
            "transitGatewayAttachmentId": attachment,
            "resourceId": there.get("ResourceId", ""),
            "resourceType": there.get("ResourceType", ""),
        }

    def delete(call: Call) -> None:
        if read(call):
            getattr(call.aws(), remove)(**names(call))

    return Emulated(
        token,
        service="ec2",
        exact=True,
        create=create,
        read=read,
        delete=delete,
        replace_on=("transitGatewayAttachmentId", "transitGatewayRouteTableId"),
    )


ASSOCIATION = _relation(
    "aws:ec2transitgateway/routeTableAssociation:RouteTableAssociation",
    "associate_transit_gateway_route_table",
    "disassociate_transit_gateway_route_table",
    "get_transit_gateway_route_table_associations",
    "Associations",
)
PROPAGATION = _relation(
    "aws:ec2transitgateway/routeTablePropagation:RouteTablePropagation",
    "enable_transit_gateway_route_table_propagation",
    "disable_transit_gateway_route_table_propagation",
    "get_transit_gateway_route_table_propagations",
    "TransitGatewayRouteTablePropagations",
)

TYPES = (TRANSIT_GATEWAY, VPC_ATTACHMENT, ROUTE_TABLE, ROUTE, ASSOCIATION, PROPAGATION)
