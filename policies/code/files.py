"""The files of a folder, an archive or an asset of a Pulumi program, without what others wrote and installed.

Installed packages are left out (they hold SigV2 for those who ask for it): those that a `*.dist-info/RECORD` lists,
`node_modules`, virtual environments. Their names and versions stay, for the check of old SDKs.
"""

from __future__ import annotations

import csv
import io
import os
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_LARGEST = 2_000_000  # Bytes of a file; sources are smaller, data is not read.
_MOST = 20_000  # Files of one archive or folder.
_INSTALLED = frozenset(
    {
        "node_modules",
        "site-packages",
        "dist-packages",
        "__pycache__",
        ".venv",
        "venv",
        ".git",
        ".tox",
        "boto3",
        "botocore",
        "s3transfer",
        "awscli",
        "aiobotocore",
        "moto",
    }
)
_MANIFESTS = ("METADATA", "PKG-INFO", "package.json")


class UnreadableError(Exception):
    """There is nothing at the path, or it is no archive; the message says which."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file's path with slashes, relative to what was read, and its text; `text` is empty for binary files."""

    path: str
    text: str
    installed: bool = False


def from_path(path: Path) -> list[SourceFile]:
    """The files of a folder or archive, or the one file at a path. Raises UnreadableError."""
    try:
        if path.is_dir():
            return _select(_folder(path))
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                return _select(_zip(archive))
        if tarfile.is_tarfile(path):
            with tarfile.open(path) as archive:
                return _select(_tar(archive))
        if path.stat().st_size > _LARGEST:
            raise UnreadableError(f"{path.name}: larger than a source file")
        return [SourceFile(path.name, _text(path.read_bytes()))]
    except (
        OSError,
        ValueError,
        RuntimeError,
        zipfile.BadZipFile,
        tarfile.TarError,
        zlib.error,
        EOFError,
    ) as error:
        raise UnreadableError(f"{path.name}: can't be read ({type(error).__name__})") from None


def _select(found: Mapping[str, bytes]) -> list[SourceFile]:
    """Mark what is installed; of that only manifests keep their text."""
    recorded = _recorded(found)
    result = []
    for path, content in found.items():
        installed = path in recorded or not _INSTALLED.isdisjoint(path.split("/")[:-1])
        keep = not installed or path.rpartition("/")[2] in _MANIFESTS
        result.append(SourceFile(path, _text(content) if keep else "", installed))
    return result


def _recorded(found: Mapping[str, bytes]) -> set[str]:
    """The files that installed Python packages list as theirs."""
    recorded = set()
    for path, content in found.items():
        folder, _, name = path.rpartition("/")
        if name == "RECORD" and folder.endswith(".dist-info"):
            base = folder.rpartition("/")[0]
            rows = csv.reader(io.StringIO(_text(content)))
            recorded |= {f"{base}/{row[0]}" if base else row[0] for row in rows if row}
    return recorded


def _folder(folder: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for path in _walk(folder):
        inside = path.relative_to(folder).as_posix()
        found[inside] = path.read_bytes() if path.stat().st_size <= _LARGEST else b""
        if len(found) >= _MOST:
            break
    return found


def _walk(folder: Path) -> Iterator[Path]:
    # Links are not followed: they may lead out of the folder.
    for around, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in (".git", "__pycache__", ".venv", "venv"))
        yield from (Path(around, name) for name in sorted(names) if not Path(around, name).is_symlink())


def _zip(archive: zipfile.ZipFile) -> dict[str, bytes]:
    files = [item for item in archive.infolist() if not item.is_dir()][:_MOST]
    return {item.filename: archive.read(item) if item.file_size <= _LARGEST else b"" for item in files}


def _tar(archive: tarfile.TarFile) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for item in archive:
        if not item.isfile():
            continue
        stream = archive.extractfile(item) if item.size <= _LARGEST else None
        found[item.name.removeprefix("./")] = stream.read() if stream else b""
        if len(found) >= _MOST:
            break
    return found


def _text(content: bytes) -> str:
    """A file as text; one with zero bytes is binary and empty."""
    return "" if b"\0" in content[:4096] else content.decode("utf-8", errors="replace")
