"""Rules on CodeDeploy's deployment groups.

Follows `sources/001...` lines 2647-2653 (a failed or alarming deployment is rolled back) and 3871-3882 (traffic moves
to a new version of a function step by step).
"""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation

GROUP = "aws:codedeploy/deploymentGroup:DeploymentGroup"
_ROLLBACK = "autoRollbackConfiguration"


@rule(on=GROUP, severity=MEDIUM, theme=Theme.RESILIENCE)
def codedeploy_rolls_back(group: Resource) -> Verdict:
    """Without automatic rollback a bad version stays until somebody is awake; an alarm rolls back only if named."""
    enabled = group.expect(f"{_ROLLBACK}.enabled", value=True)
    if not enabled.passed:
        return enabled
    events = set(group.texts(f"{_ROLLBACK}.events"))
    wanted = ["DEPLOYMENT_FAILURE"]
    if group.each("alarmConfiguration.alarms"):
        wanted.append("DEPLOYMENT_STOP_ON_ALARM")
    for event in wanted:
        if event not in events:
            return violation(f"{_ROLLBACK}.events", "leaves out a reason to roll back", f'Add `"{event}"`.')
    return enabled


@rule(on=GROUP, severity=MEDIUM, theme=Theme.RESILIENCE)
def codedeploy_gradual(group: Resource) -> Verdict:
    """A new version that gets all the traffic at once fails for everybody at once."""
    if not group.text("deploymentConfigName").endswith("AllAtOnce"):
        return PASS
    remedy = 'Choose a step by step one, such as `"CodeDeployDefault.LambdaCanary10Percent5Minutes"`.'
    return violation("deploymentConfigName", "moves all traffic at once", remedy)
