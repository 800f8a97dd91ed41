from __future__ import annotations

import os
import sys
import threading
import time

import pytest

from tools.engine.host import children
from tools.engine.host.children import Child, Family


def start(code: str, family: Family | None = None) -> Child:
    return (family or Family()).start([sys.executable, "-u", "-c", code], cwd=None, env=dict(os.environ))


def first_line(child: Child) -> bytes:
    """Unbuffered Python writes a line and its end one after the other."""
    line = b""
    for _, piece in child.output():
        line += piece
        if line.endswith(b"\n"):
            break
    return line


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_output_arrives_as_it_is_printed_and_in_order() -> None:
    child = start("import sys; print('one'); sys.stdin.read(); print('two', file=sys.stderr); print('three')")
    pieces = list(child.output())
    assert b"".join(text for name, text in pieces if name == "stdout") == b"one\nthree\n"
    assert b"".join(text for name, text in pieces if name == "stderr") == b"two\n"
    assert child.wait() == 0


def test_the_first_line_does_not_wait_for_the_end() -> None:
    child = start("import time; print('port'); time.sleep(60)")
    assert first_line(child) == b"port\n"
    child.stop()
    assert child.wait() != 0


def test_a_stopped_child_is_interrupted_once_and_what_it_says_then_is_dropped() -> None:
    code = (
        "import signal, sys, time\n"
        "def end(*_):\n    print('late'); sys.exit(7)\n"
        "signal.signal(signal.SIGINT, end); print('ready'); time.sleep(60)"
    )
    child = start(code)
    seen = b""
    for _, piece in child.output():
        seen += piece
        if seen == b"ready\n":
            threading.Thread(target=child.stop).start()
    assert child.wait() == 7
    assert seen == b"ready\n"


def test_a_child_that_ignores_everything_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "STOP", tuple((number, 0.2) for number, _ in children.STOP))
    code = (
        "import signal, time\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN); signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('ready'); time.sleep(60)"
    )
    child = start(code)
    assert first_line(child) == b"ready\n"
    child.stop()
    assert child.wait() == -9


def test_what_a_child_started_ends_with_it() -> None:
    code = (
        "import subprocess, sys, time\n"
        "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']).pid, flush=True); time.sleep(60)"
    )
    child = start(code)
    grandchild = int(first_line(child))
    child.stop()
    child.wait()
    for _ in range(100):
        if not alive(grandchild):
            break
        time.sleep(0.05)
    assert not alive(grandchild)


def test_all_children_are_stopped_together_in_less_time_than_the_cli_gives() -> None:
    family = Family()
    slow = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); print('ready'); time.sleep(60)"
    several = [start(slow, family) for _ in range(3)]
    for child in several:
        assert first_line(child) == b"ready\n"
    began = time.monotonic()
    family.stop()
    assert time.monotonic() - began < 5
    assert all(child.process.poll() is not None for child in several)
    with pytest.raises(InterruptedError):
        start("pass", family)


def test_stopping_what_has_ended_is_harmless() -> None:
    child = start("pass")
    child.wait()
    child.stop()
    assert sum(seconds for _, seconds in children.STOP) < 5
