"""Rules on CloudFront's own requests to origins: they are signed with SigV4, by origin access control.

CloudFront Developer Guide, "Restrict access to an Amazon S3 origin", "... to an AWS Lambda function URL origin",
"... to an AWS Elemental MediaStore origin", "... MediaPackage v2 origin". Signing behaviour `no-override` lets a
viewer bring another signature, `never` switches signing off; both let unsigned requests through.
"""

from __future__ import annotations

import re

from policies.pack.graph import Stack
from policies.pack.resource import Part, Resource
from policies.pack.rule import HIGH, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
ACCESS_CONTROL = "aws:cloudfront/originAccessControl:OriginAccessControl"
BUCKET = "aws:s3/bucket:Bucket"

_SUFFIX = r"\.amazonaws\.com(?:\.cn)?"
# `s3-website` endpoints are no S3 origins: CloudFront can't sign for them.
_S3 = re.compile(rf"\.s3(?:[.-](?!website)[a-z0-9-]+)*{_SUFFIX}$")
_WEBSITE = re.compile(rf"\.s3-website[.-][a-z0-9-]+{_SUFFIX}$")
_FUNCTION_URL = re.compile(r"\.lambda-url\.[a-z0-9-]+\.on\.aws$")
_MEDIA = re.compile(rf"\.(?:mediastore|mediapackagev2)\.[a-z0-9-]+{_SUFFIX}$")

_ADD = "Set `origin_access_control_id` to that of an `aws.cloudfront.OriginAccessControl`"


@rule(
    on=ACCESS_CONTROL,
    severity=HIGH,
    theme=Theme.SIGV4,
    fix={"signingBehavior": "always", "signingProtocol": "sigv4"},
)
def cloudfront_origin_access_control_signs(control: Resource) -> Verdict:
    """Unless CloudFront signs every request, the origin must also take unsigned ones."""
    return control.expect("signingProtocol", "sigv4") & control.expect("signingBehavior", "always")


def _unsigned(origin: Part, domain: re.Pattern[str], kind: str) -> Verdict:
    if not domain.search(origin.text("domainName").lower()):
        return PASS
    return origin.expect_set("originAccessControlId", f'{_ADD} of the type "{kind}".')


@rule(
    on=DISTRIBUTION,
    severity=HIGH,
    theme=Theme.SIGV4,
    same_as=["SecurityHub CloudFront.13", "CKV2_AWS_46"],
)
def cloudfront_origin_s3_signed(distribution: Resource) -> Verdict:
    """Without origin access control the bucket has to be public, or signs in an older way."""

    def judge(origin: Part) -> Verdict:
        if origin.known("s3OriginConfig") and origin.text("s3OriginConfig.originAccessIdentity"):
            what = "signs with an origin access identity"
            return violation(
                origin.at("s3OriginConfig.originAccessIdentity"), what, f'{_ADD} of the type "s3".'
            )
        return _unsigned(origin, _S3, "s3")

    return every(distribution.each("origins"), judge)


@rule(on=DISTRIBUTION, severity=HIGH, theme=Theme.SIGV4)
def cloudfront_origin_bucket_signed(distribution: Resource, stack: Stack) -> Verdict:
    """A bucket of the stack behind a distribution is asked with SigV4, by every origin that means it."""
    buckets = stack.targets(distribution, "origins.domainName", BUCKET)
    if not (buckets.sure or buckets.possible):
        return PASS

    def judge(origin: Part) -> Verdict:
        # An origin with neither is one of S3, whatever its name; that is often only known after `up`.
        if origin.has("customOriginConfig") or origin.has("vpcOriginConfig"):
            return PASS
        return origin.expect_set("originAccessControlId", f'{_ADD} of the type "s3".')

    return every(distribution.each("origins"), judge)


@rule(on=DISTRIBUTION, severity=HIGH, theme=Theme.SIGV4)
def cloudfront_origin_function_url_signed(distribution: Resource) -> Verdict:
    """A function URL that CloudFront asks without a signature answers everybody who knows it."""
    return every(distribution.each("origins"), lambda origin: _unsigned(origin, _FUNCTION_URL, "lambda"))


@rule(on=DISTRIBUTION, severity=MEDIUM, theme=Theme.SIGV4)
def cloudfront_origin_media_signed(distribution: Resource) -> Verdict:
    """A media origin that takes unsigned requests can be read past CloudFront."""
    return every(distribution.each("origins"), lambda origin: _unsigned(origin, _MEDIA, "mediapackagev2"))


@rule(on=DISTRIBUTION, severity=HIGH, theme=Theme.SIGV4)
def cloudfront_origin_no_website(distribution: Resource) -> Verdict:
    """S3's website endpoints take plain, unsigned HTTP only, so the bucket has to be public."""

    def judge(origin: Part) -> Verdict:
        if not _WEBSITE.search(origin.text("domainName").lower()):
            return PASS
        remedy = "Use `bucket.bucket_regional_domain_name` with origin access control."
        return violation(origin.at("domainName"), "is a website endpoint of S3", remedy)

    return every(distribution.each("origins"), judge)


@rule(
    on="aws:cloudfront/originAccessIdentity:OriginAccessIdentity",
    severity=MEDIUM,
    theme=Theme.SIGV4,
)
def cloudfront_origin_no_access_identity(identity: Resource) -> Verdict:
    """Origin access identities know neither KMS keys nor all Regions; origin access control replaced them."""
    return violation(
        identity.at("comment"),
        "is that of an origin access identity",
        'Use `aws.cloudfront.OriginAccessControl(signing_behavior="always", signing_protocol="sigv4")`.',
    )
