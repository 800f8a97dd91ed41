"""The servicer as the engine sees it: information, levels, undecided, broken rules, remediation."""

from __future__ import annotations

from typing import Any, NoReturn

import grpc
import pytest
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import analyzer_pb2

from policies.pack.resource import Resource
from policies.pack.rule import HIGH, Rule, Theme, rule
from policies.pack.service import AnalyzerService
from policies.pack.values import SECRET, SIGNATURE
from policies.pack.verdict import Verdict, violation
from policies.rules import all_rules
from tests.policies.support import (
    NO_CONTEXT,
    UNKNOWN,
    UNKNOWN_TEXT,
    Secret,
    request,
    some_rules,
    stack_request,
)

INSTANCE = "aws:ec2/instance:Instance"
VOLUME = "aws:ebs/volume:Volume"
FEW = some_rules(
    "ec2-volume-encrypted",
    "ec2-imdsv2-only",
    "ec2-instance-volumes-encrypted",
    "ec2-no-key-pair",
    "vpc-endpoint-has-policy",
    "vpc-flow-log-all",
)


class RefusedError(Exception):
    """The servicer aborted the call."""


class Context:
    """Enough of a call's context to see a refusal."""

    def abort(self, code: grpc.StatusCode, details: str) -> NoReturn:
        raise RefusedError(code, details)


def configure(service: AnalyzerService, **levels: Any) -> None:
    config = {
        name.replace("__", ":").replace("_", "-"): analyzer_pb2.PolicyConfig(enforcementLevel=level)
        for name, level in levels.items()
    }
    message = analyzer_pb2.ConfigureAnalyzerRequest(policyConfig=config)
    service.Configure(message, Context())  # type: ignore[arg-type]  # only `abort` is called


@pytest.fixture
def service() -> AnalyzerService:
    return AnalyzerService(FEW, version="1.2.3")


def test_info_announces_every_rule_and_the_settings() -> None:
    info = AnalyzerService(all_rules()).GetAnalyzerInfo(empty_pb2.Empty(), NO_CONTEXT)
    policies = {policy.name: policy for policy in info.policies}
    assert set(policies) == {"settings", "waivers-in-order", *(found.id for found in all_rules())}
    assert info.supportsConfig
    rotation = policies["kms-key-rotation"]
    assert rotation.severity == analyzer_pb2.POLICY_SEVERITY_HIGH
    assert rotation.enforcementLevel == analyzer_pb2.MANDATORY
    assert rotation.policy_type == analyzer_pb2.POLICY_TYPE_RESOURCE
    assert {"theme:encryption-at-rest", "service:kms", "CKV_AWS_7"} <= set(rotation.tags)
    assert policies["vpc-flow-log-all"].policy_type == analyzer_pb2.POLICY_TYPE_STACK
    window = json_format.MessageToDict(policies["kms-key-deletion-window"].configSchema.properties)
    assert window == {"minimumDays": {"type": "integer", "default": 14.0}}


def test_a_violation_carries_what_the_engine_shows(service: AnalyzerService) -> None:
    response = service.Analyze(request(VOLUME, {"encrypted": False}), NO_CONTEXT)
    (found,) = response.diagnostics
    assert found.policyName == "ec2-volume-encrypted"
    assert (found.policyPackName, found.policyPackVersion) == ("groundplan", "1.2.3")
    assert found.enforcementLevel == analyzer_pb2.MANDATORY
    assert found.severity == analyzer_pb2.POLICY_SEVERITY_HIGH
    assert found.urn.endswith("::subject")
    assert found.message == f"{found.description}\n`encrypted` is not true. Set `encrypted=True`."


@pytest.mark.parametrize(
    "token", ["pulumi:pulumi:Stack", "pulumi:providers:aws", "groundplan:network:ThreeTierVpc"]
)
def test_other_resources_are_left_alone(service: AnalyzerService, token: str) -> None:
    assert service.Analyze(request(token, {"x": UNKNOWN}), NO_CONTEXT) == analyzer_pb2.AnalyzeResponse()


