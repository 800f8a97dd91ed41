"""Rules on SQS queues.

Follows `sources/001...` (messages kept 1 minute to 14 days, visibility 30 s by default, long polling, dead-letter queues).
"""

from __future__ import annotations

import json

from policies.pack.resource import Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation
from policies.rules._stores import customer_key

QUEUE = "aws:sqs/queue:Queue"
REDRIVE = "aws:sqs/redrivePolicy:RedrivePolicy"


@rule(
    on=QUEUE,
    severity=HIGH,
    theme=Theme.ENCRYPTION_AT_REST,
    fix={"sqsManagedSseEnabled": True},
    same_as=["FSBP SQS.1", "CKV_AWS_27"],
)
def sqs_queue_encrypted(queue: Resource) -> Verdict:
    """Messages wait on disks; a queue whose encryption was switched off keeps them in the clear."""
    if not queue.known("kmsMasterKeyId") or queue.text("kmsMasterKeyId"):
        return PASS
    # New queues are encrypted by SQS unless the program says no.
    return queue.expect_not("sqsManagedSseEnabled", value=False)


@rule(on=QUEUE, severity=LOW, theme=Theme.ENCRYPTION_AT_REST)
def sqs_queue_customer_key(queue: Resource) -> Verdict:
    """Only a key of one's own has a policy that says who may read the messages, and a record of each use."""
    return customer_key(queue, "kmsMasterKeyId")


@rule(on=QUEUE, severity=LOW, theme=Theme.RESILIENCE)
def sqs_queue_long_polling(queue: Resource, *, seconds: int = 1) -> Verdict:
    """With short polling consumers ask again and again, pay for empty answers and see only some servers."""
    return queue.expect_at_least("receiveWaitTimeSeconds", seconds, absent=0)


@rule(on=QUEUE, severity=LOW, theme=Theme.RESILIENCE)
def sqs_queue_retention(queue: Resource, *, minimum: int = 86400) -> Verdict:
    """A message that expires before somebody has mended the consumer is lost for good."""
    return queue.expect_at_least("messageRetentionSeconds", minimum, absent=345600)


@rule(on=QUEUE, severity=LOW, theme=Theme.RESILIENCE)
def sqs_queue_visibility(queue: Resource) -> Verdict:
    """At zero seconds a message is handed out again at once, so every consumer works on it at the same time."""
    return queue.expect_at_least("visibilityTimeoutSeconds", 1, absent=30)


@rule(on=QUEUE, severity=LOW, theme=Theme.RESILIENCE)
def sqs_queue_fifo_name(queue: Resource) -> Verdict:
    """AWS refuses a FIFO queue whose name does not end in `.fifo`, and only after everything before it was built."""
    if not queue.flag("fifoQueue") or not queue.text("name") or queue.text("name").endswith(".fifo"):
        return PASS
    return violation("name", "does not end in .fifo", "End the name of a FIFO queue in `.fifo`.")


def _redrive(resource: Resource) -> dict[str, object]:
    value = resource.get("redrivePolicy")
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return dict(value) if isinstance(value, dict) else {}


@rule(on=(QUEUE, REDRIVE), severity=MEDIUM, theme=Theme.RESILIENCE)
def sqs_redrive_count(resource: Resource, *, minimum: int = 2) -> Verdict:
    """With one try a single hiccup of a consumer sends good messages to the dead-letter queue."""
    policy = _redrive(resource)
    count = policy.get("maxReceiveCount")
    if not isinstance(count, (int, float, str)) or isinstance(count, bool):
        return PASS
    if str(count).isdecimal() and int(count) >= minimum:
        return PASS
    return violation(
        "redrivePolicy", f"gives up before {minimum} tries", f"Set `maxReceiveCount` to {minimum} or more."
    )
