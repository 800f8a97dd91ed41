"""The types read from the SDK's source text, against facts of AWS types and against the imported classes."""

from __future__ import annotations

import importlib
import typing
from collections.abc import Iterator

import pulumi
import pytest
from pulumi import _types

from tools.emulator import schema
from tools.emulator.schema import source

SAMPLE = (
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:ec2/instance:Instance",
    "aws:s3/bucketLogging:BucketLogging",
    "aws:iam/policy:Policy",
    "aws:kms/key:Key",
    "aws:rds/cluster:Cluster",
    "aws:lambda/function:Function",
    "aws:guardduty/iPSet:IPSet",
    "aws:sns/topicPolicy:TopicPolicy",
)


def resource(token: str) -> schema.ResourceType:
    found = schema.resource(token)
    assert found is not None, token
    return found


def test_a_security_group_as_the_sdk_has_it() -> None:
    group = resource("aws:ec2/securityGroup:SecurityGroup")
    assert group.python_class == "SecurityGroup"
    assert group.properties["description"].default == "Managed by Pulumi"
    assert group.properties["revokeRulesOnDelete"].default is False
    assert not group.properties["revokeRulesOnDelete"].computed
    assert group.properties["vpcId"].computed
    assert "arn" in group.outputs
    assert "arn" not in group.inputs
    rule = group.properties["ingress"].type.element
    assert rule is not None
    assert rule.object is not None
    assert rule.object.properties["fromPort"].required
    assert rule.object.properties["fromPort"].type.kind == "integer"
    assert not rule.object.properties["cidrBlocks"].required
    assert "Owner ID" in group.properties["ownerId"].doc


def test_secrets_aliases_unions_enums_and_assets() -> None:
    assert resource("aws:rds/cluster:Cluster").properties["masterPassword"].secret
    assert resource("aws:s3/bucketAcl:BucketAcl").aliases == ("aws:s3/bucketAclV2:BucketAclV2",)
    policy = resource("aws:iam/policy:Policy").properties["policy"]
    assert policy.required
    assert {option.kind for option in policy.type.options} == {"string", "object"}
    function = resource("aws:lambda/function:Function")
    assert "python3.13" in function.properties["runtime"].type.values
    assert function.properties["code"].type.kind == "archive"


def test_unknown_tokens_are_not_found() -> None:
    assert schema.resource("aws:ec2/vpc:Vpcs") is None
    assert schema.function("aws:ec2/getVpc:getVpx") is None
    assert schema.function("nonsense") is None
    assert schema.nearest("aws:ec2/vpc:VPC", schema.tokens()) == "aws:ec2/vpc:Vpc"
    assert schema.nearest("fromPrt", ["toPort", "fromPort"]) == "fromPort"
    assert schema.nearest("zzz", ["toPort", "fromPort"]) is None


def test_a_data_source_has_arguments_and_results() -> None:
    vpcs = schema.function("aws:ec2/getVpc:getVpc")
    assert vpcs is not None
    assert set(vpcs.inputs) >= {"cidrBlock", "filters", "tags"}
    filters = vpcs.inputs["filters"].type.element
    assert filters is not None
    assert filters.object is not None
    assert filters.object.properties["values"].required
    assert vpcs.outputs["cidrBlock"].type.kind == "string"
    zone = schema.function("aws:index/getRegion:getRegion")
    assert zone is not None
    assert "name" in zone.inputs


def test_the_provider_itself_has_its_configuration() -> None:
    provider = resource("pulumi:providers:aws")
    roles = provider.properties["assumeRoles"].type.element
    assert roles is not None
    assert roles.object is not None
    assert "roleArn" in roles.object.properties


def nested(kind: schema.TypeRef) -> Iterator[schema.TypeRef]:
    yield kind
    for inner in (kind.element, *kind.options):
        if inner is not None:
            yield from nested(inner)


def test_every_type_and_every_nested_type_can_be_read() -> None:
    """All 1,700 types with all 8,000 nested ones; a type with a missing class would come out empty."""
    seen = set()
    waiting = [prop.type for token in schema.tokens() for prop in resource(token).properties.values()]
    while waiting:
        for kind in nested(waiting.pop()):
            if kind.object is None or kind.reference in seen:
                continue
            seen.add(kind.reference)
            assert kind.reference is not None
            path = f"{kind.reference.folder}/_inputs.py"
            assert kind.reference.given is None or source.class_text(path, kind.reference.given) is not None
            waiting += [prop.type for prop in kind.object.properties.values()]
    assert len(schema.tokens()) > 1700
    assert len(seen) > 8000


def test_every_data_source_can_be_read() -> None:
    assert len(schema.function_tokens()) > 600
    for token in schema.function_tokens():
        found = schema.function(token)
        assert found is not None, token
        assert found.outputs, token


def kind_of(annotation: object) -> str:
    """The kind that our own reading should give for a real type hint."""
    annotation = _unwrapped(annotation)
    origin = typing.get_origin(annotation)
    if isinstance(origin, type) and issubclass(origin, typing.Mapping):
        return "map"
    if isinstance(origin, type) and issubclass(origin, typing.Sequence):
        return "list"
    if origin is typing.Union:
        return "union"
    known = {str: "string", int: "integer", float: "number", bool: "boolean", pulumi.Archive: "archive"}
    return known.get(typing.cast("type", annotation), "object")


def _unwrapped(annotation: object) -> object:
    """The hint without Input, Output and Optional around it."""
    if typing.get_origin(annotation) is typing.Union:
        parts = [part for part in typing.get_args(annotation) if part is not type(None)]
        plain = [part for part in parts if not _is_wrapper(part)]
        if len(plain) == 1:
            return _unwrapped(plain[0])
    return annotation


def _is_wrapper(part: object) -> bool:
    return typing.get_origin(part) is pulumi.Output or "Awaitable" in str(part)


@pytest.mark.parametrize("token", SAMPLE)
def test_properties_are_those_of_the_imported_classes(token: str) -> None:
    ours = resource(token)
    module = importlib.import_module("pulumi_aws." + source.file_of(token)[:-3].replace("/", "."))
    name = f"{ours.python_class}InitArgs"
    args = getattr(module, name if hasattr(module, name) else f"{ours.python_class}Args")
    wire = _types.input_type_py_to_pulumi_names(args)
    hints = _types.input_type_types(args)
    assert set(ours.inputs) == set(wire.values())
    for python_name, name in wire.items():
        ours_kind = ours.properties[name].type.kind
        real = kind_of(hints[name] if name in hints else hints[python_name])
        assert real in (ours_kind, "union"), f"{token} {name}"
    outputs = _types.resource_types(getattr(module, ours.python_class))
    assert set(ours.outputs) == {name for name in outputs if name not in ("id", "urn")}
