"""A cache user as the component makes one, on a real Valkey with TLS; clock, chance and waits are the test's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from components.data.cache_users import CATEGORIES, NAMES_OF_ALL, NEVER_BY_CATEGORY
from tests.lambdas.loading import load
from tests.servers.valkey import Valkey

connection = load("db_cache", "cache_connection")
db_cache = load("db_cache", "db_cache")
sessions = load("db_cache", "sessions")

USER = "shop"


@dataclass
class World:
    """What a program sees of the world."""

    now: float = 1_700_000_000.0
    luck: float = 0.0
    waits: list[float] = field(default_factory=list)
    while_waiting: list[Callable[[], object]] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        if self.while_waiting:
            self.while_waiting.pop(0)()

    def given(self) -> Any:
        return db_cache.World(clock=lambda: self.now, sleep=self.sleep, chance=lambda: self.luck)


class Tokens:
    """Counts the tokens that are made; each is one that the server takes."""

    def __init__(self, server: Valkey, prefix: str, *more: str) -> None:
        self.server, self.prefix, self.more, self.made = server, prefix, more, 0
        self.now = 0.0
        self.provider = connection.IamTokens(USER, self.make, lambda: self.now)

    def make(self) -> str:
        self.made += 1
        token = f"t0ken-{self.made}"
        rules = (
            f"~{self.prefix}:*",
            *CATEGORIES["read-write"],
            *NEVER_BY_CATEGORY,
            *NAMES_OF_ALL,
            *self.more,
        )
        self.server.accept(USER, token, *rules)
        return token


def client(server: Valkey, tokens: Tokens, **changes: Any) -> Any:
    values = {"host": server.host, "port": server.port, "ca_file": str(server.certificates.authority)}
    return connection.connect(tokens=tokens.provider, **{**values, **changes})
