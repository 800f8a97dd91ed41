"""The database's side of a rotation: try a login, set a password; over TLS that is verified."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pg8000.exceptions
import pg8000.native
import pymysql
from rotation import RotationError, Settings

CONNECT_SECONDS = 5
SCRAM_ROUNDS = 4096
WRONG_PASSWORD_PG = ("28P01", "28000")
"""invalid_password, invalid_authorization_specification."""
WRONG_PASSWORD_MYSQL = (1045, 1698, 3118, 4151)
"""ER_ACCESS_DENIED_ERROR, ER_ACCESS_DENIED_NO_PASSWORD_ERROR, ER_ACCOUNT_HAS_BEEN_LOCKED (MySQL, MariaDB)."""


class RefusedError(RotationError):
    """The database does not let anybody in who could set the password."""


@dataclass(frozen=True)
class Login:
    """Who logs in; the password is not shown."""

    user: str
    password: str = field(repr=False)


def can_log_in(settings: Settings, login: Login) -> bool:
    """Whether the database takes the password; every other failure is raised."""
    try:
        with _connected(settings, login) as run:
            run("SELECT 1")
    except pg8000.exceptions.DatabaseError as error:
        if _code(error) in WRONG_PASSWORD_PG:
            return False
        raise
    except pymysql.err.OperationalError as error:
        if error.args and error.args[0] in WRONG_PASSWORD_MYSQL:
            return False
        raise
    return True


def set_password(settings: Settings, login: Login, password: str) -> None:
    """Give the user the password; whoever is not the user makes the user where there is none."""
    with _connected(settings, login) as run:
        may_create = login.user != settings.user
        if settings.engine == "postgresql":
            _set_postgresql(run, settings.user, password, may_create=may_create)
        else:
            _set_mysql(run, settings.user, password, may_create=may_create)


def _set_postgresql(run: Any, user: str, password: str, *, may_create: bool) -> None:
    there = run("SELECT 1 FROM pg_roles WHERE rolname = :name", name=user)
    if not there and not may_create:
        raise RefusedError(f"there is no user {user}")
    what = "ALTER ROLE {} PASSWORD '{}'" if there else "CREATE ROLE {} LOGIN PASSWORD '{}'"
    # Neither names nor passwords can be parameters here. A verifier has no character that needs quoting.
    run(what.format(quoted(user), scram_verifier(password)))


def _set_mysql(run: Any, user: str, password: str, *, may_create: bool) -> None:
    if may_create:
        run("CREATE USER IF NOT EXISTS %s@'%%' IDENTIFIED BY %s REQUIRE SSL", user, password)
        run("ALTER USER %s@'%%' IDENTIFIED BY %s REQUIRE SSL", user, password)
    else:
        run(
            "SET PASSWORD = PASSWORD(%s)" if _is_mariadb(run) else "ALTER USER USER() IDENTIFIED BY %s",
            password,
        )


def _is_mariadb(run: Any) -> bool:
    return "MariaDB" in str(run("SELECT VERSION()")[0][0])


def quoted(name: str) -> str:
    """A name as an identifier of PostgreSQL, whatever is in it."""
    if "\0" in name:
        raise RotationError("a name has no zero byte")
    return '"' + name.replace('"', '""') + '"'


def scram_verifier(password: str, salt: bytes | None = None) -> str:
    """What PostgreSQL keeps of a password (SCRAM-SHA-256, RFC 5802 and 7677), so that it never sees the password."""
    salt = os.urandom(16) if salt is None else salt
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, SCRAM_ROUNDS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    parts = (base64.b64encode(one).decode() for one in (salt, stored, server))
    return "SCRAM-SHA-256${}:{}${}:{}".format(SCRAM_ROUNDS, *parts)


def tls(ca_file: str) -> ssl.SSLContext:
    """TLS 1.2 or newer that trusts only the given authorities and checks the host's name."""
    context = ssl.create_default_context(cafile=ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


@contextmanager
def _connected(settings: Settings, login: Login) -> Iterator[Any]:
    """A function that runs SQL and gives the rows, as the user of `login`."""
    if settings.engine == "postgresql":
        connection = pg8000.native.Connection(
            login.user,
            host=settings.host,
            port=settings.port,
            database=settings.database,
            password=login.password,
            ssl_context=tls(settings.ca_file),
            timeout=CONNECT_SECONDS,
            application_name="secret_rotation",
        )
        try:
            yield connection.run
        finally:
            connection.close()
        return
    opened = pymysql.connect(
        host=settings.host,
        port=settings.port,
        user=login.user,
        password=login.password,
        database=settings.database or None,
        ssl=tls(settings.ca_file),
        charset="utf8mb4",
        autocommit=True,
        connect_timeout=CONNECT_SECONDS,
        read_timeout=CONNECT_SECONDS,
        write_timeout=CONNECT_SECONDS,
    )
    try:
        with opened.cursor() as cursor:

            def run(sql: str, *values: Any) -> Any:
                cursor.execute(sql, values or None)
                return cursor.fetchall()

            yield run
    finally:
        opened.close()


def _code(error: pg8000.exceptions.DatabaseError) -> str:
    details = error.args[0] if error.args else {}
    return str(details.get("C", "")) if isinstance(details, dict) else ""
