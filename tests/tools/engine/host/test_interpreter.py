from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tools.engine.host.interpreter import Interpreter, OptionError, Options, choose, read_options


def venv(folder: Path) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").write_text("")
    return folder


def test_a_named_virtual_environment_is_relative_to_the_project(tmp_path: Path) -> None:
    own = venv(tmp_path / "envs" / "one")
    chosen = choose(tmp_path, tmp_path / "program", Options(virtualenv="envs/one"))
    assert chosen == Interpreter(own / "bin" / "python", venv=own)


def test_an_absolute_virtual_environment_is_taken_as_it_is(tmp_path: Path) -> None:
    own = venv(tmp_path / "elsewhere")
    assert choose(tmp_path / "p", tmp_path / "p", Options(virtualenv=str(own))).venv == own


def test_a_missing_virtual_environment_falls_back_and_is_remembered(tmp_path: Path) -> None:
    chosen = choose(tmp_path, tmp_path, Options(virtualenv="venv"))
    assert chosen == Interpreter(Path(sys.executable), missing=tmp_path / "venv")


def test_a_program_that_names_none_runs_in_this_projects(tmp_path: Path) -> None:
    assert choose(tmp_path, tmp_path, Options()) == Interpreter(Path(sys.executable))
    venv(tmp_path / ".venv")
    assert choose(tmp_path, tmp_path, Options(toolchain="pip")) == Interpreter(Path(sys.executable))


@pytest.mark.parametrize("mark", ["uv.lock", "poetry.lock"])
def test_a_lock_file_tells_where_the_environment_is(tmp_path: Path, mark: str) -> None:
    own = venv(tmp_path / ".venv")
    (tmp_path / mark).write_text("")
    program = tmp_path / "infrastructure"
    program.mkdir()
    assert choose(program, program, Options()).venv == own


def test_uv_without_a_lock_takes_the_projects_environment(tmp_path: Path) -> None:
    own = venv(tmp_path / ".venv")
    (tmp_path / "pyproject.toml").write_text("")
    assert choose(tmp_path, tmp_path, Options(toolchain="uv")).venv == own
    assert choose(tmp_path, tmp_path, Options()).venv is None


def test_activation_puts_the_environment_first_and_forgets_another(tmp_path: Path) -> None:
    own = venv(tmp_path / "one")
    base = {"PATH": "/usr/bin", "PYTHONHOME": "/old", "VIRTUAL_ENV": "/old", "LANG": "C"}
    assert Interpreter(own / "bin" / "python", venv=own).environment(base) == {
        "PATH": f"{own}/bin:/usr/bin",
        "VIRTUAL_ENV": str(own),
        "LANG": "C",
    }


def test_options_are_read() -> None:
    assert read_options(
        {"toolchain": "uv", "virtualenv": ".venv", "typechecker": "mypy", "other": 1}
    ) == Options("uv", ".venv", "mypy")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (
            {"toolchain": "conda"},
            "runtime.options.toolchain: unknown value 'conda'; use one of pip, poetry, uv",
        ),
        ({"typechecker": "pytype"}, "runtime.options.typechecker: unknown value"),
        ({"virtualenv": 1.0}, "runtime.options.virtualenv: must be a string"),
    ],
)
def test_a_wrong_option_is_named(raw: dict[str, object], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        read_options(raw)
