"""Run components against a recording stand-in of the engine and look at what they registered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pytest
from pulumi.runtime import mocks, rpc

ACCOUNT, REGION, IMAGE = "111111111111", "us-east-1", "ami-0123456789abcdef0"


@dataclass(frozen=True)
class Registered:
    """One resource as the engine would get it."""

    type: str
    name: str
    inputs: dict[str, Any]
    parent: str
    dependencies: tuple[str, ...]
    ignore_changes: tuple[str, ...]


@dataclass
class Recording(mocks.Mocks):
    """Answers as AWS would, and remembers what was asked for."""

    region: str = REGION
    partition: str = "aws"
    resources: list[Registered] = field(default_factory=list)

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        service = args.typ.split(":")[1].split("/")[0]
        arn = f"arn:{self.partition}:{service}:{self.region}:{ACCOUNT}:{args.name}"
        computed: dict[str, Any] = {"arn": arn, "name": args.name, **args.inputs}
        if args.typ == "aws:s3/bucket:Bucket":
            computed |= {"bucket": args.name, "arn": f"arn:{self.partition}:s3:::{args.name}"}
        if args.typ in {"aws:lb/loadBalancer:LoadBalancer", "aws:lb/targetGroup:TargetGroup"}:
            computed |= {
                "arnSuffix": f"suffix/{args.name}",
                "dnsName": f"{args.name}.example.com",
                "zoneId": "Z1",
            }
        if args.typ == "aws:ec2/launchTemplate:LaunchTemplate":
            computed["latestVersion"] = 3
        if args.typ == "aws:acm/certificate:Certificate":
            names = [args.inputs["domainName"], *args.inputs.get("subjectAlternativeNames", [])]
            computed["domainValidationOptions"] = [
                {
                    "domainName": name,
                    "resourceRecordName": f"_proof.{name.removeprefix('*.')}",
                    "resourceRecordType": "CNAME",
                    "resourceRecordValue": "_value.acm-validations.aws",
                }
                for name in names
            ]
        if args.typ == "aws:route53/zone:Zone":
            computed |= {"zoneId": "Z-new", "nameServers": ["ns-1.example.net"]}
        if args.typ == "aws:route53/record:Record":
            computed["fqdn"] = args.inputs["name"]
        return f"{args.name}-id", computed

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        answers: dict[str, dict[str, Any]] = {
            "aws:index/getPartition:getPartition": {
                "partition": self.partition,
                "dnsSuffix": "amazonaws.com",
            },
            "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": ACCOUNT},
            "aws:index/getRegion:getRegion": {"region": self.region},
            "aws:ssm/getParameter:getParameter": {"value": IMAGE, "name": args.args.get("name")},
            "aws:index/getAvailabilityZones:getAvailabilityZones": {
                "names": [f"{self.region}{letter}" for letter in "abc"],
                "zoneIds": ["use1-az1", "use1-az2", "use1-az3"],
            },
        }
        return answers[args.token], []

    def of(self, type_: str) -> list[Registered]:
        """All resources of a type, given the end of its token (`lb/listener:Listener`)."""
        return [one for one in self.resources if one.type.endswith(type_)]

    def one(self, type_: str, name_end: str = "") -> Registered:
        """The only resource of a type (whose name ends so)."""
        (found,) = [one for one in self.of(type_) if one.name.endswith(name_end)]
        return found


class _Monitor(mocks.MockMonitor):
    """Remembers parents, dependencies and options, which `Mocks.new_resource` is not told."""

    def __init__(self, recording: Recording) -> None:
        super().__init__(recording)
        self.recording = recording

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802  # gRPC's name
        answer = super().RegisterResource(request)  # type: ignore[no-untyped-call]  # the SDK has no types here
        self.recording.resources.append(
            Registered(
                type=request.type,
                name=request.name,
                inputs=rpc.deserialize_properties(request.object),
                parent=request.parent,
                dependencies=tuple(request.dependencies),
                ignore_changes=tuple(request.ignoreChanges),
            )
        )
        return answer


Deploy = Callable[..., Recording]


@pytest.fixture
def deploy() -> Iterator[Deploy]:
    """Run a program to its end, all its resources included; raises what the program raises."""

    def run(program: Callable[[], Any], **place: Any) -> Recording:
        recording = Recording(**place)
        mocks.set_mocks(recording, project="groundplan", stack="test", monitor=_Monitor(recording))
        pulumi.runtime.test(program)()  # type: ignore[no-untyped-call]  # the SDK has no types here
        return recording

    yield run
    mocks.set_mocks(Recording(), project="groundplan", stack="test")
