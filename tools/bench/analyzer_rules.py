"""The same rules and resources for both policy servers: ours and the stock `pulumi_policy` one.

    python -m tools.bench.analyzer_rules ours|stock|pack|stock-pack COUNT

serves COUNT rules the way the engine expects: it prints a port and answers. `ours` and `stock` serve rules that
want one property of one resource type to have one value; `pack` and `stock-pack` the project's own rules.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from google.protobuf import struct_pb2
from pulumi.runtime.proto import analyzer_pb2

PACK_NAME = "bench"

# Type, path of the property, wanted value. Thirty rules; more are the same again under other names.
CHECKS: tuple[tuple[str, str, object], ...] = (
    ("aws:ec2/instance:Instance", "metadataOptions.httpTokens", "required"),
    ("aws:ec2/instance:Instance", "associatePublicIpAddress", False),
    ("aws:ec2/instance:Instance", "monitoring", True),
    ("aws:ec2/instance:Instance", "ebsOptimized", True),
    ("aws:ec2/instance:Instance", "rootBlockDevice.encrypted", True),
    ("aws:ec2/subnet:Subnet", "mapPublicIpOnLaunch", False),
    ("aws:ec2/subnet:Subnet", "assignIpv6AddressOnCreation", False),
    ("aws:ec2/vpc:Vpc", "enableDnsSupport", True),
    ("aws:ec2/vpc:Vpc", "enableDnsHostnames", True),
    ("aws:ec2/flowLog:FlowLog", "trafficType", "ALL"),
    ("aws:ebs/volume:Volume", "encrypted", True),
    ("aws:kms/key:Key", "enableKeyRotation", True),
    ("aws:kms/key:Key", "deletionWindowInDays", 30.0),
    ("aws:lb/loadBalancer:LoadBalancer", "dropInvalidHeaderFields", True),
    ("aws:lb/loadBalancer:LoadBalancer", "enableDeletionProtection", True),
    ("aws:lb/loadBalancer:LoadBalancer", "accessLogs.enabled", True),
    ("aws:lb/listener:Listener", "protocol", "HTTPS"),
    ("aws:lb/listener:Listener", "sslPolicy", "ELBSecurityPolicy-TLS13-1-2-2021-06"),
    ("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "blockPublicAcls", True),
    ("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "blockPublicPolicy", True),
    ("aws:s3/bucketVersioning:BucketVersioning", "versioningConfiguration.status", "Enabled"),
    ("aws:s3/bucketOwnershipControls:BucketOwnershipControls", "rule.objectOwnership", "BucketOwnerEnforced"),
    ("aws:cloudwatch/logGroup:LogGroup", "retentionInDays", 365.0),
    ("aws:cloudwatch/logGroup:LogGroup", "skipDestroy", False),
    ("aws:autoscaling/group:Group", "healthCheckType", "ELB"),
    ("aws:rds/cluster:Cluster", "storageEncrypted", True),
    ("aws:rds/cluster:Cluster", "iamDatabaseAuthenticationEnabled", True),
    ("aws:rds/cluster:Cluster", "deletionProtection", True),
    ("aws:sqs/queue:Queue", "sqsManagedSseEnabled", True),
    ("aws:sns/topic:Topic", "tracingConfig", "Active"),
)


def checks(count: int) -> Iterator[tuple[str, str, str, object]]:
    """`count` rules: name, type, path, wanted value."""
    for index in range(count):
        token, path, wanted = CHECKS[index % len(CHECKS)]
        yield f"rule-{index:03}", token, path, wanted


def requests(count: int) -> list[analyzer_pb2.AnalyzeRequest]:
    """`count` resources of the rules' types: half right and half wrong, with fifteen further properties."""
    tokens = sorted({token for token, _, _ in CHECKS})
    return [_request(tokens[index % len(tokens)], index) for index in range(count)]


