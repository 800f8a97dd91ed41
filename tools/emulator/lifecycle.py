"""Starting, finding, stopping and resetting the embedded AWS of a state folder, and the environment that leads to it.

The state folder holds everything: `journal.jsonl` and `recorded.jsonl` (the resources), `server.json` (where it listens
while it runs), `server.log`, `port` (its endpoint's port, kept over restarts) and an empty AWS configuration.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.emulator.gate import DEFAULT_ACCOUNT, DEFAULT_REGION
from tools.emulator.server import Running, code_in_use, is_listening, state_file

START_LIMIT = 120.0
"""Seconds to wait for a start; replaying a long journal takes the most of it."""


class EmulatorError(RuntimeError):
    """The embedded AWS can't be started or stopped; the message says why and what helps."""


def find(state: Path) -> Running | None:
    """The running emulator of a state folder, or None."""
    try:
        fields = json.loads(state_file(state).read_text(encoding="utf-8"))
        running = Running(**fields)
    except (OSError, ValueError, TypeError):
        return None
    return running if _alive(running.pid) and is_listening(running.provider_port) else None


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def _locked(state: Path) -> Iterator[None]:
    """One start or stop at a time for a state folder."""
    # What was sent to the embedded AWS stands in the journal as it was sent, passwords too.
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (state / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def ensure_running(state: Path, port: int | None = None, *, warm: bool = True) -> Running:
    """Start the embedded AWS of `state`, or find it running; one that runs older code is started anew.

    `port` asks for an endpoint port (default: the last one). `warm` loads moto in the background, for a deployment soon.
    """
    state = state.resolve()
    with _locked(state):
        running = find(state)
        if running is not None and running.code == code_in_use():
            return running
        if running is not None:
            _end(state, running)
        state_file(state).unlink(missing_ok=True)
        running = _start(
            state, _kept_port(state) if port is None else port, strict=port is not None, warm=warm
        )
        (state / "port").write_text(str(running.http_port), encoding="utf-8")
        return running


def _kept_port(state: Path) -> int:
    try:
        return int((state / "port").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return 0


def _start(state: Path, port: int, *, strict: bool, warm: bool) -> Running:
    if port and is_listening(port):
        if strict:
            raise EmulatorError(
                f"port {port} is taken by another program; choose another one, or stop that program"
            )
        port = 0
    command = [sys.executable, "-m", "tools.emulator", "serve", str(state), "--port", str(port)]
    with (state / "server.log").open("ab") as output:
        child = subprocess.Popen(
            [*command, "--warm"] if warm else command,
            cwd=Path(__file__).resolve().parents[2],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            env=_server_environment(state),
        )
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline:
        running = find(state)
        if running is not None:
            return running
        if child.poll() is not None:
            raise EmulatorError(
                f"the embedded AWS did not start: {_last_line(state)}; see {state / 'server.log'}"
            )
        time.sleep(0.05)
    child.kill()
    raise EmulatorError(
        f"the embedded AWS did not start within {START_LIMIT:.0f} s; see {state / 'server.log'}"
    )


def _server_environment(state: Path) -> dict[str, str]:
    """What the server process sees: nothing of the user's AWS or proxy settings."""
    kept = {
        name: os.environ[name]
        for name in ("PATH", "HOME", "LANG", "TMPDIR", "XDG_CACHE_HOME")
        if name in os.environ
    }
    return {**kept, **_no_user_settings(state), "PYTHONUNBUFFERED": "1"}


def _last_line(state: Path) -> str:
    lines = (state / "server.log").read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else "it ended without a word"


def stop(state: Path, patience: float = 20.0) -> bool:
    """Stop the embedded AWS of `state`; its resources stay. Returns whether it was running."""
    state = state.resolve()
    if not state.exists():
        return False
    with _locked(state):
        running = find(state)
        if running is None:
            return False
        _end(state, running, patience)
        return True


def _end(state: Path, running: Running, patience: float = 20.0) -> None:
    os.kill(running.pid, signal.SIGTERM)
    deadline = time.monotonic() + patience
    while _alive(running.pid) and state_file(state).exists():
        if time.monotonic() > deadline:
            os.kill(running.pid, signal.SIGKILL)
            state_file(state).unlink(missing_ok=True)
            break
        time.sleep(0.05)


def reset(state: Path) -> None:
    """Stop, and forget every resource."""
    stop(state)
    shutil.rmtree(state, ignore_errors=True)


def environment(state: Path, running: Running | None = None) -> dict[str, str]:
    """The variables that lead the engine and the AWS SDKs to the embedded AWS of `state`, which must be running."""
    found = running or find(state.resolve())
    if found is None:
        raise EmulatorError(
            f"no embedded AWS is running for {state}; start it with `python -m tools.emulator start`"
        )
    return {
        **_no_user_settings(state.resolve()),
        "PULUMI_DEBUG_PROVIDERS": f"aws:{found.provider_port}",
        "AWS_ENDPOINT_URL": found.endpoint,
        "AWS_ACCESS_KEY_ID": DEFAULT_ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "embedded",
        "AWS_REGION": DEFAULT_REGION,
        "AWS_DEFAULT_REGION": DEFAULT_REGION,
        "NO_PROXY": "127.0.0.1,localhost",
    }


def _no_user_settings(state: Path) -> dict[str, str]:
    state.mkdir(parents=True, exist_ok=True)
    empty = state / "aws-config"
    empty.touch()
    return {
        "AWS_CONFIG_FILE": str(empty),
        "AWS_SHARED_CREDENTIALS_FILE": str(empty),
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@contextmanager
def serve_once(state: Path) -> Iterator[Running]:
    """The embedded AWS for the length of one command: the running one, or one that ends with the command."""
    running = find(state.resolve())
    if running is not None:
        yield running
        return
    started = ensure_running(state, warm=False)
    try:
        yield started
    finally:
        stop(state)
