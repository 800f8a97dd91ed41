"""What other rule sets and the documents ask for is checked here too, or left out with a reason.

`coverage/catalogue_NNN.py` hold a document each: every row of its rule table, the document's lines, and the rules
that say it or "not taken". The other files are about parts of AWS: CHECKOV maps the ids of the largest scanner in the
same way. `coverage/checkov.txt` lists all of the scanner's ids for AWS. What is not taken stands in
docs/rules-not-taken.md, with the reason.
"""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from policies.rules import all_rules

ROOT = Path(__file__).parents[2]
COVERAGE = Path(__file__).parent / "coverage"
NOT_TAKEN = "not taken"
IDS = {rule.id for rule in all_rules()}
LEFT_OUT = set(
    re.findall(r"^- `?([\w:-]+)`?", (ROOT / "docs" / "rules-not-taken.md").read_text("utf-8"), re.MULTILINE)
)
LINES = re.compile(r"\d+(-\d+)?(, \d+(-\d+)?)*")


def loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"coverage_{path.stem}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def said(entry: str | tuple[str, ...]) -> tuple[str, ...]:
    return (entry,) if isinstance(entry, str) else entry


def table(name: str, module: ModuleType) -> dict[str, tuple[str, ...]]:
    """What a file says of each control or row: ids of rules, or `NOT_TAKEN`."""
    by_topic = getattr(module, "CHECKOV", {})
    number = name.removeprefix("catalogue_")
    by_document = {f"{number}:{row}": rules for row, (_, *rules) in getattr(module, "ROWS", {}).items()}
    return {row: tuple(said(entry)) for row, entry in (by_topic | by_document).items()}


MODULES = {path.stem: loaded(path) for path in sorted(COVERAGE.glob("*.py"))}
DOCUMENTS = {name: module for name, module in MODULES.items() if name.startswith("catalogue_")}
PARTS = {name: table(name, module) for name, module in MODULES.items()}


@pytest.mark.parametrize("part", PARTS)
def test_every_row_names_rules_that_exist_or_says_not_taken(part: str) -> None:
    wrong = {
        row: rules
        for row, rules in PARTS[part].items()
        if rules != (NOT_TAKEN,) and not (rules and set(rules) <= IDS)
    }
    assert wrong == {}


@pytest.mark.parametrize("part", PARTS)
def test_every_row_that_is_not_taken_has_a_reason(part: str) -> None:
    without = [row for row, rules in PARTS[part].items() if rules == (NOT_TAKEN,) and row not in LEFT_OUT]
    assert without == []


def test_no_reason_outlives_its_row() -> None:
    not_taken = {row for part in PARTS.values() for row, rules in part.items() if rules == (NOT_TAKEN,)}
    assert sorted(LEFT_OUT - not_taken) == []


def test_every_document_has_its_table() -> None:
    assert sorted(DOCUMENTS) == [f"catalogue_{number:03}" for number in range(5)]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_there_as_a_whole(name: str) -> None:
    assert len(DOCUMENTS[name].ROWS) == DOCUMENTS[name].TOTAL


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_documents_rows_name_its_lines(name: str) -> None:
    wrong = [row for row, (lines, *_) in DOCUMENTS[name].ROWS.items() if not LINES.fullmatch(lines)]
    assert wrong == []


def test_every_control_of_the_scanner_is_checked_or_left_out_with_a_reason() -> None:
    listed = set((COVERAGE / "checkov.txt").read_text("utf-8").split())
    equal = {control for rule in all_rules() for control in rule.same_as}
    found = equal | LEFT_OUT | {row for part in PARTS.values() for row in part}
    assert sorted(listed - found) == []
