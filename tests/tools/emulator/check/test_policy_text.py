"""Documents given as objects."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, strategies as st

from tools.emulator.check.policy_text import with_documents_as_text
from tools.emulator.schema import resource
from tools.emulator.values import UNKNOWN, Secret

ROLE = resource("aws:iam/role:Role")


def text(document: Any) -> Any:
    assert ROLE is not None
    return with_documents_as_text(ROLE, {"assumeRolePolicy": document, "tags": {"a": "b"}})[
        "assumeRolePolicy"
    ]


def test_an_object_becomes_the_text_that_go_writes() -> None:
    assert text({"Version": "2012-10-17", "Statement": [{"Sid": "<&>"}]}) == (
        '{"Statement":[{"Sid":"\\u003c\\u0026\\u003e"}],"Version":"2012-10-17"}'
    )


def test_text_stays_as_it_is() -> None:
    assert text('{ "Version": "2012-10-17" }') == '{ "Version": "2012-10-17" }'
    assert text(UNKNOWN) is UNKNOWN


def test_an_object_that_is_partly_unknown_is_unknown() -> None:
    assert text({"Statement": [{"Resource": UNKNOWN}]}) is UNKNOWN


def test_a_secret_stays_one() -> None:
    assert text(Secret({"a": 1})) == Secret('{"a":1}')
    assert text({"a": Secret("b")}) == Secret('{"a":"b"}')


_DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
)


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), _DOCUMENTS))
def test_the_text_means_the_object(document: dict[str, Any]) -> None:
    assert json.loads(text(document)) == document
