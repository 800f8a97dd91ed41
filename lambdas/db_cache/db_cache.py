"""A cache in front of a database, and sessions: as sources/001 lines 1072-1142 describe them, and what goes wrong with that.

    read:   cache --miss--> database --> cache        (lazy loading; one loads, the others wait or take what is a bit old)
    write:  database --> cache                        (write-through)
    cache down: database

- The document writes the cache first, then the database. When the second fails, the cache holds what never was; here the
  database is first, and a cache that can't be told forgets, or is out of date for no longer than an entry lives.
- A value that was read before a write and stored after it would stay wrong. So who loads holds a lease, which a write takes
  away; without it nothing is stored.
- Many readers who miss at once would all ask the database. One does; and lives are spread, so they don't end together.
- Entries are JSON, never pickles, which would run code of whoever can write to the cache. What can't be read is a miss.

Needs the ACL of `read-write` users: no scripts, no administration.
"""

from __future__ import annotations

import json
import logging
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, TypeVar

from valkey.exceptions import AuthenticationError, ValkeyError, WatchError

LOG = logging.getLogger("db_cache")
Answer = TypeVar("Answer")

FORM = 1
"""Of entries; another number is a miss, so that old and new programs can share a cache."""
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_.:/@=-]{1,200}")


class CacheDownError(Exception):
    """The cache does not answer, or was found not to a moment ago."""


@dataclass(frozen=True)
class Times:
    """Seconds. `fresh`: how long an entry is good. `stale`: how much longer it is given to others while one loads anew.
    `absent`: how long it is remembered that there is nothing (None). `lease`: how long loading may take. `poll`, `polls`:
    how others wait for an entry. `rest`: how long a cache that failed is left alone. `spread`: the part of each life that is
    left to chance.
    """

    fresh: float = 300
    stale: float = 30
    absent: float = 15
    lease: float = 10
    poll: float = 0.05
    polls: int = 20
    rest: float = 5
    spread: float = 0.1


@dataclass(frozen=True)
class World:
    """What the world does, so that tests can do it instead. `clock` is the time of day, which all machines share."""

    clock: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


class Client:
    """Commands to a cache that may be down: it is tried, found wanting, and left alone for a while."""

    def __init__(self, client: Any, tokens: Any, times: Times, world: World) -> None:
        self.raw = client
        self._tokens = tokens
        self._times, self._world = times, world
        self._down_until = 0.0

    def ask(self, command: Callable[[Any], Answer]) -> Answer:
        """The answer of the cache; raises `CacheDownError`."""
        if self._world.clock() < self._down_until:
            raise CacheDownError
        try:
            return self._with_new_token(command)
        except (ValkeyError, OSError) as error:
            self._down_until = self._world.clock() + self._times.rest
            LOG.warning("the cache fails (%s); without it for %s s", type(error).__name__, self._times.rest)
            raise CacheDownError from error

    def _with_new_token(self, command: Callable[[Any], Answer]) -> Answer:
        try:
            return command(self.raw)
        except AuthenticationError:
            if self._tokens is None:
                raise
            self._tokens.forget()
            return command(self.raw)

    def of(self, name: str) -> Any:
        """The client of the node that has a key: with cluster mode, transactions belong to one."""
        node = getattr(self.raw, "get_node_from_key", None)
        return self.raw if node is None else self.raw.get_valkey_connection(node(name))


