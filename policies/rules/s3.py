"""Rules on S3: buckets and the resources that configure them, joined over the stack.

Since version 4 of the AWS provider a bucket's encryption, policy, versioning and access block are resources
of their own. A rule on the bucket alone would be wrong about all of them.
"""

from __future__ import annotations

from policies.pack.document import Condition, Document, Statement
from policies.pack.graph import Stack
from policies.pack.resource import Part, Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, NotKnownError, Verdict, every, undecided, violation
from policies.rules._s3_requests import SIGV4, bucket_policies, denies, signed
from policies.rules._stores import customer_key

BUCKET = "aws:s3/bucket:Bucket"
POLICY = "aws:s3/bucketPolicy:BucketPolicy"
ACCESS_BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
LOGGING = "aws:s3/bucketLogging:BucketLogging"

_BLOCKS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
_PUBLIC_ACLS = ("public-read", "public-read-write", "authenticated-read")

# Condition keys that keep a bucket policy with principal `*` from being public.
# S3 User Guide, "The meaning of public": a fixed range of addresses is one of them. Whether its requests are signed is
# `s3-sigv4-bucket-only`'s matter.
_LIMITS = (
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:SourceArn",
    "aws:SourceAccount",
    "aws:SourceIp",
    "aws:SourceOrgID",
    "aws:SourceOwner",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:userid",
    "s3:DataAccessPointAccount",
    "s3:DataAccessPointArn",
)


@rule(
    on=(ACCESS_BLOCK, "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"),
    severity=HIGH,
    theme=Theme.LEAST_PRIVILEGE,
    fix=dict.fromkeys(_BLOCKS, True),
    same_as=[
        "SecurityHub S3.1",
        "SecurityHub S3.8",
        "CIS v3 2.1.4",
        "CKV_AWS_53",
        "CKV_AWS_54",
        "CKV_AWS_55",
        "CKV_AWS_56",
    ],
)
def s3_access_block_complete(block: Resource) -> Verdict:
    """The four switches close different doors to the public; one left open is enough."""
    return every(_BLOCKS, lambda path: block.expect(path, value=True))


@rule(on=BUCKET, severity=HIGH, theme=Theme.LEAST_PRIVILEGE, same_as=["SecurityHub S3.8", "CKV2_AWS_6"])
def s3_bucket_has_access_block(bucket: Resource, stack: Stack) -> Verdict:
    """The access block stops a later policy or ACL from making the bucket public by mistake."""
    links = stack.referring(bucket, ACCESS_BLOCK, "bucket")
    if links.sure:
        return PASS
    if links.possible:
        return undecided(f"{links.possible[0].name}.bucket")
    remedy = "Add `aws.s3.BucketPublicAccessBlock(bucket=bucket.id, ...)` with all four switches on."
    return violation("bucketPublicAccessBlock", "is missing for this bucket", remedy)


@rule(
    on=(POLICY, BUCKET),
    severity=CRITICAL,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=["SecurityHub S3.2", "SecurityHub S3.3", "CKV_AWS_70"],
)
def s3_bucket_policy_not_public(resource: Resource) -> Verdict:
    """A policy that allows everybody publishes what is in the bucket."""

    def judge(statement: Statement) -> Verdict:
        if not statement.anyone or statement.limited_by(*_LIMITS):
            return PASS
        remedy = "Name the principals, or put CloudFront with origin access control in front."
        return violation(f"{statement.path}.Principal", "is everybody", remedy)

    return every(resource.document("policy").allowing, judge)


@rule(
    on=("aws:s3/bucketAcl:BucketAcl", BUCKET),
    severity=CRITICAL,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=["SecurityHub S3.12", "CKV_AWS_20", "CKV_AWS_57", "CKV_AWS_375", "CKV2_AWS_43"],
)
def s3_acl_not_public(resource: Resource) -> Verdict:
    """A public ACL publishes what is in the bucket."""
    inline = resource.type == BUCKET
    groups = every(resource.each("grants" if inline else "accessControlPolicy.grants"), _private_grantee)
    if resource.text("acl") not in _PUBLIC_ACLS:
        return groups
    return violation("acl", "is public", 'Leave `acl` out: `"BucketOwnerEnforced"` needs none.') & groups


def _private_grantee(grant: Part) -> Verdict:
    uri = "grantee.uri" if grant.path.startswith("accessControlPolicy") else "uri"
    if not grant.text(uri).endswith(("/AllUsers", "/AuthenticatedUsers")):
        return PASS
    return violation(grant.at(uri), "is everybody", "Grant to an account, or use a bucket policy.")


@rule(
    on=OWNERSHIP,
    severity=MEDIUM,
    theme=Theme.LEAST_PRIVILEGE,
    fix={"rule.objectOwnership": "BucketOwnerEnforced"},
    same_as=["SecurityHub S3.12", "CKV2_AWS_65"],
)
def s3_ownership_enforced(controls: Resource) -> Verdict:
    """With ACLs switched off policies alone decide who reads the bucket."""
    return controls.expect("rule.objectOwnership", "BucketOwnerEnforced")


@rule(
    on=BUCKET,
    severity=HIGH,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    same_as=["SecurityHub S3.5", "CIS v3 2.1.1", "CKV_AWS_379"],
)
def s3_bucket_policy_tls_only(bucket: Resource, stack: Stack) -> Verdict:
    """S3 answers plain HTTP unless the bucket's policy denies it."""
    plain = {**signed(SIGV4), "aws:SecureTransport": "false", "s3:TlsVersion": None}
    if denies((_typed(document) for document in bucket_policies(bucket, stack)), plain):
        return PASS
    remedy = 'Deny `s3:*` on the bucket and `/*` to `*` where `{"Bool": {"aws:SecureTransport": "false"}}`.'
    return violation("bucketPolicy", "does not deny requests without TLS", remedy)