def pack_requests(count: int, *, right: bool = False) -> list[analyzer_pb2.AnalyzeRequest]:
    """`count` resources that every rule of the project has an opinion on: the examples, made longer.

    `right`: only those that are as their rule wants them, as most resources of a real program are.
    """
    from tests.policies.support import EXAMPLES, examples, struct, urn  # noqa: PLC0415  servers need no examples

    single: list[tuple[str, dict[str, Any]]] = []
    for file in sorted(EXAMPLES.glob("*.yaml")):
        single += [
            (found.token, found.content)
            for found in examples(file.stem)
            if not found.over_stack and (found.expected == "pass" or not right)
        ]
    # A stride that shares no factor with the number of examples takes in all services even in a short run.
    stride = next(step for step in range(len(single) // 3, len(single)) if math.gcd(step, len(single)) == 1)
    made = []
    for index in range(count):
        token, content = single[index * stride % len(single)]
        name = f"resource-{index}"
        properties = struct({**_filler(name), **content})
        made.append(
            analyzer_pb2.AnalyzeRequest(type=token, name=name, urn=urn(token, name), properties=properties)
        )
    return made


def _filler(name: str) -> dict[str, Any]:
    return {
        "tags": {"Name": name, "groundplan:component": "bench", "environment": "dev"},
        "ids": [f"id-{number}" for number in range(4)],
        **{f"setting{number}": number % 2 == 0 for number in range(11)},
    }


def _request(token: str, index: int) -> analyzer_pb2.AnalyzeRequest:
    name = f"resource-{index}"
    properties: dict[str, Any] = {
        **_filler(name),
        "description": f"the {index}th resource",
        "ingress": [{"protocol": "tcp", "fromPort": 443.0, "toPort": 443.0, "cidrBlocks": ["10.0.0.0/8"]}]
        * 2,
    }
    for at, (kind, path, wanted) in enumerate(CHECKS):
        if kind == token:
            first, _, rest = path.partition(".")
            value = wanted if (index + at) % 2 else "something else"
            properties[first] = {**properties.get(first, {}), rest: value} if rest else value
    message = struct_pb2.Struct()
    message.update(properties)
    urn = f"urn:pulumi:dev::bench::{token}::{name}"
    return analyzer_pb2.AnalyzeRequest(type=token, name=name, urn=urn, properties=message)


def serve_ours(count: int) -> None:
    """Our server with the benchmark's rules."""
    from policies.pack.resource import Resource  # noqa: PLC0415  each server imports only what is its own
    from policies.pack.rule import HIGH, Rule, Theme  # noqa: PLC0415
    from policies.pack.server import serve  # noqa: PLC0415
    from policies.pack.verdict import PASS, Verdict, violation  # noqa: PLC0415

    def make(name: str, token: str, path: str, wanted: object) -> Rule:
        def judge(resource: Resource) -> Verdict:
            return PASS if resource.get(path) == wanted else violation(path, "is wrong")

        return Rule(name, (token,), HIGH, Theme.NETWORK, f"Reason of {name}.", judge, False, {}, (), ())

    serve([make(*check) for check in checks(count)], _manifest(), name=PACK_NAME)


def serve_pack() -> None:
    """Our server with the project's own rules."""
    from policies.pack.server import serve  # noqa: PLC0415
    from policies.rules import all_rules  # noqa: PLC0415

    serve(all_rules(), _manifest(), name=PACK_NAME)


def serve_stock(count: int) -> None:
    """The stock server with the benchmark's rules, written as its users write them."""
    from pulumi_policy import (  # noqa: PLC0415
        EnforcementLevel,
        Policy,
        PolicyPack,
        ReportViolation,
        ResourceValidationArgs,
        ResourceValidationPolicy,
        Severity,
    )

    def make(name: str, token: str, path: str, wanted: object) -> Policy:
        def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
            if args.resource_type != token:
                return
            found: Any = args.props
            for step in path.split("."):
                found = found.get(step) if found else None
            if found != wanted:
                report(f"`{path}` is wrong.")

        return ResourceValidationPolicy(
            name, f"Reason of {name}.", validate, EnforcementLevel.MANDATORY, severity=Severity.HIGH
        )

    PolicyPack(PACK_NAME, [make(*check) for check in checks(count)])


def serve_stock_pack(count: int) -> None:
    """The stock server with the first COUNT of the project's own rules, with all of them when it is 0."""
    from pulumi_policy import PolicyPack  # noqa: PLC0415

    from policies.pack.stock import policies  # noqa: PLC0415
    from policies.rules import all_rules  # noqa: PLC0415

    PolicyPack(PACK_NAME, policies(all_rules()[: count or None]))


def _manifest() -> Path:
    return Path(__file__).resolve().parents[2] / "policies" / "PulumiPolicy.yaml"


if __name__ == "__main__":
    kind, number = sys.argv[1], int(sys.argv[2])
    if kind == "pack":
        serve_pack()
    else:
        {"ours": serve_ours, "stock": serve_stock, "stock-pack": serve_stock_pack}[kind](number)
