"""EventBridge: what is matched, what is delivered, who may, and what happens to the rest."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, Self

import pytest
from botocore.exceptions import ClientError

from tests.tools.emulator.execution.running import Running, embedded, until
from tests.tools.emulator.forgetting import forget_everything

EVENTS = "events.amazonaws.com"


def allow(action: Any, resource: Any, **more: Any) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def open_queue(aws: Running, name: str = "queue") -> tuple[str, str]:
    """A queue that EventBridge may send to."""
    url, arn = aws.queue(name)
    policy = allow("sqs:SendMessage", arn, Principal={"Service": EVENTS})
    aws.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return url, arn


def rule(
    aws: Running,
    *targets: dict[str, Any],
    pattern: Any = None,
    bus: str = "default",
    name: str = "rule",
    **more: Any,
) -> str:
    wanted = json.dumps({"source": ["app"]} if pattern is None else pattern)
    client = aws.client("events")
    arn = client.put_rule(Name=name, EventBusName=bus, EventPattern=wanted, **more)["RuleArn"]
    listed = [{"Id": str(number), **target} for number, target in enumerate(targets)]
    if listed:
        client.put_targets(Rule=name, EventBusName=bus, Targets=listed)
    return str(arn)


def put(aws: Running, *, source: str = "app", bus: str = "default", **detail: Any) -> str:
    entry = {"Source": source, "DetailType": "Thing", "Detail": json.dumps(detail), "EventBusName": bus}
    answer = aws.client("events").put_events(Entries=[entry])
    assert answer["FailedEntryCount"] == 0, answer
    return str(answer["Entries"][0]["EventId"])


def bodies(aws: Running, url: str) -> list[Any]:
    return [json.loads(message["Body"]) for message in aws.messages(url)]


# -- what comes in, and to whom it goes


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


# -- each kind of target


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


# -- what can't be delivered


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


# -- API destinations


class Listener:
    """An HTTP server that answers with the given statuses, the last one for good, and remembers the requests."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.requests: list[tuple[str, dict[str, str], str]] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                listener.requests.append((self.path, dict(self.headers), body))
                left = listener.statuses
                self.send_response(left.pop(0) if len(left) > 1 else left[0])
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def destination(aws: Running, endpoint: str) -> dict[str, str]:
    client = aws.client("events")
    key = {"ApiKeyAuthParameters": {"ApiKeyName": "x-key", "ApiKeyValue": "secret"}}
    connection = client.create_connection(Name="c", AuthorizationType="API_KEY", AuthParameters=key)
    arn = client.create_api_destination(
        Name="d",
        ConnectionArn=connection["ConnectionArn"],
        InvocationEndpoint=endpoint,
        HttpMethod="POST",
    )["ApiDestinationArn"]
    return {"Arn": arn, "RoleArn": aws.role("caller", EVENTS, allow("events:InvokeApiDestination", arn))}


def test_an_api_destination_is_called_until_it_answers(aws: Running) -> None:
    with Listener(500, 429, 200) as listener:
        target = destination(aws, f"http://127.0.0.1:{listener.server.server_port}/orders/*")
        parameters = {"PathParameterValues": ["a b"], "QueryStringParameters": {"q": "1"}}
        rule(aws, {**target, "InputPath": "$.detail", "HttpParameters": parameters})
        put(aws, n=1)
        aws.settle()
    assert [path for path, _, _ in listener.requests] == ["/orders/a%20b?q=1"] * 3
    _, headers, body = listener.requests[-1]
    assert {name.lower(): value for name, value in headers.items()}["x-key"] == "secret"
    assert json.loads(body) == {"n": 1}


@pytest.mark.parametrize(("status", "tries", "told"), [(500, 3, "2"), (404, 1, "0")])
def test_a_call_that_fails_ends_in_the_dead_letter_queue(
    aws: Running, status: int, tries: int, told: str
) -> None:
    url, dead = open_queue(aws, "dead")
    with Listener(status) as listener:
        target = destination(aws, f"http://127.0.0.1:{listener.server.server_port}/")
        more = {"DeadLetterConfig": {"Arn": dead}, "RetryPolicy": {"MaximumRetryAttempts": 2}}
        rule(aws, {**target, **more})
        put(aws, n=1)
        aws.settle()
    assert len(listener.requests) == tries
    [message] = aws.messages(url)
    assert json.loads(message["Body"])["detail"] == {"n": 1}
    assert message["MessageAttributes"]["RETRY_ATTEMPTS"]["StringValue"] == told
    assert message["MessageAttributes"]["ERROR_MESSAGE"]["StringValue"] == f"HTTP status {status}"


