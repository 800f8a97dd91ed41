"""What the documents print: the pack refuses what they get wrong, and lets be what only looks wrong.

`documents.yaml` has the settings as resources, with document and lines. Most are judged as they stand after `up`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from policies.pack.service import AnalyzerService
from policies.rules import all_rules
from tests.policies.support import Example, answer, loaded, verdict

CASES: list[dict[str, Any]] = loaded(Path(__file__).parent / "documents.yaml")
IDS = {rule.id for rule in all_rules()}
# Lines of each document.
LENGTHS = {"000": 705, "002": 3411, "003": 574, "004": 3498}


@dataclass(frozen=True)
class Claim:
    """One rule's answer to one case."""

    case: int
    rule: str
    expected: str

    def __str__(self) -> str:
        found = CASES[self.case]
        return f"{found['document']}-{found['lines']}-{self.rule}-{self.expected}"


CLAIMS = [
    Claim(index, rule, expected)
    for index, case in enumerate(CASES)
    for key, expected in (("refused", "fail"), ("accepted", "pass"))
    for rule in case.get(key, ())
]


@pytest.fixture(scope="module")
def service() -> AnalyzerService:
    return AnalyzerService(all_rules())


@pytest.mark.parametrize("claim", CLAIMS, ids=str)
def test_a_snippet_is_judged_as_it_deserves(service: AnalyzerService, claim: Claim) -> None:
    example = Example(claim.rule, claim.expected, claim.case, "", CASES[claim.case]["resources"])
    assert verdict(answer(service, example, preview=False), claim.rule) == claim.expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['document']}-{case['lines']}")
def test_a_case_says_where_it_is_from(case: dict[str, Any]) -> None:
    numbers = [int(number) for number in re.findall(r"\d+", case["lines"])]
    assert numbers
    assert max(numbers) <= LENGTHS[case["document"]]
    assert case["about"]
    named = {*case.get("refused", ()), *case.get("accepted", ())}
    assert named
    assert named <= IDS


def test_rules_of_a_case_judge_its_types() -> None:
    """An accepted case counts only where the rule looks at one of its resources at all."""
    kinds = {rule.id: set(rule.on) for rule in all_rules()}
    for case in CASES:
        types = {resource["type"] for resource in case["resources"]}
        for rule in case.get("accepted", ()):
            assert kinds[rule] & types, (case["document"], case["lines"], rule)
