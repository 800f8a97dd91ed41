"""What went wrong with a database, and whether trying again can help. Nothing here talks to one."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from enum import Enum


class Failure(Enum):
    """Why something failed."""

    UNTRUSTED = "the server is not who it should be"
    REFUSED = "the login was refused"
    LOST = "the connection is gone, or none could be made"
    READ_ONLY = "the server takes no changes: another one is the writer"
    CONFLICT = "another transaction was in the way"
    OTHER = "the statement itself failed"


# PostgreSQL manual, appendix "PostgreSQL Error Codes"; a key of two letters stands for a class.
POSTGRESQL = {
    "08": Failure.LOST,
    "57P01": Failure.LOST,  # admin_shutdown
    "57P02": Failure.LOST,  # crash_shutdown
    "57P03": Failure.LOST,  # cannot_connect_now
    "57P05": Failure.LOST,  # idle_session_timeout
    "25P03": Failure.LOST,  # idle_in_transaction_session_timeout
    "53300": Failure.LOST,  # too_many_connections
    "28": Failure.REFUSED,
    "25006": Failure.READ_ONLY,
    "40001": Failure.CONFLICT,  # serialization_failure
    "40P01": Failure.CONFLICT,  # deadlock_detected
}

# MySQL and MariaDB manuals, "Server Error Message Reference" and "Client Error Message Reference".
MYSQL = {
    1040: Failure.LOST,  # too many connections
    1053: Failure.LOST,  # shutdown in progress
    1927: Failure.LOST,  # MariaDB: connection was killed
    2002: Failure.LOST,
    2003: Failure.LOST,
    2006: Failure.LOST,  # server has gone away
    2013: Failure.LOST,
    2055: Failure.LOST,
    3169: Failure.LOST,  # session was killed
    4031: Failure.LOST,  # disconnected because of inactivity
    0: Failure.LOST,  # PyMySQL: the connection is closed
    1044: Failure.REFUSED,
    1045: Failure.REFUSED,
    1698: Failure.REFUSED,
    3118: Failure.REFUSED,  # account is locked
    4151: Failure.REFUSED,  # MariaDB: account is locked
    1290: Failure.READ_ONLY,  # running with --read-only
    1792: Failure.READ_ONLY,  # in a read-only transaction
    1836: Failure.READ_ONLY,  # in read-only mode
    1205: Failure.CONFLICT,  # lock wait timeout
    1213: Failure.CONFLICT,  # deadlock
}


CLOSED = ("network error", "communication error", "connection is closed")
"""What pg8000 says about a connection that is of no use any more."""


def classify(error: BaseException) -> Failure:
    """What kind of failure an exception of a driver stands for."""
    causes = list(_causes(error))
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in causes):
        return Failure.UNTRUSTED
    for one in causes:
        found = _by_code(one)
        if found is not None:
            return found
    lost = any(isinstance(one, OSError) or str(one) in CLOSED for one in causes)
    return Failure.LOST if lost else Failure.OTHER


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        # PyMySQL keeps what went wrong while connecting here, and breaks the chain.
        seen = getattr(seen, "original_exception", None) or seen.__cause__ or seen.__context__


def _by_code(error: BaseException) -> Failure | None:
    """By the code that the server has sent, if it has."""
    given = error.args[0] if error.args else None
    if isinstance(given, dict) and isinstance(given.get("C"), str):
        code = given["C"]
        return POSTGRESQL.get(code) or POSTGRESQL.get(code[:2]) or Failure.OTHER
    if type(error).__module__.startswith("pymysql") and isinstance(given, int):
        return MYSQL.get(given, Failure.OTHER)
    return None


def ceiling(attempt: int, first: float, longest: float) -> float:
    """The longest wait in seconds before a try: doubled each time, `attempt` counts from 1."""
    return min(longest, first * float(2 ** min(attempt - 1, 30)))
