"""The arguments of a database's users, checked before anything is built.

What can be granted is a table that stands beside the function which does it (lambdas/db_users/privileges.json).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from components.data.access import Language, check_db_user
from components.foundation.args import Args
from components.foundation.errors import ComponentError, nearest
from components.foundation.retention import RetentionDays
from components.serverless import FunctionAlarms

SOURCE = "db_users"
_TABLE = Path(__file__).resolve().parents[2] / "lambdas" / SOURCE / "privileges.json"
PRIVILEGES: Mapping[str, Mapping[str, list[str]]] = json.loads(_TABLE.read_text())

Names = Literal["*"] | tuple[str, ...]


class DatabaseGrant(Args):
    """Rights on one thing.

    `database` alone: on the database. With `in_schema` (PostgreSQL): on the schema. With `tables` or `sequences` (names,
    or `*` for all there are and the master will make): on those; MySQL and MariaDB need `tables`. `privileges` as the
    engine calls them (`SELECT`). What a table needs to be reached comes along: USAGE of its schema, CONNECT.
    """

    database: str = Field(min_length=1)
    in_schema: str | None = Field(default=None, min_length=1)
    tables: Names | None = None
    sequences: Names | None = None
    privileges: tuple[str, ...] = Field(min_length=1)

    @property
    def kind(self) -> str:
        """What the rights are on, as the table of privileges calls it."""
        if self.tables is not None:
            return "table"
        if self.sequences is not None:
            return "sequence"
        return "schema" if self.in_schema is not None else "database"

    def check(self, language: Language) -> None:
        """Raise `ComponentError` for what databases of this kind do not know."""
        if self.tables is not None and self.sequences is not None:
            raise ComponentError("sequences", "have other privileges than tables", "write two grants")
        if language == "postgresql" and self.kind in {"table", "sequence"} and self.in_schema is None:
            raise ComponentError("in_schema", "is missing: tables and sequences are in a schema", "name it")
        if language != "postgresql":
            self._check_mysql(language)
        whole_database = language != "postgresql" and self.tables == "*"
        allowed = PRIVILEGES[language]["database" if whole_database else self.kind]
        for index, privilege in enumerate(self.privileges):
            if privilege not in allowed:
                problem = f"{privilege!r} can't be given on a {self.kind}"
                raise ComponentError(f"privileges[{index}]", problem, nearest(privilege, allowed))

    def _check_mysql(self, language: Language) -> None:
        for name in ("in_schema", "sequences"):
            if getattr(self, name) is not None:
                raise ComponentError(name, f"{language} has none", "leave it out")
        if self.tables is None:
            raise ComponentError("tables", "is missing", "name tables, or write '*' for all of the database")

    def as_input(self) -> dict[str, Any]:
        """The grant as the function reads it."""
        given = {
            "database": self.database,
            "schema": self.in_schema,
            "tables": self.tables,
            "sequences": self.sequences,
            "privileges": self.privileges,
        }
        plain = {key: list(value) if isinstance(value, tuple) else value for key, value in given.items()}
        return {key: value for key, value in plain.items() if value is not None}


class DatabaseUser(Args):
    """A user who logs in with IAM tokens: what it may do, and the most connections it may have at once."""

    grants: tuple[DatabaseGrant, ...] = ()
    connection_limit: Annotated[int, Field(ge=1, le=16_384)] | None = None


class DatabaseUsersSettings(Args):
    """What somebody decides about the users of a database.

    `users` by name. `drop_removed`: drop users that are no longer listed (and all, when the stack is destroyed) instead
    of only taking their rights and their login away. `tier`: the network's tier that the function stands in, by default
    the first that may open connections to the database; it needs a way to Secrets Manager. `ca_bundle`: a file of
    certificates to trust, by default those of the project.
    """

    users: dict[str, DatabaseUser] = Field(min_length=1)
    drop_removed: bool = False
    tier: str | None = None
    ca_bundle: str | None = None
    timeout_seconds: Annotated[int, Field(ge=10, le=900)] = 120
    log_retention_days: RetentionDays = 365
    alarms: FunctionAlarms | None = FunctionAlarms()

    def check(self, language: Language) -> None:
        """Raise `ComponentError` for users and rights that a database of this kind can't have."""
        for name, user in self.users.items():
            check_db_user(language, name, f"users.{name}")
            for index, grant in enumerate(user.grants):
                try:
                    grant.check(language)
                except ComponentError as error:
                    raise error.under(f"users.{name}.grants[{index}]") from None

    def as_input(self) -> str:
        """The users as the function reads them; the same settings give the same text."""
        users = [
            {
                "name": name,
                "grants": [grant.as_input() for grant in user.grants],
                **({"connection_limit": user.connection_limit} if user.connection_limit else {}),
            }
            for name, user in self.users.items()
        ]
        return json.dumps({"drop_removed": self.drop_removed, "users": users}, sort_keys=True)
