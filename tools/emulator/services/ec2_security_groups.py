"""EC2: security groups with their inline rules, and a VPC's default group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call, Create, Emulated, Read
from tools.emulator.services._ec2 import filters, first, moved, owned
from tools.emulator.services._ec2_rules import (
    as_blocks,
    authorize,
    listed,
    normal_rules,
    revoke,
    revoke_ids,
    rules_of,
    rules_there,
)
from tools.emulator.services._tags import ec2_tags

DIRECTIONS = (("ingress", False, "IpPermissions"), ("egress", True, "IpPermissionsEgress"))


def _group(call: Call, item: Mapping[str, Any]) -> Mapping[str, Any]:
    name = str(item["GroupName"])
    found: dict[str, Any] = {**owned(call, "security-group"), "name": name}
    found["namePrefix"] = call.get("namePrefix") or call.state.get("namePrefix") or ""
    for side, _, key in DIRECTIONS:
        there = rules_there(item.get(key) or [], call.id, call.place.account)
        found[side] = as_blocks(there, call.get(side, []))
    return found


def settle_rules(call: Call) -> None:
    """Bring the rules to `ingress` and `egress`, where those are given; rules of their own resources are left alone."""
    for side, egress, key in DIRECTIONS:
        if call.get(side) is None or (call.old and not call.changed(side)):
            continue
        item = call.aws().describe_security_groups(GroupIds=[call.id])["SecurityGroups"][0]
        there = rules_there(item.get(key) or [], call.id, call.place.account)
        gone, added = moved(there, [rule for block in call.inputs[side] for rule in rules_of(block)])
        revoke(call, call.id, egress, gone)
        authorize(call, call.id, egress, added)


def _strip(call: Call, *sides: str) -> None:
    item = call.aws().describe_security_groups(GroupIds=[call.id])["SecurityGroups"][0]
    for side, egress, key in DIRECTIONS:
        if side in sides:
            revoke(call, call.id, egress, rules_there(item.get(key) or [], call.id, call.place.account))


def _settle_new(call: Call) -> None:
    # AWS lets everything out of a new group; the provider takes that rule away, so that only what is written holds.
    if not call.old:
        revoke_ids(call, call.id, True, [rule_id for rule_id, _ in listed(call, call.id, True)])
    settle_rules(call)


def _delete(call: Call) -> None:
    if call.get("revokeRulesOnDelete"):
        _strip(call, "ingress", "egress")
    call.aws().delete_security_group(GroupId=call.id)


_READ = Read("describe_security_groups", by="GroupIds[]", item="SecurityGroups[0]", more=_group)

SECURITY_GROUP = Emulated(
    "aws:ec2/securityGroup:SecurityGroup",
    service="ec2",
    exact=True,
    create=Create(
        "create_security_group",
        id="GroupId",
        send={"name": "GroupName"},
        also=lambda call: {"Description": call.get("description", "Managed by Pulumi")},
    ),
    read=_READ,
    settle=_settle_new,
    delete=_delete,
    tags=ec2_tags("security-group"),
    replace_on=("name", "namePrefix", "description", "vpcId"),
    unordered=("ingress", "egress"),
    normal={"ingress": normal_rules, "egress": normal_rules},
)


def _adopt(call: Call) -> str:
    """Take over a VPC's default group without its rules. Without `vpcId` it is the default VPC's."""
    client, vpc = call.aws(), call.get("vpcId")
    if not vpc:
        default = first(client.describe_vpcs(Filters=filters(is_default="true"))["Vpcs"])
        if default is None:
            raise ValueError("there is no default VPC in this Region; give vpcId")
        vpc = default["VpcId"]
    wanted = [*filters(vpc_id=str(vpc)), *filters(group_name="default")]
    call.id = str(client.describe_security_groups(Filters=wanted)["SecurityGroups"][0]["GroupId"])
    _strip(call, "ingress", "egress")
    return call.id


DEFAULT_SECURITY_GROUP = Emulated(
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    service="ec2",
    exact=True,
    create=_adopt,
    read=_READ,
    settle=settle_rules,
    delete=lambda _: None,
    tags=ec2_tags("security-group"),
    replace_on=("vpcId",),
    unordered=("ingress", "egress"),
    normal={"ingress": normal_rules, "egress": normal_rules},
)

TYPES = (SECURITY_GROUP, DEFAULT_SECURITY_GROUP)
