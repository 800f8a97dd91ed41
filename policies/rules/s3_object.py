"""Rules on single objects, access points, and the younger kinds of bucket: directory, table and vector buckets."""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Part, Resource
from policies.pack.rule import CRITICAL, HIGH, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation
from policies.rules._stores import customer_key
from policies.rules.s3 import BUCKET, default_encryption

OBJECTS = ("aws:s3/bucketObject:BucketObject", "aws:s3/bucketObjectv2:BucketObjectv2")
COPY = "aws:s3/objectCopy:ObjectCopy"
POINT = "aws:s3/accessPoint:AccessPoint"
MULTI_REGION = "aws:s3control/multiRegionAccessPoint:MultiRegionAccessPoint"

_BLOCKS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
_PUBLIC_ACLS = ("public-read", "public-read-write", "authenticated-read")


@rule(
    on=(*OBJECTS, COPY),
    severity=MEDIUM,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["CKV_AWS_181", "CKV_AWS_186"],
)
def s3_object_customer_key(item: Resource, stack: Stack) -> Verdict:
    """An object has the key that it names, else its bucket's; neither may be S3's own."""
    key = customer_key(item.given, "kmsKeyId")
    if key.passed:
        return PASS
    buckets = stack.targets(item, "bucket", BUCKET)
    if not buckets.sure and not buckets.possible and not buckets.open:
        return key
    for bucket in buckets.sure:
        rules = default_encryption(bucket, stack)
        if rules and all(_default_key(found) for found in rules):
            return PASS
        return key
    item.given.get("bucket")  # Undecided while the bucket is not known.
    return key


def _default_key(found: Part) -> bool:
    return customer_key(found, "applyServerSideEncryptionByDefault.kmsMasterKeyId").passed


@rule(on=(*OBJECTS, COPY), severity=CRITICAL, theme=Theme.LEAST_PRIVILEGE)
def s3_object_not_public(item: Resource) -> Verdict:
    """A public ACL publishes the object, whatever the bucket's policy says."""
    if item.text("acl") not in _PUBLIC_ACLS:
        return PASS
    return violation("acl", "is public", "Leave `acl` out.")


@rule(
    on=(POINT, MULTI_REGION),
    severity=HIGH,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=["SecurityHub S3.19", "SecurityHub S3.24", "CKV_AWS_392"],
)
def s3_object_access_point_blocked(point: Resource) -> Verdict:
    """An access point's block can't be changed later, and the bucket's policy does not stand in for it."""
    path = "publicAccessBlockConfiguration" if point.type == POINT else "details.publicAccessBlock"
    block = point.part(path)
    return every(_BLOCKS, lambda name: block.expect_not(name, value=False, absent=True))


@rule(
    on=("aws:s3tables/tableBucket:TableBucket", "aws:s3tables/table:Table"),
    severity=MEDIUM,
    theme=Theme.ENCRYPTION_AT_REST,
)
def s3_object_tables_customer_key(table: Resource) -> Verdict:
    """Tables are always encrypted, but only a key of one's own lets one decide, and see, who decrypts."""
    if table.type.endswith(":Table") and not table.has("encryptionConfiguration"):
        return PASS  # It has its bucket's.
    return customer_key(table, "encryptionConfiguration.kmsKeyArn")


@rule(on="aws:s3/vectorsVectorBucket:VectorsVectorBucket", severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST)
def s3_object_vectors_customer_key(bucket: Resource) -> Verdict:
    """Vectors tell what the texts behind them say; the key decides who reads them."""
    settings = bucket.each("encryptionConfigurations")
    if not settings:
        return violation(
            "encryptionConfigurations",
            "is not set, so S3's own key is used",
            'Set `encryption_configurations=[{"sse_type": "aws:kms", "kms_key_arn": key.arn}]`.',
        )
    return every(settings, lambda item: customer_key(item, "kmsKeyArn"))
