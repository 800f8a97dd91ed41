"""The journal: every request that changed the embedded AWS, in order, so that a restart has the same resources.

moto keeps its resources in memory. Each changing request is appended here after it succeeded and before its answer is
given, so whoever has an answer also finds its effect after a restart. moto's random numbers are seeded anew for every
request from the journal's own seed and the request's number, so a replay gives the same ids.

Format: one JSON object a line. The first line is `{"seed": N}`; each further line holds `method`, `url` (path and query),
`headers` (those that moto reads), `body` (base64), `account` and `at`, the moment it was made in. A line that was cut off by
a crash is dropped on opening.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from tools.emulator import clock


@dataclass(frozen=True, slots=True)
class Entry:
    """One request: HTTP method, path with query, headers, body, and the account it was made for."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    account: str
    at: float | None = field(default_factory=clock.last, compare=False)
    """When it was made, in seconds since 1970; None in a journal that did not keep it."""

    def as_line(self) -> bytes:
        """The entry as a line of the file."""
        fields = {
            "method": self.method,
            "url": self.url,
            "headers": dict(self.headers),
            "body": base64.b64encode(self.body).decode("ascii"),
            "account": self.account,
            "at": self.at,
        }
        return json.dumps(fields, separators=(",", ":")).encode() + b"\n"

    @classmethod
    def from_fields(cls, fields: Mapping[str, Any]) -> Entry:
        """The entry of a line's fields."""
        return cls(
            method=fields["method"],
            url=fields["url"],
            headers=fields["headers"],
            body=base64.b64decode(fields["body"]),
            account=fields["account"],
            at=fields.get("at"),
        )


class Journal:
    """An append-only file of requests. `path=None` keeps nothing (an emulator for the duration of one preview)."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: BinaryIO | None = None
        self.seed = secrets.randbits(64)
        self.length = 0

    def entries(self) -> Iterator[Entry]:
        """The requests so far. Sets `seed` from the file, and `length` and the clock as it goes."""
        if self._path is None or not self._path.exists():
            return
        whole = self._drop_cut_line(self._path)
        with whole.open("rb") as lines:
            head = lines.readline()
            if not head:
                return
            self.seed = int(json.loads(head)["seed"])
            try:
                for line in lines:
                    entry = Entry.from_fields(json.loads(line))
                    clock.replay(entry.at)
                    yield entry
                    self.length += 1
            finally:
                clock.replay(None)

    @staticmethod
    def _drop_cut_line(path: Path) -> Path:
        with path.open("rb+") as file:
            data_end = file.seek(0, os.SEEK_END)
            back = min(data_end, 1)
            file.seek(data_end - back)
            if back and file.read(1) != b"\n":
                file.seek(0)
                last = file.read().rfind(b"\n")
                file.truncate(last + 1)
        return path

    def begin(self) -> None:
        """Write the seed, if nothing is written yet: what moto makes up for a mere reader depends on it too."""
        if self._path is not None and self._file is None:
            self._open(self._path).flush()

    def append(self, entry: Entry) -> None:
        """Write one request and hand it to the operating system at once."""
        if self._path is not None:
            file = self._file or self._open(self._path)
            file.write(entry.as_line())
            file.flush()
        self.length += 1

    def _open(self, path: Path) -> BinaryIO:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab")
        if self._file.tell() == 0:
            self._file.write(json.dumps({"seed": self.seed}).encode() + b"\n")
        return self._file

    def close(self) -> None:
        """Close the file; a later `append` opens it again."""
        if self._file is not None:
            self._file.close()
            self._file = None
