"""NAT gateways.

moto knows none that stand for a whole Region, no second addresses, and gives addresses outside of the subnet's range.
A regional gateway has an address in each zone in which its VPC has a subnet when it is created (at least in one). The real
one follows the VPC's subnets on its own, within an hour or so.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.nat_gateways import NatGateway, NatGatewayBackend
from moto.ec2.responses.nat_gateways import NatGateways
from moto.ec2.utils import add_tag_specification, random_eip_association_id, random_nat_gateway_id

from tools.emulator.additions import asked, method


class _Gateway(NatGateway):  # type: ignore[misc]  # moto is untyped
    """A NAT gateway without moto's own setting up."""

    def __init__(self, backend: Any, vpc_id: str, subnet_id: str | None, kind: str, mode: str) -> None:
        self.id = random_nat_gateway_id()
        self.ec2_backend, self.vpc_id, self.subnet_id = backend, vpc_id, subnet_id
        self.connectivity_type, self.availability_mode = kind, mode
        self.address_set: list[dict[str, Any]] = []
        self.state = "available"
        self.route_table_id: str | None = None
        self.auto_scaling_ips: str | None = None
        self.auto_provision_zones: str | None = None
        self._created_at = utcnow()

    def add_address(self, subnet: str | None, allocation: str | None, private_ip: str | None = None) -> None:
        """An address in a subnet, with an Elastic IP address where one is given."""
        backend = self.ec2_backend
        address: dict[str, Any] = {"IsPrimary": not self.address_set, "Status": "succeeded"}
        if subnet:
            eni = backend.create_network_interface(subnet, private_ip)
            address |= {"NetworkInterfaceId": eni.id, "PrivateIp": eni.private_ip_address}
            if allocation:
                eip = backend.associate_address(eni=eni, allocation_id=allocation)
                address |= {"AssociationId": eip.association_id}
        if allocation:
            eip = backend.address_by_allocation([allocation])[0]
            # A regional gateway has no interface that the address could be on.
            eip.association_id = eip.association_id or random_eip_association_id()
            address |= {
                "AllocationId": allocation,
                "PublicIp": eip.public_ip,
                "AssociationId": eip.association_id,
            }
        self.address_set.append(address)

    def remove_address(self, address: dict[str, Any]) -> None:
        """Take an address away: the Elastic IP address is free again, the interface goes."""
        backend = self.ec2_backend
        association = address.get("AssociationId")
        if association and any(eip.association_id == association for eip in backend.addresses):
            backend.disassociate_address(association_id=association)
        backend.enis.pop(address.get("NetworkInterfaceId"), None)
        self.address_set.remove(address)


def _zonal(request: Any, backend: Any) -> _Gateway:
    subnet = backend.get_subnet(asked(request, "SubnetId"))
    kind = asked(request, "ConnectivityType", "public")
    gateway = _Gateway(backend, subnet.vpc_id, subnet.id, kind, "zonal")
    gateway.add_address(subnet.id, asked(request, "AllocationId"), asked(request, "PrivateIpAddress"))
    for allocation in asked(request, "SecondaryAllocationIds", []):
        gateway.add_address(subnet.id, allocation)
    for address in asked(request, "SecondaryPrivateIpAddresses", []):
        gateway.add_address(subnet.id, None, address)
    for _ in range(int(asked(request, "SecondaryPrivateIpAddressCount", 0))):
        gateway.add_address(subnet.id, None)
    return gateway


def _regional(request: Any, backend: Any) -> _Gateway:
    vpc = backend.get_vpc(asked(request, "VpcId"))
    gateway = _Gateway(backend, vpc.id, None, "public", "regional")
    given = asked(request, "AvailabilityZoneAddresses", [])
    automatic = "disabled" if given else "enabled"
    gateway.auto_scaling_ips = gateway.auto_provision_zones = automatic
    gateway.route_table_id = backend.create_route_table(vpc.id).id
    zones = {zone.name: zone.zone_id for zone in backend.describe_availability_zones()}
    names = {zone_id: name for name, zone_id in zones.items()}
    for item in given:
        zone = item.get("AvailabilityZone") or names[item["AvailabilityZoneId"]]
        for allocation in item.get("AllocationIds", []):
            _in_zone(gateway, zone, zones[zone], allocation)
    if not given:
        used = {subnet.availability_zone for subnet in backend.describe_subnets(filters={"vpc-id": [vpc.id]})}
        for zone in sorted(used) or sorted(zones)[:1]:
            _in_zone(gateway, zone, zones[zone], backend.allocate_address("vpc").allocation_id)
    return gateway


