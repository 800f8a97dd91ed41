"""Rules on replication between buckets: what S3 needs, what stays encrypted, and where copies may go.

S3 User Guide, "What does Amazon S3 replicate?" and "Replication configuration file elements".
"""

from __future__ import annotations

from policies.pack.document import Statement, matches
from policies.pack.graph import Stack
from policies.pack.resource import Part, Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, undecided, violation
from policies.rules.s3 import BUCKET, VERSIONING, default_encryption

REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
PAYMENT = "aws:s3/bucketRequestPaymentConfiguration:BucketRequestPaymentConfiguration"


def _enabled(replication: Resource) -> list[Part]:
    return [item for item in replication.each("rules") if item.text("status", absent="Enabled") == "Enabled"]


@rule(on=REPLICATION, severity=HIGH, theme=Theme.RESILIENCE)
def s3_replication_versioned(replication: Resource, stack: Stack) -> Verdict:
    """S3 replicates versions, so both buckets need versioning; without it the configuration is refused."""
    total = PASS
    for path in ("bucket", "rules.destination.bucket"):
        for bucket in stack.targets(replication, path, BUCKET).sure:
            total &= _versioned(bucket, stack, path)
    return total


def _versioned(bucket: Resource, stack: Stack, path: str) -> Verdict:
    links = stack.referring(bucket, VERSIONING, "bucket")
    if links.sure:
        states = [item.text("versioningConfiguration.status") for item in links.sure]
        if "Enabled" in states:
            return PASS
    elif bucket.given.flag("versioning.enabled") or bucket.given.flag("objectLockEnabled"):
        return PASS
    elif links.possible:
        return undecided(f"{links.possible[0].name}.bucket")
    remedy = "Add `aws.s3.BucketVersioning`, and `depends_on` it here."
    return violation(path, "is a bucket without versioning", remedy)


@rule(on=REPLICATION, severity=HIGH, theme=Theme.ENCRYPTION_AT_REST)
def s3_replication_encrypted(replication: Resource, stack: Stack) -> Verdict:
    """Objects under a KMS key are left out unless a rule selects them and names a key for the copies."""
    sources = stack.targets(replication, "bucket", BUCKET).sure
    if not any(_with_kms(bucket, stack) for bucket in sources):
        return PASS

    def judge(item: Part) -> Verdict:
        return item.expect(
            "sourceSelectionCriteria.sseKmsEncryptedObjects.status", "Enabled"
        ) & item.expect_set(
            "destination.encryptionConfiguration.replicaKmsKeyId",
            'Set `"encryption_configuration": {"replica_kms_key_id": key.arn}` in `destination`.',
        )

    return every(_enabled(replication), judge)


def _with_kms(bucket: Resource, stack: Stack) -> bool:
    rules = default_encryption(bucket, stack) or []
    return any(
        item.text("applyServerSideEncryptionByDefault.sseAlgorithm").startswith("aws:kms") for item in rules
    )


@rule(on=REPLICATION, severity=HIGH, theme=Theme.RESILIENCE)
def s3_replication_owner_pays(replication: Resource, stack: Stack) -> Verdict:
    """S3 does not replicate into a bucket whose requesters pay."""
    for bucket in stack.targets(replication, "rules.destination.bucket", BUCKET).sure:
        payments = stack.referring(bucket, PAYMENT, "bucket").sure
        if any(item.text("payer") == "Requester" for item in payments) or (
            bucket.given.text("requestPayer") == "Requester"
        ):
            remedy = 'Set `payer="BucketOwner"` on the destination.'
            return violation("rules.destination.bucket", "is a bucket whose requesters pay", remedy)
    return PASS


@rule(on=REPLICATION, severity=LOW, theme=Theme.RESILIENCE)
def s3_replication_no_chain(replication: Resource, stack: Stack) -> Verdict:
    """Copies are not replicated again: a third bucket gets nothing from the first through the second."""
    for bucket in stack.targets(replication, "rules.destination.bucket", BUCKET).sure:
        onward = stack.referring(bucket, REPLICATION, "bucket").sure
        back = [item for item in onward if _leads_back(item, replication, stack)]
        if len(back) < len(onward):
            remedy = "Replicate from the first bucket to each destination."
            return violation("rules.destination.bucket", "is the source of another replication", remedy)
    return PASS


def _leads_back(onward: Resource, first: Resource, stack: Stack) -> bool:
    """Two buckets may replicate to each other."""
    targets = stack.targets(onward, "rules.destination.bucket", BUCKET).sure
    return any(bucket in stack.targets(first, "bucket", BUCKET).sure for bucket in targets)


