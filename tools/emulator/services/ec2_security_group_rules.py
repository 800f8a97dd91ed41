"""EC2: security group rules as resources of their own, in both forms: one rule each, and a block of several."""

from __future__ import annotations

from typing import Any

from tools.emulator.emulated import Call, Create, Emulated
from tools.emulator.services._ec2 import filters, first, string_hash
from tools.emulator.services._ec2_rules import (
    CIDR,
    CIDR6,
    GROUP,
    PREFIX,
    SELF,
    Rule,
    authorize,
    listed,
    one,
    protocol_name,
    revoke,
    revoke_ids,
    rules_of,
)
from tools.emulator.services._tags import ec2_tags

_SOURCES = {
    "cidrIpv4": (CIDR, "CidrIpv4"),
    "cidrIpv6": (CIDR6, "CidrIpv6"),
    "prefixListId": (PREFIX, "PrefixListId"),
    "referencedSecurityGroupId": (GROUP, "ReferencedGroupId"),
}


def _single(call: Call) -> Rule:
    """The rule that the inputs of a `SecurityGroupIngressRule` or `SecurityGroupEgressRule` give."""
    name = first(name for name in _SOURCES if call.get(name))
    if name is None:
        raise ValueError(f"a security group rule needs one of {', '.join(_SOURCES)}")
    protocol = protocol_name(call.inputs["ipProtocol"])
    ports = (int(call.get("fromPort", 0)), int(call.get("toPort", 0)))
    return Rule(protocol, *ports, _SOURCES[name][0], str(call.inputs[name]), call.get("description", ""))


def _new(call: Call) -> dict[str, Any]:
    group = str(call.inputs["securityGroupId"])
    return {"GroupId": group, "IpPermissions": [_single(call).permission(group)]}


def _read(call: Call) -> dict[str, Any] | None:
    item = first(
        call.aws().describe_security_group_rules(SecurityGroupRuleIds=[call.id])["SecurityGroupRules"]
    )
    if item is None:
        return None
    rule = one(item, call.place.account)
    found: dict[str, Any] = {
        "securityGroupId": item["GroupId"],
        "securityGroupRuleId": call.id,
        "arn": call.arn("ec2", f"security-group-rule/{call.id}"),
        "ipProtocol": rule.protocol,
        "description": rule.description,
        "tags": {tag["Key"]: tag["Value"] for tag in item.get("Tags") or []},
        **dict.fromkeys(_SOURCES),
    }
    if rule.protocol != "-1":
        found |= {"fromPort": rule.from_port, "toPort": rule.to_port}
    if rule.kind == SELF:
        found["referencedSecurityGroupId"] = item["GroupId"]
    else:
        found[next(name for name, (kind, _) in _SOURCES.items() if kind == rule.kind)] = rule.value
    return found


def _update(call: Call) -> None:
    names = ("ipProtocol", "fromPort", "toPort", "description", *_SOURCES)
    if not call.changed(*names):
        return
    rule = _single(call)
    ports = (-1, -1) if rule.protocol == "-1" else (rule.from_port, rule.to_port)
    field = next(api for kind, api in _SOURCES.values() if kind == rule.kind)
    wanted = {
        "IpProtocol": rule.protocol,
        "FromPort": ports[0],
        "ToPort": ports[1],
        "Description": rule.description,
        field: rule.value,
    }
    call.aws().modify_security_group_rules(
        GroupId=call.inputs["securityGroupId"],
        SecurityGroupRules=[{"SecurityGroupRuleId": call.id, "SecurityGroupRule": wanted}],
    )


def _delete(egress: bool) -> Any:
    def delete(call: Call) -> None:
        there = _read(call)
        if there is None:
            return
        client = call.aws()
        take = client.revoke_security_group_egress if egress else client.revoke_security_group_ingress
        take(GroupId=there["securityGroupId"], SecurityGroupRuleIds=[call.id])

    return delete


