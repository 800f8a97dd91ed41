"""The queue for events that could not be delivered, which EventBridge alone may write and TLS alone may reach.

    rule --(attempts used up)--> queue, encrypted with a key that EventBridge can use for this account alone

Follows "Using dead-letter queues to process undelivered events" of the EventBridge User Guide.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.foundation.iam import Statement, policy_document

if TYPE_CHECKING:
    from components.foundation.component import Component

RETENTION_SECONDS = 14 * 24 * 3600
"""The longest that SQS keeps a message: somebody has to find out first."""


def create_queue(
    owner: Component, key_arn: pulumi.Input[str], *, suffix: Sequence[str] = ("dead-letters",)
) -> aws.sqs.Queue:
    """The queue itself, in the Region of `owner`."""
    return aws.sqs.Queue(
        owner.name_for(*suffix),
        kms_master_key_id=key_arn,
        message_retention_seconds=RETENTION_SECONDS,
        receive_wait_time_seconds=20,
        region=owner.region,
        tags=owner.tags(*suffix),
        opts=owner.child(),
    )


def let_events_send(
    owner: Component,
    queue: aws.sqs.Queue,
    sources: Sequence[pulumi.Input[str]],
    *,
    suffix: Sequence[str] = ("dead-letters",),
) -> aws.sqs.QueuePolicy:
    """The queue's whole policy: EventBridge may send for the rules or buses `sources` (ARNs); nothing without TLS."""
    return aws.sqs.QueuePolicy(
        owner.name_for(*suffix),
        queue_url=queue.url,
        policy=queue_policy(owner.site.service_principal("events"), queue.arn, sources),
        region=owner.region,
        opts=owner.child(),
    )


def queue_policy(
    principal: pulumi.Input[str], queue_arn: pulumi.Input[str], sources: Sequence[pulumi.Input[str]]
) -> pulumi.Output[str]:
    """The policy text (see `let_events_send`)."""
    return policy_document(
        Statement(
            "DeliverEvents",
            actions=["sqs:SendMessage"],
            resources=[queue_arn],
            principals={"Service": [principal]},
            conditions={"ArnEquals": {"aws:SourceArn": list(sources)}},
        ),
        Statement(
            "DenyPlainHttp",
            actions=["sqs:*"],
            resources=[queue_arn],
            principals="*",
            conditions={"Bool": {"aws:SecureTransport": "false"}},
            effect="Deny",
        ),
    )
