"""Reads rules' options that are lists, written as one text: `"AWS_IAM, JWT"`."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=256)
def accepted(names: str) -> tuple[str, ...]:
    """The names of an option, in the order given."""
    return tuple(name.strip() for name in names.split(",") if name.strip())
