"""Bands of a metric and what they become: an alarm's threshold and steps relative to it.

    CPU   40        50        70
     |----|---------|---------|------------->
       0  |   +1    |   +2    |   +3

Follows sources/001 lines 671-678. Difference: the document closes its last band at 90 % and goes on with "and so on";
above a closed last band EC2 Auto Scaling would do nothing at all, so here the last band is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Self

from pydantic import model_validator

from components.foundation.args import Args
from components.foundation.errors import ComponentError


class Band(Args):
    """While the metric is from `lower` to `upper` (None: no end), change the group by `change` instances."""

    lower: float | None = None
    upper: float | None = None
    change: int

    @model_validator(mode="after")
    def _is_a_band(self) -> Self:
        if self.change == 0:
            raise ComponentError(
                "change", "a band that changes nothing has no use", "remove it or give it a change"
            )
        if self.lower is not None and self.upper is not None and self.lower >= self.upper:
            raise ComponentError(
                "upper", f"{self.upper:g} is not above lower ({self.lower:g})", "swap the two"
            )
        return self


@dataclass(frozen=True)
class StepPlan:
    """What EC2 Auto Scaling needs: an alarm at `threshold`, and steps relative to it (lower, upper, change)."""

    grows: bool
    threshold: Decimal
    steps: tuple[tuple[Decimal | None, Decimal | None, int], ...]

    @property
    def comparison(self) -> str:
        """CloudWatch's operator of the alarm."""
        return "GreaterThanOrEqualToThreshold" if self.grows else "LessThanOrEqualToThreshold"


def plan_steps(bands: Sequence[Band]) -> StepPlan:
    """Turn bands of a metric into an alarm threshold and steps relative to it.

    Raises `ComponentError` when the bands mix growth with shrinking, leave a gap, overlap, or end where load
    (or idleness) beyond the last band would be ignored.
    """
    if not bands:
        raise ComponentError(
            "bands", "there is no band", "give at least one, such as Band(lower=40, change=1)"
        )
    grows = bands[0].change > 0
    if any((band.change > 0) != grows for band in bands):
        raise ComponentError(
            "bands", "some bands grow the group and some shrink it", "use one policy for each"
        )
    ordered = sorted(bands, key=lambda band: float("-inf") if band.lower is None else band.lower)
    _check_contiguous(ordered)
    outer, inner = (ordered[-1].upper, ordered[0].lower) if grows else (ordered[0].lower, ordered[-1].upper)
    end = "upper" if grows else "lower"
    if outer is not None:
        raise ComponentError(
            "bands", f"nothing happens beyond {outer:g}", f"leave the outermost band without {end}"
        )
    if inner is None:
        start = "lower" if grows else "upper"
        raise ComponentError("bands", f"the innermost band has no {start} end", "say where it starts")
    threshold = Decimal(str(inner))
    steps = tuple((_relative(b.lower, threshold), _relative(b.upper, threshold), b.change) for b in ordered)
    return StepPlan(grows, threshold, steps)


def _check_contiguous(ordered: Sequence[Band]) -> None:
    for below, above in pairwise(ordered):
        if below.upper is None or above.lower is None or below.upper > above.lower:
            raise ComponentError(
                "bands", f"{_show(below)} and {_show(above)} overlap", "let each start where one ends"
            )
        if below.upper < above.lower:
            raise ComponentError(
                "bands", f"there is a gap between {_show(below)} and {_show(above)}", "close it"
            )


def _show(band: Band) -> str:
    lower = "" if band.lower is None else f"{band.lower:g}"
    upper = "" if band.upper is None else f"{band.upper:g}"
    return f"{lower}..{upper}"


def _relative(bound: float | None, threshold: Decimal) -> Decimal | None:
    return None if bound is None else Decimal(str(bound)) - threshold


DOCUMENTED_BANDS = (
    Band(lower=40, upper=50, change=1),
    Band(lower=50, upper=70, change=2),
    Band(lower=70, change=3),
)
"""sources/001 lines 671-678, with the last band open."""
