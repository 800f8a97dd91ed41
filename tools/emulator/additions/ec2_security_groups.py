"""Security group rules.

moto drops the descriptions of rules for prefix lists and does not show those for groups; takes two rules that differ only in
their description for different ones, which AWS refuses; changes a rule's IPv4 range but no other source; and looks through
copies of all rules of the Region to find one.
"""

from __future__ import annotations

import copy
import itertools
from typing import Any

from moto.ec2.exceptions import InvalidSecurityGroupNotFoundError, InvalidSecurityGroupRuleIdNotFoundError
from moto.ec2.models.security_groups import (
    GroupedSecurityRuleView,
    SecurityGroup,
    SecurityGroupBackend,
    SecurityGroupRule,
)

from tools.emulator.additions import method

_PORTS = ("ip_protocol", "from_port", "to_port")


def _identity(rule: Any) -> tuple[Any, ...]:
    """What makes a rule another rule; its description does not."""
    ports = (rule.from_port, rule.to_port) if rule.ip_protocol != "-1" else (None, None)
    source = (rule.cidr_ipv4, rule.cidr_ipv6, rule.source_group.get("GroupId"), rule.prefix_list_id)
    return rule.ip_protocol, *ports, *source


def _rules(group: Any) -> list[Any]:
    return [*group.egress_rules, *group.ingress_rules]


def install() -> None:
    """Put the rules of security groups right."""
    SecurityGroupRule.__eq__ = lambda self, other: _identity(self) == _identity(other)
    SecurityGroupRule.prefix_description = None
    SecurityGroupRule.description = property(_description)
    _install_descriptions()
    _install_view()
    _install_search()
    _install_change()


def _description(rule: Any) -> Any:
    for source in (rule.ip_range, rule.source_group):
        if source:
            return source.get("Description")
    return rule.prefix_description


def _install_descriptions() -> None:
    made = SecurityGroupBackend._iterate_security_rules  # noqa: SLF001 -- wrapped

    @method(SecurityGroupBackend)
    def _iterate_security_rules(
        self: Any,
        ip_protocol: Any,
        group_id: Any,
        from_port: Any,
        to_port: Any,
        ip_ranges: Any,
        source_groups: Any,
        prefix_list_ids: Any,
        **more: Any,
    ) -> Any:
        rules = list(
            made(
                self,
                ip_protocol,
                group_id,
                from_port,
                to_port,
                ip_ranges,
                source_groups,
                prefix_list_ids,
                **more,
            )
        )
        for rule, given in zip(rules[len(rules) - len(prefix_list_ids) :], prefix_list_ids, strict=True):
            rule.prefix_description = given.get("Description")
        return rules


def _install_view() -> None:
    @method(SecurityGroup)
    def _flattened_rules(_: Any, rules: list[Any]) -> list[Any]:
        views: dict[tuple[Any, ...], Any] = {}
        for rule in rules:
            key = (rule.from_port, rule.to_port, rule.ip_protocol)
            view = views.setdefault(key, GroupedSecurityRuleView(*key))
            if rule.ip_range:
                view.all_ip_ranges.append(rule.ip_range)
            if rule.source_group:
                view.source_groups.append(rule.source_group)
            if rule.prefix_list_id:
                named = {"Description": rule.prefix_description} if rule.prefix_description else {}
                view.prefix_list_ids.append({"PrefixListId": rule.prefix_list_id, **named})
        return list(views.values())


def _install_search() -> None:
    all_rules = SecurityGroupBackend.describe_security_group_rules

    @method(SecurityGroupBackend)
    def describe_security_group_rules(self: Any, sg_rule_ids: Any, filters: dict[str, Any]) -> list[Any]:
        groups = list(itertools.chain.from_iterable(groups.values() for groups in self.groups.values()))
        wanted = filters.get("group-id") or []
        if set(filters) == {"group-id"} and not sg_rule_ids and not any("*" in name for name in wanted):
            return [_shown(rule) for group in groups if group.id in wanted for rule in _rules(group)]
        if not sg_rule_ids or filters:
            return list(all_rules(self, sg_rule_ids, filters))
        found = {rule.id: rule for group in groups for rule in _rules(group) if rule.id in sg_rule_ids}
        missing = next((rule_id for rule_id in sg_rule_ids if rule_id not in found), None)
        if missing:
            raise InvalidSecurityGroupRuleIdNotFoundError(missing)
        return [_shown(rule) for rule in found.values()]


def _shown(rule: Any) -> Any:
    """A rule as this operation shows it: ports that do not apply are -1."""
    shown = copy.copy(rule)
    shown.from_port = -1 if rule.from_port is None else rule.from_port
    shown.to_port = -1 if rule.to_port is None else rule.to_port
    return shown


def _install_change() -> None:
    @method(SecurityGroupBackend)
    def modify_security_group_rules(self: Any, group_id: str, rules: dict[str, dict[str, Any]]) -> None:
        group = self.get_security_group_by_name_or_id(group_id)
        if group is None:
            raise InvalidSecurityGroupNotFoundError(group_id)
        for rule_id, new in rules.items():
            rule = group.get_rule(rule_id)
            if rule is None:
                raise InvalidSecurityGroupRuleIdNotFoundError(rule_id)
            _change(rule, new, self.account_id)


def _change(rule: Any, new: dict[str, Any], account: str) -> None:
    rule.ip_protocol = new.get("IpProtocol", rule.ip_protocol)
    every = rule.ip_protocol == "-1"
    rule.from_port = None if every else new.get("FromPort")
    rule.to_port = None if every else new.get("ToPort")
    text = {"Description": new["Description"]} if new.get("Description") else {}
    rule.ip_range, rule.source_group, rule.prefix_list_id = {}, {}, None
    rule.prefix_description = new.get("Description")
    if new.get("CidrIpv4"):
        rule.ip_range = {"CidrIp": new["CidrIpv4"], **text}
    elif new.get("CidrIpv6"):
        rule.ip_range = {"CidrIpv6": new["CidrIpv6"], **text}
    elif new.get("ReferencedGroupId"):
        rule.source_group = {
            "GroupId": new["ReferencedGroupId"],
            "OwnerId": account,
            "UserId": account,
            **text,
        }
    else:
        rule.prefix_list_id = new.get("PrefixListId")
