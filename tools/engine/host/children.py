"""Processes that the host starts: programs, policy packs, plugins. None outlives the host or its call."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Literal

STOP = ((signal.SIGINT, 1.5), (signal.SIGTERM, 1.5), (signal.SIGKILL, 1.0))
"""How a child is told to end, with the seconds it has each time. The CLI kills the host itself after 5 seconds."""

Stream = Literal["stdout", "stderr"]
_PIECE = 1 << 16


class Child:
    """A started process that can be stopped from another thread, once."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.stopping = False
        """Whether it was told to end: what it prints from then on is about that and of no use to anybody."""

    def wait(self) -> int:
        """The exit code; negative when a signal ended it."""
        return self.process.wait()

    def stop(self) -> None:
        """End the process and what it started (it leads a process group). Harmless once it has ended."""
        if self.stopping or self.process.poll() is not None:
            return
        self.stopping = True
        for number, seconds in STOP:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
                return

    def output(self) -> Iterator[tuple[Stream, bytes]]:
        """What the process prints, in the order in which it arrives, until it is told to end or closes both streams."""
        pieces: queue.SimpleQueue[tuple[Stream, bytes]] = queue.SimpleQueue()
        streams: dict[Stream, IO[bytes] | None] = {
            "stdout": self.process.stdout,
            "stderr": self.process.stderr,
        }
        for name, stream in streams.items():
            threading.Thread(target=_pump, args=(name, stream, pieces), daemon=True).start()
        open_streams = len(streams)
        while open_streams:
            name, piece = pieces.get()
            if not piece:
                open_streams -= 1
            elif not self.stopping:
                yield name, piece

    def show(self) -> None:
        """Pass everything the process prints on to the host's own streams."""
        own = {"stdout": sys.stdout.buffer, "stderr": sys.stderr.buffer}
        for name, piece in self.output():
            own[name].write(piece)
            own[name].flush()


def _pump(name: Stream, stream: IO[bytes] | None, pieces: queue.SimpleQueue[tuple[Stream, bytes]]) -> None:
    """Move pieces from a pipe to the queue as they come; an empty piece marks the end."""
    if stream is not None:
        with stream:
            while piece := os.read(stream.fileno(), _PIECE):
                pieces.put((name, piece))
    pieces.put((name, b""))


class Family:
    """All children of one host."""

    def __init__(self) -> None:
        self._children: set[Child] = set()
        self._lock = threading.Lock()
        self._ended = False

    def start(self, command: Sequence[str], *, cwd: Path | str | None, env: Mapping[str, str]) -> Child:
        """Start a process in a group of its own, so that it is interrupted once, by `Child.stop`."""
        with self._lock:
            if self._ended:
                raise InterruptedError("the language host was told to stop")
            child = Child(
                subprocess.Popen(
                    command,
                    cwd=cwd,
                    env=dict(env),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    process_group=0,
                )
            )
            self._children = {one for one in self._children if one.process.poll() is None} | {child}
        return child

    def stop(self) -> None:
        """Stop all children and refuse new ones."""
        with self._lock:
            self._ended = True
            children, self._children = self._children, set()
        stoppers = [threading.Thread(target=child.stop) for child in children]
        for stopper in stoppers:
            stopper.start()
        for stopper in stoppers:
            stopper.join()
