from __future__ import annotations

import datetime as dt
from typing import Any

import boto3
import pytest
from hypothesis import given, strategies as st

from tests.tools.emulator.inputs import kind
from tools.emulator.mapping import (
    from_api,
    parameters,
    put_path,
    same_name,
    tag_list,
    tags_of,
    take,
    to_api,
)
from tools.emulator.schema import TypeRef

TEXT = TypeRef("string")


def client(service: str) -> Any:
    return boto3.client(service, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")  # type: ignore[call-overload]  # any service's client


EC2 = client("ec2")


@pytest.mark.parametrize("name", ["cidrBlock", "CidrBlock", "cidr_block", "CIDR-BLOCK", "cidr.block"])
def test_spellings_of_one_name(name: str) -> None:
    assert same_name(name) == "cidrblock"


def test_properties_become_parameters_by_name() -> None:
    given_inputs = {
        "cidrBlock": "10.0.0.0/16",
        "instanceTenancy": "default",
        "nothing": 1,
        "ipv6CidrBlock": None,
    }
    assert parameters(EC2, "create_vpc", given_inputs) == {
        "CidrBlock": "10.0.0.0/16",
        "InstanceTenancy": "default",
    }


def test_what_differs_is_named() -> None:
    given_inputs = {"assignGeneratedIpv6CidrBlock": True, "cidrBlock": "x"}
    send = {"assignGeneratedIpv6CidrBlock": "AmazonProvidedIpv6CidrBlock", "cidrBlock": ""}
    assert parameters(EC2, "create_vpc", given_inputs, send) == {"AmazonProvidedIpv6CidrBlock": True}


def test_a_list_in_the_plural_finds_its_parameter_in_the_singular() -> None:
    found = parameters(
        client("autoscaling"), "create_auto_scaling_group", {"availabilityZones": ["a"], "minSize": "1"}
    )
    assert found == {"AvailabilityZones": ["a"], "MinSize": 1}
    assert parameters(EC2, "create_vpc_endpoint", {"subnetIds": ["s"], "securityGroupIds": ["g"]}) == {
        "SubnetIds": ["s"],
        "SecurityGroupIds": ["g"],
    }


def test_nested_parameters() -> None:
    params: dict[str, Any] = {}
    put_path(params, "EnableDnsSupport.Value", "true", EC2, "modify_vpc_attribute")
    assert params == {"EnableDnsSupport": {"Value": True}}


def test_an_operation_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match="ec2 has no operation create_vcp"):
        parameters(EC2, "create_vcp", {})


def shape(service: str, operation: str, member: str) -> Any:
    return client(service).meta.service_model.operation_model(operation).input_shape.members[member]


def test_blocks_become_structures() -> None:
    permission = [
        {"fromPort": "22", "toPort": 22.0, "ipProtocol": "tcp", "ipRanges": [{"cidrIp": "10.0.0.0/8"}]}
    ]
    found = to_api(shape("ec2", "AuthorizeSecurityGroupIngress", "IpPermissions"), permission)
    assert found == [
        {"FromPort": 22, "ToPort": 22, "IpProtocol": "tcp", "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    ]


def test_a_block_that_may_appear_once_can_be_a_list_of_one() -> None:
    where = shape("s3", "CreateBucket", "CreateBucketConfiguration")
    assert to_api(where, [{"locationConstraint": "eu-west-1"}]) == {"LocationConstraint": "eu-west-1"}


@pytest.mark.parametrize(
    ("of", "value", "wanted"),
    [
        (TEXT, True, "true"),
        (TEXT, 5, "5"),
        (TEXT, {"a": 1}, '{"a":1}'),
        (TypeRef("integer"), "5", 5),
        (TypeRef("boolean"), "enabled", True),
        (TypeRef("boolean"), "disabled", False),
        (TypeRef("list", element=TEXT), "a", ["a"]),
        (TypeRef("map", element=TEXT), {"a": 1}, {"a": "1"}),
        (TEXT, dt.datetime(2025, 1, 2, 3, 4, 5, tzinfo=dt.UTC), "2025-01-02T03:04:05Z"),
        (TEXT, b"\x00", "AA=="),
    ],
)
def test_values_of_the_api_become_values_of_the_type(of: TypeRef, value: Any, wanted: Any) -> None:
    assert from_api(of, value) == wanted


def test_an_item_becomes_outputs() -> None:
    item = {
        "VpcId": "vpc-1",
        "CidrBlock": "10.0.0.0/16",
        "OwnerId": "111111111111",
        "Tags": [{"Key": "a", "Value": "b"}],
        "Unknown": 1,
        "IsDefault": False,
    }
    found = take(kind("aws:ec2/vpc:Vpc"), item, {"ownerId": "", "arn": lambda vpc: f"arn:{vpc['VpcId']}"})
    assert found == {
        "cidrBlock": "10.0.0.0/16",
        "arn": "arn:vpc-1",
        "tags": {"a": "b"},
        "tagsAll": {"a": "b"},
    }


TAGS = st.dictionaries(st.text(min_size=1), st.text(), max_size=5)


@given(TAGS)
def test_tags_in_all_their_forms(tags: dict[str, str]) -> None:
    assert tags_of({"Tags": tag_list(tags)}) == tags
    assert tags_of({"TagSet": tag_list(tags)}) == tags
    assert tags_of({"Tags": tag_list(tags, "TagKey", "TagValue")}) == tags
    assert tags_of({"tags": tags}) == tags


def test_no_tags_are_not_empty_tags() -> None:
    assert tags_of({}) is None
    assert tags_of({"Tags": []}) == {}
