"""Sessions that every server of an application shares (sources/001 lines 1078-1082).

    browser --id--> any server --> cache: hash of the id -> what is known of the visitor

The cache holds a hash of the id, so who can read the cache can't take over a session. A session ends when it is not used for
a while, and after a day at the latest; after a login it gets a new id, so one planted before is worth nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from db_cache import CacheDownError, Client, Times, World

ID_BYTES = 32
IDLE_SECONDS, OLDEST_SECONDS = 1800, 86_400

__all__ = ["CacheDownError", "Sessions"]


class Sessions:
    """Sessions under `prefix`. Every method raises `CacheDownError`: no other place knows about them.

    session = sessions.create({"customer": 7})       # -> id for a cookie (HttpOnly, Secure, SameSite)
    visitor = sessions.get(session)                  # None: none, or over
    """

    def __init__(
        self,
        client: Any,
        prefix: str = "session",
        *,
        tokens: Any = None,
        idle: int = IDLE_SECONDS,
        oldest: int = OLDEST_SECONDS,
        world: World | None = None,
    ) -> None:
        self._world = world or World()
        self._client = Client(client, tokens, Times(), self._world)
        self._prefix, self._idle, self._oldest = prefix, idle, oldest

    def create(self, data: Mapping[str, Any]) -> str:
        """A new session; its id can't be guessed."""
        identifier = token_urlsafe(ID_BYTES)
        self._put(identifier, data, self._world.clock())
        return identifier

    def get(self, identifier: str) -> dict[str, Any] | None:
        """What is known of the visitor; None when there is no such session any more. Using it keeps it alive."""
        found = self._find(identifier)
        return None if found is None else found[0]

    def update(self, identifier: str, data: Mapping[str, Any]) -> bool:
        """Keep other data; false when the session is over."""
        found = self._find(identifier)
        if found is None:
            return False
        return self._put(identifier, data, found[1], existing=True)

    def renew(self, identifier: str, data: Mapping[str, Any]) -> str:
        """A new id, after a login or a change of rights; the old one is over."""
        self.end(identifier)
        return self.create(data)

    def end(self, identifier: str) -> None:
        """Log out."""
        self._client.ask(lambda client: client.delete(self._name(identifier)))

    def _name(self, identifier: str) -> str:
        return f"{self._prefix}:{sha256(identifier.encode()).hexdigest()}"

    def _find(self, identifier: str) -> tuple[dict[str, Any], float] | None:
        name = self._name(identifier)
        raw = self._client.ask(lambda client: client.getex(name, ex=self._idle))
        try:
            entry: Any = json.loads(raw) if raw is not None else None
            data, begun = dict(entry["data"]), float(entry["begun"])
        except (ValueError, TypeError, KeyError):
            return None
        if self._world.clock() - begun >= self._oldest:
            self.end(identifier)
            return None
        return data, begun

    def _put(self, identifier: str, data: Mapping[str, Any], begun: float, *, existing: bool = False) -> bool:
        text = json.dumps({"data": dict(data), "begun": begun}, allow_nan=False)
        name = self._name(identifier)
        return bool(self._client.ask(lambda client: client.set(name, text, ex=self._idle, xx=existing)))
