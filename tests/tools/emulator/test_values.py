from __future__ import annotations

import json
from typing import Any

import pytest
from google.protobuf import json_format, struct_pb2
from hypothesis import given, strategies as st

from tools.emulator.values import (
    ARCHIVE,
    ASSET,
    OUTPUT_VALUE,
    RESOURCE_REFERENCE,
    SECRET,
    SIGNATURE,
    UNKNOWN,
    UNKNOWN_MARKS,
    Asset,
    Secret,
    decode,
    encode,
    has_secret,
    has_unknown,
    marked,
    plain,
    scrubbed,
)

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
KEYS = st.text().filter(lambda key: key != SIGNATURE)
VALUES = st.recursive(
    SCALARS | st.just(UNKNOWN),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4) | inner.map(Secret),
    max_leaves=20,
)


@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_what_is_encoded_is_decoded(values: dict[str, Any]) -> None:
    sent = struct_pb2.Struct.FromString(encode(values).SerializeToString())
    assert decode(sent) == values


@pytest.mark.parametrize("mark", sorted(UNKNOWN_MARKS))
def test_every_kind_of_unknown_is_unknown(mark: str) -> None:
    assert decode(_struct({"a": [mark], "b": {"c": mark}})) == {"a": [UNKNOWN], "b": {"c": UNKNOWN}}


def test_marked_objects() -> None:
    assert decode(_struct({"x": {SIGNATURE: SECRET, "value": {"a": 1}}})) == {"x": Secret({"a": 1})}
    assert decode(_struct({"x": {SIGNATURE: OUTPUT_VALUE, "value": 2}})) == {"x": 2}
    assert decode(_struct({"x": {SIGNATURE: OUTPUT_VALUE, "value": 2, "secret": True}})) == {"x": Secret(2)}
    assert decode(_struct({"x": {SIGNATURE: OUTPUT_VALUE}})) == {"x": UNKNOWN}
    assert decode(_struct({"x": {SIGNATURE: RESOURCE_REFERENCE, "urn": "urn", "id": "vpc-1"}})) == {
        "x": "vpc-1"
    }
    assert decode(_struct({"x": {SIGNATURE: RESOURCE_REFERENCE, "urn": "urn"}})) == {"x": UNKNOWN}


@pytest.mark.parametrize("kind", [ASSET, ARCHIVE])
def test_assets_come_back_as_they_were_sent(kind: str) -> None:
    sent = {"code": {SIGNATURE: kind, "hash": "abc", "path": "./app"}}
    found = decode(_struct(sent))
    assert found == {"code": Asset(kind, {"hash": "abc", "path": "./app"})}
    assert json_format.MessageToDict(encode(found)) == sent


def test_empty_containers_keep_their_kind() -> None:
    assert decode(encode({"a": [], "b": {}, "c": None})) == {"a": [], "b": {}, "c": None}


def test_a_secret_is_not_in_its_representation() -> None:
    assert "hunter2" not in repr(Secret("hunter2"))
    assert "hunter2" not in str({"password": Secret("hunter2")})
    assert "hunter2" not in f"{[Secret({'a': 'hunter2'})]}"


def test_what_can_not_be_sent_is_named() -> None:
    with pytest.raises(TypeError, match="a value of type object"):
        encode({"x": object()})


def test_unknown_and_secret_are_found_at_any_depth() -> None:
    assert has_unknown({"a": [{"b": Secret(UNKNOWN)}]})
    assert not has_unknown({"a": [{"b": Secret("x")}]})
    assert has_secret({"a": [{"b": Secret(UNKNOWN)}]})
    assert not has_secret({"a": [{"b": UNKNOWN}]})


@given(VALUES)
def test_plain_values_have_no_secret_marks(value: Any) -> None:
    assert not has_secret(plain(value))


@given(st.dictionaries(st.sampled_from("abcd"), VALUES, max_size=4))
def test_what_was_secret_comes_back_secret(inputs: dict[str, Any]) -> None:
    outputs = marked(plain(inputs), inputs)
    assert plain(outputs) == plain(inputs)
    hidden = {word for name in inputs for word in _hidden(inputs[name], False)}
    assert hidden == {word for name in outputs for word in _hidden(outputs[name], False)} or not hidden


def test_a_secret_that_changed_its_form_is_secret_as_a_whole() -> None:
    assert marked({"a": ["x", "y"]}, {"a": [Secret("x")]}) == {"a": Secret(["x", "y"])}
    assert marked({"a": '{"p": "x"}'}, {"a": {"p": Secret("x")}}) == {"a": Secret('{"p": "x"}')}
    assert marked({"a": {"p": "x", "q": "y"}}, {"a": {"p": Secret("x")}}) == {
        "a": {"p": Secret("x"), "q": "y"}
    }
    assert marked({"a": UNKNOWN}, {"a": Secret(UNKNOWN)}) == {"a": Secret(UNKNOWN)}
    assert marked({"a": "1", "b": "2"}, {"b": Secret("2")}, {"a": Secret("0")}) == {
        "a": Secret("1"),
        "b": Secret("2"),
    }


def test_messages_are_scrubbed() -> None:
    given_inputs = {
        "masterPassword": Secret("hunter2hunter2"),
        "env": {"TOKEN": Secret("hunter2"), "PORT": 8080},
    }
    message = "Value hunter2hunter2 at 'password' (hunter2) on port 8080 is too long"
    assert (
        scrubbed(message, given_inputs) == "Value [secret] at 'password' ([secret]) on port 8080 is too long"
    )
    assert scrubbed("12345 is no name", {"pin": Secret(12345)}) == "[secret] is no name"


def _hidden(value: Any, inside: bool) -> set[str]:
    if isinstance(value, Secret):
        return _hidden(value.value, True)
    if isinstance(value, dict):
        return {word for item in value.values() for word in _hidden(item, inside)}
    if isinstance(value, list):
        return {word for item in value for word in _hidden(item, inside)}
    return {repr(value)} if inside and value is not None else set()


def _struct(values: dict[str, Any]) -> struct_pb2.Struct:
    return json_format.Parse(json.dumps(values), struct_pb2.Struct())
