"""Rules on S3: buckets and the resources that configure them, joined over the stack.

Since version 4 of the AWS provider a bucket's encryption, policy, versioning and access block are resources
of their own. A rule on the bucket alone would be wrong about all of them.
"""

from __future__ import annotations

from policies.pack.document import Document, Statement
from policies.pack.graph import Stack
from policies.pack.resource import Part, Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, NotKnownError, Verdict, every, undecided, violation

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
# S3 User Guide, "The meaning of public"; `aws:SourceIp` is left out on purpose.
_LIMITS = (
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:SourceArn",
    "aws:SourceAccount",
    "aws:SourceOrgID",
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
    same_as=["SecurityHub S3.12", "CKV_AWS_20", "CKV_AWS_57"],
)
def s3_acl_not_public(resource: Resource) -> Verdict:
    """A public ACL publishes what is in the bucket."""
    groups = every(resource.each("accessControlPolicy.grants"), _private_grantee)
    if resource.text("acl") not in _PUBLIC_ACLS:
        return groups
    return violation("acl", "is public", 'Leave `acl` out: `"BucketOwnerEnforced"` needs none.') & groups


def _private_grantee(grant: Part) -> Verdict:
    if not grant.text("grantee.uri").endswith(("/AllUsers", "/AuthenticatedUsers")):
        return PASS
    return violation(grant.at("grantee.uri"), "is everybody", "Grant to an account, or use a bucket policy.")


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


def _policies(bucket: Resource, stack: Stack) -> list[Document]:
    """The bucket's policies. Raises NotKnownError when one may be the bucket's but that is not known yet."""
    links = stack.referring(bucket, POLICY, "bucket")
    documents = [policy.document("policy") for policy in links.sure]
    if not documents and links.possible:
        raise NotKnownError(f"{links.possible[0].name}.bucket")
    if bucket.given is not bucket or bucket.known("policy"):  # Older programs give it inline.
        documents.append(bucket.given.document("policy"))
    return documents


def _denies_everyone(statement: Statement) -> bool:
    everyone = any(value == "*" for _, value in statement.principals)
    return everyone and statement.covers("s3:GetObject") and statement.covers("s3:PutObject")


@rule(
    on=BUCKET,
    severity=HIGH,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    same_as=["SecurityHub S3.5", "CIS v3 2.1.1", "CKV_AWS_379"],
)
def s3_bucket_policy_tls_only(bucket: Resource, stack: Stack) -> Verdict:
    """S3 answers plain HTTP unless the bucket's policy denies it."""
    for policy in _policies(bucket, stack):
        if any(_denies_everyone(statement) and _without_tls(statement) for statement in policy.denying):
            return PASS
    remedy = 'Deny `s3:*` to `*` where `{"Bool": {"aws:SecureTransport": "false"}}`.'
    return violation("bucketPolicy", "does not deny requests without TLS", remedy)


def _without_tls(statement: Statement) -> bool:
    return any(
        condition.key == "aws:securetransport"
        and condition.operator in ("bool", "boolifexists")
        and condition.values == ("false",)
        and len(statement.conditions) == 1
        for condition in statement.conditions
    )


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
    if links.possible:
        return undecided(f"{links.possible[0].name}.bucket")
    remedy = (
        'Add `aws.s3.BucketVersioning(bucket=bucket.id, versioning_configuration={"status": "Enabled"})`.'
    )
    return violation("bucketVersioning", "is missing for this bucket", remedy)


@rule(
    on=BUCKET, severity=MEDIUM, theme=Theme.ENCRYPTION_AT_REST, same_as=["SecurityHub S3.17", "CKV_AWS_145"]
)
def s3_bucket_customer_key(bucket: Resource, stack: Stack) -> Verdict:
    """Only a key of one's own lets one decide, and see, who decrypts; S3's own key can't be taken back."""
    if _takes_balancer_logs(bucket, stack):
        return PASS
    links = stack.referring(bucket, ENCRYPTION, "bucket")
    if links.sure:
        return every(links.sure, _with_kms)
    if links.possible:
        return undecided(f"{links.possible[0].name}.bucket")
    remedy = "Add `aws.s3.BucketServerSideEncryptionConfiguration` with `aws:kms` and a key."
    return violation("bucketServerSideEncryptionConfiguration", "is missing for this bucket", remedy)


def _takes_balancer_logs(bucket: Resource, stack: Stack) -> bool:
    """Load balancers and S3 itself write logs only to buckets with S3's own key (SSE-S3)."""
    return bool(
        stack.referring(bucket, "aws:lb/loadBalancer:LoadBalancer", "accessLogs.bucket").sure
        or stack.referring(bucket, "aws:elb/loadBalancer:LoadBalancer", "accessLogs.bucket").sure
        or stack.referring(bucket, LOGGING, "targetBucket").sure
    )


def _with_kms(configuration: Resource) -> Verdict:
    return every(
        configuration.each("rules"),
        lambda item: (
            item.expect_one_of("applyServerSideEncryptionByDefault.sseAlgorithm", ("aws:kms", "aws:kms:dsse"))
            & item.expect_set(
                "applyServerSideEncryptionByDefault.kmsMasterKeyId", "Set `kms_master_key_id=key.arn`."
            )
        ),
    )


@rule(on=ENCRYPTION, severity=LOW, theme=Theme.ENCRYPTION_AT_REST)
def s3_bucket_key_enabled(configuration: Resource) -> Verdict:
    """With a bucket key S3 asks KMS once in a while instead of for each object, at a hundredth of the cost."""

    def judge(item: Part) -> Verdict:
        if item.text("applyServerSideEncryptionByDefault.sseAlgorithm") != "aws:kms":
            return PASS
        return item.expect("bucketKeyEnabled", value=True)

    return every(configuration.each("rules"), judge)
