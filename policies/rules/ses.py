"""Rules on SES configuration sets."""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import MEDIUM, Theme, rule
from policies.pack.verdict import Verdict


@rule(
    on=("aws:ses/configurationSet:ConfigurationSet", "aws:sesv2/configurationSet:ConfigurationSet"),
    severity=MEDIUM,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    same_as=["CKV_AWS_365"],
)
def ses_tls_required(configuration: Resource) -> Verdict:
    """By default a mail goes out in the clear when the receiving server offers no TLS."""
    wanted = "REQUIRE" if configuration.type.startswith("aws:sesv2/") else "Require"
    return configuration.expect("deliveryOptions.tlsPolicy", wanted)
