"""Rules over the stack on rules of EventBridge that do nothing."""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, undecided, violation

RULE = "aws:cloudwatch/eventRule:EventRule"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"


@rule(on=RULE, severity=MEDIUM, theme=Theme.RESILIENCE)
def eventbridge_unused_rule(event_rule: Resource, stack: Stack) -> Verdict:
    """A rule without a target takes events and does nothing with them, and nothing tells."""
    links = stack.referring(event_rule, TARGET, "rule")
    if links.sure:
        return PASS
    if links.possible:
        return undecided(f"{links.possible[0].name}.rule")
    return violation("name", "is a rule without a target", "Add `aws.cloudwatch.EventTarget`, or remove it.")
