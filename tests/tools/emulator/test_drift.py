from __future__ import annotations

from typing import Any

from hypothesis import given, strategies as st

from tools.emulator.diff import changes
from tools.emulator.drift import inputs_from
from tools.emulator.schema import ResourceType, resource
from tools.emulator.values import Secret

TEXTS = st.dictionaries(st.text(min_size=1), st.text(), max_size=4)


def kind(token: str) -> ResourceType:
    found = resource(token)
    assert found is not None
    return found


VPC = kind("aws:ec2/vpc:Vpc")
GROUP = kind("aws:ec2/securityGroup:SecurityGroup")
INSTANCE = kind("aws:rds/instance:Instance")
STAGE = kind("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream")


@given(TEXTS)
def test_nothing_changes_where_all_is_as_given(tags: dict[str, str]) -> None:
    given_inputs = {"cidrBlock": "10.0.0.0/16", "tags": tags, "enableDnsHostnames": True}
    there = {
        **given_inputs,
        "id": "vpc-1",
        "arn": "arn:x",
        "instanceTenancy": "default",
        "enableDnsSupport": True,
    }
    assert inputs_from(VPC, given_inputs, there) == given_inputs


@given(TEXTS, TEXTS)
def test_drift_of_tags_shows_as_the_way_back(tags: dict[str, str], there: dict[str, str]) -> None:
    old = {"cidrBlock": "10.0.0.0/16", "tags": tags}
    read = inputs_from(VPC, old, {"cidrBlock": "10.0.0.0/16", "tags": there})
    assert read["tags"] == there
    shown = changes(VPC, read, old)
    assert (shown == []) == (tags == there)


def test_drift_of_a_given_value() -> None:
    old = {"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True}
    assert inputs_from(VPC, old, {"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": False}) == {
        "cidrBlock": "10.0.0.0/16",
        "enableDnsHostnames": False,
    }


def test_a_value_that_somebody_set_appears() -> None:
    old = {"cidrBlock": "10.0.0.0/16"}
    assert inputs_from(VPC, old, {**old, "enableDnsHostnames": False})["cidrBlock"] == "10.0.0.0/16"
    assert inputs_from(VPC, old, {**old, "tags": {"by": "hand"}}) == {**old, "tags": {"by": "hand"}}
    assert inputs_from(VPC, old, {**old, "tags": {}}) == old


def test_an_import_takes_everything_that_can_be_given() -> None:
    there = {
        "cidrBlock": "10.0.0.0/16",
        "arn": "arn:x",
        "tags": {"a": "b"},
        "tagsAll": {"a": "b"},
        "enableDnsSupport": True,
    }
    assert inputs_from(VPC, {}, there) == {"cidrBlock": "10.0.0.0/16", "tags": {"a": "b"}}


def test_the_spelling_of_the_program_is_kept() -> None:
    old = {"tags": {"n": 5}, "ingress": [{"fromPort": "22", "cidrBlocks": ["b", "a"]}]}
    there = {"tags": {"n": "5"}, "ingress": [{"fromPort": 22, "cidrBlocks": ["a", "b"]}]}
    assert inputs_from(GROUP, old, there) == old


def test_nested_objects_are_compared_in_what_was_given() -> None:
    old = {"ingress": [{"fromPort": 22, "toPort": 22, "protocol": "tcp"}]}
    there = {"ingress": [{"fromPort": 22, "toPort": 23, "protocol": "tcp", "description": "", "self": False}]}
    assert inputs_from(GROUP, old, there)["ingress"] == [{"fromPort": 22, "toPort": 23, "protocol": "tcp"}]


def test_what_a_read_does_not_show_stays() -> None:
    old = {"password": Secret("x"), "identifier": "db"}
    assert inputs_from(INSTANCE, old, {"identifier": "db"}) == old
    config: dict[str, Any] = {"httpEndpointConfiguration": {"url": "https://x", "accessKey": "k"}}
    read = inputs_from(STAGE, config, {"httpEndpointConfiguration": {"url": "https://y"}})
    assert read == {"httpEndpointConfiguration": {"url": "https://y", "accessKey": "k"}}


def test_the_others_are_left_alone_when_one_item_drifts() -> None:
    a, b, c = ({"fromPort": port, "protocol": "tcp"} for port in (1, 2, 3))
    drifted = {"fromPort": 9, "protocol": "tcp"}
    read = inputs_from(GROUP, {"ingress": [a, b, c]}, {"ingress": [drifted, c, a]})
    assert read["ingress"] == [a, drifted, c]


def test_what_was_so_at_the_last_deployment_is_no_drift() -> None:
    old = {"cidrBlock": "10.0.0.0/16"}
    there = {**old, "enableNetworkAddressUsageMetrics": True}
    assert inputs_from(VPC, old, there, before=there) == old


def test_default_tags_drift_with_the_tags() -> None:
    old = {"tags": {"own": "1"}, "tagsAll": {"own": "1", "team": "data"}}
    there = {"tags": {"own": "2"}, "tagsAll": {"own": "2"}}
    assert inputs_from(VPC, old, there) == there
