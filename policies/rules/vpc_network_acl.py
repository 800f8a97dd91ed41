"""Rules on network ACLs, whose entries come inline or as `NetworkAclRule`.

`networking-acl-not-all-ports` judges a standalone entry by itself. What an ACL lets through over the stack is
`policies.pack.acl`'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from policies.pack.acl import ACL, DEFAULT_ACL, ENTRY, Ruleset, passing, rulesets
from policies.pack.addresses import Addresses
from policies.pack.graph import Stack
from policies.pack.network import EPHEMERAL_FROM, RDP, SSH, covers_port, is_world, port_range, protocol_name
from policies.pack.resource import Part, Resource
from policies.pack.rule import MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, holds_all, undecided, violation

# Where Linux, Windows, NAT gateways and load balancers take answers.
_ANSWER_PORTS = (EPHEMERAL_FROM, 32768, 49152, 60999, 65535)


@dataclass(frozen=True, slots=True)
class _Entry:
    part: Part
    number: float
    allows: bool


@rule(
    on=(ACL, DEFAULT_ACL),
    severity=MEDIUM,
    theme=Theme.NETWORK,
    same_as=["SecurityHub EC2.21", "CIS v3 5.1", "CKV_AWS_231", "CKV_AWS_232"],
)
def vpc_network_acl_no_remote_access(acl: Resource, stack: Stack) -> Verdict:
    """A network ACL is the second fence; log-in ports have no reason to pass it from the internet.

    AWS takes the entry with the lowest number that matches. Ranges that start at 1024 and take in port 3389
    are the replies to outgoing connections (ACLs keep no state) and are not counted.
    """
    links = stack.referring(acl, ENTRY, "networkAclId")
    inline = [
        _Entry(part, part.number("ruleNo") or 0, _allows(part.text("action"))) for part in acl.each("ingress")
    ]
    standalone = [
        _Entry(rule, rule.number("ruleNumber") or 0, _allows(rule.text("ruleAction")))
        for rule in links.sure
        if not rule.flag("egress")
    ]
    entries = sorted([*inline, *standalone], key=lambda entry: entry.number)
    found = every((SSH, RDP), lambda port: _first_match(entries, port))
    return found & every(links.possible, lambda rule: undecided(f"{rule.name}.networkAclId"))


def _allows(action: str) -> bool:
    return action.lower() == "allow"


def _first_match(entries: list[_Entry], port: int) -> Verdict:
    for entry in entries:
        if not holds_all(partial(_matches, entry.part, port), partial(_from_world, entry.part)):
            continue
        if not entry.allows:
            return PASS
        rule = entry.part
        where = rule.path or f"{rule.name}.ruleNumber" if isinstance(rule, Resource) else rule.path
        return violation(
            where, f"lets port {port} in from the internet", "Narrow the ports or the source range."
        )
    return PASS


def _matches(entry: Part, port: int) -> bool:
    if not covers_port(entry, "protocol", port):
        return False
    if protocol_name(entry.get("protocol")) == "-1":
        return True
    first, last = port_range(entry)
    return not _for_answers(first, last)


def _from_world(entry: Part) -> bool:
    return any(is_world(entry.text(path)) for path in ("cidrBlock", "ipv6CidrBlock"))


@rule(on=(ACL, DEFAULT_ACL), severity=MEDIUM, theme=Theme.RESILIENCE)
def vpc_network_acl_answers_pass(acl: Resource, stack: Stack) -> Verdict:
    """ACLs keep no state: what is let in and never answered hangs until it times out."""
    inward, outward = rulesets(acl, stack)
    remedy = "Allow TCP 1024 to 65535 to the same range in that direction."
    unanswered = (
        ("egress", _unanswered(inward, outward), "lets no answers out to what is let in"),
        ("ingress", _unanswered(outward, inward), "lets no answers in to what is let out"),
    )
    total = PASS
    for path, wrong, what in unanswered:
        total &= violation(path, what, remedy) if wrong else PASS
    return total


def _unanswered(asked: Ruleset, answered: Ruleset) -> bool:
    """Whether requests surely pass one way at a service's port, and no answer possibly passes the other."""
    services = {
        int(entry.ports[0]) for entry in asked if entry.ports is not None and not _for_answers(*entry.ports)
    }
    return any(
        _cut_off(passing(asked, port, version, surely=True), answered)
        for version in (4, 6)
        for port in sorted(services)
    )


def _for_answers(first: float, last: float) -> bool:
    """Whether a range of ports is where clients take answers, and no service's."""
    return first >= EPHEMERAL_FROM and last - first > 1000


def _cut_off(callers: Addresses, answered: Ruleset) -> bool:
    version = callers.version
    return bool(callers) and not any(
        callers & passing(answered, port, version, surely=False) for port in _ANSWER_PORTS
    )
