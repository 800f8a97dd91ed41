"""The incoming rules of a security group over the stack, and whom they let in, whatever shape they come in.

Inline (`ingress` of the group), `SecurityGroupRule` with `type: ingress`, or `SecurityGroupIngressRule`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from policies.pack.graph import Links, Stack
from policies.pack.resource import Part, Resource
from policies.pack.values import Unknown
from policies.pack.verdict import NotKnownError

GROUP = "aws:ec2/securityGroup:SecurityGroup"
ANY_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


@dataclass(frozen=True, slots=True)
class Shape:
    """Under which names a rule keeps its protocol, ranges by address family, source group and prefix lists."""

    protocol: str
    ranges: Mapping[int, str]
    group: str
    prefix_lists: str


INLINE = Shape("protocol", {4: "cidrBlocks", 6: "ipv6CidrBlocks"}, "securityGroups", "prefixListIds")
STANDALONE = {
    ANY_RULE: Shape(INLINE.protocol, INLINE.ranges, "sourceSecurityGroupId", INLINE.prefix_lists),
    INGRESS_RULE: Shape(
        "ipProtocol", {4: "cidrIpv4", 6: "cidrIpv6"}, "referencedSecurityGroupId", "prefixListId"
    ),
}


def rules(group: Resource, stack: Stack) -> Iterator[tuple[Part, Shape]]:
    """The incoming rules that surely are the group's; an inline one that is not known yet is left out."""
    for entry in known_each(group, "ingress"):
        yield entry, INLINE
    for token, shape in STANDALONE.items():
        for rule in stack.referring(group, token, "securityGroupId").sure:
            if token == INGRESS_RULE or (rule.known("type") and rule.text("type") == "ingress"):
                yield rule, shape


@dataclass(frozen=True, slots=True)
class Sources:
    """Whom a group lets in: `groups`, and by range or prefix list (`ranges`). `open`: what may add to that."""

    groups: tuple[Resource, ...]
    ranges: bool
    open: str = ""


def sources(group: Resource, stack: Stack) -> Sources:
    """Whom a group's rules surely let in, on any port, and the path of what may let in more."""
    found: list[Resource] = []
    whole = group.known("ingress") and len(known_each(group, "ingress")) == len(group.each("ingress"))
    waiting = [] if whole else ["ingress"]
    ranges = False
    inline = stack.targets(group, "ingress.securityGroups", GROUP)
    for rule, shape in rules(group, stack):
        links = stack.targets(rule, shape.group, GROUP) if isinstance(rule, Resource) else inline
        found += links.sure
        if _may_mean_more(links):
            waiting.append(rule.at(shape.group))
        if shape is not STANDALONE[INGRESS_RULE] and rule.known("self") and rule.flag("self"):
            found.append(group)
        ranges = ranges or any(given(rule, path) for path in (*shape.ranges.values(), shape.prefix_lists))
    waiting += [
        f"{links.possible[0].name}.securityGroupId"
        for token in STANDALONE
        if (links := stack.referring(group, token, "securityGroupId")).possible
    ]
    either = stack.referring(group, ANY_RULE, "securityGroupId").sure
    waiting += [f"{rule.name}.type" for rule in either if not rule.known("type")]
    return Sources(tuple(dict.fromkeys(found)), ranges, waiting[0] if waiting else "")


def _may_mean_more(links: Links) -> bool:
    return bool(links.possible or links.open)


def given(part: Part, path: str) -> bool:
    """Whether a property is given, known or not."""
    return not part.known(path) or part.get(path) not in (None, "", [])


def known_each(part: Part, path: str) -> list[Part]:
    """The elements of a list that are known already; none when the list is not."""
    try:
        return [item for item in part.each(path) if not isinstance(item.value, Unknown)]
    except NotKnownError:
        return []
