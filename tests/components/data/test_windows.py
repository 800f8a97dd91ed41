"""Daily and weekly windows: read, measured, and compared minute by minute."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from components.data.windows import (
    DAY,
    DAYS,
    WEEK,
    DailyHour,
    DailyWindow,
    WeeklyHour,
    WeeklyWindow,
    check_apart,
    daily_minutes,
    overlap,
    weekly_minutes,
)
from components.foundation.args import Args
from components.foundation.errors import ComponentError

MINUTES = st.integers(0, WEEK - 1)


class Windows(Args):
    daily: DailyWindow = "03:00-04:00"
    daily_hour: DailyHour = "03:00-04:00"
    weekly: WeeklyWindow = "sun:05:00-sun:06:00"
    weekly_hour: WeeklyHour = "sun:05:00-sun:06:00"


def daily(start: int, end: int) -> str:
    return "-".join(f"{at % DAY // 60:02}:{at % 60:02}" for at in (start, end))


def weekly(start: int, end: int) -> str:
    return "-".join(f"{DAYS[at // DAY]}:{at % DAY // 60:02}:{at % 60:02}" for at in (start, end))


@given(MINUTES, MINUTES)
def test_what_is_written_is_read(start: int, end: int) -> None:
    assert daily_minutes(daily(start, end)) == (start % DAY, (end - start) % DAY)
    assert weekly_minutes(weekly(start, end)) == (start, (end - start) % WEEK)


@given(MINUTES, st.integers(0, 180), MINUTES, st.integers(0, 2 * DAY))
def test_windows_overlap_when_they_share_a_minute(start: int, length: int, at: int, lasts: int) -> None:
    every_day = {(start + offset) % DAY for offset in range(length)}
    shared = any((at + offset) % DAY in every_day for offset in range(min(lasts, DAY)))
    assert overlap(daily(start, start + length), weekly(at, (at + lasts) % WEEK)) is shared


@pytest.mark.parametrize("field", Windows.model_fields)
@pytest.mark.parametrize("text", ["", "3:00-4:00", "24:00-25:00", "sun:05:00", "son:05:00-sun:06:00"])
def test_other_words_are_no_window(field: str, text: str) -> None:
    with pytest.raises(ComponentError, match=rf"Windows\.{field}: .* is no (daily|weekly) window"):
        Windows(**{field: text})


@pytest.mark.parametrize(
    ("field", "text", "least"),
    [
        ("daily", "03:00-03:29", 30),
        ("daily_hour", "23:30-00:29", 60),
        ("weekly", "sun:23:50-mon:00:19", 30),
        ("weekly_hour", "mon:05:00-mon:05:59", 60),
        ("daily", "03:00-03:00", 30),
    ],
)
def test_a_window_has_the_length_that_aws_wants(field: str, text: str, least: int) -> None:
    with pytest.raises(ComponentError, match=f"AWS wants at least {least}"):
        Windows(**{field: text})


def test_days_may_be_written_in_capitals() -> None:
    assert Windows(weekly="Sun:05:00-Sun:06:00").weekly == "sun:05:00-sun:06:00"


def test_the_error_names_both_windows() -> None:
    check_apart("03:00-04:00", "sun:04:00-sun:05:00", "maintenance_window")
    with pytest.raises(ComponentError, match=r"maintenance_window: sun:03:59-.* overlaps .* 03:00-04:00"):
        check_apart("03:00-04:00", "sun:03:59-sun:05:00", "maintenance_window")
