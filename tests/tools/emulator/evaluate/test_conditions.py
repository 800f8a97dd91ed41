from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from tools.emulator.evaluate.conditions import OPERATORS, Context, holds, split


def check(operator: str, wanted: Any, value: Any, key: str = "aws:RequestTag/team", **more: Any) -> bool:
    context = Context({**({} if value is None else {key: value}), **more})
    return holds({operator: {key: wanted}}, context, variables=True)


@pytest.mark.parametrize(
    ("operator", "wanted", "value", "expected"),
    [
        ("StringEquals", "data", "data", True),
        ("StringEquals", "data", "Data", False),
        ("StringEquals", "da*", "data", False),
        ("StringEquals", ["a", "b"], "b", True),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringNotEquals", ["a", "b"], "c", True),
        ("StringEqualsIgnoreCase", "DATA", "data", True),
        ("StringNotEqualsIgnoreCase", "DATA", "data", False),
        ("StringLike", "da?a*", "data-lake", True),
        ("StringNotLike", "da*", "data", False),
        ("NumericEquals", "5", 5, True),
        ("NumericLessThan", "5", 4.5, True),
        ("NumericLessThanEquals", 5, "5", True),
        ("NumericGreaterThan", "5", "5", False),
        ("NumericGreaterThanEquals", "5", "word", False),
        ("NumericNotEquals", "5", "6", True),
        ("DateLessThan", "2026-01-01T00:00:00Z", "2025-12-31", True),
        ("DateGreaterThan", "2026-01-01", "2026-01-01T00:00:01Z", True),
        ("DateEquals", "2026-01-01T00:00:00Z", "1767225600", True),
        ("DateEquals", "2026-01-01T00:00:00Z", "soon", False),
        ("Bool", "true", True, True),
        ("Bool", False, "False", True),
        ("Bool", "true", False, False),
        ("IpAddress", "10.0.0.0/8", "10.1.2.3", True),
        ("IpAddress", ["10.0.0.0/8", "2001:db8::/32"], "2001:db8::1", True),
        ("IpAddress", "10.0.0.0/8", "nowhere", False),
        ("NotIpAddress", "10.0.0.0/8", "10.1.2.3", False),
        ("NotIpAddress", "10.0.0.0/8", "11.1.2.3", True),
        ("ArnEquals", "arn:aws:sns:*:111111111111:t", "arn:aws:sns:us-east-1:111111111111:t", True),
        ("ArnLike", "arn:aws:sns:*:111111111111:t*", "arn:aws:sns:us-east-1:222222222222:t", False),
        ("ArnNotLike", "arn:aws:sns:*:111111111111:t", "arn:aws:sns:us-east-1:222222222222:t", True),
        ("BinaryEquals", "AQID", "AQID", True),
        ("BinaryEquals", "AQID", "no base64", False),
        ("Null", "true", None, True),
        ("Null", "false", "x", True),
        ("Null", True, "x", False),
        ("StringEquals", "a", None, False),
        ("StringNotEquals", "a", None, True),
        ("StringEqualsIfExists", "a", None, True),
        ("StringEqualsIfExists", "a", "b", False),
        ("ForAllValues:StringEquals", ["a", "b"], ["a", "b", "a"], True),
        ("ForAllValues:StringEquals", ["a", "b"], ["a", "c"], False),
        ("ForAllValues:StringEquals", ["a"], None, True),
        ("ForAllValues:StringEquals", ["a"], [], True),
        ("ForAnyValue:StringEquals", ["a"], ["c", "a"], True),
        ("ForAnyValue:StringEquals", ["a"], ["c"], False),
        ("ForAnyValue:StringEquals", ["a"], None, False),
        ("ForAnyValue:StringNotEquals", ["a"], None, False),
        ("ForAnyValue:StringNotEquals", ["a"], ["a", "c"], True),
        ("ForAllValues:StringNotLike", ["a*"], ["b", "ab"], False),
        ("ForAnyValue:StringEqualsIfExists", ["a"], None, True),
    ],
)
def test_one_operator(operator: str, wanted: Any, value: Any, expected: bool) -> None:
    assert check(operator, wanted, value) == expected


def test_keys_are_the_same_in_upper_and_lower_case() -> None:
    context = Context({"AWS:SourceAccount": "111111111111"})
    assert holds({"StringEquals": {"aws:sourceaccount": "111111111111"}}, context, variables=True)


def test_all_operators_and_all_keys_have_to_hold() -> None:
    context = Context({"a": "1", "b": "2"})
    assert holds({"StringEquals": {"a": "1", "b": "2"}, "Bool": {}}, context, variables=True)
    assert not holds({"StringEquals": {"a": "1", "b": "3"}}, context, variables=True)
    assert not holds({"StringEquals": {"a": "1"}, "StringLike": {"b": "3*"}}, context, variables=True)


def test_variables_are_filled_in_and_those_without_value_match_nothing() -> None:
    key = "events:creatorAccount"
    wanted = "${aws:PrincipalAccount}"
    assert check("StringEqualsIfExists", wanted, "1", key, **{"aws:PrincipalAccount": "1"})
    assert not check("StringEqualsIfExists", wanted, "1", key, **{"aws:PrincipalAccount": "2"})
    assert not check("StringEquals", wanted, "1", key)
    assert not holds({"StringEquals": {"a": "${b}"}}, Context({"a": "x", "b": "x"}), variables=False)
    assert holds({"StringEquals": {"a": "${b}"}}, Context({"a": "${b}", "b": "x"}), variables=False)


def test_missing_keys_are_remembered_in_the_policys_spelling() -> None:
    context = Context({})
    holds({"StringEquals": {"aws:SourceVpc": "vpc-1"}}, context, variables=True)
    assert list(context.missing) == ["aws:SourceVpc"]


NEGATIVE = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}
VALUE = st.one_of(
    st.sampled_from(["1", "2", "10.0.0.1", "10.0.0.0/8", "2026-01-01", "arn:aws:s3:::a", "a", "A", "*"]),
    st.text(max_size=4),
)


@given(st.sampled_from(sorted(NEGATIVE)), st.lists(VALUE, min_size=1, max_size=3), VALUE)
def test_a_negated_operator_is_the_opposite_of_its_positive_one(
    operator: str, wanted: list[str], value: str
) -> None:
    assert check(operator, wanted, value) != check(NEGATIVE[operator], wanted, value)


@given(
    st.sampled_from(sorted(OPERATORS)), st.lists(VALUE, max_size=3), st.lists(VALUE, min_size=1, max_size=3)
)
def test_set_operators_are_one_value_after_the_other(
    operator: str, wanted: list[str], values: list[str]
) -> None:
    each = [check(operator, wanted, value) for value in values]
    assert check(f"ForAllValues:{operator}", wanted, values) == all(each)
    assert check(f"ForAnyValue:{operator}", wanted, values) == any(each)


@pytest.mark.parametrize("name", ["StringMatches", "NullIfExists", "", "ForSomeValues:StringEquals"])
def test_unknown_operators_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="Invalid Condition type"):
        split(name)
