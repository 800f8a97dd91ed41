from __future__ import annotations

import re
from typing import Any

import pytest

from tests.tools.emulator.inputs import PLACE, call, kind
from tools.emulator.recorded import arn_table, complete, id_table, resource_id
from tools.emulator.recorded.arns import made
from tools.emulator.recorded.samples import Sample, sample
from tools.emulator.schema import resource, tokens

HEX = "[0-9a-f]"
UUID = f"{HEX}{{8}}-{HEX}{{4}}-4{HEX}{{3}}-[89ab]{HEX}{{3}}-{HEX}{{12}}"
CASES: list[tuple[str, dict[str, Any], str]] = [
    ("aws:ec2/customerGateway:CustomerGateway", {}, f"cgw-{HEX}{{17}}"),
    ("aws:efs/fileSystem:FileSystem", {}, f"fs-{HEX}{{17}}"),
    ("aws:dynamodb/table:Table", {"name": "orders-1"}, "orders-1"),
    ("aws:sqs/queue:Queue", {"name": "q-1"}, "https://sqs.us-east-1.amazonaws.com/111111111111/q-1"),
    ("aws:sns/topic:Topic", {"name": "t"}, "arn:aws:sns:us-east-1:111111111111:t"),
    ("aws:acm/certificate:Certificate", {}, f"arn:aws:acm:us-east-1:111111111111:certificate/{UUID}"),
    ("aws:rds/instance:Instance", {"identifier": "db"}, "db"),
    ("aws:rds/cluster:Cluster", {}, f"tf-{HEX}{{26}}"),
    ("aws:route53/zone:Zone", {}, "Z[A-Z0-9]{14}"),
    ("aws:route53/record:Record", {"zoneId": "Z1", "name": "www", "type": "A"}, "Z1_www_A"),
    ("aws:eks/nodeGroup:NodeGroup", {"clusterName": "c", "nodeGroupName": "n"}, "c:n"),
    ("aws:cognito/userPool:UserPool", {}, "us-east-1_[0-9a-z]{10}"),
    ("aws:backup/selection:Selection", {"planId": "p"}, "[0-9a-z]{8}"),
    ("aws:bedrock/agentDataSource:AgentDataSource", {"knowledgeBaseId": "KB"}, "[A-Z0-9]{10},KB"),
    ("aws:apigateway/method:Method", {"restApi": "a", "resourceId": "r", "httpMethod": "GET"}, "agm-a-r-GET"),
    ("aws:account/primaryContact:PrimaryContact", {}, "111111111111"),
    ("aws:backup/regionSettings:RegionSettings", {}, "us-east-1"),
    (
        "aws:ecs/service:Service",
        {"name": "s", "cluster": "c"},
        "arn:aws:ecs:us-east-1:111111111111:service/c/s",
    ),
    ("aws:budgets/budget:Budget", {"name": "b"}, "111111111111:b"),
    ("aws:secretsmanager/secretPolicy:SecretPolicy", {"secretArn": "arn:x"}, "arn:x"),
]


@pytest.mark.parametrize(("token", "inputs", "pattern"), CASES, ids=[case[0].split(":")[1] for case in CASES])
def test_id(token: str, inputs: dict[str, Any], pattern: str) -> None:
    made_id = resource_id(call(token, inputs), "urn:x")
    assert re.fullmatch(pattern, made_id), made_id


ARNS = [
    ("aws:sqs/queue:Queue", {"name": "q"}, "us-east-1", "arn:aws:sqs:us-east-1:111111111111:q"),
    (
        "aws:dynamodb/table:Table",
        {"name": "t"},
        "cn-north-1",
        "arn:aws-cn:dynamodb:cn-north-1:111111111111:table/t",
    ),
    ("aws:iam/role:Role", {"name": "r"}, "us-gov-west-1", "arn:aws-us-gov:iam::111111111111:role/r"),
    ("aws:s3/bucket:Bucket", {"bucket": "b"}, "us-east-1", "arn:aws:s3:::b"),
    (
        "aws:cloudfront/function:Function",
        {"name": "f"},
        "us-east-1",
        "arn:aws:cloudfront::111111111111:function/f",
    ),
    (
        "aws:rds/instance:Instance",
        {"identifier": "db"},
        "eu-west-1",
        "arn:aws:rds:eu-west-1:111111111111:db:db",
    ),
    (
        "aws:sfn/stateMachine:StateMachine",
        {"name": "m"},
        "us-east-1",
        "arn:aws:states:us-east-1:111111111111:stateMachine:m",
    ),
    (
        "aws:globalaccelerator/accelerator:Accelerator",
        {"name": "a"},
        "us-east-1",
        "arn:aws:globalaccelerator::.*:accelerator/.*",
    ),
]


