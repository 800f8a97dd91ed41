from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, strategies as st

from tools.emulator.evaluate.wildcards import arn_matches, filled, marked, matches, plain

TEXT = st.text("ab*?:/", max_size=12)


def by_regular_expression(pattern: str, value: str) -> bool:
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern)
    return re.fullmatch("".join(parts), value, re.DOTALL) is not None


@given(TEXT, TEXT)
def test_wildcards_match_as_a_regular_expression_would(pattern: str, value: str) -> None:
    assert matches(marked(pattern), value) == by_regular_expression(pattern, value)


@given(TEXT)
def test_every_text_matches_itself_and_a_star(text: str) -> None:
    assert matches(marked(text), text)
    assert matches(marked("*"), text)
    assert plain(marked(text)) == text


def test_many_stars_take_no_long_time() -> None:
    start = time.perf_counter()
    assert not matches(marked("*a" * 200 + "b"), "a" * 5000)
    assert time.perf_counter() - start < 5


@given(TEXT)
def test_a_variables_value_is_no_pattern(value: str) -> None:
    pattern = filled("home/${aws:username}/*", lambda _: value)
    assert pattern is not None
    assert matches(pattern, f"home/{value}/file")
    if "*" in value or "?" in value:
        other = value.replace("*", "xyz").replace("?", "xy")
        assert not matches(pattern, f"home/{other}/file")


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("${*}", "*", True),
        ("${*}", "x", False),
        ("${?}", "?", True),
        ("${$}{x}", "${x}", True),
        ("${aws:username, 'nobody'}", "nobody", True),
        ("a${empty}b", "ab", True),
    ],
)
def test_escapes_and_defaults(text: str, value: str, expected: bool) -> None:
    known = {"empty": ""}
    pattern = filled(text, known.get)
    assert pattern is not None
    assert matches(pattern, value) == expected


def test_a_variable_without_value_matches_nothing() -> None:
    assert filled("a/${aws:PrincipalTag/team}/*", lambda _: None) is None


@pytest.mark.parametrize(
    ("pattern", "arn", "expected"),
    [
        ("*", "arn:aws:s3:::bucket/key", True),
        ("arn:aws:sqs:*", "arn:aws:sqs:us-east-1:111111111111:queue", True),
        ("arn:aws:sqs:*:111111111111:queue", "arn:aws:sqs:us-east-1:111111111111:queue", True),
        ("arn:aws:iam::*:role/x", "arn:aws:iam::111111111111:role/a:role/x", False),
        (
            "arn:aws:logs:*:*:log-group:*",
            "arn:aws:logs:us-east-1:111111111111:log-group:a:log-stream:b",
            True,
        ),
        ("arn:aws:s3:::bucket", "arn:aws:s3:::bucket/key", False),
        ("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/a/b", True),
        ("arn:aws:*:queue", "arn:aws:sqs:us-east-1:111111111111:queue", False),
        ("arn:aws:sqs*:queue", "arn:aws:sqs:us-east-1:111111111111:queue", False),
    ],
)
def test_a_star_goes_beyond_a_colon_in_the_last_part_only(pattern: str, arn: str, expected: bool) -> None:
    assert arn_matches(marked(pattern), arn) == expected
