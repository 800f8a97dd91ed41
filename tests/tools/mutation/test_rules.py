"""Every rule's examples and tests notice when the rule says the opposite."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tools.mutation import explained, trial, verified

ROOT = Path(__file__).parents[3]
KNOWN = explained.read()
STOOD = verified.read()


@pytest.mark.parametrize("module", trial.modules(), ids=verified.name_of)
def test_inversions_of_rules_are_noticed(module: ModuleType) -> None:
    if verified.digest(module) == STOOD.get(verified.name_of(module)):
        return  # Nothing that the outcome depends on has changed since the whole check.
    _, found = trial.survivors(module, shifts=False)
    if not any(item.inversion and str(item) not in KNOWN for item in found):
        return
    # Examples did not notice, or an earlier trial in this process left a trace: a new process and the unit tests decide.
    command = [sys.executable, "-m", "tools.mutation", "--inversions", verified.name_of(module)]
    decided = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert decided.returncode == 0, decided.stdout + decided.stderr
    assert not decided.stdout.startswith("0 changes"), decided.stdout


def test_every_explanation_has_a_reason() -> None:
    assert all(len(reason) > 15 for reason in KNOWN.values())
