from __future__ import annotations

import json
import re
from fnmatch import translate

import pytest
from hypothesis import given, strategies as st

from policies.pack.document import document, matches
from policies.pack.values import UNKNOWN
from policies.pack.verdict import NotKnownError


def test_one_statement_or_a_list() -> None:
    single = document('{"Statement": {"Effect": "Deny", "Action": "s3:*"}}', "policy")
    assert [(item.path, item.allows) for item in single] == [("policy.Statement", False)]
    several = document({"Statement": [{"Effect": "Allow"}, "nonsense", {"Effect": "Deny"}]}, "p")
    assert [item.path for item in several] == ["p.Statement[0]", "p.Statement[2]"]
    assert [item.path for item in several.allowing] == ["p.Statement[0]"]


@pytest.mark.parametrize("value", [None, "", "not json", "[1]", "3", 7, [], "[" * 3000, {"Statement": None}])
def test_what_is_no_policy_has_no_statements(value: object) -> None:
    assert document(value, "policy").statements == ()  # type: ignore[arg-type]  # nonsense on purpose


def test_unknown_inside_an_object_names_its_place() -> None:
    with pytest.raises(NotKnownError) as error:
        document({"Statement": [{"Effect": "Allow", "Resource": ["a", UNKNOWN]}]}, "policy")
    assert error.value.path == "policy.Statement[0].Resource[1]"


@pytest.mark.parametrize(
    ("pattern", "action", "expected"),
    [
        ("iam:PassRole", "iam:passrole", True),
        ("iam:*Role", "iam:PassRole", True),
        ("iam:P*e", "iam:PassRole", True),
        ("iam:Pass?ole", "iam:PassRole", True),
        ("iam:Get*", "iam:PassRole", False),
        ("*", "iam:PassRole", True),
        ("iam.PassRole", "iam:PassRole", False),
    ],
)
def test_action_patterns(pattern: str, action: str, expected: bool) -> None:
    assert matches(pattern, action) is expected


@given(st.text("ab*?", max_size=6), st.text("ab", max_size=6))
def test_patterns_agree_with_fnmatch_without_brackets(pattern: str, text: str) -> None:
    assert matches(pattern, text) is bool(re.match(translate(pattern), text))


def test_not_action_covers_all_else() -> None:
    (statement,) = document({"Statement": {"Effect": "Allow", "NotAction": ["iam:*"]}}, "p").statements
    assert statement.covers("s3:GetObject")
    assert not statement.covers("iam:PassRole")


@pytest.mark.parametrize(
    ("principal", "anyone"),
    [
        ("*", True),
        ({"AWS": "*"}, True),
        ({"AWS": ["111111111111", "*"]}, True),
        ({"AWS": "arn:aws:iam::111111111111:root"}, False),
        ({"Service": "ec2.amazonaws.com"}, False),
        ({"CanonicalUser": "*"}, False),
        (7, False),
    ],
)
def test_anyone(principal: object, anyone: bool) -> None:
    (statement,) = document(
        json.dumps({"Statement": {"Effect": "Allow", "Principal": principal}}), "p"
    ).statements
    assert statement.anyone is anyone


@pytest.mark.parametrize(
    ("resource", "everything"),
    [
        ("*", True),
        (["arn:aws:s3:::a", "*"], True),
        ("arn:aws:*:*:*:*", True),
        ("arn:aws-us-gov:*:*:*:*", True),
        ("arn:aws:s3:::*", False),
        ("", False),
        ("arn:aws:s3:::a/*", False),
    ],
)
def test_every_resource(resource: object, everything: bool) -> None:
    (statement,) = document(
        json.dumps({"Statement": {"Effect": "Allow", "Resource": resource}}), "p"
    ).statements
    assert statement.every_resource is everything


def test_conditions_ignore_case_and_key_suffixes() -> None:
    (statement,) = document(
        {
            "Statement": {
                "Effect": "Allow",
                "Condition": {"StringEquals": {"AWS:sourceAccount": "1"}, "Bool": {"a:b": True}},
            }
        },
        "p",
    ).statements
    assert statement.condition_on("aws:SourceAccount")
    assert not statement.condition_on("aws:SourceArn")
    assert [condition.values for condition in statement.conditions] == [("1",), ("true",)]
