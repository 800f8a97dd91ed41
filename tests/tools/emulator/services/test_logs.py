"""Log groups, streams, filters and resource policies."""

from __future__ import annotations

import json

from tests.tools.emulator.services.world import World, lifecycle

GROUP = "aws:cloudwatch/logGroup:LogGroup"


def test_group_from_creation_to_deletion(world: World) -> None:
    key = world.create("aws:kms/key:Key")
    group = world.create(GROUP, name="/app", retentionInDays=30, kmsKeyId=key.outputs["arn"], tags={"a": "b"})
    assert group.outputs["arn"] == f"arn:aws:logs:us-east-1:{world.place.account}:log-group:/app"
    assert group.refresh() == group.inputs
    group.update(retentionInDays=365, tags={"c": "d"})
    there = world.client("logs").describe_log_groups(logGroupNamePrefix="/app")["logGroups"][0]
    assert (there["retentionInDays"], there["kmsKeyId"]) == (365, key.outputs["arn"])
    group.update(retentionInDays=None)
    assert group.outputs["retentionInDays"] == 0
    lifecycle(group)


def test_retention_taken_away_by_hand_is_drift(world: World) -> None:
    group = world.create(GROUP, name="/app", retentionInDays=30)
    world.client("logs").delete_retention_policy(logGroupName="/app")
    assert group.refresh() == {"name": "/app", "retentionInDays": 0}


def test_names_that_begin_alike_are_told_apart(world: World) -> None:
    world.create(GROUP, name="/app/two", retentionInDays=7)
    group = world.create(GROUP, name="/app")
    assert group.outputs["retentionInDays"] == 0


def test_group_stays_when_it_must_not_be_destroyed(world: World) -> None:
    group = world.create(GROUP, name="/app", skipDestroy=True)
    group.delete()
    assert group.refresh() is not None


def test_stream(world: World) -> None:
    world.create(GROUP, name="/app")
    token = "aws:cloudwatch/logStream:LogStream"
    stream = world.create(token, name="one", logGroupName="/app")
    assert world.imported(token, "/app:one") == ("one", {"name": "one", "logGroupName": "/app"})
    lifecycle(stream)


def test_metric_filter(world: World) -> None:
    world.create(GROUP, name="/app")
    metric = {"name": "errors", "namespace": "app", "value": "1", "defaultValue": "0"}
    token = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
    errors = world.create(
        token, name="errors", logGroupName="/app", pattern="ERROR", metricTransformation=metric
    )
    errors.update(pattern="FATAL")
    there = world.client("logs").describe_metric_filters(logGroupName="/app")["metricFilters"]
    assert [item["filterPattern"] for item in there] == ["FATAL"]
    assert world.imported(token, "/app:errors")[0] == "errors"
    lifecycle(errors)


def test_subscription_filter_to_a_stream(world: World) -> None:
    world.create(GROUP, name="/app")
    world.client("kinesis").create_stream(StreamName="all", ShardCount=1)
    stream = world.client("kinesis").describe_stream(StreamName="all")["StreamDescription"]["StreamARN"]
    role = f"arn:aws:iam::{world.place.account}:role/logs"
    token = "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter"
    given = {
        "name": "all",
        "logGroup": "/app",
        "filterPattern": "",
        "destinationArn": stream,
        "roleArn": role,
    }
    subscription = world.create(token, **given)
    subscription.update(filterPattern="ERROR")
    assert world.imported(token, "/app|all")[0] == subscription.id
    lifecycle(subscription)


def test_resource_policy(world: World) -> None:
    document = json.dumps({"Version": "2012-10-17", "Statement": []})
    token = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"
    policy = world.create(token, policyName="dns", policyDocument=document)
    assert policy.id == "dns"
    lifecycle(policy)
