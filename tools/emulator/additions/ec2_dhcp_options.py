"""DHCP options.

moto drops the tags of the request and the lease time, takes options for used as long as the VPC that was last given them
exists, and deletes a VPC's options with the VPC.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import DependencyViolationError
from moto.ec2.models.dhcp_options import DHCPOptionsSetBackend
from moto.ec2.models.vpcs import VPCBackend
from moto.ec2.responses.dhcp_options import DHCPOptions

from tools.emulator.additions import asked, method

_LEASE = "ipv6-address-preferred-lease-time"


def install() -> None:
    """Keep all of what was asked for, and know who uses it."""
    _kept_whole()
    _used_by_vpcs()


def _kept_whole() -> None:
    made = DHCPOptions.create_dhcp_options

    @method(DHCPOptions)
    def create_dhcp_options(self: Any) -> ActionResult:
        answer = made(self)
        options = answer.result["DhcpOptions"]
        for given in asked(self, "DhcpConfigurations", []):
            if given["Key"] == _LEASE:
                options._options[_LEASE] = given["Values"]  # noqa: SLF001 -- where moto keeps the others
        tags = self._parse_tag_specification().get("dhcp-options")
        if tags:
            options.add_tags(tags)
        return answer


def _used_by_vpcs() -> None:
    @method(DHCPOptionsSetBackend)
    def associate_dhcp_options(_self: Any, dhcp_options: Any, vpc: Any) -> None:
        vpc.dhcp_options = dhcp_options

    unused = DHCPOptionsSetBackend.delete_dhcp_options_set

    @method(DHCPOptionsSetBackend)
    def delete_dhcp_options_set(self: Any, options_id: str | None) -> None:
        users = [
            vpc.id for vpc in self.vpcs.values() if vpc.dhcp_options and vpc.dhcp_options.id == options_id
        ]
        if users:
            message = f"The dhcpOptions '{options_id}' has dependencies and cannot be deleted."
            raise DependencyViolationError(message)
        unused(self, options_id)
        self.tags.pop(options_id, None)

    deleted = VPCBackend.delete_vpc

    @method(VPCBackend)
    def delete_vpc(self: Any, vpc_id: str) -> Any:
        vpc = self.vpcs.get(vpc_id)
        kept = vpc.dhcp_options if vpc else None
        if kept is None:
            return deleted(self, vpc_id)
        vpc.dhcp_options = None
        try:
            return deleted(self, vpc_id)
        except Exception:
            vpc.dhcp_options = kept
            raise
