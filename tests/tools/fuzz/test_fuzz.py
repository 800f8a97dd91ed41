from __future__ import annotations

import datetime as dt

import pytest

from policies.pack.resource import Resource
from policies.pack.rule import HIGH, Theme, rule
from policies.pack.values import SIGNATURE, UNKNOWN_TEXTS
from policies.pack.verdict import PASS, Verdict, violation
from policies.rules import all_rules
from tools.fuzz import judge
from tools.fuzz.generate import MARK, Generator
from tools.fuzz.judge import fuzz

TODAY = dt.datetime.now(tz=dt.UTC).toordinal()


@pytest.mark.parametrize("seed", [1, TODAY])
def test_random_resources_get_clean_answers(seed: int) -> None:
    result = fuzz(2_000, seed)
    assert result.problems == {}
    assert result.violations > 500
    assert result.undecided > 50


def test_the_same_seed_gives_the_same_resources() -> None:
    first, second, other = Generator(7), Generator(7), Generator(8)
    made = [first.request(index) for index in range(30)]
    assert made == [second.request(index) for index in range(30)]
    assert made != [other.request(index) for index in range(30)]


def test_resources_hold_unknowns_secrets_and_every_judged_type() -> None:
    generator = Generator(3)
    made = [generator.request(index) for index in range(3_000)]
    text = "".join(map(str, made[:200]))
    assert MARK in text
    assert SIGNATURE in text
    assert any(unknown in text for unknown in UNKNOWN_TEXTS)
    judged = {token for found in all_rules() for token in found.on}
    assert len(judged & {request.type for request in made}) > 0.9 * len(judged)
    assert {request.type for request in made} - judged


def test_trouble_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def thing_fails(volume: Resource) -> Verdict:
        """It reads what is not there."""
        return volume.nothing or PASS  # type: ignore[attr-defined]  # on purpose

    def thing_tells(volume: Resource) -> Verdict:
        """It prints a value."""
        return violation("availabilityZone", f"is {MARK}")

    for function in (thing_fails, thing_tells):
        function.__module__ = "policies.rules.thing"
    declare = rule(on="aws:ebs/volume:Volume", severity=HIGH, theme=Theme.NETWORK)
    rules = (declare(thing_fails), declare(thing_tells))
    monkeypatch.setattr(judge, "all_rules", lambda: rules)
    problems = fuzz(3_000, 1).problems
    assert any(name.startswith("thing-fails failed: AttributeError") for name in problems)
    assert "thing-tells prints a value" in problems
