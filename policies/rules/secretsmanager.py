"""Rules on Secrets Manager secrets and their rotation; who may read them is in `secretsmanager_policy.py`."""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, undecided, violation
from policies.rules._stores import customer_key

SECRET = "aws:secretsmanager/secret:Secret"  # noqa: S105 -- a type's token
ROTATION = "aws:secretsmanager/secretRotation:SecretRotation"


@rule(on=SECRET, severity=LOW, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_149"])
def secretsmanager_customer_key(secret: Resource) -> Verdict:
    """Only under a key of one's own can a secret be shared with another account, and each read be recorded by key."""
    return customer_key(secret, "kmsKeyId")


@rule(on=SECRET, severity=MEDIUM, theme=Theme.RESILIENCE)
def secretsmanager_recovery_window(secret: Resource, *, days: int = 7) -> Verdict:
    """With a window of 0 days a deleted secret is gone at once, and with it the way into the database."""
    return secret.expect_at_least("recoveryWindowInDays", days, absent=30)


@rule(
    on=ROTATION,
    severity=MEDIUM,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=["FSBP SecretsManager.4", "CKV_AWS_304"],
)
def secretsmanager_rotation_period(rotation: Resource, *, days: int = 90) -> Verdict:
    """A stolen password works until it is changed."""
    every = rotation.number("rotationRules.automaticallyAfterDays")
    if every is None or every <= days:
        return PASS  # A schedule expression is judged by its author.
    path = "rotationRules.automaticallyAfterDays"
    return violation(
        path, f"is more than {days}", f'Set `rotation_rules={{"automatically_after_days": {days}}}`.'
    )


@rule(on=ROTATION, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def secretsmanager_rotation_on(rotation: Resource) -> Verdict:
    """A rotation that is switched off looks like one that works."""
    return rotation.expect("rotationEnabled", value=True, absent=True)


@rule(
    on=SECRET, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE, same_as=["FSBP SecretsManager.1", "CKV2_AWS_57"]
)
def secretsmanager_rotated(secret: Resource, stack: Stack) -> Verdict:
    """A secret that nothing rotates stays what it was on the day it leaked."""
    links = stack.referring(secret, ROTATION, "secretId")
    if links.sure:
        return PASS
    if links.possible:
        return undecided(f"{links.possible[0].name}.secretId")
    return violation(
        "rotation", "is missing", "Add `aws.secretsmanager.SecretRotation(secret_id=secret.id, ...)`."
    )
