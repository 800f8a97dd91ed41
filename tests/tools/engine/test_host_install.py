from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.engine.host_install import install_host


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "build"
    folder.mkdir()
    for name in ("pulumi", "pulumi-language-python-exec"):
        (folder / name).write_text(f"#!/bin/sh\necho {name}\n")
        (folder / name).chmod(0o755)
    return folder / "pulumi"


def test_each_interpreter_has_a_folder_of_its_own(built: Path, tmp_path: Path) -> None:
    one = install_host(built, tmp_path, "/first/bin/python")
    other = install_host(built, tmp_path, "/second/bin/python")
    assert one.parent != other.parent
    assert "/first/bin/python" in (one.parent / "pulumi-language-python").read_text()
    assert one.samefile(other)


def test_nothing_is_written_when_nothing_has_changed(built: Path, tmp_path: Path) -> None:
    folder = install_host(built, tmp_path).parent
    before = {path: path.stat().st_ctime_ns for path in folder.iterdir()}
    install_host(built, tmp_path)
    assert {path: path.stat().st_ctime_ns for path in folder.iterdir()} == before


def test_a_new_build_replaces_the_old_one(built: Path, tmp_path: Path) -> None:
    install_host(built, tmp_path)
    built.unlink()
    built.write_text("#!/bin/sh\necho newer\n")
    built.chmod(0o755)
    assert "newer" in install_host(built, tmp_path).read_text()


def test_the_launcher_survives_odd_paths(built: Path, tmp_path: Path) -> None:
    python = tmp_path / "it's a folder" / "py thon"
    python.parent.mkdir()
    python.write_text('#!/bin/sh\necho "started with $#: $1"\n')
    python.chmod(0o755)
    launcher = install_host(built, tmp_path, str(python)).with_name("pulumi-language-python")
    answer = subprocess.run([launcher, "127.0.0.1:1"], capture_output=True, text=True, check=True)
    assert answer.stdout == "started with 5: -I\n"


def test_the_launcher_starts_the_host_whatever_the_folder_and_variables(built: Path, tmp_path: Path) -> None:
    launcher = install_host(built, tmp_path, sys.executable).with_name("pulumi-language-python")
    environment = {"PATH": os.defpath, "PYTHONPATH": str(tmp_path), "PYTHONHOME": str(tmp_path)}
    with subprocess.Popen(
        [launcher], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) > 0
        process.terminate()
        assert process.wait(10) == 0
