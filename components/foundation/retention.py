"""How long CloudWatch Logs can keep what it gets."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from components.foundation.errors import ComponentError

RETENTION_DAYS = frozenset(
    {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
)
"""What CloudWatch Logs accepts (PutRetentionPolicy)."""


def check_retention(days: int) -> int:
    """The days themselves; raises `ComponentError` with the nearest number that CloudWatch Logs takes."""
    if days not in RETENTION_DAYS:
        near = min(RETENTION_DAYS, key=lambda one: (abs(one - days), one))
        raise ComponentError("", f"CloudWatch Logs can't keep {days} days", f"use {near}")
    return days


RetentionDays = Annotated[int, AfterValidator(check_retention)]
"""Days that a log group keeps its records."""
