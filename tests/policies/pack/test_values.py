from __future__ import annotations

import json

import pytest
from google.protobuf import struct_pb2
from hypothesis import given, strategies as st

from policies.pack.values import (
    ARCHIVE,
    ASSET,
    OUTPUT,
    RESOURCE,
    SECRET,
    SIGNATURE,
    UNKNOWN,
    UNKNOWN_TEXTS,
    Asset,
    SecretText,
    decode,
)


def struct(value: dict[str, object]) -> struct_pb2.Struct:
    message = struct_pb2.Struct()
    message.update(value)  # type: ignore[arg-type]  # the test gives JSON values only
    return message


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=5), json_values, max_size=4))
def test_plain_values_come_back_as_they_were(properties: dict[str, object]) -> None:
    assert decode(struct(properties)) == properties


def test_whole_numbers_are_integers() -> None:
    decoded = decode(struct({"port": 22.0, "ratio": 0.5, "far": float("inf")}))
    assert repr(decoded["port"]) == "22"
    assert repr(decoded["ratio"]) == "0.5"
    assert repr(decoded["far"]) == "inf"


@pytest.mark.parametrize("text", sorted(UNKNOWN_TEXTS))
def test_every_kind_of_unknown_is_recognised_at_any_depth(text: str) -> None:
    decoded = decode(struct({"a": text, "b": [{"c": text}]}))
    assert decoded["a"] is UNKNOWN
    assert decoded["b"] == [{"c": UNKNOWN}]


def test_unknowns_are_those_of_the_pulumi_sdk() -> None:
    from pulumi.runtime import rpc

    named = {
        value for name, value in vars(rpc).items() if name.startswith("UNKNOWN") and isinstance(value, str)
    }
    assert named <= UNKNOWN_TEXTS


def test_signatures_are_those_of_the_pulumi_sdk() -> None:
    from pulumi.runtime import rpc

    found = {str(value) for value in vars(rpc).values() if isinstance(value, str)}
    assert {SIGNATURE, SECRET, ASSET, ARCHIVE, RESOURCE, OUTPUT} <= found


def test_secret_text_compares_but_does_not_print() -> None:
    secret = decode(struct({"p": {SIGNATURE: SECRET, "value": {"inner": ["hunter2"]}}}))["p"]
    assert secret == {"inner": ["hunter2"]}
    assert "hunter2" not in f"{secret}"
    text = SecretText("hunter2")
    assert text == "hunter2"
    assert f"{text} {text!s} {text!r}" == "[secret] [secret] [secret]"


def test_secret_policy_text_can_still_be_read() -> None:
    secret = decode(struct({"p": {SIGNATURE: SECRET, "value": '{"a": 1}'}}))["p"]
    assert isinstance(secret, str)
    assert json.loads(secret) == {"a": 1}


def test_secret_unknown_is_unknown() -> None:
    assert decode(struct({"p": {SIGNATURE: SECRET, "value": min(UNKNOWN_TEXTS)}}))["p"] is UNKNOWN


def test_output_values() -> None:
    decoded = decode(
        struct(
            {
                "unknown": {SIGNATURE: OUTPUT},
                "plain": {SIGNATURE: OUTPUT, "value": "x"},
                "secret": {SIGNATURE: OUTPUT, "value": "x", "secret": True},
            }
        )
    )
    assert decoded == {"unknown": UNKNOWN, "plain": "x", "secret": "x"}
    assert isinstance(decoded["secret"], SecretText)


def test_resource_reference_reads_as_its_id() -> None:
    assert decode(struct({"r": {SIGNATURE: RESOURCE, "urn": "urn:x", "id": "i-1"}}))["r"] == "i-1"
    assert decode(struct({"r": {SIGNATURE: RESOURCE, "urn": "urn:x"}}))["r"] == "urn:x"


@pytest.mark.parametrize(("signature", "is_archive"), [(ASSET, False), (ARCHIVE, True)])
def test_assets_keep_their_fields_and_print_nothing(signature: str, is_archive: bool) -> None:
    asset = decode(struct({"code": {SIGNATURE: signature, "text": "print(1)"}}))["code"]
    assert isinstance(asset, Asset)
    assert asset.is_archive is is_archive
    assert asset.fields["text"] == "print(1)"
    assert "print" not in repr(asset)
