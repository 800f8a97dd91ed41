"""PostgreSQL: how users, their rights and the statements that change them look there.

A user logs in with a token when it is a member of `rds_iam` (RDS User Guide, "Creating a database account using IAM
authentication"). Rights live in access lists of each database, so each is read and changed while connected to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import postgresql_catalogue as catalogue
from model import Found, Grant, Statement, Things, User, by_thing, difference

if TYPE_CHECKING:
    from collections.abc import Callable

IAM_ROLE = "rds_iam"
LOCK = 5_190_418_213
"""Number of the advisory lock that keeps two invocations apart."""

_ON = {"database": "DATABASE", "schema": "SCHEMA", "table": "TABLE", "sequence": "SEQUENCE"}
_FUTURE = {"future tables": "TABLES", "future sequences": "SEQUENCES"}


class Connection(Protocol):
    """As much of a pg8000 connection as is used."""

    def run(self, sql: str, **values: Any) -> list[list[Any]] | None:
        """Run one statement."""

    def close(self) -> None:
        """End it."""


def quote(name: str) -> str:
    """A name as an identifier, whatever it holds; the database has no names with NUL."""
    return '"' + name.replace('"', '""') + '"'


# -- decisions


def expand(wanted: frozenset[Grant], things: Things) -> frozenset[Grant]:
    """`*` as every table or sequence there is, and a default for those to come."""
    grants = set()
    for grant in wanted:
        if grant.name != "*":
            grants.add(grant)
            continue
        grants.add(Grant(f"future {grant.kind}s", grant.database, grant.schema, "", grant.privilege))
        for kind, database, schema, name in things.inside:
            if (kind, database, schema) == (grant.kind, grant.database, grant.schema):
                grants.add(Grant(kind, database, schema, name, grant.privilege))
    return frozenset(grants)


def set_up(user: User, found: Found) -> list[Statement]:
    """Statements that make the user exist as an IAM user, with no power of its own."""
    name = quote(user.name)
    statements = [] if found.present else [f"CREATE ROLE {name} LOGIN"]
    if not found.iam:
        statements.append(f"GRANT {IAM_ROLE} TO {name}")
    changes = [f"NO{power}" for power in found.powers]
    if found.present and not found.active:
        changes.append("LOGIN")
    if user.connection_limit != found.connection_limit:
        changes.append(f"CONNECTION LIMIT {-1 if user.connection_limit is None else user.connection_limit}")
    if changes:
        statements.append(f"ALTER ROLE {name} {' '.join(changes)}")
    statements += [f"REVOKE {quote(role)} FROM {name}" for role in found.roles]
    return [Statement(sql) for sql in statements]


def change_grants(user: str, have: Iterable[Grant], want: Iterable[Grant]) -> list[Statement]:
    """Statements that take away what is too much, then give what is missing."""
    revoked, granted = difference(have, want)
    statements = [
        Statement(_revoke(user, grant, names), grant.database) for grant, names in by_thing(revoked)
    ]
    return statements + [
        Statement(_grant(user, grant, names), grant.database) for grant, names in by_thing(granted)
    ]


def shut_out(user: str, found: Found) -> list[Statement]:
    """Statements that leave the user without rights and without login."""
    statements = change_grants(user, found.grants, ())
    if found.active:
        statements.append(Statement(f"ALTER ROLE {quote(user)} NOLOGIN"))
    return statements


def drop(user: str, found: Found) -> list[Statement]:
    """Statements that remove the user; PostgreSQL refuses while it owns anything."""
    return [*change_grants(user, found.grants, ()), Statement(f"DROP ROLE {quote(user)}")]


def _grant(user: str, grant: Grant, privileges: Sequence[str]) -> str:
    return _default(user, grant, privileges, "GRANT", "TO") or (
        f"GRANT {', '.join(privileges)} ON {_thing(grant)} TO {quote(user)}"
    )


def _revoke(user: str, grant: Grant, privileges: Sequence[str]) -> str:
    if grant.kind == "column":
        table, _, column = grant.name.partition(".")
        of_column = ", ".join(f"{privilege} ({quote(_unescape(column))})" for privilege in privileges)
        where = f"{quote(grant.schema)}.{quote(_unescape(table))}"
        return f"REVOKE {of_column} ON TABLE {where} FROM {quote(user)}"
    return _default(user, grant, privileges, "REVOKE", "FROM") or (
        f"REVOKE {', '.join(privileges)} ON {_thing(grant)} FROM {quote(user)}"
    )


def _default(user: str, grant: Grant, privileges: Sequence[str], verb: str, preposition: str) -> str | None:
    """The statement for what will be created, or None for what there is."""
    if grant.kind not in _FUTURE:
        return None
    schema = f" IN SCHEMA {quote(grant.schema)}" if grant.schema else ""
    change = f"{verb} {', '.join(privileges)} ON {_FUTURE[grant.kind]} {preposition} {quote(user)}"
    return f"ALTER DEFAULT PRIVILEGES{schema} {change}"


def _thing(grant: Grant) -> str:
    parts = {"database": [grant.database], "schema": [grant.schema]}.get(
        grant.kind, [grant.schema, grant.name]
    )
    return f"{_ON[grant.kind]} {'.'.join(quote(part) for part in parts)}"


def _unescape(part: str) -> str:
    return part.replace("%2E", ".").replace("%25", "%")


def column_name(table: str, column: str) -> str:
    """Table and column in one name; dots inside either are written `%2E`."""
    return ".".join(part.replace("%", "%25").replace(".", "%2E") for part in (table, column))


# -- the database


class PostgreSql:
    """The server, through one connection a database; `connect` opens one to the database that it is given."""

    def __init__(self, connect: Callable[[str], Connection], home: str) -> None:
        self._connect = connect
        self._home = home
        self._open: dict[str, Connection] = {}

    def close(self) -> None:
        """End all connections."""
        for connection in self._open.values():
            connection.close()

    def lock(self) -> None:
        """Wait until no other invocation works on the users; held until the connection ends."""
        self._run(self._home, "SELECT pg_advisory_lock(:number)", number=LOCK)

    def find(self, names: Sequence[str]) -> dict[str, Found]:
        """The users as they are."""
        found = {name: Found() for name in names}
        for name, login, limit, powers in self._run(self._home, catalogue.ROLES, names=list(names)):
            roles = {role for (role,) in self._run(self._home, catalogue.MEMBERSHIPS, name=name)}
            found[name] = Found(
                present=True,
                iam=IAM_ROLE in roles,
                active=login,
                tls=True,
                connection_limit=None if limit < 0 else limit,
                powers=tuple(power for power in powers.split() if power),
                roles=tuple(sorted(roles - {IAM_ROLE})),
                grants=frozenset(self._grants(name)),
            )
        return found

    def things(self, databases: Iterable[str]) -> Things:
        """All databases, and what is inside of `databases`."""
        there = frozenset(name for (name,) in self._run(self._home, catalogue.DATABASES))
        inside = {
            (kind, database, schema, name)
            for database in sorted(set(databases) & there)
            for kind, schema, name in self._run(database, catalogue.THINGS)
        }
        return Things(there, frozenset(inside))

    @contextmanager
    def changes(self, database: str) -> Iterator[Callable[[str], None]]:
        """Run statements in `database` (empty: where the login is): all of them, or none."""
        where = database or self._home
        self._run(where, "START TRANSACTION")
        try:
            yield lambda sql: self._change(where, sql)
        except BaseException:
            self._run(where, "ROLLBACK")
            raise
        self._run(where, "COMMIT")

    def _grants(self, user: str) -> Iterator[Grant]:
        for database, privilege, grantable in self._run(self._home, catalogue.DATABASE_GRANTS, name=user):
            yield Grant("database", database, "", "", privilege, grantable)
        for (database,) in self._run(self._home, catalogue.DATABASES_OF, name=user):
            rows = self._run(database, catalogue.GRANTS, name=user)
            for kind, schema, table, column, privilege, grantable in rows:
                name = column_name(table, column) if kind == "column" else table
                yield Grant(kind, database, schema, name, privilege, grantable)

    def _change(self, database: str, sql: str) -> None:
        # Without values pg8000 sends the text as it is, so a colon in a name is no parameter.
        self._run(database, sql)

    def _run(self, database: str, sql: str, **values: Any) -> list[list[Any]]:
        if database not in self._open:
            self._open[database] = self._connect(database)
        return self._open[database].run(sql, **values) or []
