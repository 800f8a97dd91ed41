"""SNS: topics, their policies and subscriptions."""

from __future__ import annotations

import json
from typing import Any

from tools.emulator.emulated import Call, Emulated, Tagging
from tools.emulator.mapping import tag_list
from tools.emulator.services._attributes import changed_attributes, given_attributes, read_attributes
from tools.emulator.services._common import as_text, unless_gone, void

_PROTOCOLS = {
    "application": "Application",
    "firehose": "Firehose",
    "http": "HTTP",
    "lambda": "Lambda",
    "sqs": "SQS",
}
_FEEDBACK = {
    f"{name}{outcome}": f"{api}{outcome}"
    for name, api in _PROTOCOLS.items()
    for outcome in ("FailureFeedbackRoleArn", "SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate")
}
ATTRIBUTES = {
    "archivePolicy": "ArchivePolicy",
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "deliveryPolicy": "DeliveryPolicy",
    "displayName": "DisplayName",
    "fifoThroughputScope": "FifoThroughputScope",
    "fifoTopic": "FifoTopic",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "policy": "Policy",
    "signatureVersion": "SignatureVersion",
    "tracingConfig": "TracingConfig",
    **_FEEDBACK,
}
EMPTY = {"displayName": "", "kmsMasterKeyId": "", "deliveryPolicy": "", **dict.fromkeys(_FEEDBACK, "")}


def _create_topic(call: Call) -> str:
    attributes = given_attributes(call, ATTRIBUTES)
    if not call.get("fifoTopic"):
        attributes.pop("FifoTopic", None)
    return str(call.aws().create_topic(Name=call.inputs["name"], Attributes=attributes)["TopicArn"])


def _read_topic(call: Call) -> dict[str, Any]:
    there = call.aws().get_topic_attributes(TopicArn=call.id)["Attributes"]
    found = read_attributes(call, ATTRIBUTES, there)
    found.setdefault("kmsMasterKeyId", "")
    return {
        "fifoTopic": False,
        **found,
        "name": call.id.rsplit(":", 1)[-1],
        "arn": call.id,
        "owner": there.get("Owner", call.place.account),
    }


def _update_topic(call: Call) -> None:
    for name, value in changed_attributes(call, ATTRIBUTES, EMPTY).items():
        call.aws().set_topic_attributes(TopicArn=call.id, AttributeName=name, AttributeValue=value)


def _read_tags(call: Call) -> dict[str, str]:
    found = call.aws().list_tags_for_resource(ResourceArn=call.id)["Tags"]
    return {tag["Key"]: tag["Value"] for tag in found}


TOPIC = Emulated(
    "aws:sns/topic:Topic",
    service="sns",
    create=_create_topic,
    read=_read_topic,
    update=_update_topic,
    delete=lambda call: void(call.aws().delete_topic(TopicArn=call.id)),
    tags=Tagging(
        at_create=None,
        put=lambda call, tags: call.aws().tag_resource(ResourceArn=call.id, Tags=tag_list(tags)),
        remove=lambda call, keys: call.aws().untag_resource(ResourceArn=call.id, TagKeys=keys),
        read=_read_tags,
    ),
    replace_on=("name", "namePrefix", "fifoTopic"),
    update_on=tuple(name for name in ATTRIBUTES if name != "fifoTopic"),
)


