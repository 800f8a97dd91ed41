"""EC2: route tables, routes, and what they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call, Create, Emulated, Read
from tools.emulator.services._ec2 import filters, first, moved, owned, string_hash
from tools.emulator.services._ec2_routes import (
    DESTINATIONS,
    TARGETS,
    as_blocks,
    destination_of,
    normal_routes,
    target_of,
    targets,
)
from tools.emulator.services._tags import ec2_tags


def _table(call: Call, item: Mapping[str, Any]) -> Mapping[str, Any]:
    gateways = [vgw["GatewayId"] for vgw in item.get("PropagatingVgws") or []]
    return {
        **owned(call, "route-table"),
        "routes": as_blocks(item.get("Routes") or [], call.get("routes", [])),
        "propagatingVgws": gateways or call.get("propagatingVgws", []),
    }


def _settle_routes(call: Call) -> None:
    """Bring the routes of a table to `routes`, where that is given: replaced where only the target differs."""
    if call.get("routes") is None or (call.old and not call.changed("routes")):
        return
    client = call.aws()
    table = client.describe_route_tables(RouteTableIds=[call.id])["RouteTables"][0]
    before = {_key(block): block for block in as_blocks(table.get("Routes") or [], call.inputs["routes"])}
    wanted = {_key(block): block for block in normal_routes(call.inputs["routes"])}
    gone, added = moved(before, wanted)
    for key in gone:
        client.delete_route(RouteTableId=call.id, **destination_of(before[key]))
    for key in added:
        client.create_route(RouteTableId=call.id, **destination_of(wanted[key]), **target_of(wanted[key]))
    for key, block in wanted.items():
        if key in before and before[key] != block and block.get("gatewayId") != "local":
            client.replace_route(RouteTableId=call.id, **destination_of(block), **target_of(block))


def _key(block: Mapping[str, Any]) -> str:
    return next(iter(destination_of(block).values()))


_READ_TABLE = Read("describe_route_tables", by="RouteTableIds[]", item="RouteTables[0]", more=_table)


def _delete_table(call: Call) -> None:
    client = call.aws()
    table = client.describe_route_tables(RouteTableIds=[call.id])["RouteTables"][0]
    for association in table.get("Associations") or []:
        if not association.get("Main"):
            client.disassociate_route_table(AssociationId=association["RouteTableAssociationId"])
    client.delete_route_table(RouteTableId=call.id)


ROUTE_TABLE = Emulated(
    "aws:ec2/routeTable:RouteTable",
    service="ec2",
    exact=True,
    create=Create("create_route_table", id="RouteTable.RouteTableId"),
    read=_READ_TABLE,
    settle=_settle_routes,
    delete=_delete_table,
    tags=ec2_tags("route-table"),
    replace_on=("vpcId",),
    unordered=("routes", "propagatingVgws"),
    normal={"routes": normal_routes},
)


def _adopt(call: Call) -> str:
    """Take over a VPC's main route table, without the routes that are there."""
    client, table_id = call.aws(), str(call.inputs["defaultRouteTableId"])
    table = client.describe_route_tables(RouteTableIds=[table_id])["RouteTables"][0]
    for block in as_blocks(table.get("Routes") or []):
        client.delete_route(RouteTableId=table_id, **destination_of(block))
    return table_id


def _read_default(call: Call) -> dict[str, Any] | None:
    if call.id.startswith("vpc-"):
        # An import names the VPC.
        wanted = [*filters(vpc_id=call.id), *filters(**{"association.main": "true"})]
        table = first(call.aws().describe_route_tables(Filters=wanted)["RouteTables"])
        if table is None:
            return None
        call.id = table["RouteTableId"]
    found = _READ_TABLE(call)
    return found and {**found, "defaultRouteTableId": call.id}


DEFAULT_ROUTE_TABLE = Emulated(
    "aws:ec2/defaultRouteTable:DefaultRouteTable",
    service="ec2",
    exact=True,
    create=_adopt,
    read=_read_default,
    settle=_settle_routes,
    delete=lambda _: None,
    tags=ec2_tags("route-table"),
    replace_on=("defaultRouteTableId",),
    unordered=("routes", "propagatingVgws"),
    normal={"routes": normal_routes},
)


def _route_id(table: str, destination: str) -> str:
    return f"r-{table}{string_hash(destination)}"


def _create_route(call: Call) -> str:
    destination = destination_of(call.inputs)
    table = str(call.inputs["routeTableId"])
    call.aws().create_route(RouteTableId=table, **destination, **target_of(call.inputs))
    return _route_id(table, *destination.values())


def _read_route(call: Call) -> dict[str, Any] | None:
    if "_" in call.id:
        # An import: TABLE_DESTINATION.
        table, destination = call.id.split("_", 1)
    else:
        known = {**call.state, **call.inputs}
        table, destination = str(known["routeTableId"]), _key(known)
    item = first(call.aws().describe_route_tables(RouteTableIds=[table])["RouteTables"])
    route = first(r for r in item.get("Routes") or [] if destination in (r.get(api) for api in DESTINATIONS))
    if route is None:
        return None
    call.id = _route_id(table, destination)
    return {
        "routeTableId": table,
        **{api[0].lower() + api[1:]: route.get(api, "") for api in DESTINATIONS},
        **dict.fromkeys(TARGETS.values(), ""),
        "vpcEndpointId": "",
        **targets(route),
        "instanceId": route.get("InstanceId", ""),
        "instanceOwnerId": route.get("InstanceOwnerId", ""),
        "origin": route.get("Origin", "CreateRoute"),
        "state": route.get("State", "active"),
    }


