"""What AWS would refuse: values, patterns, lengths, ranges, address ranges; and above all what it would not."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, strategies as st

from tools.emulator.check import Failure
from tools.emulator.check.accepted import refusal, refusals
from tools.emulator.check.examples import calls, inputs_of
from tools.emulator.check.limits import Limit, read
from tools.emulator.schema import ResourceType, resource, source, tokens
from tools.emulator.values import UNKNOWN, Secret

TARGETS = "aws:lb/targetGroup:TargetGroup"
SLICES = 4
SLIP_OF_A_NAME = re.compile("^missing|^no such property|is set by AWS")
# The one example with a value of the wrong kind.
SLIP = {
    "aws:ecs/service:Service": [
        Failure(
            "serviceConnectConfiguration.services[0].clientAlias", "expected a list of object, got an object"
        )
    ]
}


def typed(token: str) -> ResourceType:
    found = resource(token)
    assert found is not None
    return found


def reasons(token: str, inputs: dict[str, Any]) -> list[str]:
    return [str(failure) for failure in refusals(typed(token), inputs)]


def test_a_value_that_aws_does_not_know_is_refused_with_the_nearest() -> None:
    assert reasons(TARGETS, {"targetType": "instace"}) == [
        "targetType: AWS does not accept 'instace', only alb, instance, ip, lambda; did you mean 'instance'?"
    ]
    assert reasons("aws:ec2/instance:Instance", {"instanceType": "t3.mikro"}) == [
        "instanceType: AWS does not accept 't3.mikro'; did you mean 't3.micro'?"
    ]
    assert reasons("aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": 31}) == [
        "retentionInDays: AWS does not accept '31'; did you mean '30'?"
    ]


def test_ranges_and_lengths() -> None:
    assert reasons(TARGETS, {"port": 70000}) == ["port: AWS accepts no more than 65535, got 70000"]
    assert reasons("aws:iam/role:Role", {"name": "a" * 65, "maxSessionDuration": 60}) == [
        "name: AWS accepts no more than 64 characters, got 65",
        "maxSessionDuration: AWS accepts no less than 3600, got 60",
    ]


def test_nested_values_have_their_path() -> None:
    rule = {"versioningConfiguration": {"status": "Enabeld"}}
    (reason,) = reasons("aws:s3/bucketVersioning:BucketVersioning", rule)
    assert reason.startswith("versioningConfiguration.status: AWS does not accept 'Enabeld'")
    fields = {"tagFieldSpecifications": [{"resourceType": "instance"}, {"resourceType": "instanze"}]}
    (reason,) = reasons("aws:ec2/flowLog:FlowLog", fields)
    assert reason.startswith("tagFieldSpecifications[1].resourceType: AWS does not accept 'instanze'")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("10.0.0.0/33", "no address range"),
        ("ten", "no address range"),
        ("10.0.0.1", "not a range"),
        ("10.0.0.0/16", None),
    ],
)
def test_address_ranges(value: str, said: str | None) -> None:
    found = reasons("aws:ec2/vpc:Vpc", {"cidrBlock": value})
    assert found == [] if said is None else said in found[0]
    nested = reasons(
        "aws:ec2/securityGroup:SecurityGroup", {"ingress": [{"cidrBlocks": ["10.0.0.0/8", value]}]}
    )
    assert [reason.split(":")[0] for reason in nested] == (
        [] if said is None else ["ingress[0].cidrBlocks[1]"]
    )


def test_a_region_has_the_form_of_one() -> None:
    vpc = "aws:ec2/vpc:Vpc"
    (reason,) = reasons(vpc, {"region": "us-east"})
    assert reason.startswith("region: 'us-east' is no AWS Region; did you mean 'us-east-")
    assert reasons(vpc, {"region": "us-gov-west-1"}) == []
    assert reasons(vpc, {"region": "cn-north-1"}) == []
    assert reasons(vpc, {"region": "xx-new-9"}) == []


def test_what_is_not_known_or_not_given_is_never_refused() -> None:
    assert reasons(TARGETS, {"targetType": UNKNOWN, "port": UNKNOWN, "protocol": ""}) == []
    assert reasons("aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": 0}) == []


def test_case_does_not_matter_and_documented_words_are_accepted() -> None:
    assert reasons(TARGETS, {"protocol": "http"}) == []
    assert reasons("aws:kms/key:Key", {"customerMasterKeySpec": "ML_DSA_44"}) == []


def test_a_secret_is_not_shown() -> None:
    assert reasons(TARGETS, {"targetType": Secret("hunter2")}) == [
        "targetType: AWS does not accept this secret value"
    ]


@given(st.text(min_size=1, max_size=30), st.integers(1, 15), st.integers(15, 30))
def test_lengths_are_those_of_the_limit(text: str, shortest: int, longest: int) -> None:
    refused = refusal(Limit(shortest=shortest, longest=longest), text)
    if not text.lstrip().startswith(("{", "[")) and text not in ("0", "-1"):
        assert (refused is None) is (shortest <= len(text) <= longest)


@given(st.integers(-50, 150))
def test_ranges_are_those_of_the_limit_and_none_is_always_possible(number: int) -> None:
    assert (refusal(Limit(least=10, most=100), number) is None) is (10 <= number <= 100 or number in (0, -1))


def test_a_limit_survives_being_kept() -> None:
    limit = Limit(values=("a", "b"), also=("c",))
    assert read(limit.compact()) == limit
    assert not Limit()


@pytest.mark.parametrize("part", range(SLICES))
def test_no_documented_example_is_refused(part: int) -> None:
    """Nearly 5,000 resources of the SDK's documentation, each judged by the limits of its type."""
    by_class = {
        (source.file_of(token).split("/")[0], token.split(":")[2]): token
        for token in tokens()
        if token.count("/")
    }
    judged = 0
    for token in tokens()[part::SLICES]:
        found = typed(token)
        for call in calls(source.class_text(source.file_of(token), found.python_class) or ""):
            module, name = call.func.value.attr, call.func.attr  # type: ignore[attr-defined]  # always aws.x.Y
            other = by_class.get((module, name)) or by_class.get((f"{module}_", name))
            if other is not None:
                judged += 1
                assert list(refusals(typed(other), inputs_of(call, typed(other).properties))) == [], (
                    token,
                    other,
                )
    assert judged > 900
