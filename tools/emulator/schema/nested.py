"""Nested types: the classes of a module's `_inputs.py` and `outputs.py`, joined into one type each."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tools.emulator.schema.model import ObjectType


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a nested type stands: its module's folder, its input class and its output class."""

    folder: str
    given: str | None
    returned: str | None


@functools.lru_cache(maxsize=4096)
def resolve(reference: Reference) -> ObjectType:
    """Read a nested type from the SDK's files."""
    # The parser builds types and types are resolved through here: the import has to wait for the first use.
    from tools.emulator.schema import parse  # noqa: PLC0415

    return parse.nested_type(reference)
