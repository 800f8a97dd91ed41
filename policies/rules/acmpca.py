"""Rules on private certificate authorities and the certificates that they issue.

AWS Private CA User Guide, "Best practices"; follows `sources/004...` lines 551-557 (client certificates for brokers).
"""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation

AUTHORITY = "aws:acmpca/certificateAuthority:CertificateAuthority"
CERTIFICATE = "aws:acmpca/certificate:Certificate"
_DAYS = {"DAYS": 1, "MONTHS": 31, "YEARS": 366}


@rule(on=CERTIFICATE, severity=LOW, theme=Theme.ENCRYPTION_IN_TRANSIT)
def acmpca_certificate_bounded(certificate: Resource, *, days: int = 397) -> Verdict:
    """A stolen key is good as long as its certificate; browsers take none of more than 13 months."""
    if "CACertificate" in certificate.text("templateArn"):
        return PASS  # An authority's own certificate outlives those that it issues.
    unit = _DAYS.get(certificate.text("validity.type"))
    length = certificate.number("validity.value")
    if unit is None or length is None or unit * length <= days:
        return PASS  # A date is judged by its author.
    return violation(
        "validity.value", f"is more than {days} days", f'Set `validity={{"type": "DAYS", "value": {days}}}`.'
    )


@rule(on=AUTHORITY, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def acmpca_authority_revokes(authority: Resource) -> Verdict:
    """Without a revocation list or OCSP nobody learns that a certificate was stolen."""
    for way in ("crlConfiguration", "ocspConfiguration"):
        if authority.flag(f"revocationConfiguration.{way}.enabled"):
            return PASS
    if authority.text("usageMode") == "SHORT_LIVED_CERTIFICATE":
        return PASS  # Such certificates end within a week by themselves.
    remedy = 'Set `revocation_configuration={"ocsp_configuration": {"enabled": True}}`.'
    return violation("revocationConfiguration", "switches on neither a revocation list nor OCSP", remedy)
