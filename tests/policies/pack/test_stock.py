"""Every example gets the same answer from the stock server with the rules as stock policies as from ours."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import EnforcementLevel
from pulumi_policy.policy import _PolicyAnalyzerServicer

from policies.pack.service import AnalyzerService
from policies.pack.stock import policies
from policies.rules import all_rules
from tests.policies.support import (
    EXAMPLES,
    NO_CONTEXT,
    UNKNOWN,
    Example,
    Secret,
    examples,
    request,
    stack_request,
)

BY_ID = {rule.id: rule for rule in all_rules()}
CASES = [example for file in sorted(EXAMPLES.glob("*.yaml")) for example in examples(file.stem)]


def stock_server(*ids: str, profile: str = "baseline") -> Any:
    found = policies([BY_ID[name] for name in ids], profile)
    return _PolicyAnalyzerServicer("groundplan", "0.1.0", found, EnforcementLevel.ADVISORY)


def servers(name: str) -> tuple[Any, AnalyzerService]:
    return stock_server(name), AnalyzerService([BY_ID[name]], version="0.1.0")


def said(server: Any, question: Any, rule: str) -> Any:
    over_stack = isinstance(question, analyzer_pb2.AnalyzeStackRequest)
    response = (server.AnalyzeStack if over_stack else server.Analyze)(question, NO_CONTEXT)
    violations = sorted(
        (item.message, item.enforcementLevel, item.severity, item.urn, item.policyPackVersion)
        for item in response.diagnostics
        if item.policyName == rule
    )
    return violations, {item.policy_name for item in response.not_applicable}


@pytest.mark.parametrize("rule", sorted(BY_ID))
def test_both_servers_say_the_same_of_every_example(rule: str) -> None:
    stock, ours = servers(rule)
    cases = [case for case in CASES if case.rule == rule]
    assert cases
    for case in cases:
        for question in questions(case):
            assert said(stock, question, rule) == said(ours, question, rule), str(case)


def questions(case: Example) -> list[Any]:
    """What the engine would ask about an example: over a stack, in a preview and after `up`."""
    if case.over_stack:
        return [stack_request(case.content, preview=preview) for preview in (True, False)]
    return [request(case.token, case.content)]


def test_both_servers_announce_the_rules_alike() -> None:
    def announced(server: Any) -> dict[str, Any]:
        found = {}
        for item in server.GetAnalyzerInfo(empty_pb2.Empty(), NO_CONTEXT).policies:
            if item.name in BY_ID:
                item.displayName = ""
                found[item.name] = json_format.MessageToDict(item)
        return found

    assert announced(stock_server(*BY_ID)) == announced(AnalyzerService(all_rules()))


def test_a_profile_and_an_option_reach_the_stock_policies() -> None:
    key = request("aws:kms/key:Key", {"deletionWindowInDays": 20.0})
    strict = stock_server("kms-key-deletion-window", profile="strict")
    assert not strict.Analyze(key, NO_CONTEXT).diagnostics
    message = analyzer_pb2.ConfigureAnalyzerRequest()
    message.policyConfig["kms-key-deletion-window"].enforcementLevel = analyzer_pb2.MANDATORY
    message.policyConfig["kms-key-deletion-window"].properties.update({"minimumDays": 30})
    strict.Configure(message, NO_CONTEXT)
    assert len(strict.Analyze(key, NO_CONTEXT).diagnostics) == 1


def test_a_fix_changes_its_property_and_keeps_secrets() -> None:
    server = stock_server("ec2-imdsv2-only")
    message = analyzer_pb2.ConfigureAnalyzerRequest()
    message.policyConfig["ec2-imdsv2-only"].enforcementLevel = analyzer_pb2.REMEDIATE
    server.Configure(message, NO_CONTEXT)
    before = {"userData": Secret("x"), "ami": UNKNOWN}
    (fixed,) = server.Remediate(request("aws:ec2/instance:Instance", before), NO_CONTEXT).remediations
    expected = request("aws:ec2/instance:Instance", {**before, "metadataOptions": {"httpTokens": "required"}})
    assert json_format.MessageToDict(fixed.properties) == json_format.MessageToDict(expected.properties)
    right = request("aws:ec2/instance:Instance", {"metadataOptions": {"httpTokens": "required"}})
    assert not server.Remediate(right, NO_CONTEXT).remediations
