"""A database connection for functions and servers that log in with IAM tokens.

    database = Database(engine="postgresql", host=..., port=5432, user="orders", database="orders", ca_file="rds-ca.pem")

    def handler(event, context):
        return database.run(lambda cursor: count(cursor, event["customer"]))

    role's credentials --SigV4, no call--> token, 15 minutes --TLS, verified--> database
                                            |  kept, renewed early               |  one connection, kept
                                            +-- new one when refused             +-- new one when lost, or moved

Follows sources/000 lines 84-123 and sources/001 lines 979-989. The document makes a token, and leaves everything after it to
the reader: that it is good for 15 minutes and only for *connecting*, that the CA of 2019 in its example has expired, that a
writer may move to another server. It puts the token onto a command line, where every process can read it; here it is never
shown.

Make one `Database` outside the handler: a warm function then keeps its connection. `run` gives a cursor, commits at the end,
and runs the work again when that can't do anything twice. Not for several threads at once.
"""

from __future__ import annotations

import logging
import os
import random
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import boto3
from db_failures import Failure, ceiling, classify

LOG = logging.getLogger("db_client")
Result = TypeVar("Result")

ENGINES = ("postgresql", "mysql", "mariadb")
TOKEN_SECONDS = 900
"""How long RDS takes a token for a new connection (RDS User Guide, "IAM database authentication")."""


class OutcomeUnknownError(Exception):
    """The connection was lost while the work was being committed: it may have been done, or not."""


@dataclass(frozen=True)
class Timing:
    """Seconds. `early`: how long before its end a token is renewed. `idle`: after how long without use it is looked up
    again where the writer is. `tries` at the same work at most, with waits of up to `first_wait`, doubled to `longest_wait`.
    """

    early: float = 120
    idle: float = 5
    connect: float = 5
    statement: float = 30
    tries: int = 5
    first_wait: float = 0.1
    longest_wait: float = 3


def addresses(host: str) -> frozenset[str]:
    """The addresses that a name has now; none when it can't be found out."""
    try:
        return frozenset(str(info[4][0]) for info in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM))
    except OSError:
        return frozenset()


@dataclass
class Surroundings:
    """What the world does, so that tests can do it instead. `make_token` gets host, port and user."""

    make_token: Callable[[str, int, str], str]
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[float], float] = lambda most: random.uniform(0, most)  # noqa: S311  # spreads tries, hides nothing
    resolve: Callable[[str], frozenset[str]] = addresses


def aws_tokens(region: str | None = None) -> Callable[[str, int, str], str]:
    """Tokens signed with the role's own credentials; the Region is the database's, by default this one's."""
    client = boto3.client("rds", region_name=region)
    return lambda host, port, user: str(
        client.generate_db_auth_token(
            DBHostname=host, Port=port, DBUsername=user, Region=client.meta.region_name
        )
    )


class Tokens:
    """One token at a time, made when needed and kept until shortly before its end."""

    def __init__(self, make: Callable[[], str], clock: Callable[[], float], early: float) -> None:
        self._make = make
        self._clock = clock
        self._life = TOKEN_SECONDS - early
        self._token: str | None = None
        self._made = 0.0

    def current(self) -> str:
        """A token that is good for at least `early` seconds more."""
        if self._token is None or self._clock() - self._made >= self._life:
            self._made = self._clock()
            self._token = self._make()
        return self._token

    def forget(self) -> None:
        """Make a new one next time: this one was refused."""
        self._token = None