def _rule_type(token: str, egress: bool) -> Emulated:
    return Emulated(
        token,
        service="ec2",
        exact=True,
        create=Create(
            f"authorize_security_group_{'egress' if egress else 'ingress'}",
            id="SecurityGroupRules[0].SecurityGroupRuleId",
            only=(),
            also=_new,
        ),
        read=_read,
        update=_update,
        delete=_delete(egress),
        tags=ec2_tags("security-group-rule"),
        replace_on=("securityGroupId",),
        normal={"ipProtocol": protocol_name},
    )


INGRESS_RULE = _rule_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", egress=False)
EGRESS_RULE = _rule_type("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", egress=True)


def _block_rules(call: Call) -> list[Rule]:
    """The single rules that the inputs of a `SecurityGroupRule` stand for."""
    other = call.get("sourceSecurityGroupId")
    group = str(call.inputs["securityGroupId"])
    own = call.get("self") is True or (other is not None and other == group)
    groups = [other] if other and other != group else []
    return rules_of({**call.inputs, GROUP: groups, SELF: own})


def _block_id(call: Call) -> str:
    """The id as the provider makes it: a hash of what identifies the rules."""
    rules, inputs = _block_rules(call), call.inputs
    ports = [str(int(inputs[name])) for name in ("fromPort", "toPort") if int(inputs.get(name) or 0) > 0]
    group = str(inputs["securityGroupId"])
    parts = [group, *ports, protocol_name(inputs["protocol"]), str(inputs["type"])]
    for kind in (CIDR, CIDR6, PREFIX):
        parts += sorted(rule.value for rule in rules if rule.kind == kind)
    for rule in rules:
        if rule.kind in (GROUP, SELF):
            parts += [rule.value or group, ""]
    return f"sgrule-{string_hash(''.join(part + '-' for part in parts))}"


def _create_block(call: Call) -> str:
    rules = _block_rules(call)
    if not rules:
        raise ValueError(
            "a security group rule needs one of cidrBlocks, ipv6CidrBlocks, prefixListIds, self, sourceSecurityGroupId"
        )
    ids = authorize(call, str(call.inputs["securityGroupId"]), call.inputs["type"] == "egress", rules)
    call.state["securityGroupRuleId"] = ids[0] if len(ids) == 1 else ""
    return _block_id(call)


def _from_import(call: Call) -> None:
    """Fill the inputs from an import's id: GROUP_TYPE_PROTOCOL_FROM_TO_SOURCE[_SOURCE...]."""
    parts = call.id.split("_")
    if len(parts) < 6:
        raise ValueError(
            f"{call.id} does not name a security group rule; give GROUP_TYPE_PROTOCOL_FROM_TO_SOURCE"
        )
    group, kind, protocol, start, end, *sources = parts
    call.inputs.update(
        securityGroupId=group, type=kind, protocol=protocol, fromPort=int(start), toPort=int(end)
    )
    for source in sources:
        if source == "self":
            call.inputs["self"] = True
        elif source.startswith("sg-") or "/sg-" in source:
            call.inputs["sourceSecurityGroupId"] = source
        else:
            field = PREFIX if source.startswith("pl-") else CIDR6 if ":" in source else CIDR
            call.inputs.setdefault(field, []).append(source)


def _read_block(call: Call) -> dict[str, Any] | None:
    imported = not call.id.startswith("sgrule-")
    if imported:
        _from_import(call)
    elif not call.inputs:
        call.inputs.update(call.state)
    group, egress = str(call.inputs["securityGroupId"]), call.inputs["type"] == "egress"
    wanted = {_bare(rule): rule for rule in _block_rules(call)}
    there = [(rule_id, rule) for rule_id, rule in listed(call, group, egress) if _bare(rule) in wanted]
    if not there:
        return None
    if imported:
        call.id = _block_id(call)
    rules = [rule for _, rule in there]
    return {
        "securityGroupId": group,
        "type": call.inputs["type"],
        "protocol": rules[0].protocol,
        "fromPort": rules[0].from_port,
        "toPort": rules[0].to_port,
        "description": rules[0].description,
        "securityGroupRuleId": there[0][0] if len(there) == 1 else "",
        **{kind: [rule.value for rule in rules if rule.kind == kind] for kind in (CIDR, CIDR6, PREFIX)},
        **_groups(call, rules),
    }


