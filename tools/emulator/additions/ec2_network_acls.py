"""Network ACL entries.

moto looks for the type and code of ICMP under another name than the API's, and finds nothing; and breaks on an entry that is
not there, where AWS says so.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import EmptyResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.network_acls import NetworkAclBackend
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
    """Put entries right."""
    removed = NetworkAclBackend.delete_network_acl_entry

    @method(NetworkAclBackend)
    def delete_network_acl_entry(self: Any, network_acl_id: str, rule_number: int, egress: bool) -> Any:
        entries = self.get_network_acl(network_acl_id).network_acl_entries
        if not any(entry.rule_number == rule_number and entry.egress == egress for entry in entries):
            side = "egress" if egress else "ingress"
            raise EC2ClientError(
                "InvalidNetworkAclEntry.NotFound", f"{network_acl_id} has no {side} entry {rule_number}"
            )
        return removed(self, network_acl_id, rule_number, egress)

    @method(NetworkACLs)
    def create_network_acl_entry(self: Any) -> EmptyResult:
        self.ec2_backend.create_network_acl_entry(**_entry(self))
        return EmptyResult()

    @method(NetworkACLs)
    def replace_network_acl_entry(self: Any) -> EmptyResult:
        self.ec2_backend.replace_network_acl_entry(**_entry(self))
        return EmptyResult()
