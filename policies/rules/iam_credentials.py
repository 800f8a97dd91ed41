"""Rules on credentials that IAM users own beside access keys, and on how tokens of STS sign.

IAM User Guide, "Using IAM with CodeCommit", "Manage AWS STS in an AWS Region"; SES Developer Guide, "Obtaining
Amazon SES SMTP credentials": the SMTP password is derived from an access key.
"""

from __future__ import annotations

from policies.pack.document import Statement
from policies.pack.resource import Resource
from policies.pack.rule import LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation

_MAIL = ("ses:SendRawEmail", "ses:SendEmail")


@rule(on="aws:iam/sshKey:SshKey", severity=MEDIUM, theme=Theme.SIGV4)
def iam_credentials_no_ssh_key(key: Resource) -> Verdict:
    """An SSH key for CodeCommit never expires and no role can take its place."""
    if key.text("status", "Active") == "Inactive":
        return PASS
    return violation("publicKey", "is a long-lived key of a user", "Use git-remote-codecommit with a role.")


@rule(
    on=("aws:iam/userPolicy:UserPolicy", "aws:iam/groupPolicy:GroupPolicy"),
    severity=MEDIUM,
    theme=Theme.SIGV4,
)
def iam_credentials_no_smtp_user(policy: Resource) -> Verdict:
    """A user that may send mail is there for SMTP, whose password comes from a key that never expires."""

    def judge(statement: Statement) -> Verdict:
        if statement.every_action or not any(statement.covers(action) for action in _MAIL):
            return PASS
        remedy = "Send with the SES API and a role; allow SMTP for none but `ses:FromAddress` conditions of a relay."
        return violation(statement.path, "lets users send mail", remedy)

    return every(policy.document("policy").allowing, judge)


@rule(
    on="aws:iam/securityTokenServicePreferences:SecurityTokenServicePreferences",
    severity=LOW,
    theme=Theme.SIGV4,
)
def iam_credentials_regional_tokens(preferences: Resource) -> Verdict:
    """Tokens of version 1 sign for the older Regions only, so programs elsewhere fall back to keys."""
    return preferences.expect("globalEndpointTokenVersion", "v2Token")
