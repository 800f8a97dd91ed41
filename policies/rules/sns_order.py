"""Rules over the stack on order: what keeps it, and what loses it between a topic and a queue."""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation

SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
TOPIC = "aws:sns/topic:Topic"
QUEUE = "aws:sqs/queue:Queue"


@rule(on=SUBSCRIPTION, severity=MEDIUM, theme=Theme.RESILIENCE)
def sns_order_fits_queue(subscription: Resource, stack: Stack) -> Verdict:
    """SNS refuses to deliver a standard topic's messages to a FIFO queue; only a FIFO topic keeps an order."""
    if subscription.text("protocol") != "sqs":
        return PASS
    ordered = any(queue.flag("fifoQueue") for queue in stack.targets(subscription, "endpoint", QUEUE).sure)
    if not ordered or all(
        topic.flag("fifoTopic") for topic in stack.targets(subscription, "topic", TOPIC).sure
    ):
        return PASS
    return violation(
        "endpoint", "is a FIFO queue, and the topic is none", "Set `fifo_topic=True` on the topic."
    )
