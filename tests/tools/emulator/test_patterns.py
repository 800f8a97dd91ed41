from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from tools.emulator.patterns import InvalidPattern, matches, parse

EVENT = {
    "source": "com.company.marketing",
    "account": "222222222222",
    "resources": ["arn:aws:s3:::a", "arn:aws:s3:::b"],
    "detail": {
        "price": 12.5,
        "count": 300,
        "name": "Report.PDF",
        "none": None,
        "flag": True,
        "empty": [],
        "ip": "10.1.2.3",
        "path": "dir/a*b",
        "nested": {"deep": "x"},
        "items": [{"a": 1, "b": 1}, {"a": 2, "b": 2}],
    },
}


def fits(**detail: Any) -> bool:
    return matches(parse(json.dumps({"detail": detail})), EVENT)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ({"source": ["com.company.marketing"]}, True),
        ({"source": ["com.company.sales", "com.company.marketing"]}, True),
        ({"source": ["com.company"]}, False),
        ({"source": [{"anything-but": "com.company.security"}]}, True),
        ({"source": ["com.company.marketing"], "account": ["111111111111"]}, False),
        ({"resources": ["arn:aws:s3:::b"]}, True),
        ({"resources": ["arn:aws:s3:::c"]}, False),
        ({"missing": [{"exists": False}]}, True),
        ({"missing": {"deeper": [{"exists": False}]}}, True),
        ({"source": {"deeper": [{"exists": False}]}}, True),
        ({"missing": [{"anything-but": "x"}]}, False),
        ({"$or": [{"source": ["no"]}, {"account": ["222222222222"]}]}, True),
        ({"$or": [{"source": ["no"]}, {"account": ["no"]}]}, False),
        ({"source": ["com.company.marketing"], "$or": [{"a": ["1"]}, {"b": ["1"]}]}, False),
    ],
)
def test_whole_patterns(pattern: dict[str, Any], expected: bool) -> None:
    assert matches(parse(json.dumps(pattern)), EVENT) == expected


@pytest.mark.parametrize(
    ("field", "wanted", "expected"),
    [
        ("count", 300, True),
        ("count", 300.0, False),
        ("count", "300", False),
        ("flag", True, True),
        ("flag", 1, False),
        ("none", None, True),
        ("none", {"exists": True}, True),
        ("empty", {"exists": False}, True),
        ("nested", {"exists": True}, False),
        ("name", {"prefix": "Rep"}, True),
        ("name", {"prefix": "rep"}, False),
        ("name", {"prefix": {"equals-ignore-case": "rep"}}, True),
        ("name", {"suffix": ".PDF"}, True),
        ("name", {"suffix": {"equals-ignore-case": ".pdf"}}, True),
        ("name", {"equals-ignore-case": "REPORT.pdf"}, True),
        ("count", {"prefix": "3"}, False),
        ("count", {"prefix": {"equals-ignore-case": "3"}}, False),
        ("count", {"suffix": {"equals-ignore-case": "0"}}, False),
        ("count", {"equals-ignore-case": "300"}, False),
        ("name", {"anything-but": ["Report.PDF", "x"]}, False),
        ("name", {"anything-but": ["x"]}, True),
        ("count", {"anything-but": [300]}, False),
        ("count", {"anything-but": "300"}, True),
        ("name", {"anything-but": {"prefix": "Rep"}}, False),
        ("name", {"anything-but": {"prefix": ["x", "Rep"]}}, False),
        ("name", {"anything-but": {"suffix": ".txt"}}, True),
        ("name", {"anything-but": {"equals-ignore-case": ["report.pdf"]}}, False),
        ("name", {"anything-but": {"wildcard": "*.PDF"}}, False),
        ("price", {"numeric": [">", 10, "<=", 12.5]}, True),
        ("price", {"numeric": ["<", 12.5]}, False),
        ("price", {"numeric": [">", 10, "<", 12]}, False),
        ("count", {"numeric": ["=", 3e2]}, True),
        ("name", {"numeric": [">", 0]}, False),
        ("flag", {"numeric": [">", 0]}, False),
        ("ip", {"cidr": "10.0.0.0/8"}, True),
        ("ip", {"cidr": "11.0.0.0/8"}, False),
        ("name", {"cidr": "10.0.0.0/8"}, False),
        ("name", {"wildcard": "R*.P*F"}, True),
        ("name", {"wildcard": "R?port.PDF"}, False),
        ("path", {"wildcard": "dir/a\\*b"}, True),
        ("path", {"wildcard": "dir\\*"}, False),
    ],
)
def test_one_value(field: str, wanted: Any, expected: bool) -> None:
    assert fits(**{field: [wanted]}) == expected


