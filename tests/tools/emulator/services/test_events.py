"""Buses, rules, targets and archives."""

from __future__ import annotations

import json

import pytest

from tests.tools.emulator.services.world import World, lifecycle
from tools.emulator.accounts import Place

RULE = "aws:cloudwatch/eventRule:EventRule"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"
PATTERN = json.dumps({"source": ["aws.ec2"]})


@pytest.mark.parametrize("bus", ["default", "own"])
def test_rule_and_target(world: World, bus: str) -> None:
    if bus == "own":
        world.create("aws:cloudwatch/eventBus:EventBus", name="own")
    rule = world.create(RULE, name="ec2", eventBusName=bus, eventPattern=PATTERN, tags={"a": "b"})
    assert rule.id == ("ec2" if bus == "default" else "own/ec2")
    assert rule.refresh() == rule.inputs
    queue = world.create("aws:sqs/queue:Queue", name="q")
    transform = {"inputPaths": {"id": "$.id"}, "inputTemplate": '{"id": <id>}'}
    given = {"rule": "ec2", "targetId": "q", "eventBusName": bus, "arn": queue.outputs["arn"]}
    target = world.create(TARGET, **given, inputTransformer=transform)
    assert target.refresh() == target.inputs
    imported, inputs = world.imported(TARGET, "ec2/q" if bus == "default" else "own/ec2/q")
    assert (imported, inputs["arn"]) == (target.id, queue.outputs["arn"])
    target.update(inputTransformer=None, input='{"a": 1}')
    lifecycle(target)
    rule.update(description="All of EC2", state="DISABLED")
    assert rule.outputs["isEnabled"] is False
    assert world.imported(RULE, rule.id)[1]["name"] == "ec2"
    lifecycle(rule)


def test_a_rule_on_the_bus_of_an_account_that_lets_us(world: World) -> None:
    other = World(world.accounts, Place("444444444444", world.place.region))
    bus = other.create("aws:cloudwatch/eventBus:EventBus", name="custom").outputs["arn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": world.place.account},
        "Action": "events:*",
        "Resource": bus.replace(":event-bus/", ":rule/") + "/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    other.client("events").put_permission(EventBusName="custom", Policy=policy)
    rule = world.create(RULE, name="audit", eventBusName=bus, eventPattern=PATTERN, tags={"a": "b"})
    assert rule.id == f"{bus}/audit"
    assert rule.outputs["arn"] == bus.replace(":event-bus/", ":rule/") + "/audit"
    assert rule.refresh() == rule.inputs
    queue = world.create("aws:sqs/queue:Queue", name="q")
    target = world.create(TARGET, rule="audit", targetId="q", eventBusName=bus, arn=queue.outputs["arn"])
    assert other.client("events").list_targets_by_rule(Rule="audit", EventBusName="custom")["Targets"]
    lifecycle(target)
    rule.update(description="Theirs")
    lifecycle(rule)


def test_schedule_with_a_target_goes_when_forced(world: World) -> None:
    rule = world.create(RULE, name="night", scheduleExpression="rate(1 day)", forceDestroy=True)
    queue = world.create("aws:sqs/queue:Queue", name="q")
    target = world.create(TARGET, rule="night", targetId="q", arn=queue.outputs["arn"])
    rule.delete()
    assert rule.refresh() is None
    assert target.refresh() is None


def test_bus(world: World) -> None:
    token = "aws:cloudwatch/eventBus:EventBus"
    bus = world.create(token, name="own", description="Ours", tags={"a": "b"})
    assert bus.outputs["arn"].endswith(":event-bus/own")
    lifecycle(bus)


def test_archive(world: World) -> None:
    bus = world.create("aws:cloudwatch/eventBus:EventBus", name="own")
    token = "aws:cloudwatch/eventArchive:EventArchive"
    archive = world.create(token, name="all", eventSourceArn=bus.outputs["arn"], retentionDays=7)
    archive.update(retentionDays=30, eventPattern=PATTERN)
    lifecycle(archive)
