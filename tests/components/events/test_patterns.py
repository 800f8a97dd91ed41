from __future__ import annotations

import json
import string
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from components.events.patterns import (
    EventPattern,
    anything_but,
    cidr,
    equals_ignore_case,
    exists,
    numeric,
    prefix,
    suffix,
    wildcard,
)
from components.foundation.errors import ComponentError

# Answers of AWS's own matcher (the public library Event Ruler 2.1.0) for random patterns and events near them; two
# kinds of JSON that nobody writes (numbers beyond five thousand million, empty lists) are left out.
ANSWERS = [
    json.loads(line)
    for line in (Path(__file__).parent / "answers_of_event_ruler.jsonl").read_text().splitlines()
]

EC2 = {
    "version": "0",
    "id": "1f2f3f4f",
    "detail-type": "EC2 Instance State-change Notification",
    "source": "aws.ec2",
    "account": "111111111111",
    "time": "2026-11-21T16:24:49Z",
    "region": "us-east-1",
    "resources": [
        "arn:aws:ec2:us-east-1:111111111111:instance/i-1",
        "arn:aws:ec2:us-east-1:111111111111:volume/v-1",
    ],
    "detail": {
        "state": "running",
        "count": 5,
        "limit": 301.8,
        "ip": "10.0.0.33",
        "spot": False,
        "reason": None,
    },
}


def answer(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    try:
        return "yes" if EventPattern(pattern).matches(event) else "no"
    except ComponentError:
        return "invalid"


def test_answers_as_awss_own_matcher() -> None:
    wrong = [case for case in ANSWERS if answer(case["pattern"], case["event"]) != case["answer"]]
    assert not wrong
    assert {case["answer"] for case in ANSWERS} == {"yes", "no", "invalid"}


@pytest.mark.parametrize(
    "pattern",
    [
        {"source": ["aws.ec2"]},
        {"resources": ["arn:aws:ec2:us-east-1:111111111111:volume/v-1"]},
        {"time": [prefix("2026-11")], "detail-type": [suffix("Notification")]},
        {"source": [prefix({"equals-ignore-case": "AWS."})]},
        {"source": [suffix({"equals-ignore-case": "EC2"})]},
        {"source": [equals_ignore_case("AWS.EC2")]},
        {"resources": [wildcard("*:instance/*")]},
        {"source": [anything_but("aws.s3")]},
        {"source": [anything_but({"prefix": ["com.", "org."]})]},
        {"detail": {"count": [numeric([">", 0, "<=", 5])], "limit": [numeric(["=", 3.018e2])]}},
        {"detail": {"count": [5.0], "spot": [False], "reason": [None]}},
        {"detail": {"ip": [cidr("10.0.0.0/24")]}},
        {"detail": {"state": [exists(True)], "color": [exists(False)]}},
        {"$or": [{"source": ["aws.s3"]}, {"detail": {"state": ["running"]}}]},
        {"detail": {"$or": [{"count": [numeric([">", 100])]}, {"limit": [numeric([">", 300])]}]}},
    ],
)
def test_takes(pattern: dict[str, Any]) -> None:
    assert EventPattern(pattern).matches(EC2)


@pytest.mark.parametrize(
    "pattern",
    [
        {"source": ["aws.s3"]},
        {"source": ["aws.ec2"], "account": ["222222222222"]},
        {"source": [anything_but(["aws.s3", "aws.ec2"])]},
        {"color": [anything_but("red")]},
        {"detail": {"count": ["5"]}},
        {"detail": {"spot": [0]}},
        {"detail": {"count": [numeric(["<", 5])]}},
        {"detail": {"ip": [cidr("10.0.1.0/24")]}},
        {"detail": {"state": [exists(False)]}},
        {"detail": [exists(True)]},
        {"resources": [wildcard("*:instance")]},
        {"$or": [{"source": ["aws.s3"]}, {"detail": {"state": ["stopped"]}}]},
    ],
)
def test_leaves(pattern: dict[str, Any]) -> None:
    assert not EventPattern(pattern).matches(EC2)


def test_fields_below_a_list_match_in_the_same_object() -> None:
    event = {"detail": {"items": [{"sku": "a", "count": 1}, {"sku": "b", "count": 9}]}}
    both = {"detail": {"items": {"sku": ["a"], "count": [numeric([">", 5])]}}}
    assert not EventPattern(both).matches(event)
    assert EventPattern({"detail": {"items": {"sku": ["b"], "count": [numeric([">", 5])]}}}).matches(event)


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ({}, r"pattern: names no field"),
        ({"source": "aws.ec2"}, r'pattern\.source: is neither a list nor an object; write \["aws.ec2"\]'),
        ({"source": []}, r"pattern\.source: the list is empty"),
        (
            {"source": [{"prefx": "a"}]},
            r"pattern\.source\[0\]\.prefx: is not an operator; did you mean 'prefix'",
        ),
        ({"source": [{"prefix": "a", "suffix": "b"}]}, r"pattern\.source\[0\]: an operator stands alone"),
        ({"source": [{"prefix": 1}]}, r"source\[0\]\.prefix: takes text"),
        ({"n": [{"numeric": [">", "1"]}]}, r"n\[0\]\.numeric\[1\]: is no number"),
        ({"n": [{"numeric": ["!", 1]}]}, r"n\[0\]\.numeric\[0\]: is no comparison"),
        ({"n": [{"numeric": [">", 5, "<", 1]}]}, r"n\[0\]\.numeric: the range is empty"),
        ({"n": [{"numeric": ["<", 5, ">", 1]}]}, r"n\[0\]\.numeric: a range has its lower bound first"),
        ({"n": [{"numeric": [">"]}]}, r"n\[0\]\.numeric: takes one comparison or two"),
        ({"n": [{"anything-but": ["a", 1]}]}, r"anything-but: takes texts or numbers, not both"),
        ({"n": [{"anything-but": {"exists": True}}]}, r"anything-but\.exists: can't be negated"),
        ({"n": [{"cidr": "10.0.0.0/33"}]}, r"cidr: is no range of addresses"),
        ({"n": [{"cidr": "10.0.0.1/32"}]}, r"cidr: AWS takes no range of one address"),
        ({"n": [{"wildcard": "a**b"}]}, r"wildcard: two asterisks"),
        ({"n": [{"wildcard": "a\\b"}]}, r"wildcard: a backslash"),
        ({"n": [{"exists": "yes"}]}, r"exists: takes true or false"),
        ({"n": [["a"]]}, r"n\[0\]: is no value of a pattern"),
        ({"$or": [{"a": [1]}]}, r"\$or: takes a list of at least two"),
        ({"$or": [{"a": [1]}, 5]}, r"\$or\[1\]: is no object"),
        ({"$or": [{"a": [1]}, {"prefix": ["x"]}]}, r"\$or\[1\]\.prefix: 'prefix' is an operator"),
        ({"a": [1], "$or": [{"a": [2]}, {"b": [3]}]}, r"field 'a' stands twice"),
        ({"source": ["x" * 2100]}, r"pattern: has 2\d\d\d characters"),
    ],
)
def test_what_aws_would_refuse_is_refused_with_its_place(pattern: dict[str, Any], said: str) -> None:
    with pytest.raises(ComponentError, match=said):
        EventPattern(pattern)


