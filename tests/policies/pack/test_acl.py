"""Network ACLs: what surely passes, what possibly does, and which ACL is a subnet's."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

import pytest
from hypothesis import given, strategies as st

from policies.pack.acl import (
    ACL,
    ASSOCIATION,
    DEFAULT_ACL,
    ENTRY,
    OPEN,
    VPC,
    acl_of,
    passing,
    ports_of_interest,
    rulesets,
)
from policies.pack.graph import Stack
from policies.pack.resource import Place, Resource
from policies.pack.values import UNKNOWN, Unknown, Value
from policies.pack.verdict import NotKnownError

SUBNET = "aws:ec2/subnet:Subnet"
WORLD = "0.0.0.0/0"


def resource(kind: str, name: str, refers: dict[str, str] | None = None, **properties: Value) -> Resource:
    """A resource; `refers` maps properties to the names of the resources that they are computed from."""
    place = Place(property_dependencies={path: (f"urn:{to}",) for path, to in (refers or {}).items()})
    return Resource(kind, name, f"urn:{name}", {"id": f"id-{name}", **properties}, place)


def inline(
    number: Value, action: Value, ports: tuple[int, int] | Unknown = (0, 65535), cidr: Value = WORLD
) -> Value:
    first, last = (ports, ports) if isinstance(ports, Unknown) else ports
    return {
        "ruleNo": number,
        "action": action,
        "protocol": "tcp",
        "fromPort": first,
        "toPort": last,
        "cidrBlock": cidr,
    }


def judged(entries: Sequence[Value], port: int, *, surely: bool) -> bool:
    """Whether an address of the internet gets through an ACL of these entries."""
    acl = resource(ACL, "acl", ingress=list(entries))
    inward, _ = rulesets(acl, Stack([acl]))
    return int(ipaddress.ip_address("8.8.8.8")) in passing(inward, port, 4, surely=surely)


ENTRIES = st.lists(
    st.tuples(
        st.integers(1, 40),
        st.booleans(),
        st.sampled_from([(0, 65535), (22, 22), (443, 443), (1024, 65535)]),
        st.sampled_from([WORLD, "8.0.0.0/8", "10.0.0.0/8", "0.0.0.0/1"]),
    ),
    max_size=6,
    unique_by=lambda entry: entry[0],
)


def by_the_book(found: Sequence[tuple[int, bool, tuple[int, int], str]], port: int) -> bool:
    for _, allows, (first, last), cidr in sorted(found):
        if first <= port <= last and ipaddress.ip_address("8.8.8.8") in ipaddress.ip_network(cidr):
            return allows
    return False


@given(ENTRIES, st.sampled_from([21, 22, 443, 1024, 50000]), st.booleans())
def test_known_entries_pass_by_the_book(
    found: list[tuple[int, bool, tuple[int, int], str]], port: int, surely: bool
) -> None:
    entries = [
        inline(number, "allow" if allows else "deny", ports, cidr) for number, allows, ports, cidr in found
    ]
    assert judged(entries, port, surely=surely) is by_the_book(found, port)


HOLES = st.lists(st.sampled_from(["number", "action", "ports", "cidr", "none"]), min_size=1, max_size=3)


@given(ENTRIES, HOLES, st.sampled_from([22, 443, 50000]))
def test_whatever_an_unknown_becomes_lies_between_surely_and_possibly(
    found: list[tuple[int, bool, tuple[int, int], str]], holes: list[str], port: int
) -> None:
    holes = [*holes, *["none"] * (len(found) - len(holes))]
    entries = [
        inline(
            UNKNOWN if hole == "number" else number,
            UNKNOWN if hole == "action" else "allow" if allows else "deny",
            UNKNOWN if hole == "ports" else ports,
            UNKNOWN if hole == "cidr" else cidr,
        )
        for (number, allows, ports, cidr), hole in zip(found, holes, strict=False)
    ]
    truth = by_the_book(found, port)
    assert truth or not judged(entries, port, surely=True)
    assert not truth or judged(entries, port, surely=False)


def test_a_whole_direction_that_is_not_known_decides_nothing() -> None:
    acl = resource(ACL, "acl", ingress=UNKNOWN, egress=[UNKNOWN])
    for rules in rulesets(acl, Stack([acl])):
        assert not passing(rules, 443, 4, surely=True)
        assert passing(rules, 443, 4, surely=False).world
        assert passing(rules, 443, 6, surely=False).world


def test_directions_families_and_protocols_are_apart() -> None:
    acl = resource(
        ACL,
        "acl",
        ingress=[{"ruleNo": 1, "action": "allow", "protocol": "-1", "ipv6CidrBlock": "::/0"}],
        egress=[
            {"ruleNo": 1, "action": "Allow", "protocol": 17, "cidrBlock": WORLD, "fromPort": 53, "toPort": 53}
        ],
    )
    inward, outward = rulesets(acl, Stack([acl]))
    assert passing(inward, 443, 6, surely=True).world
    assert not passing(inward, 443, 4, surely=True)
    assert passing(outward, 53, 4, surely=True, protocol="udp").world
    assert not passing(outward, 53, 4, surely=True)
    assert not passing(outward, 54, 4, surely=True, protocol="udp")


def standalone(name: str, acl: str, **properties: Value) -> Resource:
    return resource(
        ENTRY,
        name,
        {"networkAclId": acl},
        networkAclId=UNKNOWN,
        protocol="tcp",
        cidrBlock=WORLD,
        fromPort=0,
        toPort=65535,
        **properties,
    )


def test_standalone_entries_stand_among_the_inline_ones() -> None:
    acl = resource(ACL, "acl", ingress=[inline(100, "allow")])
    before = standalone("before", "acl", ruleNumber=50, ruleAction="deny")
    after = standalone("after", "acl", ruleNumber=150, ruleAction="deny")
    out = standalone("out", "acl", ruleNumber=50, ruleAction="allow", egress="true")
    assert passing(rulesets(acl, Stack([acl, after]))[0], 443, 4, surely=True).world
    assert not passing(rulesets(acl, Stack([acl, before, after]))[0], 443, 4, surely=False)
    assert passing(rulesets(acl, Stack([acl, before, out]))[1], 443, 4, surely=True).world


def test_an_entry_that_may_be_another_acls_is_neither_counted_on_nor_forgotten() -> None:
    acl, other = resource(ACL, "acl", ingress=[inline(100, "allow")]), resource(ACL, "other")
    place = Place(property_dependencies={"networkAclId": ("urn:acl", "urn:other")})
    values = dict(standalone("entry", "acl", ruleNumber=50, ruleAction="deny").value)  # type: ignore[arg-type]
    entry = Resource(ENTRY, "entry", "urn:entry", values, place)
    inward, _ = rulesets(acl, Stack([acl, other, entry]))
    assert not passing(inward, 443, 4, surely=True)
    assert passing(inward, 443, 4, surely=False).world


def test_awss_own_acl_lets_everything_through() -> None:
    assert rulesets(None, Stack([])) == (OPEN, OPEN)
    assert all(passing(OPEN, port, version, surely=True).world for port in (0, 65535) for version in (4, 6))


def test_ports_of_interest_are_where_something_changes() -> None:
    acl = resource(ACL, "acl", ingress=[inline(1, "allow", (80, 443)), inline(2, "deny", UNKNOWN)])
    inward, _ = rulesets(acl, Stack([acl]))
    assert list(ports_of_interest(inward)) == [0, 80, 444]
    assert list(ports_of_interest(inward, first=100, last=300)) == [100]


VPCS = [resource(VPC, "vpc"), resource(VPC, "elsewhere")]
PLACED = resource(SUBNET, "subnet", vpcId="id-vpc")


def test_a_subnets_acl_is_the_one_that_names_it() -> None:
    named = resource(ACL, "named", subnetIds=["id-subnet"])
    other = resource(ACL, "other", subnetIds=["id-other"])
    assert acl_of(PLACED, Stack([*VPCS, PLACED, other, named])) is named


def test_a_subnets_acl_may_be_joined() -> None:
    acl = resource(ACL, "acl")
    link = resource(ASSOCIATION, "link", {"networkAclId": "acl"}, subnetId="id-subnet", networkAclId=UNKNOWN)
    assert acl_of(PLACED, Stack([*VPCS, PLACED, acl, link])) is acl


def test_without_one_it_is_the_vpcs_default() -> None:
    adopted = resource(DEFAULT_ACL, "adopted", {"defaultNetworkAclId": "vpc"}, defaultNetworkAclId="acl-1")
    strange = resource(
        DEFAULT_ACL, "strange", {"defaultNetworkAclId": "elsewhere"}, defaultNetworkAclId="acl-2"
    )
    assert acl_of(PLACED, Stack([*VPCS, PLACED, strange, adopted])) is adopted
    assert acl_of(PLACED, Stack([*VPCS, PLACED, strange])) is None
    assert acl_of(PLACED, Stack([PLACED])) is None


@pytest.mark.parametrize(
    "maybe",
    [
        resource(ACL, "maybe", subnetIds=UNKNOWN),
        resource(ASSOCIATION, "maybe", subnetId="id-subnet", networkAclId="acl-of-another-stack"),
        resource(DEFAULT_ACL, "maybe", defaultNetworkAclId=UNKNOWN),
    ],
)
def test_an_acl_that_may_be_the_subnets_leaves_it_open(maybe: Resource) -> None:
    with pytest.raises(NotKnownError):
        acl_of(PLACED, Stack([*VPCS, PLACED, maybe]))


def test_an_unknown_vpc_may_have_any_default_acl() -> None:
    lost = resource(SUBNET, "lost", vpcId="vpc-of-another-stack")
    adopted = resource(DEFAULT_ACL, "adopted", defaultNetworkAclId="acl-1")
    with pytest.raises(NotKnownError):
        acl_of(lost, Stack([lost, adopted]))
