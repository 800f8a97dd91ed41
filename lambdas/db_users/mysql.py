"""MySQL and MariaDB: how users, their rights and the statements that change them look there.

A user logs in with a token when its plugin is `AWSAuthenticationPlugin` with the string `RDS` (sources/000 line 46; RDS User
Guide, "Creating a database account using IAM authentication"). The document's statement says nothing on rights: its user
can log in and do nothing.

Every name is quoted with backticks, user names too, so that no SQL mode (NO_BACKSLASH_ESCAPES, ANSI_QUOTES) changes what a
statement means. In `ON db.*` the name is a pattern: `_` and `%` are escaped, or `my_app` would also open `my1app`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from model import Found, Grant, Statement, Things, User, UsersError, by_thing, difference

if TYPE_CHECKING:
    from collections.abc import Callable

PLUGIN, PLUGIN_STRING = "AWSAuthenticationPlugin", "RDS"
ANY_HOST = "%"
LOCK = "groundplan.db_users"
LOCK_SECONDS = 60

_USER = """
    SELECT host, plugin, authentication_string, ssl_type, max_user_connections FROM mysql.user WHERE user = %s
"""
_GRANTS = """
    SELECT 'global', '', '', '', privilege_type, is_grantable FROM information_schema.user_privileges
    WHERE grantee = %s AND (privilege_type <> 'USAGE' OR is_grantable = 'YES')
    UNION ALL SELECT 'database', table_schema, '', '', privilege_type, is_grantable
    FROM information_schema.schema_privileges WHERE grantee = %s
    UNION ALL SELECT 'table', table_schema, table_name, '', privilege_type, is_grantable
    FROM information_schema.table_privileges WHERE grantee = %s
    UNION ALL SELECT 'column', table_schema, table_name, column_name, privilege_type, is_grantable
    FROM information_schema.column_privileges WHERE grantee = %s
"""
_QUOTED = re.compile(r"`(?:[^`]|``)*`|'(?:[^'\\]|''|\\.)*'", re.DOTALL)
_TABLES = "SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema = %s"


class Cursor(Protocol):
    """As much of a PyMySQL cursor as is used."""

    def execute(self, query: str, args: Any = None) -> int:
        """Run one statement."""

    def fetchall(self) -> Any:
        """Its rows."""


class Connection(Protocol):
    """As much of a PyMySQL connection as is used."""

    def cursor(self) -> Any:
        """A new cursor."""

    def close(self) -> None:
        """End it."""


def quote(name: str) -> str:
    """A name as an identifier, whatever it holds."""
    return "`" + name.replace("`", "``") + "`"


def pattern(database: str) -> str:
    """The pattern that stands for exactly this database in `ON db.*`."""
    for special in ("\\", "_", "%"):
        database = database.replace(special, "\\" + special)
    return database


def literally(stored: str) -> str | None:
    """The database that a stored pattern stands for; None when it stands for several."""
    name, position = "", 0
    while position < len(stored):
        letter = stored[position]
        if letter == "\\" and stored[position + 1 : position + 2] in {"\\", "_", "%"}:
            position += 1
            letter = stored[position]
        elif letter in "_%":
            return None
        name += letter
        position += 1
    return name


# -- decisions


def expand(wanted: frozenset[Grant], things: Things) -> frozenset[Grant]:
    """The names as the server keeps them; all tables of a database are a privilege on the database."""
    if not things.folded:
        return wanted
    return frozenset(
        replace(grant, database=grant.database.lower(), name=grant.name.lower()) for grant in wanted
    )


def set_up(user: User, found: Found) -> list[Statement]:
    """Statements that make the user exist as an IAM user who needs TLS."""
    name = account(user.name)
    login = f"IDENTIFIED WITH {PLUGIN} AS '{PLUGIN_STRING}'"
    limit = f"WITH MAX_USER_CONNECTIONS {user.connection_limit or 0}"
    if not found.present:
        return [Statement(f"CREATE USER {name} {login} REQUIRE SSL {limit}")]
    statements = [] if found.tls else [f"ALTER USER {name} REQUIRE SSL"]
    if user.connection_limit != found.connection_limit:
        statements.append(f"ALTER USER {name} {limit}")
    if not found.active:
        statements.append(f"ALTER USER {name} ACCOUNT UNLOCK")
    return [Statement(sql) for sql in statements]


def change_grants(user: str, have: Iterable[Grant], want: Iterable[Grant]) -> list[Statement]:
    """Statements that take away what is too much, then give what is missing."""
    revoked, granted = difference(have, want)
    statements = [Statement(_revoke(user, grant, names)) for grant, names in by_thing(revoked)]
    for grant, _ in by_thing(grant for grant in revoked if grant.grantable):
        statements.append(Statement(f"REVOKE GRANT OPTION ON {_thing(grant)} FROM {account(user)}"))
    for grant, names in by_thing(granted):
        statements.append(Statement(f"GRANT {', '.join(names)} ON {_thing(grant)} TO {account(user)}"))
    return statements


def shut_out(user: str, found: Found) -> list[Statement]:
    """Statements that leave the user without rights and without login."""
    statements = change_grants(user, found.grants, ())
    if found.active:
        statements.append(Statement(f"ALTER USER {account(user)} ACCOUNT LOCK"))
    return statements


def drop(user: str, found: Found) -> list[Statement]:
    """Statements that remove the user, and its rights with it."""
    del found
    return [Statement(f"DROP USER {account(user)}")]


def account(user: str) -> str:
    """A user from any host: who may come from where is the security groups' part."""
    return f"{quote(user)}@{quote(ANY_HOST)}"


