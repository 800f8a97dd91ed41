"""Executions of state machines run, with the functions and services that they call."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.tools.emulator.execution.running import Running, embedded, until
from tests.tools.emulator.forgetting import forget_everything


def machine(aws: Running, states: dict[str, Any], start: str = "", name: str = "machine") -> str:
    definition = {"StartAt": start or next(iter(states)), "States": states}
    role = aws.role(f"{name}-role", "states.amazonaws.com")
    made = aws.client("stepfunctions").create_state_machine(
        name=name, definition=json.dumps(definition), roleArn=role
    )
    return str(made["stateMachineArn"])


def run(aws: Running, arn: str, event: Any = None) -> dict[str, Any]:
    """The execution when it has ended."""
    client = aws.client("stepfunctions")
    execution = client.start_execution(stateMachineArn=arn, input=json.dumps(event or {}))["executionArn"]
    return dict(
        until(
            lambda: (
                (found := client.describe_execution(executionArn=execution))["status"] != "RUNNING" and found
            )
        )
    )


def steps(aws: Running, execution: str) -> list[str]:
    events = aws.client("stepfunctions").get_execution_history(executionArn=execution)["events"]
    return [
        event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event
    ]


def test_functions_choices_and_waits(aws: Running) -> None:
    function = aws.function("def handler(event, context): return {'n': event.get('n', 0) + 1, 'seconds': 0}")
    arn = machine(
        aws,
        {
            "Count": {"Type": "Task", "Resource": function, "Next": "Enough"},
            "Enough": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.n", "NumericGreaterThanEquals": 3, "Next": "Done"}],
                "Default": "Pause",
            },
            "Pause": {"Type": "Wait", "SecondsPath": "$.seconds", "Next": "Count"},
            "Done": {"Type": "Succeed"},
        },
    )
    found = run(aws, arn)
    assert (found["status"], json.loads(found["output"])["n"]) == ("SUCCEEDED", 3)
    assert steps(aws, found["executionArn"]) == ["Count", "Enough", "Pause"] * 2 + ["Count", "Enough", "Done"]


def test_an_error_of_a_function_is_caught_by_its_type(aws: Running) -> None:
    function = aws.function("class Odd(Exception): pass\ndef handler(event, context): raise Odd('so')")
    invoke = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": function, "Payload.$": "$"},
        "Catch": [{"ErrorEquals": ["Odd"], "Next": "Caught", "ResultPath": "$.error"}],
        "End": True,
    }
    found = run(aws, machine(aws, {"Try": invoke, "Caught": {"Type": "Pass", "End": True}}), {"a": 1})
    output = json.loads(found["output"])
    assert output["a"] == 1
    assert output["error"]["Error"] == "Odd"
    failing = machine(aws, {"Try": {**invoke, "Catch": []}, "Caught": {"Type": "Succeed"}}, name="failing")
    assert run(aws, failing)["error"] == "Odd"


def test_services_are_called_in_the_account_of_the_machine(aws: Running) -> None:
    url, _ = aws.queue()
    topic = aws.client("sns").create_topic(Name="topic")["TopicArn"]
    aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=_arn_of(aws, url))
    arn = machine(
        aws,
        {
            "Ask": {
                "Type": "Task",
                "Resource": "arn:aws:states:::aws-sdk:iam:getRole",
                "Parameters": {"RoleName": "machine-role"},
                "ResultSelector": {"name.$": "$.Role.RoleName", "made.$": "$.Role.CreateDate"},
                "Next": "Tell",
            },
            "Tell": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sns:publish",
                "Parameters": {"TopicArn": topic, "Message.$": "$.name"},
                "End": True,
            },
        },
    )
    assert run(aws, arn)["status"] == "SUCCEEDED"
    assert json.loads(aws.messages(url)[0]["Body"])["Message"] == "machine-role"


def _arn_of(aws: Running, url: str) -> str:
    answer = aws.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return str(answer["Attributes"]["QueueArn"])


def test_others_are_served_while_one_waits_and_it_can_be_stopped(aws: Running) -> None:
    arn = machine(aws, {"Pause": {"Type": "Wait", "Seconds": 600, "End": True}})
    client = aws.client("stepfunctions")
    execution = client.start_execution(stateMachineArn=arn, name="one")["executionArn"]
    assert execution.endswith(":execution:machine:one")
    until(lambda: steps(aws, execution))
    assert client.list_executions(stateMachineArn=arn)["executions"][0]["status"] == "RUNNING"
    assert client.start_execution(stateMachineArn=arn, name="one")["executionArn"] == execution
    client.stop_execution(executionArn=execution)
    until(lambda: client.describe_execution(executionArn=execution)["status"] == "ABORTED")
    with pytest.raises(ClientError) as caught:
        client.start_execution(stateMachineArn=arn, name="one")
    assert caught.value.response["Error"]["Code"] == "ExecutionAlreadyExists"


def test_a_time_in_the_past_is_not_waited_for(aws: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "America/Los_Angeles")
    time.tzset()
    try:
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        arn = machine(aws, {"Pause": {"Type": "Wait", "TimestampPath": "$.at", "End": True}})
        assert run(aws, arn, {"at": moment})["status"] == "SUCCEEDED"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_expressions_in_jsonata(aws: Running) -> None:
    total = "{% $sum($states.input.items.price) %}"
    states = {
        "Add": {
            "Type": "Pass",
            "QueryLanguage": "JSONata",
            "Assign": {"name": "{% $states.input.name %}"},
            "Output": {"total": total},
            "Next": "Tell",
        },
        "Tell": {
            "Type": "Pass",
            "QueryLanguage": "JSONata",
            "Output": "{% $name & ': ' & $string($states.input.total) %}",
            "End": True,
        },
    }
    found = run(aws, machine(aws, states), {"name": 'a "quoted" 𐀀', "items": [{"price": 1}, {"price": 2.5}]})
    assert (found["status"], json.loads(found["output"])) == ("SUCCEEDED", 'a "quoted" 𐀀: 3.5')
    broken = {"A": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $number('x') %}", "End": True}}
    assert run(aws, machine(aws, broken, name="broken"))["status"] == "FAILED"


def test_a_definition_with_faults_is_refused(aws: Running) -> None:
    with pytest.raises(ClientError, match="MISSING_TRANSITION_TARGET") as caught:
        machine(aws, {"A": {"Type": "Pass", "Next": "B"}})
    assert caught.value.response["Error"]["Code"] == "InvalidDefinition"


def test_executions_end_with_the_embedded_aws_and_are_not_run_again(tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    forget_everything()
    with embedded(file) as gate:
        aws = Running(gate)
        url, _ = aws.queue()
        send = {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {"QueueUrl": url, "MessageBody": "once"},
            "Next": "Pause",
        }
        arn = machine(aws, {"Send": send, "Pause": {"Type": "Wait", "Seconds": 600, "End": True}})
        execution = aws.client("stepfunctions").start_execution(stateMachineArn=arn)["executionArn"]
        until(lambda: steps(aws, execution)[-1:] == ["Pause"])
    forget_everything()
    with embedded(file) as gate:
        again = Running(gate, aws.account)
        assert again.client("stepfunctions").list_executions(stateMachineArn=arn)["executions"] == []
        assert [message["Body"] for message in again.messages(url)] == ["once"]
    forget_everything()