def _replace_route(call: Call) -> None:
    if call.changed(*TARGETS.values(), "vpcEndpointId"):
        table = call.inputs["routeTableId"]
        call.aws().replace_route(RouteTableId=table, **destination_of(call.inputs), **target_of(call.inputs))


def _delete_route(call: Call) -> None:
    known = {**call.state, **call.inputs}
    call.aws().delete_route(RouteTableId=known["routeTableId"], **destination_of(known))


ROUTE = Emulated(
    "aws:ec2/route:Route",
    service="ec2",
    exact=True,
    create=_create_route,
    read=_read_route,
    update=_replace_route,
    delete=_delete_route,
    replace_on=(
        "routeTableId",
        "destinationCidrBlock",
        "destinationIpv6CidrBlock",
        "destinationPrefixListId",
    ),
    known=lambda call: (
        {"instanceId": "", "instanceOwnerId": ""} if not call.get("networkInterfaceId") else {}
    ),
)


def _read_association(call: Call) -> dict[str, Any] | None:
    """An association by its id, or by what it joins: an import gives SUBNET/TABLE, and a change of table gives a new id."""
    client = call.aws()
    known = {**call.state, **call.inputs}
    target = call.id.split("/")[0] if "/" in call.id else known.get("subnetId") or known.get("gatewayId")
    tables = client.describe_route_tables(
        Filters=filters(**{"association.route-table-association-id": call.id})
        if not target
        else filters(**{"association.subnet-id": str(target)})
    )["RouteTables"]
    for table in tables:
        for there in table.get("Associations") or []:
            joined = there.get("SubnetId") or there.get("GatewayId")
            if there["RouteTableAssociationId"] == call.id or (target and joined == target):
                if "/" in call.id:
                    call.id = there["RouteTableAssociationId"]
                side = "subnetId" if there.get("SubnetId") else "gatewayId"
                return {"subnetId": "", "gatewayId": "", side: joined, "routeTableId": table["RouteTableId"]}
    return None


def _association_id(call: Call) -> str:
    """The id that the association has now; it is another one after its table has changed."""
    target = call.inputs.get("subnetId") or call.inputs.get("gatewayId")
    tables = call.aws().describe_route_tables(Filters=filters(**{"association.subnet-id": str(target)}))[
        "RouteTables"
    ]
    return str(
        first(
            there["RouteTableAssociationId"]
            for table in tables
            for there in table["Associations"]
            if target in (there.get("SubnetId"), there.get("GatewayId"))
        )
        or call.id
    )


ROUTE_TABLE_ASSOCIATION = Emulated(
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    service="ec2",
    exact=True,
    create=Create("associate_route_table", id="AssociationId"),
    read=_read_association,
    update=lambda call: call.aws().replace_route_table_association(
        AssociationId=_association_id(call), RouteTableId=call.inputs["routeTableId"]
    ),
    delete=lambda call: call.aws().disassociate_route_table(AssociationId=_association_id(call)),
    replace_on=("subnetId", "gatewayId"),
)


def _main(call: Call) -> Any:
    wanted = [
        *filters(vpc_id=str({**call.state, **call.inputs}["vpcId"])),
        *filters(**{"association.main": "true"}),
    ]
    table = first(call.aws().describe_route_tables(Filters=wanted)["RouteTables"])
    there = first(a for a in (table or {}).get("Associations", []) if a.get("Main"))
    return table, there


def _make_main(call: Call) -> str:
    table, there = _main(call)
    call.state["originalRouteTableId"] = table["RouteTableId"]
    answer = call.aws().replace_route_table_association(
        AssociationId=there["RouteTableAssociationId"], RouteTableId=call.inputs["routeTableId"]
    )
    return str(answer["NewAssociationId"])


def _read_main(call: Call) -> dict[str, Any] | None:
    table, _ = _main(call)
    if table is None:
        return None
    return {
        "vpcId": table["VpcId"],
        "routeTableId": table["RouteTableId"],
        "originalRouteTableId": call.state.get("originalRouteTableId", ""),
    }


def _replace_main(call: Call, table: str) -> None:
    _, there = _main(call)
    call.aws().replace_route_table_association(
        AssociationId=there["RouteTableAssociationId"], RouteTableId=table
    )


MAIN_ROUTE_TABLE_ASSOCIATION = Emulated(
    "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation",
    service="ec2",
    exact=True,
    create=_make_main,
    read=_read_main,
    update=lambda call: _replace_main(call, str(call.inputs["routeTableId"])),
    delete=lambda call: _replace_main(call, str(call.state["originalRouteTableId"])),
    replace_on=("vpcId",),
)

TYPES = (
    ROUTE_TABLE,
    DEFAULT_ROUTE_TABLE,
    ROUTE,
    ROUTE_TABLE_ASSOCIATION,
    MAIN_ROUTE_TABLE_ASSOCIATION,
)