def test_what_is_no_alternative_is_a_field_like_others() -> None:
    assert matches(parse('{"$or": ["x"]}'), {"$or": "x"})
    assert not matches(parse('{"$or": ["x", "y"]}'), {"$or": "z"})


def test_the_fields_of_one_item_of_a_list_have_to_match_together() -> None:
    assert fits(items={"a": [2], "b": [2]})
    assert not fits(items={"a": [1], "b": [2]})


SCALAR = st.one_of(st.text(max_size=5), st.integers(-9, 9), st.booleans(), st.none())
EVENTS = st.dictionaries(
    st.sampled_from("abc"),
    st.one_of(
        SCALAR, st.lists(SCALAR, max_size=2), st.dictionaries(st.sampled_from("xy"), SCALAR, max_size=2)
    ),
    max_size=3,
)


def every(value: Any) -> Any:
    """The pattern that names every leaf of an event."""
    if isinstance(value, dict):
        return {name: every(one) for name, one in value.items() if one not in ({}, [])}
    return value if isinstance(value, list) else [value]


@given(EVENTS)
def test_an_event_matches_the_pattern_that_names_all_it_has(event: dict[str, Any]) -> None:
    assert matches(every(event), event)


@given(EVENTS, EVENTS)
def test_more_fields_in_a_pattern_never_match_more(event: dict[str, Any], other: dict[str, Any]) -> None:
    pattern, extra = every(other), {**every(other), "more": ["x"]}
    assert not matches(extra, event) or matches(pattern, event)


@given(EVENTS, SCALAR.filter(lambda value: isinstance(value, str)))
def test_anything_but_is_the_opposite_for_one_value(event: dict[str, Any], text: str) -> None:
    value = event.get("a")
    if isinstance(value, (dict, list)) or "a" not in event:
        return
    for operator in ("prefix", "suffix", "equals-ignore-case"):
        positive = matches({"a": [{operator: text}]}, event)
        assert matches({"a": [{"anything-but": {operator: text}}]}, event) != positive


@pytest.mark.parametrize(
    "pattern",
    [
        "{",
        "[]",
        "{}",
        '{"a": []}',
        '{"a": {}}',
        '{"a": "x"}',
        '{"a": ["x"], "a": ["y"]}',
        '{"a": [["x"]]}',
        '{"a": [{"prefix": "x", "suffix": "y"}]}',
        '{"a": [{"exists": "true"}]}',
        '{"a": [{"prefix": 1}]}',
        '{"a": [{"prefix": ["x"]}]}',
        '{"a": [{"like": "x"}]}',
        '{"a": [{"wildcard": "a**b"}]}',
        '{"a": [{"anything-but": []}]}',
        '{"a": [{"anything-but": {"prefix": []}}]}',
        '{"a": [{"anything-but": {"prefix": [1]}}]}',
        '{"$or": [{"a": ["x"]}]}',
        '{"$or": [{"a": ["x"]}, "y"]}',
        '{"a": [{"anything-but": ["x", 1]}]}',
        '{"a": [{"anything-but": {"numeric": [1]}}]}',
        '{"a": [{"numeric": ["!", 1]}]}',
        '{"a": [{"numeric": [">", "1"]}]}',
        '{"a": [{"numeric": [">", 5, "<", 1]}]}',
        '{"a": [{"cidr": "10.0.0.0/99"}]}',
        '{"$or": [{"a": ["x"]}, {}]}',
    ],
)
def test_patterns_that_eventbridge_refuses(pattern: str) -> None:
    with pytest.raises(InvalidPattern):
        parse(pattern)


@pytest.mark.parametrize(
    ("pattern", "reason"), [("{", "Filter is not JSON"), ('{"a": [1], "a": [1]}', "Path is used twice")]
)
def test_the_reason_is_told(pattern: str, reason: str) -> None:
    with pytest.raises(InvalidPattern, match=reason):
        parse(pattern)
