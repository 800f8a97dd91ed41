"""Makes a database's users what is asked for: they log in with IAM tokens, and may do what is listed and no more.

    Invocation {users, drop_removed, tf} -> read users and rights -> decide -> run statements, one log line each
                                                ^ as the master, over verified TLS, password from Secrets Manager

Follows sources/000 lines 30-47 (an administrator creates the user by hand) and what is missing there: no rights, no way to
take any back, nothing written down. Environment: DB_ENGINE (`postgresql`, `mysql`, `mariadb`), DB_HOST, DB_PORT, DB_NAME
(the database to log in to), DB_SECRET_ARN, DB_CA_FILE. They are not part of the input, so that whoever may invoke the
function can't send the master's password to another host.

Invoked a second time with the same input it runs nothing. A user that is no longer listed loses its rights and its login;
`drop_removed` drops it. No statement holds a secret: IAM users have no password.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import mysql
import plan
import postgresql
from login import Login, connect_mysql, connect_postgresql, read_login
from model import Found, Request, Statement, Things, UsersError
from wanted import request


class Server(Protocol):
    """A server whose users are managed."""

    def lock(self) -> None:
        """Keep other invocations out."""

    def find(self, names: list[str]) -> dict[str, Found]:
        """The users as they are."""

    def things(self, databases: list[str]) -> Things:
        """What there is to grant."""

    def changes(self, database: str) -> Any:
        """A context that runs statements."""

    def close(self) -> None:
        """End the connections."""


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """One invocation; answers which users there are and how many statements were run."""
    log = _logger(getattr(context, "aws_request_id", None))
    login = read_login(os.environ)
    asked = request(event, login.engine, login.user)
    server, dialect = _open(login)
    try:
        return run(asked, server, dialect, log)
    finally:
        server.close()


def run(asked: Request, server: Server, dialect: plan.Dialect, log: Callable[..., None]) -> dict[str, Any]:
    """Read, decide, act, and look whether it came out as asked."""
    server.lock()
    planned = _decide(asked, server, dialect)
    for database, group in plan.by_database(planned):
        with server.changes(database) as execute:
            for statement in group:
                log("statement", database=database, sql=statement.sql)
                execute(statement.sql)
    left = _decide(asked, server, dialect) if planned else []
    if left:
        # Such as a right that another user has granted: only that user can take it back.
        raise UsersError(f"without effect, though the database took it: {'; '.join(one.sql for one in left)}")
    users = [user.name for user in asked.wanted]
    log("done", users=users, removed=list(asked.removed), dropped=asked.drop, statements=len(planned))
    return {"users": users, "removed": list(asked.removed), "statements": len(planned)}


def _decide(asked: Request, server: Server, dialect: plan.Dialect) -> list[Statement]:
    databases = sorted({grant.database for user in asked.wanted for grant in user.grants})
    return plan.statements(asked, server.find(asked.names), server.things(databases), dialect)


def _open(login: Login) -> tuple[Server, plan.Dialect]:
    if login.engine == "postgresql":
        return postgresql.PostgreSql(
            lambda database: connect_postgresql(login, database), login.database
        ), postgresql
    return mysql.MySql(lambda database: connect_mysql(login, database), login.database), mysql


def _logger(request_id: str | None) -> Callable[..., None]:
    def log(event: str, **fields: Any) -> None:
        print(json.dumps({"level": "INFO", "event": event, "requestId": request_id, **fields}))

    return log
