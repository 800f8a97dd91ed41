"""The connection on real servers with TLS on, while things go wrong. Clock, tokens and waits are the test's."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from tests.lambdas.loading import load
from tests.servers.mariadb import MariaDb
from tests.servers.postgres import Postgres

client = load("db_client", "db_client")

USER = "orders_app"
DATABASE = "client_test"
MAKE_USER = {
    "postgresql": (
        f"CREATE ROLE {USER} LOGIN",
        f"GRANT rds_iam TO {USER}",
        f"CREATE DATABASE {DATABASE} OWNER {USER}",
    ),
    "mysql": (
        f"CREATE USER {USER} IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL",
        f"CREATE DATABASE {DATABASE}",
        f"GRANT ALL ON {DATABASE}.* TO {USER}",
    ),
}


@dataclass
class World:
    """What the client sees of the world: `tokens` that AWS would sign, in turn; the clock stands until it is moved."""

    server: Postgres | MariaDb
    now: float = 1000.0
    made: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    while_waiting: list[Callable[[], object]] = field(default_factory=list)
    found: frozenset[str] = frozenset({"127.0.0.1"})

    def make_token(self, host: str, port: int, user: str) -> str:
        assert (host, port, user) == (self.server.host, self.server.port, USER)
        self.made.append(f"t0ken-{len(self.made)}-{'x' * 1400}")
        return self.made[-1]

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        if self.while_waiting:
            self.while_waiting.pop(0)()

    def surroundings(self, **changes: Any) -> Any:
        values = {
            "make_token": self.make_token,
            "clock": lambda: self.now,
            "sleep": self.sleep,
            "jitter": lambda most: most,
            "resolve": lambda _: self.found,
        }
        return client.Surroundings(**{**values, **changes})


@pytest.fixture(scope="module", params=["postgres", "mariadb"])
def server(request: pytest.FixtureRequest) -> Iterator[Postgres | MariaDb]:
    found: Postgres | MariaDb = request.getfixturevalue(request.param)
    for sql in MAKE_USER[found.engine]:
        found.run(sql)
    yield found
    if isinstance(found, Postgres):
        found.drop_database(DATABASE)
        found.run(f"DROP ROLE {USER}")
    else:
        found.run(f"DROP DATABASE {DATABASE}")
        found.run(f"DROP USER {USER}")


class Accepting(World):
    """Every token that is made is a good one."""

    def make_token(self, host: str, port: int, user: str) -> str:
        token = super().make_token(host, port, user)
        self.server.accept(USER, token)
        return token


@pytest.fixture
def world(server: Postgres | MariaDb) -> World:
    return Accepting(server)


@pytest.fixture
def database(world: World) -> Iterator[Any]:
    made = connect(world)
    made.run(write("DROP TABLE IF EXISTS seen"))
    made.run(write("CREATE TABLE seen (what varchar(20))"))
    yield made
    made.close()


def connect(world: World, *, timing: Any = None, surroundings: Any = None, **changes: Any) -> Any:
    values = {
        "engine": world.server.engine,
        "host": world.server.host,
        "port": world.server.port,
        "user": USER,
        "database": DATABASE,
        "ca_file": str(world.server.certificates.authority),
        "timing": timing,
        "surroundings": surroundings or world.surroundings(),
    }
    return client.Database(**{**values, **changes})


def write(sql: str, *values: object) -> Callable[[Any], None]:
    return lambda cursor: cursor.execute(sql, values) if values else cursor.execute(sql)


def count(cursor: Any) -> int:
    cursor.execute("SELECT count(*) FROM seen")
    return int(cursor.fetchall()[0][0])


def session(cursor: Any) -> Any:
    postgres = hasattr(cursor, "_c")
    cursor.execute("SELECT pg_backend_pid()" if postgres else "SELECT connection_id()")
    return cursor.fetchall()[0][0]


def is_encrypted(cursor: Any) -> bool:
    if hasattr(cursor, "_c"):
        cursor.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        return bool(cursor.fetchall()[0][0])
    cursor.execute("SHOW STATUS LIKE 'Ssl_version'")
    return str(cursor.fetchall()[0][1]).startswith("TLSv1.")


# -- the token


def test_the_token_is_kept_and_renewed_before_it_ends(world: World) -> None:
    database = connect(world)
    for seconds, tokens in ((0, 1), (700, 1), (79, 1), (1, 2), (779, 2), (1, 3)):
        world.now += seconds
        database.close()
        database.run(session)
        assert len(world.made) == tokens
    database.close()


def test_one_connection_is_kept_over_invocations_longer_than_the_token_lives(
    database: Any, world: World
) -> None:
    first = database.run(session)
    world.now += 3600
    assert database.run(session) == first
    assert len(world.made) == 1


def test_a_refused_token_is_followed_by_a_new_one_at_once(server: Postgres | MariaDb) -> None:
    world = World(server)
    server.accept(USER, "t0ken-1-" + "x" * 1400)
    database = connect(world)
    database.run(session)
    database.close()
    assert len(world.made) == 2
    assert world.waits == []


def test_a_second_refusal_is_final(server: Postgres | MariaDb) -> None:
    world = World(server)
    server.accept(USER, "another")
    with pytest.raises(Exception, match=r"password authentication failed|Access denied"):
        connect(world).run(session)
    assert len(world.made) == 2


def test_a_token_is_signed_for_this_host_port_and_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    token = client.aws_tokens("eu-west-1")("db.example.com", 5432, "orders")
    parts = urlsplit(f"https://{token}")
    signed = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert (parts.hostname, parts.port) == ("db.example.com", 5432)
    assert (signed["Action"], signed["DBUser"], signed["X-Amz-Expires"]) == ("connect", "orders", "900")
    assert signed["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
    assert "/eu-west-1/rds-db/aws4_request" in signed["X-Amz-Credential"]


def test_no_token_is_ever_shown(server: Postgres | MariaDb, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    world = World(server)
    server.accept(USER, "another")
    database = connect(world)
    with pytest.raises(Exception, match=r"fail|denied") as error:
        database.run(session)
    shown = f"{caplog.text} {error.value!r} {database!r}"
    assert "t0ken" not in shown
    assert "try 1" in shown


# -- whom it trusts


def test_the_connection_is_encrypted(database: Any) -> None:
    assert database.run(is_encrypted)


def test_a_server_of_another_authority_is_refused_and_not_asked_again(world: World) -> None:
    database = connect(world, ca_file=str(world.server.certificates.other_authority))
    with pytest.raises(Exception, match="certificate verify failed"):
        database.run(session)
    assert world.waits == []


def test_a_server_with_another_name_is_refused(world: World) -> None:
    surroundings = world.surroundings(make_token=lambda *_: "unused")
    with pytest.raises(Exception, match=r"IP address mismatch|not valid for '127\.0\.0\.1'"):
        connect(world, host="127.0.0.1", surroundings=surroundings).run(session)
    assert world.waits == []


@pytest.mark.parametrize("ca_file", ["", "/absent.pem"])
def test_without_authorities_there_is_no_client(ca_file: str) -> None:
    with pytest.raises(ValueError, match="ca_file: there is no file"):
        client.Database(engine="mysql", host="h", port=1, user="u", ca_file=ca_file)


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(ValueError, match="'oracle' is none of"):
        client.Database(engine="oracle", host="h", port=1, user="u", ca_file=__file__)


# -- lost connections


def test_after_a_restart_of_the_server_the_work_goes_on(database: Any, world: World) -> None:
    database.run(write("INSERT INTO seen VALUES ('before')"))
    world.server.crash()
    world.while_waiting = [lambda: None, world.server.restart]
    database.run(write("INSERT INTO seen VALUES ('after')"))
    assert database.run(count) == 2
    assert world.waits[:2] == [0.1, 0.2]


def test_a_server_that_stays_away_is_an_error_after_a_bounded_time(database: Any, world: World) -> None:
    world.server.crash()
    try:
        with pytest.raises(Exception, match=r"Can't|network|connection"):
            database.run(count)
        assert world.waits == [0.1, 0.2, 0.4, 0.8]
    finally:
        world.server.restart()


def test_a_connection_that_was_ended_while_nobody_used_it_is_replaced(database: Any, world: World) -> None:
    first = database.run(session)
    world.server.disconnect(USER)
    assert database.run(session) != first


def test_work_that_is_interrupted_is_done_again_from_its_start(database: Any, world: World) -> None:
    begun: list[Any] = []

    def work(cursor: Any) -> None:
        cursor.execute("INSERT INTO seen VALUES ('once')")
        begun.append(cursor)
        if len(begun) == 1:
            world.server.disconnect(USER)
        cursor.execute("INSERT INTO seen VALUES ('twice')")

    database.run(work)
    assert len(begun) == 2
    assert database.run(count) == 2


def test_what_fails_by_itself_is_not_tried_again_and_leaves_nothing(database: Any, world: World) -> None:
    def work(cursor: Any) -> None:
        cursor.execute("INSERT INTO seen VALUES ('never')")
        cursor.execute("SELECT nonsense FROM seen")

    first = database.run(session)
    with pytest.raises(Exception, match="nonsense"):
        database.run(work)
    assert (database.run(count), database.run(session)) == (0, first)
    assert world.waits == []


def test_an_error_of_the_program_undoes_its_work(database: Any) -> None:
    def work(cursor: Any) -> None:
        cursor.execute("INSERT INTO seen VALUES ('never')")
        raise KeyError("a bug")

    with pytest.raises(KeyError):
        database.run(work)
    assert database.run(count) == 0


class LostAtCommit:
    """A connection that is ended between the work and its commit."""

    def __init__(self, inner: Any, end: Callable[[], object]) -> None:
        self._inner, self._end = inner, end

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def commit(self) -> None:
        self._end()
        self._inner.commit()


@pytest.mark.parametrize("repeatable", [False, True])
def test_a_commit_of_which_nobody_knows_is_repeated_only_where_that_does_no_harm(
    database: Any, world: World, repeatable: bool
) -> None:
    inner = database._current()
    database._connection = LostAtCommit(inner, lambda: world.server.disconnect(USER))
    insert = write("INSERT INTO seen VALUES ('once')")
    if repeatable:
        database.run(insert, repeatable=True)
        assert database.run(count) == 1
    else:
        with pytest.raises(client.OutcomeUnknownError):
            database.run(insert)
        assert database.run(count) == 0


# -- a writer that moves


def test_a_writer_that_has_become_a_reader_is_left(database: Any, world: World) -> None:
    first = database.run(session)
    world.server.set_read_only(True)
    world.while_waiting = [lambda: None, lambda: world.server.set_read_only(False)]
    try:
        database.run(write("INSERT INTO seen VALUES ('written')"))
        assert len(world.waits) == 2
        assert database.run(session) != first
    finally:
        world.server.set_read_only(False)


def test_a_reader_that_is_asked_to_write_says_so_at_once(database: Any, world: World) -> None:
    reader = connect(world, reads_only=True)
    first = reader.run(session)
    world.server.set_read_only(True)
    try:
        with pytest.raises(Exception, match="read-only"):
            reader.run(write("INSERT INTO seen VALUES ('never')"))
        assert (reader.run(session), world.waits) == (first, [])
    finally:
        world.server.set_read_only(False)
    reader.close()


EVENTS: dict[str, Callable[[World], object]] = {
    "nothing": lambda world: None,
    "the connection ends": lambda world: world.server.disconnect(USER),
    "the token is refused": lambda world: world.server.accept(USER, "another"),
    "time passes": lambda world: setattr(world, "now", world.now + 800),
    "the name moves": lambda world: setattr(world, "found", frozenset({"192.0.2.9"})),
    "the name is back": lambda world: setattr(world, "found", frozenset({"127.0.0.1"})),
}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(sorted(EVENTS)), max_size=8))
@example(["the token is refused", "the connection ends"])
@example(["the token is refused", "time passes", "the name moves"])
def test_whatever_happens_between_works_each_is_done_once(
    database: Any, server: Postgres | MariaDb, story: list[str]
) -> None:
    world = Accepting(server)
    luckless = connect(world)
    luckless.run(write("DELETE FROM seen"))
    for step, event in enumerate(story, 1):
        EVENTS[event](world)
        luckless.run(write("INSERT INTO seen VALUES ('once')"))
        assert luckless.run(count) == step
    luckless.close()


def test_a_name_that_leads_elsewhere_is_followed(database: Any, world: World) -> None:
    first = database.run(session)
    world.found = frozenset({"192.0.2.7"})
    assert database.run(session) == first
    world.now += 6
    assert database.run(session) != first


def test_a_name_that_can_not_be_looked_up_changes_nothing(database: Any, world: World) -> None:
    first = database.run(session)
    world.found = frozenset()
    world.now += 6
    assert database.run(session) == first


# -- settings


def test_settings_come_from_the_environment(server: Postgres | MariaDb) -> None:
    world = Accepting(server)
    environment = {
        "DB_ENGINE": server.engine,
        "DB_HOST": server.host,
        "DB_PORT": str(server.port),
        "DB_USER": USER,
        "DB_NAME": DATABASE,
        "DB_CA_FILE": str(server.certificates.authority),
    }
    database = client.Database.from_environment(environment, surroundings=world.surroundings())
    assert database.run(session)
    database.close()
    with pytest.raises(ValueError, match="not set: DB_HOST, DB_USER"):
        client.Database.from_environment({**environment, "DB_HOST": "", "DB_USER": ""})


def test_names_are_looked_up_at_the_resolver() -> None:
    assert "127.0.0.1" in client.addresses("localhost")
    assert client.addresses("no-such-name.invalid") == frozenset()


def test_the_folder_can_be_read_alone() -> None:
    assert {path.name for path in Path(str(client.__file__)).parent.glob("*.py")} == {
        "db_client.py",
        "db_failures.py",
    }
