"""The function on a real MariaDB with the plugin that RDS has; the same statements go to MySQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pymysql
import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from tests.lambdas.db_users.support import Managed, model, names, user
from tests.lambdas.loading import load
from tests.servers.mariadb import MariaDb

mysql = load("db_users", "mysql")

READ = {"database": "my_shop", "tables": "*", "privileges": ["SELECT"]}
ORDERS = {"database": "my_shop", "tables": ["orders"], "privileges": ["INSERT", "UPDATE"]}


@pytest.fixture(scope="module")
def shop(mariadb: MariaDb) -> Iterator[MariaDb]:
    """Two databases with names that differ in a letter that patterns take for any; nothing of them is left."""
    for name in ("my_shop", "my1shop"):
        mariadb.run(f"CREATE DATABASE {name}")
        mariadb.run(f"CREATE TABLE {name}.orders (id int)")
    mariadb.run("CREATE TABLE my_shop.customers (id int, name text)")
    yield mariadb
    for name in ("my_shop", "my1shop"):
        mariadb.run(f"DROP DATABASE {name}")


@pytest.fixture
def managed(shop: MariaDb) -> Iterator[Managed[MariaDb]]:
    one = Managed(shop)
    yield one
    one.delete(user("app"), user("other"), drop=True)
    one.close()


def log_in(server: MariaDb, name: str, token: str, **options: Any) -> Any:
    tls = {"ssl": server.trusting(), **options}
    return pymysql.connect(host=server.host, port=server.port, user=name, password=token, **tls)


def try_as(server: MariaDb, name: str, sql: str) -> Any:
    """What the user gets for a statement; raises what the server answers."""
    server.accept(name, "a token")
    with log_in(server, name, "a token") as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_a_user_logs_in_with_a_token_and_may_do_what_is_listed(managed: Managed[MariaDb]) -> None:
    managed.want(user("app", READ))
    assert managed.sql == [
        "CREATE USER `app`@`%` IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL WITH MAX_USER_CONNECTIONS 0",
        r"GRANT SELECT ON `my\_shop`.* TO `app`@`%`",
    ]
    assert try_as(managed.server, "app", "SELECT count(*) FROM my_shop.orders") == ((0,),)
    with pytest.raises(pymysql.err.OperationalError, match="INSERT command denied"):
        try_as(managed.server, "app", "INSERT INTO my_shop.orders VALUES (1)")
    with pytest.raises(pymysql.err.OperationalError, match="Access denied"):
        log_in(managed.server, "app", "another token")


def test_a_database_whose_name_fits_the_pattern_stays_closed(managed: Managed[MariaDb]) -> None:
    managed.want(user("app", READ))
    with pytest.raises(pymysql.err.OperationalError, match="SELECT command denied"):
        try_as(managed.server, "app", "SELECT * FROM my1shop.orders")


def test_the_second_time_nothing_is_run(managed: Managed[MariaDb]) -> None:
    wanted = user("app", READ, ORDERS, connection_limit=7)
    assert managed.want(wanted)["statements"] == 3
    assert managed.want(wanted, before=[wanted])["statements"] == 0


def test_what_is_no_longer_asked_for_is_taken_away(managed: Managed[MariaDb]) -> None:
    managed.want(user("app", READ, ORDERS))
    managed.want(user("app", {**ORDERS, "privileges": ["INSERT"]}), before=[user("app", READ, ORDERS)])
    assert managed.sql == [
        r"REVOKE SELECT ON `my\_shop`.* FROM `app`@`%`",
        "REVOKE UPDATE ON `my_shop`.`orders` FROM `app`@`%`",
    ]
    assert managed.want(user("app", {**ORDERS, "privileges": ["INSERT"]}))["statements"] == 0


def test_rights_given_by_hand_are_taken_away(managed: Managed[MariaDb]) -> None:
    managed.want(user("app", READ))
    for sql in (
        "GRANT RELOAD, PROCESS ON *.* TO app",
        "GRANT INSERT, CREATE VIEW ON `my_shop`.* TO app",
        r"GRANT SELECT ON `my\_shop`.* TO app WITH GRANT OPTION",
        "GRANT SELECT (id, name) ON my_shop.customers TO app",
        "GRANT DELETE ON my_shop.orders TO app WITH GRANT OPTION",
        "ALTER USER app REQUIRE NONE",
    ):
        managed.server.run(sql)
    managed.want(user("app", READ))
    assert managed.server.run("SHOW GRANTS FOR app") == [
        ["GRANT USAGE ON *.* TO `app`@`%` IDENTIFIED VIA AWSAuthenticationPlugin USING 'RDS' REQUIRE SSL"],
        [r"GRANT SELECT ON `my\_shop`.* TO `app`@`%`"],
    ]
    assert managed.want(user("app", READ))["statements"] == 0


def test_a_removed_user_is_shut_out_and_dropped_only_when_told(managed: Managed[MariaDb]) -> None:
    app, other = user("app", READ), user("other")
    managed.want(app, other)
    managed.want(other, before=[app, other])
    with pytest.raises(pymysql.err.OperationalError, match="locked"):
        try_as(managed.server, "app", "SELECT 1")
    assert managed.want(other, before=[app, other])["statements"] == 0
    managed.want(app, other)
    assert try_as(managed.server, "app", "SELECT count(*) FROM my_shop.orders") == ((0,),)
    managed.want(other, before=[app, other], drop=True)
    assert managed.server.run("SELECT user FROM mysql.user WHERE user IN ('app', 'other')") == [["other"]]


def test_destroying_the_stack_shuts_all_users_out(managed: Managed[MariaDb]) -> None:
    managed.want(user("app", READ))
    assert managed.delete(user("app", READ)) == {"users": [], "removed": ["app"], "statements": 2}
    assert managed.sql[-1] == "ALTER USER `app`@`%` ACCOUNT LOCK"


def test_somebody_elses_user_is_not_touched(managed: Managed[MariaDb]) -> None:
    managed.server.run("CREATE USER person IDENTIFIED BY 'x'")
    try:
        with pytest.raises(model.UsersError, match="'person' exists and does not log in with a token"):
            managed.want(user("app"), user("person"))
        assert managed.log == []
    finally:
        managed.server.run("DROP USER person")


def test_a_user_of_the_same_name_for_a_nearer_host_is_an_error(managed: Managed[MariaDb]) -> None:
    managed.server.run("CREATE USER app@'127.0.0.1' IDENTIFIED BY 'x'")
    try:
        with pytest.raises(model.UsersError, match=r"'app' exists for 127\.0\.0\.1 too"):
            managed.want(user("app"))
    finally:
        managed.server.run("DROP USER app@'127.0.0.1'")


@pytest.mark.parametrize(
    ("grant", "said"),
    [
        ({**READ, "database": "absent"}, "no database 'absent'"),
        ({**ORDERS, "tables": ["orders", "absent"]}, "no table 'absent' in 'my_shop'"),
    ],
)
def test_what_is_not_there_is_named_before_anything_is_run(
    managed: Managed[MariaDb], grant: dict[str, Any], said: str
) -> None:
    with pytest.raises(model.UsersError, match=said):
        managed.want(user("other"), user("app", grant))
    assert managed.log == []


def test_without_tls_nobody_gets_in(managed: Managed[MariaDb]) -> None:
    managed.want(user("app"))
    managed.server.accept("app", "a token")
    with pytest.raises(pymysql.err.OperationalError):
        log_in(managed.server, "app", "a token", ssl=None, ssl_disabled=True)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names(32, beyond_the_bmp=False),
    names(64, beyond_the_bmp=False).filter(lambda n: "/" not in n and "." not in n and "\\" not in n),
    names(64, beyond_the_bmp=False).filter(lambda n: "/" not in n and "." not in n and "\\" not in n),
)
@example("a`; DROP TABLE my_shop.orders --", "my%shop", "`")
@example("x' OR '1'='1", "`__`", "%s %(name)s")
@example("it's \\' ACCOUNT LOCK", "a'b\"c", "# -- ;")
@example("a'@'%", "100%", "_")
def test_hostile_names_are_just_names(shop: MariaDb, name: str, database: str, table: str) -> None:
    managed, q = Managed(shop), mysql.quote
    everywhere = {"database": database, "tables": "*", "privileges": ["SELECT"]}
    there = {"database": database, "tables": [table], "privileges": ["INSERT"]}
    tables = "SELECT table_schema, table_name FROM information_schema.tables ORDER BY 1, 2"
    before = shop.run(tables)
    shop.run(f"CREATE DATABASE {q(database)}")
    try:
        shop.run(f"CREATE TABLE {q(database)}.{q(table)} (id int)")
        managed.want(user(name, everywhere, there))
        assert managed.want(user(name, everywhere, there))["statements"] == 0
        assert shop.run("SELECT user FROM mysql.user WHERE user = %s", name) == [[name]]
        managed.want(user(name, there))
        assert managed.want(user(name, there))["statements"] == 0
        managed.delete(user(name))
        assert managed.delete(user(name))["statements"] == 0
    finally:
        managed.delete(user(name), drop=True)
        managed.close()
        shop.run(f"DROP DATABASE {q(database)}")
    assert shop.run("SELECT user FROM mysql.user WHERE user = %s", name) == []
    assert shop.run(tables) == before


@given(st.text())
def test_a_pattern_stands_for_one_database(name: str) -> None:
    assert mysql.literally(mysql.pattern(name)) == name


@pytest.mark.parametrize("stored", ["my_shop", "%", r"a\_b%", r"\\_"])
def test_a_stored_pattern_may_stand_for_several(stored: str) -> None:
    assert mysql.literally(stored) is None
