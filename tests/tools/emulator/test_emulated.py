"""What runs a declaration: a resource that is not there when it should be is no success."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from tests.tools.emulator.inputs import call
from tools.emulator import emulated as running
from tools.emulator.emulated import Call, Emulated, PartialCreate

TOKEN = "aws:sns/topic:Topic"
KEPT: dict[str, Any] = {"name": "t"}


def declared(**more: Any) -> Emulated:
    made = Emulated(TOKEN, service="sns", create=lambda _: "t", read=lambda _: KEPT, delete=lambda _: None)
    return dataclasses.replace(made, **more)


def asked() -> Call:
    return call(TOKEN, {"name": "t"}, id="t")


def test_a_resource_that_is_there_is_what_is_read() -> None:
    assert running.create(declared(), asked()) == KEPT
    assert running.update(declared(), asked()) == KEPT


def test_one_that_is_gone_right_after_its_creation_is_an_error_that_keeps_its_id() -> None:
    with pytest.raises(PartialCreate, match="not there right after its creation") as caught:
        running.create(declared(read=lambda _: None), asked())
    assert caught.value.id == "t"


def test_one_that_is_gone_is_not_updated() -> None:
    with pytest.raises(LookupError, match="aws:sns/topic:Topic t is not there any more"):
        running.update(declared(read=lambda _: None), asked())
