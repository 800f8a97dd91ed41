"""Rules on CloudFront distributions. How origins are signed is in `cloudfront_origin`."""

from __future__ import annotations

from policies.pack.resource import Part, Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
HEADERS = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"
# CloudFront Developer Guide, "Supported protocols and ciphers between viewers and CloudFront".
_MODERN = ("TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025", "TLSv1.2_2019", "TLSv1.2_2018")


def _behaviors(distribution: Resource) -> list[Part]:
    return [*distribution.each("defaultCacheBehavior"), *distribution.each("orderedCacheBehaviors")]


@rule(
    on=DISTRIBUTION,
    severity=HIGH,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    same_as=["CKV_AWS_34", "SecurityHub CloudFront.3"],
)
def cloudfront_viewer_https(distribution: Resource) -> Verdict:
    """Plain HTTP between visitor and edge can be read and changed on the way."""

    def judge(behavior: Part) -> Verdict:
        return behavior.expect_one_of("viewerProtocolPolicy", ("redirect-to-https", "https-only"))

    return every(_behaviors(distribution), judge)


@rule(
    on=DISTRIBUTION,
    severity=HIGH,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    same_as=["CKV_AWS_174", "CKV2_AWS_54", "SecurityHub CloudFront.15"],
)
def cloudfront_tls_modern(distribution: Resource) -> Verdict:
    """CloudFront's own certificate and old policies still speak TLS 1.0, which is broken."""
    return distribution.expect_one_of("viewerCertificate.minimumProtocolVersion", _MODERN, absent="TLSv1")


@rule(
    on=DISTRIBUTION,
    severity=MEDIUM,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    same_as=["CKV2_AWS_42", "SecurityHub CloudFront.7"],
)
def cloudfront_own_certificate(distribution: Resource) -> Verdict:
    """Under CloudFront's shared name the TLS version can't be chosen, nor the name kept when the site moves."""
    if distribution.flag("viewerCertificate.cloudfrontDefaultCertificate"):
        remedy = "Give a certificate of ACM in us-east-1 and name the site in `aliases`."
        return violation("viewerCertificate.cloudfrontDefaultCertificate", "is true", remedy)
    return PASS


@rule(on=DISTRIBUTION, severity=LOW, theme=Theme.ENCRYPTION_IN_TRANSIT, same_as=["SecurityHub CloudFront.8"])
def cloudfront_sni(distribution: Resource) -> Verdict:
    """Addresses of one's own for a certificate cost hundreds a month and serve browsers nobody has."""
    return distribution.expect_not("viewerCertificate.sslSupportMethod", "vip")


@rule(
    on=DISTRIBUTION,
    severity=HIGH,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    same_as=["CKV2_AWS_72", "SecurityHub CloudFront.9"],
)
def cloudfront_to_origin_https(distribution: Resource) -> Verdict:
    """What the visitor sent encrypted must not go on to the origin in the open."""

    def judge(origin: Part) -> Verdict:
        if not origin.has("customOriginConfig") or ".s3-website" in origin.text("domainName"):
            return PASS  # S3's website endpoints speak no HTTPS.
        return origin.expect_one_of("customOriginConfig.originProtocolPolicy", ("https-only",))

    return every(distribution.each("origins"), judge)


@rule(
    on=DISTRIBUTION, severity=HIGH, theme=Theme.ENCRYPTION_IN_TRANSIT, same_as=["SecurityHub CloudFront.10"]
)
def cloudfront_to_origin_tls_modern(distribution: Resource) -> Verdict:
    """An origin that may be asked over SSL 3 or TLS 1.0 can be talked down to it."""

    def judge(origin: Part) -> Verdict:
        path = "customOriginConfig.originSslProtocols"
        old = [item for item in origin.texts(path) if item != "TLSv1.2"]
        if not old:
            return PASS
        return violation(
            origin.at(path), "holds more than TLS 1.2", 'Set `origin_ssl_protocols=["TLSv1.2"]`.'
        )

    return every(distribution.each("origins"), judge)


@rule(
    on=DISTRIBUTION, severity=MEDIUM, theme=Theme.NETWORK, same_as=["CKV_AWS_68", "SecurityHub CloudFront.6"]
)
def cloudfront_waf(distribution: Resource) -> Verdict:
    """A web ACL at the edge turns known attacks and floods away before they reach the origin."""
    return distribution.expect_set("webAclId", "Set `web_acl_id` to the ARN of a WAFv2 web ACL of us-east-1.")


