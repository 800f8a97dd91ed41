"""The function as Lambda invokes it: settings from the environment, the master's password from Secrets Manager."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from typing import Any

import boto3
import pg8000.exceptions
import pytest
from moto import mock_aws

from tests.lambdas.db_users.support import HOME, handler, login, model, user
from tests.servers.mariadb import MariaDb
from tests.servers.postgres import Postgres


@pytest.fixture(params=["postgres", "mariadb"])
def server(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


@pytest.fixture
def function(server: Postgres | MariaDb, monkeypatch: pytest.MonkeyPatch) -> Iterator[Postgres | MariaDb]:
    """Settings as the component makes them."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        secret = {"username": server.master, "password": server.master_password}
        answer = boto3.client("secretsmanager").create_secret(Name="master", SecretString=json.dumps(secret))
        settings = {
            "DB_ENGINE": server.engine,
            "DB_HOST": server.host,
            "DB_PORT": str(server.port),
            "DB_NAME": HOME[server.engine],
            "DB_SECRET_ARN": answer["ARN"],
            "DB_CA_FILE": str(server.certificates.authority),
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        yield server


class Context:
    aws_request_id = "request-1"


def test_an_invocation_makes_the_users_and_a_last_one_removes_them(
    function: Postgres | MariaDb, capsys: pytest.CaptureFixture[str]
) -> None:
    event = {"users": [user("app")], "drop_removed": True}
    made = handler.handler({**event, "tf": {"action": "create", "prev_input": None}}, Context())
    assert made["users"] == ["app"]
    removed = handler.handler({**event, "tf": {"action": "delete", "prev_input": event}}, Context())
    assert removed == {"users": [], "removed": ["app"], "statements": 1}
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["requestId"] for line in lines} == {"request-1"}
    assert [line["event"] for line in lines].count("done") == 2
    assert function.master_password not in json.dumps(lines)


def test_a_server_of_another_authority_gets_no_password(
    function: Postgres | MariaDb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DB_CA_FILE", str(function.certificates.other_authority))
    with pytest.raises(Exception, match="certificate verify failed"):
        handler.handler({"users": []}, Context())


def test_a_server_with_another_name_gets_no_password(
    function: Postgres | MariaDb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DB_HOST", "127.0.0.1")
    with pytest.raises(Exception, match=r"IP address mismatch|doesn't match|not valid for '127\.0\.0\.1'"):
        handler.handler({"users": []}, Context())


def test_a_wrong_password_is_an_error_that_does_not_show_it(postgres: Postgres) -> None:
    wrong = login.Login(
        "postgresql",
        postgres.host,
        postgres.port,
        "postgres",
        str(postgres.certificates.authority),
        "master",
        "wr0ng",
    )
    assert "wr0ng" not in repr(wrong)
    with pytest.raises(pg8000.exceptions.DatabaseError, match="password authentication failed") as error:
        login.connect_postgresql(wrong, "postgres")
    assert "wr0ng" not in str(error.value)


@pytest.mark.parametrize("name", ["DB_ENGINE", "DB_HOST", "DB_PORT", "DB_SECRET_ARN", "DB_CA_FILE"])
def test_a_setting_that_is_missing_is_named(name: str, tmp_path: Any) -> None:
    settings = {
        "DB_ENGINE": "mysql",
        "DB_HOST": "h",
        "DB_PORT": "1",
        "DB_SECRET_ARN": "a",
        "DB_CA_FILE": __file__,
    }
    with pytest.raises(model.UsersError, match=f"{name}: is not set"):
        login.read_login({**settings, name: ""}, secrets=object())
    with pytest.raises(model.UsersError, match="there is no file"):
        login.read_login({**settings, "DB_CA_FILE": str(tmp_path / "absent")}, secrets=object())
    with pytest.raises(model.UsersError, match="'oracle' is none of"):
        login.read_login({**settings, "DB_ENGINE": "oracle"}, secrets=object())


def test_tls_is_verified(postgres: Postgres) -> None:
    context = login.tls(str(postgres.certificates.authority))
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_two_invocations_do_not_work_at_once(mariadb: MariaDb, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.lambdas.db_users.support import Managed
    from tests.lambdas.loading import load

    mysql = load("db_users", "mysql")
    first = Managed(mariadb)
    other, _ = handler._open(first.login)
    other.lock()
    monkeypatch.setattr(mysql, "LOCK_SECONDS", 0)
    try:
        with pytest.raises(model.UsersError, match="another invocation"):
            first.want(user("app"))
    finally:
        other.close()
    first.want(user("app"))
    first.delete(user("app"), drop=True)
    first.close()
