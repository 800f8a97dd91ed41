from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.emulator import __main__ as command_line, reset
from tools.engine import EngineError


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "aws"
    yield folder
    reset(folder)


class Executed(Exception):  # noqa: N818 -- stands for the process that takes over
    """What exec would have become."""


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> None:
        raise EngineError("none here")

    def execute(program: str, arguments: list[str], settings: dict[str, str]) -> None:
        raise Executed(program, arguments, settings)

    monkeypatch.setattr(command_line, "ensure", none)
    monkeypatch.setattr(os, "execvpe", execute)


def test_start_status_stop_reset(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--state", str(state)]
    assert command_line.main(["status", *options]) == 1
    assert command_line.main(["start", *options]) == 0
    assert command_line.main(["status", *options]) == 0
    assert command_line.main(["stop", *options]) == 0
    assert command_line.main(["stop", *options]) == 0
    assert command_line.main(["reset", *options]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "not running"
    assert said[1].startswith("the embedded AWS is running: endpoint http://127.0.0.1:")
    assert said[2] == said[1]
    assert said[3] == "0 resources exist in the embedded AWS for real, 0 are recorded only"
    assert said[4:] == [
        "stopped; its resources are kept",
        "not running",
        "stopped; all resources are forgotten",
    ]


@pytest.mark.usefixtures("no_engine")
def test_exec_hands_the_command_the_embedded_aws_only(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "PULUMI_ACCESS_TOKEN", "PULUMI_HOME"):
        monkeypatch.setenv(name, "of-the-user")
    with pytest.raises(Executed) as executed:
        command_line.main(["exec", "--state", str(state), "--", "aws", "s3", "ls", "--port", "1"])
    program, arguments, settings = executed.value.args
    assert program == "aws"
    assert arguments == ["aws", "s3", "ls", "--port", "1"], "what follows -- is the command's own"
    assert settings["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")
    assert "of-the-user" not in settings.values()


@pytest.mark.usefixtures("no_engine")
def test_exec_without_a_command(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["exec", "--state", str(state)]) == 2
    assert (
        capsys.readouterr().err
        == "error: exec needs a command: python -m tools.emulator exec -- COMMAND...\n"
    )


def test_a_command_that_is_not_there(
    state: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def none() -> None:
        raise EngineError("none here")

    monkeypatch.setattr(command_line, "ensure", none)
    assert command_line.main(["exec", "--state", str(state), "--", "no-such-command"]) == 2
    assert "error: no-such-command: no such command on PATH" in capsys.readouterr().err