def _revoke(user: str, grant: Grant, privileges: Sequence[str]) -> str:
    if grant.kind == "column":
        privileges = [f"{privilege} ({quote(grant.schema)})" for privilege in privileges]
    return f"REVOKE {', '.join(privileges)} ON {_thing(grant)} FROM {account(user)}"


def _thing(grant: Grant) -> str:
    if grant.kind == "global":
        return "*.*"
    if grant.kind == "pattern":
        return f"{quote(grant.database)}.*"
    if grant.kind == "database":
        return f"{quote(pattern(grant.database))}.*"
    return f"{quote(grant.database)}.{quote(grant.name)}"


def grant_of(row: Sequence[Any]) -> Grant:
    """A row of the rights as a grant; a column's name takes the place that a schema has elsewhere."""
    kind, database, table, column, privilege, grantable = row
    if kind == "database":
        name = literally(database)
        kind, database = ("pattern", database) if name is None else (kind, name)
    return Grant(kind, database, column, table, privilege, grantable == "YES")


# -- the database


class MySql:
    """The server, through one connection."""

    def __init__(self, connect: Callable[[str], Connection], home: str) -> None:
        self._connection = connect(home)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def lock(self) -> None:
        """Wait until no other invocation works on the users; held until the connection ends."""
        if self._rows("SELECT GET_LOCK(%s, %s)", LOCK, LOCK_SECONDS) != [(1,)]:
            raise UsersError(
                f"another invocation has worked on the users for {LOCK_SECONDS} s; try again later"
            )

    def find(self, names: Sequence[str]) -> dict[str, Found]:
        """The users as they are."""
        return {name: self._find(name) for name in names}

    def things(self, databases: Iterable[str]) -> Things:
        """All databases, and what is inside of `databases`."""
        there = frozenset(
            name for (name,) in self._rows("SELECT schema_name FROM information_schema.schemata")
        )
        inside = {
            ("table", database, "", table)
            for wanted in sorted(set(databases))
            for database, table in self._rows(_TABLES, wanted)
        }
        folded = self._rows("SELECT @@lower_case_table_names") != [(0,)]
        return Things(there, frozenset(inside), folded)

    @contextmanager
    def changes(self, database: str) -> Iterator[Callable[[str], None]]:
        """Run statements; each takes effect at once, as the server ends a transaction before each."""
        del database
        yield self._change

    def _find(self, name: str) -> Found:
        rows = self._rows(_USER, name)
        others = sorted(host for host, *_ in rows if host != ANY_HOST)
        if others:
            # The server takes the most specific host first, so another user would come in.
            raise UsersError(f"{name!r} exists for {', '.join(others)} too; drop those users first")
        if not rows:
            return Found()
        _, plugin, text, ssl_type, limit = rows[0]
        grantee = f"'{name}'@'{ANY_HOST}'"
        return Found(
            present=True,
            iam=plugin == PLUGIN and text == PLUGIN_STRING,
            active=not self._is_locked(name),
            tls=ssl_type in {"ANY", "X509", "SPECIFIED"},
            connection_limit=limit or None,
            grants=frozenset(grant_of(row) for row in self._rows(_GRANTS, *[grantee] * 4)),
        )

    def _is_locked(self, name: str) -> bool:
        ((statement,),) = self._rows(f"SHOW CREATE USER {account(name)}")
        return " ACCOUNT LOCK" in _QUOTED.sub("", str(statement))

    def _change(self, sql: str) -> None:
        # Without values PyMySQL sends the text as it is, so a % in a name is no parameter.
        self._rows(sql)

    def _rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(sql, values or None)
            return list(cursor.fetchall())
