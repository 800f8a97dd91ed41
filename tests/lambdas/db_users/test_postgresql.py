"""The function on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pg8000.exceptions
import pg8000.native
import pytest
from hypothesis import HealthCheck, example, given, settings

from tests.lambdas.db_users.support import Managed, model, names, user
from tests.lambdas.loading import load
from tests.servers.postgres import Postgres

postgresql = load("db_users", "postgresql")

READ = {"database": "shop", "schema": "sales", "tables": "*", "privileges": ["SELECT"]}


@pytest.fixture(scope="module")
def shop(postgres: Postgres) -> Iterator[Postgres]:
    """A database of the master's with tables; nothing of it is left."""
    master(postgres, "CREATE DATABASE shop", "postgres")
    for sql in (
        "CREATE SCHEMA sales",
        "CREATE TABLE sales.orders (id serial, item text, price int)",
        "CREATE TABLE sales.customers (id serial)",
        "CREATE VIEW sales.recent AS SELECT * FROM sales.orders",
    ):
        master(postgres, sql)
    yield postgres
    postgres.drop_database("shop")


@pytest.fixture
def managed(shop: Postgres) -> Iterator[Managed[Postgres]]:
    one = Managed(shop)
    yield one
    one.delete(user("app"), user("other"), drop=True)
    one.close()


def master(server: Postgres, sql: str, database: str = "shop") -> list[list[object]]:
    return server.run_as_master(sql, database)


def may(server: Postgres, name: str, table: str, privilege: str) -> bool:
    sql = "SELECT has_table_privilege(CAST(:name AS name), :table, :privilege)"
    return bool(server.run(sql, "shop", name=name, table=table, privilege=privilege)[0][0])


def log_in(server: Postgres, name: str, token: str) -> pg8000.native.Connection:
    return pg8000.native.Connection(
        name,
        host=server.host,
        port=server.port,
        database="shop",
        password=token,
        ssl_context=server.trusting(),
    )


def test_a_user_logs_in_with_a_token_and_may_do_what_is_listed(managed: Managed[Postgres]) -> None:
    managed.want(user("app", READ))
    managed.server.accept("app", "a token")
    with log_in(managed.server, "app", "a token") as connection:
        assert connection.run("SELECT count(*) FROM sales.orders") == [[0]]
        with pytest.raises(pg8000.exceptions.DatabaseError, match="permission denied"):
            connection.run("INSERT INTO sales.orders (item) VALUES ('tea')")
        with pytest.raises(pg8000.exceptions.DatabaseError, match="permission denied"):
            connection.run("CREATE TABLE sales.mine ()")


def test_the_second_time_nothing_is_run(managed: Managed[Postgres]) -> None:
    wanted = user("app", READ, {"database": "shop", "privileges": ["TEMPORARY"]}, connection_limit=5)
    assert managed.want(wanted)["statements"]
    assert managed.want(wanted, before=[wanted])["statements"] == 0
    assert managed.log == [
        {"event": "done", "users": ["app"], "removed": [], "dropped": False, "statements": 0}
    ]


def test_all_tables_are_those_to_come_too(managed: Managed[Postgres]) -> None:
    managed.want(user("app", READ))
    master(managed.server, "CREATE TABLE sales.later ()")
    try:
        assert may(managed.server, "app", "sales.later", "SELECT")
        assert managed.want(user("app", READ))["statements"] == 0
        managed.want(user("app", {**READ, "tables": ["orders"]}))
        assert not may(managed.server, "app", "sales.later", "SELECT")
    finally:
        master(managed.server, "DROP TABLE sales.later")
    master(managed.server, "CREATE TABLE sales.latest ()")
    try:
        assert not may(managed.server, "app", "sales.latest", "SELECT")
    finally:
        master(managed.server, "DROP TABLE sales.latest")


def test_what_is_no_longer_asked_for_is_taken_away(managed: Managed[Postgres]) -> None:
    write = {**READ, "tables": ["orders"], "privileges": ["INSERT", "UPDATE"]}
    ids = {"database": "shop", "schema": "sales", "sequences": "*", "privileges": ["USAGE"]}
    managed.want(user("app", READ, write, ids))
    managed.want(user("app", {**write, "privileges": ["INSERT"]}), before=[user("app", READ, write, ids)])
    rights = {p for p in ("SELECT", "INSERT", "UPDATE") if may(managed.server, "app", "sales.orders", p)}
    assert rights == {"INSERT"}
    assert not may(managed.server, "app", "sales.customers", "SELECT")
    sequence = "SELECT has_sequence_privilege('app', 'sales.orders_id_seq', 'USAGE')"
    assert managed.server.run(sequence, "shop") == [[False]]


