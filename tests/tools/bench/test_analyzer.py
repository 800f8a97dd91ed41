from __future__ import annotations

import pytest

from tools.bench import analyzer, analyzer_rules, analyzer_stack


def test_both_servers_answer_alike_and_ours_is_faster() -> None:
    ours, stock = (analyzer.analyze(kind, analyzer_rules.requests(40), 30) for kind in ("ours", "stock"))
    assert ours.answers == stock.answers
    assert any(ours.answers)
    assert ours.a_second > stock.a_second


@pytest.mark.parametrize("count", [30, 300])
def test_rules_have_names_of_their_own(count: int) -> None:
    assert len({name for name, *_ in analyzer_rules.checks(count)}) == count


def test_half_of_the_resources_are_wrong() -> None:
    ours = analyzer.analyze("ours", analyzer_rules.requests(26), 30)
    assert 5 < sum(bool(answer) for answer in ours.answers) <= 26


def test_a_stack_is_judged() -> None:
    with analyzer.serving("pack") as server:
        assert analyzer.analyze_stack(server, 50) > 0
        assert 20 < server.memory() < 1000
        assert 0 < server.processor_seconds() < 60


def test_resources_of_a_stack_refer_to_each_other() -> None:
    message = analyzer_stack.stack(45)
    found = {resource.name: resource for resource in message.resources}
    assert len(found) == 45
    policy = found["rights-1"]
    assert policy.properties["bucket"] == found["data-1"].properties["id"] == "data-1"
    assert list(policy.propertyDependencies["bucket"].urns) == [found["data-1"].urn]
