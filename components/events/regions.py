"""Which Regions events may cross.

Source: sources/004 line 273: between any two AWS Regions, except those of AWS GovCloud (US) and China. Partitions that
came later (sovereign and classified ones) are kept apart by AWS in the same way.
"""

from __future__ import annotations

from components.foundation.errors import ComponentError
from components.foundation.regions import check_region, partition_of


def check_crossing(region: str, other: str, path: str) -> None:
    """Raise `ComponentError` when events cannot go between two Regions."""
    check_region(region, path)
    if region == other or (partition_of(region) == partition_of(other) == "aws"):
        return
    problem = f"events do not cross between {region} and {other}"
    raise ComponentError(path, problem, "AWS GovCloud (US) and China take no part: use one Region there")
