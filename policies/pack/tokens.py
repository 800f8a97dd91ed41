"""One name for each AWS resource type.

Pulumi AWS publishes several types under two or three tokens: today's, that of an older module, and in
version 6 the `...V2` names of the split S3 resources. Rules name today's token only; the analyzer translates
what a program sends. The older names are the `Alias(type_=...)` entries of the installed `pulumi_aws`
(a test compares).
"""

from __future__ import annotations

_LOAD_BALANCING = (
    "listener",
    "listenerCertificate",
    "listenerRule",
    "loadBalancer",
    "targetGroup",
    "targetGroupAttachment",
)
_CLASSIC = (
    "appCookieStickinessPolicy",
    "attachment",
    "listenerPolicy",
    "loadBalancer",
    "loadBalancerBackendServerPolicy",
    "loadBalancerCookieStickinessPolicy",
    "loadBalancerPolicy",
    "sslNegotiationPolicy",
)
_S3 = (
    "bucket",
    "bucketAccelerateConfiguration",
    "bucketAcl",
    "bucketCorsConfiguration",
    "bucketLifecycleConfiguration",
    "bucketLogging",
    "bucketObjectLockConfiguration",
    "bucketRequestPaymentConfiguration",
    "bucketServerSideEncryptionConfiguration",
    "bucketVersioning",
    "bucketWebsiteConfiguration",
)


def _token(module: str, name: str) -> str:
    return f"aws:{module}/{name}:{name[0].upper()}{name[1:]}"


CANONICAL: dict[str, str] = {
    **{
        _token(module, name): _token("lb", name)
        for module in ("alb", "elasticloadbalancingv2", "applicationloadbalancing")
        for name in _LOAD_BALANCING
    },
    **{_token("elasticloadbalancing", name): _token("elb", name) for name in _CLASSIC},
    **{_token("s3", f"{name}V2"): _token("s3", name) for name in _S3},
}


def canonical(token: str) -> str:
    """Today's token of a type; other tokens come back as they are."""
    return CANONICAL.get(token, token)
