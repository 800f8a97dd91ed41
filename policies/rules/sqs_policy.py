"""Rules on the policies of queues: topics may send, and nobody without TLS."""

from __future__ import annotations

from policies.pack.document import Statement
from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import HIGH, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, NotKnownError, Verdict, undecided, violation

SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
QUEUE = "aws:sqs/queue:Queue"
QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy"
_SEND = "sqs:SendMessage"


@rule(on=SUBSCRIPTION, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def sqs_policy_from_topic(subscription: Resource, stack: Stack) -> Verdict:
    """SNS delivers to a queue whose policy lets this topic send; without it every message is lost, silently."""
    if subscription.text("protocol") != "sqs":
        return PASS
    verdict = PASS
    for queue in stack.targets(subscription, "endpoint", QUEUE).sure:
        verdict &= _takes_from_topic(queue, stack)
    return verdict


def _takes_from_topic(queue: Resource, stack: Stack) -> Verdict:
    policies = stack.referring(queue, QUEUE_POLICY, "queueUrl")
    open_ends = bool(policies.possible or policies.open)
    for holder in (queue, *policies.sure):
        try:
            if any(_lets_topics_send(item) for item in holder.document("policy").allowing):
                return PASS
        except NotKnownError:
            open_ends = True
    if open_ends:
        return undecided("endpoint")
    remedy = "Add a `QueuePolicy` that lets `sns.amazonaws.com` send, with the topic in `aws:SourceArn`."
    return violation("endpoint", "is a queue whose policy lets no topic send", remedy)


def _lets_topics_send(statement: Statement) -> bool:
    named = "sns.amazonaws.com" in statement.principals_of("Service") or statement.anyone
    return named and statement.covers(_SEND) and statement.limited_by("aws:SourceArn")


@rule(on=(QUEUE, QUEUE_POLICY), severity=MEDIUM, theme=Theme.ENCRYPTION_IN_TRANSIT)
def sqs_policy_tls_only(resource: Resource) -> Verdict:
    """SQS answers plain HTTP too; whoever a queue's policy lets in from outside may use it unless that is denied."""
    document = resource.document("policy")
    if not document.allowing or any(_denies_plain(statement) for statement in document.denying):
        return PASS
    remedy = 'Deny `sqs:*` to `*` where `{"Bool": {"aws:SecureTransport": "false"}}`.'
    return violation("policy", "does not deny requests without TLS", remedy)


def _denies_plain(statement: Statement) -> bool:
    everyone = any(value == "*" for _, value in statement.principals)
    return bool(
        everyone and statement.covers(_SEND) and statement.applies_to({"aws:SecureTransport": "false"})
    )
