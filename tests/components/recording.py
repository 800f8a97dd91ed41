"""A stand-in of the engine: runs a program that makes components, and remembers all it registered."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi.runtime import mocks, rpc

ACCOUNT = "111111111111"
DNS_SUFFIXES = {"aws": "amazonaws.com", "aws-cn": "amazonaws.com.cn", "aws-us-gov": "amazonaws.com"}


_SERVICES = {
    "aws:cloudwatch/eventBus:EventBus": "events",
    "aws:cloudwatch/eventRule:EventRule": "events",
    "aws:cloudwatch/logGroup:LogGroup": "logs",
    "aws:sfn/stateMachine:StateMachine": "states",
}
"""The service in an ARN where it is not the one in the type's name."""


@dataclass(frozen=True)
class Registered:
    """One resource as the engine would get it."""

    type: str
    name: str
    urn: str
    parent: str
    custom: bool
    inputs: dict[str, Any]
    state: dict[str, Any]
    dependencies: tuple[str, ...]
    ignore_changes: tuple[str, ...]
    provider: str
    retained: bool
    replaced_after_deletion: bool
    made_from: dict[str, tuple[str, ...]]
    """The URNs that each property was computed from."""


@dataclass
class Recording(mocks.Mocks):
    """Answers as AWS would, and remembers what was asked for."""

    region: str = "us-east-1"
    partition: str = "aws"
    letters: str = "abcdef"
    resources: list[Registered] = field(default_factory=list)
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        service = args.typ.split(":")[1].split("/")[0]
        region = args.inputs.get("region", self.region)
        arn = f"arn:{self.partition}:{service}:{region}:{self._account(args.provider)}:{args.name}"
        state = {"arn": arn, "name": args.name}
        return f"{args.name}-id", {**state, **self._computed(args), **args.inputs}

    def _arn(self, args: mocks.MockResourceArgs, resource: str) -> str:
        service = _SERVICES.get(args.typ) or args.typ.split(":")[1].split("/")[0]
        region, account = args.inputs.get("region", self.region), self._account(args.provider)
        return f"arn:{self.partition}:{service}:{region}:{account}:{resource}"

    def _account(self, provider: str | None) -> str:
        """The account that a provider works in, where the program made it for one account."""
        name = (provider or "").split("::")[-2:-1]
        for made in self.resources:
            if made.type == "pulumi:providers:aws" and [made.name] == name:
                accounts = made.inputs.get("allowedAccountIds") or [ACCOUNT]
                return str((json.loads(accounts) if isinstance(accounts, str) else accounts)[0])
        return ACCOUNT

    def _computed(self, args: mocks.MockResourceArgs) -> dict[str, Any]:
        """What AWS works out for this kind of resource, as far as components read it."""
        name, inputs = args.name, args.inputs
        computed: dict[str, dict[str, Any]] = {
            "aws:ec2/vpc:Vpc": {
                "cidrBlock": "10.77.0.0/16",
                "ipv6CidrBlock": "2001:db8:1200::/56",
                "defaultNetworkAclId": "acl-default",
                "defaultRouteTableId": "rtb-default",
            },
            "aws:ec2/vpcEndpoint:VpcEndpoint": {"prefixListId": f"pl-{name}"},
            "aws:ec2/eip:Eip": {"publicIp": "198.51.100.1"},
            "aws:ec2/launchTemplate:LaunchTemplate": {"latestVersion": 3},
            "aws:kms/key:Key": {"keyId": f"{name}-key", "arn": self._arn(args, f"key/{name}")},
            "aws:cloudwatch/logGroup:LogGroup": {
                "arn": self._arn(args, f"log-group:{inputs.get('name', name)}")
            },
            "aws:cloudwatch/eventBus:EventBus": {
                "arn": self._arn(args, f"event-bus/{inputs.get('name', name)}")
            },
            "aws:lambda/function:Function": {"arn": self._arn(args, f"function:{name}"), "version": "1"},
            "aws:lambda/alias:Alias": {
                "arn": self._arn(args, f"function:{inputs.get('functionName')}:{inputs.get('name')}")
            },
            "aws:signer/signingJob:SigningJob": {
                "signedObjects": [{"s3s": [{"bucket": "signed-code", "key": f"signed/{name}.zip"}]}]
            },
            "aws:signer/signingProfile:SigningProfile": {
                "versionArn": self._arn(args, f"/signing-profiles/{name}/1")
            },
            "aws:lambda/layerVersion:LayerVersion": {
                "arn": self._arn(args, f"layer:{inputs.get('layerName')}:1"),
                "layerArn": self._arn(args, f"layer:{inputs.get('layerName')}"),
                "version": "1",
                "codeSha256": inputs.get("sourceCodeHash"),
            },
            "aws:sfn/stateMachine:StateMachine": {"arn": self._arn(args, f"stateMachine:{name}")},
            "aws:codebuild/project:Project": {"arn": self._arn(args, f"project/{inputs.get('name', name)}")},
            "aws:iam/role:Role": {"arn": f"arn:{self.partition}:iam::{ACCOUNT}:role/{name}"},
            "aws:acm/certificate:Certificate": {"domainValidationOptions": _proofs(inputs)},
            "aws:route53/record:Record": {"fqdn": inputs.get("name")},
            "aws:route53/zone:Zone": {"zoneId": "Z2", "nameServers": ["ns-1.example.com"]},
            "aws:s3/bucket:Bucket": {"bucket": name, "arn": f"arn:{self.partition}:s3:::{name}"},
            "aws:lb/loadBalancer:LoadBalancer": {
                "arnSuffix": f"app/{name}",
                "dnsName": "x.example.com",
                "zoneId": "Z1",
            },
            "aws:lb/targetGroup:TargetGroup": {"arnSuffix": f"targetgroup/{name}"},
            "aws:secretsmanager/secret:Secret": {
                "arn": f"arn:{self.partition}:secretsmanager:{self.region}:{ACCOUNT}:secret:{name}-AbCdEf"
            },
            "aws:rds/instance:Instance": {
                "resourceId": f"db-RESOURCE-{name.upper()}",
                "address": f"{name}.example.com",
                "masterUserSecrets": [
                    {
                        "secretArn": f"arn:{self.partition}:secretsmanager:{self.region}:{ACCOUNT}:secret:{name}"
                    }
                ],
            },
            "aws:rds/globalCluster:GlobalCluster": {"endpoint": f"{name}.global-x.global.rds.example.com"},
            "aws:rds/proxy:Proxy": {
                "arn": f"arn:{self.partition}:rds:{self.region}:{ACCOUNT}:db-proxy:prx-{name.upper()}",
                "endpoint": f"{name}.proxy-x.example.com",
            },
            "aws:rds/cluster:Cluster": {
                "clusterResourceId": f"cluster-{name.upper()}",
                "endpoint": f"{name}.cluster-x.example.com",
                "masterUserSecrets": [{"secretArn": f"arn:{self.partition}:secretsmanager:::secret:{name}"}],
            },
            "aws:rds/clusterInstance:ClusterInstance": {"endpoint": f"{name}.x.example.com"},
            "aws:rds/clusterEndpoint:ClusterEndpoint": {"endpoint": f"{name}.cluster-custom-x.example.com"},
            "aws:elasticache/user:User": {
                "arn": f"arn:{self.partition}:elasticache:{self.region}:{ACCOUNT}:user:{inputs.get('userId')}"
            },
            "aws:elasticache/replicationGroup:ReplicationGroup": {
                "arn": f"arn:{self.partition}:elasticache:{self.region}:{ACCOUNT}:replicationgroup:{name}-1",
                "replicationGroupId": f"{name}-1",
                "primaryEndpointAddress": f"master.{name}.example.com",
                "readerEndpointAddress": f"replica.{name}.example.com",
                "configurationEndpointAddress": f"clustercfg.{name}.example.com",
            },
        }
        return computed.get(args.typ, {})

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        region = args.args.get("region", self.region)
        answers: dict[str, dict[str, Any]] = {
            "aws:index/getPartition:getPartition": {
                "partition": self.partition,
                "dnsSuffix": DNS_SUFFIXES[self.partition],
            },
            "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": self._account(args.provider)},
            "aws:index/getRegion:getRegion": {"region": region},
            "aws:index/getAvailabilityZones:getAvailabilityZones": {
                "names": [f"{region}{letter}" for letter in self.letters],
                "zoneIds": [f"use1-az{index + 1}" for index in range(len(self.letters))],
            },
            "aws:index/getRegions:getRegions": {"names": ["af-south-1", "me-central-1"]},
            "aws:ssm/getParameter:getParameter": {"value": "ami-0123456789abcdef0"},
        }
        return answers[args.token], []

    def of(self, type_: str) -> list[Registered]:
        """All resources of a type, given the end of its token (`ec2/subnet:Subnet` or `Subnet`)."""
        return [one for one in self.resources if one.type == type_ or one.type.endswith((f":{type_}", type_))]

    def named(self, type_: str) -> dict[str, Registered]:
        """The resources of exactly this kind (`Subnet`), by name."""
        return {one.name: one for one in self.resources if one.type.rsplit(":", 1)[-1] == type_}

    def only(self, type_: str) -> Registered:
        """The one resource of this kind."""
        (found,) = self.named(type_).values()
        return found


