"""Which Python interpreter runs a program: decided from the `runtime.options` of Pulumi.yaml."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_TOOLCHAINS = frozenset({"pip", "poetry", "uv"})
_TYPECHECKERS = frozenset({"mypy", "pyright"})
_PROJECT_MARKS = ("uv.lock", "poetry.lock", "pyproject.toml")


class OptionError(ValueError):
    """An option of Pulumi.yaml that can't be followed; the message names it and the remedy."""


@dataclass(frozen=True)
class Interpreter:
    """An interpreter and the virtual environment it belongs to (None: the one that runs this host)."""

    python: Path
    venv: Path | None = None
    missing: Path | None = None
    """The virtual environment that was asked for but does not exist."""

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """`base` with the virtual environment activated, as its `activate` script would."""
        folder = self.venv or Path(sys.prefix)
        activated = {name: value for name, value in base.items() if name not in {"PYTHONHOME", "VIRTUAL_ENV"}}
        activated["PATH"] = os.pathsep.join([str(folder / "bin"), base.get("PATH", os.defpath)])
        if self.venv or sys.prefix != sys.base_prefix:
            activated["VIRTUAL_ENV"] = str(folder)
        return activated


@dataclass(frozen=True)
class Options:
    """The options of `runtime` in Pulumi.yaml that concern Python."""

    toolchain: str = ""
    virtualenv: str = ""
    typechecker: str = ""


def read_options(raw: Mapping[str, object]) -> Options:
    """Validate the options of a request; raises OptionError."""
    values = {}
    for name, allowed in (("toolchain", _TOOLCHAINS), ("virtualenv", None), ("typechecker", _TYPECHECKERS)):
        value = raw.get(name, "")
        if not isinstance(value, str):
            raise OptionError(f"Pulumi.yaml: runtime.options.{name}: must be a string")
        if value and allowed is not None and value not in allowed:
            known = ", ".join(sorted(allowed))
            raise OptionError(
                f"Pulumi.yaml: runtime.options.{name}: unknown value {value!r}; use one of {known}"
            )
        values[name] = value
    return Options(**values)


def choose(root: Path, program: Path, options: Options) -> Interpreter:
    """The interpreter for a program: its own virtual environment where it has one, else the one of this host."""
    wanted = virtual_environment(root, program, options)
    if wanted is None:
        return Interpreter(Path(sys.executable))
    python = wanted / "bin" / "python"
    if python.is_file():
        return Interpreter(python, venv=wanted)
    return Interpreter(Path(sys.executable), missing=wanted if options.virtualenv else None)


def virtual_environment(root: Path, program: Path, options: Options) -> Path | None:
    """Where the program's virtual environment belongs, or None when it uses none.

    A named one is relative to the folder of Pulumi.yaml. uv and Poetry keep theirs as `.venv` in the project that
    the program belongs to; a `uv.lock` or `poetry.lock` alone tells that one of them is used.
    """
    if options.virtualenv:
        return (
            root / options.virtualenv
        ).resolve()  # Python finds its own environment by a path without `..`
    if options.toolchain == "pip":
        return None
    marks = _PROJECT_MARKS if options.toolchain else _PROJECT_MARKS[:2]
    for mark in marks:
        for folder in (program, *program.parents):
            if (folder / mark).is_file():
                return folder / ".venv"
    return program / ".venv" if options.toolchain else None
