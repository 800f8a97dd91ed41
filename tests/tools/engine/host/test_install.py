from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tools.engine.host.install import install_commands
from tools.engine.host.interpreter import Options


@pytest.fixture(autouse=True)
def without_uv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)


def test_a_program_that_shares_this_environment_installs_nothing(tmp_path: Path) -> None:
    assert install_commands(tmp_path, tmp_path, Options()) == []


def test_a_named_environment_is_made_and_filled(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("pulumi\n")
    make, fill = install_commands(tmp_path, tmp_path, Options(virtualenv="venv"))
    assert make == [sys.executable, "-m", "venv", str(tmp_path / "venv")]
    assert fill[0] == str(tmp_path / "venv" / "bin" / "python")
    assert fill[-2:] == ["-r", str(tmp_path / "requirements.txt")]


def test_an_environment_that_is_there_is_only_filled(tmp_path: Path) -> None:
    (tmp_path / "venv" / "bin").mkdir(parents=True)
    (tmp_path / "venv" / "bin" / "python").write_text("")
    assert install_commands(tmp_path, tmp_path, Options(virtualenv="venv")) == []


def test_uv_synchronises_its_own_projects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}")
    (tmp_path / "pyproject.toml").write_text("")
    assert install_commands(tmp_path, tmp_path, Options(toolchain="uv")) == [["/bin/uv", "sync"]]
    (tmp_path / "uv.lock").write_text("")
    assert install_commands(tmp_path, tmp_path, Options()) == [["/bin/uv", "sync"]]
    assert install_commands(tmp_path, tmp_path, Options(toolchain="pip", virtualenv="v"))[0][:3] == [
        sys.executable,
        "-m",
        "venv",
    ]
