"""A stack's configuration: every wrong key and value, all at once, with its path."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, strategies as st

from components.foundation.args import Args
from components.foundation.component import Component
from components.foundation.errors import ComponentError
from stack.registry import ARCHITECTURES, Architecture
from stack.settings import read_settings


class Settings(Args):
    size: int = 1


def never(name: str, settings: Any, built: Any) -> Component:
    raise AssertionError("reading builds nothing")


def together(settings: Settings, others: Mapping[str, Args]) -> None:
    if settings.size == 7 and "app" in others:
        raise ComponentError("size", "7 does not go with app")


KINDS = {
    "log": Architecture(Settings, never, after=("queue", "network"), check=together),
    "queue": Architecture(Settings, never, needs=("network",)),
    "network": Architecture(Settings, never),
    "app": Architecture(Settings, never, needs=("queue", "network")),
}


def read(values: dict[str, Any]) -> dict[str, Args]:
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}
    return read_settings(texts, "proj", KINDS)


def test_what_is_needed_comes_first() -> None:
    assert list(read({"proj:app": {}, "proj:network": {}, "proj:queue": {}})) == ["network", "queue", "app"]


def test_a_key_follows_others_only_where_they_are_there() -> None:
    assert list(read({"proj:log": {}, "proj:network": {}})) == ["network", "log"]
    assert list(read({"proj:log": {}})) == ["log"]


def test_keys_are_checked_together() -> None:
    others: dict[str, Any] = {"proj:app": {}, "proj:network": {}, "proj:queue": {}}
    assert len(read({"proj:log": {"size": 6}, **others})) == 4
    with pytest.raises(ComponentError, match=r"^proj:log\.size: 7 does not go with app$"):
        read({"proj:log": {"size": 7}, **others})


def test_keys_of_providers_are_theirs() -> None:
    assert read({"aws:region": "eu-west-1", "pulumi:tags": {"a": "b"}}) == {}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"proj:netwrok": {}}, "proj:netwrok: is not an architecture; did you mean 'network'?"),
        ({"proj:network": {"sise": 1}}, "proj:network.sise: is not an argument; did you mean 'size'?"),
        ({"proj:network": {"size": "big"}}, "proj:network.size: 'big': input should be a valid integer"),
        ({"proj:network": "big"}, "proj:network: 'big': input should be a valid dictionary"),
        ({"proj:queue": {}}, "proj:queue: needs proj:network, which is not set; set proj:network"),
    ],
)
def test_errors(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ComponentError) as caught:
        read(values)
    assert str(caught.value).startswith(message)


def test_all_errors_at_once() -> None:
    with pytest.raises(ComponentError) as caught:
        read({"proj:x": {}, "proj:network": {"size": "big"}, "proj:queue": {"y": 1}})
    assert len(str(caught.value).splitlines()) == 3


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from([f"groundplan:{key}" for key in ARCHITECTURES]), json_values))
def test_no_value_breaks_the_reading(values: dict[str, Any]) -> None:
    try:
        read_settings({key: json.dumps(value) for key, value in values.items()}, "groundplan")
    except ComponentError as error:
        problem = str(error)
    else:
        return
    assert problem.startswith("groundplan:")
