"""Functions that queues, topics and other callers invoke, and what happens where they fail."""

from __future__ import annotations

import base64
import gzip
import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.tools.emulator.execution.running import Running, embedded
from tests.tools.emulator.forgetting import forget_everything

TELL = """
import base64
import gzip
import json
import time
def handler(event, context):
    print("got " + json.dumps(event))
"""
FAIL = """
def handler(event, context):
    print("tried")
    raise ValueError("bad")
"""
COUNT = """
def handler(event, context):
    bodies = [record["body"] for record in event["Records"]]
    print("batch " + " ".join(bodies))
    if "bad" in bodies:
        raise ValueError("bad")
"""
REPORT = """
def handler(event, context):
    failed = [record["messageId"] for record in event["Records"] if record["body"] == "bad"]
    return {"batchItemFailures": [{"itemIdentifier": one} for one in failed]}
"""


def told(aws: Running, prefix: str, name: str = "function") -> list[str]:
    return [line.removeprefix(prefix) for line in aws.log(name) if line.startswith(prefix)]


def sources(aws: Running, arn: str, function: str = "function", **more: Any) -> str:
    made = aws.client("lambda").create_event_source_mapping(EventSourceArn=arn, FunctionName=function, **more)
    return str(made["UUID"])


def send(aws: Running, url: str, *bodies: str) -> None:
    entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies)]
    aws.client("sqs").send_message_batch(QueueUrl=url, Entries=entries)


def left(aws: Running, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = aws.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)


# -- asynchronous invocations


def test_an_event_that_fails_is_tried_three_times_and_then_given_away(aws: Running) -> None:
    url, arn = aws.queue("failed")
    aws.function(FAIL)
    aws.client("lambda").put_function_event_invoke_config(
        FunctionName="function", DestinationConfig={"OnFailure": {"Destination": arn}}
    )
    aws.invoke({"n": 1}, InvocationType="Event")
    aws.settle()
    assert told(aws, "tried") == [""] * 3
    record = json.loads(aws.messages(url)[0]["Body"])
    assert record["requestPayload"] == {"n": 1}
    assert record["responsePayload"]["errorMessage"] == "bad"
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert record["responseContext"]["functionError"] == "Unhandled"


def test_how_often_is_tried_is_the_functions_setting(aws: Running) -> None:
    aws.function(FAIL)
    aws.client("lambda").put_function_event_invoke_config(FunctionName="function", MaximumRetryAttempts=0)
    aws.invoke(InvocationType="Event")
    aws.settle()
    assert told(aws, "tried") == [""]


def test_a_dead_letter_queue_gets_the_event_itself(aws: Running) -> None:
    url, arn = aws.queue("dead")
    aws.function(FAIL, DeadLetterConfig={"TargetArn": arn})
    aws.invoke({"n": 1}, InvocationType="Event")
    aws.settle()
    message = aws.messages(url)[0]
    assert json.loads(message["Body"]) == {"n": 1}
    assert message["MessageAttributes"]["ErrorMessage"]["StringValue"] == "bad"


def test_a_result_goes_to_the_destination_of_successes(aws: Running) -> None:
    url, arn = aws.queue("done")
    aws.function("def handler(event, context): return event['n'] + 1")
    aws.client("lambda").put_function_event_invoke_config(
        FunctionName="function", DestinationConfig={"OnSuccess": {"Destination": arn}}
    )
    aws.invoke({"n": 1}, InvocationType="Event")
    aws.settle()
    assert json.loads(aws.messages(url)[0]["Body"])["responsePayload"] == 2


# -- topics


def topic(aws: Running, function: str, *, permit: bool = True, **attributes: str) -> str:
    arn = aws.client("sns").create_topic(Name="topic")["TopicArn"]
    if permit:
        aws.client("lambda").add_permission(
            FunctionName="function",
            StatementId="topic",
            Action="lambda:InvokeFunction",
            Principal="sns.amazonaws.com",
            SourceArn=arn,
        )
    aws.client("sns").subscribe(TopicArn=arn, Protocol="lambda", Endpoint=function, Attributes=attributes)
    return str(arn)


def test_a_topic_invokes_a_function_with_the_message(aws: Running) -> None:
    arn = topic(aws, aws.function(TELL))
    sent = aws.client("sns").publish(
        TopicArn=arn,
        Message="hello",
        Subject="greeting",
        MessageAttributes={"kind": {"DataType": "String", "StringValue": "note"}},
    )
    aws.settle()
    [record] = json.loads(told(aws, "got ")[0])["Records"]
    assert record["EventSource"] == "aws:sns"
    assert record["EventSubscriptionArn"].startswith(arn)
    message = record["Sns"]
    assert (message["Message"], message["Subject"], message["TopicArn"]) == ("hello", "greeting", arn)
    assert message["MessageId"] == sent["MessageId"]
    assert message["MessageAttributes"] == {"kind": {"Type": "String", "Value": "note"}}


