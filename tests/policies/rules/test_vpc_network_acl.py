"""Network ACLs: the entry with the lowest number that matches decides, whatever order the program gives."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from policies.pack.acl import ACL, ENTRY
from policies.pack.graph import Stack
from policies.pack.resource import Place, Resource
from policies.pack.values import UNKNOWN, Value
from policies.rules.vpc_network_acl import vpc_network_acl_no_remote_access

entries = st.lists(
    st.tuples(
        st.integers(1, 200),
        st.booleans(),
        st.sampled_from([(22, 22), (3389, 3389), (443, 443), (0, 65535)]),
        st.sampled_from(["0.0.0.0/0", "10.0.0.0/8"]),
    ),
    max_size=6,
    unique_by=lambda entry: entry[0],
)
Entry = tuple[int, bool, tuple[int, int], str]


def by_the_book(found: list[Entry], port: int) -> bool:
    """Whether AWS lets a packet from the internet to a port through (the last entry, `*`, denies)."""
    for _, allows, (first, last), cidr in sorted(found):
        if first <= port <= last and cidr == "0.0.0.0/0":
            return allows
    return False


def inline(found: list[Entry]) -> Resource:
    ingress: list[Value] = [
        {
            "ruleNo": number,
            "action": "allow" if allows else "deny",
            "protocol": "tcp",
            "cidrBlock": cidr,
            "fromPort": first,
            "toPort": last,
        }
        for number, allows, (first, last), cidr in found
    ]
    return Resource(ACL, "acl", "urn:acl", {"ingress": ingress})


def standalone(found: list[Entry]) -> list[Resource]:
    return [
        Resource(
            ENTRY,
            f"rule{number}",
            f"urn:{number}",
            {
                "networkAclId": UNKNOWN,
                "ruleNumber": number,
                "ruleAction": "allow" if allows else "deny",
                "protocol": "tcp",
                "cidrBlock": cidr,
                "fromPort": first,
                "toPort": last,
            },
            Place(property_dependencies={"networkAclId": ("urn:acl",)}),
        )
        for number, allows, (first, last), cidr in found
    ]


@given(entries)
def test_inline_and_standalone_entries_are_judged_by_the_book(found: list[Entry]) -> None:
    open_ports = sum(by_the_book(found, port) for port in (22, 3389))
    acl = inline(found)
    assert len(vpc_network_acl_no_remote_access.judge(acl, Stack([acl])).findings) == open_ports
    empty = inline([])
    stack = Stack([empty, *standalone(found)])
    assert len(vpc_network_acl_no_remote_access.judge(empty, stack).findings) == open_ports


@pytest.mark.parametrize(("first", "last", "open_to"), [(1024, 65535, 0), (32768, 60999, 0), (3000, 4000, 1)])
def test_reply_ports_are_not_an_opening(first: int, last: int, open_to: int) -> None:
    acl = inline([(100, True, (first, last), "0.0.0.0/0")])
    assert len(vpc_network_acl_no_remote_access.judge(acl, Stack([acl])).findings) == open_to


def test_the_finding_names_the_entry() -> None:
    acl = inline([(100, True, (22, 22), "0.0.0.0/0")])
    (finding,) = vpc_network_acl_no_remote_access.judge(acl, Stack([acl])).findings
    assert finding.path == "ingress[0]"
    rule = standalone([(100, True, (22, 22), "0.0.0.0/0")])
    (finding,) = vpc_network_acl_no_remote_access.judge(inline([]), Stack([inline([]), *rule])).findings
    assert finding.path == "rule100.ruleNumber"
