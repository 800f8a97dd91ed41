"""VPC endpoints.

moto names interface endpoints under the wrong domain, gives them addresses outside of their subnets, and no interfaces in
subnets that are added later. Gateway endpoints get no routes in tables that are added later, and then can't be deleted.
"""

from __future__ import annotations

import json
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models.vpcs import VPCBackend, VPCEndPoint
from moto.ec2.responses.vpcs import VPCs
from moto.moto_api._internal import mock_random

from tools.emulator.additions import method

ZONE = "Z7HUB22UULQXV"
"""The hosted zone that the names of endpoints are in."""


def _names(backend: Any, endpoint: Any) -> list[dict[str, str]]:
    """The names of an interface endpoint: one for the Region, one a zone, and the service's own with private DNS."""
    service = endpoint.service_name.removeprefix("com.amazonaws.")
    region = backend.region_name
    short = service.removeprefix(f"{region}.")
    unique = f"{endpoint.id}-{mock_random.get_random_hex(8)}"
    zones = sorted({backend.get_subnet(subnet).availability_zone for subnet in endpoint.subnet_ids or []})
    tail = f"{short}.{region}.vpce.amazonaws.com"
    found = [{"DnsName": f"{unique}.{tail}", "HostedZoneId": ZONE}]
    found += [{"DnsName": f"{unique}-{zone}.{tail}", "HostedZoneId": ZONE} for zone in zones]
    if endpoint.private_dns_enabled:
        found.append(
            {"DnsName": f"{short}.{region}.amazonaws.com", "HostedZoneId": f"Z0{endpoint.id[5:].upper()}"}
        )
    return found


def _interfaces(backend: Any, endpoint: Any) -> None:
    """One network interface in each subnet."""
    there = {backend.get_network_interface(eni).subnet.id: eni for eni in endpoint.network_interface_ids}
    for subnet, eni in there.items():
        if subnet not in endpoint.subnet_ids:
            backend.delete_network_interface(eni)
    endpoint.network_interface_ids = [
        there.get(subnet)
        or backend.create_network_interface(subnet, None, group_ids=endpoint.security_group_ids).id
        for subnet in endpoint.subnet_ids
    ]


def _routes(backend: Any, endpoint: Any, before: list[str]) -> None:
    """The route to a gateway endpoint's service, in each of its route tables."""
    prefix = endpoint.destination_prefix_list_id
    if not prefix:
        return
    for table in before:
        if table not in endpoint.route_table_ids and table in backend.route_tables:
            backend.route_tables[table]._routes.pop(f"{table}~{prefix}", None)  # noqa: SLF001 -- moto's delete_route
    for table in endpoint.route_table_ids:
        if table not in before:
            backend.create_route(table, None, gateway_id=endpoint.id, destination_prefix_list_id=prefix)


def install() -> None:
    """Put endpoints right."""
    VPCEndPoint.ip_address_type = "ipv4"
    VPCEndPoint.requester_managed = False
    _install_creation()
    _install_change()
    _install_deletion()


def _install_creation() -> None:
    made = VPCBackend.create_vpc_endpoint

    @method(VPCBackend)
    def create_vpc_endpoint(self: Any, **given: Any) -> Any:
        interface = str(given.get("endpoint_type")).lower() == "interface"
        subnets = given.pop("subnet_ids", None) or []
        endpoint = made(self, subnet_ids=[], **given)
        endpoint.subnet_ids = list(subnets)
        if interface:
            _interfaces(self, endpoint)
            endpoint.dns_entries = _names(self, endpoint)
        return endpoint

    created = VPCs.create_vpc_endpoint

    @method(VPCs, "create_vpc_endpoint")
    def create_response(self: Any) -> ActionResult:
        answer = created(self)
        endpoint = answer.result["VpcEndpoint"]
        endpoint.ip_address_type = self._get_param("IpAddressType") or "ipv4"
        return answer


def _install_change() -> None:
    @method(VPCs)
    def modify_vpc_endpoint(self: Any) -> ActionResult:
        backend = self.ec2_backend
        endpoint = backend.describe_vpc_endpoints(vpc_end_point_ids=[self._get_param("VpcEndpointId")])[0]
        tables = list(endpoint.route_table_ids)
        both = [(f"Add{kind}Ids", f"Remove{kind}Ids") for kind in ("Subnet", "RouteTable", "SecurityGroup")]
        listed = [[self._get_param(name, []) for name in pair] for pair in both]
        endpoint.modify(self._get_param("PolicyDocument"), *[ids for pair in listed for ids in pair])
        if self._get_param("ResetPolicy"):
            endpoint.policy_document = json.dumps(VPCEndPoint.DEFAULT_POLICY)
        endpoint.ip_address_type = self._get_param("IpAddressType") or endpoint.ip_address_type
        private = self._get_param("PrivateDnsEnabled")
        if private is not None:
            endpoint.private_dns_enabled = private
        if str(endpoint.vpc_endpoint_type).lower() == "interface":
            _interfaces(backend, endpoint)
            endpoint.dns_entries = _names(backend, endpoint)
        _routes(backend, endpoint, tables)
        return ActionResult({"Return": True})


def _install_deletion() -> None:
    @method(VPCBackend)
    def delete_vpc_endpoints(self: Any, vpce_ids: list[str] | None = None) -> None:
        for vpce_id in vpce_ids or []:
            endpoint = self.vpc_end_points.get(vpce_id)
            if endpoint is None or endpoint.state == "deleted":
                continue
            before, endpoint.route_table_ids, endpoint.subnet_ids = endpoint.route_table_ids, [], []
            _interfaces(self, endpoint)
            _routes(self, endpoint, before)
            endpoint.state = "deleted"
