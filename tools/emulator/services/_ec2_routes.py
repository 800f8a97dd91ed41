"""Routes in the forms of the API and of the three types that hold them: `Route`, `RouteTable`, `DefaultRouteTable`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tools.emulator.services._ec2 import present

# Name in the API -> name as a target in a route table's `routes` and in a `Route`.
TARGETS = {
    "CarrierGatewayId": "carrierGatewayId",
    "CoreNetworkArn": "coreNetworkArn",
    "EgressOnlyInternetGatewayId": "egressOnlyGatewayId",
    "GatewayId": "gatewayId",
    "LocalGatewayId": "localGatewayId",
    "NatGatewayId": "natGatewayId",
    "NetworkInterfaceId": "networkInterfaceId",
    "OdbNetworkArn": "odbNetworkArn",
    "TransitGatewayId": "transitGatewayId",
    "VpcPeeringConnectionId": "vpcPeeringConnectionId",
}
DESTINATIONS = {
    "DestinationCidrBlock": "cidrBlock",
    "DestinationIpv6CidrBlock": "ipv6CidrBlock",
    "DestinationPrefixListId": "destinationPrefixListId",
}


def destination_of(route: Mapping[str, Any]) -> dict[str, str]:
    """A route's destination as a parameter; a route has one. Works for the API's form and for both property forms."""
    for api, short in DESTINATIONS.items():
        value = route.get(api) or route.get(short) or route.get(api[0].lower() + api[1:])
        if value:
            return {api: str(value)}
    raise ValueError("a route needs a destination: an IPv4 range, an IPv6 range or a prefix list")


def target_of(route: Mapping[str, Any]) -> dict[str, str]:
    """A route's target as parameters."""
    found = {api: str(route[name]) for api, name in TARGETS.items() if route.get(name)}
    if route.get("instanceId"):
        found["InstanceId"] = str(route["instanceId"])
    if route.get("vpcEndpointId"):
        # Gateway Load Balancer endpoints are targets of their own; moto knows endpoints as gateways too.
        found["VpcEndpointId"] = str(route["vpcEndpointId"])
    return found


def targets(route: Mapping[str, Any]) -> dict[str, str]:
    """The target of an API route as properties; a gateway that is an endpoint is told apart from the others."""
    found = {name: str(route[api]) for api, name in TARGETS.items() if route.get(api)}
    if found.get("gatewayId", "").startswith("vpce-"):
        found["vpcEndpointId"] = found.pop("gatewayId")
    return found


def as_blocks(
    routes: Iterable[Mapping[str, Any]], given: Iterable[Mapping[str, Any]] = ()
) -> list[dict[str, str]]:
    """API routes as a route table's `routes`: without those that AWS and gateway endpoints put there themselves.

    A local route is shown where the program gives it.
    """
    wanted = {next(iter(destination_of(route).values())) for route in given}
    found = []
    for route in routes:
        gateway = route.get("GatewayId") or ""
        endpoint = gateway.startswith("vpce-") and route.get("DestinationPrefixListId")
        local = gateway == "local" and next(iter(destination_of(route).values())) not in wanted
        if route.get("Origin") == "EnableVgwRoutePropagation" or endpoint or local:
            continue
        destination = {short: route[api] for api, short in DESTINATIONS.items() if route.get(api)}
        found.append({**destination, **targets(route)})
    return found


def normal_routes(routes: Any) -> Any:
    """The one form of `routes`: without empty fields, and without an order."""
    if not isinstance(routes, list):
        return routes
    return sorted((present(route) for route in routes), key=lambda route: sorted(route.items()))
