"""Which Regions events may cross.

Source: sources/004 line 273: between any two AWS Regions, except those of AWS GovCloud (US) and China. Partitions that
came later (sovereign and classified ones) are kept apart by AWS in the same way.
"""

from __future__ import annotations

import re

from components.foundation.errors import ComponentError

_COMMERCIAL = re.compile(r"(?!(cn|us-gov|us-iso[bef]?|eu-isoe|eusc)-)[a-z]{2}(-[a-z]+)+-\d")
_ANY = re.compile(r"[a-z]{2,4}(-[a-z]+)+-\d")


def check_region(region: str, path: str) -> None:
    """Raise `ComponentError` when `region` is not the name of a Region."""
    if not _ANY.fullmatch(region):
        raise ComponentError(path, f"{region!r} is no Region", "write one such as eu-central-1")


def check_crossing(region: str, other: str, path: str) -> None:
    """Raise `ComponentError` when events cannot go between two Regions."""
    check_region(region, path)
    if region == other or (_COMMERCIAL.fullmatch(region) and _COMMERCIAL.fullmatch(other)):
        return
    problem = f"events do not cross between {region} and {other}"
    raise ComponentError(path, problem, "AWS GovCloud (US) and China take no part: use one Region there")
