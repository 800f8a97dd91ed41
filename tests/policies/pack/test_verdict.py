from __future__ import annotations

from typing import NoReturn

import pytest
from hypothesis import given, strategies as st

from policies.pack.verdict import (
    PASS,
    NotKnownError,
    Verdict,
    every,
    holds_all,
    holds_any,
    undecided,
    violation,
)


def unknown() -> NoReturn:
    raise NotKnownError("p")


TESTS = {True: lambda: True, False: lambda: False, None: unknown}
answers = st.lists(st.sampled_from([True, False, None]), max_size=5)


def ask(function: object, given_answers: list[bool | None]) -> bool | None:
    try:
        return bool(function(*(TESTS[item] for item in given_answers)))  # type: ignore[operator]  # one of two functions
    except NotKnownError:
        return None


@given(answers)
def test_holds_all_is_kleenes_and(given_answers: list[bool | None]) -> None:
    expected = False if False in given_answers else None if None in given_answers else True
    assert ask(holds_all, given_answers) is expected


@given(answers)
def test_holds_any_is_kleenes_or(given_answers: list[bool | None]) -> None:
    expected = True if True in given_answers else None if None in given_answers else False
    assert ask(holds_any, given_answers) is expected


def test_violation_beats_unknown_and_unknown_beats_pass() -> None:
    wrong = violation("a", "is wrong", "Mend it.")
    assert (undecided("b") & wrong).violated
    assert not (undecided("b") & wrong).undecided
    assert (PASS & undecided("b")).undecided
    assert (PASS & PASS).passed


def test_every_goes_on_after_an_unknown() -> None:
    def judge(item: str) -> Verdict:
        if item == "?":
            raise NotKnownError("list[0]")
        return PASS if item == "good" else violation("list[1]", "is bad")

    assert every(["?", "bad"], judge).violated
    assert every(["?", "good"], judge) == undecided("list[0]")
    assert every([], judge) == PASS


@pytest.mark.parametrize(
    ("path", "remedy", "expected"),
    [
        ("a", "Mend it.", "`a` is wrong. Mend it."),
        ("", "Mend it.", "is wrong. Mend it."),
        ("a", "", "`a` is wrong."),
    ],
)
def test_finding_reads_as_a_sentence(path: str, remedy: str, expected: str) -> None:
    (finding,) = violation(path, "is wrong", remedy).findings
    assert str(finding) == expected
