"""Puts this project's Python language host beside a CLI that was built from source.

The CLI looks for `pulumi-language-python` on PATH and beside its own executable, and warns when the two differ.
So each interpreter gets a folder of its own in the cache, with the CLI (a hard link), the official program runner
and a launcher for the host. Nothing of this is used with an official CLI, which brings its own host.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import sys
from pathlib import Path

from tools.engine.build import PROGRAM_RUNNER
from tools.engine.path import LANGUAGE_HOST

_LAUNCHER = """\
#!/bin/sh
exec {python} -I -u -c {code} "$@"
"""
_CODE = "import sys; sys.path.insert(0, {root!r}); from tools.engine.host.main import main; main({runner!r})"


def install_host(built: Path, folder: Path, python: str | None = None) -> Path:
    """A folder under `folder/hosts` with the CLI and the host of `python`; returns the path of `pulumi` in it.

    Instant when nothing has changed. The launcher holds the absolute paths of the interpreter and of this
    checkout, so both are part of the folder's name.
    """
    python = python or sys.executable
    root = str(Path(__file__).resolve().parents[2])
    key = hashlib.sha256(f"{python}\n{root}".encode()).hexdigest()[:16]
    home = folder / "hosts" / key
    home.mkdir(parents=True, exist_ok=True)
    for name in ("pulumi", PROGRAM_RUNNER):
        _link(built.with_name(name), home / name)
    code = _CODE.format(root=root, runner=str(home / PROGRAM_RUNNER))
    _write(home / LANGUAGE_HOST, _LAUNCHER.format(python=shlex.quote(python), code=shlex.quote(code)))
    return home / "pulumi"


def _link(source: Path, target: Path) -> None:
    if target.exists() and target.samefile(source):
        return
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    partial.unlink(missing_ok=True)
    try:
        partial.hardlink_to(source)
    except OSError:  # a file system without hard links
        shutil.copy2(source, partial)
    partial.replace(target)


def _write(target: Path, text: str) -> None:
    if target.exists() and target.read_text() == text:
        return
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    partial.write_text(text)
    partial.chmod(0o755)
    partial.replace(target)
