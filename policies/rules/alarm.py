"""Rules on CloudWatch alarms, beside the one on their actions in `management`."""

from __future__ import annotations

from policies.pack.resource import Resource
from policies.pack.rule import LOW, Theme, rule
from policies.pack.verdict import PASS, Verdict, violation

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


@rule(on=ALARM, severity=LOW, theme=Theme.LOGGING)
def alarm_period_of_metric(alarm: Resource) -> Verdict:
    """AWS's own metrics come once a minute at most; an alarm that looks more often lacks data most of the time."""
    seconds = alarm.number("period")
    if seconds is None or seconds >= 60 or not alarm.text("namespace").startswith("AWS/"):
        return PASS
    return violation("period", "is shorter than the metric's own", "Set `period=60` or a multiple of it.")
