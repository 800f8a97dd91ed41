"""Routes.

moto forgets the prefix list of a route to a network interface, and changes the targets of a route to some kinds only.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import EmptyResult
from moto.ec2.models.route_tables import RouteBackend
from moto.ec2.responses.route_tables import RouteTables
from moto.ec2.utils import generate_route_id

from tools.emulator.additions import asked, method

# Parameter -> argument of moto's `create_route`.
_TARGETS = {
    "GatewayId": "gateway_id",
    "InstanceId": "instance_id",
    "NatGatewayId": "nat_gateway_id",
    "EgressOnlyInternetGatewayId": "egress_only_igw_id",
    "TransitGatewayId": "transit_gateway_id",
    "NetworkInterfaceId": "interface_id",
    "VpcPeeringConnectionId": "vpc_peering_connection_id",
    "CarrierGatewayId": "carrier_gateway_id",
    "VpcEndpointId": "vpc_endpoint_id",
}


def _routes(table: Any) -> dict[str, Any]:
    found: dict[str, Any] = table._routes  # noqa: SLF001 -- moto's own functions work on it
    return found


def install() -> None:
    """Put routes right."""
    made = RouteBackend.create_route

    @method(RouteBackend)
    def create_route(self: Any, route_table_id: str, *where: Any, **given: Any) -> Any:
        route = made(self, route_table_id, *where, **given)
        prefixes = given.get("destination_prefix_list_id") or (where[2] if len(where) > 2 else None)
        if prefixes and route.destination_prefix_list is None:
            routes = _routes(route.route_table)
            routes.pop(route.id)
            route.destination_prefix_list = self.managed_prefix_lists.get(prefixes)
            route.id = generate_route_id(route_table_id, None, None, prefixes)
            routes[route.id] = route
        return route

    replaced = RouteTables.replace_route

    @method(RouteTables)
    def replace_route(self: Any) -> EmptyResult:
        backend, table_id = self.ec2_backend, asked(self, "RouteTableId")
        table = backend.get_route_table(table_id)
        names = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
        where = [asked(self, name) for name in names]
        key = generate_route_id(table_id, *where)
        before = _routes(table).pop(key, None)
        if before is None:
            # There is no such route: moto's own answer says so.
            return replaced(self)
        targets = {argument: asked(self, name) for name, argument in _TARGETS.items()}
        try:
            backend.create_route(table_id, *where, **targets)
        except Exception:
            _routes(table)[key] = before
            raise
        return EmptyResult()
