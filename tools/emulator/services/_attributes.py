"""Attributes as SNS and SQS have them: a map of names to text that is set and read as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call
from tools.emulator.mapping import from_api
from tools.emulator.services._common import as_text


def text_of(value: Any) -> str:
    """A property's value as an attribute's text."""
    return (
        str(value).lower()
        if isinstance(value, bool)
        else as_text(value)
        if isinstance(value, dict)
        else str(value)
    )


def given_attributes(call: Call, names: Mapping[str, str]) -> dict[str, str]:
    """The attributes that the program gives, for a create operation."""
    return {
        api: text_of(call.inputs[name]) for name, api in names.items() if call.inputs.get(name) is not None
    }


def changed_attributes(call: Call, names: Mapping[str, str], empty: Mapping[str, str]) -> dict[str, str]:
    """The attributes that changed; one that is no longer given takes its value of `empty`, or stays."""
    found = {}
    for name, api in names.items():
        if not call.changed(name):
            continue
        if call.inputs.get(name) is not None:
            found[api] = text_of(call.inputs[name])
        elif name in empty:
            found[api] = empty[name]
    return found


def read_attributes(call: Call, names: Mapping[str, str], there: Mapping[str, str]) -> dict[str, Any]:
    """The properties that attributes say. Numbers that stand for "not set" are left out."""
    kinds = call.type.properties
    return {
        name: from_api(kinds[name].type, there[api])
        for name, api in names.items()
        if there.get(api) not in (None, "")
    }
