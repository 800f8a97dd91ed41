"""What a request leaves to be done: outside the gate's lock, in the background, or before its answer.

moto's code runs inside the gate's lock, one request at a time. Running a function there would block everybody, the
function's own calls first. So the code that moto runs only says what is to be done:

    in the lock    current().later(job)    a delivery in the background: an event for a function, a poll of a queue
                   current().answer(job)   the answer is what the job gives: a function that is waited for
                   current().wait_at_most(20)  nothing there yet; ask again: long polling
    outside        Gate runs `answer` in the request's own thread and hands `later` to the Workers

While the journal is replayed nothing is left to be done: what came of it stands in the journal as requests of its own.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tools.emulator.activity import Activity

log = logging.getLogger(__name__)
THREADS = 8
"""How many deliveries run at once; the others wait in line."""

SERVICE = "aws-service"
"""The access key of requests that an AWS service makes: it may put events whose source begins with `aws.`."""
SOON = 2.0
"""What is to be done later than that, in seconds, is not waited for when everything is to settle."""

Job = Callable[["Activity"], None]
Answer = tuple[str, list[tuple[str, str]], bytes]
"""Status line, headers and body."""


@dataclass(slots=True)
class Serving:
    """What the request that is being served leaves to be done."""

    replaying: bool = False
    jobs: list[tuple[float, Job]] = field(default_factory=list)
    answering: Callable[[Activity], Answer] | None = None
    since: float = 0.0
    """When the request came, by `time.monotonic`."""
    again_until: float = 0.0
    journalled: bool = True
    caller: str = ""
    """The access key that the request is made with."""
    activity: Activity | None = None

    def later(self, job: Job, delay: float = 0.0) -> None:
        """Have `job` done in the background, `delay` seconds from now at the earliest."""
        if not self.replaying:
            self.jobs.append((delay, job))

    def at_hand(self, job: Callable[[Activity], None]) -> None:
        """Have `job` done at once, inside the lock: for what needs to know the running part of the embedded AWS."""
        if self.activity is not None and not self.replaying:
            job(self.activity)

    def answer(self, job: Callable[[Activity], Answer]) -> None:
        """Let the request's answer be what `job` gives, run outside the lock."""
        if not self.replaying:
            self.answering = job

    def wait_at_most(self, seconds: float) -> None:
        """Let the request be served again until it leaves no such word, or `seconds` have passed since it came."""
        self.again_until = 0.0 if self.replaying or not seconds else self.since + seconds

    def forget(self) -> None:
        """Keep the request out of the journal: it changed nothing that lasts."""
        self.journalled = False


_serving: ContextVar[Serving | None] = ContextVar("serving", default=None)


def current() -> Serving:
    """The request that is being served. Outside of any, what it is left is dropped."""
    return _serving.get() or Serving(replaying=True)


@contextmanager
def serving(
    activity: Activity | None = None, *, replaying: bool = False, caller: str = "", since: float = 0.0
) -> Iterator[Serving]:
    """Serve a request within this."""
    one = Serving(replaying, caller=caller, activity=activity, since=since)
    token = _serving.set(one)
    try:
        yield one
    finally:
        _serving.reset(token)


class Workers:
    """A few threads that do what is to be done in the background, in order of time."""

    def __init__(self, activity: Activity) -> None:
        self._activity = activity
        self._changed = threading.Condition()
        self._waiting: list[tuple[float, int, Job]] = []
        self._numbers = itertools.count()
        self._threads: list[threading.Thread] = []
        self._busy = 0
        self.ended = False
        """Whether nothing is taken any more."""

    def add(self, job: Job, delay: float = 0.0) -> None:
        """Take a job; it is dropped where the workers have ended."""
        with self._changed:
            if self.ended:
                return
            heapq.heappush(self._waiting, (time.monotonic() + delay, next(self._numbers), job))
            if len(self._threads) < THREADS and len(self._threads) < self._busy + len(self._waiting):
                name = f"delivery-{len(self._threads)}"
                thread = threading.Thread(target=self._work, name=name, daemon=True)
                self._threads.append(thread)
                thread.start()
            self._changed.notify_all()

    def _work(self) -> None:
        while (job := self._next()) is not None:
            try:
                job(self._activity)
            except Exception:
                # At the end what is under way breaks off.
                if not self.ended:
                    log.exception("a delivery failed")
            finally:
                with self._changed:
                    self._busy -= 1
                    self._changed.notify_all()

    def _next(self) -> Job | None:
        """The next job whose time has come, or None at the end."""
        with self._changed:
            while not self.ended:
                now = time.monotonic()
                if self._waiting and self._waiting[0][0] <= now:
                    self._busy += 1
                    return heapq.heappop(self._waiting)[2]
                self._changed.wait(self._waiting[0][0] - now if self._waiting else None)
            return None

    def settle(self, patience: float) -> bool:
        """Wait until nothing is to be done soon; whether that came about within `patience` seconds."""
        with self._changed:
            return self._changed.wait_for(self._settled, patience)

    def _settled(self) -> bool:
        soon = time.monotonic() + SOON
        return not self._busy and not any(moment < soon for moment, _, _ in self._waiting)

    def end(self) -> None:
        """Drop what waits, and let the threads end. What is being done at this moment is not waited for."""
        with self._changed:
            self.ended = True
            self._waiting.clear()
            self._changed.notify_all()
