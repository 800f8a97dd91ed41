"""Versions of Aurora: parsed, with the family of their parameter groups, compared with what they can do."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given, strategies as st

from components.data.engines import ENGINES, FIRST, AuroraEngine, Feature, check_feature, parse_version
from components.foundation.errors import ComponentError

ENGINE_NAMES: tuple[AuroraEngine, ...] = get_args(AuroraEngine)


@pytest.mark.parametrize(
    ("engine", "text", "family", "release", "short"),
    [
        ("aurora-postgresql", None, "aurora-postgresql17", (17,), True),
        ("aurora-postgresql", "16", "aurora-postgresql16", (16,), True),
        ("aurora-postgresql", "16.4", "aurora-postgresql16", (16, 4), False),
        ("aurora-postgresql", "16.4.1", "aurora-postgresql16", (16, 4, 1), False),
        ("aurora-mysql", None, "aurora-mysql8.0", (3,), True),
        ("aurora-mysql", "8.0.mysql_aurora.3.08.0", "aurora-mysql8.0", (3, 8, 0), False),
        ("aurora-mysql", "8.0.mysql_aurora.3", "aurora-mysql8.0", (3,), True),
        ("aurora-mysql", "8.4", "aurora-mysql8.4", (8, 4), True),
        ("aurora-mysql", "8.4.mysql_aurora.8.4.7", "aurora-mysql8.4", (8, 4, 7), False),
    ],
)
def test_versions(
    engine: AuroraEngine, text: str | None, family: str, release: tuple[int, ...], short: bool
) -> None:
    version = parse_version(engine, text)
    assert (version.family, version.release, version.short) == (family, release, short)


@pytest.mark.parametrize(
    ("engine", "text"),
    [
        ("aurora-postgresql", "latest"),
        ("aurora-postgresql", "17."),
        ("aurora-postgresql", "8.0.mysql_aurora.3.08.0"),
        ("aurora-mysql", "17.4"),
        ("aurora-mysql", "8"),
        ("aurora-mysql", "5.7.mysql_aurora.2.11.0"),
        ("aurora-mysql", "8.4.mysql_aurora.3.08.0"),
    ],
)
def test_what_is_no_version_is_refused(engine: AuroraEngine, text: str) -> None:
    with pytest.raises(
        ComponentError, match=r"^engine_version: .* is no version of aurora-.*; write it like"
    ):
        parse_version(engine, text)


def test_a_line_that_is_not_offered_is_refused() -> None:
    with pytest.raises(
        ComponentError, match=r"release line 9 of aurora-postgresql is not known here; use one of 13"
    ):
        parse_version("aurora-postgresql", "9.6")


@pytest.mark.parametrize("feature", get_args(Feature))
def test_every_feature_s_first_releases_belong_to_lines_there_are(feature: Feature) -> None:
    for engine, firsts in FIRST[feature].items():
        assert set(firsts) <= set(ENGINES[engine].lines)
        assert all(release[0] == line for line, release in firsts.items())


@given(
    st.sampled_from(get_args(Feature)),
    st.sampled_from(ENGINES["aurora-postgresql"].lines),
    st.integers(0, 30),
)
def test_a_later_minor_version_has_what_an_earlier_one_has(feature: Feature, line: int, minor: int) -> None:
    earlier = parse_version("aurora-postgresql", f"{line}.{minor}")
    later = parse_version("aurora-postgresql", f"{line}.{minor + 1}")
    assert later.has(feature) or not earlier.has(feature)
    assert parse_version("aurora-postgresql", str(line)).has(feature)


@pytest.mark.parametrize(
    ("engine", "text", "feature", "has"),
    [
        ("aurora-postgresql", "16.2", "auto-pause", False),
        ("aurora-postgresql", "16.3", "auto-pause", True),
        ("aurora-postgresql", "13.15", "auto-pause", True),
        ("aurora-mysql", "8.0.mysql_aurora.3.07.1", "auto-pause", False),
        ("aurora-mysql", "8.0.mysql_aurora.3.08.0", "auto-pause", True),
        ("aurora-mysql", "8.0.mysql_aurora.3.03.0", "I/O-Optimized storage", False),
        ("aurora-mysql", "8.0.mysql_aurora.3.03.1", "I/O-Optimized storage", True),
        ("aurora-postgresql", "18.1", "the Data API", False),
        ("aurora-postgresql", "15.3", "the Data API", True),
    ],
)
def test_documented_first_versions(engine: AuroraEngine, text: str, feature: Feature, has: bool) -> None:
    assert parse_version(engine, text).has(feature) is has


def test_the_error_says_from_when_on() -> None:
    version = parse_version("aurora-postgresql", "16.2")
    with pytest.raises(
        ComponentError, match=r"^x: aurora-postgresql 16\.2 does not have auto-pause; .* from 16\.3$"
    ):
        check_feature("x", version, "auto-pause")


@pytest.mark.parametrize("engine", ENGINE_NAMES)
def test_the_defaults_of_an_engine_are_known_to_it(engine: AuroraEngine) -> None:
    facts = ENGINES[engine]
    assert set(facts.logs) <= facts.known_logs
    assert parse_version(engine, facts.default_version).line in facts.lines
