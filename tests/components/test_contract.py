"""What holds for every component of the project, tried on the stack that shows them all (`Pulumi.dev.yaml`)."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from pulumi.runtime import config

import components
import stack
from components.foundation.component import Component
from components.foundation.names import AUTONAME_LENGTH
from policies.check import settings
from policies.pack.analyzer import Analyzer
from policies.pack.graph import Stack
from policies.pack.profiles import Level
from policies.pack.resource import Resource
from policies.rules import all_rules
from stack.registry import ARCHITECTURES, Architecture
from stack.settings import read_settings
from tests.components.recording import Recording, Registered, run

ROOT = Path(__file__).resolve().parents[2]
DEV = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text())["config"]

NAME_LIMITS = {
    "aws:iam/role:Role": 64,
    "aws:iam/instanceProfile:InstanceProfile": 128,
    "aws:iam/rolePolicy:RolePolicy": 128,
    "aws:lb/loadBalancer:LoadBalancer": 32,
    "aws:lb/targetGroup:TargetGroup": 32,
    "aws:s3/bucket:Bucket": 63,
    "aws:ec2/securityGroup:SecurityGroup": 255,
    "aws:ec2/launchTemplate:LaunchTemplate": 128,
    "aws:autoscaling/group:Group": 255,
    "aws:rds/subnetGroup:SubnetGroup": 255,
    "aws:elasticache/subnetGroup:SubnetGroup": 255,
    "aws:rds/parameterGroup:ParameterGroup": 255,
    "aws:rds/optionGroup:OptionGroup": 255,
    "aws:elasticache/parameterGroup:ParameterGroup": 255,
    "aws:elasticache/replicationGroup:ReplicationGroup": 40,
    "aws:kms/alias:Alias": 256,
    "aws:cloudwatch/logGroup:LogGroup": 512,
    "aws:cloudwatch/metricAlarm:MetricAlarm": 255,
    "aws:backup/vault:Vault": 50,
    "aws:backup/plan:Plan": 50,
    "aws:backup/selection:Selection": 50,
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": 255,
    "aws:rds/eventSubscription:EventSubscription": 255,
    "aws:sns/topic:Topic": 256,
}
"""Longest names that AWS takes; where no name is given, the logical name and auto-naming make one."""


FOR_PROGRAMS = {"ApiDestination"}
"""Components whose arguments hold a secret, which a stack's configuration in a repository must not."""


def texts(values: Mapping[str, Any]) -> dict[str, str]:
    """Configuration as Pulumi hands it over: structures as JSON."""
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}


@pytest.fixture(scope="module")
def dev() -> Recording:
    """The dev stack, built once."""
    return run_stack(DEV)


def run_stack(values: Mapping[str, Any]) -> Recording:
    def program() -> None:
        token = config.CONFIG.set(texts(values))
        try:
            stack.build()
        finally:
            config.CONFIG.reset(token)

    return run(program)


def aws_resources(recording: Recording) -> list[Registered]:
    return [one for one in recording.resources if one.type.startswith("aws:")]


def component_classes(base: type[Component] = Component) -> Iterator[type[Component]]:
    for module in pkgutil.walk_packages(components.__path__, "components."):
        importlib.import_module(module.name)
    for found in base.__subclasses__():
        if found.__module__.startswith("components."):
            yield found
        yield from component_classes(found)


def test_the_dev_stack_shows_every_component(dev: Recording) -> None:
    shown = {one.type.rsplit(":", 1)[-1] for one in dev.resources if one.type.startswith("groundplan:")}
    assert {found.__name__ for found in component_classes()} - FOR_PROGRAMS == shown


def test_the_dev_stack_shows_every_architecture() -> None:
    assert {key.partition(":")[2] for key in DEV if key.startswith("groundplan:")} == set(ARCHITECTURES)


def test_every_resource_is_the_child_of_a_component(dev: Recording) -> None:
    by_urn = {one.urn: one for one in dev.resources}
    for one in aws_resources(dev):
        assert by_urn[one.parent].type.startswith("groundplan:"), one.name


def test_every_component_registers_outputs(dev: Recording) -> None:
    found = [one for one in dev.resources if one.type.startswith("groundplan:")]
    assert found
    for one in found:
        assert dev.outputs[one.urn], one.name


