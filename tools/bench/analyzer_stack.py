"""A stack of any size for `AnalyzeStack`: the same small system again and again, its resources referring to each other."""

from __future__ import annotations

import json
from typing import Any

from pulumi.runtime.proto import analyzer_pb2


def _policy(effect: str, action: str, **more: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": effect, "Action": action, **more}]})


_ENCRYPTION = [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "@key"}}]

# Name, type, properties; `@name` refers to another resource of the same system by its id.
_SYSTEM: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("vpc", "aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16", "enableDnsSupport": True}),
    ("subnet", "aws:ec2/subnet:Subnet", {"vpcId": "@vpc", "mapPublicIpOnLaunch": False}),
    ("group", "aws:ec2/securityGroup:SecurityGroup", {"vpcId": "@vpc", "description": "of the system"}),
    (
        "entry",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        {
            "securityGroupId": "@group",
            "ipProtocol": "tcp",
            "fromPort": 443,
            "toPort": 443,
            "cidrIpv4": "10.0.0.0/8",
        },
    ),
    ("flow", "aws:ec2/flowLog:FlowLog", {"vpcId": "@vpc", "trafficType": "ALL"}),
    ("key", "aws:kms/key:Key", {"enableKeyRotation": True}),
    ("data", "aws:s3/bucket:Bucket", {"forceDestroy": False}),
    (
        "block",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        {"bucket": "@data", "blockPublicAcls": True},
    ),
    (
        "lock",
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        {"bucket": "@data", "rules": _ENCRYPTION},
    ),
    (
        "rights",
        "aws:s3/bucketPolicy:BucketPolicy",
        {
            "bucket": "@data",
            "policy": _policy(
                "Deny", "s3:*", Principal="*", Condition={"Bool": {"aws:SecureTransport": "false"}}
            ),
        },
    ),
    (
        "role",
        "aws:iam/role:Role",
        {
            "assumeRolePolicy": _policy(
                "Allow", "sts:AssumeRole", Principal={"Service": "lambda.amazonaws.com"}
            )
        },
    ),
    (
        "grant",
        "aws:iam/rolePolicy:RolePolicy",
        {"role": "@role", "policy": _policy("Allow", "s3:GetObject", Resource="arn:aws:s3:::data/*")},
    ),
    ("log", "aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": 365}),
    ("dead", "aws:sqs/queue:Queue", {"sqsManagedSseEnabled": True}),
    (
        "queue",
        "aws:sqs/queue:Queue",
        {"visibilityTimeoutSeconds": 180, "redrivePolicy": '{"maxReceiveCount": 5}'},
    ),
    (
        "function",
        "aws:lambda/function:Function",
        {
            "role": "@role",
            "timeout": 30,
            "runtime": "python3.13",
            "vpcConfig": {"subnetIds": ["@subnet"], "securityGroupIds": ["@group"]},
        },
    ),
    (
        "source",
        "aws:lambda/eventSourceMapping:EventSourceMapping",
        {"functionName": "@function", "eventSourceArn": "@queue"},
    ),
    ("subnets", "aws:rds/subnetGroup:SubnetGroup", {"subnetIds": ["@subnet"]}),
    (
        "database",
        "aws:rds/cluster:Cluster",
        {
            "dbSubnetGroupName": "@subnets",
            "engine": "aurora-postgresql",
            "engineVersion": "16.4",
            "storageEncrypted": True,
            "vpcSecurityGroupIds": ["@group"],
        },
    ),
    ("topic", "aws:sns/topic:Topic", {"kmsMasterKeyId": "@key"}),
)


def stack(count: int) -> analyzer_pb2.AnalyzeStackRequest:
    """`count` resources with outputs, dependencies and property dependencies, as the engine sends them after `up`."""
    message = analyzer_pb2.AnalyzeStackRequest()
    for index in range(count):
        system, at = divmod(index, len(_SYSTEM))
        name, token, properties = _SYSTEM[at]
        resource = message.resources.add(type=token, name=f"{name}-{system}", urn=_urn(token, name, system))
        given = {path: _resolved(value, system) for path, value in properties.items()}
        resource.properties.update(
            {**given, "id": f"{name}-{system}", "arn": _arn(name, system), "tags": {"Name": name}}
        )
        for path, value in properties.items():
            urns = [_urn(_TYPES[found], found, system) for found in _references(value)]
            if urns:
                resource.dependencies.extend(urns)
                resource.propertyDependencies[path].urns.extend(urns)
    return message


_TYPES = {name: token for name, token, _ in _SYSTEM}


def _urn(token: str, name: str, system: int) -> str:
    return f"urn:pulumi:dev::bench::{token}::{name}-{system}"


def _arn(name: str, system: int) -> str:
    return f"arn:aws:any:us-east-1:111111111111:{name}-{system}"


def _resolved(value: Any, system: int) -> Any:
    if isinstance(value, str) and value.startswith("@"):
        return f"{value[1:]}-{system}"
    if isinstance(value, list):
        return [_resolved(item, system) for item in value]
    if isinstance(value, dict):
        return {name: _resolved(item, system) for name, item in value.items()}
    return value


def _references(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value[1:]] if value.startswith("@") else []
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [found for item in inner for found in _references(item)]
