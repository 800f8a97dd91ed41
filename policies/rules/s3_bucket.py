"""Rules on what a bucket should have around it: logs, lifecycle, object lock, inventory; joined over the stack.

Each may be inline (programs of before 2022) or a resource of its own; see `s3` for access and encryption.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from policies.pack.graph import Stack
from policies.pack.resource import Part, Resource
from policies.pack.rule import CRITICAL, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, NotKnownError, Verdict, every, undecided, violation
from policies.rules._s3_requests import SIGV4, bucket_policies, signed
from policies.rules.s3 import BUCKET, LOGGING, VERSIONING, default_encryption

LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"

# S3 User Guide, "General purpose bucket naming rules".
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_RESERVED_STARTS = ("xn--", "sthree-", "amzn-s3-demo-")
_RESERVED_ENDS = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")

# (type, property) of what writes logs into a bucket: a bucket of logs needs no log of its own.
_LOG_WRITERS = (
    (LOGGING, "targetBucket"),
    ("aws:lb/loadBalancer:LoadBalancer", "accessLogs.bucket"),
    ("aws:lb/loadBalancer:LoadBalancer", "connectionLogs.bucket"),
    ("aws:elb/loadBalancer:LoadBalancer", "accessLogs.bucket"),
    ("aws:cloudtrail/trail:Trail", "s3BucketName"),
    ("aws:ec2/flowLog:FlowLog", "logDestination"),
    ("aws:cfg/deliveryChannel:DeliveryChannel", "s3BucketName"),
    ("aws:cloudfront/distribution:Distribution", "loggingConfig.bucket"),
)


@rule(on=BUCKET, severity=MEDIUM, theme=Theme.LOGGING, same_as=["SecurityHub S3.9", "CKV_AWS_18"])
def s3_bucket_logged(bucket: Resource, stack: Stack) -> Verdict:
    """The access log is the record of who read what; CloudTrail keeps object reads only where it is told to."""
    links = stack.referring(bucket, LOGGING, "bucket")
    if links.sure or bucket.given.has("logging") or _holds_logs(bucket, stack):
        return PASS
    if links.possible:
        return undecided(f"{links.possible[0].name}.bucket")
    remedy = "Add `aws.s3.BucketLogging(bucket=bucket.id, target_bucket=..., target_prefix=...)`."
    return violation("bucketLogging", "is missing for this bucket", remedy)


def _holds_logs(bucket: Resource, stack: Stack) -> bool:
    return any(stack.referring(bucket, token, path).sure for token, path in _LOG_WRITERS)


@rule(on=LOGGING, severity=CRITICAL, theme=Theme.LOGGING)
def s3_bucket_logs_elsewhere(logging: Resource, stack: Stack) -> Verdict:
    """A bucket that logs into itself logs each log file's arrival, without end and for money."""
    remedy = "Give the logs a bucket of their own."
    if logging.known("bucket") and logging.known("targetBucket"):
        if logging.text("bucket") and logging.text("bucket") == logging.text("targetBucket"):
            return violation("targetBucket", "is the bucket itself", remedy)
        return PASS
    source, target = stack.targets(logging, "bucket", BUCKET), stack.targets(logging, "targetBucket", BUCKET)
    if source.sure and source.sure == target.sure:
        return violation("targetBucket", "is the bucket itself", remedy)
    if source.sure and target.sure:
        return PASS
    raise NotKnownError("targetBucket")


@rule(on=BUCKET, severity=LOW, theme=Theme.RESILIENCE, same_as=["SecurityHub S3.13", "CKV2_AWS_61"])
def s3_bucket_lifecycle(bucket: Resource, stack: Stack) -> Verdict:
    """What no rule ever deletes or moves is kept, and paid for, for ever."""
    return _with_lifecycle(bucket, stack, bool, "is missing for this bucket")


@rule(on=BUCKET, severity=LOW, theme=Theme.RESILIENCE, same_as=["SecurityHub S3.10"])
def s3_bucket_old_versions_expire(bucket: Resource, stack: Stack) -> Verdict:
    """In a versioned bucket nothing ever goes away: each overwrite keeps the old object until a rule expires it."""
    versioned = stack.referring(bucket, VERSIONING, "bucket").sure or bucket.given.flag("versioning.enabled")
    if not versioned:
        return PASS

    def expires(item: Part) -> bool:
        return item.has("noncurrentVersionExpiration") or item.has("noncurrentVersionTransitions")

    return _with_lifecycle(bucket, stack, expires, "has no rule for old versions")


def _with_lifecycle(bucket: Resource, stack: Stack, wanted: Callable[[Part], bool], what: str) -> Verdict:
    """Pass when a rule that is switched on is as wanted."""
    links = stack.referring(bucket, LIFECYCLE, "bucket")
    rules = [item for found in links.sure for item in found.each("rules") if item.text("status") == "Enabled"]
    rules += [item for item in bucket.given.each("lifecycleRules") if item.flag("enabled")]
    if any(wanted(item) for item in rules):
        return PASS
    if links.possible:
        return undecided(f"{links.possible[0].name}.bucket")
    remedy = "Add a rule to `aws.s3.BucketLifecycleConfiguration(bucket=bucket.id, rules=[...])`."
    return violation("bucketLifecycleConfiguration", what, remedy)


