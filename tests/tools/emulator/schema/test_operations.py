"""The API operations and CloudFormation types that stand behind types of the SDK."""

from __future__ import annotations

import pytest

from tools.emulator.schema import cloudformation, operations, resource
from tools.emulator.schema.matching import find, find_exactly, plain
from tools.emulator.schema.services import entity_of, services_of


def inputs(token: str) -> frozenset[str]:
    found = resource(token)
    assert found is not None
    return frozenset(plain(name) for name in found.inputs if name not in ("tags", "region"))


@pytest.mark.parametrize(
    ("token", "service", "operation", "schema"),
    [
        ("aws:ec2/subnet:Subnet", "ec2", "CreateSubnet", "AWS::EC2::Subnet"),
        (
            "aws:ec2/networkAclRule:NetworkAclRule",
            "ec2",
            "CreateNetworkAclEntry",
            "AWS::EC2::NetworkAclEntry",
        ),
        ("aws:rds/instance:Instance", "rds", "CreateDBInstance", "AWS::RDS::DBInstance"),
        (
            "aws:lb/targetGroup:TargetGroup",
            "elbv2",
            "CreateTargetGroup",
            "AWS::ElasticLoadBalancingV2::TargetGroup",
        ),
        ("aws:cloudwatch/logGroup:LogGroup", "logs", "CreateLogGroup", "AWS::Logs::LogGroup"),
        ("aws:iam/rolePolicy:RolePolicy", "iam", "PutRolePolicy", "AWS::IAM::RolePolicy"),
        ("aws:s3/bucketVersioning:BucketVersioning", "s3", "PutBucketVersioning", None),
        ("aws:cfg/rule:Rule", "config", "PutConfigRule", "AWS::Config::ConfigRule"),
    ],
)
def test_what_stands_behind_a_type(token: str, service: str, operation: str, schema: str | None) -> None:
    life = operations.lifecycle(token, inputs(token))
    assert life is not None
    assert (life.service, life.create.name) == (service, operation)
    found = cloudformation.schema_of(token, inputs(token))
    assert (found.name if found else None) == schema


def test_a_service_that_is_gone_has_no_operations() -> None:
    assert services_of("aws:qldb/ledger:Ledger") == ()
    assert operations.lifecycle("aws:qldb/ledger:Ledger", frozenset({"name"})) is None


def test_what_changes_and_what_identifies() -> None:
    life = operations.lifecycle("aws:iam/rolePolicy:RolePolicy", inputs("aws:iam/rolePolicy:RolePolicy"))
    assert life is not None
    assert {"rolename", "policyname"} <= life.identity
    assert "policydocument" in life.changeable


def test_names_of_the_api() -> None:
    owners = ("securitygroup",)
    assert find("name", {"groupname", "description"}, owners) == "groupname"
    assert find("subnetids", {"subnetid"}, owners) == "subnetid"
    assert find("policies", {"policy"}, owners) == "policy"
    assert find("role", {"rolearn"}, owners) == "rolearn"
    assert find_exactly("role", {"rolearn"}, owners) is None
    assert find("policy", {"policyname"}, ("rolepolicy",)) is None
    assert find("color", {"groupname"}, owners) is None
    assert entity_of("aws:ec2/subnet:Subnet") == "subnet"
    assert entity_of("aws:ec2/eip:Eip") == "address"
