"""Zones: how they are written, and that their slots depend on nothing but themselves."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from components.foundation.errors import ComponentError
from components.network.zones import parse_zones


@given(st.permutations("abcdef"), st.integers(2, 6))
def test_a_letter_has_the_same_slot_in_any_company(order: list[str], count: int) -> None:
    zones = parse_zones(order[:count], {})
    assert {zone.key: zone.slot for zone in zones} == {
        letter: "abcdef".index(letter) for letter in order[:count]
    }
    assert [zone.slot for zone in zones] == sorted(zone.slot for zone in zones)


def test_letters_names_and_ids_of_one_zone_have_one_slot() -> None:
    slots = [
        parse_zones([text, other], {})[0].slot for text, other in (("a", "b"), ("eu-west-1a", "eu-west-1b"))
    ]
    by_id = parse_zones(["euw1-az1", "euw1-az3"], {})
    assert slots == [0, 0]
    assert [(zone.key, zone.slot, zone.kind) for zone in by_id] == [("az1", 0, "id"), ("az3", 2, "id")]


def test_a_letter_and_its_full_name_have_the_same_key() -> None:
    assert [zone.key for zone in parse_zones(["us-gov-west-1a", "b"], {})] == ["a", "b"]


def test_a_local_zone_takes_a_slot_that_is_given() -> None:
    local = parse_zones(["a", "b", "us-east-1-bos-1a"], {"us-east-1-bos-1a": 6})[-1]
    assert (local.key, local.slot, local.value) == ("useast1bos1a", 6, "us-east-1-bos-1a")


@pytest.mark.parametrize(
    ("written", "slots", "message"),
    [
        (["a"], {}, "zones: 1 zones; name 2 to 6 of them"),
        (list("abcdefg"), {}, "zones: 7 zones"),
        (["a", "a"], {}, "zones[1]: 'a' stands twice"),
        (["a", "b", "us-east-1a"], {}, "zones[2]: 'us-east-1a' stands twice"),
        (["a", "use1-az1"], {}, "zones[1]: 'use1-az1' and 'a' have the same slot 0"),
        (["a", "A"], {}, "zones[1]: 'A' is not a zone; write a letter ('a')"),
        (["a", "us-east-1-bos-1a"], {}, "zones[1]: 'us-east-1-bos-1a' has no slot of its own; give it one"),
        (
            ["a", "eu-west-1b"],
            {},
            "zones[1]: 'eu-west-1b' is not in the Region us-east-1; write 'us-east-1b'",
        ),
        (["a", "b"], {"c": 3}, "zone_slots.c: is not among the zones"),
    ],
)
def test_errors(written: list[str], slots: dict[str, int], message: str) -> None:
    with pytest.raises(ComponentError) as caught:
        parse_zones(written, slots, "us-east-1")
    assert message in str(caught.value)