def test_undecided_is_no_violation_and_is_summed_up_once(service: AnalyzerService) -> None:
    for name in ("a", "b"):
        response = service.Analyze(request(VOLUME, {"encrypted": UNKNOWN}, name), NO_CONTEXT)
        assert not response.diagnostics
        (left,) = response.not_applicable
        assert (left.policy_name, left.reason) == ("ec2-volume-encrypted", "undecided until `up`: encrypted")
    summary = service.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(), NO_CONTEXT).diagnostics
    assert [(item.policyName, item.enforcementLevel) for item in summary] == [
        ("settings", analyzer_pb2.ADVISORY)
    ]
    assert "2 checks of 1 rules wait" in summary[0].message
    assert "encrypted:" not in summary[0].message


def test_details_list_what_is_undecided(service: AnalyzerService) -> None:
    message = analyzer_pb2.ConfigureAnalyzerRequest()
    message.policyConfig["settings"].properties.update({"details": True})
    service.Configure(message, NO_CONTEXT)
    service.Analyze(request(VOLUME, {"encrypted": UNKNOWN}, "data"), NO_CONTEXT)
    (summary,) = service.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(), NO_CONTEXT).diagnostics
    assert "ec2-volume-encrypted on data: encrypted" in summary.message


def test_a_new_operation_starts_empty(service: AnalyzerService) -> None:
    service.Analyze(request(VOLUME, {"encrypted": UNKNOWN}), NO_CONTEXT)
    service.ConfigureStack(analyzer_pb2.AnalyzerStackConfigureRequest(stack="dev"), NO_CONTEXT)
    assert not service.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(), NO_CONTEXT).diagnostics


def test_levels_and_disabled_rules(service: AnalyzerService) -> None:
    question = request(VOLUME, {})
    configure(service, ec2_volume_encrypted=analyzer_pb2.ADVISORY)
    assert service.Analyze(question, NO_CONTEXT).diagnostics[0].enforcementLevel == analyzer_pb2.ADVISORY
    configure(service, ec2_volume_encrypted=analyzer_pb2.DISABLED)
    assert not service.Analyze(question, NO_CONTEXT).diagnostics


def test_a_wrong_configuration_is_refused_with_its_remedy(service: AnalyzerService) -> None:
    with pytest.raises(RefusedError, match="did you mean `ec2-volume-encrypted`"):
        configure(service, ec2_volume_encryptd=analyzer_pb2.ADVISORY)


def _broken_rules() -> list[Rule]:
    def thing_breaks(volume: Resource) -> Verdict:
        """It reads what is not there."""
        raise KeyError(volume.text("password"))

    def thing_works(volume: Resource) -> Verdict:
        """It goes on."""
        return violation("size", "is wrong")

    for judge in (thing_breaks, thing_works):
        judge.__module__ = "policies.rules.thing"
    declare = rule(on=VOLUME, severity=HIGH, theme=Theme.NETWORK)
    return [declare(thing_breaks), declare(thing_works)]


def test_a_broken_rule_ends_nothing_and_prints_no_value() -> None:
    service = AnalyzerService(_broken_rules())
    response = service.Analyze(request(VOLUME, {"password": "hunter2"}), NO_CONTEXT)
    broken, working = sorted(response.diagnostics, key=lambda item: item.policyName)
    assert broken.enforcementLevel == analyzer_pb2.ADVISORY
    assert "KeyError in test_service.py line" in broken.message
    assert working.enforcementLevel == analyzer_pb2.MANDATORY
    assert "hunter2" not in str(response)


def remediated(
    service: AnalyzerService, token: str, properties: dict[str, Any]
) -> analyzer_pb2.RemediateResponse:
    return service.Remediate(request(token, properties), NO_CONTEXT)


def test_nothing_is_changed_unless_asked(service: AnalyzerService) -> None:
    assert remediated(service, VOLUME, {}) == analyzer_pb2.RemediateResponse()


