"""Alarms and dashboards."""

from __future__ import annotations

import json

from tests.tools.emulator.services.world import World, lifecycle

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


def test_alarm_on_a_metric(world: World) -> None:
    alarm = world.create(
        ALARM,
        name="errors",
        comparisonOperator="GreaterThanThreshold",
        evaluationPeriods=2,
        metricName="5XXError",
        namespace="AWS/ApplicationELB",
        period=60,
        statistic="Sum",
        threshold=5,
        alarmDescription="Too many errors",
        dimensions={"LoadBalancer": "app/x/1"},
        alarmActions=["arn:aws:sns:us-east-1:111111111111:alarms"],
        treatMissingData="notBreaching",
        tags={"a": "b"},
    )
    assert alarm.outputs["arn"].endswith(":alarm:errors")
    assert alarm.refresh() == alarm.inputs
    alarm.update(threshold=10, tags={"c": "d"})
    there = world.client("cloudwatch").describe_alarms(AlarmNames=["errors"])["MetricAlarms"][0]
    assert there["Threshold"] == 10
    assert world.imported(ALARM, "errors")[1]["metricName"] == "5XXError"
    lifecycle(alarm)


def test_alarm_on_an_expression(world: World) -> None:
    metric = {"metricName": "CPUUtilization", "namespace": "AWS/EC2", "period": 60, "stat": "Average"}
    queries = [
        {"id": "e1", "expression": "m1 / 2", "label": "half", "returnData": True},
        {"id": "m1", "metric": {**metric, "dimensions": {"InstanceId": "i-1"}}},
    ]
    alarm = world.create(
        ALARM,
        name="half",
        comparisonOperator="GreaterThanThreshold",
        evaluationPeriods=1,
        threshold=50,
        metricQueries=queries,
    )
    lifecycle(alarm)


def test_dashboard(world: World) -> None:
    body = json.dumps({"widgets": []})
    dashboard = world.create("aws:cloudwatch/dashboard:Dashboard", dashboardName="app", dashboardBody=body)
    assert dashboard.outputs["dashboardArn"] == f"arn:aws:cloudwatch::{world.place.account}:dashboard/app"
    dashboard.update(dashboardBody=json.dumps({"widgets": [{"type": "text"}]}))
    lifecycle(dashboard)


def test_composite_alarm(world: World) -> None:
    token = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
    suppressor = {"alarm": "deployments", "waitPeriod": 60, "extensionPeriod": 120}
    alarm = world.create(
        token,
        alarmName="all",
        alarmRule="ALARM(one) OR ALARM(two)",
        alarmDescription="Any",
        alarmActions=["arn:aws:sns:us-east-1:111111111111:t"],
        actionsSuppressor=suppressor,
        tags={"a": "b"},
    )
    assert world.imported(token, "all")[1]["actionsSuppressor"] == suppressor
    alarm.update(alarmRule="ALARM(one)", alarmActions=[], tags={"c": "d"})
    assert alarm.outputs["alarmRule"] == "ALARM(one)"
    lifecycle(alarm)


def test_contributor_insights(world: World) -> None:
    definition = (
        '{"Schema":{"Name":"CloudWatchLogRule","Version":1},"LogGroupNames":["/a"],"LogFormat":"JSON"}'
    )
    token = "aws:cloudwatch/contributorInsightRule:ContributorInsightRule"
    rule = world.create(token, ruleName="top", ruleDefinition=definition, ruleState="ENABLED")
    rule.update(ruleState="DISABLED")
    assert world.imported(token, "top")[1]["ruleState"] == "DISABLED"
    lifecycle(rule)
