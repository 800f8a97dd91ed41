"""Whom a security group lets in: three shapes of rules are read alike, and what is not known yet is said."""

from __future__ import annotations

import pytest

from policies.pack.graph import Stack
from policies.pack.group_rules import ANY_RULE, GROUP, INGRESS_RULE, Sources, rules, sources
from policies.pack.resource import Place, Resource
from policies.pack.values import UNKNOWN, Value


def resource(kind: str, name: str, refers: dict[str, str] | None = None, **properties: Value) -> Resource:
    """A resource; `refers` maps properties to the names of the resources that they are computed from."""
    place = Place(property_dependencies={path: (f"urn:{to}",) for path, to in (refers or {}).items()})
    return Resource(kind, name, f"urn:{name}", {"id": f"id-{name}", **properties}, place)


CALLER = resource(GROUP, "caller")
EMPTY = resource(GROUP, "group")


def inline(**ingress: Value) -> Resource:
    return resource(GROUP, "group", ingress=[ingress])


def found(group: Resource, *more: Resource) -> Sources:
    return sources(group, Stack([group, CALLER, *more]))


@pytest.mark.parametrize(
    ("group", "more"),
    [
        (inline(securityGroups=["id-caller"]), ()),
        (
            EMPTY,
            (
                resource(
                    ANY_RULE,
                    "r",
                    type="ingress",
                    securityGroupId="id-group",
                    sourceSecurityGroupId="id-caller",
                ),
            ),
        ),
        (
            EMPTY,
            (resource(INGRESS_RULE, "r", securityGroupId="id-group", referencedSecurityGroupId="id-caller"),),
        ),
    ],
)
def test_a_group_is_let_in_by_any_shape(group: Resource, more: tuple[Resource, ...]) -> None:
    assert found(group, *more) == Sources((CALLER,), ranges=False)


@pytest.mark.parametrize(
    ("group", "more"),
    [
        (inline(cidrBlocks=["10.0.0.0/8"]), ()),
        (inline(ipv6CidrBlocks=["::/0"]), ()),
        (inline(prefixListIds=["pl-1"]), ()),
        (EMPTY, (resource(ANY_RULE, "r", type="ingress", securityGroupId="id-group", cidrBlocks=UNKNOWN),)),
        (EMPTY, (resource(INGRESS_RULE, "r", securityGroupId="id-group", cidrIpv4="10.0.0.0/8"),)),
        (EMPTY, (resource(INGRESS_RULE, "r", securityGroupId="id-group", prefixListId="pl-1"),)),
    ],
)
def test_a_range_or_prefix_list_is_told_apart(group: Resource, more: tuple[Resource, ...]) -> None:
    assert found(group, *more) == Sources((), ranges=True)


def test_a_group_may_let_itself_in() -> None:
    group = inline(self=True)
    assert found(group).groups == (group,)
    by_rule = resource(ANY_RULE, "r", type="ingress", securityGroupId="id-group", self="true")
    assert found(EMPTY, by_rule).groups == (EMPTY,)
    assert found(inline(self=False)).groups == ()


@pytest.mark.parametrize(
    "rule",
    [
        resource(ANY_RULE, "r", type="egress", securityGroupId="id-group", sourceSecurityGroupId="id-caller"),
        resource(ANY_RULE, "r", type=UNKNOWN, securityGroupId="id-group", sourceSecurityGroupId="id-caller"),
        resource(INGRESS_RULE, "r", securityGroupId="id-other", referencedSecurityGroupId="id-caller"),
    ],
)
def test_what_surely_lets_nobody_in_is_no_rule_of_the_group(rule: Resource) -> None:
    assert found(EMPTY, rule).groups == ()
    assert list(rules(EMPTY, Stack([EMPTY, CALLER, rule]))) == []


def test_what_is_not_known_yet_is_said() -> None:
    assert found(resource(GROUP, "group", ingress=UNKNOWN)).open == "ingress"
    assert found(resource(GROUP, "group", ingress=[{"self": True}, UNKNOWN])).open == "ingress"
    either = resource(ANY_RULE, "r", type=UNKNOWN, securityGroupId="id-group", cidrBlocks=["10.0.0.0/8"])
    assert found(EMPTY, either) == Sources((), ranges=False, open="r.type")
    unknown = resource(INGRESS_RULE, "r", securityGroupId="id-group", referencedSecurityGroupId=UNKNOWN)
    assert found(EMPTY, unknown).open == "referencedSecurityGroupId"
    anywhere = resource(INGRESS_RULE, "r", securityGroupId=UNKNOWN, cidrIpv4="10.0.0.0/8")
    assert found(EMPTY, anywhere) == Sources((), ranges=False, open="r.securityGroupId")
    assert found(EMPTY).open == ""


def test_an_unknown_group_is_followed_by_what_it_is_computed_from() -> None:
    computed = resource(
        INGRESS_RULE,
        "r",
        {"referencedSecurityGroupId": "caller"},
        securityGroupId="id-group",
        referencedSecurityGroupId=UNKNOWN,
    )
    assert found(EMPTY, computed) == Sources((CALLER,), ranges=False)
