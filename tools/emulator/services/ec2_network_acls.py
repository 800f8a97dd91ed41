"""EC2: network ACLs, their rules, and the subnets that they belong to.

The API speaks of protocols by their numbers; the outputs show them so, while the inputs keep the spelling of the program.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tools.emulator.emulated import Call, Create, Emulated, Read
from tools.emulator.services._ec2 import filters, first, moved, owned, string_hash
from tools.emulator.services._tags import ec2_tags

LAST = 32767
"""The rule that AWS puts at the end of every ACL; it can't be changed."""
_NUMBERS = {
    "all": "-1",
    "icmp": "1",
    "tcp": "6",
    "udp": "17",
    "icmpv6": "58",
    "esp": "50",
    "ah": "51",
    "gre": "47",
}
_NAMES = {number: name for name, number in _NUMBERS.items()}


def protocol_number(name: Any) -> str:
    """`tcp` and `6` are both `6`; `all` is `-1`."""
    return _NUMBERS.get(str(name).lower(), str(name))


def _entry(block: Mapping[str, Any], egress: bool) -> dict[str, Any]:
    """A rule block, or the inputs of a `NetworkAclRule`, as parameters of an entry."""
    protocol = protocol_number(block["protocol"])
    number = block["ruleNo"] if "ruleNo" in block else block["ruleNumber"]
    action = block["action"] if "action" in block else block["ruleAction"]
    params = {
        "RuleNumber": int(number),
        "Egress": egress,
        "Protocol": protocol,
        "RuleAction": str(action).lower(),
    }
    for name, api in (("cidrBlock", "CidrBlock"), ("ipv6CidrBlock", "Ipv6CidrBlock")):
        if block.get(name):
            params[api] = block[name]
    if block.get("fromPort") is not None or block.get("toPort") is not None:
        params["PortRange"] = {"From": int(block.get("fromPort") or 0), "To": int(block.get("toPort") or 0)}
    if protocol in ("1", "58"):
        params["IcmpTypeCode"] = {
            "Type": int(block.get("icmpType") or 0),
            "Code": int(block.get("icmpCode") or 0),
        }
    return params


