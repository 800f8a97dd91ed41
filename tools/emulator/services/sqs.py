"""SQS: queues, and the policies that can also be resources of their own.

A queue's id is its URL, spelled as the real one: `https://sqs.REGION.amazonaws.com/ACCOUNT/NAME`. The AWS SDKs send their
requests to the embedded AWS whatever the URL says.
"""

from __future__ import annotations

from typing import Any

from tools.emulator.emulated import Call, Emulated, Tagging
from tools.emulator.services._attributes import changed_attributes, given_attributes, read_attributes, text_of
from tools.emulator.services._common import or_default, unless_gone, void

ATTRIBUTES = {
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "deduplicationScope": "DeduplicationScope",
    "delaySeconds": "DelaySeconds",
    "fifoQueue": "FifoQueue",
    "fifoThroughputLimit": "FifoThroughputLimit",
    "kmsDataKeyReusePeriodSeconds": "KmsDataKeyReusePeriodSeconds",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "maxMessageSize": "MaximumMessageSize",
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "policy": "Policy",
    "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
    "redriveAllowPolicy": "RedriveAllowPolicy",
    "redrivePolicy": "RedrivePolicy",
    "sqsManagedSseEnabled": "SqsManagedSseEnabled",
    "visibilityTimeoutSeconds": "VisibilityTimeout",
}
DEFAULTS = {
    "delaySeconds": "0",
    "kmsMasterKeyId": "",
    "maxMessageSize": "1048576",
    "messageRetentionSeconds": "345600",
    "policy": "",
    "receiveWaitTimeSeconds": "0",
    "redrivePolicy": "",
    "visibilityTimeoutSeconds": "30",
}


def queue_url(call: Call, name: str) -> str:
    """The URL of a queue as the real SQS gives it."""
    return f"https://sqs.{call.place.region}.{call.place.dns_suffix}/{call.place.account}/{name}"


def _create(call: Call) -> str:
    name = str(call.inputs["name"])
    attributes = given_attributes(call, ATTRIBUTES)
    if not call.get("fifoQueue"):
        # A standard queue refuses the attribute whatever its value.
        attributes.pop("FifoQueue", None)
    call.aws().create_queue(QueueName=name, Attributes=attributes)
    return queue_url(call, name)


def _read(call: Call) -> dict[str, Any]:
    there = call.aws().get_queue_attributes(QueueUrl=call.id, AttributeNames=["All"])["Attributes"]
    found = read_attributes(call, ATTRIBUTES, there)
    name = there["QueueArn"].rsplit(":", 1)[-1]
    policies = {key: found.get(key, "") for key in ("policy", "redrivePolicy") if call.inputs.get(key)}
    return {"fifoQueue": False, **found, **policies, "name": name, "arn": there["QueueArn"], "url": call.id}


def _update(call: Call) -> None:
    changed = changed_attributes(call, ATTRIBUTES, DEFAULTS)
    changed.pop("FifoQueue", None)
    if changed:
        call.aws().set_queue_attributes(QueueUrl=call.id, Attributes=changed)


QUEUE_TAGS = Tagging(
    at_create=None,
    put=lambda call, tags: call.aws().tag_queue(QueueUrl=call.id, Tags=tags),
    remove=lambda call, keys: call.aws().untag_queue(QueueUrl=call.id, TagKeys=keys),
    read=lambda call: dict(call.aws().list_queue_tags(QueueUrl=call.id).get("Tags") or {}),
)

QUEUE = Emulated(
    "aws:sqs/queue:Queue",
    service="sqs",
    create=_create,
    read=_read,
    update=_update,
    normal={name: or_default(int(value)) for name, value in DEFAULTS.items() if value.isdigit()},
    delete=lambda call: void(call.aws().delete_queue(QueueUrl=call.id)),
    tags=QUEUE_TAGS,
    replace_on=("name", "namePrefix", "fifoQueue"),
    update_on=tuple(name for name in ATTRIBUTES if name != "fifoQueue"),
)


def queue_policy(token: str, prop: str) -> Emulated:
    """One policy of a queue as a resource; its id is the queue's URL."""

    def put(call: Call) -> str:
        attributes = {ATTRIBUTES[prop]: text_of(call.inputs[prop])}
        call.aws().set_queue_attributes(QueueUrl=call.inputs["queueUrl"], Attributes=attributes)
        return str(call.inputs["queueUrl"])

    def read(call: Call) -> dict[str, Any] | None:
        there = call.aws().get_queue_attributes(QueueUrl=call.id, AttributeNames=["All"])["Attributes"]
        text = there.get(ATTRIBUTES[prop])
        return {"queueUrl": call.id, prop: text} if text else None

    def delete(call: Call) -> None:
        unless_gone(call.aws().set_queue_attributes, QueueUrl=call.id, Attributes={ATTRIBUTES[prop]: ""})

    return Emulated(
        token,
        service="sqs",
        create=put,
        read=read,
        update=lambda call: void(put(call)),
        delete=delete,
        replace_on=("queueUrl",),
        update_on=(prop,),
    )


TYPES = (
    QUEUE,
    queue_policy("aws:sqs/queuePolicy:QueuePolicy", "policy"),
    queue_policy("aws:sqs/redrivePolicy:RedrivePolicy", "redrivePolicy"),
    queue_policy("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", "redriveAllowPolicy"),
)
