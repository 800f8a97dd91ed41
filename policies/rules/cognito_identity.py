"""Rules on Cognito identity pools: AWS credentials, and so SigV4 signatures, only for people who signed in."""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import HIGH, MEDIUM, Theme, rule
from policies.pack.verdict import Verdict

POOL = "aws:cognito/identityPool:IdentityPool"


@rule(
    on=POOL,
    severity=HIGH,
    theme=Theme.SIGV4,
    fix={"allowUnauthenticatedIdentities": False},
    same_as=["SecurityHub Cognito.2", "CKV_AWS_366"],
)
def cognito_identity_no_guests(pool: Resource) -> Verdict:
    """A pool for guests signs requests for everybody on the internet."""
    return pool.expect("allowUnauthenticatedIdentities", value=False, absent=False)


@rule(on=POOL, severity=MEDIUM, theme=Theme.SIGV4, fix={"allowClassicFlow": False})
def cognito_identity_no_classic_flow(pool: Resource) -> Verdict:
    """In the classic flow the client itself picks a role; the enhanced one narrows what guests may do."""
    return pool.expect("allowClassicFlow", value=False, absent=False)
