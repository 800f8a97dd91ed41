"""Rules on security groups: inline rules, `SecurityGroupRule`, and the ingress and egress rule types.

A rule may come in three shapes; `Opening` reads them alike. Rules that refer to other groups or prefix lists
never count as open to the internet.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from policies.pack.graph import Stack
from policies.pack.network import (
    DATABASE_PORTS,
    REMOTE_ACCESS_PORTS,
    SSH,
    covers_port,
    is_world,
    port_range,
    protocol_name,
)
from policies.pack.resource import Part, Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.values import Unknown
from policies.pack.verdict import PASS, NotKnownError, Verdict, every, holds_all, undecided, violation

GROUP = "aws:ec2/securityGroup:SecurityGroup"
DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
ANY_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"

OPENS = (GROUP, DEFAULT_GROUP, ANY_RULE, INGRESS_RULE)
WEB_PORTS = (80, 443)
# What the provider writes when a program gives no description.
NO_DESCRIPTION = ("", "Managed by Pulumi", "Managed by Terraform")


@dataclass(frozen=True, slots=True)
class Opening:
    """One rule of a group, whatever its shape: where it stands and under which names its values are."""

    part: Part
    protocol: str
    ranges: tuple[str, ...]

    def covers(self, port: int) -> bool:
        """Whether it lets a port through."""
        return covers_port(self.part, self.protocol, port)

    def beyond(self, allowed: tuple[int, ...]) -> bool:
        """Whether it lets any port but the allowed ones through."""
        protocol = protocol_name(self.part.get(self.protocol))
        if protocol not in ("tcp", "udp"):
            return protocol == "-1"
        first, last = port_range(self.part)
        return not (first == last and first in allowed)

    def from_world(self) -> bool:
        """Whether the internet at large is among its sources, even if another source is not known yet."""
        unknown: NotKnownError | None = None
        for path in self.ranges:
            try:
                for source in self.part.each(path):
                    if isinstance(source.value, Unknown):
                        unknown = NotKnownError(source.path)
                    elif isinstance(source.value, str) and is_world(source.value):
                        return True
            except NotKnownError as error:
                unknown = error
        if unknown:
            raise unknown
        return False


_BLOCKS = ("cidrBlocks", "ipv6CidrBlocks")
_SINGLE = ("cidrIpv4", "cidrIpv6")


def openings(resource: Resource, direction: str) -> list[Opening]:
    """The rules of one direction (`ingress`, `egress`) that a group or standalone rule holds."""
    if resource.type in (GROUP, DEFAULT_GROUP):
        return [Opening(part, "protocol", _BLOCKS) for part in resource.each(direction)]
    if resource.type == ANY_RULE:
        return [Opening(resource, "protocol", _BLOCKS)] if resource.text("type") == direction else []
    return [Opening(resource, "ipProtocol", _SINGLE)]


def _closed(resource: Resource, ports: tuple[int, ...], what: str, remedy: str) -> Verdict:
    def judge(opening: Opening) -> Verdict:
        open_ports = [port for port in ports if holds_all(partial(opening.covers, port), opening.from_world)]
        if not open_ports:
            return PASS
        names = ", ".join(str(port) for port in open_ports)
        return violation(
            opening.part.path or "fromPort", f"opens {what} (port {names}) to the internet", remedy
        )

    return every(openings(resource, "ingress"), judge)


@rule(
    on=OPENS,
    severity=CRITICAL,
    theme=Theme.NETWORK,
    same_as=[
        "SecurityHub EC2.13",
        "SecurityHub EC2.14",
        "CIS v3 5.2",
        "CIS v3 5.3",
        "CKV_AWS_24",
        "CKV_AWS_25",
    ],
)
def security_group_remote_access_not_from_anywhere(group: Resource) -> Verdict:
    """Log-in ports that are open to the internet are attacked within minutes."""
    return _closed(group, REMOTE_ACCESS_PORTS, "a log-in port", "Remove the rule and use Session Manager.")


@rule(on=OPENS, severity=CRITICAL, theme=Theme.NETWORK, same_as=["SecurityHub EC2.19"])
def security_group_database_not_from_anywhere(group: Resource) -> Verdict:
    """A database answers to the application's security group, never to the internet."""
    remedy = "Name the application's group instead of a range (`referenced_security_group_id`)."
    return _closed(group, DATABASE_PORTS, "a database or cache", remedy)


@rule(on=OPENS, severity=HIGH, theme=Theme.NETWORK, same_as=["SecurityHub EC2.18", "CKV_AWS_277"])
def security_group_only_web_ports_from_anywhere(group: Resource) -> Verdict:
    """Only a web server's ports have a reason to be open to the internet."""

    def judge(opening: Opening) -> Verdict:
        if not holds_all(lambda: opening.beyond(WEB_PORTS), opening.from_world):
            return PASS
        where = opening.part.path or "fromPort"
        return violation(
            where, "opens more than port 80 or 443 to the internet", "Narrow the ports or the sources."
        )

    return every(openings(group, "ingress"), judge)


