"""What holds for every folder of `lambdas/`: it can be read alone, and ships what it says and nothing else."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest

from tests.lambdas.loading import LAMBDAS

RUNTIME = {"boto3", "botocore"}
"""What Lambda's Python brings besides the standard library."""

FOLDERS = sorted(folder for folder in LAMBDAS.iterdir() if list(folder.glob("*.py")))
NAMES = [folder.name for folder in FOLDERS]
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)


def imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "a function's folder is no package"
            yield str(node.module)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "import_module":
            (name,) = node.args
            assert isinstance(name, ast.Constant)
            yield str(name.value)


def pins(folder: Path) -> dict[str, str]:
    file = folder / "requirements.txt"
    found = PIN.findall(file.read_text()) if file.is_file() else []
    return {name.lower().replace("_", "-"): pinned for name, pinned in found}


@pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)
def test_it_imports_the_runtime_its_requirements_and_itself(folder: Path) -> None:
    own = {file.stem for file in folder.glob("*.py")} | {
        part.parent.name for part in folder.glob("*/__init__.py")
    }
    distributions = packages_distributions()
    foreign = set()
    for file in folder.rglob("*.py"):
        for name in imported(file.read_text()):
            top = name.split(".")[0]
            brought = {one.lower().replace("_", "-") for one in distributions.get(top, [])} & set(
                pins(folder)
            )
            if top not in sys.stdlib_module_names | RUNTIME | own and not brought:
                foreign.add(name)
    assert not foreign


@pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)
def test_what_is_tested_is_what_is_shipped(folder: Path) -> None:
    """The versions in this environment are those that the function brings along."""
    for name, pinned in pins(folder).items():
        assert version(name) == pinned, f"{name}: the environment has {version(name)}"


@pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)
def test_every_requirement_has_hashes(folder: Path) -> None:
    file = folder / "requirements.txt"
    if not file.is_file():
        return
    lines = [
        line
        for line in file.read_text().replace("\\\n", " ").splitlines()
        if line and not line.startswith("#")
    ]
    assert lines
    assert all("--hash=sha256:" in line for line in lines)


def test_their_code_signs_as_aws_asks_and_holds_no_key() -> None:
    command = [sys.executable, "-m", "policies.code", str(LAMBDAS)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=LAMBDAS.parent)
    assert ended.returncode == 0, ended.stdout + ended.stderr
