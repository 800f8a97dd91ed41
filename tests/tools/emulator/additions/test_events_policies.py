"""EventBridge over Regions and accounts: who may put events and rules on which bus."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.tools.emulator.execution.routing import EVENTS, allow, bodies, open_queue, put, rule
from tests.tools.emulator.execution.running import Running


def test_an_event_keeps_account_and_region_over_buses(aws: Running) -> None:
    hub = aws.elsewhere("ap-southeast-1")
    bus = hub.client("events").create_event_bus(Name="hub")["EventBusArn"]
    url, arn = open_queue(hub)
    rule(hub, {"Arn": arn}, bus="hub", pattern={"source": [{"anything-but": "security"}]})
    role = aws.role("forward", EVENTS, allow("events:PutEvents", bus))
    rule(aws, {"Arn": bus, "RoleArn": role}, pattern={"source": [{"prefix": ""}]})
    made = put(aws, n=1)
    put(aws, source="security")
    [event] = bodies(hub, url)
    assert (event["id"], event["account"], event["region"]) == (made, aws.account, "us-east-1")


def test_rules_that_send_events_in_a_circle_end(aws: Running) -> None:
    url, arn = open_queue(aws)
    buses = [aws.client("events").create_event_bus(Name=name)["EventBusArn"] for name in ("one", "two")]
    rule(aws, {"Arn": buses[1]}, {"Arn": arn}, bus="one", name="forth")
    rule(aws, {"Arn": buses[0]}, bus="two", name="back")
    put(aws, bus="one")
    assert 1 <= len(bodies(aws, url)) <= 5


def test_another_accounts_bus_needs_its_policy(aws: Running) -> None:
    other = Running(aws.gate)
    bus = other.client("events").create_event_bus(Name="theirs")["EventBusArn"]
    url, arn = open_queue(other)
    rule(other, {"Arn": arn}, bus="theirs")
    with pytest.raises(ClientError) as caught:
        put(aws, bus=bus)
    assert caught.value.response["Error"]["Code"] == "AccessDeniedException"
    assert "no resource-based policy allows the events:PutEvents action" in str(caught.value)
    only = {"StringEquals": {"events:source": "app"}}
    policy = allow("events:PutEvents", bus, Principal={"AWS": aws.account}, Condition=only, Sid="one")
    other.client("events").put_permission(EventBusName="theirs", Policy=policy)
    put(aws, bus=bus, n=1)
    with pytest.raises(ClientError, match="AccessDeniedException"):
        put(aws, bus=bus, source="unwanted")
    [event] = bodies(other, url)
    assert (event["account"], event["detail"]) == (aws.account, {"n": 1})


def test_a_denial_in_a_policy_counts_for_the_own_account_too(aws: Running) -> None:
    bus = aws.client("events").create_event_bus(Name="mine")["EventBusArn"]
    put(aws, bus="mine")
    statement = {
        "Sid": "no",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "events:PutEvents",
        "Resource": bus,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.client("events").put_permission(EventBusName="mine", Policy=policy)
    with pytest.raises(ClientError, match="explicit deny"):
        put(aws, bus="mine")


SEVEN = ("PutRule", "DeleteRule", "DescribeRule", "DisableRule", "EnableRule", "PutTargets", "RemoveTargets")


def delegated(other: Running, to: Running, bus: str = "custom") -> str:
    """The policy of the document: a security team's account manages its own rules on somebody else's bus."""
    arn = other.client("events").create_event_bus(Name=bus)["EventBusArn"]
    statement = {
        "Sid": "AllowCrossRegionRulesForSecurityTeam",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{to.account}:root"},
        "Action": [f"events:{action}" for action in SEVEN],
        "Resource": f"arn:aws:events:{other.region}:{other.account}:rule/{bus}/*",
        "Condition": {"StringEqualsIfExists": {"events:creatorAccount": "${aws:PrincipalAccount}"}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    other.client("events").put_permission(EventBusName=bus, Policy=policy)
    return str(arn)


def test_rules_on_another_accounts_bus_need_its_policy(aws: Running) -> None:
    other = Running(aws.gate)
    bus = other.client("events").create_event_bus(Name="closed")["EventBusArn"]
    with pytest.raises(ClientError) as caught:
        rule(aws, bus=bus)
    assert caught.value.response["Error"]["Code"] == "AccessDeniedException"


def test_a_security_team_plants_its_rules_on_others_buses(aws: Running) -> None:
    other, client = Running(aws.gate), aws.client("events")
    bus = delegated(other, aws)
    hub = aws.elsewhere("ap-southeast-1")
    central = hub.client("events").create_event_bus(Name="SecurityEventBus")["EventBusArn"]
    url, arn = open_queue(hub)
    rule(
        hub,
        {"Arn": arn},
        bus="SecurityEventBus",
        pattern={"source": [{"anything-but": "com.company.security"}]},
    )
    role = aws.role("audit", EVENTS, allow("events:PutEvents", central))
    made = rule(
        aws,
        {"Arn": central, "RoleArn": role},
        bus=bus,
        pattern={"source": ["com.company.marketing"]},
        name="audit",
    )
    assert made == f"arn:aws:events:us-east-1:{other.account}:rule/custom/audit"
    assert client.describe_rule(Name="audit", EventBusName=bus)["CreatedBy"] == aws.account
    sent = put(other, source="com.company.marketing", bus="custom")
    put(other, source="com.company.sales", bus="custom")
    [event] = bodies(hub, url)
    assert (event["id"], event["account"], event["region"]) == (sent, other.account, "us-east-1")
    client.disable_rule(Name="audit", EventBusName=bus)
    client.enable_rule(Name="audit", EventBusName=bus)
    client.remove_targets(Rule="audit", EventBusName=bus, Ids=["0"])
    client.delete_rule(Name="audit", EventBusName=bus)
    assert other.client("events").list_rules(EventBusName="custom")["Rules"] == []


def test_it_touches_only_the_rules_that_it_created(aws: Running) -> None:
    other = Running(aws.gate)
    bus = delegated(other, aws)
    rule(other, bus="custom", name="theirs")
    for call in ("disable_rule", "delete_rule", "describe_rule"):
        with pytest.raises(ClientError, match="AccessDeniedException"):
            getattr(aws.client("events"), call)(Name="theirs", EventBusName=bus)
    with pytest.raises(ClientError, match="AccessDeniedException"):
        rule(aws, bus=bus, name="theirs")


def test_a_policy_that_is_put_replaces_the_whole_policy(aws: Running) -> None:
    client = aws.client("events")
    bus = client.create_event_bus(Name="mine")["EventBusArn"]
    for sid in ("first", "second"):
        policy = allow("events:PutEvents", bus, Principal={"AWS": "222222222222"}, Sid=sid)
        client.put_permission(EventBusName="mine", Policy=policy)
    found = json.loads(client.describe_event_bus(Name="mine")["Policy"])
    assert [statement["Sid"] for statement in found["Statement"]] == ["second"]
    without = allow(
        "events:PutEvents", bus, Principal="*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}
    )
    client.put_permission(EventBusName="mine", Policy=without)
    assert (
        json.loads(client.describe_event_bus(Name="mine")["Policy"])["Statement"]
        == json.loads(without)["Statement"]
    )
