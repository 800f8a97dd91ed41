"""Schedules, pipes and delivery streams."""

from __future__ import annotations

from typing import Any

from tests.tools.emulator.services.world import World, lifecycle

QUEUE = "arn:aws:sqs:us-east-1:111111111111:q"
ROLE = "arn:aws:iam::111111111111:role/r"


def test_schedule_and_its_group(world: World) -> None:
    group = world.create("aws:scheduler/scheduleGroup:ScheduleGroup", name="nightly", tags={"a": "b"})
    assert group.outputs["arn"].endswith(":schedule-group/nightly")
    group.update(tags={"c": "d"})
    token = "aws:scheduler/schedule:Schedule"
    schedule = world.create(
        token,
        name="stop",
        groupName="nightly",
        scheduleExpression="cron(0 20 * * ? *)",
        scheduleExpressionTimezone="Europe/Berlin",
        flexibleTimeWindow={"mode": "FLEXIBLE", "maximumWindowInMinutes": 15},
        target={"arn": QUEUE, "roleArn": ROLE, "input": "{}", "deadLetterConfig": {"arn": QUEUE}},
        description="Stop",
    )
    assert schedule.id == "nightly/stop"
    target = {**schedule.inputs["target"], "retryPolicy": {"maximumRetryAttempts": 3}}
    schedule.update(state="DISABLED", target=target)
    assert world.imported(token, "nightly/stop")[1]["state"] == "DISABLED"
    lifecycle(schedule)
    lifecycle(group)


def test_schedule_of_the_default_group(world: World) -> None:
    token = "aws:scheduler/schedule:Schedule"
    target = {"arn": QUEUE, "roleArn": ROLE}
    given: dict[str, Any] = {"scheduleExpression": "rate(1 hours)", "flexibleTimeWindow": {"mode": "OFF"}}
    made = world.create(token, name="s", target=target, **given)
    assert made.id == "default/s"
    lifecycle(made)


def test_pipe(world: World) -> None:
    token = "aws:pipes/pipe:Pipe"
    pipe = world.create(
        token,
        name="p",
        roleArn=ROLE,
        source=QUEUE,
        target="arn:aws:events:us-east-1:111111111111:event-bus/hub",
        sourceParameters={
            "sqsQueueParameters": {"batchSize": 5},
            "filterCriteria": {"filters": [{"pattern": '{"a":[1]}'}]},
        },
        targetParameters={"eventbridgeEventBusParameters": {"detailType": "d", "source": "s"}},
        tags={"a": "b"},
    )
    pipe.update(description="All", desiredState="STOPPED", tags={"c": "d"})
    assert world.imported(token, "p")[1]["target"].endswith("/hub")
    lifecycle(pipe)


def test_delivery_stream(world: World) -> None:
    token = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
    key = world.create("aws:kms/key:Key").outputs["arn"]
    bucket: dict[str, Any] = {
        "bucketArn": "arn:aws:s3:::b",
        "roleArn": ROLE,
        "prefix": "events/",
        "compressionFormat": "GZIP",
        "bufferingInterval": 60,
        "bufferingSize": 5,
        "kmsKeyArn": key,
        "cloudwatchLoggingOptions": {"enabled": True, "logGroupName": "/f", "logStreamName": "s3"},
    }
    stream = world.create(
        token,
        name="events",
        destination="extended_s3",
        extendedS3Configuration=bucket,
        serverSideEncryption={"enabled": True, "keyType": "CUSTOMER_MANAGED_CMK", "keyArn": key},
        tags={"a": "b"},
    )
    assert stream.id == f"arn:aws:firehose:us-east-1:{world.place.account}:deliverystream/events"
    stream.update(extendedS3Configuration={**bucket, "prefix": "all/"}, tags={"c": "d"})
    assert world.imported(token, "events")[1]["extendedS3Configuration"]["prefix"] == "all/"
    lifecycle(stream)


def test_health_check(world: World) -> None:
    token = "aws:route53/healthCheck:HealthCheck"
    check = world.create(
        token,
        type="HTTPS",
        fqdn="example.com",
        port=443,
        resourcePath="/health",
        failureThreshold=5,
        requestInterval=10,
        tags={"a": "b"},
    )
    check.update(failureThreshold=3, invertHealthcheck=True, tags={"c": "d"})
    assert world.imported(token, check.id)[1]["invertHealthcheck"] is True
    lifecycle(check)
    alarm = {"cloudwatchAlarmName": "a", "cloudwatchAlarmRegion": "eu-west-1"}
    lifecycle(world.create(token, type="CLOUDWATCH_METRIC", insufficientDataHealthStatus="Healthy", **alarm))


def test_data_protection_of_a_topic(world: World) -> None:
    topic = world.create("aws:sns/topic:Topic", name="t").outputs["arn"]
    token = "aws:sns/dataProtectionPolicy:DataProtectionPolicy"
    policy = '{"Name":"mask","Version":"2021-06-01","Statement":[]}'
    made = world.create(token, arn=topic, policy=policy)
    made.update(policy=policy.replace("mask", "hide"))
    lifecycle(made)


def test_logs_of_a_web_acl(world: World) -> None:
    visible = {"cloudwatchMetricsEnabled": False, "metricName": "m", "sampledRequestsEnabled": False}
    acl = world.create(
        "aws:wafv2/webAcl:WebAcl",
        name="w",
        scope="REGIONAL",
        defaultAction={"allow": {}},
        visibilityConfig=visible,
    )
    token = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
    logs = world.create(
        token,
        resourceArn=acl.outputs["arn"],
        logDestinationConfigs=["arn:aws:logs:us-east-1:111111111111:log-group:aws-waf-logs-w"],
        redactedFields=[{"singleHeader": {"name": "authorization"}}],
        loggingFilter={
            "defaultBehavior": "DROP",
            "filters": [
                {
                    "behavior": "KEEP",
                    "requirement": "MEETS_ANY",
                    "conditions": [{"actionCondition": {"action": "BLOCK"}}],
                }
            ],
        },
    )
    logs.update(redactedFields=None)
    lifecycle(logs)
