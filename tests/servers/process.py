"""A server process: started until it says that it is ready, what it says kept, always stopped."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

START_SECONDS = 60
STOP_SECONDS = 20
NOBODY = "nobody"
PORTS_TRIED = 4


def free_port() -> int:
    """A port of 127.0.0.1 that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def on_free_port(start: Callable[[int], Server]) -> tuple[int, Server]:
    """Start a server on a free port; on another one when somebody was faster."""
    for _ in range(PORTS_TRIED - 1):
        port = free_port()
        try:
            return port, start(port)
        except RuntimeError as error:
            if "in use" not in str(error).lower():
                raise
    port = free_port()
    return port, start(port)


def folder(name: str) -> Path:
    """A temporary folder that a server may use that does not run as root."""
    made = Path(tempfile.mkdtemp(prefix=f"groundplan-{name}-"))
    hand_over(made)
    return made


def unprivileged() -> str | None:
    """The user a server runs as: None is whoever runs the tests; root would be refused."""
    return NOBODY if os.geteuid() == 0 else None


def hand_over(path: Path) -> None:
    """Give a file, or a folder with all in it, to the user that servers run as."""
    if unprivileged():
        user = pwd.getpwnam(NOBODY)
        for one in (path, *path.rglob("*")):
            os.chown(one, user.pw_uid, user.pw_gid, follow_symlinks=False)


class Server:
    """One running program; `ready` is the text that it prints when clients may come."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        ready: str,
        cwd: Path,
        user: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.said: list[str] = []
        self._ready = ready
        self._is_ready = False
        self._answered = threading.Event()
        self._process = subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            env={"PATH": os.environ.get("PATH", ""), "TZ": "UTC", "LC_ALL": "C", **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            user=user,
            group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=[] if user else None,
            process_group=0,
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        if not self._answered.wait(START_SECONDS) or not self._is_ready:
            self.kill()
            raise RuntimeError(f"{command[0]} did not start:\n" + "".join(self.said[-20:]))

    def stop(self) -> None:
        """Ask it to end, and make it end."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End it at once, as a host that fails."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, how)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait(STOP_SECONDS)
        self._listener.join(STOP_SECONDS)
        if self._process.stdout:
            self._process.stdout.close()

    def _listen(self) -> None:
        """Keep what the server says; also ends the wait when it ends without being ready."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.said.append(line)
            if self._ready in line:
                self._is_ready = True
                self._answered.set()
        self._answered.set()


def remove(path: Path) -> None:
    """Remove a server's folder."""
    shutil.rmtree(path, ignore_errors=True)
