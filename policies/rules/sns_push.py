"""Rules on SNS platform applications, which send push messages to phones.

SNS Developer Guide, "Apple authentication methods"; follows `sources/004...` lines 1321-1323 (tokens, not certificates).
"""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict

APPLICATION = "aws:sns/platformApplication:PlatformApplication"


@rule(on=APPLICATION, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def sns_push_apple_token(application: Resource) -> Verdict:
    """A certificate ends after a year, and the messages with it; a signing key makes short-lived tokens without an end."""
    if not application.text("platform").upper().startswith("APNS"):
        return PASS
    remedy = "Use a .p8 signing key, and set `apple_platform_team_id` and `apple_platform_bundle_id`."
    team = application.expect_set("applePlatformTeamId", remedy)
    return team & application.expect_set("applePlatformBundleId", remedy)


@rule(on=APPLICATION, severity=MEDIUM, theme=Theme.LOGGING)
def sns_push_failures_logged(application: Resource) -> Verdict:
    """A push message that a phone's maker refuses is gone without a trace unless failures are logged."""
    return application.expect_set("failureFeedbackRoleArn", "Set `failure_feedback_role_arn`.")
