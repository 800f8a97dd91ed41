"""Changes that change nothing anybody could see, each with the reason why no example can notice it."""

from __future__ import annotations

from pathlib import Path

FILE = Path(__file__).with_name("explained.txt")


def read() -> dict[str, str]:
    """The reasons by survivor. A line is `SURVIVOR  # REASON`; empty lines and lines that start with # are skipped."""
    found = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        survivor, mark, reason = line.rpartition("  # ")
        if mark and survivor.strip():
            found[survivor.strip()] = reason.strip()
    return found
