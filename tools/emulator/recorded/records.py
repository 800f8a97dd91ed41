"""The resources that the engine has made here, and what the recorded ones among them look like."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any, BinaryIO

from tools.emulator import services
from tools.emulator.accounts import Place
from tools.emulator.values import Asset, plain

_Key = tuple[str, str, str, str]
_LIVES = {"create": 1, "update": 0, "delete": -1}


def _key(token: str, place: Place, resource_id: str) -> _Key:
    return token, place.account, place.region, resource_id


class Records:
    """Resources by token, account, Region and id; for recorded types also their outputs. Safe for threads.

    Appended to a file, so that a restart and an import find them again. `path=None` keeps them in memory only.
    Outputs are kept without secret marks: the file is as private as the engine's own state, and the marks are in
    there.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._known: dict[_Key, dict[str, Any]] = {}
        self._lives: dict[_Key, int] = {}
        self._file: BinaryIO | None = None

    def load(self) -> None:
        """Read the file; a line that a crash cut off is dropped."""
        if self._path is None or not self._path.exists():
            return
        whole = self._path.read_bytes()
        end = whole.rfind(b"\n") + 1
        if end < len(whole):
            with self._path.open("rb+") as file:
                file.truncate(end)
        for line in whole[:end].splitlines():
            what, token, account, region, resource_id, outputs = json.loads(line)
            self._keep(what, (token, account, region, resource_id), outputs)

    def _keep(self, what: str, key: _Key, outputs: dict[str, Any]) -> None:
        lives = self._lives.get(key, 0) + _LIVES[what]
        if lives > 0 or what == "update":
            self._lives[key] = max(lives, 1)
            if what != "delete":
                self._known[key] = outputs
        else:
            self._lives.pop(key, None)
            self._known.pop(key, None)

    def _write(self, what: str, key: _Key, outputs: dict[str, Any]) -> None:
        line = (
            json.dumps([what, *key, outputs], default=_as_json).encode() + b"\n"
            if self._path is not None
            else b""
        )
        with self._lock:
            self._keep(what, key, outputs)
            if self._path is not None:
                file = self._file or self._open(self._path)
                file.write(line)
                file.flush()

    def created(self, token: str, place: Place, resource_id: str, outputs: dict[str, Any]) -> None:
        """A new resource, with its outputs (empty for one that exists for real)."""
        self._write("create", _key(token, place, resource_id), outputs)

    def updated(self, token: str, place: Place, resource_id: str, outputs: dict[str, Any]) -> None:
        """New outputs of a resource."""
        self._write("update", _key(token, place, resource_id), outputs)

    def deleted(self, token: str, place: Place, resource_id: str) -> None:
        """The resource is gone. One that was not known is no error."""
        self._write("delete", _key(token, place, resource_id), {})

    def _open(self, path: Path) -> BinaryIO:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab")
        return self._file

    def get(self, token: str, place: Place, resource_id: str) -> dict[str, Any] | None:
        """The outputs of a recorded resource; None where there is none of this id in this account and Region."""
        with self._lock:
            return self._known.get(_key(token, place, resource_id))

    def counts(self) -> dict[str, dict[str, int]]:
        """How many resources there are: `{"real": {token: n}, "recorded": {token: n}}`."""
        with self._lock:
            tokens = [key[0] for key in self._known]
        found: dict[str, dict[str, int]] = {"real": {}, "recorded": {}}
        for token in tokens:
            kind = found["recorded" if services.adapter(token) is None else "real"]
            kind[token] = kind.get(token, 0) + 1
        return found

    def ids(self) -> dict[str, list[str]]:
        """The ids of all resources by type, in the order in which they were created."""
        found: dict[str, list[str]] = {}
        with self._lock:
            for token, _account, _region, resource_id in self._known:
                found.setdefault(token, []).append(resource_id)
        return found

    def close(self) -> None:
        """Close the file; a later `put` opens it again."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None


def _as_json(value: Any) -> Any:
    return dict(value.fields) if isinstance(value, Asset) else plain(value)
