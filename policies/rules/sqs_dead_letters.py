"""Rules over the stack on dead-letter queues: every queue that is worked on has one, and that keeps what it gets.

Follows `sources/001...` lines 3227-3233 and 3632. A queue counts as one for dead letters when something in the stack
sends its failures there: another queue, a function, a subscription, a rule, a schedule or a poller.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from policies.pack.graph import Links, Stack
from policies.pack.resource import Resource
from policies.pack.rule import MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, undecided, violation

QUEUE = "aws:sqs/queue:Queue"
REDRIVE = "aws:sqs/redrivePolicy:RedrivePolicy"
_ALLOW = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy"
MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
_INVOKE_CONFIG = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
# What sends failures to a queue, and where it names the queue.
_SENDERS = (
    (QUEUE, "redrivePolicy"),
    (REDRIVE, "redrivePolicy"),
    (_ALLOW, "queueUrl"),
    ("aws:lambda/function:Function", "deadLetterConfig.targetArn"),
    (_INVOKE_CONFIG, "destinationConfig.onFailure.destination"),
    (_INVOKE_CONFIG, "destinationConfig.onSuccess.destination"),
    (MAPPING, "destinationConfig.onFailure.destinationArn"),
    ("aws:sns/topicSubscription:TopicSubscription", "redrivePolicy"),
    ("aws:cloudwatch/eventTarget:EventTarget", "deadLetterConfig.arn"),
    ("aws:cloudwatch/eventBus:EventBus", "deadLetterConfig.arn"),
    ("aws:scheduler/schedule:Schedule", "target.deadLetterConfig.arn"),
    ("aws:pipes/pipe:Pipe", "sourceParameters.dynamodbStreamParameters.deadLetterConfig.arn"),
    ("aws:pipes/pipe:Pipe", "sourceParameters.kinesisStreamParameters.deadLetterConfig.arn"),
)
LONGEST = 1209600
"""Seconds for which SQS keeps a message at most: fourteen days."""


@rule(on=QUEUE, severity=MEDIUM, theme=Theme.RESILIENCE)
def sqs_dead_letters_set(queue: Resource, stack: Stack) -> Verdict:
    """A message that always fails is worked on until it expires, unless a dead-letter queue takes it aside."""
    if not queue.known("redrivePolicy") or queue.has("redrivePolicy") or queue.has("redriveAllowPolicy"):
        return PASS
    if any(_senders(queue, stack)) or stack.referring(queue, MAPPING, "eventSourceArn").sure:
        return PASS  # Itself for dead letters, or `lambda-trigger-queue-has-dead-letters` says it.
    links = stack.referring(queue, REDRIVE, "queueUrl")
    if links.sure:
        return PASS
    if links.possible:
        return undecided(f"{links.possible[0].name}.queueUrl")
    remedy = "Set `redrive_policy` with `deadLetterTargetArn` and `maxReceiveCount`."
    return violation("redrivePolicy", "is not set", remedy)


@rule(on=QUEUE, severity=MEDIUM, theme=Theme.RESILIENCE)
def sqs_dead_letters_kept(queue: Resource, stack: Stack, *, seconds: int = LONGEST) -> Verdict:
    """Dead letters wait until somebody has mended what failed; when they expire before that they are lost."""
    if not any(links.sure for links in _senders(queue, stack)):
        return PASS
    return queue.expect_at_least("messageRetentionSeconds", seconds, absent=345600)


def _senders(queue: Resource, stack: Stack) -> Iterator[Links]:
    for token, path in _SENDERS:
        links = stack.referring(queue, token, path)
        if links:
            yield links
    arn = queue.text("arn") if queue.known("arn") else ""
    if arn and (sender := stack.once(_senders_by_text).get(arn)):
        yield Links((sender,))


def _senders_by_text(stack: Stack) -> dict[str, Resource]:
    return {_target(item): item for item in stack.by_type(QUEUE)}


def _target(queue: Resource) -> str:
    """The queue that a redrive policy written as JSON text names."""
    policy = queue.get("redrivePolicy") if queue.known("redrivePolicy") else None
    if isinstance(policy, str):
        try:
            policy = json.loads(policy)
        except ValueError:
            return ""
    found = policy.get("deadLetterTargetArn") if isinstance(policy, dict) else None
    return found if isinstance(found, str) else ""
