"""The two functions that the workflow calls: in which state a database is, and stop it."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.lambdas.loading import fresh
from tests.lambdas.stop_auto_started import create_cluster, create_instance


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Both functions, each in an execution environment of its own."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        yield SimpleNamespace(state=fresh("stop_auto_started_state"), stop=fresh("stop_auto_started_stop"))


def given(kind: str, name: str = "orders") -> dict[str, str]:
    return {"kind": kind, "id": name}


@pytest.fixture(params=["instance", "cluster"])
def kind(request: pytest.FixtureRequest, tasks: Any) -> str:
    """Each kind of database, made and running."""
    create = create_instance if request.param == "instance" else create_cluster
    create(boto3.client("rds"), "orders", {})
    return str(request.param)


def test_a_database_is_stopped(tasks: Any, kind: str) -> None:
    assert tasks.state.handler(given(kind), None) == {"status": "available"}
    assert tasks.stop.handler(given(kind), None) == {"requested": "stop"}
    assert tasks.state.handler(given(kind), None) == {"status": "stopped"}


def test_what_can_not_be_stopped_now_is_told_by_name(tasks: Any, kind: str) -> None:
    tasks.stop.handler(given(kind), None)
    with pytest.raises(tasks.stop.NotStoppable):
        tasks.stop.handler(given(kind), None)


@pytest.mark.parametrize("kind", ["instance", "cluster"])
def test_a_database_that_is_gone_is_an_answer(tasks: Any, kind: str) -> None:
    assert tasks.state.handler(given(kind, "nobody"), None) == {"status": "gone"}


@pytest.mark.parametrize("kind", ["instance", "cluster"])
def test_to_stop_what_is_gone_is_a_failure(tasks: Any, kind: str) -> None:
    with pytest.raises(Exception, match="NotFound"):
        tasks.stop.handler(given(kind, "nobody"), None)
