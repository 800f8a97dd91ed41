"""A process that runs one version of a function, one event after the other."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import select
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tools.emulator.execution.bootstrap import LINE_BREAK, MARK, READY
from tools.emulator.execution.folders import Folders, command
from tools.emulator.execution.specification import JSON, Specification

INIT_SECONDS = 10.0
"""How long code outside the handler may run, beside the function's own timeout."""
OUTPUT_SECONDS = 2.0
"""How long output that belongs to an event is waited for after its end."""
EVENT_LIMIT = 256 * 1024
"""Characters of one log event."""


class Exited(Exception):  # noqa: N818 -- it says what happened
    """The process ended in the middle of an event."""


class TimedOut(Exception):  # noqa: N818 -- it says what happened
    """The function ran longer than it may."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a function gave back."""

    payload: str
    failed: bool
    memory: int
    """MiB at most."""


class Process:
    """Start one with `Process(...)`, then `run` events; `kill` ends it and all that it started."""

    def __init__(
        self, specification: Specification, folders: Folders, variables: Mapping[str, str], log_stream: str
    ) -> None:
        self.specification = specification
        self.log_stream = log_stream
        self.started = time.monotonic()
        self.served = 0
        self.idle_since = self.started
        self.usable = True
        code = folders.code(specification.code)
        paths = [str(code), *map(str, folders.layers(specification.layers))]
        self._scratch = folders.scratch(log_stream.rsplit("]", 1)[-1])
        theirs, self._requests = os.pipe()
        self._replies, answers = os.pipe()
        try:
            self._process = subprocess.Popen(
                [*command(), str(theirs), str(answers)],
                cwd=code,
                env={**variables, "HOME": str(self._scratch), "TMPDIR": str(self._scratch)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=(theirs, answers),
                start_new_session=True,
            )
        finally:
            os.close(theirs)
            os.close(answers)
        self._buffer = b""
        self._ready = False
        self._output = _Output(self._process)
        self._send(
            {
                "code": paths,
                "runtime": [str(folders.runtime())],
                "handler": specification.handler,
                "json_logs": specification.log_format == JSON,
                "level": specification.log_level,
            }
        )

    @property
    def pid(self) -> int:
        """The id of the process, which is the id of its group too."""
        return self._process.pid

    @property
    def ready(self) -> bool:
        """Whether the code outside the handler has run."""
        return self._ready

    def alive(self) -> bool:
        """Whether it can take another event."""
        return self.usable and self._process.poll() is None

    def wait_ready(self) -> float:
        """Wait until the code outside the handler has run; how many milliseconds that took since the start."""
        if not self._ready:
            self._answer(time.monotonic() + INIT_SECONDS + self.specification.timeout)
            self._output.wait_for(READY)
            self._ready = True
        return (time.monotonic() - self.started) * 1000

    def run(self, request: Mapping[str, Any]) -> Reply:
        """Give it an event. Raises `TimedOut` or `Exited`, after which it is of no use any more."""
        self._send({**request, "seconds": self.specification.timeout})
        reply = self._answer(time.monotonic() + self.specification.timeout)
        self.served += 1
        self.usable = not reply["ends"]
        self._output.wait_for(str(request["id"]))
        return Reply(reply["payload"], reply["failed"], reply["memory"])

    def output(self) -> list[tuple[int, str]]:
        """What was printed since the last time: milliseconds since 1970 and text of each log event."""
        return self._output.take()

    def exit_status(self) -> str:
        """How it ended, in Lambda's words."""
        code = self._process.wait()
        return f"signal: {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"

    def _send(self, message: Mapping[str, Any]) -> None:
        data = json.dumps(message).encode() + b"\n"
        with contextlib.suppress(BrokenPipeError):  # its end shows where the answer is missing
            while data:
                data = data[os.write(self._requests, data) :]

    def _answer(self, end: float) -> dict[str, Any]:
        while b"\n" not in self._buffer:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self._replies], [], [], left)[0]:
                self.end()
                raise TimedOut
            data = os.read(self._replies, 1 << 16)
            if not data:
                self.usable = False
                self._output.wait_for(None)
                raise Exited
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        return dict(json.loads(line))

    def end(self) -> None:
        """Let it end at once, with all that it started. Whoever waits for its answer gets `Exited`."""
        self.usable = False
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def kill(self) -> None:
        """End it and clear up after it. Safe to repeat; nobody may wait for its answer meanwhile."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            # Also where the process itself is gone: what it started may be there.
            if self._requests >= 0:
                os.killpg(self._process.pid, signal.SIGKILL)
        self.usable = False
        self._process.wait()
        self._output.close()
        for descriptor in (self._requests, self._replies):
            with contextlib.suppress(OSError):
                os.close(descriptor)
        self._requests = self._replies = -1
        shutil.rmtree(self._scratch, ignore_errors=True)


class _Output:
    """What a process prints, read as it comes."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._stream = process.stdout
        self._lines: list[tuple[int, str]] = []
        self._seen: set[str] = set()
        self._ended = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._read, name=f"output-{process.pid}", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self._stream is not None
        for raw in self._stream:
            line = raw.decode("utf-8", "replace").rstrip("\n")
            text, marked, mark = line.rpartition(MARK)
            with self._changed:
                if marked:
                    self._seen.add(mark)
                if text or not marked:
                    self._keep(text if marked else line)
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _keep(self, text: str) -> None:
        now = int(time.time() * 1000)
        whole = text.replace(LINE_BREAK, "\n")
        self._lines += [
            (now, whole[start : start + EVENT_LIMIT]) for start in range(0, len(whole) or 1, EVENT_LIMIT)
        ]

    def wait_for(self, mark: str | None) -> None:
        """Wait for the line after an event's output; None waits for the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or mark in self._seen, OUTPUT_SECONDS)
            self._seen.discard(str(mark))

    def take(self) -> list[tuple[int, str]]:
        with self._changed:
            taken, self._lines = self._lines, []
            return taken

    def close(self) -> None:
        self._thread.join(OUTPUT_SECONDS)
        if self._stream is not None and not self._thread.is_alive():
            self._stream.close()


def new_log_stream(version: str) -> str:
    """The log stream of a new process."""
    return f"{time.strftime('%Y/%m/%d', time.gmtime())}/[{version}]{secrets.token_hex(16)}"