def default_policy(topic: str, account: str) -> str:
    """The policy of a topic that has none of its own: its account may do everything with it."""
    actions = (
        "GetTopicAttributes",
        "SetTopicAttributes",
        "AddPermission",
        "RemovePermission",
        "DeleteTopic",
        "Subscribe",
        "ListSubscriptionsByTopic",
        "Publish",
    )
    statement = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": [f"SNS:{action}" for action in actions],
        "Resource": topic,
        "Condition": {"StringEquals": {"AWS:SourceOwner": account}},
    }
    return json.dumps({"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]})


def _put_topic_policy(call: Call) -> str:
    topic, policy = str(call.inputs["arn"]), as_text(call.inputs["policy"])
    call.aws().set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    return topic


def _read_topic_policy(call: Call) -> dict[str, Any]:
    there = call.aws().get_topic_attributes(TopicArn=call.id)["Attributes"]
    return {"arn": call.id, "policy": there["Policy"], "owner": there.get("Owner", call.place.account)}


def _delete_topic_policy(call: Call) -> None:
    policy = default_policy(call.id, call.place.account)
    unless_gone(
        call.aws().set_topic_attributes, TopicArn=call.id, AttributeName="Policy", AttributeValue=policy
    )


TOPIC_POLICY = Emulated(
    "aws:sns/topicPolicy:TopicPolicy",
    service="sns",
    create=_put_topic_policy,
    read=_read_topic_policy,
    update=lambda call: void(_put_topic_policy(call)),
    delete=_delete_topic_policy,
    replace_on=("arn",),
    update_on=("policy",),
)

SUBSCRIPTION = {
    "deliveryPolicy": "DeliveryPolicy",
    "filterPolicy": "FilterPolicy",
    "filterPolicyScope": "FilterPolicyScope",
    "rawMessageDelivery": "RawMessageDelivery",
    "redrivePolicy": "RedrivePolicy",
    "subscriptionRoleArn": "SubscriptionRoleArn",
}


def _subscribe(call: Call) -> str:
    attributes = given_attributes(call, SUBSCRIPTION)
    if not call.get("rawMessageDelivery"):
        attributes.pop("RawMessageDelivery", None)
    answer = call.aws().subscribe(
        TopicArn=call.inputs["topic"],
        Protocol=call.inputs["protocol"],
        Endpoint=call.inputs["endpoint"],
        Attributes=attributes,
        ReturnSubscriptionArn=True,
    )
    return str(answer["SubscriptionArn"])


def _read_subscription(call: Call) -> dict[str, Any]:
    there = call.aws().get_subscription_attributes(SubscriptionArn=call.id)["Attributes"]
    return {
        "rawMessageDelivery": False,
        **read_attributes(call, SUBSCRIPTION, there),
        "arn": call.id,
        "topic": there["TopicArn"],
        "protocol": there["Protocol"],
        "endpoint": there["Endpoint"],
        "ownerId": there.get("Owner", call.place.account),
        "pendingConfirmation": there.get("PendingConfirmation", "false") == "true",
        "confirmationWasAuthenticated": there.get("ConfirmationWasAuthenticated", "true") == "true",
    }


def _update_subscription(call: Call) -> None:
    empty = {"filterPolicy": "{}", "redrivePolicy": "", "rawMessageDelivery": "false"}
    for name, value in changed_attributes(call, SUBSCRIPTION, empty).items():
        call.aws().set_subscription_attributes(
            SubscriptionArn=call.id, AttributeName=name, AttributeValue=value
        )


TOPIC_SUBSCRIPTION = Emulated(
    "aws:sns/topicSubscription:TopicSubscription",
    service="sns",
    create=_subscribe,
    read=_read_subscription,
    update=_update_subscription,
    delete=lambda call: void(unless_gone(call.aws().unsubscribe, SubscriptionArn=call.id)),
    replace_on=("topic", "protocol", "endpoint"),
    update_on=tuple(SUBSCRIPTION),
)

# -- data protection


def _protect(call: Call) -> str:
    arn = str(call.inputs["arn"])
    call.aws().put_data_protection_policy(
        ResourceArn=arn, DataProtectionPolicy=as_text(call.inputs["policy"])
    )
    return arn


def _read_protection(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().get_data_protection_policy, ResourceArn=call.id)
    policy = (answer or {}).get("DataProtectionPolicy")
    return {"arn": call.id, "policy": policy} if policy else None


def _unprotect(call: Call) -> None:
    if _read_protection(call) is not None:
        call.aws().put_data_protection_policy(ResourceArn=call.id, DataProtectionPolicy="")


DATA_PROTECTION = Emulated(
    "aws:sns/dataProtectionPolicy:DataProtectionPolicy",
    service="sns",
    create=_protect,
    read=_read_protection,
    update=lambda call: void(_protect(call)),
    delete=_unprotect,
    replace_on=("arn", "region"),
    exact=True,
)

TYPES = (TOPIC, TOPIC_POLICY, TOPIC_SUBSCRIPTION, DATA_PROTECTION)
