from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from policies.pack.conditions import Condition, applies
from policies.pack.document import Statement, document

ACCOUNT = "aws:sourceaccount"


def condition(operator: str, key: str, *values: str) -> Condition:
    return Condition(operator.lower(), key.lower(), values)


def statement(conditions: object, principal: object = "*", effect: str = "Allow") -> Statement:
    content = {
        "Effect": effect,
        "Principal": principal,
        "Action": "s3:*",
        "Resource": "*",
        "Condition": conditions,
    }
    return document({"Statement": content}, "policy").statements[0]  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("operator", "key", "values"),
    [
        ("StringEquals", ACCOUNT, ["111111111111"]),
        ("StringEquals", ACCOUNT, ["111111111111", "222222222222"]),
        ("StringLike", ACCOUNT, ["1111*"]),
        ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", ["o-abc/*"]),
        ("StringEquals", "aws:PrincipalOrgID", ["o-abc"]),
        ("StringEquals", "aws:ResourceAccount", ["${aws:PrincipalAccount}"]),
        ("ArnLike", "aws:SourceArn", ["arn:aws:sns:*:111111111111:*"]),
        ("ArnLike", "aws:SourceArn", ["arn:aws:s3:::my-bucket"]),
        ("ArnEquals", "aws:SourceArn", ["arn:aws:sqs:us-east-1:111111111111:q"]),
        ("IpAddress", "aws:SourceIp", ["10.0.0.0/8", "192.0.2.0/24"]),
        ("IpAddress", "aws:SourceIp", ["192.0.2.1", "2001:db8::/32", "fc00::/7"]),
        ("Bool", "aws:SecureTransport", ["true"]),
        ("BoolIfExists", "aws:SecureTransport", ["true"]),
        ("NumericLessThan", "s3:signatureAge", ["600000"]),
        ("StringLike", "token.actions.githubusercontent.com:sub", ["repo:org/name:*"]),
        ("StringLike", "aws:Referer", ["*.example.com"]),
    ],
)
def test_limits(operator: str, key: str, values: list[str]) -> None:
    assert condition(operator, key, *values).limits


@pytest.mark.parametrize(
    ("operator", "key", "values"),
    [
        ("StringEquals", ACCOUNT, ["*"]),
        ("StringLike", ACCOUNT, ["*"]),
        ("StringLike", ACCOUNT, ["????????????"]),
        ("StringLike", ACCOUNT, ["111111111111", "*"]),
        ("StringLike", "aws:PrincipalOrgID", ["o-*"]),
        ("StringLike", "aws:SourceVpce", ["vpce-*"]),
        ("StringLike", "token.actions.githubusercontent.com:sub", ["repo:*:ref:refs/heads/main"]),
        ("StringEqualsIfExists", ACCOUNT, ["111111111111"]),
        ("ForAllValues:StringEquals", "aws:PrincipalOrgPaths", ["o-abc/"]),
        ("StringNotEquals", ACCOUNT, ["111111111111"]),
        ("ArnNotLike", "aws:SourceArn", ["arn:aws:s3:::b"]),
        ("ArnLike", "aws:SourceArn", ["arn:aws:s3:::*"]),
        ("ArnLike", "aws:SourceArn", ["arn:aws:sns:*:*:*"]),
        ("ArnLike", "aws:SourceArn", ["arn:aws:*"]),
        ("ArnLike", "aws:SourceArn", ["*"]),
        ("ArnLike", "aws:PrincipalArn", ["arn:aws:iam::*:role/admin"]),
        ("IpAddress", "aws:SourceIp", ["10.0.0.0/8", "0.0.0.0/0"]),
        ("IpAddress", "aws:SourceIp", ["::/0"]),
        ("IpAddress", "aws:SourceIp", ["0.0.0.0/7"]),
        ("IpAddress", "aws:SourceIp", ["2001:db8::/31"]),
        ("Bool", "aws:SecureTransport", ["true", "false"]),
        ("Null", ACCOUNT, ["false"]),
        ("StringEquals", ACCOUNT, []),
    ],
)
def test_limits_nothing(operator: str, key: str, values: list[str]) -> None:
    assert not condition(operator, key, *values).limits


@pytest.mark.parametrize(
    ("operator", "values", "found", "expected"),
    [
        ("StringEquals", ["a", "b"], "b", True),
        ("StringEquals", ["a*"], "ab", False),
        ("StringEquals", ["A"], "a", False),
        ("StringEqualsIgnoreCase", ["A"], "a", True),
        ("StringLike", ["a*", "c"], "ab", True),
        ("StringLike", ["A*"], "ab", False),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringNotEquals", ["a", "b"], "c", True),
        ("StringNotLike", ["a*"], "ab", False),
        ("StringEquals", ["a"], None, False),
        ("StringEqualsIfExists", ["a"], None, True),
        ("StringNotEquals", ["a"], None, True),
        ("ForAllValues:StringEquals", ["a"], None, True),
        ("ForAnyValue:StringEquals", ["a"], None, False),
        ("ForAllValues:StringEquals", ["a"], ["a", "b"], False),
        ("ForAllValues:StringEquals", ["a", "b"], ["a", "b"], True),
        ("ForAnyValue:StringEquals", ["a"], ["a", "b"], True),
        ("ForAnyValue:StringNotEquals", ["a"], ["a", "b"], True),
        ("StringNotEquals", ["a"], ["a", "b"], False),
        ("Bool", ["false"], "false", True),
        ("Bool", ["False"], "false", True),
        ("Bool", ["true"], "false", False),
        ("BoolIfExists", ["false"], None, True),
        ("Null", ["true"], None, True),
        ("Null", ["false"], None, False),
        ("Null", ["false"], "x", True),
        ("NumericGreaterThan", ["600000"], "600001", True),
        ("NumericGreaterThan", ["600000"], "600000", False),
        ("NumericGreaterThanEquals", ["600000"], "600000", True),
        ("NumericLessThan", ["1.3"], "1.2", True),
        ("NumericLessThan", ["1.2"], "1.2", False),
        ("NumericLessThanEquals", ["1.2"], "1.2", True),
        ("NumericNotEquals", ["1"], "2", True),
        ("NumericEquals", ["x"], "2", False),
        ("NumericEquals", ["2.0"], "2", True),
        ("IpAddress", ["10.0.0.0/8"], "10.1.2.3", True),
        ("NotIpAddress", ["10.0.0.0/8"], "10.1.2.3", False),
        ("NotIpAddress", ["10.0.0.0/8"], "192.0.2.1", True),
        ("IpAddress", ["nonsense"], "10.1.2.3", False),
        ("ArnLike", ["arn:aws:s3:::b*"], "arn:aws:s3:::bb", True),
        ("NoSuchOperator", ["a"], "a", False),
    ],
)
def test_holds(operator: str, values: list[str], found: str | list[str] | None, expected: bool) -> None:
    assert condition(operator, "k", *values).holds(found) is expected


@given(st.lists(st.text("ab*", min_size=1, max_size=3), min_size=1, max_size=3), st.text("ab", max_size=3))
def test_a_negated_test_says_the_opposite(values: list[str], found: str) -> None:
    for operator, opposite in (("StringLike", "StringNotLike"), ("StringEquals", "StringNotEquals")):
        assert condition(operator, "k", *values).holds(found) is not condition(opposite, "k", *values).holds(
            found
        )


def test_a_block_holds_when_all_of_it_does() -> None:
    tls, version = condition("Bool", "aws:SecureTransport", "false"), condition("StringEquals", "k", "v")
    request = {"aws:securetransport": "false"}
    assert applies([tls], request) is True
    assert applies([], request) is True
    assert applies([tls, version], request) is None
    assert applies([tls, version], {**request, "K": "v"}) is True
    assert applies([tls, version], {"aws:SecureTransport": "true"}) is False
    assert applies([version], {"k": None}) is False


def test_a_statement_is_public_unless_a_condition_names_the_callers() -> None:
    assert statement({}).public
    assert statement({"StringLike": {"aws:SourceAccount": "*"}}).public
    assert statement({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}).public
    assert not statement({"StringEquals": {"AWS:sourceaccount": "111111111111"}}).public
    assert not statement({}, effect="Deny").public
    assert not statement({}, {"AWS": "arn:aws:iam::111111111111:root"}).public


def test_a_service_is_bounded_by_whose_resources_it_acts_for() -> None:
    service = {"Service": ["sns.amazonaws.com"]}
    assert statement({}, service).unbounded_services == ["sns.amazonaws.com"]
    assert statement({"StringLike": {"aws:SourceAccount": "*"}}, service).unbounded_services
    assert not statement(
        {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:111111111111:*"}}, service
    ).unbounded_services
    assert not statement({}, service, "Deny").unbounded_services


def test_a_statement_tells_to_which_requests_it_applies() -> None:
    deny = statement({"Bool": {"aws:SecureTransport": "false"}}, effect="Deny")
    assert deny.applies_to({"aws:SecureTransport": "false"}) is True
    assert deny.applies_to({"aws:SecureTransport": "true"}) is False
    assert deny.applies_to({}) is None
