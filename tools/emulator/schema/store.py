"""Keeps what is expensive to find out about a type in the user's cache folder, one small file a type.

Finding out reads the API models of botocore and the schemas of cfn-lint (up to some tenths of a second a
service); reading it back takes a fraction of a millisecond. The folder's name holds the versions of all
packages and a digest of the code that decides, so that nothing outdated is ever read. Files are written
under another name first and then renamed: several processes can share the folder.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tools.emulator.schema import source

_PACKAGES = ("botocore", "cfn-lint")


def kept(kind: str, token: str, find_out: Callable[[], Any]) -> Any:
    """The JSON value kept under a kind for a type; found out and kept when it is not there yet.

    A cache that cannot be read or written costs time, never the answer.
    """
    file = folder() / kind / f"{token.replace(':', '.').replace('/', '.')}.json"
    with suppress(OSError, ValueError):
        return json.loads(file.read_text(encoding="utf-8"))
    value = find_out()
    with suppress(OSError):
        _write(file, json.dumps(value, separators=(",", ":")))
    return value


@functools.cache
def folder() -> Path:
    """The folder of this SDK, these API models and this code."""
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "groundplan" / "schema" / f"{source.package_version()}-{_digest()}"


def _digest() -> str:
    """A digest of the packages' versions and of the code that reads them."""
    digest = hashlib.sha256("".join(map(version, _PACKAGES)).encode())
    here = Path(__file__).parent
    for file in sorted([*here.glob("*.py"), *(here.parent / "check").glob("*.py")]):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(descriptor, "w", encoding="utf-8") as temporary:
        temporary.write(text)
    Path(name).replace(file)
