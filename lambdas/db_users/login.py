"""How the function logs in: as the master user, over TLS that is verified, with the password that AWS rotates."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pg8000.native
import pymysql
from model import UsersError

ENGINES = ("postgresql", "mysql", "mariadb")
CONNECT_SECONDS = 10
STATEMENT_SECONDS = 60
HOME = {"postgresql": "postgres", "mysql": "", "mariadb": ""}
"""The database to log in to where DB_NAME names none."""


@dataclass(frozen=True)
class Login:
    """Where to log in and as whom; the password is not shown."""

    engine: str
    host: str
    port: int
    database: str
    ca_file: str
    user: str
    password: str = field(repr=False)


def read_login(environment: Mapping[str, str], secrets: Any = None) -> Login:
    """The login from the function's settings and its secret; raises `UsersError` for what is missing."""
    engine = _setting(environment, "DB_ENGINE")
    if engine not in ENGINES:
        raise UsersError(f"DB_ENGINE: {engine!r} is none of {', '.join(ENGINES)}")
    ca_file = _setting(environment, "DB_CA_FILE")
    if not Path(ca_file).is_file():
        raise UsersError(
            f"DB_CA_FILE: there is no file {ca_file}; without it the server can't be told from another"
        )
    host, port = _setting(environment, "DB_HOST"), int(_setting(environment, "DB_PORT"))
    arn = _setting(environment, "DB_SECRET_ARN")
    client = secrets or boto3.client("secretsmanager")
    answer = client.get_secret_value(SecretId=arn)
    secret = json.loads(answer["SecretString"])
    database = environment.get("DB_NAME") or HOME[engine]
    return Login(engine, host, port, database, ca_file, secret["username"], secret["password"])


def _setting(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name)
    if not value:
        raise UsersError(f"{name}: is not set")
    return value


def tls(ca_file: str) -> ssl.SSLContext:
    """TLS 1.2 or newer that trusts only the given authorities and checks the host's name."""
    context = ssl.create_default_context(cafile=ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def connect_postgresql(login: Login, database: str) -> Any:
    """A connection to one database of the server."""
    return pg8000.native.Connection(
        login.user,
        host=login.host,
        port=login.port,
        database=database,
        password=login.password,
        ssl_context=tls(login.ca_file),
        timeout=STATEMENT_SECONDS,
        application_name="db_users",
    )


def connect_mysql(login: Login, database: str) -> Any:
    """A connection to the server."""
    return pymysql.connect(
        host=login.host,
        port=login.port,
        user=login.user,
        password=login.password,
        database=database or None,
        ssl=tls(login.ca_file),
        charset="utf8mb4",
        autocommit=True,
        connect_timeout=CONNECT_SECONDS,
        read_timeout=STATEMENT_SECONDS,
        write_timeout=STATEMENT_SECONDS,
    )
