from __future__ import annotations

import re
import uuid

import pytest
from hypothesis import given, strategies as st

from tools.emulator.recorded import shapes

SAMPLES = [
    "vpc-a01106c2",
    "subnet-0123456789abcdef0",
    "7e7a28d2-163f-4b8f-b9cd-822f96c08d6a",
    "ws-C6DCB907-F2D7-4D96-957B-66691F865D8B",
    "E74FTE3EXAMPLE",
    "12345abcde",
    "d-9067007d4f",
    "1122334",
    "eipalloc-00a10e96",
]


@given(st.sampled_from(SAMPLES), st.text(), st.text())
def test_made_up_text_depends_on_the_seed_only(sample: str, one: str, two: str) -> None:
    assert shapes.like(sample, one) == shapes.like(sample, one)
    assert (shapes.like(sample, one) == shapes.like(sample, two)) == (one == two)


@pytest.mark.parametrize(
    ("sample", "pattern"),
    [
        ("vpc-a01106c2", "vpc-[0-9a-f]{17}"),
        ("ws-C6DCB907-F2D7-4D96-957B-66691F865D8B", "ws-[0-9A-F-]{36}"),
        ("7e7a28d2-163f-4b8f-b9cd-822f96c08d6a", "[0-9a-f-]{36}"),
        ("12345abcde", "[0-9a-f]{10}"),
        ("1122334", r"1\d{7}"),
        ("K3D5EWEUDCCXON", "[A-Z0-9]{14}"),
    ],
)
def test_shape(sample: str, pattern: str) -> None:
    assert re.fullmatch(pattern, shapes.like(sample, "x"))


@given(st.text())
def test_uuids_are_uuids(seed: str) -> None:
    assert uuid.UUID(shapes.uuid(seed)).version == 4


@pytest.mark.parametrize("text", SAMPLES)
def test_ids_look_random(text: str) -> None:
    assert shapes.is_random(text) or "EXAMPLE" in text


@pytest.mark.parametrize(
    "text", ["example", "my-bucket", "test-name", "GET", "production", "simpleapp", "master", "default"]
)
def test_names_do_not(text: str) -> None:
    assert not shapes.is_random(text)
