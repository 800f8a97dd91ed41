from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.lambdas.db_cache.support import Tokens, World, client, sessions
from tests.servers.valkey import Valkey


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def store(valkey_server: Valkey, world: World) -> Iterator[Any]:
    valkey_server.clear()
    tokens = Tokens(valkey_server, "session")
    connected = client(valkey_server, tokens)
    yield sessions.Sessions(connected, tokens=tokens.provider, world=world.given())
    connected.close()


def keys(server: Valkey) -> list[str]:
    with server.client() as direct:
        return [str(key) for key in direct.keys("*")]


def test_what_one_server_writes_another_reads(store: Any, valkey_server: Valkey, world: World) -> None:
    session = store.create({"customer": 7})
    tokens = Tokens(valkey_server, "session")
    other = sessions.Sessions(client(valkey_server, tokens), world=world.given())
    assert other.get(session) == {"customer": 7}


def test_the_cache_does_not_hold_the_id(store: Any, valkey_server: Valkey) -> None:
    session = store.create({})
    (key,) = keys(valkey_server)
    assert session not in key
    assert store.get(key.partition(":")[2]) is None


def test_using_a_session_keeps_it_alive(store: Any, valkey_server: Valkey) -> None:
    session = store.create({})
    (key,) = keys(valkey_server)
    with valkey_server.client() as direct:
        direct.expire(key, 5)
        assert store.get(session) == {}
        assert int(direct.ttl(key)) > 1700


def test_a_session_ends_after_a_day_however_much_it_is_used(
    store: Any, world: World, valkey_server: Valkey
) -> None:
    session = store.create({"n": 1})
    world.now += 86_000
    assert store.update(session, {"n": 2})
    world.now += 400
    assert store.get(session) is None
    assert not store.update(session, {"n": 3})
    assert keys(valkey_server) == []


def test_a_session_that_is_over_can_not_be_changed_back_to_life(store: Any, valkey_server: Valkey) -> None:
    session = store.create({"n": 1})
    store.end(session)
    assert store.get(session) is None
    assert not store.update(session, {"n": 2})
    assert keys(valkey_server) == []


def test_after_a_login_the_old_id_is_worth_nothing(store: Any) -> None:
    planted = store.create({})
    session = store.renew(planted, {"customer": 7})
    assert (store.get(planted), store.get(session)) == (None, {"customer": 7})


def test_what_is_no_session_is_none(store: Any, valkey_server: Valkey) -> None:
    session = store.create({})
    (key,) = keys(valkey_server)
    for damaged in (
        "",
        "nonsense",
        "[]",
        "{}",
        '{"data": 1, "begun": 2}',
        '{"data": {}, "begun": "x"}',
        b"\x80\x04.",
    ):
        with valkey_server.client() as direct:
            direct.set(key, damaged)
        assert store.get(session) is None


def test_without_the_cache_there_are_no_sessions(store: Any, valkey_server: Valkey) -> None:
    valkey_server.crash()
    try:
        with pytest.raises(sessions.CacheDownError):
            store.create({})
    finally:
        valkey_server.restart()


def test_ids_can_not_be_guessed(store: Any) -> None:
    found = {store.create({}) for _ in range(20)}
    assert len(found) == 20
    assert all(len(one) >= 43 for one in found)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_any_text_may_come_as_an_id(store: Any, text: str) -> None:
    assert store.get(text) is None
