"""Subnet settings: moto keeps three of them and drops the others without a word."""

from __future__ import annotations

from typing import Any

from moto.core.responses import EmptyResult
from moto.ec2.models.subnets import Subnet
from moto.ec2.responses.subnets import Subnets

from tools.emulator.additions import method

# Parameter -> attribute of moto's subnet, or key in its options for DNS names.
_SETTINGS = {
    "MapPublicIpOnLaunch": "map_public_ip_on_launch",
    "AssignIpv6AddressOnCreation": "assign_ipv6_address_on_creation",
    "EnableDns64": "enable_dns64",
    "MapCustomerOwnedIpOnLaunch": "map_customer_owned_ip_on_launch",
}
_DNS = {
    "EnableResourceNameDnsARecordOnLaunch": "EnableResourceNameDnsARecord",
    "EnableResourceNameDnsAAAARecordOnLaunch": "EnableResourceNameDnsAAAARecord",
}


def install() -> None:
    """Let `ModifySubnetAttribute` keep all settings."""
    Subnet.enable_dns64 = False

    @method(Subnets)
    def modify_subnet_attribute(self: Any) -> EmptyResult:
        subnet = self.ec2_backend.get_subnet(self._get_param("SubnetId"))
        for name, attribute in _SETTINGS.items():
            value = self._get_param(f"{name}.Value")
            if value is not None:
                setattr(subnet, attribute, value)
        for name, key in _DNS.items():
            value = self._get_param(f"{name}.Value")
            if value is not None:
                subnet.private_dns_name_options_on_launch[key] = value
        kind = self._get_param("PrivateDnsHostnameTypeOnLaunch")
        if kind:
            subnet.private_dns_name_options_on_launch["HostnameType"] = kind
        return EmptyResult()
