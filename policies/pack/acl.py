"""What a network ACL lets through: the entry with the lowest number that matches decides, and the last one denies.

VPC User Guide, "Network ACL rules" and "Custom network ACLs for your VPC". A subnet has one ACL: the one that names it
or that an association gives it, else the VPC's default one, which lets everything through until the program adopts
it (`DefaultNetworkAcl`). ACLs keep no state, so an answer needs an entry of its own in the other direction.

Values may be unknown. `passing` answers twice: which addresses *surely* pass (an unknown entry may deny), and which
*possibly* do (it may allow).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from policies.pack.addresses import Addresses
from policies.pack.graph import Links, Stack
from policies.pack.network import port_range, protocol_name
from policies.pack.resource import Part, Resource
from policies.pack.values import Unknown
from policies.pack.verdict import NotKnownError

T = TypeVar("T")

ACL = "aws:ec2/networkAcl:NetworkAcl"
DEFAULT_ACL = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"
ENTRY = "aws:ec2/networkAclRule:NetworkAclRule"
ASSOCIATION = "aws:ec2/networkAclAssociation:NetworkAclAssociation"
VPC = "aws:ec2/vpc:Vpc"

LAST_PORT = 65535
_BLOCKS = {4: "cidrBlock", 6: "ipv6CidrBlock"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. What is None is not known yet; `ports` are the first and last one, `certain` that it is the ACL's."""

    number: float | None
    allows: bool | None
    protocol: str | None
    ports: tuple[float, float] | None
    blocks: tuple[tuple[int, Addresses | None], ...]
    certain: bool = True

    def covers(self, protocol: str, port: int, *, maybe: bool) -> bool:
        """Whether TCP or UDP to a port matches; with `maybe`, whether it could."""
        if self.protocol is None:
            return maybe
        if self.protocol == "-1":
            return True
        if self.protocol != protocol:
            return False
        return maybe if self.ports is None else self.ports[0] <= port <= self.ports[1]

    def addresses(self, version: int, *, maybe: bool) -> Addresses:
        """The addresses of a family that match; with `maybe`, those that could."""
        if not self.certain and not maybe:
            return Addresses.none(version)
        found = Addresses.none(version)
        for family, block in self.blocks:
            if family == version:
                found |= block or (Addresses.every(version) if maybe else found)
        return found


Ruleset = Sequence[Entry]
"""The entries of one direction, in the order in which AWS tries them; those of unknown number stand first."""

OPEN: Ruleset = (
    Entry(100, True, "-1", (0, LAST_PORT), tuple((version, Addresses.every(version)) for version in (4, 6))),
)
"""The default ACL as AWS makes it."""


def passing(rules: Ruleset, port: int, version: int, *, surely: bool, protocol: str = "tcp") -> Addresses:
    """The addresses from (or to) which traffic to a port passes: surely, or else possibly."""
    left, passed = Addresses.every(version), Addresses.none(version)
    for entry in rules:
        # An entry that works against the answer counts as far as it could match, one for it as far as it surely does.
        for_it = entry.allows if surely else entry.allows is not False
        if entry.number is None and bool(for_it) is surely:
            continue  # Surely passing: an Allow may stand too late. Possibly passing: so may a Deny.
        maybe = not for_it if surely else bool(for_it)
        if not entry.covers(protocol, port, maybe=maybe):
            continue
        matching = left & entry.addresses(version, maybe=maybe)
        if for_it:
            passed |= matching
        left -= matching
    return passed


def ports_of_interest(*rulesets: Ruleset, first: int = 0, last: int = LAST_PORT) -> Iterator[int]:
    """Ports of a range of which one stands for each stretch that all entries treat alike."""
    found = {first}
    for entry in (entry for rules in rulesets for entry in rules):
        if entry.ports is not None:
            found |= {int(entry.ports[0]), int(entry.ports[1]) + 1}
    return (port for port in sorted(found) if first <= port <= last)


def rulesets(acl: Resource | None, stack: Stack) -> tuple[Ruleset, Ruleset]:
    """The entries of an ACL: those for what comes in, and those for what goes out. None is AWS's default ACL."""
    if acl is None:
        return OPEN, OPEN
    links = stack.referring(acl, ENTRY, "networkAclId")
    return _ruleset(acl, links, egress=False), _ruleset(acl, links, egress=True)


def acl_of(subnet: Resource, stack: Stack) -> Resource | None:
    """The ACL of a subnet; None when it is the VPC's default one as AWS makes it.

    Raises NotKnownError when several could be it.
    """
    kinds = [stack.referring(subnet, token, "subnetIds") for token in (ACL, DEFAULT_ACL)]
    joined = stack.referring(subnet, ASSOCIATION, "subnetId")
    named = [acl for links in kinds for acl in links.sure]
    named += [acl for link in joined.sure for acl in stack.targets(link, "networkAclId", ACL).sure]
    if named:
        return named[0]
    for links in (*kinds, joined):
        if links:
            raise NotKnownError(_first(links).name)
    return _default(subnet, stack)


def _default(subnet: Resource, stack: Stack) -> Resource | None:
    vpcs = stack.targets(subnet, "vpcId", VPC)
    for vpc in vpcs.sure:
        links = stack.referring(vpc, DEFAULT_ACL, "defaultNetworkAclId")
        if links.sure:
            return links.sure[0]
        if links:
            raise NotKnownError(_first(links).name)
    if not vpcs.sure and stack.by_type(DEFAULT_ACL):
        raise NotKnownError("vpcId")
    return None


def _first(links: Links) -> Resource:
    return (*links.sure, *links.possible)[0]


def _ruleset(acl: Resource, links: Links, *, egress: bool) -> Ruleset:
    found = list(_inline(acl, "egress" if egress else "ingress"))
    for rules, certain in ((links.sure, True), (links.possible, False)):
        for rule in rules:
            direction = known(partial(rule.flag, "egress"))
            if direction is None or direction is egress:
                sure = certain and direction is not None
                found.append(_entry(rule, "ruleNumber", "ruleAction", certain=sure))
    return sorted(found, key=lambda entry: -1 if entry.number is None else entry.number)


def _inline(acl: Resource, direction: str) -> Iterator[Entry]:
    whole = known(partial(acl.given.each, direction))
    if whole is None:
        yield _ANYTHING
        return
    for part in whole:
        yield _ANYTHING if isinstance(part.value, Unknown) else _entry(part, "ruleNo", "action")


def _entry(part: Part, number: str, action: str, *, certain: bool = True) -> Entry:
    said = known(partial(part.text, action))
    return Entry(
        number=known(partial(part.number, number)),
        allows=None if said is None else said.lower() == "allow",
        protocol=known(lambda: protocol_name(part.get("protocol"))),
        ports=known(partial(port_range, part)),
        blocks=tuple(_blocks(part)),
        certain=certain,
    )


def _blocks(part: Part) -> Iterator[tuple[int, Addresses | None]]:
    for version, path in _BLOCKS.items():
        if not part.known(path):
            yield version, None
        elif (block := Addresses.of(part.text(path))) is not None:
            yield version, block


def known(read: Callable[[], T]) -> T | None:
    """What a reader gives; None when it is not known yet."""
    try:
        return read()
    except NotKnownError:
        return None


# An entry of which nothing is known.
_ANYTHING = Entry(None, None, None, None, ((4, None), (6, None)), certain=False)