def test_other_machines_are_not_called(aws: Running) -> None:
    url, dead = open_queue(aws, "dead")
    rule(aws, {**destination(aws, "https://example.com/"), "DeadLetterConfig": {"Arn": dead}})
    put(aws)
    [message] = aws.messages(url)
    assert "127.0.0.1 only" in message["MessageAttributes"]["ERROR_MESSAGE"]["StringValue"]


# -- over Regions and accounts


def test_an_event_keeps_account_and_region_over_buses(aws: Running) -> None:
    hub = aws.elsewhere("ap-southeast-1")
    bus = hub.client("events").create_event_bus(Name="hub")["EventBusArn"]
    url, arn = open_queue(hub)
    rule(hub, {"Arn": arn}, bus="hub", pattern={"source": [{"anything-but": "security"}]})
    role = aws.role("forward", EVENTS, allow("events:PutEvents", bus))
    rule(aws, {"Arn": bus, "RoleArn": role}, pattern={"source": [{"prefix": ""}]})
    made = put(aws, n=1)
    put(aws, source="security")
    [event] = bodies(hub, url)
    assert (event["id"], event["account"], event["region"]) == (made, aws.account, "us-east-1")


def test_rules_that_send_events_in_a_circle_end(aws: Running) -> None:
    url, arn = open_queue(aws)
    buses = [aws.client("events").create_event_bus(Name=name)["EventBusArn"] for name in ("one", "two")]
    rule(aws, {"Arn": buses[1]}, {"Arn": arn}, bus="one", name="forth")
    rule(aws, {"Arn": buses[0]}, bus="two", name="back")
    put(aws, bus="one")
    assert 1 <= len(bodies(aws, url)) <= 5


def test_another_accounts_bus_needs_its_policy(aws: Running) -> None:
    other = Running(aws.gate)
    bus = other.client("events").create_event_bus(Name="theirs")["EventBusArn"]
    url, arn = open_queue(other)
    rule(other, {"Arn": arn}, bus="theirs")
    with pytest.raises(ClientError) as caught:
        put(aws, bus=bus)
    assert caught.value.response["Error"]["Code"] == "AccessDeniedException"
    assert "no resource-based policy allows the events:PutEvents action" in str(caught.value)
    only = {"StringEquals": {"events:source": "app"}}
    policy = allow("events:PutEvents", bus, Principal={"AWS": aws.account}, Condition=only, Sid="one")
    other.client("events").put_permission(EventBusName="theirs", Policy=policy)
    put(aws, bus=bus, n=1)
    with pytest.raises(ClientError, match="AccessDeniedException"):
        put(aws, bus=bus, source="unwanted")
    [event] = bodies(other, url)
    assert (event["account"], event["detail"]) == (aws.account, {"n": 1})


