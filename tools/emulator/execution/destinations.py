"""Where results and failures go: a queue, a topic, a function, an event bus, a bucket. All are requests of their own."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tools.emulator.activity import Activity

log = logging.getLogger(__name__)


def send(activity: Activity, arn: str, record: Mapping[str, Any], account: str, failed: bool) -> None:
    """Give the record of an asynchronous invocation to a destination."""
    service = arn.split(":")[2]
    if service == "events":
        _, _, _, region, owner, resource = arn.split(":", 5)
        entry = {
            "Source": "lambda",
            "DetailType": f"Lambda Function Invocation Result - {'Failure' if failed else 'Success'}",
            "Detail": json.dumps(record),
            "Resources": [arn, record["requestContext"]["functionArn"]],
            "EventBusName": resource.removeprefix("event-bus/"),
        }
        activity.client("events", owner, region).put_events(Entries=[entry])
        return
    send_text(activity, arn, json.dumps(record), account)


def send_text(
    activity: Activity, arn: str, text: str, account: str, attributes: Mapping[str, Any] | None = None
) -> bool:
    """Give a text to a queue, topic, function or bucket; whether that went well. `account` is who sends it."""
    _, _, service, region, owner, name = arn.split(":", 5)
    try:
        if service == "sqs":
            queues = activity.client("sqs", owner, region)
            url = queues.get_queue_url(QueueName=name)["QueueUrl"]
            extra: dict[str, Any] = {"MessageGroupId": "failed"} if name.endswith(".fifo") else {}
            if extra:
                extra["MessageDeduplicationId"] = str(uuid.uuid4())
            queues.send_message(
                QueueUrl=url, MessageBody=text, MessageAttributes=dict(attributes or {}), **extra
            )
        elif service == "sns":
            activity.client("sns", owner, region).publish(
                TopicArn=arn, Message=text, MessageAttributes=dict(attributes or {})
            )
        elif service == "lambda":
            activity.client("lambda", owner, region).invoke(
                FunctionName=arn, InvocationType="Event", Payload=text
            )
        elif service == "s3":
            key = f"aws/lambda/{uuid.uuid4()}"
            activity.client("s3", account, "us-east-1").put_object(
                Bucket=name.split("/")[0], Key=key, Body=text
            )
        else:
            log.warning("%s: the embedded AWS sends nothing to this kind of destination", arn)
            return False
    except ClientError as error:
        log.warning("%s: %s", arn, error)
        return False
    return True
