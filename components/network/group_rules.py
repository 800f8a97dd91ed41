"""The rules of the security groups, each a resource of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.network.checks import ENDPOINTS
from components.network.reach import label

if TYPE_CHECKING:
    from components.foundation.component import Component
    from components.network.reach import GroupRule


def create_group_rules(
    owner: Component,
    rules: Sequence[GroupRule],
    groups: Mapping[str, aws.ec2.SecurityGroup],
    prefix_lists: Mapping[str, pulumi.Output[str]],
) -> list[pulumi.Resource]:
    """Create the rules; `groups` by tier (and `endpoints`), `prefix_lists` of the gateway endpoints by service."""
    return [_create(owner, rule, groups, prefix_lists) for rule in rules]


def _create(
    owner: Component,
    rule: GroupRule,
    groups: Mapping[str, aws.ec2.SecurityGroup],
    prefix_lists: Mapping[str, pulumi.Output[str]],
) -> pulumi.Resource:
    suffix = (rule.group, rule.direction, label(rule.peer), rule.ports.label)
    peer = groups.get(rule.peer)
    prefix_list = prefix_lists.get(rule.peer)
    address = rule.peer if peer is None and prefix_list is None else None
    kind = aws.vpc.SecurityGroupIngressRule if rule.direction == "from" else aws.vpc.SecurityGroupEgressRule
    return kind(
        owner.name_for(*suffix, limit=200),
        security_group_id=groups[rule.group].id,
        referenced_security_group_id=peer.id if peer else None,
        prefix_list_id=prefix_list,
        cidr_ipv4=address if address and ":" not in address else None,
        cidr_ipv6=address if address and ":" in address else None,
        ip_protocol=rule.ports.protocol,
        from_port=rule.ports.low,
        to_port=rule.ports.high,
        description=f"{rule.ports} {rule.direction} {label(rule.peer)}",
        region=owner.region,
        tags=owner.tags(*suffix),
        opts=owner.child(),
    )


def endpoint_group(owner: Component, vpc_id: pulumi.Output[str]) -> aws.ec2.SecurityGroup:
    """The security group of all interface endpoints: HTTPS from the tiers that may use them, nothing out."""
    return aws.ec2.SecurityGroup(
        owner.name_for(ENDPOINTS),
        vpc_id=vpc_id,
        description=f"Interface endpoints of network {owner.name}",
        region=owner.region,
        tags=owner.tags(ENDPOINTS),
        opts=owner.child(),
    )