def test_a_fix_changes_its_property_and_nothing_else(service: AnalyzerService) -> None:
    configure(service, ec2_imdsv2_only=analyzer_pb2.REMEDIATE)
    before = {
        "userData": Secret("x"),
        "ami": UNKNOWN,
        "__defaults": [],
        "metadataOptions": {"httpEndpoint": "enabled"},
    }
    (fixed,) = remediated(service, INSTANCE, before).remediations
    assert fixed.policyName == "ec2-imdsv2-only"
    assert json_format.MessageToDict(fixed.properties) == {
        "userData": {SIGNATURE: SECRET, "value": "x"},
        "ami": UNKNOWN_TEXT,
        "__defaults": [],
        "metadataOptions": {"httpEndpoint": "enabled", "httpTokens": "required"},
    }
    again = service.Remediate(
        analyzer_pb2.AnalyzeRequest(type=INSTANCE, properties=fixed.properties), NO_CONTEXT
    )
    assert not again.remediations


def test_fixes_of_one_resource_build_on_each_other(service: AnalyzerService) -> None:
    level = analyzer_pb2.REMEDIATE
    configure(service, ec2_imdsv2_only=level, ec2_instance_volumes_encrypted=level)
    last = remediated(service, INSTANCE, {}).remediations[-1]
    assert json_format.MessageToDict(last.properties) == {
        "metadataOptions": {"httpTokens": "required"},
        "rootBlockDevice": {"encrypted": True},
    }


def test_a_fix_that_has_no_way_says_so(service: AnalyzerService) -> None:
    configure(service, ec2_imdsv2_only=analyzer_pb2.REMEDIATE)
    (blocked,) = remediated(
        service, INSTANCE, {"metadataOptions": Secret({"httpTokens": "optional"})}
    ).remediations
    assert "`metadataOptions.httpTokens` can't be changed here" in blocked.diagnostic
    assert not blocked.HasField("properties")
    assert not remediated(service, INSTANCE, {"metadataOptions": UNKNOWN}).remediations


def test_a_rule_without_a_fix_is_not_applicable(service: AnalyzerService) -> None:
    configure(service, ec2_no_key_pair=analyzer_pb2.REMEDIATE)
    response = remediated(service, INSTANCE, {"keyName": "ops"})
    assert [item.policy_name for item in response.not_applicable] == ["ec2-no-key-pair"]


def test_cancel_tells_the_server() -> None:
    told: list[bool] = []
    AnalyzerService([], on_cancel=lambda: told.append(True)).Cancel(empty_pb2.Empty(), NO_CONTEXT)
    assert told == [True]


def test_stack_rules_tell_what_the_program_gave_from_what_aws_chose(service: AnalyzerService) -> None:
    """A new endpoint without a policy shows an unknown one in its outputs; the inputs say that none was given."""
    token = "aws:ec2/vpcEndpoint:VpcEndpoint"
    outputs = stack_request([{"name": "subject", "type": token, "props": {"policy": UNKNOWN}}], preview=True)

    def found() -> list[str]:
        return [item.policyName for item in service.AnalyzeStack(outputs, NO_CONTEXT).diagnostics]

    assert "vpc-endpoint-has-policy" not in found()
    service.Analyze(request(token, {"serviceName": "com.amazonaws.us-east-1.s3"}), NO_CONTEXT)
    assert "vpc-endpoint-has-policy" in found()
    service.ConfigureStack(analyzer_pb2.AnalyzerStackConfigureRequest(stack="dev"), NO_CONTEXT)
    assert "vpc-endpoint-has-policy" not in found()


def test_stack_rules_see_parents_and_dependencies(service: AnalyzerService) -> None:
    question = stack_request([{"name": "net", "type": "aws:ec2/vpc:Vpc"}], preview=True)
    found = service.AnalyzeStack(question, NO_CONTEXT).diagnostics
    assert "vpc-flow-log-all" in {item.policyName for item in found}
    assert {item.urn for item in found} == {question.resources[0].urn}
