"""Who hears of what happens to a database: an encrypted SNS topic that only RDS and CloudWatch of this account write to.

    RDS events ------+
                     +--> topic, encrypted with an own key --> e-mail, queues, functions
    CloudWatch alarms+

AWS sources: "Granting permissions to publish notifications to an Amazon SNS topic" (RDS; the service's principal is
`events.rds.amazonaws.com`), "Key policy for an encrypted SNS topic" (CloudWatch alarms).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.foundation.iam import Statement, policy_document

if TYPE_CHECKING:
    from components.foundation.component import Component

WRITERS = ("events.rds", "cloudwatch")
"""Services that tell the topic; the key of the topic has to let them use it."""

CLUSTER_EVENTS = ("configuration change", "deletion", "failover", "failure", "maintenance", "notification")
INSTANCE_EVENTS = (
    "availability", "configuration change", "deletion", "failover", "failure", "low storage", "maintenance",
    "notification", "recovery", "restoration", "security patching",
)  # fmt: skip
"""What somebody should hear of; backups and creations happen every day."""


@dataclass(frozen=True)
class NoticesTopic:
    """A topic and the policy that lets services write to it."""

    topic: aws.sns.Topic
    policy: aws.sns.TopicPolicy

    @property
    def arn(self) -> pulumi.Output[str]:
        """The topic's ARN, known once services may write to it: RDS tries that before it takes a subscription."""
        return self.policy.arn


def create_topic(
    owner: Component, key: aws.kms.Key, emails: Sequence[str], *, writers: Sequence[str] = WRITERS
) -> NoticesTopic:
    """The topic with its policy; `key` must let the `writers` (services) use it."""
    topic = aws.sns.Topic(
        owner.name_for("notices"),
        display_name=f"{owner.name}: database",
        kms_master_key_id=key.arn,
        signature_version=2,
        region=owner.region,
        tags=owner.tags("notices"),
        opts=owner.child(),
    )
    allowed = aws.sns.TopicPolicy(
        owner.name_for("notices"),
        arn=topic.arn,
        policy=policy_document(*_statements(owner, topic.arn, writers)),
        region=owner.region,
        opts=owner.child(),
    )
    for index, email in enumerate(emails):
        aws.sns.TopicSubscription(
            owner.name_for("notices", str(index)),
            topic=topic.arn,
            protocol="email",
            endpoint=email,
            region=owner.region,
            opts=owner.child(),
        )
    return NoticesTopic(topic, allowed)


def _statements(owner: Component, arn: pulumi.Output[str], writers: Sequence[str]) -> list[Statement]:
    site = owner.site
    tell = [
        Statement(
            f"Tell{''.join(part.capitalize() for part in writer.split('.'))}",
            actions=["sns:Publish"],
            resources=[arn],
            principals={"Service": [site.service_principal(writer)]},
            conditions={"StringEquals": {"aws:SourceAccount": site.account_id}},
        )
        for writer in writers
    ]
    plain = Statement(
        "OnlyOverTls",
        effect="Deny",
        actions=["sns:Publish"],
        resources=[arn],
        principals="*",
        conditions={"Bool": {"aws:SecureTransport": "false"}},
    )
    return [*tell, plain]


def subscribe(
    owner: Component,
    source: str,
    ids: Sequence[pulumi.Input[str]],
    topic: pulumi.Input[str],
    events: Sequence[str],
) -> aws.rds.EventSubscription:
    """Tell `topic` of the events of some databases; `source` is `db-cluster` or `db-instance`."""
    return aws.rds.EventSubscription(
        owner.name_for(source),
        sns_topic=topic,
        source_type=source,
        source_ids=list(ids),
        event_categories=list(events),
        region=owner.region,
        tags=owner.tags(source),
        opts=owner.child(),
    )
