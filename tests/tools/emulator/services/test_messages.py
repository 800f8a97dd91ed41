"""Queues, topics and subscriptions."""

from __future__ import annotations

import json
from typing import Any

from tests.tools.emulator.services.world import World, lifecycle

QUEUE = "aws:sqs/queue:Queue"
TOPIC = "aws:sns/topic:Topic"


def document(arn: str, action: str) -> str:
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": action,
        "Resource": arn,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_queue_from_creation_to_deletion(world: World) -> None:
    dead = world.create(QUEUE, name="dead")
    redrive = json.dumps({"deadLetterTargetArn": dead.outputs["arn"], "maxReceiveCount": 3})
    queue = world.create(
        QUEUE,
        name="work",
        visibilityTimeoutSeconds=60,
        redrivePolicy=redrive,
        sqsManagedSseEnabled=True,
        tags={"a": "b"},
    )
    assert queue.id == f"https://sqs.us-east-1.amazonaws.com/{world.place.account}/work"
    assert queue.refresh() == queue.inputs
    queue.update(visibilityTimeoutSeconds=None, delaySeconds=5, tags={"c": "d"})
    there = world.client("sqs").get_queue_attributes(QueueUrl=queue.id, AttributeNames=["All"])["Attributes"]
    assert (there["VisibilityTimeout"], there["DelaySeconds"]) == ("30", "5")
    assert world.imported(QUEUE, queue.id)[1]["name"] == "work"
    lifecycle(queue)
    lifecycle(dead)


def test_fifo_queue(world: World) -> None:
    lifecycle(world.create(QUEUE, name="q.fifo", fifoQueue=True, contentBasedDeduplication=True))


def test_queue_policy(world: World) -> None:
    queue = world.create(QUEUE, name="work")
    policy = document(queue.outputs["arn"], "sqs:SendMessage")
    live = world.create("aws:sqs/queuePolicy:QueuePolicy", queueUrl=queue.id, policy=policy)
    assert live.id == queue.id
    assert queue.refresh() == queue.inputs
    lifecycle(live)


def test_redrive_policies(world: World) -> None:
    dead, work = world.create(QUEUE, name="dead"), world.create(QUEUE, name="work")
    redrive = json.dumps({"deadLetterTargetArn": dead.outputs["arn"], "maxReceiveCount": 3})
    allowed = json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": [work.outputs["arn"]]})
    token = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy"
    lifecycle(world.create(token, queueUrl=dead.id, redriveAllowPolicy=allowed))
    lifecycle(world.create("aws:sqs/redrivePolicy:RedrivePolicy", queueUrl=work.id, redrivePolicy=redrive))


def test_topic_from_creation_to_deletion(world: World) -> None:
    topic = world.create(
        TOPIC, name="alarms", displayName="Alarms", kmsMasterKeyId="alias/aws/sns", tags={"a": "b"}
    )
    assert topic.id == topic.outputs["arn"] == f"arn:aws:sns:us-east-1:{world.place.account}:alarms"
    topic.update(displayName="All", kmsMasterKeyId=None)
    assert topic.outputs["kmsMasterKeyId"] == ""
    assert world.imported(TOPIC, topic.id)[1]["displayName"] == "All"
    lifecycle(topic)


def test_topic_policy(world: World) -> None:
    topic = world.create(TOPIC, name="alarms")
    policy = document(topic.id, "sns:Publish")
    live = world.create("aws:sns/topicPolicy:TopicPolicy", arn=topic.id, policy=policy)
    assert live.refresh() == live.inputs
    assert topic.refresh() == topic.inputs
    live.delete()
    assert (
        "__default_policy_ID"
        in world.client("sns").get_topic_attributes(TopicArn=topic.id)["Attributes"]["Policy"]
    )


def test_subscription_of_a_queue(world: World) -> None:
    topic, queue = world.create(TOPIC, name="alarms"), world.create(QUEUE, name="work")
    wanted = json.dumps({"kind": ["big"]})
    token = "aws:sns/topicSubscription:TopicSubscription"
    live = world.create(
        token,
        topic=topic.id,
        protocol="sqs",
        endpoint=queue.outputs["arn"],
        rawMessageDelivery=True,
        filterPolicy=wanted,
    )
    assert live.outputs["pendingConfirmation"] is False
    live.update(rawMessageDelivery=False)
    assert world.imported(token, live.id)[1]["protocol"] == "sqs"
    lifecycle(live)
