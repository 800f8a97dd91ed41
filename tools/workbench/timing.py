"""Says what is being done and how long each part took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Parts:
    """The parts of one flow, with the seconds that each took."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self.seconds: dict[str, float] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Measure a block; parts of the same name add up."""
        say(f"{name} ...")
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.monotonic() - began

    def table(self) -> str:
        """One line a part, the total last."""
        rows = [*self.seconds.items(), ("all together", time.monotonic() - self._started)]
        width = max(len(name) for name, _ in rows)
        return "\n".join(f"  {name:<{width}}  {seconds:6.1f} s" for name, seconds in rows)


def say(line: str) -> None:
    """Show one line at once."""
    print(f"==> {line}", flush=True)
