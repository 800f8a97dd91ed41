"""Availability Zones: how they are written, which fixed slot of the address plan each has, what AWS is told.

A zone is written as its letter (`a`), its full name (`eu-west-1a`), or its zone id (`euw1-az1`, the same place
in every account). Its slot follows from the letter or number alone, never from its position in a list, so that
adding or dropping a zone leaves the others where they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from components.foundation.errors import ComponentError

MIN_ZONES, MAX_ZONES = 2, 6

_LETTER = re.compile(r"[a-z]")
_NAME = re.compile(r"(?P<region>[a-z]{2,}(-[a-z]+)+-\d)(?P<letter>[a-z])")
_ZONE_ID = re.compile(r"[a-z]{2,}\d-az(?P<number>\d)")
_LOCAL = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d(-[a-z]{3}-\d[a-z]|-wl\d-[a-z]{3}-wlz-\d)")


@dataclass(frozen=True)
class Zone:
    """One zone of a network.

    `key` names its resources (`a`, `az1`, `useast1bos1a`), `value` is what AWS calls it, `kind` says whether
    `value` is a letter to put after the Region, a full name, or a zone id; `slot` is its place in the plan.
    """

    key: str
    value: str
    kind: Literal["letter", "name", "id"]
    slot: int


def parse_zones(written: Sequence[str], slots: Mapping[str, int], region: str | None = None) -> list[Zone]:
    """The zones in the order of their slots.

    `slots` gives a slot to zones that have none by nature (Local Zones), or another than the natural one. Raises
    `ComponentError` for zones that can't be read, stand twice, share a slot or are in another Region.
    """
    if not MIN_ZONES <= len(written) <= MAX_ZONES:
        raise ComponentError("zones", f"{len(written)} zones", f"name {MIN_ZONES} to {MAX_ZONES} of them")
    for name in slots:
        if name not in written:
            raise ComponentError(f"zone_slots.{name}", "is not among the zones", "name the zone as in zones")
    zones: list[Zone] = []
    for index, text in enumerate(written):
        zone = _parse(index, text, slots, region)
        for other in zones:
            if zone.key == other.key:
                raise ComponentError(f"zones[{index}]", f"{text!r} stands twice", "name each zone once")
            if zone.slot == other.slot:
                raise ComponentError(
                    f"zones[{index}]",
                    f"{text!r} and {other.value!r} have the same slot {zone.slot}",
                    f"give one of them another in zone_slots, such as {text}: {_free(zones)}",
                )
        zones.append(zone)
    return sorted(zones, key=lambda zone: zone.slot)


def _parse(index: int, text: str, slots: Mapping[str, int], region: str | None) -> Zone:
    where = f"zones[{index}]"
    if _LETTER.fullmatch(text):
        return Zone(text, text, "letter", slots.get(text, ord(text) - ord("a")))
    if name := _NAME.fullmatch(text):
        if region and name["region"] != region:
            raise ComponentError(
                where, f"{text!r} is not in the Region {region}", f"write '{region}{name['letter']}'"
            )
        return Zone(name["letter"], text, "name", slots.get(text, ord(name["letter"]) - ord("a")))
    if zone_id := _ZONE_ID.fullmatch(text):
        return Zone(f"az{zone_id['number']}", text, "id", slots.get(text, int(zone_id["number"]) - 1))
    if _LOCAL.fullmatch(text):
        if text not in slots:
            raise ComponentError(
                where, f"{text!r} has no slot of its own", f"give it one: zone_slots: {{{text}: 6}}"
            )
        return Zone(text.replace("-", ""), text, "name", slots[text])
    raise ComponentError(
        where, f"{text!r} is not a zone", "write a letter ('a'), a name or a zone id ('use1-az1')"
    )


def _free(zones: Sequence[Zone]) -> int:
    taken = {zone.slot for zone in zones}
    return next(slot for slot in range(len(taken) + 1) if slot not in taken)