def test_everything_that_can_have_tags_has_them(dev: Recording) -> None:
    untagged = [one.name for one in aws_resources(dev) if _can_have_tags(one.type) and not _is_tagged(one)]
    assert not untagged


def _can_have_tags(type_: str) -> bool:
    _, module, name = type_.split(":")
    folder = module.split("/")[0]
    sdk = importlib.import_module(f"pulumi_aws.{'lambda_' if folder == 'lambda' else folder}")
    return hasattr(getattr(sdk, name), "tags")


def _is_tagged(one: Registered) -> bool:
    tags = one.inputs.get("tags") or {}
    keys = {tag["key"] for tag in tags} if isinstance(tags, list) else set(tags)
    return {"Name", "groundplan:component", "groundplan:name", "groundplan:stack"} <= keys


def test_urns_differ(dev: Recording) -> None:
    urns = [one.urn for one in dev.resources]
    assert len(urns) == len(set(urns))


def test_names_fit_also_when_the_component_has_the_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    longest = {key: ("n" * 24 + key)[:28] for key in ARCHITECTURES}

    def renamed(key: str, kind: Architecture) -> Architecture:
        return Architecture(kind.settings, lambda _, *rest: kind.make(longest[key], *rest), kind.needs)

    for key, kind in list(ARCHITECTURES.items()):
        monkeypatch.setitem(ARCHITECTURES, key, renamed(key, kind))
    for one in aws_resources(run_stack(DEV)):
        limit = NAME_LIMITS.get(one.type)
        if limit:
            assert _name_length(one) <= limit, (one.type, one.name)


def _name_length(one: Registered) -> int:
    if given := one.inputs.get("name") or one.inputs.get("bucket"):
        return len(given)
    if prefix := one.inputs.get("namePrefix") or one.inputs.get("bucketPrefix"):
        return len(prefix) + 26
    return len(one.name) + AUTONAME_LENGTH


def test_what_components_build_passes_the_pack(dev: Recording) -> None:
    """No rule that stops a deployment is broken, and none is left undecided, once everything is known."""
    analyzer = Analyzer(all_rules(), settings.settings(all_rules(), ROOT / "policies.dev.json", ""))
    resources = [Resource(one.type, one.name, one.urn, one.state) for one in aws_resources(dev)]
    outcomes = [outcome for resource in resources for outcome in analyzer.judge(resource)]
    outcomes += analyzer.judge_stack(Stack(resources))
    stopping = [
        (outcome.rule.id, outcome.urn.rsplit("::", 1)[-1], str(outcome.verdict))
        for outcome in outcomes
        if outcome.level is not Level.ADVISORY or outcome.broken or outcome.verdict.unknown
    ]
    assert not stopping


def test_in_china_no_arn_says_aws() -> None:
    values = {**DEV, "aws:region": "cn-north-1"}
    values["groundplan:layer"] = {**DEV["groundplan:layer"], "regions": ["cn-north-1", "cn-northwest-1"]}
    world = DEV["groundplan:global-database"]
    values["groundplan:global-database"] = {
        **world,
        "primary": "cn-north-1",
        "regions": dict(zip(("cn-north-1", "cn-northwest-1"), world["regions"].values(), strict=True)),
    }
    for key in ("events", "global-endpoint"):
        del values[f"groundplan:{key}"]  # events do not cross Regions there
    pipeline = DEV["groundplan:layer-pipeline"]
    values["groundplan:layer-pipeline"] = {**pipeline, "regions": ["cn-north-1", "cn-northwest-1"]}

    def program() -> None:
        token = config.CONFIG.set(texts(values))
        try:
            stack.build()
        finally:
            config.CONFIG.reset(token)

    recording = run(program, region="cn-north-1", partition="aws-cn")
    for one in aws_resources(recording):
        assert "arn:aws:" not in json.dumps(one.inputs, default=str), one.name


def test_nothing_is_created_when_the_settings_are_wrong() -> None:
    with pytest.raises(ValueError, match="groundplan:network"):
        read_settings(texts({**DEV, "groundplan:network": {"zones": ["a"]}}), "groundplan")
