"""Rules on the account's password policy. What is not set is not asked for (IAM User Guide, "Set an account
password policy for IAM users"); the length alone has a default of 6 in the provider.
"""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation

POLICY = "aws:iam/accountPasswordPolicy:AccountPasswordPolicy"


@rule(
    on=POLICY,
    severity=MEDIUM,
    theme=Theme.LEAST_PRIVILEGE,
    fix={"minimumPasswordLength": 14},
    same_as=["SecurityHub IAM.15", "CIS v3 1.8", "CKV_AWS_10"],
)
def iam_password_length(policy: Resource, *, minimum: int = 14) -> Verdict:
    """Every further character makes a password many times harder to guess."""
    return policy.expect_at_least("minimumPasswordLength", minimum, absent=6)


@rule(
    on=POLICY,
    severity=MEDIUM,
    theme=Theme.LEAST_PRIVILEGE,
    fix={"passwordReusePrevention": 24},
    same_as=["SecurityHub IAM.16", "CIS v3 1.9", "CKV_AWS_13"],
)
def iam_password_reuse(policy: Resource, *, remembered: int = 24) -> Verdict:
    """A password that is used again brings back whoever knew it before."""
    return policy.expect_at_least("passwordReusePrevention", remembered, absent=0)


@rule(
    on=POLICY,
    severity=LOW,
    theme=Theme.LEAST_PRIVILEGE,
    fix={"maxPasswordAge": 90},
    same_as=["SecurityHub IAM.17", "CKV_AWS_9"],
)
def iam_password_age(policy: Resource, *, maximum_days: int = 90) -> Verdict:
    """A password that leaked unnoticed works until it expires."""
    days = policy.number("maxPasswordAge")
    if days is not None and 0 < days <= maximum_days:
        return PASS
    what = "is not set" if not days else f"is more than {maximum_days} days"
    return violation("maxPasswordAge", what, f"Set `max_password_age={maximum_days}`.")


@rule(
    on=POLICY,
    severity=LOW,
    theme=Theme.LEAST_PRIVILEGE,
    fix={"requireUppercaseCharacters": True},
    same_as=["SecurityHub IAM.11", "CKV_AWS_15"],
)
def iam_password_uppercase(policy: Resource) -> Verdict:
    """Upper-case letters make guessing by dictionary slower."""
    return policy.expect("requireUppercaseCharacters", value=True)


@rule(
    on=POLICY,
    severity=LOW,
    theme=Theme.LEAST_PRIVILEGE,
    fix={"requireLowercaseCharacters": True},
    same_as=["SecurityHub IAM.12", "CKV_AWS_11"],
)
def iam_password_lowercase(policy: Resource) -> Verdict:
    """Lower-case letters make guessing by dictionary slower."""
    return policy.expect("requireLowercaseCharacters", value=True)


@rule(
    on=POLICY,
    severity=LOW,
    theme=Theme.LEAST_PRIVILEGE,
    fix={"requireSymbols": True},
    same_as=["SecurityHub IAM.13", "CKV_AWS_14"],
)
def iam_password_symbols(policy: Resource) -> Verdict:
    """Symbols make guessing by dictionary slower."""
    return policy.expect("requireSymbols", value=True)


@rule(
    on=POLICY,
    severity=LOW,
    theme=Theme.LEAST_PRIVILEGE,
    fix={"requireNumbers": True},
    same_as=["SecurityHub IAM.14", "CKV_AWS_12"],
)
def iam_password_numbers(policy: Resource) -> Verdict:
    """Digits make guessing by dictionary slower."""
    return policy.expect("requireNumbers", value=True)
