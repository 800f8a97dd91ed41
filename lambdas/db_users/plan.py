"""Decides what to run: compares what is wanted with what there is. Nothing here talks to a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from model import Found, Grant, Request, Statement, Things, User, UsersError


class Dialect(Protocol):
    """How an engine writes its statements (`postgresql`, `mysql`)."""

    def expand(self, wanted: frozenset[Grant], things: Things) -> frozenset[Grant]:
        """Grants as the server will keep them."""

    def set_up(self, user: User, found: Found) -> list[Statement]:
        """Make the user exist."""

    def change_grants(self, user: str, have: Iterable[Grant], want: Iterable[Grant]) -> list[Statement]:
        """Give and take rights."""

    def shut_out(self, user: str, found: Found) -> list[Statement]:
        """Leave the user without rights and login."""

    def drop(self, user: str, found: Found) -> list[Statement]:
        """Remove the user."""


def statements(
    request: Request, found: Mapping[str, Found], things: Things, dialect: Dialect
) -> list[Statement]:
    """What to run, in order; empty when everything is as wanted.

    Raises `UsersError` before anything is run: for a user that exists and does not log in with a token (it is somebody
    else's), and for things that are not there.
    """
    check_owned(request, found)
    made: list[Statement] = []
    for name in request.removed:
        if found[name].present:
            made += dialect.drop(name, found[name]) if request.drop else dialect.shut_out(name, found[name])
    for user in request.wanted:
        grants = dialect.expand(user.grants, things)
        check_there(user.name, grants, things)
        made += dialect.set_up(user, found[user.name])
        made += dialect.change_grants(user.name, found[user.name].grants, grants)
    return made


def check_owned(request: Request, found: Mapping[str, Found]) -> None:
    """Raise `UsersError` for a user that this function can't have made."""
    for name in request.names:
        user = found[name]
        if user.present and not user.iam:
            raise UsersError(f"{name!r} exists and does not log in with a token; rename or drop it first")
        if "SUPERUSER" in user.powers:
            raise UsersError(f"{name!r} is a superuser; this is nobody's application user")


def check_there(user: str, grants: Iterable[Grant], things: Things) -> None:
    """Raise `UsersError` for a database, schema, table or sequence that is wanted and is not there."""
    for grant in sorted(grants):
        if grant.database not in things.databases:
            raise UsersError(f"{user!r}: there is no database {grant.database!r}")
        schema = ("schema", grant.database, grant.schema, "")
        if grant.schema and schema not in things.inside:
            raise UsersError(f"{user!r}: there is no schema {grant.schema!r} in {grant.database!r}")
        if grant.kind in {"table", "sequence"} and grant.thing not in things.inside:
            where = f"{grant.database}.{grant.schema}" if grant.schema else grant.database
            raise UsersError(f"{user!r}: there is no {grant.kind} {grant.name!r} in {where!r}")


def by_database(planned: Sequence[Statement]) -> list[tuple[str, list[Statement]]]:
    """Statements that follow each other in the same database, together."""
    groups: list[tuple[str, list[Statement]]] = []
    for statement in planned:
        if not groups or groups[-1][0] != statement.database:
            groups.append((statement.database, []))
        groups[-1][1].append(statement)
    return groups
