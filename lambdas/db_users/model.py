"""What the function decides about: users, what they may do, and the statements that make it so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby


class UsersError(ValueError):
    """The input can't be carried out; says where and why, and holds no secret."""


@dataclass(frozen=True, order=True)
class Grant:
    """One privilege on one thing.

    `kind` is `database`, `schema`, `table`, `sequence`, `column` (`name` is `table.column`), or `future tables` and
    `future sequences`: what the master user will create in a schema. `grantable`: may be handed on, which nobody asks for.
    """

    kind: str
    database: str
    schema: str = ""
    name: str = ""
    privilege: str = ""
    grantable: bool = False

    @property
    def thing(self) -> tuple[str, str, str, str]:
        """What the privilege is on."""
        return self.kind, self.database, self.schema, self.name


@dataclass(frozen=True)
class User:
    """A user as somebody wants it: `grants`, and the most connections at once (None: as many as the server allows)."""

    name: str
    grants: frozenset[Grant] = frozenset()
    connection_limit: int | None = None


@dataclass(frozen=True)
class Found:
    """A user as the database has it; `present` is false where there is none.

    `iam`: logs in with a token. `active`: may log in at all. `tls`: only over TLS. `powers`: what no application needs,
    as words of `ALTER ROLE`. `roles`: memberships besides the one that IAM needs.
    """

    present: bool = False
    iam: bool = False
    active: bool = False
    tls: bool = False
    connection_limit: int | None = None
    powers: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    grants: frozenset[Grant] = frozenset()


@dataclass(frozen=True)
class Statement:
    """SQL to run while connected to `database` (empty: where the login is)."""

    sql: str
    database: str = ""


@dataclass(frozen=True)
class Request:
    """What one invocation asks for: `wanted` users, and those that were wanted before and are `removed` now."""

    wanted: tuple[User, ...] = ()
    removed: tuple[str, ...] = ()
    drop: bool = False

    @property
    def names(self) -> list[str]:
        """Every user that the invocation is about."""
        return [user.name for user in self.wanted] + list(self.removed)


@dataclass(frozen=True)
class Things:
    """What exists: databases, and in each its schemas, tables and sequences (kind, database, schema, name).

    `folded`: the server keeps the names of databases and tables in small letters.
    """

    databases: frozenset[str] = frozenset()
    inside: frozenset[tuple[str, str, str, str]] = frozenset()
    folded: bool = False


def difference(have: Iterable[Grant], want: Iterable[Grant]) -> tuple[list[Grant], list[Grant]]:
    """What to revoke and what to grant, in this order and sorted."""
    before, after = set(have), set(want)
    return sorted(before - after), sorted(after - before)


def by_thing(grants: Iterable[Grant]) -> list[tuple[Grant, list[str]]]:
    """Grants on the same thing together: one of them, and the privileges of all."""
    together = groupby(sorted(grants), key=lambda grant: grant.thing)
    groups = [list(group) for _, group in together]
    return [(group[0], sorted({grant.privilege for grant in group})) for group in groups]