def _block(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An API entry as a rule block."""
    ports, icmp = entry.get("PortRange") or {}, entry.get("IcmpTypeCode") or {}
    found = {
        "ruleNo": int(entry["RuleNumber"]),
        "action": str(entry["RuleAction"]).lower(),
        "protocol": protocol_number(entry["Protocol"]),
        "fromPort": int(ports.get("From") or 0),
        "toPort": int(ports.get("To") or 0),
        "icmpType": int(icmp.get("Type") or 0),
        "icmpCode": int(icmp.get("Code") or 0),
    }
    for name, api in (("cidrBlock", "CidrBlock"), ("ipv6CidrBlock", "Ipv6CidrBlock")):
        if entry.get(api):
            found[name] = entry[api]
    return found


def normal_rules(blocks: Any) -> Any:
    """The one form of `ingress` and `egress`: protocols as numbers, without what is empty, in the order of their numbers."""
    if not isinstance(blocks, list):
        return blocks
    return sorted((_normal(block) for block in blocks), key=lambda block: block["ruleNo"])


def _normal(block: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in block.items() if value not in (None, "", 0, "0")}
    return {
        **kept,
        "ruleNo": int(block.get("ruleNo") or 0),
        "action": str(block.get("action")).lower(),
        "protocol": protocol_number(block.get("protocol")),
    }


def _acl(call: Call, item: Mapping[str, Any]) -> Mapping[str, Any]:
    entries = [entry for entry in item.get("Entries") or [] if entry["RuleNumber"] < LAST]
    return {
        **owned(call, "network-acl"),
        "ingress": [_block(entry) for entry in entries if not entry["Egress"]],
        "egress": [_block(entry) for entry in entries if entry["Egress"]],
        "subnetIds": [there["SubnetId"] for there in item.get("Associations") or []],
    }


def _settle_rules(call: Call) -> None:
    """Bring the rules to `ingress` and `egress`, where those are given: a rule that differs is replaced by its number."""
    for name, egress in (("ingress", False), ("egress", True)):
        if call.get(name) is None and not call.old.get(name):
            continue
        before = {block["ruleNo"]: block for block in normal_rules(_there(call)[name])}
        wanted = {block["ruleNo"]: block for block in normal_rules(call.get(name, []))}
        gone, _ = moved(before, wanted)
        for number in gone:
            call.aws().delete_network_acl_entry(NetworkAclId=call.id, RuleNumber=number, Egress=egress)
        for number, block in wanted.items():
            if number not in before:
                call.aws().create_network_acl_entry(NetworkAclId=call.id, **_entry(block, egress))
            elif before[number] != block:
                call.aws().replace_network_acl_entry(NetworkAclId=call.id, **_entry(block, egress))


def _there(call: Call) -> Mapping[str, Any]:
    item = call.aws().describe_network_acls(NetworkAclIds=[call.id])["NetworkAcls"][0]
    return {**_acl(call, item), "vpcId": item["VpcId"]}


def join(call: Call, subnet: str, acl: str) -> str:
    """Put a subnet under an ACL. Returns the id of the association."""
    client = call.aws()
    there = client.describe_network_acls(Filters=filters(**{"association.subnet-id": subnet}))["NetworkAcls"]
    association = first(a for item in there for a in item["Associations"] if a["SubnetId"] == subnet)
    if association is None:
        raise ValueError(f"subnet {subnet} does not exist, or has no network ACL")
    if association["NetworkAclId"] == acl:
        return str(association["NetworkAclAssociationId"])
    answer = client.replace_network_acl_association(
        AssociationId=association["NetworkAclAssociationId"], NetworkAclId=acl
    )
    return str(answer["NewAssociationId"])


def _default_acl(call: Call, vpc: str) -> str:
    wanted = [*filters(vpc_id=vpc), *filters(default="true")]
    return str(call.aws().describe_network_acls(Filters=wanted)["NetworkAcls"][0]["NetworkAclId"])


def _settle(call: Call) -> None:
    _settle_rules(call)
    if call.get("subnetIds") is None:
        return
    there = _there(call)
    gone, added = moved(there["subnetIds"], call.inputs["subnetIds"])
    for subnet in gone:
        join(call, subnet, _default_acl(call, there["vpcId"]))
    for subnet in added:
        join(call, subnet, call.id)


def _delete(call: Call) -> None:
    there = _there(call)
    for subnet in there["subnetIds"]:
        join(call, subnet, _default_acl(call, there["vpcId"]))
    call.aws().delete_network_acl(NetworkAclId=call.id)


_READ = Read("describe_network_acls", by="NetworkAclIds[]", item="NetworkAcls[0]", more=_acl)

NETWORK_ACL = Emulated(
    "aws:ec2/networkAcl:NetworkAcl",
    service="ec2",
    exact=True,
    create=Create("create_network_acl", id="NetworkAcl.NetworkAclId"),
    read=_READ,
    settle=_settle,
    delete=_delete,
    tags=ec2_tags("network-acl"),
    replace_on=("vpcId",),
    unordered=("ingress", "egress", "subnetIds"),
    normal={"ingress": normal_rules, "egress": normal_rules},
)


def _adopt(call: Call) -> str:
    """Take over a VPC's default ACL without the rules that are there."""
    call.id = str(call.inputs["defaultNetworkAclId"])
    there = _there(call)
    for name, egress in (("ingress", False), ("egress", True)):
        for block in there[name]:
            call.aws().delete_network_acl_entry(
                NetworkAclId=call.id, RuleNumber=block["ruleNo"], Egress=egress
            )
    return call.id


def _read_default(call: Call) -> dict[str, Any] | None:
    found = _READ(call)
    return found and {**found, "defaultNetworkAclId": call.id}


DEFAULT_NETWORK_ACL = Emulated(
    "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl",
    service="ec2",
    exact=True,
    create=_adopt,
    read=_read_default,
    settle=_settle_rules,
    delete=lambda _: None,
    tags=ec2_tags("network-acl"),
    replace_on=("defaultNetworkAclId",),
    unordered=("ingress", "egress", "subnetIds"),
    normal={"ingress": normal_rules, "egress": normal_rules},
)


def _create_rule(call: Call) -> str:
    acl, egress = str(call.inputs["networkAclId"]), bool(call.get("egress", False))
    call.aws().create_network_acl_entry(NetworkAclId=acl, **_entry(call.inputs, egress))
    return _rule_id(acl, int(call.inputs["ruleNumber"]), egress, str(call.inputs["protocol"]))


def _rule_id(acl: str, number: int, egress: bool, protocol: str) -> str:
    return f"nacl-{string_hash(f'{acl}-{number}-{str(egress).lower()}-{protocol}-')}"


def _rule_key(call: Call) -> tuple[str, int, bool]:
    if ":" in call.id:
        # An import: ACL:NUMBER:PROTOCOL:EGRESS.
        acl, number, _, egress = call.id.split(":")
        return acl, int(number), egress.lower() == "true"
    known = {**call.state, **call.inputs}
    return str(known["networkAclId"]), int(known["ruleNumber"]), bool(known.get("egress", False))


def _read_rule(call: Call) -> dict[str, Any] | None:
    acl, number, egress = _rule_key(call)
    item = first(call.aws().describe_network_acls(NetworkAclIds=[acl])["NetworkAcls"])
    entry = first(e for e in item["Entries"] if e["RuleNumber"] == number and e["Egress"] == egress)
    if entry is None:
        return None
    given = call.get("protocol")
    protocol = protocol_number(entry["Protocol"])
    if ":" in call.id:
        call.id = _rule_id(acl, number, egress, call.id.split(":")[2])
    block = _block(entry)
    return {
        "networkAclId": acl,
        "ruleNumber": number,
        "egress": egress,
        "protocol": given if given and protocol_number(given) == protocol else protocol,
        "ruleAction": block["action"],
        "cidrBlock": block.get("cidrBlock", ""),
        "ipv6CidrBlock": block.get("ipv6CidrBlock", ""),
        **{
            name: block[name]
            for name in ("fromPort", "toPort", "icmpType", "icmpCode")
            if _shown(call, name, block)
        },
    }


def _shown(call: Call, name: str, block: Mapping[str, Any]) -> bool:
    return bool(block[name]) or call.get(name) is not None


def _delete_rule(call: Call) -> None:
    acl, number, egress = _rule_key(call)
    call.aws().delete_network_acl_entry(NetworkAclId=acl, RuleNumber=number, Egress=egress)


NETWORK_ACL_RULE = Emulated(
    "aws:ec2/networkAclRule:NetworkAclRule",
    service="ec2",
    exact=True,
    create=_create_rule,
    read=_read_rule,
    delete=_delete_rule,
    replace_on=(
        "networkAclId",
        "ruleNumber",
        "egress",
        "protocol",
        "ruleAction",
        "cidrBlock",
        "ipv6CidrBlock",
        "fromPort",
        "toPort",
        "icmpType",
        "icmpCode",
    ),
    # One number can't stand for two rules, not even for the moment of a replacement.
    delete_first=True,
    normal={"protocol": protocol_number},
)


def _read_association(call: Call) -> dict[str, Any] | None:
    wanted = filters(**{"association.association-id": call.id})
    items: Iterable[Mapping[str, Any]] = call.aws().describe_network_acls(Filters=wanted)["NetworkAcls"]
    there = first(
        a for item in items for a in item["Associations"] if a["NetworkAclAssociationId"] == call.id
    )
    return there and {"networkAclId": there["NetworkAclId"], "subnetId": there["SubnetId"]}


def _leave(call: Call) -> None:
    there = _read_association(call)
    if there is None:
        return
    subnet = call.aws().describe_subnets(SubnetIds=[there["subnetId"]])["Subnets"][0]
    join(call, there["subnetId"], _default_acl(call, subnet["VpcId"]))


NETWORK_ACL_ASSOCIATION = Emulated(
    "aws:ec2/networkAclAssociation:NetworkAclAssociation",
    service="ec2",
    exact=True,
    create=lambda call: join(call, str(call.inputs["subnetId"]), str(call.inputs["networkAclId"])),
    read=_read_association,
    delete=_leave,
    replace_on=("networkAclId", "subnetId"),
)

TYPES = (NETWORK_ACL, DEFAULT_NETWORK_ACL, NETWORK_ACL_RULE, NETWORK_ACL_ASSOCIATION)
