"""Reads the input: checks every name and privilege before anything is connected to.

    {"users": [{"name": "app", "connection_limit": 20, "grants": [
        {"database": "shop", "schema": "public", "tables": "*", "privileges": ["SELECT", "INSERT"]},
        {"database": "shop", "schema": "public", "sequences": "*", "privileges": ["USAGE"]}]}],
     "drop_removed": false,
     "tf": {"action": "update", "prev_input": {...}}}      (the provider adds this; nobody writes it)

Only privileges on data can be asked for. There is no ALL, nothing on a whole server, and nothing that can be handed on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from model import Grant, Request, User, UsersError

DATABASE, SCHEMA, TABLE, SEQUENCE = "database", "schema", "table", "sequence"

PRIVILEGES: dict[str, dict[str, frozenset[str]]] = {
    engine: {kind: frozenset(names) for kind, names in kinds.items()}
    for engine, kinds in json.loads(Path(__file__).with_name("privileges.json").read_text()).items()
}
"""What can be asked for, by engine and kind of thing."""

LONGEST = {
    "postgresql": {"user": 63, "name": 63},
    "mysql": {"user": 32, "name": 64},
    "mariadb": {"user": 80, "name": 64},
}
"""Longest names: bytes in PostgreSQL, which would cut the rest off without a word; characters in the others."""

_RESERVED_USER = re.compile(
    r"(?i)rdsadmin|rdsproxyadmin|rdsrepladmin|rdstopmgr|rds_.*|pg_.*|mysql\..*|mariadb\..*|root|public"
)
_RESERVED_DATABASE = re.compile(r"(?i)rdsadmin|template[01]|mysql|sys|performance_schema|information_schema")
_RESERVED_SCHEMA = re.compile(r"(?i)pg_.*|information_schema")
_USER_KEYS = {"name", "grants", "connection_limit"}
_GRANT_KEYS = {"database", "schema", "tables", "sequences", "privileges"}


def request(event: Mapping[str, Any], engine: str, master: str) -> Request:
    """What the invocation asks for; `master` is the login's own name, which nobody may ask to change."""
    life = event.get("tf") or {}
    users = tuple(
        _user(user, engine, master, f"users[{index}]") for index, user in enumerate(_list(event, "users", ""))
    )
    names = [user.name for user in users]
    for name in names:
        if names.count(name) > 1:
            raise UsersError(f"users: {name!r} is named twice")
    drop = bool(event.get("drop_removed", False))
    if life.get("action") == "delete":
        return Request(removed=tuple(names), drop=drop)
    earlier = [str(user["name"]) for user in _list(life.get("prev_input") or {}, "users", "")]
    removed = tuple(name for name in dict.fromkeys(earlier) if name not in names)
    for name in removed:
        _check_user(name, engine, master, "tf.prev_input")
    return Request(users, removed, drop)


def _user(value: Any, engine: str, master: str, path: str) -> User:
    if not isinstance(value, Mapping):
        raise UsersError(f"{path}: is not an object")
    _known(value, _USER_KEYS, path)
    name = _text(value, "name", path)
    _check_user(name, engine, master, path)
    limit = value.get("connection_limit")
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or not 0 < limit < 2**31):
        raise UsersError(f"{path}.connection_limit: {limit!r} is no whole number above 0")
    grants: set[Grant] = set()
    for index, grant in enumerate(_list(value, "grants", path)):
        grants |= _grants(grant, engine, f"{path}.grants[{index}]")
    return User(name, frozenset(grants), limit)


def _check_user(name: str, engine: str, master: str, path: str) -> None:
    _check_name(name, LONGEST[engine]["user"], engine, f"{path}.name")
    if _RESERVED_USER.fullmatch(name) or name == master:
        raise UsersError(f"{path}.name: {name!r} belongs to the service, the engine or the administrator")


def _check_name(name: str, longest: int, engine: str, path: str) -> None:
    length = len(name.encode()) if engine == "postgresql" else len(name)
    if not name or length > longest:
        raise UsersError(f"{path}: the name has {length} characters; {engine} allows 1 to {longest}")
    if "\0" in name or (engine != "postgresql" and (name != name.rstrip() or max(name) > "\uffff")):
        raise UsersError(f"{path}: {engine} has no names like this one")


