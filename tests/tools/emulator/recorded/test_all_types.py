"""Every type of the SDK, from its least inputs: what a recorded resource shows, and what a preview of it shows."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

from tests.tools.emulator.inputs import call, misfits
from tools.emulator.accounts import Place
from tools.emulator.planned import planned
from tools.emulator.recorded import complete, resource_id
from tools.emulator.schema import tokens
from tools.emulator.values import UNKNOWN, decode, encode

CHINA = Place("222222222222", "cn-north-1")
MODULES = sorted({token.split(":")[1].split("/")[0] for token in tokens()})
# Text that a recorded resource can't know: an empty one is shown, as AWS does for what is not set up.
ARN = re.compile(r"arn:aws-cn:[a-z0-9-]+:(cn-north-1)?:(222222222222|aws|lambda)?:\S+")
GIVEN_ARN = "example"


@cache
def of_module(module: str) -> tuple[str, ...]:
    return tuple(token for token in tokens() if token.split(":")[1].split("/")[0] == module)


def made(token: str, seed: str) -> tuple[str, dict[str, Any]]:
    found = call(token, place=CHINA)
    found.id = resource_id(found, seed)
    return found.id, complete(found, {})


@pytest.mark.parametrize("module", MODULES)
def test_recorded_resource(module: str) -> None:
    for token in of_module(module):
        found = call(token, place=CHINA)
        found.id = resource_id(found, "urn:one")
        outputs = complete(found, {})
        missing = [n for n, prop in found.type.outputs.items() if _is_there(prop) and n not in outputs]
        assert not missing, f"{token}: not among the outputs"
        assert outputs.pop("id") == found.id
        assert [hit for n in outputs for hit in misfits(found.type.outputs[n].type, outputs[n], n)] == [], (
            token
        )
        assert found.id, f"{token}: no id"
        arn = outputs.get("arn")
        assert arn in (None, GIVEN_ARN) or ARN.fullmatch(arn), (
            f"{token}: {arn} is not the ARN of something in China"
        )
        assert decode(encode(outputs)) == outputs, f"{token}: comes back otherwise than it was sent"
        assert made(token, "urn:one") == (found.id, {**outputs, "id": found.id}), (
            f"{token}: another one the second time"
        )


def _is_there(prop: Any) -> bool:
    return prop.computed and prop.name != "tags" and prop.type.kind not in ("asset", "archive")


@pytest.mark.parametrize("module", MODULES)
def test_preview_shows_what_will_be_there(module: str) -> None:
    for token in of_module(module):
        found = call(token)
        shown = planned(found, None)
        found.id = resource_id(found, "urn:one")
        outputs = complete(found, {})
        assert set(shown) >= set(outputs), f"{token}: the preview lacks {set(outputs) - set(shown)}"
        for name, value in shown.items():
            if name == "id":
                continue
            prop = found.type.outputs[name]
            wrong = value is UNKNOWN and (name in found.inputs or not prop.computed)
            assert not wrong, f"{token}: {name} is known, and shown as unknown"
            assert misfits(prop.type, value, name) == [], token
            if value is not UNKNOWN and name != "tags" and not _has_unknown(value):
                assert outputs.get(name) == value, f"{token}: {name} turns out otherwise"


def _has_unknown(value: Any) -> bool:
    return "unknown" in repr(value)


def test_two_resources_of_one_type_differ() -> None:
    """Where AWS makes up the id. An id that is made of inputs is the same for the same inputs."""
    same = [token for token in tokens() if made(token, "urn:one")[0] == made(token, "urn:two")[0]]
    free = [token for token in same if not _is_fixed(token)]
    assert free == []


def _is_fixed(token: str) -> bool:
    from tools.emulator.recorded.ids import template

    return all(part.kind != "random" for part in template(token))


def test_an_id_that_is_taken_is_made_up_again() -> None:
    found = call("aws:ec2/customerGateway:CustomerGateway")
    first = resource_id(found, "urn:one")
    second = resource_id(found, "urn:one", lambda text: text == first)
    assert first != second
    assert re.fullmatch(r"cgw-[0-9a-f]{17}", second)