def test_a_subscriptions_filter_holds_for_functions_too(aws: Running) -> None:
    arn = topic(aws, aws.function(TELL), FilterPolicy=json.dumps({"kind": ["wanted"]}))
    for kind in ("wanted", "other"):
        aws.client("sns").publish(
            TopicArn=arn,
            Message=kind,
            MessageAttributes={"kind": {"DataType": "String", "StringValue": kind}},
        )
    aws.settle()
    assert [json.loads(text)["Records"][0]["Sns"]["Message"] for text in told(aws, "got ")] == ["wanted"]


def test_a_function_that_does_not_let_the_topic_in_gets_nothing(aws: Running) -> None:
    url, dead = aws.queue("dead")
    redrive = json.dumps({"deadLetterTargetArn": dead})
    arn = topic(aws, aws.function(TELL), permit=False, RedrivePolicy=redrive)
    aws.client("sns").publish(TopicArn=arn, Message="hello")
    aws.settle()
    assert json.loads(aws.messages(url)[0]["Body"])["Message"] == "hello"


# -- queues


def test_a_queue_invokes_a_function_with_batches_and_is_empty_then(aws: Running) -> None:
    url, arn = aws.queue()
    aws.function(TELL)
    sources(aws, arn, BatchSize=3)
    send(aws, url, *"abcd")
    aws.settle()
    batches = [json.loads(text)["Records"] for text in told(aws, "got ")]
    assert [[record["body"] for record in batch] for batch in batches] == [["a", "b", "c"], ["d"]]
    record = batches[0][0]
    assert (record["eventSource"], record["eventSourceARN"], record["awsRegion"]) == (
        "aws:sqs",
        arn,
        "us-east-1",
    )
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert left(aws, url) == 0


def test_what_was_there_before_the_mapping_is_handled_and_what_comes_after_it_is_not(aws: Running) -> None:
    url, arn = aws.queue()
    aws.function(TELL)
    send(aws, url, "early")
    mapping = sources(aws, arn)
    aws.settle()
    assert len(told(aws, "got ")) == 1
    aws.client("lambda").update_event_source_mapping(UUID=mapping, Enabled=False)
    send(aws, url, "late")
    aws.settle()
    assert left(aws, url) == 1
    aws.client("lambda").update_event_source_mapping(UUID=mapping, Enabled=True)
    aws.settle()
    assert left(aws, url) == 0
    aws.client("lambda").delete_event_source_mapping(UUID=mapping)
    send(aws, url, "last")
    aws.settle()
    assert left(aws, url) == 1


def redriven(aws: Running, times: int, name: str = "queue") -> tuple[str, str, str]:
    dead_url, dead = aws.queue(f"{name}-dead")
    policy = json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": times})
    return (*aws.queue(name, RedrivePolicy=policy), dead_url)


def test_a_batch_that_fails_goes_to_the_dead_letter_queue_after_so_many_tries(aws: Running) -> None:
    url, arn, dead = redriven(aws, 2)
    aws.function(COUNT)
    sources(aws, arn, BatchSize=1)
    send(aws, url, "bad", "good")
    aws.settle()
    assert sorted(told(aws, "batch ")) == ["bad", "bad", "good"]
    assert left(aws, url) == 0
    assert [message["Body"] for message in aws.messages(dead)] == ["bad"]


def test_only_the_failures_that_a_function_reports_are_tried_again(aws: Running) -> None:
    url, arn, dead = redriven(aws, 1)
    aws.function(REPORT)
    sources(aws, arn, FunctionResponseTypes=["ReportBatchItemFailures"])
    send(aws, url, "good", "bad", "better")
    aws.settle()
    assert left(aws, url) == 0
    assert [message["Body"] for message in aws.messages(dead)] == ["bad"]


def test_without_a_dead_letter_queue_the_visibility_timeout_is_waited_for(aws: Running) -> None:
    url, arn = aws.queue(VisibilityTimeout="600")
    aws.function(COUNT)
    sources(aws, arn)
    send(aws, url, "bad")
    aws.settle()
    assert told(aws, "batch ") == ["bad"]
    assert left(aws, url) == 1


def test_filters_let_through_what_they_are_for_and_the_rest_is_gone(aws: Running) -> None:
    url, arn = aws.queue()
    aws.function(COUNT)
    pattern = json.dumps({"body": {"kind": ["wanted"]}})
    sources(aws, arn, FilterCriteria={"Filters": [{"Pattern": pattern}]})
    wanted = json.dumps({"kind": "wanted"})
    send(aws, url, wanted, json.dumps({"kind": "other"}), "no JSON")
    aws.settle()
    assert told(aws, "batch ") == [wanted]
    assert left(aws, url) == 0


