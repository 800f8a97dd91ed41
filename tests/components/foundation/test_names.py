"""Names that fit."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from components.foundation.names import HASH_LENGTH, fit

words = st.text("abcdefghij-", min_size=1, max_size=80)


@given(words, st.integers(HASH_LENGTH + 2, 80))
def test_never_too_long_and_always_the_same(name: str, limit: int) -> None:
    assert len(fit(name, limit)) <= limit
    assert fit(name, limit) == fit(name, limit)
    if len(name) <= limit:
        assert fit(name, limit) == name


@given(st.tuples(words, words).filter(lambda pair: pair[0] != pair[1]), st.integers(20, 60))
def test_different_names_stay_different(pair: tuple[str, str], limit: int) -> None:
    assert fit(pair[0], limit) != fit(pair[1], limit)


def test_no_room_for_the_hash() -> None:
    with pytest.raises(ValueError, match="allow at least 8"):
        fit("much-too-long", 7)
