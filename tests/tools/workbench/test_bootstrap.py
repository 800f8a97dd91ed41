"""Set-up before there is anything: finding a Python, getting uv as it is locked."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.workbench import bootstrap
from tools.workbench.bootstrap import SetupError, ensure_uv, locked_uv

SCRIPT = Path(bootstrap.__file__).with_name("setup.sh")


def python(folder: Path, name: str, version: str) -> Path:
    """A stand-in for a Python of some version: answers the question for it, says when it is chosen."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    fits = version in {"3.11", "3.12", "3.13", "3.14"}
    path.write_text(f'#!/bin/sh\nif [ "$1" = -c ]; then exit {0 if fits else 1}; fi\necho "{name} runs $1"\n')
    path.chmod(0o755)
    return path


def setup(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    for tool in ("sh", "dirname"):
        found = shutil.which(tool)
        assert found is not None
        if not (path / tool).exists():
            (path / tool).symlink_to(found)
    return subprocess.run(
        ["sh", str(SCRIPT), *arguments], env={"PATH": str(path)}, capture_output=True, text=True, check=False
    )


def test_the_first_python_that_fits_is_taken(tmp_path: Path) -> None:
    python(tmp_path / "bin", "python3", "3.9")
    python(tmp_path / "bin", "python3.12", "3.12")
    answer = setup(tmp_path / "bin")
    assert answer.stdout.startswith("python3.12 runs ")
    assert answer.stdout.strip().endswith("bootstrap.py")


def test_no_python_that_fits_is_one_line_with_the_remedy(tmp_path: Path) -> None:
    python(tmp_path / "bin", "python3", "3.9")
    answer = setup(tmp_path / "bin")
    assert answer.returncode == 1
    assert answer.stderr == (
        "error: no Python 3.11 to 3.14 on PATH; install one, or name it: make setup PYTHON=/path/to/python3.12\n"
    )


def test_a_named_python_is_taken_or_refused(tmp_path: Path) -> None:
    good, bad = python(tmp_path / "bin", "mine", "3.13"), python(tmp_path / "bin", "old", "3.10")
    assert setup(tmp_path / "bin", str(good)).stdout.startswith("mine runs ")
    refused = setup(tmp_path / "bin", str(bad))
    assert refused.returncode == 1
    assert f"PYTHON={bad}: not a Python 3.11 to 3.14" in refused.stderr
    assert setup(tmp_path / "bin", "").returncode == 1


def test_the_lock_file_names_uv_with_hashes() -> None:
    version, hashes = locked_uv(bootstrap.ROOT / "uv.lock")
    assert version.count(".") == 2
    assert hashes
    assert all(one.startswith("sha256:") for one in hashes)


def test_a_cached_uv_is_used_at_once(tmp_path: Path) -> None:
    version, _ = locked_uv(bootstrap.ROOT / "uv.lock")
    uv = tmp_path / version / "bin" / "uv"
    uv.parent.mkdir(parents=True)
    uv.write_text("")
    assert ensure_uv(bootstrap.ROOT / "uv.lock", tmp_path) == uv


def test_no_package_index_is_one_line_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    with pytest.raises(SetupError, match="no package index could be reached"):
        ensure_uv(bootstrap.ROOT / "uv.lock", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_python_without_venv_is_told_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    with pytest.raises(SetupError, match="python3-venv"):
        ensure_uv(bootstrap.ROOT / "uv.lock", tmp_path / "cache")
