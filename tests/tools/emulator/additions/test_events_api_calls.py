"""EventBridge: what AWS services tell on the default bus."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.tools.emulator.execution.routing import bodies, open_queue, rule
from tests.tools.emulator.execution.running import Running, until


def trail(aws: Running) -> None:
    aws.client("s3").create_bucket(Bucket=f"trail-{aws.account}")
    client = aws.client("cloudtrail")
    client.create_trail(Name="all", S3BucketName=f"trail-{aws.account}", IsMultiRegionTrail=True)
    client.start_logging(Name="all")


CALLS = {"detail-type": ["AWS API Call via CloudTrail"]}


def test_rules_hear_of_api_calls_where_a_trail_logs(aws: Running) -> None:
    url, arn = open_queue(aws)
    rule(aws, {"Arn": arn}, pattern={**CALLS, "detail": {"eventName": ["CreateSecret", "DeleteSecret"]}})
    secrets = aws.client("secretsmanager")
    secrets.create_secret(Name="early", SecretString="hidden")
    trail(aws)
    secrets.create_secret(Name="late", SecretString="hidden")
    secrets.describe_secret(SecretId="late")
    with pytest.raises(ClientError):
        secrets.delete_secret(SecretId="nowhere")
    aws.settle()
    created, failed = bodies(aws, url)
    assert (created["source"], created["detail"]["eventSource"]) == (
        "aws.secretsmanager",
        "secretsmanager.amazonaws.com",
    )
    assert created["detail"]["requestParameters"]["name"] == "late"
    assert "hidden" not in json.dumps(created)
    assert created["detail"]["userIdentity"]["arn"] == f"arn:aws:iam::{aws.account}:root"
    assert "errorCode" not in created["detail"]
    assert failed["detail"]["errorCode"] == "ResourceNotFoundException"


def test_reads_come_to_rules_that_want_them(aws: Running) -> None:
    trail(aws)
    plain, plain_arn = open_queue(aws, "plain")
    every, every_arn = open_queue(aws, "every")
    pattern = {**CALLS, "detail": {"eventName": ["GetSecretValue"]}}
    rule(aws, {"Arn": plain_arn}, pattern=pattern, name="plain")
    state = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
    rule(aws, {"Arn": every_arn}, pattern=pattern, name="every", State=state)
    with pytest.raises(ClientError):
        aws.client("secretsmanager").get_secret_value(SecretId="nowhere")
    aws.settle()
    assert bodies(aws, plain) == []
    assert bodies(aws, every)[0]["detail"]["readOnly"] is True


def test_calls_of_iam_come_in_the_first_region(aws: Running) -> None:
    trail(aws)
    pattern = {**CALLS, "detail": {"eventSource": ["iam.amazonaws.com"]}}
    found = {}
    for region in ("us-east-1", "eu-central-1"):
        place = aws.elsewhere(region)
        found[region], arn = open_queue(place)
        rule(place, {"Arn": arn}, pattern=pattern)
    aws.client("iam", "eu-central-1").create_user(UserName="ann")
    aws.settle()
    assert bodies(aws, found["us-east-1"])[0]["detail"]["requestParameters"] == {"userName": "ann"}
    assert bodies(aws.elsewhere("eu-central-1"), found["eu-central-1"]) == []


def test_the_role_of_a_function_is_who_called(aws: Running) -> None:
    trail(aws)
    url, arn = open_queue(aws)
    rule(aws, {"Arn": arn}, pattern={**CALLS, "detail": {"eventName": ["CreateTopic"]}})
    aws.function("import boto3\ndef handler(event, context): boto3.client('sns').create_topic(Name='t')")
    assert "FunctionError" not in aws.invoke()
    aws.settle()
    who = bodies(aws, url)[0]["detail"]["userIdentity"]
    assert who["type"] == "AssumedRole"
    assert who["sessionContext"]["sessionIssuer"]["userName"] == "function-role"


def test_rules_hear_how_an_execution_ended(aws: Running) -> None:
    url, arn = open_queue(aws)
    pattern = {"source": ["aws.states"], "detail": {"status": ["FAILED", "TIMED_OUT", "ABORTED"]}}
    rule(aws, {"Arn": arn}, pattern=pattern)
    client = aws.client("stepfunctions")
    role = aws.role("machine", "states.amazonaws.com")
    for name, state in (("good", {"Type": "Succeed"}), ("bad", {"Type": "Fail", "Error": "Odd"})):
        definition = json.dumps({"StartAt": "A", "States": {"A": state}})
        made = client.create_state_machine(name=name, definition=definition, roleArn=role)["stateMachineArn"]
        client.start_execution(stateMachineArn=made)
    [event] = until(lambda: bodies(aws, url))
    assert event["detail-type"] == "Step Functions Execution Status Change"
    assert (event["detail"]["status"], event["detail"]["error"]) == ("FAILED", "Odd")