def _grants(value: Any, engine: str, path: str) -> set[Grant]:
    """One entry of the input as single privileges, with what they need to be of use."""
    if not isinstance(value, Mapping):
        raise UsersError(f"{path}: is not an object")
    _known(value, _GRANT_KEYS, path)
    longest = LONGEST[engine]["name"]
    database = _text(value, "database", path)
    _check_name(database, longest, engine, f"{path}.database")
    if _RESERVED_DATABASE.fullmatch(database):
        raise UsersError(f"{path}.database: {database!r} belongs to the server")
    schema = _schema(value, engine, path)
    kind, names = _things(value, engine, path)
    for name in names if kind in {TABLE, SEQUENCE} else []:
        _check_name(name, longest, engine, f"{path}.{kind}s")
    privileges = _privileges(value, engine, kind, path)
    made = {Grant(kind, database, schema, name, privilege) for name in names for privilege in privileges}
    return made | _needed(engine, kind, database, schema)


def _schema(value: Mapping[str, Any], engine: str, path: str) -> str:
    inside = "tables" in value or "sequences" in value
    if engine != "postgresql":
        if "schema" in value:
            raise UsersError(f"{path}.schema: {engine} has databases only; leave it out")
        return ""
    if "schema" not in value:
        if inside:
            raise UsersError(f"{path}.schema: tables and sequences are in a schema; name it")
        return ""
    schema = _text(value, "schema", path)
    _check_name(schema, LONGEST[engine]["name"], engine, f"{path}.schema")
    if _RESERVED_SCHEMA.fullmatch(schema):
        raise UsersError(f"{path}.schema: {schema!r} belongs to the server")
    return schema


def _things(value: Mapping[str, Any], engine: str, path: str) -> tuple[str, list[str]]:
    """The kind of thing that is granted, and their names; `*` stands for all there are and will be."""
    given = [kind for kind in (TABLE, SEQUENCE) if f"{kind}s" in value]
    if len(given) > 1:
        raise UsersError(f"{path}: tables and sequences have different privileges; use two entries")
    if not given:
        if engine != "postgresql":
            raise UsersError(f"{path}.tables: is missing; name tables, or write '*' for all of the database")
        return (SCHEMA if "schema" in value else DATABASE), [""]
    kind = given[0]
    if kind not in PRIVILEGES[engine]:
        raise UsersError(f"{path}.{kind}s: {engine} has none")
    names = value[f"{kind}s"]
    if names == "*":
        # MySQL has privileges on a database that stand for those on all of its tables.
        return (kind, ["*"]) if engine == "postgresql" else (DATABASE, [""])
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise UsersError(f"{path}.{kind}s: write '*' or a list of names")
    if "*" in names:
        raise UsersError(f"{path}.{kind}s: write '*' alone for all of them")
    return kind, names


def _privileges(value: Mapping[str, Any], engine: str, kind: str, path: str) -> list[str]:
    allowed = PRIVILEGES[engine][kind]
    found = _list(value, "privileges", path)
    if not found:
        raise UsersError(f"{path}.privileges: is missing; {kind}: {', '.join(sorted(allowed))}")
    for privilege in found:
        if privilege not in allowed:
            raise UsersError(f"{path}.privileges: {privilege!r} is none of {', '.join(sorted(allowed))}")
    return [str(privilege) for privilege in found]


def _needed(engine: str, kind: str, database: str, schema: str) -> set[Grant]:
    """In PostgreSQL a table is out of reach without USAGE of its schema, and that without CONNECT."""
    if engine != "postgresql":
        return set()
    needed = {Grant(DATABASE, database, privilege="CONNECT")}
    if kind in {TABLE, SEQUENCE}:
        needed.add(Grant(SCHEMA, database, schema, privilege="USAGE"))
    return needed


def _known(value: Mapping[str, Any], keys: set[str], path: str) -> None:
    for key in value:
        if key not in keys:
            raise UsersError(f"{path}.{key}: is not known; known are {', '.join(sorted(keys))}")


def _text(value: Mapping[str, Any], key: str, path: str) -> str:
    found = value.get(key)
    if not isinstance(found, str):
        raise UsersError(f"{path}.{key}: is missing or no text")
    return found


def _list(value: Mapping[str, Any], key: str, path: str) -> Sequence[Any]:
    found = value.get(key) or []
    if not isinstance(found, list):
        raise UsersError(f"{path}.{key}: is not a list".lstrip("."))
    return found
