from __future__ import annotations

import json
from typing import Any

import pytest

from tools.emulator.execution.definitions import faults

GOOD: dict[str, Any] = {
    "StartAt": "A",
    "States": {
        "A": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sns:publish",
            "Next": "B",
            "Catch": [{"Next": "D"}],
        },
        "B": {"Type": "Choice", "Choices": [{"Next": "C"}], "Default": "D"},
        "C": {
            "Type": "Parallel",
            "Branches": [{"StartAt": "X", "States": {"X": {"Type": "Pass", "End": True}}}],
            "End": True,
        },
        "D": {"Type": "Fail"},
    },
}


def test_a_sound_definition_has_no_faults() -> None:
    assert faults(json.dumps(GOOD)) == []


def changed(path: str, value: Any) -> str:
    machine = json.loads(json.dumps(GOOD))
    *way, last = path.split(".")
    place: Any = machine
    for key in way:
        place = place[int(key) if key.isdigit() else key]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return json.dumps(machine)


@pytest.mark.parametrize(
    ("definition", "fault"),
    [
        ("{", "INVALID_JSON_DESCRIPTION"),
        ("[]", "INVALID_JSON_DESCRIPTION"),
        (changed("States", {}), "'States' is required"),
        (changed("StartAt", "Z"), "target: Z at /StartAt"),
        (changed("States.A.Next", "Z"), "target: Z at /States/A/Next"),
        (changed("States.A.Next", None), "'Next' or 'End' is required at /States/A"),
        (changed("States.A.Resource", None), "'Resource' is required at /States/A"),
        (changed("States.A.Type", "Job"), "'Type' must be one of"),
        (changed("States.A.Catch", [{"Next": "Z"}]), "target: Z at /States/A/Catch[0]/Next"),
        (changed("States.B.Default", "Z"), "target: Z at /States/B/Default"),
        (changed("States.C.Branches.0.StartAt", "Z"), "target: Z at /States/C/Branches[0]/StartAt"),
        (changed("States.D", "x"), "a state is an object at /States/D"),
    ],
)
def test_each_fault_is_told_with_its_place(definition: str, fault: str) -> None:
    assert any(fault in text for text in faults(definition)), faults(definition)
