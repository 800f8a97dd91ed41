"""A function and what belongs to it: rights, logs, failures, versions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from components.foundation.errors import ComponentError
from components.foundation.iam import Statement
from components.serverless import Function, FunctionAlarms, FunctionArgs, FunctionNetwork
from tests.components.recording import Recording, run
from tests.components.verdicts import broken

READ = Statement("Read", ["dynamodb:GetItem"], ["arn:aws:dynamodb:us-east-1:111111111111:table/orders"])
NETWORK = FunctionNetwork(subnet_ids=("subnet-1", "subnet-2"), security_group_ids=("sg-1",))


@pytest.fixture
def source(tmp_path: Path) -> str:
    folder = tmp_path / "orders"
    folder.mkdir()
    (folder / "handler.py").write_text("def handler(event, context): ...\n")
    return str(folder)


def made(source: str, *statements: Statement, **given: Any) -> Recording:
    def program() -> None:
        Function("orders", FunctionArgs(source=source, **given), statements)

    return run(program)


def policy(recording: Recording, name: str) -> dict[str, dict[str, Any]]:
    document = json.loads(recording.named("RolePolicy")[name].inputs["policy"])
    return {one["Sid"]: one for one in document["Statement"]}


def test_the_function_is_traced_logs_json_and_has_a_key(source: str) -> None:
    recording = made(source, environment={"TABLE": "orders"})
    inputs = recording.named("Function")["orders"].inputs
    assert inputs["tracingConfig"] == {"mode": "Active"}
    assert inputs["loggingConfig"]["logFormat"] == "JSON"
    assert inputs["loggingConfig"]["logGroup"] == "/groundplan/test/orders/function"
    assert inputs["kmsKeyArn"] == recording.only("Key").state["arn"]
    assert inputs["environment"] == {"variables": {"TABLE": "orders"}}
    assert inputs["architectures"] == ["arm64"]
    assert inputs["reservedConcurrentExecutions"] == 5
    assert not inputs.get("publish")


def test_the_role_writes_into_its_own_group_and_no_other(source: str) -> None:
    recording = made(source)
    group = recording.only("LogGroup")
    own = policy(recording, "orders-own")
    assert own["WriteLogs"]["Resource"] == [f"{group.state['arn']}:log-stream:*"]
    assert set(own["WriteLogs"]["Action"]) == {"logs:CreateLogStream", "logs:PutLogEvents"}
    assert set(own) == {"WriteLogs", "SendTraces", "UseKey", "DeliverFailures"}


def test_network_interfaces_only_in_a_vpc_and_never_for_the_code(source: str) -> None:
    recording = made(source, network=NETWORK)
    own = policy(recording, "orders-own")
    assert own["ManageInterfaces"]["Resource"] == ["arn:aws:ec2:us-east-1:111111111111:*/*"]
    denied = own["NotFromTheCode"]
    assert denied["Effect"] == "Deny"
    assert set(denied["Action"]) == {*own["ManageInterfaces"]["Action"], *own["FindInterfaces"]["Action"]}
    pattern = denied["Condition"]["ArnLike"]["lambda:SourceFunctionArn"]
    assert pattern == "arn:aws:lambda:us-east-1:111111111111:function:orders-*"
    vpc = recording.named("Function")["orders"].inputs["vpcConfig"]
    assert vpc == {"subnetIds": ["subnet-1", "subnet-2"], "securityGroupIds": ["sg-1"]}


def test_rights_are_there_before_the_function(source: str) -> None:
    recording = made(source, READ)
    names = [one.rsplit("::", 1)[-1] for one in recording.named("Function")["orders"].dependencies]
    assert {"orders-own", "orders-work"} <= set(names)
    assert set(policy(recording, "orders-work")) == {"Read"}


def test_failed_events_go_to_an_encrypted_queue_of_its_own(source: str) -> None:
    recording = made(source)
    queue = recording.only("Queue")
    config = recording.only("FunctionEventInvokeConfig").inputs
    assert config["destinationConfig"] == {"onFailure": {"destination": queue.state["arn"]}}
    assert config["maximumRetryAttempts"] == 2
    assert queue.inputs["kmsMasterKeyId"] == recording.only("Key").state["arn"]
    assert queue.inputs["messageRetentionSeconds"] == 1_209_600
    deliver = policy(recording, "orders-own")["DeliverFailures"]
    assert (deliver["Action"], deliver["Resource"]) == (["sqs:SendMessage"], [queue.state["arn"]])


@pytest.mark.parametrize(
    ("arn", "action"),
    [
        ("arn:aws:sns:us-east-1:111111111111:failures", "sns:Publish"),
        ("arn:aws:sqs:us-east-1:111111111111:failures", "sqs:SendMessage"),
        ("arn:aws:lambda:us-east-1:111111111111:function:failures", "lambda:InvokeFunction"),
        ("arn:aws-cn:events:cn-north-1:111111111111:event-bus/failures", "events:PutEvents"),
    ],
)
def test_failed_events_go_where_one_says(source: str, arn: str, action: str) -> None:
    recording = made(
        source, on_failure_arn=arn, on_failure_key_arn="arn:aws:kms:us-east-1:111111111111:key/k"
    )
    assert not recording.named("Queue")
    own = policy(recording, "orders-own")
    assert own["DeliverFailures"]["Action"] == [action]
    assert own["UseKeyOfFailures"]["Resource"] == ["arn:aws:kms:us-east-1:111111111111:key/k"]


def test_a_destination_that_lambda_does_not_know_is_refused(source: str) -> None:
    with pytest.raises(Exception, match="name a queue, topic, function or event bus"):
        made(source, on_failure_arn="arn:aws:s3:::bucket")


def test_a_given_key_makes_no_other(source: str) -> None:
    recording = made(source, key_arn="arn:aws:kms:us-east-1:111111111111:key/mine")
    assert not recording.named("Key")
    assert recording.only("LogGroup").inputs["kmsKeyId"].endswith("key/mine")


def test_an_alias_leads_to_published_versions(source: str) -> None:
    recording = made(source, alias="live", provisioned_concurrency=2)
    assert recording.named("Function")["orders"].inputs["publish"] is True
    alias = recording.named("Alias")["orders-alias"]
    assert alias.inputs["name"] == "live"
    warm = recording.only("ProvisionedConcurrencyConfig").inputs
    assert (warm["qualifier"], warm["provisionedConcurrentExecutions"]) == ("live", 2)
    assert recording.only("FunctionEventInvokeConfig").inputs["qualifier"] == "live"


def test_warm_copies_bring_an_alias(source: str) -> None:
    assert made(source, provisioned_concurrency=1).named("Alias")["orders-alias"].inputs["name"] == "live"


def test_alarms_tell_of_errors_and_throttles(source: str) -> None:
    topic = "arn:aws:sns:us-east-1:111111111111:people"
    alarms = made(source, alarms=FunctionAlarms(topic_arns=(topic,), errors=3)).named("MetricAlarm")
    assert {one.inputs["metricName"]: one.inputs["threshold"] for one in alarms.values()} == {
        "Errors": 3,
        "Throttles": 1,
    }
    assert all(one.inputs["alarmActions"] == [topic] for one in alarms.values())
    assert not made(source, alarms=None).named("MetricAlarm")


def test_saved_queries_are_made_when_asked_for(source: str) -> None:
    assert not made(source).named("QueryDefinition")
    queries = made(source, saved_queries=True).named("QueryDefinition")
    assert set(queries) == {"orders-cold-starts", "orders-init-durations"}
    for one in queries.values():
        assert one.inputs["logGroupNames"] == ["/groundplan/test/orders/function"]
        assert 'type = "platform.report"' in one.inputs["queryString"]


def test_services_and_roles_may_be_let_in(source: str) -> None:
    def program() -> None:
        function = Function("orders", FunctionArgs(source=source, alias="live"))
        role = aws.iam.Role("caller", assume_role_policy="{}")
        function.grant_invoke(role, purpose="machine")
        function.grant_invoke("sns", source_arn="arn:aws:sns:us-east-1:111111111111:topic")
        with pytest.raises(ComponentError, match="give source_arn or source_account"):
            function.grant_invoke("events")

    recording = run(program)
    permission = recording.only("Permission").inputs
    assert permission["principal"] == "sns.amazonaws.com"
    assert permission["qualifier"] == "live"
    statement = policy(recording, "orders-invoked-by-machine")["Invoke"]
    assert statement["Resource"] == [recording.named("Alias")["orders-alias"].state["arn"]]


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"DB_PASSWORD": "x"}, "environment.DB_PASSWORD: seems to hold a secret, by its name"),
        ({"URL": "postgres://me:hush@db/x"}, "environment.URL: seems to hold an address with a password"),
        ({"X1": "AKIA" + "A" * 16}, "environment.X1: seems to hold an AWS access key"),
        ({"X1": "-----BEGIN RSA PRIVATE KEY-----"}, "environment.X1: seems to hold a private key"),
        ({"AWS_REGION": "x"}, "environment.AWS_REGION: Lambda sets this variable itself"),
        ({"1X": "x"}, "environment.1X: Lambda refuses this name"),
        ({"BIG": "x" * 5000}, "environment: has 5003 bytes; Lambda takes 4096"),
    ],
)
def test_environments_that_are_refused(source: str, environment: dict[str, str], message: str) -> None:
    with pytest.raises(ComponentError) as caught:
        FunctionArgs(source=source, environment=environment)
    assert message in str(caught.value)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    "environment",
    [
        {"DB_SECRET_ARN": "arn:aws:secretsmanager:us-east-1:111111111111:secret:x"},
        {"TOKEN_SECONDS": "900"},
        {"SECRET_STORE": "arn:aws:secretsmanager:us-east-1:111111111111:secret:x"},
        {"ENDPOINT": "https://example.com:443/path"},
        {"PASSWORD": ""},
    ],
)
def test_environments_that_name_secrets_are_taken(source: str, environment: dict[str, str]) -> None:
    FunctionArgs(source=source, environment=environment)


def test_a_secret_that_is_known_later_is_refused_too(source: str) -> None:
    with pytest.raises(Exception, match=r"orders\.environment\.DB_PASSWORD: seems to hold a secret"):
        made(source, environment={"DB_PASSWORD": pulumi.Output.from_input("hush")})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"handler": "main.handler"}, "handler: orders has no module 'main'"),
        ({"handler": "handler"}, "names no module and function"),
        ({"provisioned_concurrency": 9}, "9 warm copies are more than the 5 that may run"),
        ({"alias": "12"}, "'12' is no name of an alias"),
        ({"log_retention_days": 100}, "log_retention_days: CloudWatch Logs can't keep 100 days; use 90"),
        ({"timeout_seconds": 901}, "timeout_seconds"),
        ({"layers": ("a",) * 6}, "layers"),
        ({"on_failure_key_arn": "arn"}, "on_failure_key_arn: is the key of on_failure_arn"),
        ({"network": {"subnet_ids": (), "security_group_ids": ("sg",)}}, "network.subnet_ids: is empty"),
        ({"memory": 1}, "did you mean 'memory_mb'"),
    ],
)
def test_arguments_that_are_refused(source: str, given: dict[str, Any], message: str) -> None:
    with pytest.raises(ComponentError) as caught:
        FunctionArgs(source=source, **given)
    assert message in str(caught.value)


def test_nothing_is_made_where_the_code_is_missing() -> None:
    with pytest.raises(ComponentError, match="there is no such folder of code"):
        made("./nowhere")


@pytest.mark.parametrize("given", [{}, {"network": NETWORK, "environment": {"A1": "b"}}, {"alias": "live"}])
def test_a_function_breaks_no_rule_of_the_strict_profile(source: str, given: dict[str, Any]) -> None:
    assert not broken(made(source, READ, saved_queries=True, **given), "strict")
