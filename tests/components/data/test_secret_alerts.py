"""Which events people hear of, and that none is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from components.data import SecretAlerts, SecretAlertsArgs
from components.data.secret_alerts import ALERTS, name_in, pattern
from components.events import EventPattern
from tests.components.recording import Recording, run
from tests.components.verdicts import broken

ARN = "arn:aws:secretsmanager:us-east-1:111111111111:secret:shop/reports-AbCdEf"
OTHER = "arn:aws:secretsmanager:us-east-1:111111111111:secret:shop/orders-GhIjKl"
WHO = {"userIdentity": {"arn": "arn:aws:iam::111111111111:role/somebody"}}
BY_NAME = {alert.name: alert for alert in ALERTS}


def made(**given: Any) -> Recording:
    def program() -> None:
        SecretAlerts("secrets", SecretAlertsArgs(**given))

    return run(program)


def call(name: str, secret: str = ARN, **more: Any) -> dict[str, Any]:
    """A call as CloudTrail tells of it."""
    detail = {"eventName": name, "requestParameters": {"secretId": secret}, **WHO, **more}
    return {"source": "aws.secretsmanager", "detail-type": "AWS API Call via CloudTrail", "detail": detail}


def rotation(name: str, secret: str = ARN) -> dict[str, Any]:
    detail = {"eventName": name, "additionalEventData": {"SecretId": secret}}
    return {
        "source": "aws.secretsmanager",
        "detail-type": "AWS Service Event via CloudTrail",
        "detail": detail,
    }


REFUSED = "You can't perform this operation on the secret because it was marked for deletion."
EVENTS = {
    "deleted": [call("DeleteSecret")],
    "rotation": [rotation("RotationSucceeded"), rotation("RotationFailed"), rotation("RotationAbandoned")],
    "used-too-late": [call("GetSecretValue", errorCode="InvalidRequestException", errorMessage=REFUSED)],
}
OTHERS = [
    call("GetSecretValue"),
    call("DescribeSecret"),
    call("GetSecretValue", errorCode="AccessDenied", errorMessage="no"),
    rotation("RotationStarted"),
    {**call("DeleteSecret"), "source": "aws.s3"},
]


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_each_alert_takes_its_events_and_no_others(name: str) -> None:
    taken = EventPattern(pattern(BY_NAME[name]))
    assert all(taken.matches(event) for event in EVENTS[name])
    others = [event for key, events in EVENTS.items() if key != name for event in events] + OTHERS
    assert not any(taken.matches(event) for event in others)


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_of_some_secrets_only(name: str) -> None:
    taken = EventPattern(pattern(BY_NAME[name], [ARN]))
    assert all(taken.matches(event) for event in EVENTS[name])
    about_another = json.loads(json.dumps(EVENTS[name]).replace(ARN, OTHER))
    assert not any(taken.matches(event) for event in about_another)


def test_a_secret_that_is_called_by_its_name_is_the_same() -> None:
    taken = EventPattern(pattern(BY_NAME["deleted"], [ARN]))
    assert taken.matches(call("DeleteSecret", "shop/reports"))


@given(
    st.from_regex(r"[A-Za-z0-9/_+=.@-]{1,60}", fullmatch=True),
    st.from_regex(r"[A-Za-z0-9]{6}", fullmatch=True),
)
def test_the_name_stands_in_the_arn(name: str, end: str) -> None:
    assert name_in(f"arn:aws:secretsmanager:us-east-1:111111111111:secret:{name}-{end}") == name


def test_calls_that_only_read_are_asked_for_where_they_count() -> None:
    states = {name: one.inputs["state"] for name, one in made().named("EventRule").items()}
    assert states == {
        "secrets-deleted": "ENABLED",
        "secrets-rotation": "ENABLED",
        "secrets-used-too-late": "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
    }


def test_people_read_which_secret_and_who() -> None:
    for name, target in made().named("EventTarget").items():
        transform = target.inputs["inputTransformer"]
        text = json.loads(transform["inputTemplate"])
        assert all(f"<{path}>" in text for path in transform["inputPaths"])
        assert "<secret>" in text, name


def test_what_can_not_be_delivered_waits_in_a_queue_that_only_the_rules_fill() -> None:
    recording = made()
    queue = recording.only("Queue")
    targets = recording.named("EventTarget").values()
    assert {one.inputs["deadLetterConfig"]["arn"] for one in targets} == {queue.state["arn"]}
    document = json.loads(recording.only("QueuePolicy").inputs["policy"])
    rules = {one.state["arn"] for one in recording.named("EventRule").values()}
    assert set(document["Statement"][0]["Condition"]["ArnEquals"]["aws:SourceArn"]) == rules


def test_no_rule_of_the_strict_profile_is_broken() -> None:
    assert not broken(made(emails=("security@example.com",), secret_arns=(ARN,)), "strict")


def test_a_topic_of_ones_own_is_used() -> None:
    topic = "arn:aws:sns:us-east-1:111111111111:security"
    recording = made(topic_arn=topic)
    assert not recording.named("Topic")
    assert {one.inputs["arn"] for one in recording.named("EventTarget").values()} == {topic}
