"""Rules that leave SigV4 as the only way into S3: bucket, access point and endpoint policies, presigned requests.

S3 still takes SigV2 for buckets created before 24 June 2020 in its older Regions (AWS News Blog, "Amazon S3 update:
SigV2 deprecation period extended and modified"); in the others and for newer buckets the Deny costs nothing and
stays right when a bucket is adopted. `_s3_requests` says how a policy is asked.
"""

from __future__ import annotations

from policies.pack.document import Statement
from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation
from policies.rules import _s3_requests as s3

BUCKET = "aws:s3/bucket:Bucket"
ACCESS_POINTS = ("aws:s3/accessPoint:AccessPoint", "aws:s3control/accessPointPolicy:AccessPointPolicy")
MULTI_REGION = "aws:s3control/multiRegionAccessPoint:MultiRegionAccessPoint"
MULTI_REGION_POLICY = "aws:s3control/multiRegionAccessPointPolicy:MultiRegionAccessPointPolicy"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
ORGANIZATION = "aws:organizations/organization:Organization"
ORGANIZATION_POLICY = "aws:organizations/policy:Policy"
POLICIES = (
    s3.POLICY,
    BUCKET,
    *ACCESS_POINTS,
    ENDPOINT,
    "aws:iam/policy:Policy",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/groupPolicy:GroupPolicy",
    "aws:iam/userPolicy:UserPolicy",
)

# The Regions whose S3 endpoints list the signature version `s3` in botocore's endpoint data (checked with
# botocore 1.44.5); boto3 presigns with SigV2 there unless told otherwise.
SIGV2_REGIONS = frozenset(
    {
        "us-east-1",
        "us-west-1",
        "us-west-2",
        "eu-west-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ap-northeast-1",
        "sa-east-1",
        "us-gov-west-1",
        "us-gov-east-1",
    }
)
_MINUTE = 60_000  # `s3:signatureAge` is in milliseconds.

_DENY_BY_NAME = (
    'Deny `s3:*` on the bucket and `/*` to `*` where `{"StringEquals": {"s3:signatureversion": "AWS"}}`.'
)


@rule(on=BUCKET, severity=HIGH, theme=Theme.SIGV4)
def s3_sigv4_bucket_only(bucket: Resource, stack: Stack, *, only_where_taken: bool = False) -> Verdict:
    """S3 still takes SigV2, which signs neither Region nor payload and whose key never ages.

    With `onlyWhereTaken` buckets in Regions that never took SigV2 pass. Both forms of the Deny are right: SigV2
    by its name, or all but SigV4 and SigV4a.
    """
    if only_where_taken and bucket.text("region", "us-east-1") not in SIGV2_REGIONS:
        return PASS
    if s3.denies_sigv2(s3.bucket_policies(bucket, stack)):
        return PASS
    return violation("bucketPolicy", "does not deny requests that are signed with SigV2", _DENY_BY_NAME)


@rule(on=BUCKET, severity=MEDIUM, theme=Theme.SIGV4)
def s3_sigv4_presigned_age(bucket: Resource, stack: Stack, *, maximum_minutes: int = 60) -> Verdict:
    """A presigned URL works for whoever gets hold of it, up to seven days unless the policy says less."""
    old = s3.signed(s3.SIGV4, s3.QUERY, maximum_minutes * _MINUTE + 1)
    if s3.denies(s3.bucket_policies(bucket, stack), old):
        return PASS
    remedy = (
        f'Deny `s3:*` to `*` where `{{"NumericGreaterThan": {{"s3:signatureAge": "{maximum_minutes * _MINUTE}"}}}}`, '
        'or presigned requests at all: `{"StringEquals": {"s3:authType": ["REST-QUERY-STRING", "POST"]}}`.'
    )
    return violation(
        "bucketPolicy", f"takes presigned requests that are older than {maximum_minutes} minutes", remedy
    )


@rule(on=BUCKET, severity=LOW, theme=Theme.SIGV4)
def s3_sigv4_auth_type(
    bucket: Resource, stack: Stack, *, accept: tuple[str, ...] = (s3.HEADER, s3.QUERY)
) -> Verdict:
    """Each way to hand over a signature that nobody uses is one more way to use a stolen one."""
    documents = s3.bucket_policies(bucket, stack)
    refused = [how for how in (s3.HEADER, s3.QUERY, s3.FORM) if how not in accept]

    def judge(how: str) -> Verdict:
        if s3.denies(documents, s3.signed(s3.SIGV4, how)):
            return PASS
        remedy = f'Deny `s3:*` to `*` where `{{"StringEquals": {{"s3:authType": "{how}"}}}}`.'
        return violation("bucketPolicy", f"takes signatures of the type {how}", remedy)

    return every(refused, judge)


@rule(on=BUCKET, severity=MEDIUM, theme=Theme.SIGV4)
def s3_sigv4_multi_region_accepted(bucket: Resource, stack: Stack) -> Verdict:
    """Requests through a multi-Region access point are signed with SigV4a; a Deny of all but SigV4 stops them."""
    if not stack.referring(bucket, MULTI_REGION, "details.regions.bucket").sure:
        return PASS
    if not s3.may_refuse(s3.bucket_policies(bucket, stack), s3.signed(s3.SIGV4A)):
        return PASS
    remedy = f"Add `{s3.SIGV4A}` to the values of the condition on `s3:signatureversion`."
    return violation("bucketPolicy", "denies SigV4a, which its multi-Region access point needs", remedy)


