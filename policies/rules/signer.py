"""Rules on AWS Signer: whose signature lets code into functions.

AWS Signer Developer Guide, "Cross-account signing".
"""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, MEDIUM, Theme, rule
from policies.pack.verdict import Verdict

PERMISSION = "aws:signer/signingProfilePermission:SigningProfilePermission"


@rule(on=PERMISSION, severity=CRITICAL, theme=Theme.LEAST_PRIVILEGE)
def signer_permission_not_public(permission: Resource) -> Verdict:
    """Who may sign with a profile decides which code runs; that is never everybody."""
    return permission.expect_not("principal", "*")


@rule(on=PERMISSION, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def signer_permission_to_sign_only(permission: Resource) -> Verdict:
    """Another account's build signs; to revoke signatures, and so to stop functions, stays with the owner."""
    allowed = ("signer:StartSigningJob", "signer:SignPayload", "signer:GetSigningProfile")
    return permission.expect_one_of("action", allowed)
