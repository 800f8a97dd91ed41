"""The time of the embedded AWS: one moment for each request; a request that is replayed has the moment that it had.

    request ── request() ──▶ moment ──▶ moto's utcnow(), and with it most times of creation
       journal keeps it ◀──────┘
       replay(at) before a request that a start runs again

moto's modules hold its `utcnow` by name, so the function's own code is what is changed. What moto takes from the operating
system's clock by itself has the time of the restart.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class _Times(threading.local):
    """The moments of one thread: a request is served in the thread that it comes in."""

    now: float | None = None
    replayed: float | None = None
    last: float | None = None


_times = _Times()


def live() -> float:
    """The operating system's time."""
    return time.time()


def moment() -> float:
    """The moment of the request that is being served, or now; seconds since 1970."""
    return live() if _times.now is None else _times.now


def last() -> float:
    """The moment of the request that was served last in this thread; what the journal keeps."""
    return live() if _times.last is None else _times.last


def replay(at: float | None) -> None:
    """Give the requests that follow in this thread the moment `at`; None ends it."""
    _times.replayed = at


@contextmanager
def request() -> Iterator[None]:
    """Let time stand still while a request is served."""
    before = _times.now
    _times.now = live() if _times.replayed is None else _times.replayed
    try:
        yield
    finally:
        _times.last, _times.now = _times.now, before


def utcnow() -> dt.datetime:
    """The moment as moto has times: in UTC, without saying so."""
    return dt.datetime.fromtimestamp(moment(), dt.UTC).replace(tzinfo=None)


def install() -> None:
    """Let moto take its time from here."""
    from moto.core import utils  # noqa: PLC0415 -- loading moto takes long

    def of_the_request() -> Any:
        from tools.emulator.clock import utcnow as now  # noqa: PLC0415 -- it runs as a function of moto's

        return now()

    utils.utcnow.__code__ = of_the_request.__code__
