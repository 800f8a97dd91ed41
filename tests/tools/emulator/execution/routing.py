"""Rules, events and queues for tests of EventBridge."""

from __future__ import annotations

import json
from typing import Any

from tests.tools.emulator.execution.running import Running

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
