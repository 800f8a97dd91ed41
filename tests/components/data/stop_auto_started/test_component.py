"""The architecture around the workflow: rights, filter, topics, refusals."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from components.data import StopAutoStarted, StopAutoStartedArgs
from components.foundation.errors import ComponentError
from tests.components.recording import Recording, run
from tests.components.verdicts import broken

DB, CLUSTER = "arn:aws:rds:us-east-1:111111111111:db:*", "arn:aws:rds:us-east-1:111111111111:cluster:*"


def made(**given: Any) -> Recording:
    def program() -> None:
        StopAutoStarted("keep", StopAutoStartedArgs(**given))

    return run(program)


def policy(recording: Recording, name: str, type_: str = "RolePolicy") -> dict[str, dict[str, Any]]:
    document = json.loads(recording.named(type_)[name].inputs["policy"])
    return {one["Sid"]: one for one in document["Statement"]}


def actions(recording: Recording, name: str) -> set[str]:
    return {action for one in policy(recording, name).values() for action in one["Action"]}


def test_no_rule_of_the_strict_profile_is_broken() -> None:
    assert not broken(made(notify_emails=("dba@example.com",)), "strict")


def test_each_function_has_a_role_of_its_own_and_only_its_rights() -> None:
    recording = made()
    roles = {one.inputs["role"] for one in recording.named("Function").values() if one.custom}
    assert len(roles) == 3
    describe = {"rds:DescribeDBInstances", "rds:DescribeDBClusters"}
    assert actions(recording, "keep-state-work") == describe
    assert actions(recording, "keep-stop-work") == {"rds:StopDBInstance", "rds:StopDBCluster"}
    assert actions(recording, "keep-start-work") == {
        *describe,
        "rds:ListTagsForResource",
        "states:StartExecution",
    }


def test_only_tagged_databases_may_be_stopped() -> None:
    stop = policy(made(tag_key="sleep", tag_value="on"), "keep-stop-work")["StopTagged"]
    assert stop["Resource"] == [DB, CLUSTER]
    assert stop["Condition"] == {"StringEquals": {"aws:ResourceTag/sleep": "on"}}


def test_the_start_function_may_start_this_workflow_only() -> None:
    recording = made()
    machine = recording.only("StateMachine").state["arn"]
    assert policy(recording, "keep-start-work")["StartWorkflow"]["Resource"] == [machine]
    variables = recording.named("Function")["keep-start"]
    functions = [one for one in recording.resources if one.type == "aws:lambda/function:Function"]
    (start,) = [one for one in functions if one.name == variables.name]
    assert start.inputs["environment"]["variables"] == {
        "STATE_MACHINE_ARN": machine,
        "TAG_KEY": "auto-restart-protection",
        "TAG_VALUE": "yes",
    }


def test_the_workflow_may_call_its_two_functions_and_tell_people() -> None:
    recording = made()
    rights = policy(recording, "keep-machine")
    names = [arn.rsplit(":", 1)[-1] for arn in rights["CallFunctions"]["Resource"]]
    assert names == ["keep-state", "keep-stop"]
    assert rights["TellPeople"]["Resource"] == [recording.named("Topic")["keep-people"].state["arn"]]


def test_the_function_gets_the_two_events_and_no_other() -> None:
    subscription = made().named("TopicSubscription")["keep-start"].inputs
    assert subscription["filterPolicyScope"] == "MessageBody"
    assert json.loads(subscription["filterPolicy"]) == {
        "Event ID": [{"suffix": "#RDS-EVENT-0153"}, {"suffix": "#RDS-EVENT-0154"}]
    }
    assert "deadLetterTargetArn" in subscription["redrivePolicy"]


def test_rds_of_this_account_may_publish_and_strangers_may_not() -> None:
    recording = made()
    publish = policy(recording, "keep-events", "TopicPolicy")["PublishEvents"]
    assert publish["Principal"] == {"Service": ["events.rds.amazonaws.com"]}
    assert publish["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "111111111111"},
        "ArnLike": {"aws:SourceArn": "arn:aws:rds:us-east-1:111111111111:*"},
    }
    key = policy(recording, "keep-messages", "Key")
    services = {one["Principal"]["Service"][0] for one in key.values() if "Service" in one["Principal"]}
    assert {"events.rds.amazonaws.com", "sns.amazonaws.com", "delivery.logs.amazonaws.com"} <= services


def test_rds_tells_of_instances_and_clusters() -> None:
    subscriptions = made().named("EventSubscription")
    assert {one.inputs["sourceType"] for one in subscriptions.values()} == {"db-instance", "db-cluster"}
    policies = [name for one in subscriptions.values() for name in one.dependencies if "TopicPolicy" in name]
    assert len(policies) == 2


def test_without_clusters_nothing_may_touch_them() -> None:
    recording = made(clusters=False)
    assert {one.inputs["sourceType"] for one in recording.named("EventSubscription").values()} == {
        "db-instance"
    }
    for name in ("keep-start-work", "keep-state-work", "keep-stop-work"):
        assert not any("Cluster" in action for action in actions(recording, name))
        assert CLUSTER not in json.dumps(list(policy(recording, name).values()))


def test_everything_that_is_kept_is_encrypted_with_the_one_key() -> None:
    recording = made()
    key = recording.only("Key").state["arn"]
    assert {one.inputs["kmsMasterKeyId"] for one in recording.named("Topic").values()} == {key}
    assert {one.inputs["kmsMasterKeyId"] for one in recording.named("Queue").values()} == {key}
    assert {one.inputs["kmsKeyId"] for one in recording.named("LogGroup").values()} == {key}
    assert recording.only("StateMachine").inputs["encryptionConfiguration"]["kmsKeyId"] == key


def test_people_are_told_of_workflows_that_can_not_tell_themselves() -> None:
    recording = made()
    people = recording.named("Topic")["keep-people"].state["arn"]
    alarms = recording.named("MetricAlarm")
    assert {one.inputs["metricName"] for one in alarms.values()} == {
        "ExecutionsFailed",
        "ExecutionsTimedOut",
        "Errors",
        "Throttles",
    }
    assert all(one.inputs["alarmActions"] == [people] for one in alarms.values())


def test_people_may_have_a_topic_already() -> None:
    topic = "arn:aws:sns:us-east-1:111111111111:people"
    recording = made(notify_topic_arn=topic)
    assert set(recording.named("Topic")) == {"keep-events"}
    rights = policy(recording, "keep-machine")
    assert rights["TellPeople"]["Resource"] == [topic]
    assert "EncryptMessages" not in rights
    key = "arn:aws:kms:us-east-1:111111111111:key/people"
    with_key = policy(made(notify_topic_arn=topic, notify_key_arn=key), "keep-machine")
    assert with_key["EncryptMessages"]["Resource"] == [key]


def test_waits_are_as_asked_for() -> None:
    machine = json.loads(made(poll_seconds=60, max_polls=10).only("StateMachine").inputs["definition"])
    assert machine["States"]["Wait"]["Seconds"] == 60
    assert machine["TimeoutSeconds"] == 10 * 65 + 900


def test_it_follows_its_region_and_partition() -> None:
    def program() -> None:
        StopAutoStarted("keep", StopAutoStartedArgs(region="cn-north-1"))

    recording = run(program, region="cn-north-1", partition="aws-cn")
    regional = [one for one in recording.resources if one.custom and ":iam/" not in one.type]
    assert {one.inputs.get("region") for one in regional} == {"cn-north-1"}
    definition = recording.only("StateMachine").inputs["definition"]
    assert "arn:aws-cn:states:::lambda:invoke" in definition


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"tag_key": "aws:x"}, "tag_key: keys that start with 'aws:' are AWS's own"),
        ({"tag_value": "<y>"}, "tag_value: AWS refuses a character of it"),
        ({"tag_key": ""}, "tag_key"),
        ({"poll_seconds": 0}, "poll_seconds"),
        ({"max_polls": 1501}, "max_polls"),
        ({"notify_emails": ("x",)}, "notify_emails[0]: 'x' is no address"),
        ({"notify_topic_arn": "a", "notify_emails": ("a@b.c",)}, "subscribe them to your own topic"),
        ({"notify_key_arn": "a"}, "notify_key_arn: is the key of notify_topic_arn"),
        ({"polls": 1}, "did you mean 'max_polls'?"),
    ],
)
def test_settings_that_are_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ComponentError) as caught:
        StopAutoStartedArgs(**given)
    assert message in str(caught.value)


TEXT = st.text(st.sampled_from("abcXYZ019 .:/=+@_-"), max_size=20)


@given(TEXT.filter(lambda key: key and not key.lower().startswith("aws:")), TEXT)
def test_tags_that_aws_takes_are_taken(key: str, value: str) -> None:
    StopAutoStartedArgs(tag_key=key, tag_value=value)
