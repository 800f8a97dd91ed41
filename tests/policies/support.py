"""Builds protocol messages from plain values, and reads the rules' examples.

An example file (`examples/<service>.yaml`) maps a rule's id to `fail`, `pass` and `undecided` lists. An
example is the properties of one resource, or for a rule over the stack a list of resources. `!unknown` is a
value that is not known before `up`, `!secret` a secret, `!ref NAME.PROPERTY` a property of another resource
of the example: unknown with a property dependency in a preview, its value afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, cast

import grpc
import yaml
from google.protobuf import struct_pb2
from pulumi.runtime.proto import analyzer_pb2

from policies.pack.rule import Rule
from policies.pack.service import AnalyzerService
from policies.pack.values import SECRET, SIGNATURE, UNKNOWN_TEXTS
from policies.rules import all_rules

EXAMPLES = Path(__file__).parent / "examples"
UNKNOWN_TEXT = min(UNKNOWN_TEXTS)
# The servicer is called in process; it uses the call's context only to refuse a configuration.
NO_CONTEXT = cast("grpc.ServicerContext", None)
STACK = "urn:pulumi:dev::test"


@dataclass(frozen=True)
class Secret:
    """A value to send as a secret."""

    value: Any


@dataclass(frozen=True)
class Ref:
    """A property of another resource of the same example."""

    name: str
    output: str


class _Unknown:
    pass


UNKNOWN = _Unknown()


class _Loader(yaml.SafeLoader):
    pass


def _reference(loader: _Loader, node: yaml.ScalarNode) -> Ref:
    name, _, output = str(loader.construct_scalar(node)).partition(".")
    return Ref(name, output)


def _secret(loader: _Loader, node: yaml.ScalarNode) -> Secret:
    return Secret(loader.construct_scalar(node))


_Loader.add_constructor("!unknown", lambda loader, node: UNKNOWN)
_Loader.add_constructor("!secret", _secret)
_Loader.add_constructor("!ref", _reference)


@dataclass(frozen=True)
class Example:
    """One example of a rule: what the rule must say, and the resources it is about."""

    rule: str
    expected: str
    index: int
    token: str
    content: Any = field(repr=False)

    @property
    def over_stack(self) -> bool:
        return isinstance(self.content, list)

    def __str__(self) -> str:
        return f"{self.rule}-{self.expected}-{self.index}"


def loaded(path: Path) -> Any:
    """A YAML file with the marks of examples."""
    return yaml.load(path.read_text(encoding="utf-8"), _Loader)


@cache
def examples(service: str) -> tuple[Example, ...]:
    """The examples of a service's rules."""
    read = loaded(EXAMPLES / f"{service}.yaml")
    return tuple(
        Example(rule, expected, index, entry.get("type", ""), content)
        for rule, entry in read.items()
        for expected in ("fail", "pass", "undecided")
        for index, content in enumerate(entry.get(expected, []))
    )


def value(item: Any) -> Any:
    """A plain value as a Struct takes it."""
    if isinstance(item, _Unknown):
        return UNKNOWN_TEXT
    if isinstance(item, Secret):
        return {SIGNATURE: SECRET, "value": value(item.value)}
    if isinstance(item, dict):
        return {str(name): value(inner) for name, inner in item.items()}
    if isinstance(item, (list, tuple)):
        return [value(inner) for inner in item]
    return item


def struct(properties: dict[str, Any]) -> struct_pb2.Struct:
    """Properties as the engine sends them."""
    message = struct_pb2.Struct()
    message.update(value(properties))
    return message


def urn(token: str, name: str) -> str:
    return f"{STACK}::{token}::{name}"


def request(token: str, properties: dict[str, Any], name: str = "subject") -> analyzer_pb2.AnalyzeRequest:
    """The engine's question about one resource."""
    return analyzer_pb2.AnalyzeRequest(
        type=token, name=name, urn=urn(token, name), properties=struct(properties)
    )


def stack_request(resources: list[dict[str, Any]], *, preview: bool) -> analyzer_pb2.AnalyzeStackRequest:
    """The engine's question about a stack; resources have `name`, `type` and `props`."""
    urns = {resource["name"]: urn(resource["type"], resource["name"]) for resource in resources}
    message = analyzer_pb2.AnalyzeStackRequest()
    for resource in resources:
        properties = dict(resource.get("props", {}))
        dependencies = {name: sorted(_references(item, urns)) for name, item in properties.items()}
        known = {name: _resolved(item, preview=preview) for name, item in properties.items()}
        if not preview:
            known.setdefault("id", f"id-of-{resource['name']}")
            known.setdefault("arn", f"arn-of-{resource['name']}")
        message.resources.add(
            type=resource["type"],
            name=resource["name"],
            urn=urns[resource["name"]],
            properties=struct(known),
            propertyDependencies={
                name: analyzer_pb2.AnalyzerPropertyDependencies(urns=found)
                for name, found in dependencies.items()
                if found
            },
        )
    return message


def _references(item: Any, urns: dict[str, str]) -> set[str]:
    if isinstance(item, Ref):
        return {urns[item.name]}
    inner = item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
    return {found for part in inner for found in _references(part, urns)}


def _resolved(item: Any, *, preview: bool) -> Any:
    if isinstance(item, Ref):
        return UNKNOWN if preview else f"{item.output}-of-{item.name}"
    if isinstance(item, dict):
        return {name: _resolved(inner, preview=preview) for name, inner in item.items()}
    if isinstance(item, list):
        return [_resolved(inner, preview=preview) for inner in item]
    return item


def some_rules(*ids: str) -> tuple[Rule, ...]:
    """Rules by id: tests of what runs them should not care for what other rules say of the same resource."""
    found = {rule.id: rule for rule in all_rules()}
    return tuple(found[name] for name in ids)


def answer(
    service: AnalyzerService, example: Example, *, preview: bool = True
) -> analyzer_pb2.AnalyzeResponse:
    """What the server says of an example."""
    if not example.over_stack:
        return service.Analyze(request(example.token, example.content), NO_CONTEXT)
    question = stack_request(example.content, preview=preview)
    service.ConfigureStack(analyzer_pb2.AnalyzerStackConfigureRequest(), NO_CONTEXT)  # a new operation
    response = service.AnalyzeStack(question, NO_CONTEXT)
    for resource in question.resources:
        alone = analyzer_pb2.AnalyzeRequest(
            type=resource.type, name=resource.name, urn=resource.urn, properties=resource.properties
        )
        response.MergeFrom(service.Analyze(alone, NO_CONTEXT))
    return response


def verdict(response: analyzer_pb2.AnalyzeResponse, rule: str) -> str:
    """Read a rule's answer: `fail`, `undecided`, `broken` or `pass`."""
    found = [item.message for item in response.diagnostics if item.policyName == rule]
    if any("The rule itself failed" in message for message in found):
        return "broken"
    if found:
        return "fail"
    return "undecided" if any(item.policy_name == rule for item in response.not_applicable) else "pass"
