"""What Step Functions checks of a definition before it takes it, as far as the structure goes.

The interpreter would check more, but takes a second to load; a deployment does not need it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

TYPES = ("Pass", "Task", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map")
ENDS = ("Succeed", "Fail", "Choice")
"""States that need neither `Next` nor `End`."""


def faults(definition: str) -> list[str]:
    """What is wrong with a definition, in the words of AWS's answers; empty where nothing is."""
    try:
        machine = json.loads(definition)
    except ValueError:
        return ["INVALID_JSON_DESCRIPTION: the definition is no JSON"]
    if not isinstance(machine, Mapping):
        return ["INVALID_JSON_DESCRIPTION: the definition is no object"]
    return [*_machine(machine, "")]


def _machine(machine: Mapping[str, Any], path: str) -> Iterator[str]:
    states = machine.get("States")
    if not isinstance(states, Mapping) or not states:
        yield f"SCHEMA_VALIDATION_FAILED: The field 'States' is required at {path or '/'}"
        return
    start = machine.get("StartAt")
    if start not in states:
        yield f"MISSING_TRANSITION_TARGET: Missing 'Next' target: {start} at {path}/StartAt"
    for name, state in states.items():
        if isinstance(state, Mapping):
            yield from _state(state, states, f"{path}/States/{name}")
        else:
            yield f"SCHEMA_VALIDATION_FAILED: a state is an object at {path}/States/{name}"


def _state(state: Mapping[str, Any], states: Mapping[str, Any], path: str) -> Iterator[str]:
    kind = state.get("Type")
    if kind not in TYPES:
        yield f"SCHEMA_VALIDATION_FAILED: The field 'Type' must be one of {', '.join(TYPES)} at {path}"
        return
    if kind not in ENDS and "Next" not in state and state.get("End") is not True:
        yield f"SCHEMA_VALIDATION_FAILED: The field 'Next' or 'End' is required at {path}"
    for place, target in _targets(state):
        if target not in states:
            yield f"MISSING_TRANSITION_TARGET: Missing 'Next' target: {target} at {path}{place}"
    if kind == "Task" and not state.get("Resource"):
        yield f"SCHEMA_VALIDATION_FAILED: The field 'Resource' is required at {path}"
    for place, inner in _inner(state):
        yield from _machine(inner, f"{path}{place}")


def _targets(state: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in ("Next", "Default"):
        if name in state:
            yield f"/{name}", state[name]
    for name in ("Choices", "Catch"):
        for index, branch in enumerate(state.get(name) or ()):
            if isinstance(branch, Mapping) and "Next" in branch:
                yield f"/{name}[{index}]/Next", branch["Next"]


def _inner(state: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for index, branch in enumerate(state.get("Branches") or ()):
        if isinstance(branch, Mapping):
            yield f"/Branches[{index}]", branch
    for name in ("ItemProcessor", "Iterator"):
        if isinstance(state.get(name), Mapping):
            yield f"/{name}", state[name]