def _typed(document: Document) -> Document:
    """The policy without statements that ask a boolean key with an operator for other types: AWS ignores those."""
    kept = (item for item in document if not any(_mistyped(condition) for condition in item.conditions))
    return Document(document.path, tuple(kept))


def _mistyped(condition: Condition) -> bool:
    return condition.key == "aws:securetransport" and condition.operator not in ("bool", "boolifexists")


@rule(on=(POLICY, BUCKET), severity=HIGH, theme=Theme.RESILIENCE, same_as=["CKV_AWS_93"])
def s3_bucket_policy_no_lockout(resource: Resource) -> Verdict:
    """A Deny of everything to everybody shuts out whoever could change the policy; only the root user can mend it."""

    def judge(statement: Statement) -> Verdict:
        shut = not statement.conditions and statement.covers("s3:PutBucketPolicy")
        if not shut or not any(value == "*" for _, value in statement.principals):
            return PASS
        remedy = "Add a condition, or leave `s3:PutBucketPolicy` and `s3:DeleteBucketPolicy` out."
        return violation(f"{statement.path}.Action", "denies everybody to change the policy", remedy)

    return every(resource.document("policy").denying, judge)


@rule(on=VERSIONING, severity=MEDIUM, theme=Theme.RESILIENCE, same_as=["SecurityHub S3.14", "CKV_AWS_21"])
def s3_versioning_enabled(versioning: Resource) -> Verdict:
    """A versioned bucket forgives a deletion or an overwrite."""
    return versioning.expect("versioningConfiguration.status", "Enabled")


@rule(on=BUCKET, severity=MEDIUM, theme=Theme.RESILIENCE, same_as=["SecurityHub S3.14", "CKV_AWS_21"])
def s3_bucket_versioned(bucket: Resource, stack: Stack) -> Verdict:
    """Without versioning a deletion or an overwrite can't be taken back."""
    links = stack.referring(bucket, VERSIONING, "bucket")
    if links.sure:
        return PASS  # s3-versioning-enabled judges its status.
    # Older programs give versioning inline; object lock brings it along.
    if bucket.given.flag("versioning.enabled") or bucket.given.flag("objectLockEnabled"):
        return PASS
    if links.possible:
        return undecided(f"{links.possible[0].name}.bucket")
    remedy = (
        'Add `aws.s3.BucketVersioning(bucket=bucket.id, versioning_configuration={"status": "Enabled"})`.'
    )
    return violation("bucketVersioning", "is missing for this bucket", remedy)


@rule(
    on=BUCKET,
    severity=MEDIUM,
    theme=Theme.ENCRYPTION_AT_REST,
    same_as=["SecurityHub S3.17", "CKV_AWS_19", "CKV_AWS_145"],
)
def s3_bucket_customer_key(bucket: Resource, stack: Stack) -> Verdict:
    """Only a key of one's own lets one decide, and see, who decrypts; S3's own key can't be taken back."""
    if _takes_balancer_logs(bucket, stack):
        return PASS
    rules = default_encryption(bucket, stack)
    if rules is not None:
        return every(rules, _with_kms)
    remedy = "Add `aws.s3.BucketServerSideEncryptionConfiguration` with `aws:kms` and a key."
    return violation("bucketServerSideEncryptionConfiguration", "is missing for this bucket", remedy)


def default_encryption(bucket: Resource, stack: Stack) -> list[Part] | None:
    """The rules of a bucket's default encryption, inline or of a resource of its own; None when there are none.

    Raises NotKnownError when an encryption resource may be this bucket's but that is not known yet.
    """
    links = stack.referring(bucket, ENCRYPTION, "bucket")
    if links.sure:
        return [item for configuration in links.sure for item in configuration.each("rules")]
    if bucket.given.has("serverSideEncryptionConfiguration.rule"):
        return bucket.given.each("serverSideEncryptionConfiguration.rule")
    if links.possible:
        raise NotKnownError(f"{links.possible[0].name}.bucket")
    return None


def _takes_balancer_logs(bucket: Resource, stack: Stack) -> bool:
    """Load balancers and S3 itself write logs only to buckets with S3's own key (SSE-S3)."""
    return bool(
        stack.referring(bucket, "aws:lb/loadBalancer:LoadBalancer", "accessLogs.bucket").sure
        or stack.referring(bucket, "aws:elb/loadBalancer:LoadBalancer", "accessLogs.bucket").sure
        or stack.referring(bucket, LOGGING, "targetBucket").sure
    )


def _with_kms(item: Part) -> Verdict:
    default = item.part("applyServerSideEncryptionByDefault")
    return default.expect_one_of("sseAlgorithm", ("aws:kms", "aws:kms:dsse")) & customer_key(
        default, "kmsMasterKeyId"
    )


@rule(on=ENCRYPTION, severity=LOW, theme=Theme.ENCRYPTION_AT_REST)
def s3_bucket_key_enabled(configuration: Resource) -> Verdict:
    """With a bucket key S3 asks KMS once in a while instead of for each object, at a hundredth of the cost."""

    def judge(item: Part) -> Verdict:
        if item.text("applyServerSideEncryptionByDefault.sseAlgorithm") != "aws:kms":
            return PASS
        return item.expect("bucketKeyEnabled", value=True)

    return every(configuration.each("rules"), judge)
