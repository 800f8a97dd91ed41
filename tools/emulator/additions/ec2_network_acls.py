"""Network ACL entries: moto looks for the type and code of ICMP under another name than the API's, and finds nothing."""

from __future__ import annotations

from typing import Any

from moto.core.responses import EmptyResult
from moto.ec2.responses.network_acls import NetworkACLs

from tools.emulator.additions import method


def _entry(self: Any) -> dict[str, Any]:
    return {
        "network_acl_id": self._get_param("NetworkAclId"),
        "rule_number": self._get_param("RuleNumber"),
        "protocol": self._get_param("Protocol"),
        "rule_action": self._get_param("RuleAction"),
        "egress": self._get_param("Egress"),
        "cidr_block": self._get_param("CidrBlock"),
        "ipv6_cidr_block": self._get_param("Ipv6CidrBlock"),
        "icmp_code": self._get_param("IcmpTypeCode.Code"),
        "icmp_type": self._get_param("IcmpTypeCode.Type"),
        "port_range_from": self._get_param("PortRange.From"),
        "port_range_to": self._get_param("PortRange.To"),
    }


def install() -> None:
    """Let entries keep what they say of ICMP."""

    @method(NetworkACLs)
    def create_network_acl_entry(self: Any) -> EmptyResult:
        self.ec2_backend.create_network_acl_entry(**_entry(self))
        return EmptyResult()

    @method(NetworkACLs)
    def replace_network_acl_entry(self: Any) -> EmptyResult:
        self.ec2_backend.replace_network_acl_entry(**_entry(self))
        return EmptyResult()
