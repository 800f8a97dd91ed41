"""Rules on SNS topics and subscriptions."""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation
from policies.rules._addresses import takes_signatures
from policies.rules._stores import customer_key, given

TOPIC = "aws:sns/topic:Topic"
SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"


@rule(
    on=TOPIC,
    severity=MEDIUM,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["SecurityHub SNS.1", "CKV_AWS_26"],
)
def sns_topic_encrypted(topic: Resource) -> Verdict:
    """A topic stores what it delivers until it is delivered, unencrypted unless it is given a key."""
    return (
        topic.expect_set("kmsMasterKeyId", "Set `kms_master_key_id=key.id`.")
        if topic.known("kmsMasterKeyId")
        else PASS
    )


@rule(on=TOPIC, severity=LOW, theme=Theme.ENCRYPTION_AT_REST)
def sns_topic_customer_key(topic: Resource) -> Verdict:
    """Services such as EventBridge and S3 can't publish to a topic under AWS's own key: its policy can't name them."""
    if not given(topic, ("kmsMasterKeyId",)):
        return PASS  # A topic without a key is not encrypted at all, which is another rule's matter.
    return customer_key(topic, "kmsMasterKeyId")


@rule(on=TOPIC, severity=MEDIUM, theme=Theme.SIGV4, fix={"signatureVersion": 2})
def sns_topic_signature_version(topic: Resource) -> Verdict:
    """Receivers check a message by its signature; version 1 signs with SHA-1, version 2 with SHA-256."""
    return topic.expect("signatureVersion", 2, absent=1)


@rule(on=TOPIC, severity=LOW, theme=Theme.RESILIENCE)
def sns_topic_fifo_name(topic: Resource) -> Verdict:
    """AWS refuses a FIFO topic whose name does not end in `.fifo`."""
    if not topic.flag("fifoTopic") or not topic.text("name") or topic.text("name").endswith(".fifo"):
        return PASS
    return violation("name", "does not end in .fifo", "End the name of a FIFO topic in `.fifo`.")


@rule(on=SUBSCRIPTION, severity=HIGH, theme=Theme.ENCRYPTION_IN_TRANSIT)
def sns_subscription_https(subscription: Resource) -> Verdict:
    """An HTTP endpoint gets every message in the clear, and anybody on the way can read and change it."""
    return subscription.expect_not("protocol", "http")


@rule(on=SUBSCRIPTION, severity=HIGH, theme=Theme.SIGV4)
def sns_subscription_not_to_open_api(subscription: Resource) -> Verdict:
    """SNS posts to an address without SigV4: an API or function URL of AWS that it calls is open to everybody."""
    if subscription.text("protocol") not in ("http", "https"):
        return PASS
    if not takes_signatures(subscription.text("endpoint")):
        return PASS
    remedy = "Subscribe the function or a queue itself (`lambda`, `sqs`)."
    return violation("endpoint", "is an address of AWS that takes signed requests", remedy)


@rule(on=SUBSCRIPTION, severity=LOW, theme=Theme.RESILIENCE)
def sns_subscription_dead_letters(subscription: Resource) -> Verdict:
    """When the endpoint stays away longer than the retries, a message without a dead-letter queue is dropped."""
    if subscription.text("protocol") not in ("http", "https", "lambda", "sqs", "firehose"):
        return PASS  # Mail, SMS and push have none.
    if not subscription.known("redrivePolicy"):
        return PASS
    return subscription.expect_set("redrivePolicy", "Set `redrive_policy` with the ARN of a queue.")