@rule(on=MULTI_REGION_POLICY, severity=MEDIUM, theme=Theme.SIGV4)
def s3_sigv4_multi_region_policy(policy: Resource) -> Verdict:
    """A multi-Region access point is only ever asked with SigV4a, so its policy must not deny that."""
    document = policy.document("details.policy")
    if not s3.may_refuse([document], s3.signed(s3.SIGV4A)):
        return PASS
    remedy = f"Add `{s3.SIGV4A}` to the values of the condition on `s3:signatureversion`."
    return violation("details.policy", "denies SigV4a to everybody", remedy)


@rule(on=s3.POLICY, severity=LOW, theme=Theme.SIGV4)
def s3_sigv4_spares_services(policy: Resource) -> Verdict:
    """A Deny of all but SigV4 is also true of requests without a signature version, such as log delivery's."""
    document = policy.document("policy")
    writers = [
        item for item in document.allowing if item.principals_of("Service") and item.covers("s3:PutObject")
    ]
    if not writers:
        return PASS

    def judge(statement: Statement) -> Verdict:
        tells = statement.condition_on("s3:signatureversion", "s3:authType", "s3:signatureAge")
        if not tells or not s3.may_refuse([type(document)(document.path, (statement,))], s3.UNSAID_SERVICE):
            return PASS
        remedy = (
            "Deny SigV2 by its name (`StringEquals` `AWS`), or add "
            '`{"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}`.'
        )
        return violation(statement.path, "may deny the service that this policy lets write", remedy)

    return every(document.denying, judge)


@rule(on=POLICIES, severity=CRITICAL, theme=Theme.SIGV4)
def s3_sigv4_never_allowed(policy: Resource) -> Verdict:
    """An Allow for requests that are signed with SigV2 asks for the weak signature by name."""

    def judge(statement: Statement) -> Verdict:
        named = [item for item in statement.conditions if item.key == "s3:signatureversion"]
        # A Null test only asks whether there is a signature.
        if any(item.test != "null" and item.holds(s3.SIGV2) for item in named):
            remedy = f'Ask for `"{s3.SIGV4}"` in the condition on `s3:signatureversion`.'
            return violation(f"{statement.path}.Condition", "allows requests signed with SigV2", remedy)
        return PASS

    return every(policy.document("policy").allowing, judge)


@rule(on=ENDPOINT, severity=MEDIUM, theme=Theme.SIGV4)
def s3_sigv4_endpoint(endpoint: Resource) -> Verdict:
    """An endpoint can refuse SigV2 for every bucket that is reached from the VPC, other accounts' too."""
    if not endpoint.text("serviceName").endswith(".s3"):
        return PASS
    remedy = 'Add to the policy: Deny `s3:*` on `*` to `*` where `{"StringEquals": {"s3:signatureversion": "AWS"}}`.'
    if not endpoint.has("policy"):
        return violation("policy", "is not set, so requests signed with SigV2 pass", remedy)
    if not _takes_sigv2(endpoint):
        return PASS
    return violation("policy", "lets requests through that are signed with SigV2", remedy)


@rule(on=ACCESS_POINTS, severity=MEDIUM, theme=Theme.SIGV4)
def s3_sigv4_access_point(point: Resource) -> Verdict:
    """An access point's policy can refuse SigV2 for the callers it lets in."""
    if not _takes_sigv2(point):
        return PASS
    remedy = 'Deny `s3:*` to `*` where `{"StringEquals": {"s3:signatureversion": "AWS"}}`, as in the bucket policy.'
    return violation("policy", "allows requests that are signed with SigV2", remedy)


def _takes_sigv2(resource: Resource) -> bool:
    document = resource.document("policy")
    return any(s3.may_take(document, s3.signed(s3.SIGV2, how)) for how in (s3.HEADER, s3.QUERY, s3.FORM))


@rule(on=ORGANIZATION, severity=LOW, theme=Theme.SIGV4)
def s3_sigv4_organization(_organization: Resource, stack: Stack) -> Verdict:
    """A guard rail of the organisation stops SigV2 in buckets whose policy nobody looked at."""

    def guards(policy: Resource) -> bool:
        # A service control policy has no Principal; it is about every principal of the accounts.
        return any(
            statement.covers("s3:GetObject") and statement.every_resource
            for statement in policy.document("content").denying
            if all(statement.applies_to(s3.signed(s3.SIGV2, how)) for how in (s3.HEADER, s3.QUERY, s3.FORM))
        )

    unknown: str = ""
    for policy in stack.by_type(ORGANIZATION_POLICY):
        if not policy.known("content"):
            unknown = unknown or f"{policy.name}.content"
        elif guards(policy):
            return PASS
    if unknown:
        return Verdict((), (unknown,))
    remedy = 'Add `aws.organizations.Policy`: Deny `s3:*` on `*` where `s3:signatureversion` is `"AWS"`.'
    return violation("enabledPolicyTypes", "has no policy in this stack that denies SigV2", remedy)


@rule(
    on=("aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration", BUCKET),
    severity=MEDIUM,
    theme=Theme.SIGV4,
)
def s3_sigv4_no_website(site: Resource) -> Verdict:
    """A website endpoint takes plain, unsigned HTTP only; CloudFront with origin access control signs."""
    if site.type == BUCKET and not site.has("website"):
        return PASS
    if site.type != BUCKET and site.text("redirectAllRequestsTo.hostName"):
        return PASS  # It serves no objects.
    return violation(
        site.at("website" if site.type == BUCKET else "bucket"),
        "is published by a website endpoint",
        "Serve the bucket through CloudFront with `aws.cloudfront.OriginAccessControl`.",
    )