@rule(on=REPLICATION, severity=MEDIUM, theme=Theme.RESILIENCE)
def s3_replication_priorities(replication: Resource) -> Verdict:
    """Where two rules match an object the priority decides; without different ones S3 refuses or guesses."""
    rules = replication.each("rules")
    priorities = [item.number("priority") for item in rules]
    if len(rules) < 2 or (None not in priorities and len(set(priorities)) == len(priorities)):
        return PASS
    return violation("rules", "don't each have a priority of their own", "Give each rule its `priority`.")


@rule(on=REPLICATION, severity=MEDIUM, theme=Theme.RESILIENCE)
def s3_replication_time_measured(replication: Resource) -> Verdict:
    """Replication time control promises 15 minutes; its metrics are how one learns that it was not kept."""

    def judge(item: Part) -> Verdict:
        if item.text("destination.replicationTime.status") != "Enabled":
            return PASS
        return item.expect("destination.metrics.status", "Enabled")

    return every(_enabled(replication), judge)


@rule(on=REPLICATION, severity=LOW, theme=Theme.RESILIENCE)
def s3_replication_deletions_chosen(replication: Resource) -> Verdict:
    """Whether a deletion is copied makes the difference between a mirror and a backup; it should be written down."""

    def judge(item: Part) -> Verdict:
        remedy = 'Set `"delete_marker_replication": {"status": "Enabled"}`, or "Disabled" for a backup.'
        if not item.has("filter"):
            return PASS  # Rules of the first version always copy them.
        return item.expect_set("deleteMarkerReplication.status", remedy)

    return every(_enabled(replication), judge)


@rule(on=REPLICATION, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def s3_replication_owned(replication: Resource) -> Verdict:
    """In another account copies stay the source account's, which may then read and delete them, unless handed over."""

    def judge(item: Part) -> Verdict:
        if not item.has("destination.account"):
            return PASS
        return item.expect("destination.accessControlTranslation.owner", "Destination")

    return every(_enabled(replication), judge)


@rule(on=REPLICATION, severity=LOW, theme=Theme.RESILIENCE)
def s3_replication_storage_class(replication: Resource) -> Verdict:
    """A copy costs what its storage class costs; the source's is seldom right for what is read in emergencies only."""
    remedy = 'Set `"storage_class": "STANDARD_IA"` or another in `destination`.'
    return every(_enabled(replication), lambda item: item.expect_set("destination.storageClass", remedy))


@rule(on=REPLICATION, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def s3_replication_territory(replication: Resource, stack: Stack, *, also_allowed: str = "") -> Verdict:
    """Data that leaves its territory (eu, us, ap...) falls under other law; `alsoAllowed` lists where it may go."""
    allowed = {name.strip() for name in also_allowed.split(",") if name.strip()}
    home = {
        _territory(bucket)
        for bucket in stack.targets(replication, "bucket", BUCKET).sure
        if _territory(bucket)
    }
    for bucket in stack.targets(replication, "rules.destination.bucket", BUCKET).sure:
        there = _territory(bucket)
        if home and there and there not in home | allowed and bucket.text("region") not in allowed:
            remedy = "Choose a Region of the same territory, or allow it with the option `alsoAllowed`."
            return violation("rules.destination.bucket", "lies in another territory", remedy)
    return PASS


def _territory(bucket: Resource) -> str:
    """The start of a Region's name: `eu`, `us`, `us-gov`, `cn`; empty where the Region is not told."""
    if not bucket.known("region"):
        return ""
    return bucket.text("region").rpartition("-")[0].rpartition("-")[0]


# What a bucket's policy has to let another account's replication do (S3 User Guide, "Granting permissions when the
# source and destination buckets are owned by different accounts"). Lower case.
_FOR_REPLICATION = (
    "s3:replicate*",
    "s3:objectowneroverridetobucketowner",
    "s3:getbucketversioning",
    "s3:putbucketversioning",
    "s3:getobjectversiontagging",
    "s3:list*",
)


@rule(on="aws:s3/bucketPolicy:BucketPolicy", severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def s3_replication_policy_minimal(policy: Resource) -> Verdict:
    """Who replicates into a bucket writes copies there; to read, or to write anything else, is another matter."""

    def judge(statement: Statement) -> Verdict:
        named = [action.lower() for action in statement.actions]
        if not any(action.startswith("s3:replicate") for action in named):
            return PASS
        more = [name for name in named if not any(matches(known, name) for known in _FOR_REPLICATION)]
        if more or statement.public:
            remedy = "Allow `s3:ReplicateObject`, `s3:ReplicateDelete` and `s3:ReplicateTags` to the replication's role."
            what = "lets anybody replicate" if statement.public else "lets more than replication in"
            return violation(statement.path, what, remedy)
        return PASS

    return every(policy.document("policy").allowing, judge)
