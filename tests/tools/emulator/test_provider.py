"""The provider as the engine sees it, over gRPC."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import boto3
import grpc
import pytest
from pulumi.runtime.proto import provider_pb2 as pb

from tests.tools.emulator.engine import Engine, Kept, Refused, connected
from tools.emulator.server import Running, serving
from tools.emulator.values import UNKNOWN, Secret, encode, plain

VPC, SUBNET = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"
DLM = "aws:dlm/lifecyclePolicy:LifecyclePolicy"
SECRET_VERSION = "aws:transfer/sshKey:SshKey"
ROLE_2 = json.dumps([{"roleArn": "arn:aws:iam::222222222222:role/deployment"}])


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with serving(None) as found:
        yield found


@pytest.fixture
def engine(running: Running) -> Iterator[Engine]:
    with connected(running.provider_port, {"region": "us-east-1"}) as found:
        yield found


def client(running: Running, service: str, account: str = "111111111111", region: str = "us-east-1") -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]  # any service's client
        region_name=region,
        endpoint_url=running.endpoint,
        aws_access_key_id=account,
        aws_secret_access_key="x",
    )


def vpc(engine: Engine, name: str = "web", **inputs: Any) -> Kept:
    return engine.make(VPC, {"cidrBlock": "10.0.0.0/16", **inputs}, name)


def test_life_of_a_real_resource(running: Running, engine: Engine) -> None:
    found = vpc(engine, tags={"Name": "a"})
    ec2 = client(running, "ec2")
    assert ec2.describe_vpcs(VpcIds=[found.id])["Vpcs"][0]["CidrBlock"] == "10.0.0.0/16"
    assert found.outputs["arn"] == f"arn:aws:ec2:us-east-1:111111111111:vpc/{found.id}"
    assert found.diff(found.checked()).changes == pb.DiffResponse.DIFF_NONE
    news = found.checked(tags={"Name": "b"}, enableDnsHostnames=True)
    assert list(found.diff(news).replaces) == []
    found.update(news)
    assert (
        ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [found.id]}])["Tags"][0]["Value"] == "b"
    )
    assert found.diff(found.checked(cidrBlock="10.1.0.0/16")).replaces == ["cidrBlock"]
    ec2.create_tags(Resources=[found.id], Tags=[{"Key": "by", "Value": "hand"}])
    assert found.refresh()
    assert found.inputs["tags"] == {"Name": "b", "by": "hand"}
    drift = found.diff(found.checked(tags={"Name": "b"}))
    assert set(drift.detailedDiff) == {"tags.by", "tagsAll.by"}
    found.delete()
    assert not found.refresh()
    found.delete()


def test_life_of_a_recorded_resource(engine: Engine) -> None:
    inputs = {"description": "x", "executionRoleArn": "arn:aws:iam::111111111111:role/x", "policyDetails": {}}
    found = engine.make(DLM, inputs)
    assert found.outputs["arn"].startswith("arn:aws:dlm:us-east-1:111111111111:")
    assert found.refresh()
    assert found.diff(found.checked()).changes == pb.DiffResponse.DIFF_NONE
    before = found.outputs["arn"]
    found.update(found.checked(description="y"))
    assert found.outputs["description"] == "y"
    assert found.outputs["arn"] == before
    imported, as_inputs, outputs = engine.read(DLM, found.id)
    assert imported == found.id
    assert as_inputs["description"] == outputs["description"] == "y"
    found.delete()
    assert not found.refresh()
    assert engine.read(DLM, "policy-0123456789abcdef0")[0] == ""


def test_a_replacement_has_another_id(engine: Engine) -> None:
    inputs = {"description": "x", "executionRoleArn": "arn:aws:iam::111111111111:role/x", "policyDetails": {}}
    first, second = engine.make(DLM, inputs), engine.make(DLM, inputs)
    assert first.id != second.id
    first.delete()
    assert second.refresh()


def test_preview_of_a_create_calls_nothing(running: Running, engine: Engine) -> None:
    ec2 = client(running, "ec2", "111111111111", "ap-south-1")
    count = len(ec2.describe_vpcs()["Vpcs"])
    inputs = engine.check(VPC, {"cidrBlock": UNKNOWN, "tags": {"a": UNKNOWN}, "region": "ap-south-1"})
    made, shown = engine.create(VPC, inputs, preview=True)
    assert made == ""
    assert shown["cidrBlock"] is shown["arn"] is shown["tagsAll"] is UNKNOWN
    assert shown["region"] == "ap-south-1"
    assert len(ec2.describe_vpcs()["Vpcs"]) == count


def test_accounts_and_regions_are_apart(running: Running) -> None:
    configs: list[dict[str, Any]] = [
        {"region": "us-east-1"},
        {"region": "eu-west-1", "assumeRoles": ROLE_2, "defaultTags": '{"tags": {"team": "eu"}}'},
        {"region": "cn-north-1"},
        {"region": "us-gov-west-1", "accessKey": Secret("333333333333")},
    ]
    with ExitStack() as stack:
        engines = [stack.enter_context(connected(running.provider_port, config)) for config in configs]
        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(lambda n: vpc(engines[n % 4], f"v{n}", tags={"n": str(n)}), range(32)))
        arns = ["aws:ec2:us-east-1:111111111111", "aws:ec2:eu-west-1:222222222222"]
        arns += ["aws-cn:ec2:cn-north-1:111111111111", "aws-us-gov:ec2:us-gov-west-1:333333333333"]
        for number, found in enumerate(made):
            assert found.outputs["arn"] == f"arn:{arns[number % 4]}:vpc/{found.id}"
            assert found.outputs["tags"] == {"n": str(number)}
            assert found.outputs["tagsAll"] == (
                {"n": str(number), "team": "eu"} if number % 4 == 1 else {"n": str(number)}
            )
        assert len({found.id for found in made}) == 32
        there = client(running, "ec2", "222222222222", "eu-west-1").describe_vpcs()["Vpcs"]
        assert {found.id for found in made[1::4]} <= {item["VpcId"] for item in there}
        for found in made:
            found.delete()


def test_the_region_argument_of_a_resource(running: Running, engine: Engine) -> None:
    found = vpc(engine, region="eu-central-1")
    assert found.outputs["region"] == "eu-central-1"
    assert client(running, "ec2", region="eu-central-1").describe_vpcs(VpcIds=[found.id])["Vpcs"]
    assert "region" in found.diff(found.checked(region="eu-west-3")).replaces
    found.delete()


def test_default_tags_change_as_an_update(running: Running) -> None:
    with connected(running.provider_port, {"defaultTags": '{"tags": {"team": "a"}}'}) as first:
        found = vpc(first, tags={"own": "1"})
        assert found.outputs["tagsAll"] == {"team": "a", "own": "1"}
    with connected(running.provider_port, {"defaultTags": '{"tags": {"team": "b"}}'}) as second:
        found.engine = second
        news = found.checked()
        answer = found.diff(news)
        assert (list(answer.detailedDiff), list(answer.replaces)) == (["tagsAll.team"], [])
        found.update(news)
        assert found.outputs["tagsAll"] == {"team": "b", "own": "1"}
        assert found.outputs["tags"] == {"own": "1"}
        assert found.refresh()
        assert found.diff(found.checked()).changes == pb.DiffResponse.DIFF_NONE
        found.delete()


@pytest.mark.parametrize("brought", [{"tagsAll": None}, {"tagsAll": {"old": "tag"}}, {"arn": None}])
def test_what_ignore_changes_brings_among_the_inputs_is_no_mistake(
    engine: Engine, brought: dict[str, Any]
) -> None:
    found = engine.check(VPC, {"cidrBlock": "10.0.0.0/16", "tags": {"a": "b"}, **brought})
    assert found["tagsAll"] == {"a": "b"}
    assert "arn" not in found


def test_ignored_tags_are_left_alone(running: Running) -> None:
    config = {"ignoreTags": '{"keyPrefixes": ["aws-scan/"]}'}
    with connected(running.provider_port, config) as engine:
        found = vpc(engine, tags={"own": "1"})
        client(running, "ec2").create_tags(
            Resources=[found.id], Tags=[{"Key": "aws-scan/last", "Value": "x"}]
        )
        assert found.refresh()
        assert found.outputs["tagsAll"] == {"own": "1"}
        assert found.diff(found.checked()).changes == pb.DiffResponse.DIFF_NONE
        found.delete()


def test_secrets_come_back_as_secrets(engine: Engine) -> None:
    found = vpc(engine, tags=Secret({"token": "hunter2hunter2"}))
    assert found.outputs["tags"] == Secret({"token": "hunter2hunter2"})
    assert found.outputs["tagsAll"] == Secret({"token": "hunter2hunter2"})
    assert found.refresh()
    assert "hunter2" not in repr(found.inputs) + repr(found.outputs)
    found.update(found.checked(enableDnsHostnames=True))
    assert "hunter2" not in repr(found.outputs)
    found.delete()
    body = Secret("ssh-rsa hunter2hunter2")
    recorded = engine.make(SECRET_VERSION, {"serverId": "s-1", "userName": "u", "body": body})
    assert recorded.outputs["body"] == body
    assert recorded.refresh()
    assert recorded.outputs["body"] == recorded.inputs["body"] == body
    recorded.delete()


def test_secrets_are_in_no_message(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        engine.create(SUBNET, {"vpcId": Secret("vpc-hunter2hunter2"), "cidrBlock": "10.0.0.0/24"})
    assert "hunter2" not in str(refused.value)
    assert "[secret]" in str(refused.value)
    with pytest.raises(Refused) as failed:
        engine.check(
            VPC, {"cidrBlock": Secret(["hunter2hunter2"]), "enableDnsSupport": Secret("hunter2hunter2")}
        )
    assert "hunter2" not in str(failed.value)
    assert "hunter2" not in caplog.text


def test_ignore_changes(engine: Engine) -> None:
    found = vpc(engine, tags={"Name": "a", "b": "1"})
    news = found.checked(tags={"Name": "x", "b": "2"})
    left = found.diff(news, ("tags.Name", "tagsAll"))
    assert list(left.detailedDiff) == ["tags.b"]
    assert found.diff(news, ("*",)).changes == pb.DiffResponse.DIFF_NONE
    found.delete()


def test_messages_name_resource_operation_and_remedy(engine: Engine) -> None:
    with pytest.raises(grpc.RpcError, match=r"CreateSubnet: InvalidVpcID\.NotFound") as refused:
        engine.create(SUBNET, {"vpcId": "vpc-0123456789abcdef0", "cidrBlock": "10.0.0.0/24"}, name="app")
    said = str(refused.value.details())
    assert said.startswith("creating aws:ec2/subnet:Subnet app: ")
    assert said.endswith("`pulumi refresh` finds out what is gone")


@pytest.mark.parametrize(
    ("token", "inputs", "said"),
    [
        ("aws:ec2/vcp:Vcp", {}, "pulumi_aws has no such type; did you mean"),
        (VPC, {"cidr": "x"}, "cidr: no such property; did you mean 'cidrBlock'?"),
        (SUBNET, {"cidrBlock": "10.0.0.0/24"}, "vpcId: missing"),
    ],
)
def test_check_refuses(engine: Engine, token: str, inputs: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused) as refused:
        engine.check(token, inputs)
    assert said in str(refused.value)


def test_a_connection_without_configuration_is_refused(running: Running) -> None:
    with connected(running.provider_port, configure=False) as engine:
        with pytest.raises(grpc.RpcError) as refused:
            engine.check(VPC, {"cidrBlock": "10.0.0.0/16"})
        assert refused.value.code() == grpc.StatusCode.FAILED_PRECONDITION
        with pytest.raises(grpc.RpcError) as refused:
            engine.stub.Configure(pb.ConfigureRequest(args=encode({"region": "Mars"})))
        assert "region: 'Mars' is not the name of a Region" in str(refused.value.details())


def test_provider_configuration_is_checked_and_compared(engine: Engine) -> None:
    request = pb.CheckRequest(urn=engine.urn("pulumi:providers:aws", "eu"), news=encode({"region": "Mars"}))
    assert "not the name of a Region" in engine.stub.CheckConfig(request).failures[0].reason
    request = pb.CheckRequest(urn=engine.urn("pulumi:providers:aws", "eu"), news=encode({"region": UNKNOWN}))
    assert not engine.stub.CheckConfig(request).failures
    news, olds = encode({"region": "eu-west-2"}), encode({"region": "eu-west-1"})
    answer = engine.stub.DiffConfig(pb.DiffRequest(urn="x", news=news, old_inputs=olds, olds=olds))
    assert list(answer.replaces) == ["region"]


def test_huge_inputs(engine: Engine) -> None:
    inputs = {"description": "x", "executionRoleArn": "arn:aws:iam::111111111111:role/x", "policyDetails": {}}
    tags = {f"key{number}": "x" * 1000 for number in range(5000)}
    found = engine.make(DLM, {**inputs, "tags": tags})
    assert found.outputs["tags"] == tags
    assert found.diff(found.checked()).changes == pb.DiffResponse.DIFF_NONE
    found.delete()


def test_64_creates_at_once(running: Running, engine: Engine) -> None:
    with ThreadPoolExecutor(64) as pool:
        made = list(pool.map(lambda n: vpc(engine, f"many{n}", tags={"n": str(n)}), range(64)))
        assert len({found.id for found in made}) == 64
        tags = client(running, "ec2").describe_tags(Filters=[{"Name": "key", "Values": ["n"]}])["Tags"]
        by_id = {tag["ResourceId"]: tag["Value"] for tag in tags}
        assert all(by_id[found.id] == str(number) for number, found in enumerate(made))
        list(pool.map(Kept.delete, made))


def test_a_resource_that_could_not_be_set_up_is_kept(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    from tools.emulator import emulated

    def refuse(self: Any, call: Any) -> None:
        raise RuntimeError(f"no {plain(call.inputs)['cidrBlock']}")

    monkeypatch.setattr(emulated.Change, "__call__", refuse)
    inputs = engine.check(VPC, {"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True})
    with pytest.raises(grpc.RpcError) as refused:
        engine.create(VPC, inputs)
    trailer: dict[str, bytes] = dict(refused.value.trailing_metadata())  # type: ignore[arg-type]  # pairs, whatever the stubs say
    assert b"vpc-" in trailer["grpc-status-details-bin"]
    assert "could not set it up: no 10.0.0.0/16" in str(refused.value.details())


def test_what_the_engine_asks_of_any_plugin(engine: Engine) -> None:
    from google.protobuf import empty_pb2

    assert engine.stub.GetPluginInfo(empty_pb2.Empty()).version
    assert json.loads(engine.stub.GetSchema(pb.GetSchemaRequest()).schema)["name"] == "aws"
    engine.stub.Cancel(empty_pb2.Empty())


def test_invokes(engine: Engine, running: Running) -> None:
    assert engine.invoke("aws:index/getCallerIdentity:getCallerIdentity")["accountId"] == "111111111111"
    with connected(running.provider_port, {"region": "cn-north-1", "assumeRoles": ROLE_2}) as there:
        assert there.invoke("aws:index/getCallerIdentity:getCallerIdentity")["accountId"] == "222222222222"
        assert there.invoke("aws:index/getPartition:getPartition")["dnsSuffix"] == "amazonaws.com.cn"
    with pytest.raises(Refused, match="pulumi_aws has no such data source; did you mean"):
        engine.invoke("aws:ec2/getVcp:getVcp")
