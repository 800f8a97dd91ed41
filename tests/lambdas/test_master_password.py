"""The rotation of a master password: every step once, twice, and when something is in its way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from hypothesis import given, strategies as st
from moto import mock_aws

from tests.lambdas.loading import load

TOKEN = "11111111-2222-3333-4444-555555555555"
REGION = "us-east-1"
code = load("master_password")


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        yield


class Database:
    """A database that takes a while to change its password."""

    def __init__(self, *states: tuple[str, dict[str, str]]) -> None:
        self.states = list(states) or [("available", {})]
        self.passwords: list[str] = []

    def set_password(self, password: str) -> None:
        self.passwords.append(password)

    def state(self) -> tuple[str, dict[str, str]]:
        return self.states.pop(0) if len(self.states) > 1 else self.states[0]


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def secret(aws: None) -> str:
    text = json.dumps({"engine": "mysql", "username": "steward", "password": "old"})
    made = boto3.client("secretsmanager").create_secret(Name="master", SecretString=text)
    return str(made["ARN"])


def rotation(secret: str, database: Any, deadline: float = 100.0) -> Any:
    clock = Clock()
    client = boto3.client("secretsmanager")
    return code.Rotation(client, secret, TOKEN, database, deadline, clock, clock.sleep)


def value(secret: str, stage: str) -> dict[str, str]:
    answer = boto3.client("secretsmanager").get_secret_value(SecretId=secret, VersionStage=stage)
    found: dict[str, str] = json.loads(answer["SecretString"])
    return found


def test_after_all_steps_secret_and_database_have_the_same_new_password(secret: str) -> None:
    database = Database()
    steps = rotation(secret, database)
    for step in ("createSecret", "setSecret", "testSecret", "finishSecret"):
        code.run_step(step, steps)
    now = value(secret, "AWSCURRENT")
    assert database.passwords == [now["password"]]
    assert (now["username"], now["engine"]) == ("steward", "mysql")
    assert len(now["password"]) == code.LENGTH
    assert now["password"].isalnum()
    assert value(secret, "AWSPREVIOUS")["password"] == "old"


def test_a_step_that_comes_twice_changes_nothing_more(secret: str) -> None:
    steps = rotation(secret, Database())
    steps.create()
    first = value(secret, "AWSPENDING")
    steps.create()
    assert value(secret, "AWSPENDING") == first
    assert value(secret, "AWSCURRENT")["password"] == "old"


def test_until_the_last_step_the_current_password_stays(secret: str) -> None:
    steps = rotation(secret, Database())
    steps.create()
    steps.set()
    steps.test()
    assert value(secret, "AWSCURRENT")["password"] == "old"


def test_it_waits_until_rds_is_done(secret: str) -> None:
    pending = {"MasterUserPassword": "****"}
    database = Database(
        ("available", pending),
        ("resetting-master-credentials", {}),
        ("available", pending),
        ("available", {}),
    )
    steps = rotation(secret, database)
    steps.test()
    assert steps.clock() == 3 * code.POLL_SECONDS


def test_it_gives_up_before_lambda_does(secret: str) -> None:
    steps = rotation(secret, Database(("modifying", {})), deadline=20)
    with pytest.raises(code.RotationError, match="not set the password in time"):
        steps.test()
    assert steps.clock() <= 20 + code.POLL_SECONDS


STAGES = st.lists(st.sampled_from(["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS", "mine"]), unique=True)


@given(st.dictionaries(st.sampled_from([TOKEN, "other"]), STAGES), st.booleans())
def test_only_a_pending_version_of_a_rotated_secret_is_worked_on(
    versions: dict[str, list[str]], enabled: bool
) -> None:
    description = {"RotationEnabled": enabled, "VersionIdsToStages": versions}
    mine = versions.get(TOKEN, [])
    if not enabled or not {"AWSCURRENT", "AWSPENDING"} & set(mine):
        with pytest.raises(code.RotationError):
            code.is_done(description, TOKEN)
    else:
        assert code.is_done(description, TOKEN) is ("AWSCURRENT" in mine)


def test_a_step_that_is_none() -> None:
    with pytest.raises(code.RotationError, match="'dropSecret' is no step"):
        code.run_step("dropSecret", None)


def test_the_writer_is_found_where_it_is_now() -> None:
    def member(region: str, *, writer: bool) -> dict[str, Any]:
        return {
            "DBClusterArn": f"arn:aws:rds:{region}:111111111111:cluster:orders-{region}",
            "IsWriter": writer,
        }

    members = [member("eu-west-1", writer=False), member("eu-central-1", writer=True)]
    assert code.writer_of({"GlobalClusterMembers": members}) == ("eu-central-1", "orders-eu-central-1")
    with pytest.raises(code.RotationError, match="no writer"):
        code.writer_of({"GlobalClusterMembers": members[:1]})


def test_a_database_of_another_kind() -> None:
    with pytest.raises(code.RotationError, match="TARGET_KIND: 'table'"):
        code.open_database({"TARGET_KIND": "table", "TARGET_ID": "orders"})


class Rds:
    """RDS, as far as the function asks it."""

    def __init__(self, answers: dict[str, Any], calls: list[tuple[str, dict[str, Any]]]) -> None:
        self.answers, self.calls = answers, calls

    def __getattr__(self, action: str) -> Any:
        def call(**params: Any) -> Any:
            self.calls.append((action, params))
            return self.answers.get(action, {})

        return call


def test_the_password_of_a_global_database_is_set_in_the_writer_s_region() -> None:
    arn = "arn:aws:rds:eu-west-1:111111111111:cluster:orders-b"
    answers = {
        "describe_global_clusters": {
            "GlobalClusters": [{"GlobalClusterMembers": [{"DBClusterArn": arn, "IsWriter": True}]}]
        },
        "describe_db_clusters": {"DBClusters": [{"Status": "available"}]},
    }
    calls: list[tuple[str, dict[str, Any]]] = []
    regions: list[str | None] = []

    def client(service: str, region_name: str | None = None) -> Rds:
        assert service == "rds"
        regions.append(region_name)
        return Rds(answers, calls)

    database = code.open_database({"TARGET_KIND": "global", "TARGET_ID": "orders"}, client)
    database.set_password("new")
    assert regions == [None, "eu-west-1"]
    assert calls[-1] == (
        "modify_db_cluster",
        {"DBClusterIdentifier": "orders-b", "MasterUserPassword": "new", "ApplyImmediately": True},
    )
    assert code.is_set(*database.state())


def test_the_whole_handler_on_an_instance(
    secret: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    boto3.client("rds").create_db_instance(
        DBInstanceIdentifier="orders",
        DBInstanceClass="db.t4g.medium",
        Engine="mysql",
        MasterUsername="steward",
        MasterUserPassword="first-one",
        AllocatedStorage=20,
    )
    monkeypatch.setenv("TARGET_KIND", "instance")
    monkeypatch.setenv("TARGET_ID", "orders")
    boto3.client("secretsmanager").put_secret_value(
        SecretId=secret,
        SecretString=json.dumps({"password": "swordfish"}),
        ClientRequestToken=TOKEN,
        VersionStages=["AWSPENDING"],
    )
    # moto switches rotation on only for functions that it can run.
    monkeypatch.setattr(code, "is_done", lambda description, token: False)
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: 60_000)
    for step in ("setSecret", "testSecret", "finishSecret"):
        event = {"SecretId": secret, "ClientRequestToken": TOKEN, "Step": step}
        code.handler(event, context)
    assert value(secret, "AWSCURRENT") == {"password": "swordfish"}
    printed = capsys.readouterr().out
    assert "swordfish" not in printed
    assert [json.loads(line)["message"] for line in printed.splitlines()] == [
        "setSecret",
        "testSecret",
        "finishSecret",
    ]