def test_rights_given_by_hand_are_taken_away(managed: Managed[Postgres]) -> None:
    managed.want(user("app", READ))
    for sql in (
        "GRANT SELECT (item), UPDATE (price) ON sales.orders TO app",
        "GRANT SELECT ON sales.customers TO app WITH GRANT OPTION",
        "GRANT CREATE ON SCHEMA sales TO app",
        "GRANT CREATE ON DATABASE shop TO app",
        "ALTER ROLE app CREATEDB CREATEROLE",
        "CREATE ROLE helpers",
        "GRANT helpers TO app",
    ):
        master(managed.server, sql)
    try:
        managed.want(user("app", READ))
        assert managed.server.run("SELECT pg_has_role('app', 'helpers', 'member')") == [[False]]
    finally:
        master(managed.server, "DROP ROLE helpers")
    powers = (
        "rolcreatedb",
        "rolcreaterole",
        "has_database_privilege('app', 'shop', 'CREATE')",
        "has_schema_privilege('app', 'sales', 'CREATE')",
        "has_column_privilege('app', 'sales.orders', 'price', 'UPDATE')",
        "has_table_privilege('app', 'sales.customers', 'SELECT WITH GRANT OPTION')",
    )
    read = f"SELECT {', '.join(powers)} FROM pg_roles WHERE rolname = 'app'"
    assert managed.server.run(read, "shop") == [[False] * 6]
    assert may(managed.server, "app", "sales.customers", "SELECT")
    assert managed.want(user("app", READ))["statements"] == 0


def test_a_removed_user_is_shut_out_and_dropped_only_when_told(managed: Managed[Postgres]) -> None:
    app, other = user("app", READ), user("other")
    managed.want(app, other)
    managed.server.accept("app", "a token")
    managed.want(other, before=[app, other])
    assert not may(managed.server, "app", "sales.orders", "SELECT")
    with pytest.raises(pg8000.exceptions.DatabaseError, match="not permitted to log in"):
        log_in(managed.server, "app", "a token")
    assert managed.want(other, before=[app, other])["statements"] == 0
    managed.want(app, other)
    with log_in(managed.server, "app", "a token") as connection:
        assert connection.run("SELECT current_user") == [["app"]]
    managed.want(other, before=[app, other], drop=True)
    assert managed.server.run("SELECT rolname FROM pg_roles WHERE rolname IN ('app', 'other')") == [["other"]]
    assert managed.want(other, before=[app, other], drop=True)["statements"] == 0


def test_destroying_the_stack_shuts_all_users_out(managed: Managed[Postgres]) -> None:
    managed.want(user("app", READ))
    assert managed.delete(user("app", READ)) == {"users": [], "removed": ["app"], "statements": 7}
    assert managed.server.run("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'app'") == [[False]]


def test_somebody_elses_user_is_not_touched(managed: Managed[Postgres]) -> None:
    managed.server.run("CREATE ROLE person LOGIN PASSWORD 'x'")
    try:
        with pytest.raises(model.UsersError, match="'person' exists and does not log in with a token"):
            managed.want(user("app"), user("person"))
        with pytest.raises(model.UsersError, match="'person' exists"):
            managed.delete(user("person"), drop=True)
        assert managed.server.run("SELECT 1 FROM pg_roles WHERE rolname = 'app'") == []
    finally:
        managed.server.run("DROP ROLE person")


@pytest.mark.parametrize(
    ("grant", "said"),
    [
        ({**READ, "database": "absent"}, "no database 'absent'"),
        ({**READ, "schema": "absent"}, "no schema 'absent' in 'shop'"),
        ({**READ, "tables": ["orders", "absent"]}, "no table 'absent' in 'shop.sales'"),
        ({**READ, "tables": ["orders_id_seq"]}, "no table 'orders_id_seq'"),
    ],
)
def test_what_is_not_there_is_named_before_anything_is_run(
    managed: Managed[Postgres], grant: dict[str, object], said: str
) -> None:
    with pytest.raises(model.UsersError, match=said):
        managed.want(user("other"), user("app", grant))
    assert managed.log == []


