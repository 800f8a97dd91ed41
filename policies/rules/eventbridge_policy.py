"""Rules on who may use an event bus, and with which rights events are forwarded to another."""

from __future__ import annotations

from policies.pack.document import Statement
from policies.pack.graph import Stack
from policies.pack.iam.holdings import holdings
from policies.pack.iam.places import ROLE
from policies.pack.resource import Resource
from policies.pack.rule import HIGH, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation

BUS_POLICY = "aws:cloudwatch/eventBusPolicy:EventBusPolicy"
PERMISSION = "aws:cloudwatch/eventPermission:EventPermission"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"
BUS = "aws:cloudwatch/eventBus:EventBus"
_RULE_CHANGES = ("events:PutRule", "events:PutTargets", "events:DeleteRule", "events:RemoveTargets")
_PUT = "events:putevents"


@rule(on=BUS_POLICY, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def eventbridge_policy_own_rules(resource: Resource) -> Verdict:
    """Who may put rules on a shared bus changes other accounts' rules too, unless he is kept to those he created."""

    def judge(statement: Statement) -> Verdict:
        given = [name for name in _RULE_CHANGES if statement.covers(name)]
        # `...IfExists` is right here: a rule that is being created has no creator yet.
        if not given or statement.condition_on("events:creatorAccount"):
            return PASS
        remedy = "Add `StringEqualsIfExists` on `events:creatorAccount`: `${aws:PrincipalAccount}`."
        return violation(statement.path, f"lets everybody's rules be changed (`{given[0]}`)", remedy)

    return every(resource.document("policy").allowing, judge)


@rule(on=PERMISSION, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def eventbridge_policy_permission_named(permission: Resource) -> Verdict:
    """A bus that everybody may send to takes forged events from everybody."""
    condition = permission.part("condition")
    if permission.text("principal") != "*" or condition.text("key").lower() == "aws:principalorgid":
        return PASS
    remedy = "Name the account, or set `condition` on `aws:PrincipalOrgID`."
    return violation("principal", "is everybody", remedy)


@rule(on=PERMISSION, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def eventbridge_policy_permission_action(permission: Resource) -> Verdict:
    """A permission is for those who send events; more than that belongs into a policy with conditions."""
    return permission.expect("action", "events:PutEvents", absent="events:PutEvents")


@rule(on=TARGET, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def eventbridge_policy_bus_target_role(target: Resource, stack: Stack) -> Verdict:
    """EventBridge sends to another bus with a role; without one the event is lost where the bus is not our own."""
    to_bus = ":event-bus/" in target.text("arn") if target.known("arn") else False
    if not to_bus and not stack.targets(target, "arn", BUS).sure:
        return PASS
    remedy = "Set `role_arn` to a role that may `events:PutEvents` on that bus."
    return target.expect_set("roleArn", remedy)


@rule(on=TARGET, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def eventbridge_policy_forward_minimal(target: Resource, stack: Stack) -> Verdict:
    """The role that forwards events to a bus needs `events:PutEvents` on that bus, and nothing else."""
    to_bus = ":event-bus/" in target.text("arn") if target.known("arn") else False
    if not to_bus and not stack.targets(target, "arn", BUS).sure:
        return PASS
    verdict = PASS
    for role in stack.targets(target, "roleArn", ROLE).sure:
        held = holdings(role, stack)
        allowed = [statement for found in held.documents for statement in found.allowing]
        more = held.managed or any(_more_than_put(statement) for statement in allowed)
        if more:
            remedy = "Allow `events:PutEvents` on the bus's ARN alone."
            verdict &= violation("roleArn", "has more rights than to put events on the bus", remedy)
    return verdict


def _more_than_put(statement: Statement) -> bool:
    named = {action.lower() for action in statement.actions}
    return named != {_PUT} or statement.every_resource


@rule(on=BUS_POLICY, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def eventbridge_policy_bus_rules(resource: Resource) -> Verdict:
    """Rights on rules belong to the rules of that bus; `rule/*` is also those of the default bus."""
    # The ARNs of the default bus's rules name no bus.
    of_default = resource.known("eventBusName") and resource.text("eventBusName", "default") == "default"

    def judge(statement: Statement) -> Verdict:
        given = any(statement.covers(name) for name in _RULE_CHANGES)
        every_bus = any(item.endswith(":rule/*") for item in statement.resources) and not of_default
        wide = statement.every_resource or every_bus
        if not (given and wide):
            return PASS
        remedy = "Name `arn:aws:events:REGION:ACCOUNT:rule/BUS/*`."
        return violation(f"{statement.path}.Resource", "is the rules of every bus", remedy)

    return every(resource.document("policy").allowing, judge)
