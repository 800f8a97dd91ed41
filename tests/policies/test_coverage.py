"""What other rule sets name for AWS is checked here too, or left out with a reason.

`coverage/*.py` hold what the authors of the rules looked at: CHECKOV maps the ids of the largest scanner, CATALOGUE
the rows of the documents' rule tables ("001:rds-not-public"), to the rule or rules that say it, or to "not taken".
`coverage/checkov.txt` lists all of the scanner's ids for AWS.
"""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest

from policies.rules import all_rules

ROOT = Path(__file__).parents[2]
COVERAGE = Path(__file__).parent / "coverage"
NOT_TAKEN = "not taken"
IDS = {rule.id for rule in all_rules()}
LEFT_OUT = set(
    re.findall(r"^- `?([\w:-]+)`?", (ROOT / "docs" / "rules-not-taken.md").read_text("utf-8"), re.MULTILINE)
)


def tables(path: Path) -> dict[str, Any]:
    spec = importlib.util.spec_from_file_location(f"coverage_{path.stem}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {**getattr(module, "CHECKOV", {}), **getattr(module, "CATALOGUE", {})}


PARTS = {path.stem: tables(path) for path in sorted(COVERAGE.glob("*.py"))}


def named(said: str | tuple[str, ...] | list[str]) -> list[str]:
    return [said] if isinstance(said, str) else list(said)


@pytest.mark.parametrize("part", PARTS)
def test_every_row_names_rules_that_exist(part: str) -> None:
    wrong = {
        row: rule
        for row, said in PARTS[part].items()
        for rule in named(said)
        if rule not in IDS and rule != NOT_TAKEN
    }
    assert wrong == {}


@pytest.mark.parametrize("part", PARTS)
def test_every_row_that_is_not_taken_has_a_reason(part: str) -> None:
    without = [row for row, said in PARTS[part].items() if NOT_TAKEN in named(said) and row not in LEFT_OUT]
    assert without == []


def test_every_control_of_the_scanner_is_checked_or_left_out_with_a_reason() -> None:
    listed = set((COVERAGE / "checkov.txt").read_text("utf-8").split())
    equal = {control for rule in all_rules() for control in rule.same_as}
    found = equal | LEFT_OUT | {row for table in PARTS.values() for row in table}
    assert sorted(listed - found) == []