def test_a_right_that_only_somebody_else_can_take_back_is_an_error(managed: Managed[Postgres]) -> None:
    managed.want(user("app"))
    managed.server.run("CREATE TABLE sales.foreign_owned ()", "shop")
    managed.server.run("GRANT SELECT ON sales.foreign_owned TO app", "shop")
    try:
        with pytest.raises((model.UsersError, pg8000.exceptions.DatabaseError), match=r"foreign_owned"):
            managed.want(user("app"))
    finally:
        managed.server.run("DROP TABLE sales.foreign_owned", "shop")


def test_a_failure_leaves_a_database_as_it_was(managed: Managed[Postgres]) -> None:
    managed.want(user("app"))
    managed.server.run("CREATE TABLE sales.zz_not_the_masters ()", "shop")
    try:
        with pytest.raises(pg8000.exceptions.DatabaseError, match="permission denied"):
            managed.want(user("app", READ))
        assert not may(managed.server, "app", "sales.orders", "SELECT")
    finally:
        managed.server.run("DROP TABLE sales.zz_not_the_masters", "shop")


def test_every_statement_is_logged_and_none_holds_a_secret(managed: Managed[Postgres]) -> None:
    managed.want(user("app", READ))
    assert managed.sql[0] == 'CREATE ROLE "app" LOGIN'
    assert managed.sql[1] == 'GRANT rds_iam TO "app"'
    assert 'GRANT SELECT ON TABLE "sales"."orders" TO "app"' in managed.sql
    assert managed.server.master_password not in str(managed.log)


HOSTILE = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])


@HOSTILE
@given(names(63), names(63), names(63))
@example('a"; DROP TABLE sales.orders; --', "sales.orders", '"')
@example("x'||(SELECT 1)||'", '""', "a:b ::int :name")
@example("%s %(name)s", "$1 $$ $tag$", "\\\\' \\")
@example("a.b", "c.d%2E", "e%")
def test_hostile_names_are_just_names(shop: Postgres, name: str, schema: str, table: str) -> None:
    if name.lower().startswith(("pg_", "rds")) or schema.startswith("pg_") or schema in {"sales", "public"}:
        return
    managed, q = Managed(shop), postgresql.quote
    wanted = user(name, {"database": "shop", "schema": schema, "tables": [table], "privileges": ["SELECT"]})
    everything = shop.run("SELECT count(*) FROM pg_class", "shop")
    master(shop, f"CREATE SCHEMA {q(schema)}")
    try:
        master(shop, f"CREATE TABLE {q(schema)}.{q(table)} (a int)")
        managed.want(wanted)
        assert managed.want(wanted)["statements"] == 0
        assert may(shop, name, f"{q(schema)}.{q(table)}", "SELECT")
        assert shop.run("SELECT rolname::text FROM pg_roles WHERE rolname::text = :n", n=name) == [[name]]
        master(shop, f"GRANT SELECT (a) ON {q(schema)}.{q(table)} TO {q(name)}")
        managed.want(user(name))
        assert not may(shop, name, f"{q(schema)}.{q(table)}", "SELECT")
    finally:
        managed.delete(wanted, drop=True)
        managed.close()
        master(shop, f"DROP SCHEMA {q(schema)} CASCADE")
    assert shop.run("SELECT rolname::text FROM pg_roles WHERE rolname::text = :n", n=name) == []
    assert shop.run("SELECT count(*) FROM pg_class", "shop") == everything


@settings(HOSTILE, max_examples=3)
@given(names(63))
@example('"; DROP DATABASE shop; --')
def test_a_hostile_database_is_just_a_name(shop: Postgres, database: str) -> None:
    managed, quoted = Managed(shop), postgresql.quote(database)
    grant = {"database": database, "privileges": ["CONNECT", "TEMPORARY"]}
    master(shop, f"CREATE DATABASE {quoted}", "postgres")
    try:
        managed.want(user("app", grant))
        assert managed.want(user("app", grant))["statements"] == 0
    finally:
        managed.delete(user("app"), drop=True)
        managed.close()
        shop.drop_database(database)