def _groups(call: Call, rules: list[Rule]) -> dict[str, Any]:
    own = any(rule.kind == SELF for rule in rules)
    if own and call.get("sourceSecurityGroupId") is not None:
        return {"self": False, "sourceSecurityGroupId": call.inputs["securityGroupId"]}
    return {"self": own, "sourceSecurityGroupId": first(r.value for r in rules if r.kind == GROUP) or ""}


def _bare(rule: Rule) -> Rule:
    return Rule(rule.protocol, rule.from_port, rule.to_port, rule.kind, rule.value)


def _describe_block(call: Call) -> None:
    """Change the description: by far the simplest is to put the same rules there again."""
    if not call.changed("description"):
        return
    group, egress = str(call.inputs["securityGroupId"]), call.inputs["type"] == "egress"
    wanted = {_bare(rule) for rule in _block_rules(call)}
    revoke(call, group, egress, [rule for _, rule in listed(call, group, egress) if _bare(rule) in wanted])
    authorize(call, group, egress, _block_rules(call))


def _delete_block(call: Call) -> None:
    group, egress = str(call.inputs["securityGroupId"]), call.inputs["type"] == "egress"
    wanted = {_bare(rule) for rule in _block_rules(call)}
    revoke(call, group, egress, [rule for _, rule in listed(call, group, egress) if _bare(rule) in wanted])


RULE_BLOCK = Emulated(
    "aws:ec2/securityGroupRule:SecurityGroupRule",
    service="ec2",
    exact=True,
    create=_create_block,
    read=_read_block,
    update=_describe_block,
    delete=_delete_block,
    replace_on=(
        "securityGroupId",
        "type",
        "protocol",
        "fromPort",
        "toPort",
        "self",
        "sourceSecurityGroupId",
        CIDR,
        CIDR6,
        PREFIX,
    ),
    unordered=(CIDR, CIDR6, PREFIX),
    normal={"protocol": protocol_name},
)

_SIDES = (("ingressRuleIds", False), ("egressRuleIds", True))


def _ids(call: Call, egress: bool) -> list[str]:
    return [rule_id for rule_id, _ in listed(call, call.id, egress)]


def _keep_only(call: Call) -> None:
    """Take out of the group every rule that is not named. A rule that is missing can't be made from its id."""
    for name, egress in _SIDES:
        strangers = [rule_id for rule_id in _ids(call, egress) if rule_id not in call.get(name, [])]
        revoke_ids(call, call.id, egress, strangers)


def _read_exclusive(call: Call) -> dict[str, Any] | None:
    if not call.aws().describe_security_groups(Filters=filters(group_id=call.id))["SecurityGroups"]:
        return None
    return {"securityGroupId": call.id, **{name: _ids(call, egress) for name, egress in _SIDES}}


EXCLUSIVE = Emulated(
    "aws:ec2/vpcSecurityGroupRulesExclusive:VpcSecurityGroupRulesExclusive",
    service="ec2",
    exact=True,
    create=lambda call: str(call.inputs["securityGroupId"]),
    read=_read_exclusive,
    settle=_keep_only,
    # The rules stay when nobody minds others any more.
    delete=lambda _: None,
    replace_on=("securityGroupId",),
    unordered=("ingressRuleIds", "egressRuleIds"),
)

TYPES = (INGRESS_RULE, EGRESS_RULE, RULE_BLOCK, EXCLUSIVE)
