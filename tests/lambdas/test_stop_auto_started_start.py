"""Which databases the workflow is started for, and that one message starts it once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from hypothesis import given, strategies as st
from moto import mock_aws

from tests.lambdas.loading import fresh, load
from tests.lambdas.stop_auto_started import (
    MESSAGE_ID,
    create_cluster,
    create_instance,
    message,
    notification,
)

start = load("stop_auto_started_start")
KEY, VALUE = "auto-restart-protection", "yes"
MACHINE = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 999, "End": True}}}


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The function in an execution environment of its own, beside an AWS with a state machine."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        machine = boto3.client("stepfunctions").create_state_machine(
            name="machine",
            definition=json.dumps(MACHINE),
            roleArn="arn:aws:iam::123456789012:role/machine",
        )
        monkeypatch.setenv("STATE_MACHINE_ARN", machine["stateMachineArn"])
        monkeypatch.setenv("TAG_KEY", KEY)
        monkeypatch.setenv("TAG_VALUE", VALUE)
        yield fresh("stop_auto_started_start")


def executions() -> list[dict[str, Any]]:
    client = boto3.client("stepfunctions")
    machine = client.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    found = client.list_executions(stateMachineArn=machine)["executions"]
    return [client.describe_execution(executionArn=one["executionArn"]) for one in found]


def test_a_tagged_instance_starts_one_execution_named_after_the_message(cloud: Any) -> None:
    create_instance(boto3.client("rds"), "orders", {KEY: VALUE, "other": "x"})
    assert cloud.handler(notification(message("orders")), None) == {"executions": [MESSAGE_ID]}
    (one,) = executions()
    assert one["name"] == MESSAGE_ID
    assert json.loads(one["input"]) == {"kind": "instance", "id": "orders", "polls": 0}


def test_a_tagged_cluster_starts_one_too(cloud: Any) -> None:
    create_cluster(boto3.client("rds"), "orders", {KEY: VALUE})
    event = notification(message("orders", "RDS-EVENT-0153", "db-cluster"))
    assert cloud.handler(event, None) == {"executions": [MESSAGE_ID]}
    assert json.loads(executions()[0]["input"])["kind"] == "cluster"


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {KEY: "no"},
        {KEY: "YES"},
        {KEY: "yesterday"},
        {f"x-{KEY}-y": VALUE},
        {KEY.upper(): VALUE},
        {KEY: ""},
    ],
)
def test_the_tag_must_be_exactly_so(cloud: Any, tags: dict[str, str]) -> None:
    create_instance(boto3.client("rds"), "orders", tags)
    assert cloud.handler(notification(message("orders")), None) == {"executions": []}
    assert not executions()


def test_another_tag_does_not_undo_the_right_one(cloud: Any) -> None:
    create_instance(boto3.client("rds"), "orders", {KEY: VALUE, f"zz-{KEY}": "no"})
    assert cloud.handler(notification(message("orders")), None)["executions"]


def test_a_message_that_comes_twice_starts_nothing_twice(cloud: Any) -> None:
    create_instance(boto3.client("rds"), "orders", {KEY: VALUE})
    for _ in range(2):
        cloud.handler(notification(message("orders")), None)
    assert len(executions()) == 1


def test_an_execution_that_has_ended_is_not_started_again(
    cloud: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = cloud._client("stepfunctions")

    def ended(**_: Any) -> None:
        answer = {"Error": {"Code": "ExecutionAlreadyExists", "Message": ""}}
        raise machine.exceptions.ExecutionAlreadyExists(answer, "StartExecution")

    create_instance(boto3.client("rds"), "orders", {KEY: VALUE})
    monkeypatch.setattr(machine, "start_execution", ended)
    assert cloud.handler(notification(message("orders")), None) == {"executions": [MESSAGE_ID]}


def test_other_events_ask_rds_nothing(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The document's function asks first, and fails for a database that is gone."""
    monkeypatch.setattr(cloud, "_look_up", lambda _: pytest.fail("RDS was asked"))
    for event in ("RDS-EVENT-0088", "RDS-EVENT-01540", "RDS-EVENT-0003"):
        assert cloud.handler(notification(message("nobody", event)), None) == {"executions": []}


@pytest.mark.parametrize("event", ["RDS-EVENT-0153", "RDS-EVENT-0154"])
def test_a_database_that_is_gone_is_no_failure(cloud: Any, event: str) -> None:
    assert cloud.handler(notification(message("nobody", event)), None) == {"executions": []}


def test_a_member_of_a_cluster_is_left_to_its_cluster(cloud: Any) -> None:
    rds = boto3.client("rds")
    create_cluster(rds, "orders", {KEY: VALUE})
    rds.create_db_instance(
        DBInstanceIdentifier="orders-1",
        DBClusterIdentifier="orders",
        DBInstanceClass="db.r6g.large",
        Engine="aurora-postgresql",
        Tags=[{"Key": KEY, "Value": VALUE}],
    )
    assert cloud.handler(notification(message("orders-1")), None) == {"executions": []}


def test_a_right_that_is_missing_is_a_failure(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rds = cloud._client("rds")

    def refuse(**_: Any) -> None:
        answer = {"Error": {"Code": "AccessDenied", "Message": ""}}
        raise rds.exceptions.ClientError(answer, "DescribeDBInstances")

    monkeypatch.setattr(rds, "describe_db_instances", refuse)
    with pytest.raises(rds.exceptions.ClientError, match="AccessDenied"):
        cloud.handler(notification(message("orders")), None)


@given(st.text())
def test_no_message_is_too_strange(text: str) -> None:
    assert start.auto_started(text) is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["Event ID", "Source ID", "x"]), inner)
        ),
    )
)
def test_no_json_is_too_strange(content: Any) -> None:
    found = start.auto_started(json.dumps(content))
    assert found is None or found.name


@given(st.text(min_size=1, max_size=200))
def test_an_execution_has_a_name_that_step_functions_takes(message_id: str) -> None:
    name = start.execution_name(message_id)
    assert 1 <= len(name) <= 80
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


@given(st.dictionaries(st.text(), st.text()))
def test_only_the_exact_tag_counts(tags: dict[str, str]) -> None:
    wanted = tags.get(KEY) == VALUE
    assert (start.why_not(start.Found(tags), KEY, VALUE) == "") == wanted
    assert start.why_not(start.Found({**tags, KEY: VALUE}), KEY, VALUE) == ""
