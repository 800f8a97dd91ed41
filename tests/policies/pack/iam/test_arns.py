"""Patterns of ARNs: how wide they are, whose they are, and whether two can mean one resource."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from policies.pack.conditions import pattern as compiled
from policies.pack.iam.arns import account_of, is_root, is_wide, overlaps

texts = st.text("ab/:", max_size=6)
globs = st.text("ab/*?", max_size=6)


@given(texts, globs)
def test_a_text_overlaps_with_a_pattern_when_the_pattern_fits_it(text: str, pattern: str) -> None:
    assert overlaps(text, pattern) == (compiled(pattern).fullmatch(text) is not None)


@given(globs, globs)
def test_overlapping_has_no_order(first: str, second: str) -> None:
    assert overlaps(first, second) == overlaps(second, first)


@given(texts, globs, globs)
def test_two_patterns_that_fit_one_text_overlap(text: str, first: str, second: str) -> None:
    if compiled(first).fullmatch(text) and compiled(second).fullmatch(text):
        assert overlaps(first, second)


@given(globs)
def test_everything_that_a_pattern_means_overlaps_with_a_star(pattern: str) -> None:
    assert overlaps(pattern, "*")
    assert overlaps(pattern, pattern)


@pytest.mark.parametrize(
    ("resource", "kind", "expected"),
    [
        ("arn:aws:s3:::mine", "arn:#:s3:::#", True),
        ("arn:aws:s3:::mine", "arn:#:s3:::#/*", False),
        ("arn:aws:s3:::mine/*", "arn:#:s3:::#", False),
        ("arn:aws:s3:::mine/*", "arn:#:s3:::#/*", True),
        ("arn:aws:s3:::mine*", "arn:#:s3:::#/*", True),
        ("arn:aws:s3:::mine/${aws:username}/*", "arn:#:s3:::#/*", True),
        ("arn:aws:sns:us-east-1:111111111111:t", "arn:#:sqs:#:#:*", False),
        ("ARN:AWS:SQS:us-east-1:111111111111:q", "arn:#:sqs:#:#:*", True),
    ],
)
def test_a_bucket_is_told_from_its_objects(resource: str, kind: str, expected: bool) -> None:
    assert overlaps(resource, kind) is expected
    assert overlaps(kind, resource) is expected


@pytest.mark.parametrize(
    "wide",
    [
        "*",
        "**",
        "arn:aws:iam::111111111111:role/*",
        "arn:aws:lambda:us-east-1:111111111111:function:*",
        "arn:aws:s3:::*",
        "arn:aws:s3:::*/*",
        "arn:aws:*:*:*:*",
        "arn:aws:sqs:*:*:*",
    ],
)
def test_a_pattern_of_all_of_a_kind_is_wide(wide: str) -> None:
    assert is_wide(wide)


@pytest.mark.parametrize(
    "narrow",
    [
        "",
        "arn:aws:s3:::mine/*",
        "arn:aws:s3:::mine",
        "arn:aws:iam::111111111111:role/app-*",
        "arn:aws:dynamodb:us-east-1:111111111111:table/t/index/*",
        "arn:aws:sns:us-east-1:111111111111:topic:*",
        "arn:aws:execute-api:us-east-1:111111111111:api/*",
        "${aws:username}",
    ],
)
def test_a_pattern_with_a_name_is_not(narrow: str) -> None:
    assert not is_wide(narrow)


@pytest.mark.parametrize(
    ("value", "account"),
    [
        ("111111111111", "111111111111"),
        ("arn:aws:iam::111111111111:root", "111111111111"),
        ("arn:aws-cn:sqs:cn-north-1:222222222222:q", "222222222222"),
        ("arn:aws:s3:::bucket", ""),
        ("arn:aws:iam::*:role/a", ""),
        ("*", ""),
        ("AROAEXAMPLE", ""),
        ("", ""),
    ],
)
def test_an_account_is_read_from_a_principal_or_arn(value: str, account: str) -> None:
    assert account_of(value) == account


def test_a_whole_account_is_its_number_or_its_root() -> None:
    assert is_root("111111111111")
    assert is_root("arn:aws:iam::111111111111:root")
    assert not is_root("arn:aws:iam::111111111111:role/root-like")
    assert not is_root("*")
