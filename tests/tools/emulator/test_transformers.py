from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from tools.emulator.transformers import MISSING, input_of, part

EVENT = {
    "id": "1",
    "source": "app",
    "detail": {"name": 'a "quoted" name', "items": [{"n": 1}, {"n": 2}], "odd key": True, "x": {"y": None}},
}
RULE = "arn:aws:events:us-east-1:111111111111:rule/bus/rule-one"


def given_to(**target: Any) -> str:
    return input_of(target, EVENT, RULE, "2026-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$", EVENT),
        ("$.detail.items[1].n", 2),
        ("$.detail['odd key']", True),
        ("$.detail.x.y", None),
        ("$.detail.items[2]", MISSING),
        ("$.detail.nothing.more", MISSING),
        ("$.source.more", MISSING),
    ],
)
def test_parts_of_an_event(path: str, expected: Any) -> None:
    assert part(EVENT, path) == expected


def test_the_event_itself_a_part_of_it_or_a_constant() -> None:
    assert json.loads(given_to()) == EVENT
    assert json.loads(given_to(InputPath="$.detail.items")) == EVENT["detail"]["items"]  # type: ignore[index]
    assert json.loads(given_to(InputPath="$.nothing")) == {}
    assert given_to(Input='{"a": 1}') == '{"a": 1}'


def transformed(template: str, **paths: str) -> str:
    return given_to(InputTransformer={"InputPathsMap": paths, "InputTemplate": template})


def test_a_template_takes_parts_as_json_or_as_text() -> None:
    template = (
        '{"name": <name>, "text": "it is <name>, <none>", "items": <items>, "none": <none>, "in": "<items>"}'
    )
    found = transformed(template, name="$.detail.name", items="$.detail.items", none="$.nothing")
    assert json.loads(found) == {
        "name": 'a "quoted" name',
        "text": 'it is a "quoted" name, ',
        "items": [{"n": 1}, {"n": 2}],
        "none": None,
        "in": '[{"n": 1}, {"n": 2}]',
    }


def test_what_every_template_knows() -> None:
    found = transformed(
        '{"arn": "<aws.events.rule-arn>", "rule": <aws.events.rule-name>, "at": <aws.events.event.ingestion-time>,'
        ' "all": <aws.events.event.json>, "head": <aws.events.event>, "unknown": "<other>"}'
    )
    read = json.loads(found)
    assert (read["arn"], read["rule"], read["at"]) == (RULE, "rule-one", "2026-01-01T00:00:00Z")
    assert read["all"] == EVENT
    assert read["head"] == {"id": "1", "source": "app"}
    assert read["unknown"] == "<other>"


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.text(), inner, max_size=2)),
    max_leaves=5,
)


@given(JSON)
def test_a_filled_template_is_json_whatever_the_event_has(value: Any) -> None:
    template = {"InputPathsMap": {"v": "$.detail.v"}, "InputTemplate": '{"as": <v>, "in": "x <v> \\" y"}'}
    found = json.loads(input_of({"InputTransformer": template}, {"detail": {"v": value}}, RULE, ""))
    assert found["as"] == value
    assert found["in"] == f'x {value if isinstance(value, str) else json.dumps(value)} " y'
