"""CloudWatch: composite alarms, which moto can show and not make. No alarm rings: nothing evaluates their rules."""

from __future__ import annotations

from typing import Any

from moto.cloudwatch.responses import CloudWatchResponse

from tools.emulator.additions._api import Api, Asked

API = Api("cloudwatch")


@API.operation
def _put_composite_alarm(asked: Asked) -> None:
    given = asked.params
    alarm: Any = asked.backend.put_metric_alarm(
        name=given["AlarmName"],
        namespace="",
        metric_name="",
        comparison_operator="",
        evaluation_periods=0,
        period=0,
        threshold=0.0,
        statistic="",
        description=given.get("AlarmDescription"),
        dimensions=[],
        alarm_actions=given.get("AlarmActions", []),
        ok_actions=given.get("OKActions", []),
        insufficient_data_actions=given.get("InsufficientDataActions", []),
        actions_enabled=given.get("ActionsEnabled", True),
        rule=given["AlarmRule"],
        tags=given.get("Tags", []),
    )
    alarm.alarm_rule = given["AlarmRule"]
    alarm.actions_suppressor = given.get("ActionsSuppressor")
    alarm.actions_suppressor_wait_period = given.get("ActionsSuppressorWaitPeriod")
    alarm.actions_suppressor_extension_period = given.get("ActionsSuppressorExtensionPeriod")


def install() -> None:
    """Add composite alarms."""
    API.install(CloudWatchResponse)
