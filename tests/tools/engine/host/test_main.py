"""The host as a process: its port, its end."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import language_pb2_grpc

from tools.engine.host import main as subject

ROOT = Path(subject.__file__).parents[3]
START = [sys.executable, "-u", "-c", "from tools.engine.host.main import main; main('runner')"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_its_port_serves_and_ends_quietly(number: signal.Signals) -> None:
    process = subprocess.Popen(
        [*START, "127.0.0.1:1"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    port = int(process.stdout.readline())
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        assert language_pb2_grpc.LanguageRuntimeStub(channel).GetPluginInfo(empty_pb2.Empty()).version
    process.send_signal(number)
    out, error = process.communicate(timeout=10)
    assert (process.returncode, out, error) == (0, "", "")


def test_it_ends_when_whoever_started_it_is_gone() -> None:
    code = f"import subprocess; p = subprocess.Popen({START!r}); print(p.pid, flush=True); p.wait()"
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    assert all(int(parent.stdout.readline()) > 0 for _ in range(2))
    parent.kill()
    assert (
        parent.stdout.read() == ""
    )  # the host held the pipe's other end: it is closed when the host has ended
    parent.wait()


def test_the_sdk_itself_is_not_started() -> None:
    code = (
        "from tools.engine.host.main import _without_sdk_start; _without_sdk_start()\n"
        "import sys; from pulumi.runtime.proto import language_pb2_grpc\n"
        "sys.exit('pulumi.resource' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