@rule(on=OPENS, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def security_group_no_ssh(group: Resource) -> Verdict:
    """Session Manager needs no open port, and every session is allowed by IAM and logged."""

    def judge(opening: Opening) -> Verdict:
        if protocol_name(opening.part.get(opening.protocol)) == "-1" or not opening.covers(SSH):
            return PASS  # "All traffic" is another rule's matter.
        return violation(
            opening.part.path or "fromPort", "opens SSH (port 22)", "Remove it and use Session Manager."
        )

    return every(openings(group, "ingress"), judge)


@rule(
    on=(GROUP, ANY_RULE, EGRESS_RULE),
    severity=LOW,
    theme=Theme.NETWORK,
    same_as=["CKV_AWS_382"],
)
def security_group_no_unlimited_egress(group: Resource) -> Verdict:
    """A server that may talk to any address on any port can carry data out to anyone."""

    def judge(opening: Opening) -> Verdict:
        everything = holds_all(
            lambda: protocol_name(opening.part.get(opening.protocol)) == "-1", opening.from_world
        )
        if not everything:
            return PASS
        where = opening.part.path or opening.protocol
        return violation(
            where, "lets all traffic out to the internet", "Name the ports and groups that are needed."
        )

    return every(openings(group, "egress"), judge)


@rule(
    on=(GROUP, ANY_RULE, INGRESS_RULE, EGRESS_RULE),
    severity=LOW,
    theme=Theme.NETWORK,
    same_as=["CKV_AWS_23"],
)
def security_group_described(group: Resource) -> Verdict:
    """A rule that says what it is for can be removed when that is gone."""
    if group.type != GROUP:
        return _described(group)
    inner = [part for direction in ("ingress", "egress") for part in group.each(direction)]
    return every([group, *inner], _described)


def _described(part: Part) -> Verdict:
    if part.text("description") not in NO_DESCRIPTION:
        return PASS
    return violation(
        part.at("description"), "is not set", "Say who talks to whom, and why, in `description`."
    )


@rule(
    on=DEFAULT_GROUP,
    severity=HIGH,
    theme=Theme.NETWORK,
    same_as=["SecurityHub EC2.2", "CIS v3 5.4", "CKV2_AWS_12"],
)
def security_group_default_locked(group: Resource) -> Verdict:
    """Whatever is created without a group lands in the default one, so that must let nothing through."""
    remedy = "Declare `DefaultSecurityGroup(vpc_id=...)` without `ingress` and `egress`."
    return every(
        [part for direction in ("ingress", "egress") for part in group.each(direction)],
        lambda part: violation(part.path, "is a rule of the VPC's default security group", remedy),
    )


@rule(on=GROUP, severity=MEDIUM, theme=Theme.NETWORK)
def security_group_rules_in_one_place(group: Resource, stack: Stack) -> Verdict:
    """Inline and standalone rules of one group take each other away at every deployment."""
    inline = [direction for direction in ("ingress", "egress") if group.given.each(direction)]
    links = [
        stack.referring(group, token, "securityGroupId") for token in (ANY_RULE, INGRESS_RULE, EGRESS_RULE)
    ]
    if not inline or not any(links):
        return PASS
    if not any(link.sure for link in links):
        return undecided(f"{next(link.possible[0].name for link in links if link.possible)}.securityGroupId")
    return violation(inline[0], "stands beside standalone rules of the group", "Keep one of the two kinds.")


@rule(on=OPENS, severity=MEDIUM, theme=Theme.NETWORK)
def security_group_all_traffic_only_self(group: Resource, stack: Stack) -> Verdict:
    """All ports are for members of one group, such as the nodes of a Glue job; everybody else needs named ports."""

    def judge(opening: Opening) -> Verdict:
        if protocol_name(opening.part.get(opening.protocol)) != "-1" or _only_self(
            opening.part, group, stack
        ):
            return PASS
        where = opening.part.path or opening.protocol
        return violation(where, "lets all traffic in from others than the group itself", "Name the ports.")

    if group.type not in (GROUP, DEFAULT_GROUP):
        return every(openings(group, "ingress"), judge)
    # What AWS tells of a group holds the standalone rules too, and is not known before `up`.
    inline = [Opening(part, "protocol", _BLOCKS) for part in group.given.each("ingress")]
    return every(inline, judge)


def _only_self(part: Part, group: Resource, stack: Stack) -> bool:
    """Whether members of the group are the only source."""
    lists = group.type not in (INGRESS_RULE, EGRESS_RULE)
    ranges = (*_BLOCKS, "prefixListIds") if lists else (*_SINGLE, "prefixListId")
    if any(part.each(path) for path in ranges):
        return False
    if group.type in (GROUP, DEFAULT_GROUP):
        return part.flag("self") and not part.each("securityGroups")
    if group.type == ANY_RULE and part.flag("self"):
        return True
    path = "sourceSecurityGroupId" if lists else "referencedSecurityGroupId"
    mine = {item.urn for item in stack.targets(group, "securityGroupId", GROUP).sure}
    sources = {item.urn for item in stack.targets(group, path, GROUP).sure}
    if mine or sources:
        return mine == sources
    return group.has(path) and group.get(path) == group.get("securityGroupId")
