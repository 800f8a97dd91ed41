from __future__ import annotations

import json
from typing import Any

import pytest

from components.events import CrossRegionEventRouting, CrossRegionEventRoutingArgs
from components.events.bus_delegation import DELEGATED_ACTIONS, PROGRAM_ACTIONS
from components.foundation.errors import ComponentError
from tests.components.recording import Recording, Registered, run

HUB = {
    "region": "ap-southeast-1",
    "bus": {"name": "SecurityEventBus"},
    "excluded_sources": ["com.company.security"],
}
MARKETING = {"marketing": {"source": ["com.company.marketing"]}}
OTHER = "222222222222"


def settings(**changes: Any) -> dict[str, Any]:
    spokes = {
        "virginia": {
            "region": "us-east-1",
            "account": OTHER,
            "bus": "orders",
            "create": True,
            "rules": MARKETING,
        },
        "frankfurt": {"region": "eu-central-1", "rules": MARKETING},
    }
    return {"hub": HUB, "spokes": spokes, "accounts": {OTHER: {}}, **changes}


def built(values: dict[str, Any], partition: str = "aws") -> Recording:
    args = CrossRegionEventRoutingArgs.read(values, "events")

    def program() -> None:
        CrossRegionEventRouting("security", args)

    return run(program, partition=partition)


def of_type(recording: Recording, type_: str) -> list[Registered]:
    return [one for one in recording.resources if one.type == type_]


def named(recording: Recording, type_: str, part: str) -> Registered:
    (found,) = [one for one in of_type(recording, type_) if part in one.name]
    return found


BUS_POLICY = "aws:cloudwatch/eventBusPolicy:EventBusPolicy"
RULE = "aws:cloudwatch/eventRule:EventRule"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"


def test_the_delegation_is_the_documented_one() -> None:
    policy = json.loads(named(built(settings()), BUS_POLICY, "virginia").inputs["policy"])
    statement, twin = policy["Statement"]
    assert statement["Action"] == list(DELEGATED_ACTIONS)
    assert len(DELEGATED_ACTIONS) == 7
    assert twin["Action"] == list(PROGRAM_ACTIONS)
    assert {name: twin[name] for name in ("Principal", "Resource", "Condition")} == {
        name: statement[name] for name in ("Principal", "Resource", "Condition")
    }
    assert statement["Resource"] == ["arn:aws:events:us-east-1:222222222222:rule/orders/*"]
    assert statement["Condition"] == {
        "StringEqualsIfExists": {"events:creatorAccount": "${aws:PrincipalAccount}"}
    }


def test_each_rule_sends_to_the_hub_with_a_role_for_exactly_that_bus() -> None:
    recording = built(settings())
    hub = named(recording, "aws:cloudwatch/eventBus:EventBus", "hub")
    forwarding = [one for one in of_type(recording, TARGET) if one.inputs["targetId"] == "destination-bus"]
    assert len(forwarding) == 2
    for target in forwarding:
        assert target.inputs["arn"] == hub.state["arn"]
        assert target.inputs["deadLetterConfig"]["arn"]
        role = next(
            one
            for one in of_type(recording, "aws:iam/role:Role")
            if one.state["arn"] == target.inputs["roleArn"]
        )
        (right,) = [
            json.loads(one.inputs["policy"])["Statement"]
            for one in of_type(recording, "aws:iam/rolePolicy:RolePolicy")
            if one.inputs["role"] == role.state["id"] or one.name == role.name
        ]
        assert right == [
            {"Sid": "Send", "Effect": "Allow", "Action": ["events:PutEvents"], "Resource": [hub.state["arn"]]}
        ]


def test_a_rule_on_another_accounts_bus_names_it_by_its_arn() -> None:
    recording = built(settings())
    foreign = named(recording, "aws:cloudwatch/eventBus:EventBus", "virginia")
    assert named(recording, RULE, "virginia").inputs["eventBusName"] == foreign.state["arn"]
    assert named(recording, RULE, "frankfurt").inputs["eventBusName"] == "default"


def test_resources_stand_in_the_region_of_their_bus() -> None:
    recording = built(settings())
    for part, region in (("virginia", "us-east-1"), ("frankfurt", "eu-central-1"), ("hub", "ap-southeast-1")):
        assert {one.inputs["region"] for one in of_type(recording, RULE) if part in one.name} == {region}
        assert {one.inputs["region"] for one in of_type(recording, TARGET) if part in one.name} == {region}


