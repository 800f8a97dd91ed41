"""The processes that functions run in: reused while nothing changed, bounded in number, ended after idle time."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from tools.emulator.execution.folders import Folders
from tools.emulator.execution.process import Process, new_log_stream
from tools.emulator.execution.specification import Specification

PROCESSES = 16
"""How many run at once; beyond that an invocation is throttled, as by an account's limit of concurrency."""
IDLE_SECONDS = 300.0
LOOK_SECONDS = 30.0

Variables = Callable[[Specification, str, str], Mapping[str, str]]
"""The environment of a new process, of its specification, log stream and code folder."""


class Throttled(Exception):  # noqa: N818 -- AWS's word
    """Too many invocations at once; the message is AWS's reason."""


class Pool:
    """Lends processes. Safe for threads."""

    def __init__(self, root: Path, limit: int = PROCESSES, idle_seconds: float = IDLE_SECONDS) -> None:
        self.folders = Folders(root)
        self._limit = limit
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._idle: list[Process] = []
        self._busy: Counter[str] = Counter()
        self._lent: set[Process] = set()
        self._closed = threading.Event()
        self._reaper: threading.Thread | None = None

    def borrow(self, specification: Specification, variables: Variables) -> Process:
        """A process for one event: one that waits, or a new one. Raises `Throttled`."""
        function = specification.function_arn
        with self._lock:
            reserved = specification.reserved_concurrency
            if reserved is not None and self._busy[function] >= reserved:
                raise Throttled("ReservedFunctionConcurrentInvocationLimitExceeded")
            ended = self._stale(specification)
            found = next((one for one in reversed(self._idle) if _fits(one, specification)), None)
            if found is not None:
                self._idle.remove(found)
                self._lent.add(found)
            elif sum(self._busy.values()) >= self._limit:
                raise Throttled("ConcurrentInvocationLimitExceeded")
            elif sum(self._busy.values()) + len(self._idle) >= self._limit:
                ended.append(self._idle.pop(0))
            self._busy[function] += 1
        _kill(ended)
        if found is not None:
            return found
        try:
            return self._started(specification, variables)
        except BaseException:
            with self._lock:
                self._busy[function] -= 1
            raise

    def _started(self, specification: Specification, variables: Variables) -> Process:
        stream = new_log_stream(specification.version)
        folder = str(self.folders.code(specification.code))
        process = Process(specification, self.folders, variables(specification, stream, folder), stream)
        with self._lock:
            self._lent.add(process)
            if self._reaper is None:
                self._reaper = threading.Thread(target=self._reap, name="idle-functions", daemon=True)
                self._reaper.start()
        return process

    def _stale(self, specification: Specification) -> list[Process]:
        """Processes of the same version whose code or configuration is an older one, and those that ended."""
        ended = [
            one
            for one in self._idle
            if not one.alive()
            or (
                one.specification.qualified_arn == specification.qualified_arn
                and one.specification.fingerprint != specification.fingerprint
            )
        ]
        self._idle = [one for one in self._idle if one not in ended]
        return ended

    def give_back(self, process: Process) -> None:
        """After an event. A process that is of no use any more ends."""
        with self._lock:
            self._lent.discard(process)
            self._busy[process.specification.function_arn] -= 1
            kept = process.alive() and not self._closed.is_set()
            if kept:
                process.idle_since = time.monotonic()
                self._idle.append(process)
        if not kept:
            process.kill()

    def forget(self, function_arn: str) -> None:
        """A function changed: what waits for its next event ends, and what is busy ends after its event."""
        with self._lock:
            ended = [one for one in self._idle if one.specification.function_arn == function_arn]
            self._idle = [one for one in self._idle if one not in ended]
            for one in self._lent:
                if one.specification.function_arn == function_arn:
                    one.usable = False
        _kill(ended)

    def pids(self) -> list[int]:
        """The processes there are."""
        with self._lock:
            return [one.pid for one in (*self._idle, *self._lent)]

    def _reap(self) -> None:
        while not self._closed.wait(min(LOOK_SECONDS, self._idle_seconds)):
            limit = time.monotonic() - self._idle_seconds
            with self._lock:
                ended = [one for one in self._idle if one.idle_since <= limit]
                self._idle = [one for one in self._idle if one not in ended]
            _kill(ended)

    def close(self) -> None:
        """End all processes, busy ones too."""
        self._closed.set()
        with self._lock:
            ended, self._idle = self._idle, []
            busy = [*self._lent]
        for one in busy:
            # Whoever waits for its answer clears up after it.
            one.end()
        _kill(ended)


def _fits(process: Process, specification: Specification) -> bool:
    return process.specification.fingerprint == specification.fingerprint


def _kill(processes: list[Process]) -> None:
    for process in processes:
        process.kill()
