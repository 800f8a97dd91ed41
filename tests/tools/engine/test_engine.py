"""The order of the three ways, with stand-ins for each."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools.engine import engine as subject
from tools.engine.errors import EngineError
from tools.engine.fetch import UnreachableError
from tools.engine.release import VERSION


@pytest.fixture(autouse=True)
def empty_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """No CLI on PATH, an empty cache; returns the list of ways that were tried."""
    tried: list[str] = []
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def fetch(archive: str, folder: Path, say: object) -> Path:
        tried.append("fetch")
        raise UnreachableError("no way out")

    def build(folder: Path, say: object) -> Path:
        tried.append("build")
        return fill(folder / "build", "pulumi", "pulumi-language-python-exec")

    monkeypatch.setattr(subject, "fetch_release", fetch)
    monkeypatch.setattr(subject, "build_from_source", build)
    return tried


def fill(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text(f"#!/bin/sh\necho v{VERSION}\n")
        (folder / name).chmod(0o755)
    return folder / names[0]


def test_a_cli_on_path_is_used_as_it_is(tmp_path: Path, empty_machine: list[str]) -> None:
    pulumi = fill(tmp_path / "bin", "pulumi", "pulumi-language-python")
    engine = subject.ensure(print)
    assert (engine.pulumi, engine.origin, engine.version) == (pulumi, "path", VERSION)
    assert empty_machine == []
    assert not (tmp_path / "cache").exists()


def test_the_official_release_is_preferred_to_building(
    tmp_path: Path, empty_machine: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(archive: str, folder: Path, say: object) -> Path:
        return fill(folder / "release" / "pulumi", "pulumi", "pulumi-language-python")

    monkeypatch.setattr(subject, "fetch_release", fetch)
    assert subject.ensure(print).origin == "fetched"
    assert subject.ensure(print).origin == "fetched"
    assert empty_machine == []


def test_a_machine_that_reaches_only_registries_builds_once(empty_machine: list[str]) -> None:
    said: list[str] = []
    first = subject.ensure(said.append)
    again = subject.ensure(said.append)
    assert (first.origin, first) == ("built", again)
    assert empty_machine == ["fetch", "build"]
    assert any("can't be fetched from here (no way out)" in line for line in said)


def test_an_old_cli_on_path_is_passed_over_and_that_is_said(tmp_path: Path) -> None:
    (fill(tmp_path / "bin", "pulumi", "pulumi-language-python")).write_text("#!/bin/sh\necho v3.1.0\n")
    said: list[str] = []
    assert subject.ensure(said.append).origin == "built"
    assert "not using the CLI on PATH" in said[0]
    assert "v3.1.0" in said[0]


def test_a_wrong_checksum_does_not_fall_through_to_building(
    empty_machine: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(*_: object) -> Path:
        raise EngineError("SHA-256 is not what is published")

    monkeypatch.setattr(subject, "fetch_release", fetch)
    with pytest.raises(EngineError):
        subject.ensure(print)
    assert empty_machine == []


def test_the_built_cli_stands_beside_the_host_of_this_interpreter(tmp_path: Path) -> None:
    engine = subject.ensure(print)
    folder = engine.pulumi.parent
    assert sorted(one.name for one in folder.iterdir()) == [
        "pulumi",
        "pulumi-language-python",
        "pulumi-language-python-exec",
    ]
    assert sys.executable in (folder / "pulumi-language-python").read_text()
    environment = engine.environment(tmp_path / "state")
    assert environment["PATH"].startswith(f"{folder}:")


def test_the_command_says_where_the_cli_is(tmp_path: Path) -> None:
    fill(tmp_path / "bin", "pulumi", "pulumi-language-python")
    answer = subprocess.run(
        [sys.executable, "-m", "tools.engine"],
        cwd=Path(subject.__file__).parents[2],
        env={"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout == f"Pulumi CLI {VERSION} (path): {tmp_path / 'bin' / 'pulumi'}\n"


def test_the_command_fails_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    answer = subprocess.run(
        [sys.executable, "-m", "tools.engine"],
        cwd=Path(subject.__file__).parents[2],
        env={"PATH": str(tmp_path), "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "file")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert answer.stderr.startswith("error: ")
    assert answer.stderr.count("\n") == 1
