"""Dependencies of a function or layer, resolved for Lambda's platform and not for the machine that deploys.

    requirements.txt with hashes --uv, wheels only--> a folder in the cache, one a content and platform

uv is asked for wheels of Amazon Linux on the function's processor and Python, so a deployment from any system ships the
same files; `--require-hashes` holds each of them to what somebody has reviewed. What an installer writes for itself (where
it put things, scripts with the path of the local Python) stays out.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from components.foundation.errors import ComponentError

REQUIREMENTS = "requirements.txt"
INSTALL_SECONDS = 600

# Lambda Developer Guide, "Lambda runtimes": up to 3.11 the runtimes stand on Amazon Linux 2 (glibc 2.26), from 3.12 on
# Amazon Linux 2023 (glibc 2.34). A platform also takes the wheels of older ones.
_AMAZON_LINUX_2 = "manylinux2014"
_AMAZON_LINUX_2023 = "manylinux_2_34"
_PROCESSORS = {"arm64": "aarch64", "x86_64": "x86_64"}
_RUNTIME = re.compile(r"python3\.(\d+)")

_INSTALLERS_OWN = re.compile(
    r"(bin/.*|\.lock|[^/]+\.dist-info/(RECORD|INSTALLER|REQUESTED|direct_url\.json|uv_.*)|.*\.py[co])"
)
_NO_NETWORK = re.compile(
    r"error sending request|dns error|connect|timed out|network|offline|fetch", re.IGNORECASE
)
_CREDENTIALS = re.compile(r"//[^/@\s]+@")


@dataclass(frozen=True)
class Platform:
    """What code runs on: the runtime as Lambda names it, and the processor (`arm64` or `x86_64`)."""

    runtime: str = "python3.13"
    architecture: str = "arm64"

    @property
    def python(self) -> str:
        """The version of Python; raises `ComponentError` for a runtime of another language."""
        found = _RUNTIME.fullmatch(self.runtime)
        if found is None:
            problem = f"{self.runtime!r} can't use a {REQUIREMENTS}"
            raise ComponentError("runtime", problem, "use a Python runtime, or remove the file")
        return f"3.{found[1]}"

    @property
    def wheels(self) -> str:
        """The platform as uv names it."""
        minor = int(self.python.partition(".")[2])
        system = _AMAZON_LINUX_2 if minor < 12 else _AMAZON_LINUX_2023
        return f"{_PROCESSORS[self.architecture]}-{system}"


def installed(requirements: Path, platform: Platform) -> dict[str, bytes]:
    """The files of all dependencies, by their path; empty when the file names none.

    They are fetched once and then come from the cache. Raises `ComponentError` where uv is missing or can't.
    """
    text = requirements.read_text()
    where = f"{requirements.parent.name}/{REQUIREMENTS}"
    if not _wanted(text, where):
        return {}
    folder = cache_folder() / cache_key(text, platform)
    if not folder.is_dir():
        _install(text, platform, folder, where)
    return dict(_files(folder))


def _wanted(text: str, where: str) -> list[str]:
    """The lines that ask for something; options that lead elsewhere are refused, as the cache would not see them."""
    lines = [line.strip() for line in text.replace("\\\n", " ").splitlines()]
    wanted = [line for line in lines if line and not line.startswith("#")]
    for line in wanted:
        if line.startswith("-"):
            remedy = "write each dependency as name==version --hash=sha256:..."
            raise ComponentError(where, f"the option {line.split()[0]!r} is not taken", remedy)
    return wanted


def cache_key(text: str, platform: Platform) -> str:
    """The name of the folder that holds these dependencies."""
    return sha256(f"{platform.python} {platform.wheels}\n{text}".encode()).hexdigest()


def cache_folder() -> Path:
    """Where dependencies are kept, outside the work tree (`XDG_CACHE_HOME` is honoured); not created yet."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "groundplan" / "dependencies"


def _install(text: str, platform: Platform, folder: Path, where: str) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        draft = Path(place)
        (draft / REQUIREMENTS).write_text(text)
        _run(_command(platform, draft), draft, where)
        try:
            (draft / "target").rename(folder)
        except OSError:
            # Another deployment on this machine was faster; its folder holds the same.
            if not folder.is_dir():
                raise


def _command(platform: Platform, place: Path) -> list[str]:
    return [
        *(find_uv(), "pip", "install", "--quiet", "--no-progress", "--python", sys.executable),
        *("--target", str(place / "target"), "--link-mode", "copy", "--no-compile-bytecode"),
        *("--python-platform", platform.wheels, "--python-version", platform.python),
        *("--only-binary", ":all:", "--require-hashes", "-r", str(place / REQUIREMENTS)),
    ]


def find_uv() -> str:
    """The uv of this environment, else the one on PATH; raises `ComponentError` where there is none."""
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.is_file() else shutil.which("uv")
    if found is None:
        raise ComponentError("uv", "is not installed, and resolves the dependencies", "run: pip install uv")
    return found


def _run(command: list[str], place: Path, where: str) -> None:
    try:
        ended = subprocess.run(
            command,
            cwd=place,
            # Whom the machine trusts, uv trusts too: a company's proxy has a certificate of its own.
            env={"UV_SYSTEM_CERTS": "true", **os.environ},
            capture_output=True,
            text=True,
            check=False,
            timeout=INSTALL_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise ComponentError(where, f"uv took longer than {INSTALL_SECONDS} s", _remedy("network")) from None
    if ended.returncode:
        raise ComponentError(where, f"uv can't install it: {last_words(ended.stderr)}", _remedy(ended.stderr))


def last_words(text: str, lines: int = 4) -> str:
    """The end of a program's complaint on one line, without credentials of an index."""
    said = [line.strip() for line in text.splitlines() if line.strip()]
    return _CREDENTIALS.sub("//", " ".join(said[-lines:]))


def _remedy(text: str) -> str:
    if _NO_NETWORK.search(text):
        return "connect to the package index (UV_INDEX_URL names another one)"
    return (
        "write each dependency as name==version --hash=sha256:..., as `uv pip compile --generate-hashes` does"
    )


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for one in sorted(folder.rglob("*")):
        name = one.relative_to(folder).as_posix()
        if one.is_file() and not _INSTALLERS_OWN.fullmatch(name):
            yield name, one.read_bytes()
