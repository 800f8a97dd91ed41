"""Makes `.venv` with exactly what `uv.lock` names. Runs on a bare Python, so it imports nothing but its library.

uv (the version and hashes of uv.lock) -> a cache folder outside the work tree
uv sync --frozen                       -> .venv
.venv/.ready                           -> stamp: `make` does nothing as long as it is newer than uv.lock
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STAMP = ROOT / ".venv" / ".ready"


class SetupError(Exception):
    """Set-up can't go on; the message is one line with the remedy."""


def main() -> int:
    """Returns the exit code."""
    started = time.monotonic()
    try:
        uv = ensure_uv(ROOT / "uv.lock", cache_folder())
        print(f"setup: installing the locked packages into {STAMP.parent}", flush=True)
        sync(uv)
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; run it again to continue", file=sys.stderr)
        return 130
    STAMP.touch()
    print(f"setup: done in {time.monotonic() - started:.0f} s (Python {sys.version.split()[0]})")
    return 0


def cache_folder() -> Path:
    """Where the project's tools are kept between checkouts."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "groundplan" / "uv"


def locked_uv(lock: Path) -> tuple[str, list[str]]:
    """Version and archive hashes of uv in the lock file."""
    packages = tomllib.loads(lock.read_text(encoding="utf-8"))["package"]
    uv = next(one for one in packages if one["name"] == "uv")
    return uv["version"], [wheel["hash"] for wheel in uv["wheels"]]


def ensure_uv(lock: Path, cache: Path) -> Path:
    """The locked uv, installed once a version into a virtual environment of its own."""
    version, hashes = locked_uv(lock)
    home = cache / version
    uv = home / "bin" / "uv"
    if uv.is_file():
        return uv
    print(f"setup: fetching uv {version}", flush=True)
    partial = cache / f".{version}.{os.getpid()}"
    try:
        _run(
            [sys.executable, "-m", "venv", str(partial)],
            f"{sys.executable} can't make virtual environments; install its venv package (Debian: python3-venv)",
        )
        wanted = partial / "uv.txt"
        wanted.write_text(" \\\n    ".join([f"uv=={version}", *(f"--hash={one}" for one in hashes)]) + "\n")
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        _run(
            [str(partial / "bin" / "python"), *install, "-r", str(wanted)],
            "no package index could be reached; check the network, or PIP_INDEX_URL and PIP_PROXY",
        )
        home.mkdir(parents=True, exist_ok=True)
        (home / "bin").mkdir(exist_ok=True)
        (partial / "bin" / "uv").replace(uv)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return uv


def sync(uv: Path) -> None:
    """Bring `.venv` to what the lock file says; the interpreter is the one that runs this."""
    environment = {
        **{name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONPATH"}},
        "UV_PROJECT_ENVIRONMENT": str(STAMP.parent),
        "UV_PYTHON_DOWNLOADS": "never",
    }
    python = getattr(sys, "_base_executable", sys.executable)  # a venv must not hang on another venv
    _run(
        # The system's certificates, because companies put their own into it and uv brings only the public ones.
        [
            str(uv),
            "--system-certs",
            "sync",
            "--frozen",
            "--quiet",
            "--project",
            str(ROOT),
            "--python",
            python,
        ],
        "the locked packages could not be installed; check the network, or UV_DEFAULT_INDEX, and run it again",
        environment,
    )


def _run(command: list[str], remedy: str, environment: dict[str, str] | None = None) -> None:
    answer = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False)
    if answer.returncode != 0:
        raise SetupError(remedy)


if __name__ == "__main__":
    sys.exit(main())
