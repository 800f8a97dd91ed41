from __future__ import annotations

import os
import signal
import socket
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.tools.emulator.engine import connected
from tools.emulator import EmulatorError, ensure_running, environment, find, reset, serve_once, stop
from tools.emulator.server import Running, is_listening, state_file
from tools.emulator.status import fetch, summary

VPC, DLM = "aws:ec2/vpc:Vpc", "aws:dlm/lifecyclePolicy:LifecyclePolicy"
DLM_INPUTS = {"description": "x", "executionRoleArn": "arn:aws:iam::111111111111:role/x", "policyDetails": {}}


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "aws"
    yield folder
    reset(folder)


def ec2(running: Running) -> Any:
    return boto3.client(
        "ec2",
        region_name="us-east-1",
        endpoint_url=running.endpoint,
        aws_access_key_id="111111111111",
        aws_secret_access_key="x",
    )


def gone(running: Running) -> None:
    """Wait until the operating system has ended the process."""
    limit = time.monotonic() + 10
    while time.monotonic() < limit:
        try:
            os.waitpid(running.pid, os.WNOHANG)
            os.kill(running.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            return
        time.sleep(0.02)
    pytest.fail("the server did not end")


def test_from_start_to_reset(state: Path) -> None:
    assert find(state) is None
    assert not stop(state)
    running = ensure_running(state)
    assert ensure_running(state) == find(state) == running, "one that runs is found, not started again"
    assert stat.S_IMODE(state.stat().st_mode) == 0o700, "the journal holds what was sent, passwords too"

    with connected(running.provider_port) as engine:
        vpc = engine.make(VPC, {"cidrBlock": "10.0.0.0/16"})
        policy = engine.make(DLM, DLM_INPUTS)
    assert fetch(running)["real"] == {VPC: 1}
    assert fetch(running)["recorded"] == {DLM: 1}
    assert (
        summary(running) == f"1 resources exist in the embedded AWS for real, 1 are recorded only: {DLM} (1)"
    )

    assert stop(state)
    assert find(state) is None
    again = ensure_running(state)
    if again.http_port != running.http_port:
        assert is_listening(running.http_port), (
            "the endpoint stays where it was, unless somebody took the port meanwhile"
        )
    with connected(again.provider_port) as engine:
        assert engine.read(VPC, vpc.id)[2]["cidrBlock"] == "10.0.0.0/16"
        assert engine.read(DLM, policy.id)[2] == policy.outputs

    os.kill(again.pid, signal.SIGKILL)
    gone(again)
    assert find(state) is None, "what was killed is not taken for running"
    third = ensure_running(state)
    assert vpc.id in {found["VpcId"] for found in ec2(third).describe_vpcs()["Vpcs"]}

    reset(state)
    assert not state.exists()
    fourth = ensure_running(state)
    assert vpc.id not in {found["VpcId"] for found in ec2(fourth).describe_vpcs()["Vpcs"]}
    assert fetch(fourth)["recorded"] == {}


def test_a_port_that_is_taken(state: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(
            EmulatorError, match=rf"^port {port} is taken by another program; choose another one"
        ):
            ensure_running(state, port)
        state.mkdir(exist_ok=True)
        (state / "port").write_text(str(port), encoding="utf-8")
        running = ensure_running(state)
        assert running.http_port != port, "a port that was only kept gives way"


def test_a_server_that_does_not_start_says_why(state: Path) -> None:
    state.mkdir(parents=True)
    (state / "journal.jsonl").write_text("this is no journal\n", encoding="utf-8")
    with pytest.raises(EmulatorError, match=r"^the embedded AWS did not start: .*server\.log$") as refused:
        ensure_running(state)
    assert "\n" not in str(refused.value)


def test_the_environment_leads_here_and_nowhere_else(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EmulatorError, match="no embedded AWS is running"):
        environment(state)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "of-the-user")
    with serve_once(state) as running:
        found = environment(state)
        assert found["AWS_ENDPOINT_URL"] == running.endpoint
        assert found["PULUMI_DEBUG_PROVIDERS"] == f"aws:{running.provider_port}"
        assert Path(found["AWS_CONFIG_FILE"]).read_text(encoding="utf-8") == ""
        assert "of-the-user" not in found.values()
        server = Path(f"/proc/{running.pid}/environ")
        if server.exists():
            assert b"of-the-user" not in server.read_bytes()
    assert find(state) is None, "it ends with the command"


def test_one_that_runs_outlives_a_single_command(state: Path) -> None:
    running = ensure_running(state)
    with serve_once(state) as same:
        assert same == running
    assert find(state) == running


def test_a_server_of_older_code_is_started_anew(state: Path) -> None:
    old = ensure_running(state)
    assert ensure_running(state) == old
    file = state_file(state)
    file.write_text(file.read_text(encoding="utf-8").replace(old.code, "older"), encoding="utf-8")
    new = ensure_running(state)
    assert new.pid != old.pid
    assert new.code == old.code
