"""EventBridge: what is matched, what is delivered, and what happens to the rest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.tools.emulator.execution.routing import EVENTS, allow, bodies, open_queue, put, rule
from tests.tools.emulator.execution.running import Running, embedded, until
from tests.tools.emulator.forgetting import forget_everything


def test_a_matching_event_arrives_as_it_was_put(aws: Running) -> None:
    url, arn = open_queue(aws)
    rule(aws, {"Arn": arn})
    made = put(aws, n=1)
    put(aws, source="other", n=2)
    [event] = bodies(aws, url)
    assert event["id"] == made
    assert (event["account"], event["region"], event["source"]) == (aws.account, "us-east-1", "app")
    assert (event["detail-type"], event["detail"], event["resources"]) == ("Thing", {"n": 1}, [])
    assert event["time"].endswith("Z")


def test_a_disabled_rule_delivers_nothing(aws: Running) -> None:
    url, arn = open_queue(aws)
    rule(aws, {"Arn": arn})
    aws.client("events").disable_rule(Name="rule")
    put(aws)
    assert bodies(aws, url) == []
    aws.client("events").enable_rule(Name="rule")
    put(aws)
    assert len(bodies(aws, url)) == 1


def test_a_target_gets_what_it_asks_for(aws: Running) -> None:
    url, arn = open_queue(aws)
    template = {"InputPathsMap": {"n": "$.detail.n"}, "InputTemplate": '{"number": <n>}'}
    rule(
        aws,
        {"Arn": arn, "Input": '{"constant": 1}'},
        {"Arn": arn, "InputPath": "$.detail"},
        {"Arn": arn, "InputTransformer": template},
    )
    put(aws, n=7)
    assert bodies(aws, url) == [{"constant": 1}, {"n": 7}, {"number": 7}]


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({"Source": ""}, "InvalidArgument"),
        ({"DetailType": ""}, "InvalidArgument"),
        ({"Detail": ""}, "InvalidArgument"),
        ({"Detail": "{"}, "MalformedDetail"),
        ({"Detail": "[]"}, "MalformedDetail"),
        ({"Source": "aws.s3"}, "NotAuthorizedForSourceException"),
    ],
)
def test_events_that_are_refused_one_by_one(aws: Running, entry: dict[str, str], code: str) -> None:
    good = {"Source": "app", "DetailType": "Thing", "Detail": "{}"}
    answer = aws.client("events").put_events(Entries=[{**good, **entry}, good])
    assert answer["FailedEntryCount"] == 1
    assert answer["Entries"][0]["ErrorCode"] == code
    assert "EventId" in answer["Entries"][1]


def test_a_pattern_is_tried_on_an_event(aws: Running) -> None:
    event = {
        "id": "1",
        "account": "1",
        "source": "app",
        "time": "",
        "region": "",
        "resources": [],
        "detail-type": "T",
    }
    client = aws.client("events")
    for source, expected in (("app", True), ("other", False)):
        pattern = json.dumps({"source": [source]})
        assert client.test_event_pattern(EventPattern=pattern, Event=json.dumps(event))["Result"] is expected
    with pytest.raises(ClientError, match="InvalidEventPatternException"):
        client.test_event_pattern(EventPattern='{"a": "b"}', Event=json.dumps(event))
    del event["resources"]
    with pytest.raises(ClientError, match="resources is required"):
        client.test_event_pattern(EventPattern='{"a": ["b"]}', Event=json.dumps(event))


def test_a_pattern_with_faults_makes_no_rule(aws: Running) -> None:
    with pytest.raises(ClientError, match="Unrecognized match type like"):
        rule(aws, pattern={"source": [{"like": "a"}]})


def test_a_topic_a_log_group_a_function_and_a_state_machine(aws: Running) -> None:
    url, _ = aws.queue("inbox")
    topic = aws.client("sns").create_topic(Name="topic")["TopicArn"]
    policy = allow("sns:Publish", topic, Principal={"Service": EVENTS})
    aws.client("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    inbox = f"arn:aws:sqs:us-east-1:{aws.account}:inbox"
    aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=inbox)
    logs = aws.client("logs")
    logs.create_log_group(logGroupName="/aws/events/all")
    group = f"arn:aws:logs:us-east-1:{aws.account}:log-group:/aws/events/all"
    given = allow(["logs:CreateLogStream", "logs:PutLogEvents"], f"{group}:*", Principal={"Service": EVENTS})
    logs.put_resource_policy(policyName="events", policyDocument=given)
    function = aws.function("def handler(event, context): print('got', event['detail']['n'])")
    states = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}
    machine = aws.client("stepfunctions").create_state_machine(
        name="machine", definition=json.dumps(states), roleArn=aws.role("machine", "states.amazonaws.com")
    )["stateMachineArn"]
    role = aws.role("starter", EVENTS, allow("states:StartExecution", machine))
    made = rule(aws, {"Arn": topic}, {"Arn": group}, {"Arn": function}, {"Arn": machine, "RoleArn": role})
    aws.client("lambda").add_permission(
        FunctionName="function",
        StatementId="rule",
        Action="lambda:InvokeFunction",
        Principal=EVENTS,
        SourceArn=made,
    )
    put(aws, n=5)
    aws.settle()
    assert json.loads(bodies(aws, url)[0]["Message"])["detail"] == {"n": 5}
    assert json.loads(aws.log(group="/aws/events/all")[0])["detail"] == {"n": 5}
    assert "got 5" in aws.log()
    client = aws.client("stepfunctions")
    [execution] = client.list_executions(stateMachineArn=machine)["executions"]
    told = client.describe_execution(executionArn=execution["executionArn"])
    assert json.loads(told["input"])["detail"] == {"n": 5}


def failing(aws: Running, case: str) -> dict[str, Any]:
    """A target that can't be delivered to, in one of the ways there are."""
    account = aws.account
    if case == "no queue":
        return {"Arn": f"arn:aws:sqs:us-east-1:{account}:nowhere"}
    if case == "queue without policy":
        return {"Arn": aws.queue("closed")[1]}
    if case == "policy for another rule":
        url, arn = aws.queue("other")
        condition = {"ArnEquals": {"aws:SourceArn": f"arn:aws:events:us-east-1:{account}:rule/another"}}
        policy = allow("sqs:SendMessage", arn, Principal={"Service": EVENTS}, Condition=condition)
        aws.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        return {"Arn": arn}
    if case == "function without permission":
        return {"Arn": aws.function("def handler(e, c): print('ran')")}
    if case == "log group without policy":
        aws.client("logs").create_log_group(logGroupName="/closed")
        return {"Arn": f"arn:aws:logs:us-east-1:{account}:log-group:/closed"}
    hub = aws.elsewhere("eu-west-1").client("events").create_event_bus(Name="hub")["EventBusArn"]
    if case == "role without right":
        return {"Arn": hub, "RoleArn": aws.role("weak", EVENTS)}
    if case == "role of another service":
        return {
            "Arn": hub,
            "RoleArn": aws.role("strange", "ec2.amazonaws.com", allow("events:PutEvents", hub)),
        }
    if case == "another Region without role":
        return {"Arn": hub}
    assert case == "no bus"
    return {"Arn": f"{hub}-gone", "RoleArn": aws.role("sender", EVENTS, allow("events:PutEvents", "*"))}


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("no queue", "NO_RESOURCE"),
        ("queue without policy", "NO_PERMISSIONS"),
        ("policy for another rule", "NO_PERMISSIONS"),
        ("function without permission", "NO_PERMISSIONS"),
        ("log group without policy", "NO_PERMISSIONS"),
        ("role without right", "NO_PERMISSIONS"),
        ("role of another service", "NO_PERMISSIONS"),
        ("another Region without role", "NO_PERMISSIONS"),
        ("no bus", "NO_RESOURCE"),
    ],
)
def test_what_can_not_be_delivered_is_in_the_dead_letter_queue(aws: Running, case: str, code: str) -> None:
    url, dead = open_queue(aws, "dead")
    target = failing(aws, case)
    made = rule(aws, {**target, "DeadLetterConfig": {"Arn": dead}})
    sent = put(aws, n=1)
    aws.settle()
    [message] = aws.messages(url)
    assert json.loads(message["Body"])["id"] == sent
    told = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert (told["RULE_ARN"], told["TARGET_ARN"], told["ERROR_CODE"]) == (made, target["Arn"], code)
    assert told["ERROR_MESSAGE"]