TEXT = st.text(string.printable, max_size=8)


@given(TEXT, TEXT)
def test_prefix_and_suffix(one: str, other: str) -> None:
    event = {"a": one}
    assert EventPattern({"a": [prefix(other)]}).matches(event) == one.startswith(other)
    assert EventPattern({"a": [suffix(other)]}).matches(event) == one.endswith(other)


@given(st.lists(TEXT, min_size=1, max_size=4), TEXT)
def test_anything_but_is_the_opposite_of_the_values(values: list[str], value: str) -> None:
    event = {"a": value}
    assert EventPattern({"a": [anything_but(values)]}).matches(event) != EventPattern({"a": values}).matches(
        event
    )


@given(TEXT, TEXT)
def test_an_asterisk_stands_for_any_text(head: str, tail: str) -> None:
    escaped = [part.replace("\\", "\\\\").replace("*", "\\*") for part in (head, tail)]
    pattern = EventPattern({"a": [wildcard("*".join(escaped))]})
    assert pattern.matches({"a": head + tail})
    assert pattern.matches({"a": head + "between" + tail})


NUMBERS = st.floats(-5e9, 5e9, allow_nan=False) | st.integers(-5_000_000_000, 5_000_000_000)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_a_range_has_its_bounds(low: float, high: float, value: float) -> None:
    low, high = sorted((low, high))
    if low == high:
        return
    pattern = EventPattern({"a": [numeric([">=", low, "<", high])]})
    assert pattern.matches({"a": value}) == (low <= value < high)
    assert not pattern.matches({"a": str(value)})


FIELDS = st.dictionaries(
    st.sampled_from("abc"), st.sampled_from([["x"], ["y"], [{"exists": False}]]), min_size=1
)


@given(FIELDS, FIELDS, st.dictionaries(st.sampled_from("abc"), st.sampled_from("xyz")))
def test_or_is_or(one: dict[str, Any], other: dict[str, Any], event: dict[str, str]) -> None:
    either = EventPattern({"$or": [one, other]})
    assert either.matches(event) == (EventPattern(one).matches(event) or EventPattern(other).matches(event))


@given(st.sampled_from(ANSWERS))
def test_what_matches_is_allowed(case: dict[str, Any]) -> None:
    if case["answer"] == "yes" and isinstance(case["event"].get("source"), str):
        assert EventPattern(case["pattern"]).allows("source", case["event"]["source"])


def test_allows_looks_into_choices() -> None:
    pattern = EventPattern({"$or": [{"source": ["a"], "detail": {"x": [1]}}, {"source": [prefix("b")]}]})
    assert pattern.allows("source", "a")
    assert pattern.allows("source", "bb")
    assert not pattern.allows("source", "c")


def test_equal_patterns_are_equal() -> None:
    one, same = EventPattern({"a": [1], "b": [2]}), EventPattern({"b": [2], "a": [1]})
    assert one == same
    assert len({one, same}) == 1
    assert one != EventPattern({"a": [1]})
