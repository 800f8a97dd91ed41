"""Processes that the host starts: programs, policy packs, plugins. None outlives the host or its call."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Literal

STOP_SECONDS = 5.0
"""Time a child has to end after SIGINT before it is killed (the official host gives it the same)."""

Stream = Literal["stdout", "stderr"]
_PIECE = 1 << 16


class Child:
    """A started process that can be stopped from another thread, once."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    def wait(self) -> int:
        """The exit code; negative when a signal ended it."""
        return self.process.wait()

    def stop(self) -> None:
        """Interrupt the process; kill it when it is still there after `STOP_SECONDS`. Harmless once it has ended."""
        if self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def output(self) -> Iterator[tuple[Stream, bytes]]:
        """What the process prints, in the order in which it arrives, until both streams are closed."""
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
            if piece:
                yield name, piece
            else:
                open_streams -= 1


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

    def start(
        self, command: Sequence[str], *, cwd: Path | str | None, env: Mapping[str, str], captured: bool
    ) -> Child:
        """Start a process. `captured`: its output is read with `Child.output`; else it goes where the host's goes."""
        pipe = subprocess.PIPE if captured else None
        with self._lock:
            if self._ended:
                raise InterruptedError("the language host was told to stop")
            child = Child(
                subprocess.Popen(
                    command, cwd=cwd, env=dict(env), stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe
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
