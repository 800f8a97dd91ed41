"""Every rule has examples, and says of them what they promise, through the real servicer."""

from __future__ import annotations

from collections import defaultdict

import pytest

from policies.pack.rule import Rule
from policies.pack.service import AnalyzerService
from policies.rules import all_rules
from tests.policies.support import EXAMPLES, Example, answer, examples, verdict

RULES = {rule.id: rule for rule in all_rules()}
ALL = [example for file in sorted(EXAMPLES.glob("*.yaml")) for example in examples(file.stem)]
BY_RULE: dict[str, list[Example]] = defaultdict(list)
for _example in ALL:
    BY_RULE[_example.rule].append(_example)


@pytest.fixture(scope="module")
def service() -> AnalyzerService:
    return AnalyzerService(all_rules())


@pytest.mark.parametrize("rule", sorted(BY_RULE))
def test_examples_get_the_promised_answers(service: AnalyzerService, rule: str) -> None:
    """One test a rule: thousands of examples as tests of their own take longer to count than to judge."""
    given = {str(one): verdict(answer(service, one, preview=True), rule) for one in BY_RULE[rule]}
    assert given == {str(one): one.expected for one in BY_RULE[rule]}
    assert len(given) == len(BY_RULE[rule])


@pytest.mark.parametrize("rule", sorted(name for name, found in BY_RULE.items() if found[0].over_stack))
def test_stack_examples_get_the_same_answers_after_up(service: AnalyzerService, rule: str) -> None:
    decided = [one for one in BY_RULE[rule] if one.over_stack and one.expected != "undecided"]
    given = {str(one): verdict(answer(service, one, preview=False), rule) for one in decided}
    assert given == {str(one): one.expected for one in decided}


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
