"""Rules on IoT Core endpoints: X.509 certificates or SigV4, and signed tokens where an authorizer decides.

IoT Core Developer Guide, "Custom authentication", "Managing domain configurations".
"""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import HIGH, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict


@rule(on="aws:iot/authorizer:Authorizer", severity=HIGH, theme=Theme.SIGV4, fix={"signingDisabled": False})
def iot_auth_authorizer_signed(authorizer: Resource) -> Verdict:
    """With signing off everybody on the internet can make IoT Core run the authorizer's function."""
    return authorizer.expect("signingDisabled", value=False, absent=False)


@rule(on="aws:iot/domainConfiguration:DomainConfiguration", severity=MEDIUM, theme=Theme.SIGV4)
def iot_auth_domain(
    domain: Resource, *, accept: tuple[str, ...] = ("AWS_SIGV4", "AWS_X509", "CUSTOM_AUTH_X509")
) -> Verdict:
    """A domain that names its authentication takes no other; by default the client's port chooses."""
    if domain.text("serviceType", "DATA") != "DATA":
        return PASS
    return domain.expect_one_of("authenticationType", accept or ("AWS_SIGV4",), absent="DEFAULT")
