"""Rules on event notifications of buckets: what S3 accepts, what gets lost, and who may be called."""

from __future__ import annotations

from policies.pack.document import matches
from policies.pack.graph import Stack
from policies.pack.resource import Part, Resource
from policies.pack.rule import HIGH, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, undecided, violation
from policies.rules.s3 import BUCKET, VERSIONING

NOTIFICATION = "aws:s3/bucketNotification:BucketNotification"
FUNCTION = "aws:lambda/function:Function"
PERMISSION = "aws:lambda/permission:Permission"
QUEUE = "aws:sqs/queue:Queue"
TOPIC = "aws:sns/topic:Topic"

_KINDS = ("lambdaFunctions", "queues", "topics")


@rule(on=BUCKET, severity=HIGH, theme=Theme.RESILIENCE)
def s3_notification_single(bucket: Resource, stack: Stack) -> Verdict:
    """A bucket has one notification configuration: two resources overwrite each other at every deployment."""
    if len(stack.referring(bucket, NOTIFICATION, "bucket").sure) < 2:
        return PASS
    remedy = "Put all targets into one `aws.s3.BucketNotification`."
    return violation("bucketNotification", "is given by two resources", remedy)


@rule(on=NOTIFICATION, severity=MEDIUM, theme=Theme.RESILIENCE)
def s3_notification_versioned(notification: Resource, stack: Stack) -> Verdict:
    """Without versioning two writes at the same moment may send one event."""
    for bucket in stack.targets(notification, "bucket", BUCKET).sure:
        links = stack.referring(bucket, VERSIONING, "bucket")
        if links.sure or bucket.given.flag("versioning.enabled") or bucket.given.flag("objectLockEnabled"):
            continue
        if links.possible:
            return undecided(f"{links.possible[0].name}.bucket")
        return violation("bucket", "has no versioning", "Add `aws.s3.BucketVersioning`.")
    return PASS


@rule(on=NOTIFICATION, severity=MEDIUM, theme=Theme.RESILIENCE)
def s3_notification_targets_apart(notification: Resource) -> Verdict:
    """S3 refuses two targets for one event and prefix; several readers of an event need a topic or EventBridge."""
    seen: list[tuple[Part, list[str]]] = []
    for item in (item for kind in _KINDS for item in notification.each(kind)):
        events = item.texts("events")
        for other, others in seen:
            if _overlap(events, others) and _same_objects(item, other):
                remedy = "Send the event to one topic, or set `eventbridge=True` and use rules."
                return violation(item.path, "overlaps with another target", remedy)
        seen.append((item, events))
    return PASS


def _overlap(events: list[str], others: list[str]) -> bool:
    return any(matches(one, two) or matches(two, one) for one in events for two in others)


def _same_objects(item: Part, other: Part) -> bool:
    """Whether one object can match both filters: one prefix starts the other, one suffix ends the other."""
    one, two = item.text("filterPrefix"), other.text("filterPrefix")
    if not (one.startswith(two) or two.startswith(one)):
        return False
    one, two = item.text("filterSuffix"), other.text("filterSuffix")
    return one.endswith(two) or two.endswith(one)


@rule(on=NOTIFICATION, severity=MEDIUM, theme=Theme.RESILIENCE)
def s3_notification_function_permits(notification: Resource, stack: Stack) -> Verdict:
    """S3 may call a function only with a permission for it; without one the notification is refused."""
    if not notification.each("lambdaFunctions"):
        return PASS
    for function in stack.targets(notification, "lambdaFunctions.lambdaFunctionArn", FUNCTION).sure:
        permissions = stack.referring(function, PERMISSION, "function")
        if any(item.text("principal") == "s3.amazonaws.com" for item in permissions.sure):
            continue
        if permissions.possible:
            return undecided(f"{permissions.possible[0].name}.function")
        remedy = 'Add `aws.lambda_.Permission(principal="s3.amazonaws.com", source_arn=bucket.arn, ...)`.'
        return violation("lambdaFunctions", "names a function that does not let S3 call it", remedy)
    return PASS


@rule(on=NOTIFICATION, severity=MEDIUM, theme=Theme.RESILIENCE)
def s3_notification_target_permits(notification: Resource, stack: Stack) -> Verdict:
    """S3 may send to a queue or topic only if its policy lets S3; without one the notification is refused."""
    for kind, path, policy_type, key in (
        ("queues.queueArn", QUEUE, "aws:sqs/queuePolicy:QueuePolicy", "queueUrl"),
        ("topics.topicArn", TOPIC, "aws:sns/topicPolicy:TopicPolicy", "arn"),
    ):
        for target in stack.targets(notification, kind, path).sure:
            policies = stack.referring(target, policy_type, key)
            if policies.sure or policies.possible or target.given.has("policy"):
                continue
            remedy = "Add a policy that lets `s3.amazonaws.com` send, with `aws:SourceArn` the bucket."
            return violation(kind.partition(".")[0], "names a target without a policy", remedy)
    return PASS
