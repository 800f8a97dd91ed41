from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from tools.emulator.execution.jsonata import NotEvaluated, evaluate


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2", 3),
        ("($a:={'b': [1, 2]};$sum($a.b))", 3),
        ("$partition([1, 2, 3, 4, 5], 2)", [[1, 2], [3, 4], [5]]),
        ("$range(0, 6, 2)", [0, 2, 4, 6]),
        ("$range(3, 1, -1)", [3, 2, 1]),
        ("$hash('a', 'SHA-256')", hashlib.sha256(b"a").hexdigest()),
        ("$parse('{\"a\": [1]}').a", [1]),
        ("$random(7) = $random(7)", True),
        ("$uuid() != $uuid()", True),
        ("$random() != $random()", True),
    ],
)
def test_expressions(expression: str, value: Any) -> None:
    assert evaluate(expression) == value


@pytest.mark.parametrize(
    "expression",
    [
        "1 +",
        "$number('x')",
        "$hash('a', 'CRC')",
        "$range(0, 1, 0)",
        "$range(0, 5000, 1)",
        "$partition([1], 0)",
        "$parse('{')",
    ],
)
def test_what_has_no_value_is_told(expression: str) -> None:
    with pytest.raises(NotEvaluated):
        evaluate(expression)


@given(st.one_of(st.none(), st.booleans(), st.integers(-(2**40), 2**40), st.text(max_size=20)))
def test_json_is_itself(value: Any) -> None:
    assert evaluate(json.dumps(value, ensure_ascii=False)) == value