def test_a_denial_in_a_policy_counts_for_the_own_account_too(aws: Running) -> None:
    bus = aws.client("events").create_event_bus(Name="mine")["EventBusArn"]
    put(aws, bus="mine")
    statement = {
        "Sid": "no",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "events:PutEvents",
        "Resource": bus,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.client("events").put_permission(EventBusName="mine", Policy=policy)
    with pytest.raises(ClientError, match="explicit deny"):
        put(aws, bus="mine")


SEVEN = ("PutRule", "DeleteRule", "DescribeRule", "DisableRule", "EnableRule", "PutTargets", "RemoveTargets")


def delegated(other: Running, to: Running, bus: str = "custom") -> str:
    """The policy of the document: a security team's account manages its own rules on somebody else's bus."""
    arn = other.client("events").create_event_bus(Name=bus)["EventBusArn"]
    statement = {
        "Sid": "AllowCrossRegionRulesForSecurityTeam",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{to.account}:root"},
        "Action": [f"events:{action}" for action in SEVEN],
        "Resource": f"arn:aws:events:{other.region}:{other.account}:rule/{bus}/*",
        "Condition": {"StringEqualsIfExists": {"events:creatorAccount": "${aws:PrincipalAccount}"}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    other.client("events").put_permission(EventBusName=bus, Policy=policy)
    return str(arn)


def test_rules_on_another_accounts_bus_need_its_policy(aws: Running) -> None:
    other = Running(aws.gate)
    bus = other.client("events").create_event_bus(Name="closed")["EventBusArn"]
    with pytest.raises(ClientError) as caught:
        rule(aws, bus=bus)
    assert caught.value.response["Error"]["Code"] == "AccessDeniedException"


def test_a_security_team_plants_its_rules_on_others_buses(aws: Running) -> None:
    other, client = Running(aws.gate), aws.client("events")
    bus = delegated(other, aws)
    hub = aws.elsewhere("ap-southeast-1")
    central = hub.client("events").create_event_bus(Name="SecurityEventBus")["EventBusArn"]
    url, arn = open_queue(hub)
    rule(
        hub,
        {"Arn": arn},
        bus="SecurityEventBus",
        pattern={"source": [{"anything-but": "com.company.security"}]},
    )
    role = aws.role("audit", EVENTS, allow("events:PutEvents", central))
    made = rule(
        aws,
        {"Arn": central, "RoleArn": role},
        bus=bus,
        pattern={"source": ["com.company.marketing"]},
        name="audit",
    )
    assert made == f"arn:aws:events:us-east-1:{other.account}:rule/custom/audit"
    assert client.describe_rule(Name="audit", EventBusName=bus)["CreatedBy"] == aws.account
    sent = put(other, source="com.company.marketing", bus="custom")
    put(other, source="com.company.sales", bus="custom")
    [event] = bodies(hub, url)
    assert (event["id"], event["account"], event["region"]) == (sent, other.account, "us-east-1")
    client.disable_rule(Name="audit", EventBusName=bus)
    client.enable_rule(Name="audit", EventBusName=bus)
    client.remove_targets(Rule="audit", EventBusName=bus, Ids=["0"])
    client.delete_rule(Name="audit", EventBusName=bus)
    assert other.client("events").list_rules(EventBusName="custom")["Rules"] == []


def test_it_touches_only_the_rules_that_it_created(aws: Running) -> None:
    other = Running(aws.gate)
    bus = delegated(other, aws)
    rule(other, bus="custom", name="theirs")
    for call in ("disable_rule", "delete_rule", "describe_rule"):
        with pytest.raises(ClientError, match="AccessDeniedException"):
            getattr(aws.client("events"), call)(Name="theirs", EventBusName=bus)
    with pytest.raises(ClientError, match="AccessDeniedException"):
        rule(aws, bus=bus, name="theirs")


def test_a_policy_that_is_put_replaces_the_whole_policy(aws: Running) -> None:
    client = aws.client("events")
    bus = client.create_event_bus(Name="mine")["EventBusArn"]
    for sid in ("first", "second"):
        policy = allow("events:PutEvents", bus, Principal={"AWS": "222222222222"}, Sid=sid)
        client.put_permission(EventBusName="mine", Policy=policy)
    found = json.loads(client.describe_event_bus(Name="mine")["Policy"])
    assert [statement["Sid"] for statement in found["Statement"]] == ["second"]
    without = allow(
        "events:PutEvents", bus, Principal="*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}
    )
    client.put_permission(EventBusName="mine", Policy=without)
    assert (
        json.loads(client.describe_event_bus(Name="mine")["Policy"])["Statement"]
        == json.loads(without)["Statement"]
    )


# -- what services tell


def trail(aws: Running) -> None:
    aws.client("s3").create_bucket(Bucket=f"trail-{aws.account}")
    client = aws.client("cloudtrail")
    client.create_trail(Name="all", S3BucketName=f"trail-{aws.account}", IsMultiRegionTrail=True)
    client.start_logging(Name="all")


CALLS = {"detail-type": ["AWS API Call via CloudTrail"]}


def test_rules_hear_of_api_calls_where_a_trail_logs(aws: Running) -> None:
    url, arn = open_queue(aws)
    rule(aws, {"Arn": arn}, pattern={**CALLS, "detail": {"eventName": ["CreateSecret", "DeleteSecret"]}})
    secrets = aws.client("secretsmanager")
    secrets.create_secret(Name="early", SecretString="hidden")
    trail(aws)
    secrets.create_secret(Name="late", SecretString="hidden")
    secrets.describe_secret(SecretId="late")
    with pytest.raises(ClientError):
        secrets.delete_secret(SecretId="nowhere")
    aws.settle()
    created, failed = bodies(aws, url)
    assert (created["source"], created["detail"]["eventSource"]) == (
        "aws.secretsmanager",
        "secretsmanager.amazonaws.com",
    )
    assert created["detail"]["requestParameters"]["name"] == "late"
    assert "hidden" not in json.dumps(created)
    assert created["detail"]["userIdentity"]["arn"] == f"arn:aws:iam::{aws.account}:root"
    assert "errorCode" not in created["detail"]
    assert failed["detail"]["errorCode"] == "ResourceNotFoundException"


def test_reads_come_to_rules_that_want_them(aws: Running) -> None:
    trail(aws)
    plain, plain_arn = open_queue(aws, "plain")
    every, every_arn = open_queue(aws, "every")
    pattern = {**CALLS, "detail": {"eventName": ["GetSecretValue"]}}
    rule(aws, {"Arn": plain_arn}, pattern=pattern, name="plain")
    state = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
    rule(aws, {"Arn": every_arn}, pattern=pattern, name="every", State=state)
    with pytest.raises(ClientError):
        aws.client("secretsmanager").get_secret_value(SecretId="nowhere")
    aws.settle()
    assert bodies(aws, plain) == []
    assert bodies(aws, every)[0]["detail"]["readOnly"] is True


def test_calls_of_iam_come_in_the_first_region(aws: Running) -> None:
    trail(aws)
    pattern = {**CALLS, "detail": {"eventSource": ["iam.amazonaws.com"]}}
    found = {}
    for region in ("us-east-1", "eu-central-1"):
        place = aws.elsewhere(region)
        found[region], arn = open_queue(place)
        rule(place, {"Arn": arn}, pattern=pattern)
    aws.client("iam", "eu-central-1").create_user(UserName="ann")
    aws.settle()
    assert bodies(aws, found["us-east-1"])[0]["detail"]["requestParameters"] == {"userName": "ann"}
    assert bodies(aws.elsewhere("eu-central-1"), found["eu-central-1"]) == []


def test_the_role_of_a_function_is_who_called(aws: Running) -> None:
    trail(aws)
    url, arn = open_queue(aws)
    rule(aws, {"Arn": arn}, pattern={**CALLS, "detail": {"eventName": ["CreateTopic"]}})
    aws.function("import boto3\ndef handler(event, context): boto3.client('sns').create_topic(Name='t')")
    assert "FunctionError" not in aws.invoke()
    aws.settle()
    who = bodies(aws, url)[0]["detail"]["userIdentity"]
    assert who["type"] == "AssumedRole"
    assert who["sessionContext"]["sessionIssuer"]["userName"] == "function-role"


def test_rules_hear_how_an_execution_ended(aws: Running) -> None:
    url, arn = open_queue(aws)
    pattern = {"source": ["aws.states"], "detail": {"status": ["FAILED", "TIMED_OUT", "ABORTED"]}}
    rule(aws, {"Arn": arn}, pattern=pattern)
    client = aws.client("stepfunctions")
    role = aws.role("machine", "states.amazonaws.com")
    for name, state in (("good", {"Type": "Succeed"}), ("bad", {"Type": "Fail", "Error": "Odd"})):
        definition = json.dumps({"StartAt": "A", "States": {"A": state}})
        made = client.create_state_machine(name=name, definition=definition, roleArn=role)["stateMachineArn"]
        client.start_execution(stateMachineArn=made)
    [event] = until(lambda: bodies(aws, url))
    assert event["detail-type"] == "Step Functions Execution Status Change"
    assert (event["detail"]["status"], event["detail"]["error"]) == ("FAILED", "Odd")


# -- archives


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


# -- a new start


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
