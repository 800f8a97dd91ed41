"""The bytes of assets and archives: what a program gives as a file, text, a folder or a set of them.

An archive is sent to AWS as a ZIP file. Its entries have one fixed time, so that the same content gives the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from tools.emulator.values import ARCHIVE, Asset

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a ZIP file can hold."""


def content(asset: Asset) -> bytes:
    """The bytes of an asset, or of an archive as a ZIP file. Raises OSError where a file can't be read."""
    if asset.kind == ARCHIVE:
        return _zipped(asset)
    return _single(asset.fields)


def _single(fields: Mapping[str, Any]) -> bytes:
    if fields.get("text") is not None:
        return str(fields["text"]).encode()
    if fields.get("path"):
        return Path(str(fields["path"])).read_bytes()
    uri = str(fields.get("uri", ""))
    if not uri.startswith("file://"):
        raise ValueError(f"the embedded AWS fetches nothing from the network: {uri or 'an empty asset'}")
    return Path(url2pathname(urlsplit(uri).path)).read_bytes()


def _zipped(asset: Asset) -> bytes:
    path = asset.fields.get("path")
    if path and Path(str(path)).is_file():
        return Path(str(path)).read_bytes()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(_entries(asset)):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return buffer.getvalue()


def _entries(asset: Asset, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    fields = asset.fields
    if asset.kind != ARCHIVE:
        yield prefix, _single(fields)
    elif fields.get("path"):
        folder = Path(str(fields["path"]))
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                yield _joined(prefix, file.relative_to(folder).as_posix()), file.read_bytes()
    else:
        for name, inner in (fields.get("assets") or {}).items():
            yield from _entries(inner, _joined(prefix, name))


def _joined(prefix: str, name: str) -> str:
    return f"{prefix}/{name}" if prefix else name