def _in_zone(gateway: _Gateway, zone: str, zone_id: str, allocation: str) -> None:
    gateway.add_address(None, allocation)
    gateway.address_set[-1] |= {"AvailabilityZone": zone, "AvailabilityZoneId": zone_id}


def install() -> None:
    """Put NAT gateways right."""
    _install_life()
    _install_elastic_addresses()
    _install_private_addresses()


def _install_life() -> None:
    @method(NatGateways)
    def create_nat_gateway(self: Any) -> ActionResult:
        backend = self.ec2_backend
        regional = self._get_param("AvailabilityMode") == "regional"
        gateway = _regional(self, backend) if regional else _zonal(self, backend)
        gateway.add_tags(add_tag_specification(self._get_param("TagSpecifications", [])) or {})
        backend.nat_gateways[gateway.id] = gateway
        return ActionResult({"NatGateway": gateway})

    @method(NatGatewayBackend)
    def delete_nat_gateway(self: Any, nat_gateway_id: str) -> Any:
        gateway = _find(self, nat_gateway_id)
        for address in list(gateway.address_set):
            allocation = address.get("AllocationId") if gateway.auto_scaling_ips == "enabled" else None
            gateway.remove_address(address)
            if allocation:
                self.release_address(allocation_id=allocation)
        if gateway.route_table_id:
            self.delete_route_table(gateway.route_table_id)
        gateway.state = "deleted"
        return gateway


def _install_elastic_addresses() -> None:
    @method(NatGateways)
    def associate_nat_gateway_address(self: Any) -> ActionResult:
        gateway = _find(self.ec2_backend, self._get_param("NatGatewayId"))
        for allocation in self._get_param("AllocationIds", []):
            if gateway.availability_mode == "regional":
                zone = self._get_param("AvailabilityZone")
                _in_zone(gateway, zone, self._get_param("AvailabilityZoneId") or "", allocation)
            else:
                gateway.add_address(gateway.subnet_id, allocation)
        return ActionResult({"NatGatewayId": gateway.id, "NatGatewayAddresses": gateway.address_set})

    @method(NatGateways)
    def disassociate_nat_gateway_address(self: Any) -> ActionResult:
        gateway = _find(self.ec2_backend, self._get_param("NatGatewayId"))
        wanted = self._get_param("AssociationIds", [])
        for address in [a for a in gateway.address_set if a.get("AssociationId") in wanted]:
            gateway.remove_address(address)
        return ActionResult({"NatGatewayId": gateway.id, "NatGatewayAddresses": gateway.address_set})


def _install_private_addresses() -> None:
    @method(NatGateways)
    def assign_private_nat_gateway_address(self: Any) -> ActionResult:
        gateway = _find(self.ec2_backend, self._get_param("NatGatewayId"))
        for address in self._get_param("PrivateIpAddresses", []):
            gateway.add_address(gateway.subnet_id, None, address)
        return ActionResult({"NatGatewayId": gateway.id, "NatGatewayAddresses": gateway.address_set})

    @method(NatGateways)
    def unassign_private_nat_gateway_address(self: Any) -> ActionResult:
        gateway = _find(self.ec2_backend, self._get_param("NatGatewayId"))
        wanted = self._get_param("PrivateIpAddresses", [])
        for address in [a for a in gateway.address_set if a.get("PrivateIp") in wanted]:
            gateway.remove_address(address)
        return ActionResult({"NatGatewayId": gateway.id, "NatGatewayAddresses": gateway.address_set})


def _find(backend: Any, gateway_id: str) -> Any:
    gateway = backend.nat_gateways.get(gateway_id)
    if gateway is None or gateway.state == "deleted":
        raise EC2ClientError("NatGatewayNotFound", f"NAT gateway {gateway_id} was not found")
    return gateway
