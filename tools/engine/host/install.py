"""`pulumi install`: creates a program's virtual environment and installs what the program asks for."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tools.engine.host.interpreter import Options, virtual_environment


def install_commands(root: Path, program: Path, options: Options) -> list[list[str]]:
    """Commands to run in the program's folder, in order. None for a program that shares this project's environment.

    With uv on PATH a project with a pyproject.toml is synchronised; everything else is `venv` and `pip`.
    """
    venv = virtual_environment(root, program, options)
    if venv is None:
        return []
    uv = shutil.which("uv")
    if (
        uv
        and options.toolchain in {"", "uv"}
        and any((one / "pyproject.toml").is_file() for one in (program, root))
    ):
        return [[uv, "sync"]]
    commands = [] if (venv / "bin" / "python").is_file() else [[sys.executable, "-m", "venv", str(venv)]]
    requirements = program / "requirements.txt"
    if requirements.is_file():
        pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check"]
        commands.append([*pip, "-r", str(requirements)])
    return commands
