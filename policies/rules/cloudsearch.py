"""Rules on CloudSearch domains."""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import HIGH, MEDIUM, Theme, rule
from policies.pack.verdict import Verdict

DOMAIN = "aws:cloudsearch/domain:Domain"


@rule(on=DOMAIN, severity=MEDIUM, theme=Theme.ENCRYPTION_IN_TRANSIT, same_as=["CKV_AWS_218"])
def cloudsearch_tls_1_2(domain: Resource) -> Verdict:
    """The default still takes TLS 1.0, which no client needs."""
    return domain.expect("endpointOptions.tlsSecurityPolicy", "Policy-Min-TLS-1-2-2019-07")


@rule(on=DOMAIN, severity=HIGH, theme=Theme.ENCRYPTION_IN_TRANSIT, same_as=["CKV_AWS_220"])
def cloudsearch_https(domain: Resource) -> Verdict:
    """Queries and results travel in the clear unless HTTPS is enforced."""
    return domain.expect("endpointOptions.enforceHttps", value=True)
