"""Rules on the policies of secrets."""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import MEDIUM, Theme, rule
from policies.pack.verdict import Verdict


@rule(
    on="aws:secretsmanager/secretPolicy:SecretPolicy",
    severity=MEDIUM,
    theme=Theme.LEAST_PRIVILEGE,
    fix={"blockPublicPolicy": True},
)
def secretsmanager_policy_block_public(policy: Resource) -> Verdict:
    """With the block, Secrets Manager itself refuses a policy that gives the secret to everybody."""
    return policy.expect("blockPublicPolicy", value=True)
