"""Our server and the stock `pulumi_policy` server say the same where the stock one can answer.

The policies below are written as users of the stock SDK write them, not derived from ours.
"""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import (
    EnforcementLevel,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.policy import _PolicyAnalyzerServicer

from policies.pack.service import AnalyzerService
from policies.rules import all_rules
from tests.policies.support import EXAMPLES, NO_CONTEXT, Example, examples, request, stack_request


def volume(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type == "aws:ebs/volume:Volume" and str(args.props.get("encrypted")).lower() != "true":
        report("not encrypted")


def subnet(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type == "aws:ec2/subnet:Subnet" and args.props.get("mapPublicIpOnLaunch") is True:
        report("public addresses")


def protection(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if (
        args.resource_type.endswith("/loadBalancer:LoadBalancer")
        and str(args.props.get("enableDeletionProtection")).lower() != "true"
    ):
        report("not protected")


def flow_log(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type != "aws:ec2/flowLog:FlowLog" or args.props.get("transitGatewayId"):
        return
    if args.props.get("trafficType") != "ALL":
        report("not all traffic")


def ownership(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type == "aws:s3/bucketOwnershipControls:BucketOwnershipControls":
        rule = args.props.get("rule")
        if not rule or rule.get("objectOwnership") != "BucketOwnerEnforced":
            report("ACLs are on")


def vpc_logs(args: StackValidationArgs, report: ReportViolation) -> None:
    logged = {
        target.urn
        for log in args.resources
        if log.resource_type == "aws:ec2/flowLog:FlowLog" and log.props["trafficType"] == "ALL"
        for target in log.property_dependencies.get("vpcId", [])
    }
    for resource in args.resources:
        if resource.resource_type == "aws:ec2/vpc:Vpc" and resource.urn not in logged:
            report("no flow log", resource.urn)


RESOURCE_POLICIES = {
    "ec2-volume-encrypted": volume,
    "vpc-subnet-no-public-ip-on-launch": subnet,
    "elbv2-deletion-protection": protection,
    "vpc-flow-log-traffic-type": flow_log,
    "s3-ownership-enforced": ownership,
}
STACK_POLICIES = {"vpc-flow-log-all": vpc_logs}
COMPARED = {*RESOURCE_POLICIES, *STACK_POLICIES}
BY_ID = {rule.id: rule for rule in all_rules()}
LEVELS = {"critical": "mandatory", "high": "mandatory", "medium": "advisory", "low": "advisory"}
CASES = [
    example
    for file in sorted(EXAMPLES.glob("*.yaml"))
    for example in examples(file.stem)
    if example.rule in COMPARED and example.expected != "undecided"
]


def common(name: str) -> dict[str, Any]:
    severity = BY_ID[name].severity.value
    return {
        "name": name,
        "description": BY_ID[name].reason,
        "enforcement_level": EnforcementLevel(LEVELS[severity]),
        "severity": Severity(severity),
    }


@pytest.fixture(scope="module")
def stock() -> Any:
    policies = [
        *(
            ResourceValidationPolicy(validate=found, **common(name))
            for name, found in RESOURCE_POLICIES.items()
        ),
        *(StackValidationPolicy(validate=found, **common(name)) for name, found in STACK_POLICIES.items()),
    ]
    return _PolicyAnalyzerServicer("groundplan", "0.1.0", policies, EnforcementLevel.ADVISORY)


@pytest.fixture(scope="module")
def ours() -> AnalyzerService:
    return AnalyzerService([BY_ID[name] for name in sorted(COMPARED)], version="0.1.0")


def answers(server: Any, example: Example) -> list[tuple[object, ...]]:
    if example.over_stack:
        response = server.AnalyzeStack(stack_request(example.content, preview=False), NO_CONTEXT)
    else:
        response = server.Analyze(request(example.token, example.content), NO_CONTEXT)
    return sorted(
        (
            item.policyName,
            item.policyPackName,
            item.policyPackVersion,
            item.description,
            item.message.split("\n")[0],
            item.enforcementLevel,
            item.severity,
            # The engine takes an empty URN for the resource it asked about.
            item.urn or "urn:pulumi:dev::test::" + f"{example.token}::subject",
        )
        for item in response.diagnostics
    )


@pytest.mark.parametrize("case", CASES, ids=str)
def test_both_servers_report_the_same(stock: Any, ours: AnalyzerService, case: Example) -> None:
    assert answers(ours, case) == answers(stock, case)
    assert bool(answers(ours, case)) is (case.expected == "fail")


def test_both_servers_announce_their_policies_alike(stock: Any, ours: AnalyzerService) -> None:
    def announced(server: Any) -> list[tuple[object, ...]]:
        info = server.GetAnalyzerInfo(empty_pb2.Empty(), NO_CONTEXT)
        return sorted(
            (item.name, item.description, item.enforcementLevel, item.policy_type, item.severity)
            for item in info.policies
            if item.name in COMPARED
        )

    assert announced(ours) == announced(stock)
    assert len(announced(ours)) == len(COMPARED)


def test_both_servers_take_a_level_from_the_configuration(stock: Any, ours: AnalyzerService) -> None:
    config = analyzer_pb2.ConfigureAnalyzerRequest()
    config.policyConfig["ec2-volume-encrypted"].enforcementLevel = analyzer_pb2.DISABLED
    for server in (stock, ours):
        server.Configure(config, NO_CONTEXT)
        assert not server.Analyze(request("aws:ebs/volume:Volume", {}), NO_CONTEXT).diagnostics
        server.Configure(analyzer_pb2.ConfigureAnalyzerRequest(), NO_CONTEXT)