@rule(on=LIFECYCLE, severity=LOW, theme=Theme.RESILIENCE, same_as=["CKV_AWS_300"])
def s3_bucket_uploads_aborted(lifecycle: Resource) -> Verdict:
    """Parts of uploads that were never finished are invisible in the bucket, and paid for until they are aborted."""
    for item in lifecycle.each("rules"):
        days = item.number("abortIncompleteMultipartUpload.daysAfterInitiation")
        if item.text("status") == "Enabled" and days is not None and _whole_bucket(item):
            return PASS
    remedy = 'Add a rule with `"abort_incomplete_multipart_upload": {"days_after_initiation": 7}`.'
    return violation("rules", "never abort unfinished uploads of the whole bucket", remedy)


def _whole_bucket(item: Part) -> bool:
    """No prefix, tag or size narrows the rule."""
    narrow = ("and", "tag", "objectSizeGreaterThan", "objectSizeLessThan")
    chosen = item.part("filter")
    if item.text("prefix") or chosen.text("prefix"):
        return False
    return not any(chosen.has(name) for name in narrow)


@rule(on=BUCKET, severity=MEDIUM, theme=Theme.RESILIENCE, fix={"forceDestroy": False})
def s3_bucket_not_emptied(bucket: Resource) -> Verdict:
    """With `forceDestroy` a bucket that is removed or renamed in the program takes its objects with it."""
    return bucket.expect_not("forceDestroy", value=True)


@rule(on=BUCKET, severity=LOW, theme=Theme.RESILIENCE, same_as=["SecurityHub S3.15", "CKV_AWS_143"])
def s3_bucket_lock_has_retention(bucket: Resource, stack: Stack) -> Verdict:
    """Object lock without a default retention locks nothing that is uploaded without asking for it."""
    if not bucket.given.flag("objectLockEnabled") and not bucket.given.has("objectLockConfiguration"):
        return PASS
    if bucket.given.has("objectLockConfiguration.rule"):
        return PASS
    links = stack.referring(bucket, LOCK, "bucket")
    if any(item.has("rule.defaultRetention") for item in links.sure):
        return PASS
    if links.possible:
        return undecided(f"{links.possible[0].name}.bucket")
    remedy = "Add `aws.s3.BucketObjectLockConfiguration` with a default retention."
    return violation("objectLockConfiguration", "has no default retention", remedy)


@rule(on=LOCK, severity=LOW, theme=Theme.RESILIENCE)
def s3_bucket_lock_compliance(lock: Resource) -> Verdict:
    """In governance mode whoever has the right may delete locked objects; compliance mode binds everybody."""
    if not lock.has("rule.defaultRetention"):
        return PASS
    return lock.expect("rule.defaultRetention.mode", "COMPLIANCE")


@rule(on="aws:s3/inventory:Inventory", severity=LOW, theme=Theme.ENCRYPTION_AT_REST)
def s3_bucket_inventory_encrypted(inventory: Resource) -> Verdict:
    """An inventory lists every object's name, which often tells what is in it."""
    target = inventory.part("destination.bucket")
    if target.has("encryption.sseKms") or target.has("encryption.sseS3"):
        return PASS
    remedy = 'Set `"encryption": {"sse_kms": {"key_id": key.arn}}` in `destination["bucket"]`.'
    return violation("destination.bucket.encryption", "is not set", remedy)


# An upload that asks for S3's own key instead of the bucket's.
_OTHER_KEY = {**signed(SIGV4), "s3:x-amz-server-side-encryption": "AES256"}


@rule(on=BUCKET, severity=LOW, theme=Theme.ENCRYPTION_AT_REST)
def s3_bucket_encryption_kept(bucket: Resource, stack: Stack) -> Verdict:
    """A client may ask for S3's own key in a header, past the bucket's default, unless the policy denies it."""
    rules = default_encryption(bucket, stack) or []
    algorithms = {item.text("applyServerSideEncryptionByDefault.sseAlgorithm") for item in rules}
    if not any(name.startswith("aws:kms") for name in algorithms):
        return PASS
    for document in bucket_policies(bucket, stack):
        for statement in document.denying:
            everyone = any(value == "*" for _, value in statement.principals)
            if everyone and statement.covers("s3:PutObject") and statement.applies_to(_OTHER_KEY):
                return PASS
    remedy = (
        "Deny `s3:PutObject` to `*` where "
        '`{"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}, '
        '"Null": {"s3:x-amz-server-side-encryption": "false"}}`.'
    )
    return violation("bucketPolicy", "lets uploads choose a weaker encryption", remedy)


CORS = "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration"


@rule(on=(CORS, BUCKET), severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def s3_bucket_cors_named(resource: Resource) -> Verdict:
    """With `*` the pages of every site may read the bucket with a visitor's rights."""

    def judge(item: Part) -> Verdict:
        if not any(part.value == "*" for part in item.each("allowedOrigins")):
            item.known_each("allowedOrigins")  # Undecided while one origin is not known.
            return PASS
        return violation(item.at("allowedOrigins"), "allows every site", "Name the sites, with `https://`.")

    return every(resource.each("corsRules"), judge)


@rule(on=BUCKET, severity=LOW, theme=Theme.RESILIENCE)
def s3_bucket_name_valid(bucket: Resource) -> Verdict:
    """S3 refuses such a name halfway through an `up`, or with a dot in it no certificate fits the bucket's address."""
    name = bucket.given.text("bucket")
    if not name or (_NAME.fullmatch(name) and "." not in name and not _is_reserved(name)):
        return PASS
    remedy = "Use 3 to 63 lower case letters, digits and dashes, or leave `bucket` out."
    return violation("bucket", "is not a name that S3 takes everywhere", remedy)


def _is_reserved(name: str) -> bool:
    return name.startswith(_RESERVED_STARTS) or name.endswith(_RESERVED_ENDS)
