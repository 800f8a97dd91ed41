"""The documentation of a property, read from the SDK's files when somebody asks for it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import dedent

from tools.emulator.schema import source


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a property stands in the SDK: file in the package, class, and the property's wire name."""

    path: str
    class_name: str
    name: str


def read(origin: Origin) -> str:
    """The documentation of a property; empty when it has none."""
    return _of_class(origin.path, origin.class_name).get(origin.name, "")


@functools.lru_cache(maxsize=16)
def _of_class(path: str, class_name: str) -> Mapping[str, str]:
    body = source.class_text(path, class_name) or ""
    return {getter.wire: dedent(getter.doc).strip() for getter in source.getters(body)}
