from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from tests.lambdas.db_users.support import model, user, wanted

TABLES = {"database": "shop", "schema": "public", "tables": ["orders"], "privileges": ["SELECT"]}
MASTER = "master"


def read(*users: dict[str, Any], engine: str = "postgresql", **more: Any) -> Any:
    return wanted.request({"users": list(users), **more}, engine, MASTER)


def grants(*entries: dict[str, Any], engine: str = "postgresql") -> set[str]:
    (found,) = read(user("app", *entries), engine=engine).wanted
    parts = [(g.privilege, g.kind, g.database, g.schema, g.name) for g in found.grants]
    return {" ".join(part for part in one if part) for one in parts}


def test_what_a_table_needs_to_be_of_use_comes_with_it() -> None:
    assert grants(TABLES) == {
        "SELECT table shop public orders",
        "USAGE schema shop public",
        "CONNECT database shop",
    }
    mysql = {key: value for key, value in TABLES.items() if key != "schema"}
    assert grants(mysql, engine="mysql") == {"SELECT table shop orders"}


def test_all_tables_of_mysql_are_a_right_on_the_database() -> None:
    entry = {"database": "shop", "tables": "*", "privileges": ["SELECT", "EXECUTE"]}
    assert grants(entry, engine="mysql") == {"SELECT database shop", "EXECUTE database shop"}


@pytest.mark.parametrize(
    ("users", "said"),
    [
        ([user("app"), user("app")], "'app' is named twice"),
        ([user("")], r"users\[0\]\.name: the name has 0 characters"),
        ([user("é" * 32)], "64 characters; postgresql allows 1 to 63"),
        ([user("a\0b")], "no names like this"),
        ([user(MASTER)], "belongs to the service"),
        ([user("rds_superuser")], "belongs to the service"),
        ([user("RDSADMIN")], "belongs to the service"),
        ([user("pg_monitor")], "belongs to the service"),
        (["app"], "is not an object"),
        ([{"grants": []}], r"users\[0\]\.name: is missing"),
        ([user("app", granst=[])], r"users\[0\]\.granst: is not known"),
        ([user("app", connection_limit=0)], "no whole number above 0"),
        ([user("app", connection_limit=True)], "no whole number above 0"),
        ([user("app", {**TABLES, "privileges": ["ALL"]})], "'ALL' is none of DELETE, INSERT"),
        ([user("app", {**TABLES, "privileges": ["SELECT; DROP TABLE x"]})], "is none of"),
        ([user("app", {**TABLES, "privileges": []})], r"grants\[0\]\.privileges: is missing"),
        ([user("app", {**TABLES, "privileges": "SELECT"})], "is not a list"),
        ([user("app", {**TABLES, "tables": []})], "a list of names"),
        ([user("app", {**TABLES, "tables": "orders"})], "a list of names"),
        ([user("app", {**TABLES, "tables": ["*", "orders"]})], r"write '\*' alone"),
        ([user("app", {**TABLES, "tables": [""]})], "0 characters"),
        ([user("app", {**TABLES, "sequences": "*"})], "use two entries"),
        (
            [user("app", {"database": "shop", "tables": "*", "privileges": ["SELECT"]})],
            "schema: tables and sequences",
        ),
        ([user("app", {**TABLES, "database": "rdsadmin"})], "'rdsadmin' belongs to the server"),
        ([user("app", {**TABLES, "schema": "pg_catalog"})], "'pg_catalog' belongs to the server"),
        ([user("app", {"privileges": ["CONNECT"]})], r"database: is missing"),
        ([user("app", "SELECT")], r"grants\[0\]: is not an object"),
    ],
)
def test_wrong_input_is_refused_with_its_place(users: list[Any], said: str) -> None:
    with pytest.raises(model.UsersError, match=said):
        read(*users)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (TABLES, "schema: mysql has databases only"),
        ({"database": "shop", "sequences": "*", "privileges": ["USAGE"]}, "mysql has none"),
        ({"database": "shop", "privileges": ["SELECT"]}, r"tables: is missing; name tables, or write '\*'"),
        ({"database": "mysql", "tables": "*", "privileges": ["SELECT"]}, "belongs to the server"),
        ({"database": "shop", "tables": "*", "privileges": ["SUPER"]}, "'SUPER' is none of"),
        ({"database": "shop", "tables": ["a"], "privileges": ["EXECUTE"]}, "'EXECUTE' is none of"),
        ({"database": "shop ", "tables": "*", "privileges": ["SELECT"]}, "no names like this"),
        ({"database": "\U0001f600", "tables": "*", "privileges": ["SELECT"]}, "no names like this"),
    ],
)
def test_mysql_has_rules_of_its_own(entry: dict[str, Any], said: str) -> None:
    with pytest.raises(model.UsersError, match=said):
        read(user("app", entry), engine="mysql")


def test_who_was_wanted_before_and_is_not_now_is_removed() -> None:
    life = {"action": "update", "prev_input": {"users": [user("gone"), user("app")]}}
    asked = read(user("app"), user("new"), tf=life)
    assert ([one.name for one in asked.wanted], asked.removed, asked.drop) == (
        ["app", "new"],
        ("gone",),
        False,
    )


def test_deleting_removes_everybody() -> None:
    asked = read(user("app"), user("other"), tf={"action": "delete", "prev_input": {}}, drop_removed=True)
    assert (asked.wanted, asked.removed, asked.drop) == ((), ("app", "other"), True)


def test_an_invocation_without_a_life_cycle_removes_nobody() -> None:
    assert read(user("app")).removed == ()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    )
)
def test_any_json_is_read_or_refused(users: Any) -> None:
    try:
        asked = wanted.request({"users": [users]}, "postgresql", MASTER)
    except model.UsersError:
        return
    assert len(asked.wanted) == 1
