from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given, strategies as st

from tools.emulator.diff import ADD, DELETE, UPDATE, Change, changes, is_ignored, same, steps
from tools.emulator.schema import ResourceType, resource
from tools.emulator.values import ARCHIVE, UNKNOWN, Asset, Secret

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
INPUTS = st.dictionaries(st.sampled_from(["cidrBlock", "tags", "instanceTenancy", "x"]), JSON, max_size=4)


def kind(token: str) -> ResourceType:
    found = resource(token)
    assert found is not None
    return found


VPC = kind("aws:ec2/vpc:Vpc")
GROUP = kind("aws:ec2/securityGroup:SecurityGroup")


def paths(found: list[Change]) -> list[tuple[str, str, bool]]:
    return [(change.path, change.kind, change.replaces) for change in found]


@given(INPUTS)
def test_the_same_inputs_are_no_change(inputs: dict[str, Any]) -> None:
    assert changes(VPC, inputs, inputs) == []


@given(JSON, JSON)
def test_same_is_symmetric(left: Any, right: Any) -> None:
    assert same(left, right) == same(right, left)


def test_add_delete_update_and_replace() -> None:
    old = {"cidrBlock": "10.0.0.0/16", "tags": {"a": "1", "b": "2"}}
    new = {"cidrBlock": "10.1.0.0/16", "tags": {"a": "3", "c": "4"}, "enableDnsHostnames": True}
    assert paths(changes(VPC, old, new)) == [
        ("cidrBlock", UPDATE, True),
        ("tags.a", UPDATE, False),
        ("tags.b", DELETE, False),
        ("tags.c", ADD, False),
        ("enableDnsHostnames", ADD, False),
    ]


def test_a_declaration_decides_what_replaces() -> None:
    old, new = (
        {"cidrBlock": "a", "instanceTenancy": "default"},
        {"cidrBlock": "b", "instanceTenancy": "dedicated"},
    )
    found = changes(VPC, old, new, replace_on=("instanceTenancy",), update_on=("cidrBlock",))
    assert paths(found) == [("cidrBlock", UPDATE, False), ("instanceTenancy", UPDATE, True)]


@pytest.mark.parametrize("old", [None, "10.0.0.0/16", ["a"], {"a": 1}])
def test_from_known_to_unknown_is_a_change(old: Any) -> None:
    inputs = {} if old is None else {"cidrBlock": old}
    found = changes(VPC, inputs, {"cidrBlock": UNKNOWN})
    assert paths(found) == [("cidrBlock", ADD if old is None else UPDATE, True)]


def test_an_unknown_inside_is_a_change_of_that_part_only() -> None:
    found = changes(VPC, {"tags": {"a": "1", "b": "2"}}, {"tags": {"a": "1", "b": UNKNOWN}})
    assert paths(found) == [("tags.b", UPDATE, False)]
    rules = [{"fromPort": 1, "cidrBlocks": ["10.0.0.0/8"]}]
    found = changes(GROUP, {"ingress": rules}, {"ingress": [{**rules[0], "cidrBlocks": [UNKNOWN]}]})
    assert [change.path for change in found] == ["ingress[0].cidrBlocks[0]"]


def test_secrets_are_compared_by_value_and_never_shown() -> None:
    assert changes(VPC, {"tags": {"a": Secret("x")}}, {"tags": {"a": "x"}}) == []
    found = changes(VPC, {"tags": Secret({"a": "hunter2"})}, {"tags": Secret({"a": "hunter3"})})
    assert paths(found) == [("tags.a", UPDATE, False)]
    assert "hunter" not in repr(found)


def test_two_spellings_of_one_document_are_the_same() -> None:
    policy = {"Version": "2012-10-17", "Statement": [{"Action": ["a", "b"], "Resource": ["*"]}]}
    other = {"Statement": [{"Resource": "*", "Action": ["b", "a"]}], "Version": "2012-10-17"}
    assert same(json.dumps(policy), json.dumps(other, indent=2))
    assert not same(json.dumps(policy), json.dumps({**policy, "Version": "2008-10-17"}))
    assert not same("{not json", "{not json either")


