"""Every rule's examples and tests notice when the rule says the opposite."""

from __future__ import annotations

import pytest

from tools.mutation import explained, trial

KNOWN = explained.read()


@pytest.mark.parametrize("module", trial.modules(), ids=lambda module: module.__name__.rpartition(".")[2])
def test_inversions_of_rules_are_noticed(module: object) -> None:
    _, found = trial.survivors(module)  # type: ignore[arg-type]  # a file with rules
    assert [str(item) for item in found if item.inversion and str(item) not in KNOWN] == []


def test_every_explanation_has_a_reason() -> None:
    assert all(len(reason) > 15 for reason in KNOWN.values())
