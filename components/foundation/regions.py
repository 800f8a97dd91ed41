"""Names of Regions, and the partition that each stands in."""

from __future__ import annotations

import re

from components.foundation.errors import ComponentError

_ANY = re.compile(r"[a-z]{2,4}(-[a-z]+)+-\d")
_PARTITIONS = {
    "cn": "aws-cn", "us-gov": "aws-us-gov", "us-iso": "aws-iso", "us-isob": "aws-iso-b",
    "eu-isoe": "aws-iso-e", "us-isof": "aws-iso-f", "eusc": "aws-eusc",
}  # fmt: skip
"""Beginning of a Region's name -> partition; all others stand in `aws`."""


def check_region(region: str, path: str) -> None:
    """Raise `ComponentError` when `region` is not the name of a Region."""
    if not _ANY.fullmatch(region):
        raise ComponentError(path, f"{region!r} is no Region", "write one such as eu-central-1")


def partition_of(region: str) -> str:
    """The partition of a Region, told by its name."""
    parts = region.split("-")
    for length in (2, 1):
        found = _PARTITIONS.get("-".join(parts[:length]))
        if found:
            return found
    return "aws"