@rule(on=DISTRIBUTION, severity=MEDIUM, theme=Theme.LOGGING, same_as=["CKV_AWS_86"])
def cloudfront_access_log(distribution: Resource) -> Verdict:
    """The access log is the only record of who asked the edge for what."""
    return distribution.expect_set("loggingConfig.bucket", 'Set `logging_config={"bucket": ...}`.')


@rule(on=DISTRIBUTION, severity=LOW, theme=Theme.RESILIENCE, same_as=["CKV_AWS_216"])
def cloudfront_enabled(distribution: Resource) -> Verdict:
    """A distribution that is switched off answers nobody and still counts against the quota."""
    return distribution.expect("enabled", value=True)


@rule(
    on=DISTRIBUTION,
    severity=MEDIUM,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=["CKV_AWS_305", "SecurityHub CloudFront.1"],
)
def cloudfront_default_root(distribution: Resource) -> Verdict:
    """Without a root object the bare name of the site lists what the bucket holds, or fails."""
    return distribution.expect_set("defaultRootObject", 'Set `default_root_object="index.html"`.')


@rule(
    on=DISTRIBUTION, severity=LOW, theme=Theme.RESILIENCE, same_as=["CKV_AWS_310", "SecurityHub CloudFront.4"]
)
def cloudfront_failover(distribution: Resource) -> Verdict:
    """With a second origin the site answers while the first one is down."""
    if distribution.each("originGroups"):
        return PASS
    return violation("originGroups", "is not set", "Give a group with a primary and a secondary origin.")


@rule(on=DISTRIBUTION, severity=LOW, theme=Theme.NETWORK, same_as=["CKV2_AWS_32"])
def cloudfront_response_headers(distribution: Resource) -> Verdict:
    """Security headers tell the browser to refuse frames, plain HTTP and guessed content types."""

    def judge(behavior: Part) -> Verdict:
        return behavior.expect_set("responseHeadersPolicyId", "Set `response_headers_policy_id`.")

    return every(_behaviors(distribution), judge)


@rule(on=DISTRIBUTION, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def cloudfront_key_groups(distribution: Resource) -> Verdict:
    """Trusted signers use a key pair that only the account's root user can make; key groups need no root."""

    def judge(behavior: Part) -> Verdict:
        return behavior.expect_absent("trustedSigners", "Use `trusted_key_groups`.")

    return every(_behaviors(distribution), judge)


@rule(on=HEADERS, severity=MEDIUM, theme=Theme.ENCRYPTION_IN_TRANSIT, same_as=["CKV_AWS_259"])
def cloudfront_hsts(policy: Resource) -> Verdict:
    """Strict transport security makes browsers refuse plain HTTP even on the first click of a link."""
    path = "securityHeadersConfig.strictTransportSecurity"
    if not policy.has(path):
        remedy = (
            'Set `strict_transport_security={"access_control_max_age_sec": 31536000, "override": True, ...}`.'
        )
        return violation(path, "is not set", remedy)
    return policy.expect_at_least(f"{path}.accessControlMaxAgeSec", 31536000) & policy.expect(
        f"{path}.override", value=True
    )


@rule(on=HEADERS, severity=MEDIUM, theme=Theme.NETWORK, same_as=["CKV2_AWS_75"])
def cloudfront_cors_named_origins(policy: Resource) -> Verdict:
    """With `*` and credentials any page that a user visits reads the user's data."""
    origins = policy.texts("corsConfig.accessControlAllowOrigins.items")
    if "*" not in origins:
        return PASS
    path = "corsConfig.accessControlAllowOrigins.items"
    return violation(path, "names every origin", "Name the sites that may read the answers.")


@rule(
    on="aws:cloudfront/fieldLevelEncryptionProfile:FieldLevelEncryptionProfile",
    severity=LOW,
    theme=Theme.RESILIENCE,
)
def cloudfront_ten_encrypted_fields(profile: Resource) -> Verdict:
    """CloudFront encrypts ten fields of a request at most and refuses a profile that names more."""
    fields = [
        item
        for entity in profile.each("encryptionEntities.items")
        for item in entity.each("fieldPatterns.items")
    ]
    if len(fields) <= 10:
        return PASS
    return violation("encryptionEntities.items", "names more than ten fields", "Name the most secret ones.")
