"""SQS: moto forgets which queues may use a queue as their dead-letter queue."""

from __future__ import annotations

from moto.sqs.models import Queue

ATTRIBUTE = "RedriveAllowPolicy"


def install() -> None:
    """Let a queue keep its redrive allow policy: moto sets each attribute that it has a field for."""
    if ATTRIBUTE not in Queue.BASE_ATTRIBUTES:
        Queue.BASE_ATTRIBUTES = [*Queue.BASE_ATTRIBUTES, ATTRIBUTE]
        Queue.redrive_allow_policy = None