def test_a_dead_letter_queue_that_is_closed_gets_nothing(aws: Running) -> None:
    url, dead = aws.queue("dead")
    rule(aws, {**failing(aws, "no queue"), "DeadLetterConfig": {"Arn": dead}})
    put(aws)
    assert aws.messages(url) == []


def test_an_archive_keeps_events_and_brings_them_again(aws: Running) -> None:
    client = aws.client("events")
    bus = client.describe_event_bus(Name="default")["Arn"]
    client.create_archive(
        ArchiveName="kept", EventSourceArn=bus, EventPattern=json.dumps({"source": ["app"]})
    )
    put(aws, n=1)
    put(aws, source="other")
    assert client.describe_archive(ArchiveName="kept")["EventCount"] == 1
    url, arn = open_queue(aws)
    rule(aws, {"Arn": arn})
    replay = {
        "EventSourceArn": f"arn:aws:events:us-east-1:{aws.account}:archive/kept",
        "Destination": {"Arn": bus},
    }
    client.start_replay(ReplayName="old", EventStartTime=0, EventEndTime=1, **replay)
    assert bodies(aws, url) == []
    client.start_replay(ReplayName="all", EventStartTime=0, EventEndTime=4102444800, **replay)
    [event] = bodies(aws, url)
    assert (event["detail"], event["replay-name"]) == ({"n": 1}, "all")
    assert client.describe_archive(ArchiveName="kept")["EventCount"] == 1
    assert client.describe_replay(ReplayName="all")["State"] == "COMPLETED"


def test_a_start_has_what_was_delivered_once_and_runs_nothing(tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    forget_everything()
    with embedded(file) as gate:
        aws = Running(gate)
        url, arn = open_queue(aws)
        function = aws.function("def handler(event, context): print('ran')")
        made = rule(aws, {"Arn": arn}, {"Arn": function})
        aws.client("lambda").add_permission(
            FunctionName="function",
            StatementId="rule",
            Action="lambda:InvokeFunction",
            Principal=EVENTS,
            SourceArn=made,
        )
        sent = put(aws, n=1)
        aws.settle()
        until(lambda: aws.log().count("ran") == 1)
    forget_everything()
    with embedded(file) as gate:
        again = Running(gate, aws.account)
        again.settle()
        assert [event["id"] for event in bodies(again, url)] == [sent]
        assert again.log().count("ran") == 1
    forget_everything()
