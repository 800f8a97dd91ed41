"""The workflow, executed: each way through it, and that none is endless."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from hypothesis import given, strategies as st
from moto import mock_aws
from moto.awslambda_simple.models import LambdaSimpleBackend

from components.data.stop_auto_started.workflow import Parts, definition

ACCOUNT = "123456789012"
LAMBDA = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function"
LIMIT_SECONDS = 20

Answer = Callable[[], dict[str, Any]]


class Machine:
    """The workflow in an AWS inside the process; `statuses` is what RDS will say, one look after the other."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.statuses: list[str | Exception] = []
        self.refusals = 0
        self.calls: list[str] = []
        monkeypatch.setattr(LambdaSimpleBackend, "invoke", self._invoke)
        topic = boto3.client("sns").create_topic(Name="people")["TopicArn"]
        queue = boto3.client("sqs").create_queue(QueueName="people")["QueueUrl"]
        arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:people"
        boto3.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        self.queue = queue
        self.parts = Parts("aws", f"{LAMBDA}:state", f"{LAMBDA}:stop", topic, 1, 3)

    def _invoke(self, name: str, _qualifier: Any, body: Any, _headers: Any, answer: Any) -> bytes:
        function = name.rsplit(":", 1)[-1]
        self.calls.append(function)
        assert json.loads(body) == {"kind": "instance", "id": "orders"}
        if function == "stop":
            self.refusals -= 1
            return _failure(answer, "NotStoppable") if self.refusals >= 0 else b'{"requested": "stop"}'
        said = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if isinstance(said, Exception):
            return _failure(answer, str(said))
        return json.dumps({"status": said}).encode()

    def run(self, *statuses: str | Exception, refusals: int = 0) -> str:
        """Execute it; how it ended."""
        self.statuses, self.refusals = list(statuses), refusals
        client = boto3.client("stepfunctions")
        machine = client.create_state_machine(
            name="stop",
            definition=json.dumps(_quick(definition(self.parts))),
            roleArn=f"arn:aws:iam::{ACCOUNT}:role/machine",
        )
        given = json.dumps({"kind": "instance", "id": "orders", "polls": 0})
        started = client.start_execution(stateMachineArn=machine["stateMachineArn"], name="m", input=given)
        deadline = time.monotonic() + LIMIT_SECONDS
        while time.monotonic() < deadline:
            found = client.describe_execution(executionArn=started["executionArn"])
            if found["status"] != "RUNNING":
                return str(found.get("error") or found["status"])
            time.sleep(0.02)
        return "RUNNING"

    def told(self) -> list[dict[str, str]]:
        """The messages that people got."""
        found = boto3.client("sqs").receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10)
        return [json.loads(one["Body"]) for one in found.get("Messages", [])]


def _failure(answer: Any, kind: str) -> bytes:
    answer["x-amz-function-error"] = "Unhandled"
    return json.dumps({"errorType": kind, "errorMessage": "no"}).encode()


def _quick(machine: dict[str, Any]) -> dict[str, Any]:
    """The same without the time it takes: no waits, no second tries."""
    for state in machine["States"].values():
        state.pop("Retry", None)
        if state["Type"] == "Wait":
            state["Seconds"] = 0
    return machine


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    config: Any = {"lambda": {"use_docker": False}, "stepfunctions": {"execute_state_machine": True}}
    with mock_aws(config=config):
        yield Machine(monkeypatch)


def test_it_waits_until_the_database_runs_stops_it_and_waits_until_it_is_stopped(machine: Machine) -> None:
    assert machine.run("starting", "available", "stopping", "stopped") == "SUCCEEDED"
    assert machine.calls == ["state", "state", "stop", "state", "state"]
    (told,) = machine.told()
    assert told["Subject"] == "Stopped: database orders"
    assert "The instance orders was started by AWS" in told["Message"]
    assert told["Message"].endswith("It is stopped again.")


def test_what_is_stopped_already_is_not_stopped_again(machine: Machine) -> None:
    assert machine.run("stopped") == "SUCCEEDED"
    assert machine.calls == ["state"]


@pytest.mark.parametrize("status", ["gone", "deleting"])
def test_what_is_gone_is_no_failure(machine: Machine, status: str) -> None:
    assert machine.run("starting", status) == "SUCCEEDED"
    assert machine.told()[0]["Subject"] == "NothingToStop: database orders"


def test_a_database_that_refuses_is_asked_again_later(machine: Machine) -> None:
    assert machine.run("available", "available", "stopped", refusals=1) == "SUCCEEDED"
    assert machine.calls.count("stop") == 2


@pytest.mark.parametrize("status", ["starting", "available", "incompatible-network"])
def test_it_gives_up_and_says_that_the_database_still_runs(machine: Machine, status: str) -> None:
    assert machine.run(status) == "GivenUp"
    assert machine.calls.count("state") == machine.parts.max_polls + 1
    (told,) = machine.told()
    assert told["Subject"] == "GivenUp: database orders"
    assert "IT STILL RUNS" in told["Message"]


def test_a_task_that_fails_is_told_too(machine: Machine) -> None:
    assert machine.run(RuntimeError("AccessDenied")) == "Failed"
    (told,) = machine.told()
    assert told["Subject"] == "Failed: database orders"
    assert "IT MAY STILL RUN" in told["Message"]


PARTS = st.builds(
    Parts,
    partition=st.sampled_from(["aws", "aws-cn", "aws-us-gov"]),
    state=st.just("state"),
    stop=st.just("stop"),
    topic=st.just("topic"),
    poll_seconds=st.integers(1, 3600),
    max_polls=st.integers(1, 1500),
)


@given(PARTS)
def test_every_task_is_tried_again_has_a_limit_and_failures_are_told(parts: Parts) -> None:
    states = definition(parts)["States"]
    tasks = {name: state for name, state in states.items() if state["Type"] == "Task"}
    for name, task in tasks.items():
        assert task["Retry"]
        assert task["TimeoutSeconds"] > 0
        assert task["Resource"].startswith(f"arn:{parts.partition}:states:::")
        caught = [error for catch in task.get("Catch", []) for error in catch["ErrorEquals"]]
        assert ("States.ALL" in caught) == (not name.startswith("Tell"))


@given(PARTS)
def test_an_execution_may_take_all_its_waits(parts: Parts) -> None:
    assert definition(parts)["TimeoutSeconds"] >= parts.poll_seconds * parts.max_polls + 900


def test_every_way_ends_with_people_being_told() -> None:
    states = definition(Parts("aws", "state", "stop", "topic", 300, 144))["States"]
    ends = [name for name, state in states.items() if state["Type"] in {"Succeed", "Fail"}]
    for end in ends:
        before = [name for name, state in states.items() if end in _next(state)]
        assert before
        assert all(states[name]["Resource"].endswith(":sns:publish") for name in before)


def _next(state: dict[str, Any]) -> set[str]:
    choices = [*state.get("Choices", []), *state.get("Catch", [])]
    found = {state.get("Next"), state.get("Default"), *(one["Next"] for one in choices)}
    return {name for name in found if name}
