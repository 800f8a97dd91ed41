"""The four steps against real databases and an AWS inside the process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import boto3
import pg8000.exceptions
import pytest
from moto import mock_aws

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
        self.secrets.rotate_secret(SecretId=self.arn, RotationRules={"AutomaticallyAfterDays": 30}, ClientRequestToken=NEXT)
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
        """What Secrets Manager does before it calls the function: a version that has nothing yet."""
        self.secrets.put_secret_value(
            SecretId=self.arn, ClientRequestToken=token, SecretString="{}", VersionStages=["AWSPENDING"]
        )

    def value(self, stage: str = "AWSCURRENT") -> dict[str, Any]:
        found = self.secrets.get_secret_value(SecretId=self.arn, VersionStage=stage)["SecretString"]
        return dict(json.loads(found))

    def lets_in(self, password: str) -> bool:
        settings = self.rotation.read_settings(__import__("os").environ)
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
        server.run(f"DROP ROLE IF EXISTS \"{USER.replace(chr(34), chr(34) * 2)}\"")
    else:
        server.run("DROP USER IF EXISTS %s@'%%'", USER)