@pytest.mark.parametrize(
    ("old", "new"),
    [(None, []), (None, {}), ({}, []), ("22", 22), (True, "true"), (1.0, 1), (["b", "a"], ["a", "b"])],
)
def test_values_that_mean_the_same(old: Any, new: Any) -> None:
    assert same(old, new)


@pytest.mark.parametrize(
    ("old", "new"), [(True, 1), (None, ""), (None, 0), (None, False), ("a", "A"), ([1, 1], [1, 2])]
)
def test_values_that_differ(old: Any, new: Any) -> None:
    assert not same(old, new)


def test_the_order_of_commands_is_meaning() -> None:
    assert not same({"command": ["a", "b"]}, {"command": ["b", "a"]})
    assert same({"subnetIds": ["a", "b"]}, {"subnetIds": ["b", "a"]})


def test_moved_items_of_a_set_are_no_change() -> None:
    rules = [{"fromPort": port, "toPort": port, "protocol": "tcp"} for port in (22, 80, 443)]
    moved = random.Random(1).sample(rules, 3)
    assert moved != rules
    assert changes(GROUP, {"ingress": rules}, {"ingress": moved}, unordered=("ingress",)) == []
    assert [
        change.path
        for change in changes(GROUP, {"ingress": rules}, {"ingress": moved[:2]}, unordered=("ingress",))
    ] == ["ingress"]


def test_assets_are_compared_by_hash() -> None:
    old, new = Asset(ARCHIVE, {"hash": "1", "path": "a"}), Asset(ARCHIVE, {"hash": "1", "path": "b"})
    assert same(old, new)
    assert not same(old, Asset(ARCHIVE, {"hash": "2", "path": "a"}))


def test_inputs_of_an_import_have_no_default_tags_yet() -> None:
    assert changes(VPC, {"tags": {"a": "1"}}, {"tags": {"a": "1"}, "tagsAll": {"a": "1"}}) == []
    found = changes(VPC, {"tags": {"a": "1"}}, {"tags": {"a": "1"}, "tagsAll": {"a": "1", "team": "data"}})
    assert paths(found) == [("tagsAll.team", ADD, False)]


def test_what_aws_computes_may_be_left_out() -> None:
    assert changes(VPC, {"cidrBlock": "10.0.0.0/16"}, {}) == []
    assert paths(changes(VPC, {"enableDnsSupport": False}, {})) == [("enableDnsSupport", DELETE, False)]


def test_names_and_notes_of_the_provider_itself_are_not_compared() -> None:
    assert changes(VPC, {"__defaults": []}, {"__defaults": ["cidrBlock"]}) == []
    assert changes(VPC, {"arn": "a"}, {"arn": "b"}) == [], "an output that got into the inputs is no input"


@pytest.mark.parametrize(
    ("path", "ignored", "wanted"),
    [
        ("tags.Name", ["tags"], True),
        ("tags.Name", ["tags.Name"], True),
        ("tags.Name", ["tags.Na"], False),
        ("tags", ["tags.Name"], False),
        ("tagsAll.Name", ["tags"], False),
        ("ingress[0].fromPort", ["ingress[0]"], True),
        ("ingress[1].fromPort", ["ingress[0]"], False),
        ("ingress[1].fromPort", ["ingress[*].fromPort"], True),
        ("ingress[1].toPort", ["ingress[*].fromPort"], False),
        ("cidrBlock", ["*"], True),
        ('tags["a.b"]', ['tags["a.b"]'], True),
        ('tags["a.b"]', ["tags.a.b"], False),
        ("x", [], False),
    ],
)
def test_ignored_paths(path: str, ignored: list[str], wanted: bool) -> None:
    assert is_ignored(path, ignored) is wanted


@given(
    st.dictionaries(
        st.text(min_size=1).filter(lambda key: not key.startswith("__")), st.just("1"), min_size=1, max_size=3
    )
)
def test_every_changed_key_has_a_path_that_leads_to_it(tags: dict[str, str]) -> None:
    found = changes(VPC, {"tags": dict.fromkeys(tags, "0")}, {"tags": tags})
    assert [steps(change.path) for change in found] == [["tags", key] for key in tags]
    assert all(change.top == "tags" for change in found)
