"""The topic that RDS tells its events to, and the one that tells people how it ended.

AWS sources: "Granting permissions to publish notifications to an Amazon SNS topic" (RDS User Guide) for the first one's
policy; the key's policy lets `events.rds.amazonaws.com` use the key, without which RDS's messages are lost silently.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.foundation.iam import Statement, policy_document

if TYPE_CHECKING:
    from components.foundation.component import Component

RDS_EVENTS = "events.rds"
SOURCE_TYPES = {"instances": "db-instance", "clusters": "db-cluster"}


def create_topic(
    owner: Component, purpose: str, key: aws.kms.Key, publishers: Sequence[Statement]
) -> tuple[aws.sns.Topic, aws.sns.TopicPolicy]:
    """An encrypted topic that only `publishers` (and roles that are allowed to) publish to, over TLS, and its policy."""
    topic = aws.sns.Topic(
        owner.name_for(purpose),
        kms_master_key_id=key.arn,
        signature_version=2,
        region=owner.region,
        tags=owner.tags(purpose),
        opts=owner.child(),
    )
    policy = aws.sns.TopicPolicy(
        owner.name_for(purpose),
        arn=topic.arn,
        policy=policy_document(
            *(_on(statement, topic.arn) for statement in publishers),
            Statement(
                "DenyPlainHttp",
                actions=["sns:Publish"],
                resources=[topic.arn],
                principals="*",
                conditions={"Bool": {"aws:SecureTransport": "false"}},
                effect="Deny",
            ),
        ),
        region=owner.region,
        opts=owner.child(),
    )
    return topic, policy


def _on(statement: Statement, arn: pulumi.Output[str]) -> Statement:
    return Statement(
        statement.sid, statement.actions, [arn], statement.principals, conditions=statement.conditions
    )


def let_publish(owner: Component, service: str, sid: str, source: str) -> Statement:
    """A service may publish, for resources of this account and Region only: `source` is the service of their ARNs."""
    site = owner.site
    return Statement(
        sid,
        actions=["sns:Publish"],
        principals={"Service": [site.service_principal(service)]},
        conditions={
            "StringEquals": {"aws:SourceAccount": site.account_id},
            "ArnLike": {"aws:SourceArn": site.arn(source, "*")},
        },
    )


def subscribe_to_rds(
    owner: Component, topic: aws.sns.Topic, policy: aws.sns.TopicPolicy, kinds: Sequence[str]
) -> list[aws.rds.EventSubscription]:
    """All events of all databases of these kinds (`instances`, `clusters`) go to the topic.

    The document takes the category `notification` only. A subscription that leaves failures out is easily taken for
    one that tells of them; what a subscriber of the topic gets is decided by its filter.
    """
    return [
        aws.rds.EventSubscription(
            owner.name_for(kind),
            sns_topic=topic.arn,
            source_type=SOURCE_TYPES[kind],
            enabled=True,
            region=owner.region,
            tags=owner.tags(kind),
            # RDS tries the topic when the subscription is made.
            opts=owner.child(depends_on=[policy]),
        )
        for kind in kinds
    ]