@pytest.mark.parametrize(
    ("token", "inputs", "region", "arn"), ARNS, ids=[case[0].split(":")[1] for case in ARNS]
)
def test_arn(token: str, inputs: dict[str, Any], region: str, arn: str) -> None:
    found = call(token, inputs, type(PLACE)(PLACE.account, region))
    found.id = resource_id(found, "urn:x")
    assert re.fullmatch(arn, str(complete(found, {})["arn"]))


def test_an_id_that_is_an_arn_is_the_arn() -> None:
    tested = 0
    for token in tokens():
        found = call(token)
        found.id = resource_id(found, "urn:x")
        if (
            found.id.startswith("arn:")
            and "arn" in found.type.outputs
            and "," not in found.id
            and "/" in found.id
        ):
            tested += 1
            assert complete(found, {})["arn"] == found.id, token
    assert tested > 100


def test_outputs_repeat_the_id() -> None:
    zone = call("aws:route53/zone:Zone", {"name": "example.com"})
    zone.id = resource_id(zone, "urn:x")
    assert complete(zone, {})["zoneId"] == zone.id
    source = call("aws:bedrock/agentDataSource:AgentDataSource", {"knowledgeBaseId": "KB"})
    source.id = resource_id(source, "urn:x")
    assert complete(source, {})["dataSourceId"] == source.id.split(",")[0]


@pytest.mark.parametrize("short", sorted(id_table.TYPES))
def test_the_table_of_ids_names_inputs_that_are(short: str) -> None:
    names = {token.split(":")[1]: token for token in tokens()}
    found = kind(names[short])
    fixed = {*id_table.RANDOM, "account", "region", "suffix", "arn"}
    wanted = set(re.findall(r"\{(\w+)\}", id_table.TYPES[short])) - fixed
    assert wanted <= set(found.inputs)


def test_the_table_of_arns_is_of_types_that_are() -> None:
    modules = {token.split(":")[1].split("/")[0] for token in tokens()}
    assert {short.split("/")[0] for short in arn_table.TYPES} <= modules
    assert set(arn_table.NAMESPACES) <= modules
    assert modules >= arn_table.GLOBAL
    for text in arn_table.TYPES.values():
        assert re.fullmatch(r"[a-z0-9-]+ [r-] [a-] \S+", text), text


def test_samples_are_read_from_the_documentation() -> None:
    assert sample("aws:backup/selection:Selection") == Sample("abcd1234|efgh5678", ("plan id", "id"), "|")
    assert sample("aws:acmpca/permission:Permission") is None, "there is none in the documentation"
    with_sample = [token for token in tokens() if sample(token) is not None]
    assert len(with_sample) > 1500


def test_outputs_that_programs_rely_on() -> None:
    cluster = call("aws:eks/cluster:Cluster", {"name": "c"})
    cluster.id = "c"
    outputs = complete(cluster, {})
    assert outputs["endpoint"].startswith("https://")
    assert outputs["identities"][0]["oidcs"][0]["issuer"].startswith(
        "https://oidc.eks.us-east-1.amazonaws.com/id/"
    )
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", outputs["createdAt"])
    database = call("aws:rds/cluster:Cluster", {"clusterIdentifier": "app"})
    database.id = "app"
    outputs = complete(database, {})
    assert re.fullmatch(r"app\.cluster-\w+\.us-east-1\.rds\.amazonaws\.com", outputs["endpoint"])
    assert re.fullmatch(r"app\.cluster-ro-\w+\.us-east-1\.rds\.amazonaws\.com", outputs["readerEndpoint"])
    assert outputs["availabilityZones"] == ["us-east-1a", "us-east-1b", "us-east-1c"]


def test_what_was_computed_stays_over_an_update() -> None:
    first = call("aws:eks/cluster:Cluster", {"name": "c"})
    first.id = "c"
    outputs = {**complete(first, {}), "platformVersion": "eks.7"}
    second = call("aws:eks/cluster:Cluster", {"name": "c", "version": "1.34"}, state=outputs, id="c")
    assert complete(second, {}) == {**outputs, "version": "1.34"}


def test_an_arn_of_a_type_without_a_name_is_made_up() -> None:
    found = call("aws:acm/certificate:Certificate", {})
    assert made(found, "one") != made(found, "two")
    assert resource("aws:acm/certificate:Certificate") is found.type
