from __future__ import annotations

import ssl
from typing import Any

import pg8000.exceptions
import pymysql.err
import pytest
from hypothesis import given, strategies as st

from tests.lambdas.loading import load

failures = load("db_client", "db_failures")
Failure = failures.Failure


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (pg8000.exceptions.DatabaseError({"C": "25006"}), Failure.READ_ONLY),
        (pg8000.exceptions.DatabaseError({"C": "28P01"}), Failure.REFUSED),
        (pg8000.exceptions.DatabaseError({"C": "28000"}), Failure.REFUSED),
        (pg8000.exceptions.DatabaseError({"C": "57P01"}), Failure.LOST),
        (pg8000.exceptions.DatabaseError({"C": "08006"}), Failure.LOST),
        (pg8000.exceptions.DatabaseError({"C": "40P01"}), Failure.CONFLICT),
        (pg8000.exceptions.DatabaseError({"C": "42P01"}), Failure.OTHER),
        (pg8000.exceptions.DatabaseError("no code"), Failure.OTHER),
        (pg8000.exceptions.InterfaceError("network error"), Failure.LOST),
        (pg8000.exceptions.InterfaceError("Server refuses SSL"), Failure.OTHER),
        (pymysql.err.OperationalError(1290, "--read-only"), Failure.READ_ONLY),
        (pymysql.err.InternalError(1836, "read-only mode"), Failure.READ_ONLY),
        (pymysql.err.OperationalError(2013, "Lost connection"), Failure.LOST),
        (pymysql.err.InterfaceError(0, ""), Failure.LOST),
        (pymysql.err.OperationalError(1045, "Access denied"), Failure.REFUSED),
        (pymysql.err.OperationalError(1213, "Deadlock"), Failure.CONFLICT),
        (pymysql.err.ProgrammingError(1146, "no such table"), Failure.OTHER),
        (ConnectionResetError(), Failure.LOST),
        (TimeoutError(), Failure.LOST),
        (ssl.SSLCertVerificationError("no"), Failure.UNTRUSTED),
        (KeyError(0), Failure.OTHER),
        (ValueError(2013), Failure.OTHER),
    ],
)
def test_what_a_driver_raises_is_understood(error: BaseException, kind: Any) -> None:
    assert failures.classify(error) is kind


def test_what_stands_behind_an_error_counts() -> None:
    hidden = pymysql.err.OperationalError(2003, "Can't connect")
    hidden.__dict__["original_exception"] = ssl.SSLCertVerificationError("no")
    assert failures.classify(hidden) is Failure.UNTRUSTED
    wrapped = pg8000.exceptions.InterfaceError("Can't create a connection")
    wrapped.__cause__ = ConnectionRefusedError()
    assert failures.classify(wrapped) is Failure.LOST


@given(st.integers(1, 10_000), st.floats(0.001, 1), st.floats(1, 60))
def test_waits_grow_and_are_bounded(attempt: int, first: float, longest: float) -> None:
    wait = failures.ceiling(attempt, first, longest)
    assert min(first, longest) <= wait <= longest
    assert wait <= failures.ceiling(attempt + 1, first, longest)
    assert failures.ceiling(1, first, longest) == first
