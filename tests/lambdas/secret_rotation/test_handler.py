"""The four steps against real databases and an AWS inside the process."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.secretsmanager.models import secretsmanager_backends

from tests.lambdas.loading import fresh, load
from tests.servers.mariadb import MariaDb
from tests.servers.postgres import Postgres

Server = Postgres | MariaDb
USER = 'reports "of" all'
NEXT = "11111111-aaaa-4aaa-8aaa-111111111111"
THEN = "22222222-aaaa-4aaa-8aaa-222222222222"
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")


class Rotated:
    """A secret, its function, and the database of its user."""

    def __init__(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        self.server = server
        self.secrets = boto3.client("secretsmanager")
        admin = {"username": server.master, "password": server.master_password}
        self.admin = self.secrets.create_secret(Name="admin", SecretString=json.dumps(admin))["ARN"]
        self.arn = self.secrets.create_secret(Name="reports", SecretString="{}")["ARN"]
        self.begin(NEXT)
        settings = {
            "DB_ENGINE": server.engine,
            "DB_HOST": server.host,
            "DB_PORT": str(server.port),
            "DB_USER": USER,
            "DB_CA_FILE": str(server.certificates.authority),
            "DB_ADMIN_SECRET_ARN": self.admin,
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        self.function = fresh("secret_rotation")
        self.databases: ModuleType = load("secret_rotation", "databases")
        self.rotation: ModuleType = load("secret_rotation", "rotation")

    def step(self, step: str, token: str = NEXT) -> None:
        self.function.handler({"Step": step, "SecretId": self.arn, "ClientRequestToken": token}, None)

    def rotate(self, token: str = NEXT) -> None:
        for step in STEPS:
            self.step(step, token)

    def begin(self, token: str) -> None:
        """What Secrets Manager does before it calls the function: a version that holds nothing yet.

        moto's own rotation makes that version the current one at once where it has no function to call.
        """
        kept = secretsmanager_backends[ACCOUNT]["us-east-1"].secrets[self.arn]
        kept.rotation_enabled = kept.rotation_requested = True
        kept.remove_version_stages_from_old_versions(["AWSPENDING"])
        kept.versions[token] = {"createdate": 0, "version_id": token, "version_stages": ["AWSPENDING"]}

    def value(self, stage: str = "AWSCURRENT") -> dict[str, Any]:
        found = self.secrets.get_secret_value(SecretId=self.arn, VersionStage=stage)["SecretString"]
        return dict(json.loads(found))

    def lets_in(self, password: str) -> bool:
        settings = self.rotation.read_settings(os.environ)
        return bool(self.databases.can_log_in(settings, self.databases.Login(USER, password)))


@pytest.fixture(params=["postgres", "mariadb"])
def rotated(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rotated]:
    server: Server = request.getfixturevalue(request.param)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        yield Rotated(server, monkeypatch)
    if isinstance(server, Postgres):
        server.run("DROP ROLE IF EXISTS " + load("secret_rotation", "databases").quoted(USER))
    else:
        server.run("DROP USER IF EXISTS %s@'%%'", USER)


def test_the_first_rotation_makes_the_user_and_its_password(rotated: Rotated) -> None:
    rotated.rotate()
    value = rotated.value()
    assert rotated.lets_in(value["password"])
    engine = {"postgresql": "postgres", "mysql": "mysql"}[rotated.server.engine]
    assert (value["username"], value["engine"], value["host"]) == (USER, engine, rotated.server.host)


def test_the_next_one_shuts_the_old_password_out(rotated: Rotated) -> None:
    rotated.rotate()
    old = rotated.value()["password"]
    rotated.begin(THEN)
    rotated.rotate(THEN)
    new = rotated.value()["password"]
    assert new != old
    assert rotated.lets_in(new)
    assert not rotated.lets_in(old)
    assert rotated.value("AWSPREVIOUS")["password"] == old


def test_the_user_can_change_its_password_itself(rotated: Rotated, monkeypatch: pytest.MonkeyPatch) -> None:
    rotated.rotate()
    monkeypatch.setenv("DB_ADMIN_SECRET_ARN", "")
    rotated.begin(THEN)
    rotated.rotate(THEN)
    assert rotated.lets_in(rotated.value()["password"])


@pytest.mark.parametrize("by_itself", [False, True])
def test_each_step_may_come_twice(rotated: Rotated, monkeypatch: pytest.MonkeyPatch, by_itself: bool) -> None:
    rotated.rotate()
    if by_itself:
        monkeypatch.setenv("DB_ADMIN_SECRET_ARN", "")
    rotated.begin(THEN)
    rotated.step("createSecret", THEN)
    pending = rotated.value("AWSPENDING")
    for step in ("createSecret", *STEPS[1:], *STEPS[1:]):
        rotated.step(step, THEN)
    assert rotated.value() == pending
    assert rotated.lets_in(pending["password"])


def test_a_step_that_is_tried_again_finds_the_password_set(
    rotated: Rotated, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotated.rotate()
    monkeypatch.setenv("DB_ADMIN_SECRET_ARN", "")
    rotated.begin(THEN)
    for step in ("createSecret", "setSecret", "setSecret", "testSecret"):
        rotated.step(step, THEN)


def test_the_password_in_use_stays_until_the_last_step(rotated: Rotated) -> None:
    rotated.rotate()
    old = rotated.value()
    rotated.begin(THEN)
    rotated.step("createSecret", THEN)
    assert rotated.value() == old
    assert rotated.lets_in(old["password"])


def test_a_password_that_the_database_does_not_take_is_never_the_one_in_use(rotated: Rotated) -> None:
    rotated.rotate()
    old = rotated.value()
    rotated.begin(THEN)
    rotated.step("createSecret", THEN)
    with pytest.raises(rotated.function.RotationError, match="can't log in with the new password"):
        rotated.step("testSecret", THEN)
    assert rotated.value() == old


def test_a_rotation_that_nobody_asked_for_is_refused(rotated: Rotated) -> None:
    with pytest.raises(rotated.function.RotationError, match="no version of this token"):
        rotated.step("createSecret", THEN)
    with pytest.raises(rotated.function.RotationError, match="is no step"):
        rotated.step("dropSecret")


def test_the_administrator_is_not_rotated(rotated: Rotated, monkeypatch: pytest.MonkeyPatch) -> None:
    rotated.step("createSecret")
    monkeypatch.setenv("DB_USER", rotated.server.master)
    with pytest.raises(rotated.function.RotationError, match="it is the administrator that is rotated"):
        rotated.step("setSecret")


def test_without_a_password_that_holds_nobody_gets_in(
    rotated: Rotated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DB_ADMIN_SECRET_ARN", "")
    rotated.step("createSecret")
    with pytest.raises(rotated.databases.RefusedError, match="give an administrator's secret"):
        rotated.step("setSecret")


@pytest.mark.parametrize("wrong", ["authority", "name"])
def test_a_server_that_is_another_gets_no_password(
    rotated: Rotated, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    if wrong == "authority":
        monkeypatch.setenv("DB_CA_FILE", str(rotated.server.certificates.other_authority))
    else:
        monkeypatch.setenv("DB_HOST", "127.0.0.1")
    rotated.step("createSecret")
    with pytest.raises(Exception, match=r"(?i)certificate"):
        rotated.step("setSecret")


@pytest.mark.parametrize("rotated", ["postgres"], indirect=True)
def test_postgresql_never_sees_the_password(rotated: Rotated) -> None:
    assert isinstance(rotated.server, Postgres)
    rotated.rotate()
    ((kept,),) = rotated.server.run("SELECT rolpassword FROM pg_authid WHERE rolname = :name", name=USER)
    password = rotated.value()["password"]
    assert kept.startswith("SCRAM-SHA-256$4096:")
    assert rotated.databases.scram_verifier(password, _salt_of(kept)) == kept


def _salt_of(verifier: str) -> bytes:
    return base64.b64decode(verifier.split("$")[1].split(":")[1])
