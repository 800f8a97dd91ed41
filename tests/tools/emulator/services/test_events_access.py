"""Who may use a bus, buses that change, connections, destinations and endpoints."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.tools.emulator.services.world import Live, World, lifecycle

BUS = "aws:cloudwatch/eventBus:EventBus"
POLICY, PERMISSION = (
    "aws:cloudwatch/eventBusPolicy:EventBusPolicy",
    "aws:cloudwatch/eventPermission:EventPermission",
)


def bus(world: World, region: str = "", **more: Any) -> Live:
    return world.create(BUS, region=region, name="hub", **more)


def document(world: World, *actions: str) -> str:
    arn = f"arn:aws:events:us-east-1:{world.place.account}:event-bus/hub"
    statement = {"Effect": "Allow", "Principal": "*", "Action": list(actions), "Resource": arn}
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Sid": "a", **statement}]})


def test_policy_of_a_bus(world: World) -> None:
    bus(world)
    policy = world.create(POLICY, eventBusName="hub", policy=document(world, "events:PutEvents"))
    assert policy.id == "hub"
    policy.update(policy=document(world, "events:PutRule", "events:PutTargets"))
    assert "events:PutTargets" in world.imported(POLICY, "hub")[1]["policy"]
    lifecycle(policy)


@pytest.mark.parametrize("name", [None, "hub"])
def test_one_statement(world: World, name: str | None) -> None:
    bus(world)
    condition = {"type": "StringEquals", "key": "aws:PrincipalOrgID", "value": "o-1234567890"}
    on = {"eventBusName": name} if name else {}
    one = world.create(PERMISSION, statementId="all", principal="*", condition=condition, **on)
    two = world.create(PERMISSION, statementId="other", principal="222222222222", **on)
    assert one.id == ("hub/all" if name else "all")
    assert world.imported(PERMISSION, two.id)[1]["principal"] == "222222222222"
    lifecycle(one)
    lifecycle(two)


def test_a_bus_changes_in_place(world: World) -> None:
    queue = f"arn:aws:sqs:us-east-1:{world.place.account}:dead"
    key = world.create("aws:kms/key:Key").outputs["arn"]
    made = bus(world, deadLetterConfig={"arn": queue}, logConfig={"level": "ERROR", "includeDetail": "FULL"})
    assert made.refresh() == made.inputs
    made.update(kmsKeyIdentifier=key, description="Hub", deadLetterConfig=None, logConfig=None)
    there = world.client("events").describe_event_bus(Name="hub")
    assert (there["KmsKeyIdentifier"], there["Description"]) == (key, "Hub")
    assert "DeadLetterConfig" not in there
    lifecycle(made)


def test_archive_with_a_key(world: World) -> None:
    source = bus(world).outputs["arn"]
    key = world.create("aws:kms/key:Key").outputs["arn"]
    token = "aws:cloudwatch/eventArchive:EventArchive"
    archive = world.create(token, name="all", eventSourceArn=source, kmsKeyIdentifier=key)
    assert world.imported(token, "all")[1]["kmsKeyIdentifier"] == key
    lifecycle(archive)


HTTP = {"headers": [{"key": "X-From", "value": "hub", "isValueSecret": False}]}


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("API_KEY", {"apiKey": {"key": "X-Key", "value": "not-a-secret"}, "invocationHttpParameters": HTTP}),
        ("BASIC", {"basic": {"username": "u", "password": "not-a-secret"}}),
        (
            "OAUTH_CLIENT_CREDENTIALS",
            {
                "oauth": {
                    "authorizationEndpoint": "https://example.com/token",
                    "httpMethod": "POST",
                    "clientParameters": {"clientId": "c", "clientSecret": "not-a-secret"},
                    "oauthHttpParameters": {
                        "bodies": [{"key": "scope", "value": "all", "isValueSecret": False}]
                    },
                }
            },
        ),
    ],
)
def test_connection(world: World, kind: str, given: dict[str, Any]) -> None:
    token = "aws:cloudwatch/eventConnection:EventConnection"
    made = world.create(token, name="out", authorizationType=kind, authParameters=given)
    assert made.outputs["secretArn"].startswith("arn:aws:secretsmanager:")
    assert "not-a-secret" not in json.dumps(world.imported(token, "out")[1])
    made.update(description="Out")
    lifecycle(made)


def test_api_destination(world: World) -> None:
    connection = world.create(
        "aws:cloudwatch/eventConnection:EventConnection",
        name="out",
        authorizationType="BASIC",
        authParameters={"basic": {"username": "u", "password": "not-a-secret"}},
    )
    token = "aws:cloudwatch/eventApiDestination:EventApiDestination"
    given = {"connectionArn": connection.outputs["arn"], "invocationEndpoint": "https://example.com/events"}
    made = world.create(token, name="out", httpMethod="POST", invocationRateLimitPerSecond=10, **given)
    made.update(httpMethod="PUT", description="Out")
    assert world.imported(token, "out")[1]["httpMethod"] == "PUT"
    lifecycle(made)


def test_global_endpoint(world: World) -> None:
    one, two = bus(world).outputs["arn"], bus(world, region="eu-west-1").outputs["arn"]
    token = "aws:cloudwatch/eventEndpoint:EventEndpoint"
    routing = {
        "failoverConfig": {
            "primary": {"healthCheck": "arn:aws:route53:::healthcheck/1"},
            "secondary": {"route": "eu-west-1"},
        }
    }
    buses = [{"eventBusArn": one}, {"eventBusArn": two}]
    made = world.create(
        token,
        name="everywhere",
        routingConfig=routing,
        eventBuses=buses,
        replicationConfig={"state": "DISABLED"},
    )
    assert made.outputs["endpointUrl"].startswith("https://")
    made.update(description="Everywhere")
    assert world.imported(token, "everywhere")[1]["routingConfig"] == routing
    lifecycle(made)
    with pytest.raises(ClientError, match="two Regions"):
        world.create(token, name="here", routingConfig=routing, eventBuses=[buses[0], buses[0]])


def test_a_rule_on_another_accounts_bus(world: World, gate: Any) -> None:
    from tests.tools.emulator.services.world import own_account

    hub, spoke = world, own_account(gate)
    arn = bus(hub).outputs["arn"]
    statement = {
        "Sid": "rules",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{spoke.place.account}:root"},
        "Action": [
            f"events:{one}"
            for one in (
                "PutRule",
                "DescribeRule",
                "DeleteRule",
                "PutTargets",
                "RemoveTargets",
                "ListTargetsByRule",
            )
        ],
        "Resource": f"arn:aws:events:us-east-1:{hub.place.account}:rule/hub/*",
        "Condition": {"StringEqualsIfExists": {"events:creatorAccount": "${aws:PrincipalAccount}"}},
    }
    hub.create(
        POLICY, eventBusName="hub", policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )
    rule = spoke.create(
        "aws:cloudwatch/eventRule:EventRule",
        name="theirs",
        eventBusName=arn,
        eventPattern='{"source":["aws.ec2"]}',
        tags={"a": "b"},
    )
    assert rule.id == f"{arn}/theirs"
    assert rule.outputs["arn"] == f"arn:aws:events:us-east-1:{hub.place.account}:rule/hub/theirs"
    assert [one["Name"] for one in hub.client("events").list_rules(EventBusName="hub")["Rules"]] == ["theirs"]
    target = spoke.create(
        "aws:cloudwatch/eventTarget:EventTarget",
        rule="theirs",
        eventBusName=arn,
        targetId="back",
        arn=f"arn:aws:events:us-east-1:{spoke.place.account}:event-bus/default",
        roleArn=f"arn:aws:iam::{spoke.place.account}:role/forward",
    )
    lifecycle(target)
    lifecycle(rule)
