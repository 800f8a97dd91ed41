"""Rules on Cognito user pools, beside those on passwords and second factors in `management`."""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import MEDIUM, Theme, rule
from policies.pack.verdict import Verdict, violation

POOL = "aws:cognito/userPool:UserPool"
_MODE = "userPoolAddOns.advancedSecurityMode"


@rule(on=POOL, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE, same_as=["SecurityHub Cognito.1"])
def cognito_threats_blocked(pool: Resource) -> Verdict:
    """Passwords stolen elsewhere are tried here; threat protection knows them, and blocks only when enforced."""
    found = pool.expect(_MODE, "ENFORCED")
    if not found.violated:
        return found
    remedy = 'Set `user_pool_add_ons={"advanced_security_mode": "ENFORCED"}` and `user_pool_tier="PLUS"`.'
    return violation(_MODE, found.findings[0].what, remedy)
