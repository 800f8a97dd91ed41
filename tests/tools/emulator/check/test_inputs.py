"""Refusals of Check: names, required properties and kinds, with the path of the value and the remedy."""

from __future__ import annotations

from typing import Any

import pytest

from tools.emulator.check import check
from tools.emulator.schema import ResourceType, resource
from tools.emulator.values import UNKNOWN, Secret

GROUP = "aws:ec2/securityGroup:SecurityGroup"


def typed(token: str) -> ResourceType:
    found = resource(token)
    assert found is not None
    return found


def refusals(token: str, inputs: dict[str, Any]) -> list[str]:
    return [str(failure) for failure in check(typed(token), inputs)]


def rule(**changes: Any) -> dict[str, Any]:
    return {"fromPort": 443, "toPort": 443, "protocol": "tcp", **changes}


def test_good_inputs_pass() -> None:
    assert refusals(GROUP, {"vpcId": UNKNOWN, "ingress": [rule(cidrBlocks=["10.0.0.0/8"])]}) == []


def test_an_unknown_property_is_refused_with_the_nearest_name() -> None:
    assert refusals(GROUP, {"vpcid": "vpc-1"}) == ["vpcid: no such property; did you mean 'vpcId'?"]
    assert refusals(GROUP, {"zzzzzz": 1}) == ["zzzzzz: no such property"]


def test_a_nested_property_is_refused_with_its_path() -> None:
    given = [rule(), {"fromPrt": 1, "toPort": 2, "protocol": "tcp"}]
    assert refusals(GROUP, {"ingress": given}) == [
        "ingress[1].fromPrt: no such property; did you mean 'fromPort'?",
        "ingress[1].fromPort: missing; 'fromPort' has to be given",
    ]


def test_an_output_can_not_be_given() -> None:
    assert refusals(GROUP, {"arn": "arn:aws:ec2:::x"}) == ["arn: 'arn' is set by AWS and can't be given"]


def test_a_missing_required_property_is_named() -> None:
    assert refusals("aws:ec2/subnet:Subnet", {}) == ["vpcId: missing; 'vpcId' has to be given"]
    assert refusals("aws:ec2/subnet:Subnet", {"vpcId": None}) == ["vpcId: missing; 'vpcId' has to be given"]
    assert refusals("aws:ec2/subnet:Subnet", {"vpcId": UNKNOWN}) == []


@pytest.mark.parametrize(
    ("value", "accepted"),
    [
        (443, True),
        ("443", True),
        (UNKNOWN, True),
        (1.5, False),
        ("https", False),
        (True, False),
        ([1], False),
    ],
)
def test_what_can_stand_for_an_integer(value: Any, accepted: bool) -> None:
    failures = refusals(GROUP, {"ingress": [rule(fromPort=value)]})
    assert (failures == []) is accepted
    assert all(failure.startswith("ingress[0].fromPort: expected an integer, got") for failure in failures)


@pytest.mark.parametrize(("value", "accepted"), [(True, True), ("false", True), ("yes", False), (1, False)])
def test_what_can_stand_for_a_boolean(value: Any, accepted: bool) -> None:
    assert (refusals(GROUP, {"revokeRulesOnDelete": value}) == []) is accepted


def test_a_single_value_does_not_stand_for_a_list() -> None:
    assert refusals(GROUP, {"ingress": [rule(cidrBlocks="10.0.0.0/8")]}) == [
        "ingress[0].cidrBlocks: expected a list of string, got the string '10.0.0.0/8'"
    ]


def test_a_union_takes_text_or_the_object() -> None:
    token = "aws:iam/policy:Policy"
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    assert refusals(token, {"policy": "{}"}) == []
    assert refusals(token, {"policy": {"Version": "2012-10-17", "Statement": [statement]}}) == []
    wrong = {"Version": "2012-10-17", "Statement": [{**statement, "Efect": "Deny"}]}
    assert refusals(token, {"policy": wrong}) == [
        "policy.Statement[0].Efect: no such property; did you mean 'Effect'?"
    ]


def test_secrets_are_looked_into_and_never_shown() -> None:
    token = "aws:rds/cluster:Cluster"
    assert refusals(token, {"engine": "aurora-mysql", "masterPassword": Secret("hunter2")}) == []
    failures = refusals(token, {"engine": "aurora-mysql", "port": Secret("hunter2")})
    assert failures == ["port: expected an integer, got a secret"]
