"""Fetches the official Pulumi release: an archive whose SHA-256 the project publishes beside it.

The checksum list is asked for first, with a short time limit: a machine that reaches only package registries
finds that out within seconds and goes on to building. A download that stops halfway stays as `<archive>.part`
and is continued by the next run; nothing is unpacked before the checksum of the whole archive is right.
"""

from __future__ import annotations

import hashlib
import http.client
import tarfile
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from tools.engine.cache import unfinished
from tools.engine.errors import EngineError
from tools.engine.path import LANGUAGE_HOST
from tools.engine.release import CHECKSUMS, RELEASES, VERSION

CONNECT_SECONDS = 4.0
"""Time limit for the first answer: long enough for a slow line, short enough for a machine without one."""

READ_SECONDS = 30.0
"""Time limit for each piece of the download."""

_PIECE = 1 << 20
_SECURE = ("https",)


class UnreachableError(Exception):
    """The release can't be had from here; the text says why. Building from source is the way on."""


@dataclass(frozen=True)
class Source:
    """Where a release is published. `schemes` is widened only by tests, which serve files on 127.0.0.1."""

    checksums: str = CHECKSUMS
    folders: Sequence[str] = RELEASES
    schemes: Sequence[str] = field(default=_SECURE)

    def open(self, url: str, timeout: float, start: int = 0) -> http.client.HTTPResponse:
        """Open `url` from byte `start`; raises UnreachableError. Redirects must stay within `schemes` too."""
        if url.split(":", 1)[0] not in self.schemes:
            raise UnreachableError(f"{url}: not {' or '.join(self.schemes)}")
        request = urllib.request.Request(url, headers={"Range": f"bytes={start}-"} if start else {})  # noqa: S310
        try:
            answer: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=timeout)  # noqa: S310
        except urllib.error.HTTPError as error:
            raise UnreachableError(f"{url}: HTTP {error.code}") from error
        except (OSError, http.client.HTTPException) as error:
            raise UnreachableError(f"{url}: {getattr(error, 'reason', error)}") from error
        if answer.url.split(":", 1)[0] not in self.schemes:
            answer.close()
            raise UnreachableError(
                f"{url}: redirected to {answer.url}, which is not {' or '.join(self.schemes)}"
            )
        return answer


def fetch_release(
    archive: str, folder: Path, say: Callable[[str], None], source: Source | None = None
) -> Path:
    """Download, verify and unpack `archive` into `folder/release`; returns the path of `pulumi` in it.

    Raises UnreachableError when the release can't be reached, EngineError when what arrived is not what was published.
    """
    source = source or Source()
    expected = _published_checksum(source, archive)
    say(f"fetching the Pulumi CLI {VERSION} ({archive})")
    part = folder / f"{archive}.part"
    _download(source, archive, part, say)
    actual = _sha256(part)
    if actual != expected:
        part.unlink()
        raise EngineError(
            f"{archive}: SHA-256 is {actual} but {expected} is published; the download was thrown away, "
            "run again, and if it stays so put a `pulumi` CLI you trust on PATH"
        )
    with unfinished(folder / "release") as partial:
        _unpack(part, partial)
        if not (partial / "pulumi" / LANGUAGE_HOST).is_file():
            raise EngineError(f"{archive}: holds no {LANGUAGE_HOST}; put an official `pulumi` CLI on PATH")
    part.unlink()
    return folder / "release" / "pulumi" / "pulumi"


def _published_checksum(source: Source, archive: str) -> str:
    with source.open(source.checksums, CONNECT_SECONDS) as answer:
        try:
            text = answer.read(_PIECE).decode("utf-8", "replace")
        except (OSError, http.client.HTTPException) as error:
            raise UnreachableError(f"{source.checksums}: {error}") from error
    for line in text.splitlines():
        words = line.split()
        if len(words) == 2 and words[1].lstrip("*./") == archive and len(words[0]) == 64:
            return words[0].lower()
    raise UnreachableError(f"{source.checksums}: lists no {archive}")


def _download(source: Source, archive: str, part: Path, say: Callable[[str], None]) -> None:
    """Fill `part` from the first folder that answers, continuing what is already there."""
    problems = []
    for folder in source.folders:
        have = part.stat().st_size if part.exists() else 0
        try:
            with source.open(f"{folder}/{archive}", CONNECT_SECONDS, start=have) as answer:
                continued = have > 0 and answer.status == http.client.PARTIAL_CONTENT
                with part.open("ab" if continued else "wb") as out:
                    _copy(answer, out, have if continued else 0, say)
            return
        except UnreachableError as problem:
            if have and "HTTP 416" in str(problem):  # nothing is left to send: the part is complete
                return
            problems.append(str(problem))
        except (OSError, http.client.HTTPException) as error:
            if isinstance(error, OSError) and error.filename is not None:
                raise EngineError(
                    f"{part}: {error.strerror}; free some space or set XDG_CACHE_HOME"
                ) from error
            problems.append(f"{folder}/{archive}: stopped halfway ({error}); run again to continue")
    raise UnreachableError("; ".join(problems))


def _copy(answer: http.client.HTTPResponse, out: IO[bytes], have: int, say: Callable[[str], None]) -> None:
    total = have + int(answer.headers.get("Content-Length") or 0)
    told = 0
    while piece := answer.read(_PIECE):
        out.write(piece)
        have += len(piece)
        if total and have * 4 // total > told:
            told = have * 4 // total
            say(f"fetched {have >> 20} of {total >> 20} MB")
    if total and have < total:
        raise http.client.IncompleteRead(b"", total - have)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _require_inside(member: tarfile.TarInfo) -> None:
    """Refuse what could land outside the folder. (`filter="data"` does the same, from Python 3.11.4 on.)"""
    paths = [PurePosixPath(one) for one in (member.name, member.linkname) if one]
    leaves = any(path.is_absolute() or ".." in path.parts for path in paths)
    if leaves or not (member.isreg() or member.isdir() or member.issym() or member.islnk()):
        raise tarfile.TarError(f"{member.name!r} does not belong into a release")


def _unpack(archive: Path, folder: Path) -> None:
    try:
        with tarfile.open(archive, "r:gz") as tar:
            members = tar.getmembers()
            for member in members:
                _require_inside(member)
            tar.extraction_filter = lambda member, _: member  # newer Pythons ask who looked at the members
            tar.extractall(folder, members)  # noqa: S202 (each member was looked at)
    except tarfile.TarError as error:
        raise EngineError(f"{archive.name}: is no readable tar archive ({error}); run again") from error
    except OSError as error:
        raise EngineError(f"{folder}: {error.strerror}; free some space or set XDG_CACHE_HOME") from error