def test_the_order_of_a_group_is_kept(aws: Running) -> None:
    url, arn = aws.queue("queue.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    aws.function(COUNT)
    sources(aws, arn, BatchSize=2)
    for number in range(5):
        aws.client("sqs").send_message(QueueUrl=url, MessageBody=str(number), MessageGroupId="one")
    aws.settle()
    assert " ".join(told(aws, "batch ")).split() == ["0", "1", "2", "3", "4"]


def test_a_start_handles_what_was_left_and_nothing_twice(tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    forget_everything()
    with embedded(file) as gate:
        aws = Running(gate)
        url, arn, dead = redriven(aws, 1)
        aws.function(COUNT)
        mapping = sources(aws, arn, BatchSize=1)
        send(aws, url, "bad", "good")
        aws.settle()
        aws.client("lambda").update_event_source_mapping(UUID=mapping, Enabled=False)
        send(aws, url, "left")
        aws.client("lambda").update_event_source_mapping(UUID=mapping, Enabled=True)
        gate.activity.settle(30)
        before = told(aws, "batch ")
        aws.client("lambda").update_event_source_mapping(UUID=mapping, Enabled=False)
        send(aws, url, "later")
    forget_everything()
    with embedded(file) as gate:
        again = Running(gate, aws.account)
        again.settle()
        assert told(again, "batch ") == before
        assert left(again, url) == 1
        assert [message["Body"] for message in again.messages(dead)] == ["bad"]
        again.client("lambda").update_event_source_mapping(UUID=mapping, Enabled=True)
        again.settle()
        assert told(again, "batch ") == [*before, "later"]
    forget_everything()


# -- waiting for messages


def test_others_are_served_while_somebody_waits_for_a_message(aws: Running) -> None:
    import threading

    url, _ = aws.queue()
    found: list[Any] = []

    def wait() -> None:
        found.append(aws.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=20))

    thread = threading.Thread(target=wait)
    thread.start()
    aws.client("sqs").send_message(QueueUrl=url, MessageBody="at last")
    thread.join(10)
    assert not thread.is_alive()
    assert found[0]["Messages"][0]["Body"] == "at last"


@pytest.mark.parametrize("wait", [0, 1])
def test_reading_an_empty_queue_leaves_nothing_in_the_journal(tmp_path: Path, wait: int) -> None:
    file = tmp_path / "journal.jsonl"
    with embedded(file) as gate:
        aws = Running(gate)
        url, _ = aws.queue()
        before = file.read_text()
        aws.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=wait)
        assert file.read_text() == before


# -- streams and logs


def test_a_table_tells_a_function_what_changed(aws: Running) -> None:
    aws.function(TELL)
    table = aws.client("dynamodb").create_table(
        TableName="orders",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )["TableDescription"]
    sources(aws, table["LatestStreamArn"], StartingPosition="LATEST")
    aws.client("dynamodb").put_item(TableName="orders", Item={"id": {"S": "one"}})
    aws.settle()
    [record] = json.loads(told(aws, "got ")[0])["Records"]
    assert (record["eventName"], record["eventSource"]) == ("INSERT", "aws:dynamodb")
    assert record["dynamodb"]["NewImage"] == {"id": {"S": "one"}}


def test_a_stream_hands_its_records_to_a_function(aws: Running) -> None:
    aws.function(TELL)
    kinesis = aws.client("kinesis")
    kinesis.create_stream(StreamName="clicks", ShardCount=1)
    arn = kinesis.describe_stream(StreamName="clicks")["StreamDescription"]["StreamARN"]
    sources(aws, arn, StartingPosition="LATEST")
    kinesis.put_record(StreamName="clicks", Data=b"one", PartitionKey="a")
    aws.settle()
    [record] = json.loads(told(aws, "got ")[0])["Records"]
    assert base64.b64decode(record["kinesis"]["data"]) == b"one"
    assert record["eventSourceARN"] == arn


def test_a_log_group_tells_a_function_what_is_written(aws: Running) -> None:
    function = aws.function(TELL)
    logs = aws.client("logs")
    logs.create_log_group(logGroupName="/app")
    logs.create_log_stream(logGroupName="/app", logStreamName="one")
    logs.put_subscription_filter(
        logGroupName="/app", filterName="errors", filterPattern="ERROR", destinationArn=function
    )
    event = {"timestamp": int(time.time() * 1000), "message": "ERROR of ours"}
    logs.put_log_events(logGroupName="/app", logStreamName="one", logEvents=[event])
    aws.settle()
    data = json.loads(told(aws, "got ")[0])["awslogs"]["data"]
    found = json.loads(gzip.decompress(base64.b64decode(data)))
    assert found["logGroup"] == "/app"
    assert [one["message"] for one in found["logEvents"]] == ["ERROR of ours"]
