"""Archives of functions and layers, unpacked once, and the part of the Lambda runtime that brings boto3."""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
import stat
import sys
import threading
import zipfile
from collections.abc import Sequence
from pathlib import Path

from tools.emulator.execution.specification import Archive

RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "python-dateutil", "urllib3", "six")
"""What Lambda's Python runtimes bring beside the standard library, by the names of the packages."""


class Folders:
    """Folders below `root`, by what is in them. Safe for threads."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.Lock()

    def code(self, archive: Archive) -> Path:
        """The folder with the function's code."""
        return self._unpacked("code", (archive,))

    def layers(self, archives: Sequence[Archive]) -> list[Path]:
        """What a function's layers add to `sys.path`; later layers win over earlier ones."""
        if not archives:
            return []
        folder = self._unpacked("opt", archives)
        versioned = sorted((folder / "python" / "lib").glob("python3.*/site-packages"), reverse=True)
        return [folder / "python", *versioned]

    def _unpacked(self, kind: str, archives: Sequence[Archive]) -> Path:
        name = hashlib.sha256("".join(archive.digest for archive in archives).encode()).hexdigest()[:24]
        folder = self._root / f"{kind}-{name}"
        with self._lock:
            if not folder.exists():
                unfinished = folder.with_suffix(".unfinished")
                unfinished.mkdir(parents=True, exist_ok=True)
                for archive in archives:
                    unpack(archive.content, unfinished)
                unfinished.rename(folder)
        return folder

    def runtime(self) -> Path:
        """boto3 and what it needs, and nothing else that is installed here."""
        folder = self._root / "runtime"
        with self._lock:
            if not folder.exists():
                folder.mkdir(parents=True)
                for package in RUNTIME:
                    _link(package, folder)
        return folder

    def scratch(self, name: str) -> Path:
        """A folder for one process's temporary files."""
        folder = self._root / f"tmp-{name}"
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def _link(package: str, folder: Path) -> None:
    distribution = importlib.metadata.distribution(package)
    tops = {Path(str(file)).parts[0] for file in distribution.files or () if not str(file).startswith("..")}
    for top in tops - {"__pycache__"}:
        (folder / top).symlink_to(Path(str(distribution.locate_file(top))).resolve())


def unpack(content: bytes, folder: Path) -> None:
    """Unpack a zip archive. Raises ValueError for what is no archive, or one that leads out of the folder."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as error:
        raise ValueError(f"Could not unzip uploaded file: {error}") from error
    with archive:
        for entry in archive.infolist():
            target = (folder / entry.filename).resolve()
            if not target.is_relative_to(folder.resolve()):
                raise ValueError(f"Could not unzip uploaded file: {entry.filename} leads out of it")
            if entry.is_dir():
                target.mkdir(parents=True, exist_ok=True)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(entry))
            mode = stat.S_IMODE(entry.external_attr >> 16) or 0o644
            target.chmod(mode | stat.S_IRUSR | stat.S_IWUSR)


def command() -> list[str]:
    """The interpreter of a function's process: isolated, without what is installed here."""
    bootstrap = Path(__file__).with_name("bootstrap.py")
    return [sys.executable, "-I", "-S", "-B", "-u", str(bootstrap)]
