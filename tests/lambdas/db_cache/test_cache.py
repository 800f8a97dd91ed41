"""Lazy loading and write-through on a real server, and what may go wrong meanwhile."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from valkey.client import Pipeline

from tests.lambdas.db_cache.support import Tokens, World, client, db_cache
from tests.servers.valkey import Valkey

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


class Table:
    """The database: counts how often it is asked."""

    def __init__(self, value: Any = "from the database") -> None:
        self.value, self.asked = value, 0

    def load(self) -> Any:
        self.asked += 1
        return self.value

    def store(self, value: Any) -> None:
        self.value = value


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def tokens(valkey_server: Valkey) -> Tokens:
    return Tokens(valkey_server, "page")


@pytest.fixture
def cache(valkey_server: Valkey, tokens: Tokens, world: World) -> Iterator[Any]:
    valkey_server.clear()
    connected = client(valkey_server, tokens)
    yield db_cache.Cache(connected, "page", tokens=tokens.provider, world=world.given())
    connected.close()


def stored(server: Valkey) -> dict[str, Any]:
    with server.client() as direct:
        return {str(key): direct.get(key) for key in direct.keys("*")}


def another(server: Valkey, tokens: Tokens, world: World) -> Any:
    """A second program with the same cache."""
    return db_cache.Cache(client(server, tokens), "page", tokens=tokens.provider, world=world.given())


def test_the_database_is_asked_once(cache: Any) -> None:
    table = Table({"title": "tea"})
    assert [cache.read("a", table.load) for _ in range(3)] == [{"title": "tea"}] * 3
    assert table.asked == 1


def test_an_entry_is_loaded_anew_when_its_time_is_over(cache: Any, world: World) -> None:
    table = Table(1)
    cache.read("a", table.load)
    table.value = 2
    world.now += 299
    assert cache.read("a", table.load) == 1
    world.now += 2
    assert cache.read("a", table.load) == 2


def test_lives_are_spread_and_bounded(cache: Any, world: World, valkey_server: Valkey) -> None:
    ends = set()
    for step in range(11):
        world.luck = step / 10
        cache.read(f"k{step}", Table().load)
        entry = json.loads(stored(valkey_server)[f"page:{{k{step}}}"])
        ends.add(round(entry["until"] - world.now))
    assert ends == {300 - 3 * step for step in range(11)}
    with valkey_server.client() as direct:
        assert 0 < int(direct.pttl("page:{k0}")) <= 330_000


def test_that_there_is_nothing_is_remembered_for_a_shorter_time(cache: Any, world: World) -> None:
    table = Table(None)
    assert [cache.read("a", table.load), cache.read("a", table.load)] == [None, None]
    assert table.asked == 1
    world.now += 16
    table.value = "new"
    assert cache.read("a", table.load) == "new"


def test_what_is_written_is_read_without_the_database(cache: Any) -> None:
    table = Table()
    cache.write("a", {"n": 1}, lambda: table.store({"n": 1}))
    assert cache.read("a", table.load) == {"n": 1}
    assert (table.value, table.asked) == ({"n": 1}, 0)


def test_a_write_that_the_database_refuses_changes_nothing(cache: Any) -> None:
    table = Table("old")
    cache.read("a", table.load)

    def refuse() -> None:
        raise PermissionError("read-only")

    with pytest.raises(PermissionError):
        cache.write("a", "new", refuse)
    assert cache.read("a", table.load) == "old"


def test_a_value_read_before_a_write_is_not_kept_after_it(
    cache: Any, valkey_server: Valkey, tokens: Tokens, world: World
) -> None:
    table = Table("old")
    other = another(valkey_server, tokens, world)

    def slow() -> Any:
        value = table.load()
        other.write("a", "new", lambda: table.store("new"))
        return value

    assert cache.read("a", slow) == "old"
    assert cache.read("a", table.load) == "new"


def test_a_write_in_the_last_moment_wins(
    cache: Any, valkey_server: Valkey, tokens: Tokens, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, other = Table("old"), another(valkey_server, tokens, world)
    multi = Pipeline.multi

    def write_first(pipe: Pipeline) -> None:
        other.write("a", "new", lambda: table.store("new"))
        multi(pipe)

    monkeypatch.setattr(Pipeline, "multi", write_first)
    assert cache.read("a", lambda: "old") == "old"
    assert cache.read("a", table.load) == "new"
    assert table.asked == 0


def test_forgetting_while_somebody_loads_keeps_nothing(cache: Any, valkey_server: Valkey) -> None:
    def slow() -> str:
        cache.forget("a")
        return "old"

    cache.read("a", slow)
    assert stored(valkey_server) == {}


def test_of_many_who_miss_one_asks_the_database(
    cache: Any, valkey_server: Valkey, tokens: Tokens, world: World
) -> None:
    table, others = Table("loaded"), [another(valkey_server, tokens, world) for _ in range(3)]
    got: list[Any] = []

    def slow() -> Any:
        # While one loads, the others come; they wait, and ask the database only when that takes too long.
        got.extend(other.read("a", lambda: "asked too") for other in others)
        return table.load()

    assert cache.read("a", slow) == "loaded"
    assert got == ["asked too"] * 3
    assert len(world.waits) == 60
    world.waits.clear()
    with valkey_server.client() as direct:
        direct.delete("page:{a}")
        direct.set("page:{a}:loading", "somebody")
        entry = json.dumps({"form": 1, "until": world.now + 9, "value": "theirs"})
        world.while_waiting = [lambda: None, lambda: direct.set("page:{a}", entry)]
        assert cache.read("a", lambda: "asked too") == "theirs"
    assert world.waits == [0.05, 0.05]


def test_while_one_loads_anew_the_others_get_the_old_value(
    cache: Any, valkey_server: Valkey, tokens: Tokens, world: World
) -> None:
    table, other = Table("old"), another(valkey_server, tokens, world)
    cache.read("a", table.load)
    world.now += 301
    table.value = "new"

    def slow() -> Any:
        assert other.read("a", lambda: "asked too") == "old"
        return table.load()

    assert cache.read("a", slow) == "new"
    assert world.waits == []


def test_who_fails_to_load_lets_the_next_one_try(cache: Any) -> None:
    def fail() -> None:
        raise LookupError("no database")

    with pytest.raises(LookupError):
        cache.read("a", fail)
    assert cache.read("a", Table("there").load) == "there"


@pytest.mark.parametrize(
    "entry",
    [
        "", "nonsense", "[]", "17", "null", '{"form": 1}', '{"form": 2, "until": 9e99, "value": 1}',
        '{"form": 1, "until": "later", "value": 1}', b"\x80\x04\x95cposix\nsystem\n", b"\xff\xfe",
    ],
)  # fmt: skip
def test_what_is_no_entry_is_a_miss_and_is_replaced(cache: Any, valkey_server: Valkey, entry: Any) -> None:
    with valkey_server.client() as direct:
        direct.set("page:{a}", entry)
    table = Table("right")
    assert [cache.read("a", table.load), cache.read("a", table.load)] == ["right", "right"]
    assert table.asked == 1


# -- without the cache


def test_without_the_cache_the_database_answers_and_the_cache_is_left_alone(
    cache: Any, valkey_server: Valkey, world: World
) -> None:
    table = Table("first")
    cache.read("a", table.load)
    valkey_server.crash()
    try:
        table.value = "second"
        assert cache.read("a", table.load) == "second"
        cache.write("a", "third", lambda: table.store("third"))
        assert table.value == "third"
    finally:
        valkey_server.restart()
    assert cache.read("b", table.load) == "third"
    assert stored(valkey_server) == {}
    world.now += 6
    cache.read("b", table.load)
    assert list(stored(valkey_server)) == ["page:{b}"]


def test_connections_that_have_ended_are_replaced(cache: Any, valkey_server: Valkey) -> None:
    table = Table()
    cache.read("a", table.load)
    valkey_server.drop()
    cache.read("a", table.load)
    assert table.asked == 1


def test_a_refused_token_is_followed_by_a_new_one(cache: Any, valkey_server: Valkey, tokens: Tokens) -> None:
    table = Table()
    cache.read("a", table.load)
    valkey_server.accept("shop", "another")
    valkey_server.drop()
    cache.read("a", table.load)
    assert (table.asked, tokens.made) == (1, 2)


def test_no_token_and_no_value_is_logged(
    cache: Any, valkey_server: Valkey, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    valkey_server.crash()
    try:
        cache.read("a", Table("private").load)
    finally:
        valkey_server.restart()
    assert "the cache fails" in caplog.text
    assert "t0ken" not in caplog.text
    assert "private" not in caplog.text


def test_explicit_invalidation_says_when_it_can_not_be_had(cache: Any, valkey_server: Valkey) -> None:
    valkey_server.crash()
    try:
        with pytest.raises(db_cache.CacheDownError):
            cache.forget("a")
    finally:
        valkey_server.restart()


# -- cluster mode, which every serverless cache has


def test_with_cluster_mode_it_does_the_same(world: World) -> None:
    server = Valkey(clustered=True)
    try:
        tokens, table = Tokens(server, "page", "+cluster|slots"), Table("old")
        cluster = client(server, tokens, clustered=True)
        cache = db_cache.Cache(cluster, "page", tokens=tokens.provider, world=world.given())

        def slow() -> Any:
            value = table.load()
            cache.write("b", "new", lambda: table.store("new"))
            return value

        for key in ("a", "c", "d", "e"):
            assert [cache.read(key, table.load), cache.read(key, table.load)] == ["old", "old"]
        assert cache.read("b", slow) == "old"
        assert cache.read("b", table.load) == "new"
        assert table.asked == 5
        cache.forget("b")
        assert len(stored(server)) == 4
        cluster.close()
    finally:
        server.stop()


# -- any key, any value


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(), JSON)
def test_any_key_and_any_value(cache: Any, valkey_server: Valkey, key: str, value: Any) -> None:
    table = Table(value)
    assert cache.read(key, table.load) == value
    assert cache.read(key, lambda: pytest.fail("asked again")) == value
    cache.forget(key)
    assert stored(valkey_server) == {}


@given(st.lists(st.text(), min_size=2, max_size=8, unique=True))
def test_two_keys_never_share_an_entry(keys: list[str]) -> None:
    cache = db_cache.Cache(None, "page")
    names = [cache._name(key) for key in keys]
    assert len(set(names)) == len(names)
    assert all(name.startswith("page:{") and name.count("}") == 1 and len(name) < 300 for name in names)


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, object()])
def test_what_json_does_not_have_is_an_error_of_the_program(cache: Any, value: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        cache.read("a", lambda: value)
    stored_values: list[Any] = []
    with pytest.raises((TypeError, ValueError)):
        cache.write("a", value, lambda: stored_values.append(value))
    assert stored_values == []
