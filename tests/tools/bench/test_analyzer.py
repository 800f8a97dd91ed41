from __future__ import annotations

import pytest

from tools.bench import analyzer, analyzer_rules


def test_both_servers_answer_alike_and_ours_is_faster() -> None:
    ours, stock = analyzer.analyze("ours", 30, 40), analyzer.analyze("stock", 30, 40)
    assert ours.answers == stock.answers
    assert any(ours.answers)
    assert ours.a_second > stock.a_second


@pytest.mark.parametrize("count", [30, 300])
def test_rules_have_names_of_their_own(count: int) -> None:
    assert len({name for name, *_ in analyzer_rules.checks(count)}) == count


def test_half_of_the_resources_are_wrong() -> None:
    ours = analyzer.analyze("ours", 30, 26)
    assert 5 < sum(bool(answer) for answer in ours.answers) <= 26


def test_a_stack_is_judged() -> None:
    assert analyzer.analyze_stack(50) > 0
