"""Windows of time in which AWS backs a database or a cache up and maintains it, in UTC.

AWS sources: "Preferred backup window" and "Preferred maintenance window" of the RDS API reference (each at least 30
minutes, and the two must not overlap), the same of ElastiCache (at least 60 minutes).
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

from components.foundation.errors import ComponentError

DAY, WEEK = 24 * 60, 7 * 24 * 60
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_TIME = r"([01]\d|2[0-3]):([0-5]\d)"
_DAILY = re.compile(rf"{_TIME}-{_TIME}")
_WEEKLY = re.compile(rf"({'|'.join(DAYS)}):{_TIME}-({'|'.join(DAYS)}):{_TIME}")


def daily_minutes(text: str) -> tuple[int, int]:
    """Start (minute of the day) and length of `hh:mm-hh:mm`. Raises `ComponentError` when it is no window."""
    match = _DAILY.fullmatch(text)
    if match is None:
        raise ComponentError("", f"{text!r} is no daily window", "write it like 03:00-04:00, in UTC")
    start, end = _minute(match[1], match[2]), _minute(match[3], match[4])
    return start, (end - start) % DAY


def weekly_minutes(text: str) -> tuple[int, int]:
    """Start (minute of the week) and length of `ddd:hh:mm-ddd:hh:mm`. Raises `ComponentError` when it is no window."""
    match = _WEEKLY.fullmatch(text)
    if match is None:
        remedy = "write it like sun:05:00-sun:06:00, in UTC"
        raise ComponentError("", f"{text!r} is no weekly window", remedy)
    start = DAYS.index(match[1]) * DAY + _minute(match[2], match[3])
    end = DAYS.index(match[4]) * DAY + _minute(match[5], match[6])
    return start, (end - start) % WEEK


def _minute(hours: str, minutes: str) -> int:
    return int(hours) * 60 + int(minutes)


def overlap(daily: str, weekly: str) -> bool:
    """Whether a daily and a weekly window ever share a minute."""
    (start, length), (at, lasts) = daily_minutes(daily), weekly_minutes(weekly)
    # Seen from the weekly window's start, the daily one is running already or starts `wait` minutes later.
    wait = (start - at) % DAY
    running = (at - start) % DAY < length
    return lasts > 0 and length > 0 and (running or wait < lasts)


def check_apart(daily: str, weekly: str, path: str) -> None:
    """Raise `ComponentError` at `path`, the weekly window's, when the two overlap."""
    if overlap(daily, weekly):
        problem = f"{weekly} overlaps the window of the backups, {daily} every day"
        raise ComponentError(path, problem, "move one of them")


def _long_enough(text: str, minutes: int, least: int) -> str:
    if minutes < least:
        raise ComponentError("", f"{text} has {minutes} minutes", f"AWS wants at least {least}")
    return text


def _daily(text: str, least: int) -> str:
    return _long_enough(text, daily_minutes(text)[1], least)


def _weekly(text: str, least: int) -> str:
    return _long_enough(text.lower(), weekly_minutes(text.lower())[1], least)


DailyWindow = Annotated[str, AfterValidator(lambda text: _daily(text, 30))]
"""A daily window of half an hour or more, as RDS has them."""
DailyHour = Annotated[str, AfterValidator(lambda text: _daily(text, 60))]
"""A daily window of an hour or more, as ElastiCache has them."""
WeeklyWindow = Annotated[str, AfterValidator(lambda text: _weekly(text, 30))]
"""A weekly window of half an hour or more; stored in small letters, as AWS answers it."""
WeeklyHour = Annotated[str, AfterValidator(lambda text: _weekly(text, 60))]
"""A weekly window of an hour or more; stored in small letters, as AWS answers it."""
