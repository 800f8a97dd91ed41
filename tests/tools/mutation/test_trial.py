from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from policies.rules import all_rules, kms
from tests.policies.support import Example, examples
from tools.mutation import explained, trial

ROOT = Path(__file__).parents[3]


def test_a_rule_without_an_example_of_its_failure_survives_its_own_inversion(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rotation = trial._cases()["kms-key-rotation"]
    only_passes = [case for case in rotation if case.expected == "pass"]
    monkeypatch.setitem(trial._cases(), "kms-key-rotation", only_passes[:1])
    _, found = trial.survivors(kms)
    assert any(item.function == "kms_key_rotation" and item.inversion for item in found)


def test_a_change_is_undone_after_its_trial() -> None:
    before = dict(vars(kms))
    count, _ = trial.survivors(kms)
    assert count > 40
    assert {name: value for name, value in vars(kms).items() if name in before} == before


def test_a_shared_function_is_tried_on_the_rules_that_use_it() -> None:
    with trial._in_place_of(kms._bounded, lambda statement: None) as users:
        assert kms._bounded("x") is None  # type: ignore[arg-type]  # the stand-in
        assert "kms-key-policy-service-bounded" in {rule.id for rule in users}
    assert kms._bounded.__name__ == "_bounded"


def test_cases_are_before_and_after_up() -> None:
    first: Example = next(item for item in examples("s3") if item.over_stack and item.expected == "pass")
    rule = next(rule for rule in all_rules() if rule.id == first.rule)
    assert [case.expected for case in trial._ready(rule, first)] == ["pass", "pass"]


def test_explanations_are_read_with_their_reasons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "explained.txt"
    file.write_text("# head\n\nrules/x.py::f: 0 -> 1  # any number will do\n", encoding="utf-8")
    monkeypatch.setattr(explained, "FILE", file)
    assert explained.read() == {"rules/x.py::f: 0 -> 1": "any number will do"}


def test_the_command_counts() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.mutation", "kms"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "changes; unnoticed: " in done.stdout.splitlines()[-1], done.stderr
