"""Archives of code for Lambda: the same content gives the same bytes, on any machine.

    lambdas/db_users/          handler.py ...            \
    its requirements.txt  ->   wheels for Lambda (uv)     +-->  one ZIP in the cache, named by its hash
    (root "python" for a layer)                          /

Entries are sorted, have one fixed time and one of two modes, which the content decides (programs may be run), so neither
the file system nor the system counts. Entries are stored, not deflated: two builds of zlib pack the same bytes
differently. Only an archive over the limit of a direct upload is deflated; there its bytes are those of one zlib.

Follows sources/004 lines 938-967 (a build step that zips a folder) with what that step leaves out: pinned dependencies
with hashes, no caches in the archive, and AWS's limits checked before anything is uploaded (Lambda Developer Guide,
"Lambda quotas").
"""

from __future__ import annotations

import base64
import io
import os
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pulumi

from components.foundation.errors import ComponentError, nearest
from components.serverless.requirements import REQUIREMENTS, Platform, installed

LAMBDAS = Path(__file__).resolve().parents[2] / "lambdas"
MAX_ZIPPED = 50 * 1024 * 1024
"""Bytes that Lambda takes in a direct upload."""
MAX_UNZIPPED = 250 * 1024 * 1024
"""Bytes that a function's code may have once it is unpacked, its layers included."""
LAYER_ROOT = "python"
"""The folder in a layer's archive that Python functions import from."""

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a ZIP file can hold."""
_FILE, _PROGRAM = 0o644, 0o755
_PROGRAM_STARTS = (b"\x7fELF", b"#!")
_UNIX = 3
_LEFT_OUT = frozenset({"__pycache__", "requirements.in", REQUIREMENTS, "README.md"})


@dataclass(frozen=True)
class Artefact:
    """An archive in the cache.

    `path` is the file, `digest` its SHA-256 as Lambda writes it (base64), `zipped` and `unzipped` its sizes in bytes.
    """

    path: Path
    digest: str
    zipped: int
    unzipped: int

    @property
    def code(self) -> pulumi.FileArchive:
        """The `code` of a function or of a layer's version."""
        return pulumi.FileArchive(str(self.path))


def build_artefact(source: str | Path, platform: Platform, *, root: str = "") -> Artefact:
    """The archive of a folder and of the dependencies that its `requirements.txt` names.

    `source` is the name of a folder under `lambdas/`, or a path (with a slash). `root` is the folder in the archive
    that everything is put into (`LAYER_ROOT` for a layer). Raises `ComponentError` where the folder is missing or
    empty, a dependency can't be had, or the archive is larger than Lambda takes.
    """
    folder = source_folder(source)
    files = own_files(folder)
    wanted = folder / REQUIREMENTS
    if wanted.is_file():
        _add(files, installed(wanted, platform), str(source))
    if not files:
        raise ComponentError(str(source), "the folder holds nothing to ship", "put the code there")
    prefix = f"{root}/" if root else ""
    return stored({f"{prefix}{name}": data for name, data in files.items()}, str(source))


def source_folder(source: str | Path) -> Path:
    """The folder of a function; raises `ComponentError` where there is none."""
    named = isinstance(source, str) and "/" not in source and os.sep not in source
    folder = LAMBDAS / source if named else Path(source)
    if not folder.is_dir():
        known = [one.name for one in LAMBDAS.glob("[a-z]*") if one.is_dir()] if named else []
        remedy = nearest(str(source), known) if known else "name a folder that exists"
        raise ComponentError("source", f"there is no such folder of code: {source}", remedy)
    return folder


def own_files(folder: Path) -> dict[str, bytes]:
    """The files to ship of a folder, by their path in it; caches, hidden files and requirements stay out."""
    return dict(_files(folder, folder))


def _files(folder: Path, top: Path) -> Iterator[tuple[str, bytes]]:
    for one in sorted(folder.iterdir()):
        if one.name in _LEFT_OUT or one.name.startswith(".") or one.suffix in {".pyc", ".pyo"}:
            continue
        name = one.relative_to(top).as_posix()
        if one.is_symlink():
            raise ComponentError(f"{top.name}/{name}", "is a link", "ship the file itself")
        if one.is_dir():
            yield from _files(one, top)
        else:
            yield name, one.read_bytes()


def _add(files: dict[str, bytes], more: Mapping[str, bytes], source: str) -> None:
    for name, data in more.items():
        if name in files:
            problem = f"{name!r} is a file of its own and of a dependency"
            raise ComponentError(source, problem, "give the own file another name")
        files[name] = data


def stored(files: Mapping[str, bytes], source: str) -> Artefact:
    """The archive of these files (path in it -> content) in the cache; `source` is named in errors.

    Raises `ComponentError` with both sizes when Lambda would not take it.
    """
    unzipped = sum(len(data) for data in files.values())
    if unzipped > MAX_UNZIPPED:
        raise _too_large(source, "unpacked", unzipped, MAX_UNZIPPED)
    packed = archive(files)
    if len(packed) > MAX_ZIPPED:
        packed = archive(files, zipfile.ZIP_DEFLATED)
    if len(packed) > MAX_ZIPPED:
        raise _too_large(source, "packed", len(packed), MAX_ZIPPED)
    digest = sha256(packed)
    path = cache_folder() / f"{digest.hexdigest()}.zip"
    if not path.is_file() or path.stat().st_size != len(packed):
        _write(path, packed)
    return Artefact(path, base64.b64encode(digest.digest()).decode(), len(packed), unzipped)


def _too_large(source: str, how: str, size: int, limit: int) -> ComponentError:
    mega = 1024 * 1024
    problem = f"the code has {size / mega:.1f} MB {how}; Lambda takes {limit // mega} MB"
    return ComponentError(
        source, problem, "leave out what Lambda has already (boto3), or use a container image"
    )


def archive(files: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """A ZIP file whose bytes depend on nothing but names and contents."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method, compresslevel=9) as made:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = _UNIX
            entry.external_attr = _mode(data) << 16
            entry.compress_type = method
            made.writestr(entry, data)
    return buffer.getvalue()


def _mode(data: bytes) -> int:
    return _PROGRAM if data.startswith(_PROGRAM_STARTS) else _FILE


def cache_folder() -> Path:
    """Where archives are kept, outside the work tree (`XDG_CACHE_HOME` is honoured); not created yet."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "groundplan" / "artefacts"


def _write(path: Path, data: bytes) -> None:
    """Write a file that is there as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{uuid4().hex}")
    draft.write_bytes(data)
    draft.replace(path)