def test_a_region_more_adds_resources_and_changes_none() -> None:
    values = settings()
    more = {
        **values,
        "spokes": {**values["spokes"], "tokyo": {"region": "ap-northeast-1", "rules": MARKETING}},
    }
    before = {one.urn: one.inputs for one in built(values).resources}
    after = {one.urn: one.inputs for one in built(more).resources}
    assert {urn: after[urn] for urn in before} == before
    assert {urn.rsplit("::", 1)[-1].split("-")[1] for urn in after.keys() - before.keys()} == {"tokyo"}


def test_spokes_may_own_their_rules_and_the_hub_lets_them_put() -> None:
    spoke = {"region": "us-east-1", "account": OTHER, "rules": MARKETING, "rules_by": "spoke"}
    recording = built(settings(spokes={"virginia": spoke}))
    policy = json.loads(named(recording, BUS_POLICY, "hub").inputs["policy"])
    assert policy["Statement"][0]["Principal"] == {"AWS": [f"arn:aws:iam::{OTHER}:root"]}
    assert named(recording, RULE, "virginia").inputs["eventBusName"] == "default"


def test_api_calls_are_taken_from_the_default_bus() -> None:
    spoke = {
        "region": "us-east-1",
        "api_calls": {"iam.amazonaws.com": ["CreateUser"], "kms.amazonaws.com": []},
    }
    rule = named(built(settings(spokes={"audit": spoke})), RULE, "audit")
    assert json.loads(rule.inputs["eventPattern"]) == {
        "detail-type": ["AWS API Call via CloudTrail"],
        "detail": {
            "$or": [
                {"eventSource": ["iam.amazonaws.com"], "eventName": ["CreateUser"]},
                {"eventSource": ["kms.amazonaws.com"]},
            ]
        },
    }


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"hub": {**HUB, "region": "us-gov-west-1"}},
            r"events do not cross between us-east-1 and us-gov-west-1",
        ),
        (
            {"spokes": {"cn": {"region": "cn-north-1", "rules": MARKETING}}},
            r"spokes\.cn\.region: events do not cross",
        ),
        ({"spokes": {"x": {"region": "nowhere", "rules": MARKETING}}}, r"'nowhere' is no Region"),
        (
            {"spokes": {"x": {"region": "us-east-1", "account": "333", "rules": MARKETING}}},
            r"'333' is no account id",
        ),
        ({"accounts": {}}, r"spokes\.virginia\.account: is not among accounts"),
        ({"spokes": {"x": {"region": "us-east-1"}}}, r"spokes\.x\.rules: the spoke sends nothing"),
        (
            {"spokes": {"x": {"region": "ap-southeast-1", "bus": "SecurityEventBus", "rules": MARKETING}}},
            r"events run in a circle: ap-southeast-1/SecurityEventBus -> ap-southeast-1/SecurityEventBus",
        ),
        (
            {"spokes": {"x": {"region": "us-east-1", "rules": {"a": {"source": ["com.company.security"]}}}}},
            r"spokes\.x\.rules\.a: forwards 'com\.company\.security', the hub's own source",
        ),
        (
            {"spokes": {name: {"region": "us-east-1", "rules": MARKETING} for name in ("x", "y")}},
            r"spokes\.y: is the bus of spoke 'x' too",
        ),
        (
            {"spokes": {"x": {"region": "us-east-1", "bus": "own", "api_calls": {"iam.amazonaws.com": []}}}},
            r"api_calls: CloudTrail's events arrive on the default bus",
        ),
        (
            {"hub": {**HUB, "bus": {"name": "x", "discover_schemas": True}}},
            r"AWS discovers no schemas on a bus",
        ),
        (
            {"spokes": {"x": {"region": "eu-west-1", "api_calls": {"iam.amazonaws.com": []}}}},
            r"api_calls\.iam\.amazonaws\.com: calls of iam\.amazonaws\.com are told in us-east-1 alone",
        ),
        ({"hub": {**HUB, "bus": {"name": "default"}}}, r"bus\.name: every Region has that bus already"),
        ({"hub": {**HUB, "log_group": "/mine"}}, r"log_group: '/mine' does not begin with /aws/events/"),
        ({"hub": {**HUB, "pattern": {"source": ["a"]}}}, r"exactly one of excluded_sources and pattern"),
        (
            {"spokes": {"x": {"region": "us-east-1", "rules": {"a": {"source": "b"}}}}},
            r"a\.source: is neither a list",
        ),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_made(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ComponentError, match=said):
        CrossRegionEventRoutingArgs.read(settings(**changes), "events")
