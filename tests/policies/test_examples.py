"""Every rule has examples, and says of them what they promise, through the real servicer."""

from __future__ import annotations

import pytest

from policies.pack.rule import Rule
from policies.pack.service import AnalyzerService
from policies.rules import all_rules
from tests.policies.support import EXAMPLES, Example, answer, examples, verdict

RULES = {rule.id: rule for rule in all_rules()}
ALL = [example for file in sorted(EXAMPLES.glob("*.yaml")) for example in examples(file.stem)]


@pytest.fixture(scope="module")
def service() -> AnalyzerService:
    return AnalyzerService(all_rules())


@pytest.mark.parametrize("example", ALL, ids=str)
def test_example_gets_the_promised_answer(service: AnalyzerService, example: Example) -> None:
    assert verdict(answer(service, example, preview=True), example.rule) == example.expected


@pytest.mark.parametrize(
    "example", [item for item in ALL if item.over_stack and item.expected != "undecided"], ids=str
)
def test_stack_example_gets_the_same_answer_after_up(service: AnalyzerService, example: Example) -> None:
    assert verdict(answer(service, example, preview=False), example.rule) == example.expected


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_rule_has_a_failing_and_a_passing_example(rule: Rule) -> None:
    expected = {example.expected for example in ALL if example.rule == rule.id}
    assert {"fail", "pass"} <= expected


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_rule_explains_itself_in_a_sentence(rule: Rule) -> None:
    assert rule.reason.endswith(".")
    assert 30 < len(rule.reason) <= 160


def test_examples_name_existing_rules() -> None:
    assert {example.rule for example in ALL} <= set(RULES)