class Database:
    """One database and one connection to it.

    `host` has to be the endpoint as AWS names it: the token is signed for it, and the certificate is issued to it.
    `ca_file` holds the authorities to trust (global-bundle.pem of the RDS User Guide, "Using SSL/TLS"); there is no way to
    connect without. `reads_only`: this is a reader's endpoint, so that a server which takes no changes has not moved.
    Raises `ValueError` for what can't work.
    """

    def __init__(
        self,
        *,
        engine: str,
        host: str,
        port: int,
        user: str,
        ca_file: str,
        database: str = "",
        region: str | None = None,
        reads_only: bool = False,
        timing: Timing | None = None,
        surroundings: Surroundings | None = None,
    ) -> None:
        if engine not in ENGINES:
            raise ValueError(f"engine: {engine!r} is none of {', '.join(ENGINES)}")
        if not ca_file or not Path(ca_file).is_file():
            raise ValueError(f"ca_file: there is no file {ca_file!r}; the server could be anybody without it")
        self._engine, self._host, self._port = engine, host, port
        self._user, self._database = user, database
        self._reads_only = reads_only
        self._tls = ssl.create_default_context(cafile=ca_file)
        self._tls.minimum_version = ssl.TLSVersion.TLSv1_2
        self._timing = timing or Timing()
        self._world = surroundings or Surroundings(make_token=aws_tokens(region))
        self._tokens = Tokens(self._sign, self._world.clock, self._timing.early)
        self._connection: Any = None
        self._peer = ""
        self._used = 0.0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ, **more: Any) -> Database:
        """The database that DB_ENGINE, DB_HOST, DB_PORT, DB_USER, DB_NAME and DB_CA_FILE name."""
        wanted = ("DB_ENGINE", "DB_HOST", "DB_PORT", "DB_USER", "DB_CA_FILE")
        missing = [name for name in wanted if not environment.get(name)]
        if missing:
            raise ValueError(f"not set: {', '.join(missing)}")
        return cls(
            engine=environment["DB_ENGINE"],
            host=environment["DB_HOST"],
            port=int(environment["DB_PORT"]),
            user=environment["DB_USER"],
            ca_file=environment["DB_CA_FILE"],
            database=environment.get("DB_NAME", ""),
            **more,
        )

    def run(self, work: Callable[[Any], Result], *, repeatable: bool = False) -> Result:
        """Do `work` with a cursor, in one transaction, and commit.

        It is done again from the start when the server took nothing of it: lost connections, refused tokens, a writer that
        moved, conflicts. Once the commit was on its way that can't be known, so `OutcomeUnknownError` is raised unless the
        work is `repeatable` (doing it twice is the same as once). `work` must keep what it does to the transaction.
        """
        refusals = 0
        for attempt in range(1, self._timing.tries + 1):
            try:
                return self._attempt(work, repeatable=repeatable)
            except Exception as error:
                failure = classify(error)
                refusals += failure is Failure.REFUSED
                self._after(failure)
                last = attempt == self._timing.tries or refusals > 1
                if last or isinstance(error, OutcomeUnknownError) or not self._may_help(failure):
                    raise
                LOG.warning("try %d: %s", attempt, failure.value)
                if failure is not Failure.REFUSED:
                    most = ceiling(attempt, self._timing.first_wait, self._timing.longest_wait)
                    self._world.sleep(self._world.jitter(most))
        raise AssertionError("the last try returns or raises")

    def close(self) -> None:
        """End the connection; the next work makes a new one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except Exception as error:  # noqa: BLE001  # it is gone either way
                LOG.debug("closing: %s", type(error).__name__)

    def __repr__(self) -> str:
        return f"Database({self._engine}, {self._user} at {self._host}:{self._port})"

    # -- one try

    def _attempt(self, work: Callable[[Any], Result], *, repeatable: bool) -> Result:
        connection = self._current()
        cursor = connection.cursor()
        try:
            result = work(cursor)
        except BaseException:
            self._undo(connection)
            raise
        try:
            connection.commit()
        except Exception as error:
            if classify(error) is Failure.LOST and not repeatable:
                raise OutcomeUnknownError("the connection was lost during the commit") from error
            raise
        self._used = self._world.clock()
        return result

    def _undo(self, connection: Any) -> None:
        try:
            connection.rollback()
        except Exception as error:  # noqa: BLE001  # what failed first is what counts
            LOG.debug("rollback: %s", type(error).__name__)
            self.close()

    def _after(self, failure: Failure) -> None:
        """Keep the connection only where it is still good."""
        if failure is Failure.READ_ONLY and self._reads_only:
            return
        if failure in {Failure.LOST, Failure.READ_ONLY, Failure.REFUSED, Failure.UNTRUSTED}:
            self.close()
        if failure is Failure.REFUSED:
            self._tokens.forget()

    def _may_help(self, failure: Failure) -> bool:
        """Whether to try again: a refused token may have been too old; a second, new one that is refused is meant so."""
        if failure is Failure.READ_ONLY:
            return not self._reads_only
        return failure not in {Failure.UNTRUSTED, Failure.OTHER}

    # -- the connection

    def _current(self) -> Any:
        if self._connection is not None and self._has_moved():
            LOG.info("the writer is elsewhere; connecting anew")
            self.close()
        if self._connection is None:
            self._connection = self._connect(self._tokens.current())
            self._used = self._world.clock()
            self._peer = peer(self._connection)
        return self._connection

    def _has_moved(self) -> bool:
        """Whether the name stands for another server now; asked only after a pause, as it costs a look-up."""
        if self._world.clock() - self._used < self._timing.idle:
            return False
        found = self._world.resolve(self._host)
        return bool(found) and bool(self._peer) and self._peer not in found

    def _sign(self) -> str:
        return self._world.make_token(self._host, self._port, self._user)

    def _connect(self, token: str) -> Any:
        """Only the driver that is used is loaded: each costs start-up time."""
        if self._engine == "postgresql":
            return self._connect_postgresql(token)
        return self._connect_mysql(token)

    def _connect_postgresql(self, token: str) -> Any:
        return import_module("pg8000.dbapi").connect(
            self._user,
            host=self._host,
            port=self._port,
            database=self._database or None,
            password=token,
            ssl_context=self._tls,
            timeout=self._timing.statement,
            tcp_keepalive=True,
        )

    def _connect_mysql(self, token: str) -> Any:
        """The server asks for the token in clear text; the driver has TLS by then, or has given up."""
        return import_module("pymysql").connect(
            host=self._host,
            port=self._port,
            user=self._user,
            password=token,
            database=self._database or None,
            ssl=self._tls,
            charset="utf8mb4",
            connect_timeout=int(self._timing.connect),
            read_timeout=self._timing.statement,
            write_timeout=self._timing.statement,
        )


def peer(connection: Any) -> str:
    """The address that a connection leads to; empty where the driver does not say."""
    for name in ("_usock", "_sock"):
        found = getattr(connection, name, None)
        if isinstance(found, socket.socket):
            try:
                return str(found.getpeername()[0])
            except OSError:
                return ""
    return ""
