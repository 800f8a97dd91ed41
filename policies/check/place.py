"""Where a program declares its resources: the engine notes the source position of each, and the calls around it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

_POSITION = re.compile(r"^project:///(?P<path>[^#]+)#(?P<line>\d+)(?:,(?P<column>\d+))?$")
# Folders of packages, not of the program.
_FOREIGN = frozenset({"..", ".venv", "venv", "site-packages", "node_modules", "lib64"})
# What to point at when the engine noted nothing: the program's own entry, best first.
_ENTRIES = ("__main__.py", "index.ts", "main.go", "Program.cs", "Pulumi.yaml", "Pulumi.yml")


@dataclass(frozen=True, slots=True)
class Frame:
    """A line of the program; `path` is relative to the folder of Pulumi.yaml."""

    path: str
    line: int


def frames(state: Mapping[str, Any]) -> tuple[Frame, ...]:
    """The program's own lines that lead to a resource, innermost first; none when the engine noted none."""
    return tuple(dict.fromkeys(_own(state)))


def _own(state: Mapping[str, Any]) -> Iterator[Frame]:
    positions = [
        state.get("sourcePosition"),
        *(call.get("sourcePosition") for call in state.get("stackTrace") or ()),
    ]
    for position in positions:
        match = _POSITION.match(position or "")
        if match and not _FOREIGN & set(match["path"].split("/")):
            yield Frame(unquote(match["path"]), int(match["line"]))


def entry(program: Path) -> Frame:
    """The file that stands for the whole program in `program`."""
    for name in _ENTRIES:
        if (program / name).is_file():
            return Frame(name, 1)
    return Frame("Pulumi.yaml", 1)