class Cache:
    """Values that a database knows, kept for a while under `prefix`.

        cache = Cache(connect(host, 6379, tokens), "page", tokens=tokens)
        page = cache.read(name, lambda: database.run(load_page(name)))
        cache.write(name, page, lambda: database.run(save_page(name, page)))

    Values are what JSON has; each is given back as JSON would, from the cache or not.
    """

    def __init__(
        self,
        client: Any,
        prefix: str,
        *,
        tokens: Any = None,
        times: Times | None = None,
        world: World | None = None,
    ) -> None:
        self._times, self._world = times or Times(), world or World()
        self._client = Client(client, tokens, self._times, self._world)
        self._prefix = prefix

    def read(self, key: str, load: Callable[[], Any]) -> Any:
        """The value of `key`: from the cache, else what `load` returns, which is then kept."""
        name = self._name(key)
        try:
            found = self._look(name)
            if found is not None and found["until"] > self._world.clock():
                return found["value"]
            lease = self._take_lease(name)
            if lease is None:
                return self._of_another(name, found, load)
        except CacheDownError:
            return _as_json(load())
        return self._load(name, lease, load)

    def write(self, key: str, value: Any, store: Callable[[], object]) -> None:
        """Let `store` write the value into the database, then keep it here. What `store` raises changes nothing here.

        Of two writers of one key at the same time the cache may keep the earlier for as long as an entry lives.
        """
        text = self._entry(value)
        store()
        name = self._name(key)
        try:
            self._client.ask(lambda client: client.delete(_lease_of(name)))
            self._client.ask(lambda client: client.set(name, text, px=self._life(value)))
        except CacheDownError:
            self._forget_quietly(name)

    def forget(self, key: str) -> None:
        """Explicit invalidation: the next reader asks the database. Raises `CacheDownError` when that can't be had."""
        name = self._name(key)
        self._client.ask(lambda client: client.delete(_lease_of(name)))
        self._client.ask(lambda client: client.delete(name))

    # -- entries

    def _name(self, key: str) -> str:
        """The entry's name; in braces what cluster mode decides by, so that the lease is on the same node."""
        plain = key if _PLAIN_KEY.fullmatch(key) else f"sha256:{sha256(key.encode()).hexdigest()}"
        return f"{self._prefix}:{{{plain}}}"

    def _entry(self, value: Any) -> str:
        seconds = self._times.absent if value is None else self._times.fresh
        until = self._world.clock() + seconds * (1 - self._times.spread * self._world.chance())
        return json.dumps({"form": FORM, "until": until, "value": value}, allow_nan=False)

    def _life(self, value: Any) -> int:
        seconds = self._times.absent if value is None else self._times.fresh + self._times.stale
        return max(1, int(seconds * 1000))

    def _look(self, name: str) -> dict[str, Any] | None:
        return _read_entry(self._client.ask(lambda client: client.get(name)))

    # -- loading

    def _take_lease(self, name: str) -> str | None:
        lease, life = token_urlsafe(12), max(1, int(self._times.lease * 1000))
        taken = self._client.ask(lambda client: client.set(_lease_of(name), lease, px=life, nx=True))
        return lease if taken else None

    def _load(self, name: str, lease: str, load: Callable[[], Any]) -> Any:
        try:
            value = load()
            text = self._entry(value)
        except BaseException:
            self._settle(name, lease, None, 0)
            raise
        self._settle(name, lease, text, self._life(value))
        return _as_json(value)

    def _settle(self, name: str, lease: str, text: str | None, life: int) -> None:
        """Keep the entry if the lease still holds, and give the lease back."""

        def keep(_: Any) -> None:
            with self._client.of(name).pipeline(transaction=True) as pipe:
                pipe.watch(_lease_of(name))
                held = pipe.get(_lease_of(name))
                if held is None or held.decode() != lease:
                    return
                pipe.multi()
                if text is not None:
                    pipe.set(name, text, px=life)
                pipe.delete(_lease_of(name))
                try:
                    pipe.execute()
                except WatchError:
                    LOG.info("written meanwhile: not kept")

        try:
            self._client.ask(keep)
        except CacheDownError:
            LOG.debug("not kept")

    def _of_another(self, name: str, stale: dict[str, Any] | None, load: Callable[[], Any]) -> Any:
        """What somebody else is loading: the old value, the new one after a while, or the database's after all."""
        if stale is not None:
            return stale["value"]
        for _ in range(self._times.polls):
            self._world.sleep(self._times.poll)
            found = self._look(name)
            if found is not None:
                return found["value"]
        return _as_json(load())

    def _forget_quietly(self, name: str) -> None:
        try:
            self._client.raw.delete(name)
        except (ValkeyError, OSError):
            LOG.warning("an entry may be out of date for %s s", self._times.fresh + self._times.stale)


def _lease_of(name: str) -> str:
    return f"{name}:loading"


def _as_json(value: Any) -> Any:
    return json.loads(json.dumps(value, allow_nan=False))


def _read_entry(raw: bytes | None) -> dict[str, Any] | None:
    """An entry, or None for what is none: another form, another program's, damaged."""
    if raw is None:
        return None
    try:
        entry = json.loads(raw)
    except ValueError:
        return None
    if not isinstance(entry, dict) or entry.get("form") != FORM or "value" not in entry:
        return None
    return entry if isinstance(entry.get("until"), int | float) else None
