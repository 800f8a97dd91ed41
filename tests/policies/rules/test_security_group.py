"""A rule of a security group means the same in each of its three shapes."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from policies.pack.resource import Resource
from policies.pack.rule import Rule
from policies.pack.values import UNKNOWN, Value
from policies.pack.verdict import NotKnownError, Verdict, undecided
from policies.rules import security_group
from policies.rules.security_group import (
    security_group_database_not_from_anywhere,
    security_group_no_ssh,
    security_group_only_web_ports_from_anywhere,
    security_group_remote_access_not_from_anywhere,
)

RULES = (
    security_group_database_not_from_anywhere,
    security_group_no_ssh,
    security_group_only_web_ports_from_anywhere,
    security_group_remote_access_not_from_anywhere,
)
ports = st.sampled_from([0, 21, 22, 80, 443, 3306, 3389, 5432, 65535, UNKNOWN])
protocols = st.sampled_from(["tcp", "6", "udp", "-1", "icmp", UNKNOWN])
sources = st.sampled_from(["0.0.0.0/0", "10.0.0.0/8", "128.0.0.0/1", UNKNOWN])


def shapes(protocol: Value, first: Value, last: Value, source: Value) -> list[Resource]:
    """One opening as an inline rule, a standalone rule, and an ingress rule."""
    span: dict[str, Value] = {"fromPort": first, "toPort": last}
    inline: dict[str, Value] = {"protocol": protocol, "cidrBlocks": [source], **span}
    return [
        Resource(security_group.GROUP, "g", "urn:g", {"ingress": [inline]}),
        Resource(security_group.ANY_RULE, "r", "urn:r", {"type": "ingress", **inline}),
        Resource(
            security_group.INGRESS_RULE, "i", "urn:i", {"ipProtocol": protocol, "cidrIpv4": source, **span}
        ),
    ]


def answer(rule: Rule, resource: Resource) -> Verdict:
    try:
        return rule.judge(resource)
    except NotKnownError as unknown:
        return undecided(unknown.path)


def state(verdict: Verdict) -> str:
    return "violated" if verdict.violated else "undecided" if verdict.undecided else "passed"


@given(protocols, ports, ports, sources)
def test_three_shapes_one_answer(protocol: Value, first: Value, last: Value, source: Value) -> None:
    for rule in RULES:
        assert len({state(answer(rule, resource)) for resource in shapes(protocol, first, last, source)}) == 1


@given(protocols, ports, ports, sources)
def test_an_undecided_answer_is_open_to_both(
    protocol: Value, first: Value, last: Value, source: Value
) -> None:
    """Whatever the unknown turns out to be, a decided answer stays: no violation is taken back after `up`."""
    (inline, *_) = shapes(protocol, first, last, source)
    for rule in RULES:
        before = state(answer(rule, inline))
        if before == "undecided":
            continue
        for kind in ("tcp", "-1", "icmp") if protocol is UNKNOWN else (protocol,):
            for low in (22, 443, 5432) if first is UNKNOWN else (first,):
                for high in (22, 443, 5432) if last is UNKNOWN else (last,):
                    for cidr in ("0.0.0.0/0", "10.0.0.0/8") if source is UNKNOWN else (source,):
                        assert state(answer(rule, shapes(kind, low, high, cidr)[0])) == before


@pytest.mark.parametrize(("index", "path"), [(0, "ingress[0]"), (1, "fromPort"), (2, "fromPort")])
def test_the_finding_names_the_place_and_the_port(index: int, path: str) -> None:
    resource = shapes("tcp", 22, 22, "0.0.0.0/0")[index]
    (finding,) = security_group_remote_access_not_from_anywhere.judge(resource).findings
    assert finding.path == path
    assert "(port 22)" in finding.what
    assert "Session Manager" in finding.remedy