def _proofs(certificate: dict[str, Any]) -> list[dict[str, str]]:
    """How ACM asks to prove that one owns the names of a certificate."""
    names = [certificate.get("domainName", ""), *certificate.get("subjectAlternativeNames", [])]
    return [
        {
            "domainName": name,
            "resourceRecordName": f"_proof.{name.removeprefix('*.')}",
            "resourceRecordType": "CNAME",
            "resourceRecordValue": "_value.acm-validations.aws",
        }
        for name in names
    ]


class _Monitor(mocks.MockMonitor):
    """Remembers what `Mocks` is not told: parents, dependencies, options and outputs."""

    def __init__(self, recording: Recording) -> None:
        super().__init__(recording)
        self.recording = recording

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802  # gRPC's name
        answer = super().RegisterResource(request)  # type: ignore[no-untyped-call]  # the SDK has no types here
        made = self.resources.get(answer.urn)
        self.recording.resources.append(
            Registered(
                type=request.type,
                name=request.name,
                urn=answer.urn,
                parent=request.parent,
                custom=request.custom,
                inputs=rpc.deserialize_properties(request.object),
                state={"id": made.id, **made.state} if made else {},
                dependencies=tuple(request.dependencies),
                ignore_changes=tuple(request.ignoreChanges),
                provider=request.provider,
                replaced_after_deletion=request.deleteBeforeReplace,
                retained=request.retainOnDelete,
                made_from={name: tuple(found.urns) for name, found in request.propertyDependencies.items()},
            )
        )
        return answer

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802  # gRPC's name
        self.recording.outputs[request.urn] = rpc.deserialize_properties(request.outputs)
        return super().RegisterResourceOutputs(request)  # type: ignore[no-untyped-call]  # as above


def run(program: Callable[[], Any], **place: Any) -> Recording:
    """Run a program to its end, all its resources included; raises what the program raises.

    Each run has an engine of its own, so tests don't see each other's resources.
    """
    recording = Recording(**place)
    mocks.set_mocks(recording, project="groundplan", stack="test", preview=False, monitor=_Monitor(recording))
    pulumi.runtime.test(program)()  # type: ignore[no-untyped-call]  # the SDK has no types here
    return recording
