"""How many resources the embedded AWS has, for real and recorded only."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from tools.emulator.server import PATIENCE, SETTLED_PATH, STATUS_PATH, Running


def fetch(running: Running) -> dict[str, Any]:
    """The counts of a running emulator: `{"real": {token: n}, "recorded": {token: n}, "ids": {token: [id]}}`."""
    return _page(running, STATUS_PATH, 10)


def settle(running: Running) -> bool:
    """Wait until all events that are under way have been delivered, and all functions that they invoke have run.

    Returns whether that came about within a minute. Executions of state machines are not waited for.
    """
    return bool(_page(running, SETTLED_PATH, PATIENCE + 10)["settled"])


def _page(running: Running, path: str, patience: float) -> dict[str, Any]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(running.endpoint + path, timeout=patience) as answer:
        return dict(json.load(answer))


def ids(running: Running) -> dict[str, list[str]]:
    """The ids of all resources that were created through the provider, by type, in order of creation."""
    return dict(fetch(running)["ids"])


def summary(running: Running) -> str:
    """The counts in one line, and the types that are recorded only."""
    counts = fetch(running)
    real, recorded = sum(counts["real"].values()), sum(counts["recorded"].values())
    line = f"{real} resources exist in the embedded AWS for real, {recorded} are recorded only"
    if recorded:
        line += ": " + ", ".join(
            f"{token} ({number})" for token, number in sorted(counts["recorded"].items())
        )
    return line
