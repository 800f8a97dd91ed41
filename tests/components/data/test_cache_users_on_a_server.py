"""What a user of a cache may do, asked of a real Valkey: its own keys and channels, and nothing that reaches beyond."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import valkey
from hypothesis import given, settings, strategies as st

from components.data.cache_users import DISABLED, CacheUser, access_string
from tests.servers.valkey import Valkey

WORDS = st.from_regex(r"[a-z0-9]{1,6}", fullmatch=True)


@pytest.fixture(scope="module")
def client() -> Iterator[valkey.Valkey]:
    server = Valkey()
    with server.client() as found:
        yield found
    server.stop()


def may(client: valkey.Valkey, rules: str, *command: str) -> bool:
    """Whether the engine lets a user with these rules run a command."""
    ask: Any = client.execute_command  # the client has no types here
    ask("ACL", "SETUSER", "somebody", "reset", "nopass", *rules.split(" "))
    return bool(ask("ACL", "DRYRUN", "somebody", *command) == "OK")


BEYOND = [
    ("FLUSHALL",), ("FLUSHDB",), ("KEYS", "*"), ("CONFIG", "GET", "*"), ("ACL", "LIST"), ("SHUTDOWN",),
    ("CLIENT", "KILL", "ID", "1"), ("DEBUG", "SLEEP", "0"), ("SWAPDB", "0", "1"), ("MONITOR",), ("EVAL", "return 1", "0"),
    ("FUNCTION", "FLUSH"), ("REPLICAOF", "NO", "ONE"), ("PUBLISH", "news", "x"), ("CLUSTER", "RESET"),
]  # fmt: skip


@pytest.mark.parametrize("command", BEYOND, ids=" ".join)
@pytest.mark.parametrize("access", ["read", "read-write"])
def test_nothing_reaches_beyond_a_user_s_own_keys(
    client: valkey.Valkey, access: str, command: tuple[str, ...]
) -> None:
    rules = access_string(CacheUser.read({"access": access}, "user"))
    assert not may(client, rules, *command)


@pytest.mark.parametrize(
    "command",
    [
        ("GET", "k"), ("MGET", "k", "l"), ("TTL", "k"), ("HGETALL", "k"), ("SCAN", "0"), ("PING",),
        ("CLIENT", "SETNAME", "x"), ("HELLO", "3"), ("CLUSTER", "SLOTS"), ("CLUSTER", "SHARDS"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_both_kinds_read_and_find_their_way(client: valkey.Valkey, command: tuple[str, ...]) -> None:
    for access in ("read", "read-write"):
        assert may(client, access_string(CacheUser.read({"access": access}, "user")), *command)


@pytest.mark.parametrize(
    "command",
    [
        ("SET", "k", "v", "EX", "9"),
        ("DEL", "k"),
        ("INCR", "k"),
        ("WATCH", "k"),
        ("MULTI",),
        ("EXPIRE", "k", "9"),
    ],
    ids=" ".join,
)
def test_only_who_may_write_writes(client: valkey.Valkey, command: tuple[str, ...]) -> None:
    assert may(client, access_string(CacheUser()), *command)
    assert not may(client, access_string(CacheUser(access="read")), *command)


@settings(max_examples=30)
@given(WORDS, WORDS, WORDS)
def test_keys_and_channels_are_one_s_own(client: valkey.Valkey, mine: str, other: str, rest: str) -> None:
    user = CacheUser(keys=(f"{mine}:*",), channels=(f"{mine}:*",), rules=("+publish",))
    rules = access_string(user)
    assert may(client, rules, "SET", f"{mine}:{rest}", "v")
    assert may(client, rules, "PUBLISH", f"{mine}:{rest}", "v")
    assert may(client, rules, "SET", f"{other}:{rest}", "v") is (mine == other)
    assert may(client, rules, "PUBLISH", f"{other}:{rest}", "v") is (mine == other)
    assert not may(client, rules, "MGET", f"{mine}:{rest}", "x")


def test_names_of_keys_are_shown_to_those_who_may_have_all_of_them(client: valkey.Valkey) -> None:
    for command in (("SCAN", "0"), ("RANDOMKEY",)):
        assert may(client, access_string(CacheUser()), *command)
        assert not may(client, access_string(CacheUser(keys=("mine:*",))), *command)
        assert may(
            client, access_string(CacheUser(keys=("mine:*",), rules=("+scan", "+randomkey"))), *command
        )


def test_default_can_do_nothing_at_all(client: valkey.Valkey) -> None:
    assert not may(client, DISABLED, "PING")
    assert not may(client, DISABLED.replace("off", "on"), "GET", "k")


def test_what_was_asked_for_by_name_is_there(client: valkey.Valkey) -> None:
    rules = access_string(CacheUser(rules=("+eval", "-set")))
    assert may(client, rules, "EVAL", "return 1", "0")
    assert not may(client, rules, "SET", "k", "v")
