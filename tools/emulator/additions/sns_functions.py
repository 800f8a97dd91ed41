"""SNS: moto gives functions an event of its own making. Here they get the message as SNS sends it.

A function that is gone, or whose policy does not let SNS in, gets nothing: the message goes to the subscription's
dead-letter queue, if it has one.
"""

from __future__ import annotations

import json
import logging
from typing import Any

from moto.awslambda.exceptions import LambdaClientError
from moto.core.utils import iso_8601_datetime_with_milliseconds
from moto.sns.models import Subscription
from moto.sqs.models import sqs_backends

from tools.emulator import work
from tools.emulator.additions import method
from tools.emulator.additions._permissions import function_policy, lets_in
from tools.emulator.evaluate.decision import account_of

log = logging.getLogger(__name__)
SERVICE, ACTION = "sns.amazonaws.com", "lambda:InvokeFunction"


def install() -> None:
    """Let messages for functions be delivered in the background."""
    publish = Subscription.publish

    @method(Subscription, "publish")
    def deliver(self: Any, message: str, message_id: str, *args: Any, **more: Any) -> None:
        if self.protocol != "lambda":
            publish(self, message, message_id, *args, **more)
            return
        names = ("subject", "message_attributes", "group_id", "deduplication_id", "message_structure")
        given = {**dict(zip(names, args, strict=False)), **more}
        matcher = self._filter_policy_matcher
        if matcher is not None and not matcher.matches(given.get("message_attributes"), message):
            return
        if given.get("message_structure") == "json":
            message = self._parse_message_structure(message, self.protocol)
        event = json.dumps(_event(self, message, message_id, given))
        reason = _undeliverable(self, event)
        if reason:
            log.warning("%s gets no message of %s: %s", self.endpoint, self.topic_arn, reason)
            _dead_letter(self, event)


def _event(subscription: Any, message: str, message_id: str, given: dict[str, Any]) -> dict[str, Any]:
    region = subscription.topic.sns_backend.region_name
    address = f"https://sns.{region}.amazonaws.com"
    sent = {
        "Type": "Notification",
        "MessageId": message_id,
        "TopicArn": subscription.topic_arn,
        "Subject": given.get("subject"),
        "Message": message,
        "Timestamp": iso_8601_datetime_with_milliseconds(),
        "SignatureVersion": "1",
        "Signature": "embedded",
        "SigningCertUrl": f"{address}/SimpleNotificationService-embedded.pem",
        "UnsubscribeUrl": f"{address}/?Action=Unsubscribe&SubscriptionArn={subscription.arn}",
        "MessageAttributes": given.get("message_attributes") or {},
    }
    record = {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription.arn,
        "Sns": sent,
    }
    return {"Records": [record]}


def _undeliverable(subscription: Any, event: str) -> str:
    """Have the event delivered, or say why it can't be."""
    from tools.emulator.execution import asynchronous, lookup  # noqa: PLC0415 -- few topics have a function
    from tools.emulator.execution.invocation import Event  # noqa: PLC0415 -- as above

    try:
        asked = lookup.reference(subscription.endpoint, subscription.account_id, "us-east-1")
        function = lookup.function_of(asked)
    except LambdaClientError as error:
        return str(error.message)
    if not lets_in(function_policy(function), SERVICE, ACTION, asked.arn, subscription.topic_arn):
        return "the function's policy does not let SNS invoke it"
    work.current().later(asynchronous.deliver(asked, Event(event, asked.arn)))
    return ""


def _dead_letter(subscription: Any, event: str) -> None:
    policy = json.loads(subscription.attributes.get("RedrivePolicy") or "{}")
    arn = policy.get("deadLetterTargetArn")
    if arn:
        backend = sqs_backends[account_of(arn)][arn.split(":")[3]]
        queue = backend.queues.get(arn.rsplit(":", 1)[-1])
        if queue is not None:
            backend.send_message(queue.name, json.dumps(json.loads(event)["Records"][0]["Sns"]))
