"""Security group rules in the forms of the API and of the types that hold them.

A rule block (`ingress[0]`) stands for several rules of AWS: one for each address range, prefix list and group. Everything is
compared in those single rules (`Rule`), so that two ways of writing the same rules are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tools.emulator.emulated import Call

CIDR, CIDR6, PREFIX, GROUP, SELF = "cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "securityGroups", "self"
_PROTOCOLS = {"all": "-1", "-1": "-1", "6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}


def protocol_name(protocol: Any) -> str:
    """`6` and `TCP` are both `tcp`; `all` is `-1`."""
    lower = str(protocol).lower()
    return _PROTOCOLS.get(lower, lower)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of AWS: a protocol and its ports for one source or target. `kind` is the block's field for it."""

    protocol: str
    from_port: int
    to_port: int
    kind: str
    value: str
    description: str = ""

    def permission(self, group: str) -> dict[str, Any]:
        """The rule as the API's `IpPermission`, in a security group."""
        found: dict[str, Any] = {"IpProtocol": self.protocol}
        if self.protocol != "-1":
            found |= {"FromPort": self.from_port, "ToPort": self.to_port}
        named = {"Description": self.description} if self.description else {}
        if self.kind == CIDR:
            found["IpRanges"] = [{"CidrIp": self.value, **named}]
        elif self.kind == CIDR6:
            found["Ipv6Ranges"] = [{"CidrIpv6": self.value, **named}]
        elif self.kind == PREFIX:
            found["PrefixListIds"] = [{"PrefixListId": self.value, **named}]
        else:
            owner, _, other = (group if self.kind == SELF else self.value).rpartition("/")
            pair = {"GroupId": other, **({"UserId": owner} if owner else {})}
            found["UserIdGroupPairs"] = [{**pair, **named}]
        return found


def rules_of(block: Mapping[str, Any]) -> list[Rule]:
    """The single rules of a block."""
    protocol = protocol_name(block.get("protocol"))
    ports = (0, 0) if protocol == "-1" else (int(block.get("fromPort") or 0), int(block.get("toPort") or 0))
    text = str(block.get("description") or "")
    found = [
        Rule(protocol, *ports, kind, str(value), text)
        for kind in (CIDR, CIDR6, PREFIX, GROUP)
        for value in block.get(kind) or []
    ]
    return [*found, Rule(protocol, *ports, SELF, "", text)] if block.get(SELF) is True else found


def rules_there(permissions: Iterable[Mapping[str, Any]], group: str, account: str) -> list[Rule]:
    """The single rules of an API group's `IpPermissions`."""
    found = []
    for item in permissions:
        protocol = protocol_name(item["IpProtocol"])
        ports = (0, 0) if protocol == "-1" else (int(item.get("FromPort") or 0), int(item.get("ToPort") or 0))
        for kind, key, field in (
            (CIDR, "IpRanges", "CidrIp"),
            (CIDR6, "Ipv6Ranges", "CidrIpv6"),
            (PREFIX, "PrefixListIds", "PrefixListId"),
            (GROUP, "UserIdGroupPairs", "GroupId"),
        ):
            for source in item.get(key) or []:
                value, which = str(source[field]), kind
                if kind == GROUP:
                    which, value = _group(source, group, account)
                found.append(Rule(protocol, *ports, which, value, str(source.get("Description") or "")))
    return found


def _group(source: Mapping[str, Any], group: str, account: str) -> tuple[str, str]:
    other, owner = str(source["GroupId"]), source.get("UserId")
    if other == group:
        return SELF, ""
    return GROUP, other if owner in (None, "", account) else f"{owner}/{other}"


def as_blocks(there: Iterable[Rule], given: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Single rules as blocks: grouped as the program gave them where they are there, the rest by port and description."""
    left = list(dict.fromkeys(there))
    blocks = []
    for block in given:
        kept = [rule for rule in rules_of(block) if rule in left]
        if kept:
            blocks.append(_block(kept))
            left = [rule for rule in left if rule not in kept]
    while left:
        head = left[0]
        group = [rule for rule in left if _port(rule) == _port(head)]
        blocks.append(_block(group))
        left = [rule for rule in left if rule not in group]
    return blocks


def _port(rule: Rule) -> tuple[str, int, int, str]:
    return rule.protocol, rule.from_port, rule.to_port, rule.description


def _block(rules: list[Rule]) -> dict[str, Any]:
    head = rules[0]
    return {
        "protocol": head.protocol,
        "fromPort": head.from_port,
        "toPort": head.to_port,
        "description": head.description,
        "self": any(rule.kind == SELF for rule in rules),
        **{kind: [r.value for r in rules if r.kind == kind] for kind in (CIDR, CIDR6, PREFIX, GROUP)},
    }


def normal_rules(blocks: Any) -> Any:
    """The one form of `ingress` and `egress`: the single rules, in an order of their own."""
    if not isinstance(blocks, list):
        return blocks
    return sorted("|".join(map(str, _key(rule))) for block in blocks for rule in rules_of(block))


def _key(rule: Rule) -> tuple[Any, ...]:
    return rule.protocol, rule.from_port, rule.to_port, rule.kind, rule.value, rule.description


def authorize(call: Call, group: str, egress: bool, rules: Iterable[Rule]) -> list[str]:
    """Add rules to a group. Returns their ids. A rule at a time, because moto names only the last one."""
    client = call.aws()
    add = client.authorize_security_group_egress if egress else client.authorize_security_group_ingress
    found = []
    for rule in rules:
        answer = add(GroupId=group, IpPermissions=[rule.permission(group)])
        found += [str(made["SecurityGroupRuleId"]) for made in answer["SecurityGroupRules"]]
    return found


def revoke(call: Call, group: str, egress: bool, rules: Iterable[Rule]) -> None:
    """Take rules out of a group. A rule that is not there is no error."""
    wanted = set(rules)
    if wanted:
        found = [rule_id for rule_id, rule in listed(call, group, egress) if rule in wanted]
        revoke_ids(call, group, egress, found)


def revoke_ids(call: Call, group: str, egress: bool, ids: list[str]) -> None:
    """Take rules out of a group by their ids."""
    if ids:
        kind = "egress" if egress else "ingress"
        getattr(call.aws(), f"revoke_security_group_{kind}")(GroupId=group, SecurityGroupRuleIds=ids)


def listed(call: Call, group: str, egress: bool) -> list[tuple[str, Rule]]:
    """The rules of one direction with their ids."""
    wanted = [{"Name": "group-id", "Values": [group]}]
    found = call.aws().describe_security_group_rules(Filters=wanted)["SecurityGroupRules"]
    return [
        (str(r["SecurityGroupRuleId"]), one(r, call.place.account)) for r in found if r["IsEgress"] == egress
    ]


def one(item: Mapping[str, Any], account: str) -> Rule:
    """The API's `SecurityGroupRule` as a rule."""
    protocol = protocol_name(item["IpProtocol"])
    ports = (0, 0) if protocol == "-1" else (int(item.get("FromPort") or 0), int(item.get("ToPort") or 0))
    text = str(item.get("Description") or "")
    for kind, key in ((CIDR, "CidrIpv4"), (CIDR6, "CidrIpv6"), (PREFIX, "PrefixListId")):
        if item.get(key):
            return Rule(protocol, *ports, kind, str(item[key]), text)
    kind, value = _group(item.get("ReferencedGroupInfo") or {"GroupId": ""}, str(item["GroupId"]), account)
    return Rule(protocol, *ports, kind, value, text)
