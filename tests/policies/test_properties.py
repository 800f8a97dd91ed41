"""Rules read types and properties that exist in the installed `pulumi_aws`: a typo would always pass or fail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest

from policies.pack import paths
from policies.pack.resource import Part, Resource
from policies.pack.rule import Rule
from policies.pack.service import AnalyzerService
from policies.pack.values import Value
from policies.rules import all_rules
from tests.policies.support import EXAMPLES, Example, answer, examples
from tools.emulator import schema

ALL = [example for file in sorted(EXAMPLES.glob("*.yaml")) for example in examples(file.stem)]


@contextmanager
def reads(example: Example) -> Iterator[set[tuple[str, str]]]:
    """Note which property of which type is read: full paths where one resource is judged, else the top ones."""
    found: set[tuple[str, str]] = set()
    plain = Part.get

    def noted(part: Part, path: str) -> Value:
        if isinstance(part, Resource):
            found.add((part.type, path))
        elif not example.over_stack:
            found.add((example.token, part.at(path)))
        return plain(part, path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Part, "get", noted)
        yield found


@cache
def missing(token: str, path: str) -> str:
    """The first step of a path that the type does not have, or nothing."""
    known = schema.resource(token)
    assert known, f"pulumi_aws has no type {token}"
    properties, kind = known.properties, None
    for step in paths.steps(path):
        if isinstance(step, int):
            kind = kind.element if kind is not None and kind.kind == "list" else kind
        elif step not in properties:
            return f"{token}: {path}: no property `{step}`"
        else:
            kind = properties[step].type
        options = [kind, *(kind.options if kind else ())]
        inner = [option.element or option for option in options if option]
        properties = {
            name: found
            for option in inner
            if option.object
            for name, found in option.object.properties.items()
        }
        if kind and kind.kind in ("map", "any", "string"):
            return ""
    return ""


def test_a_typo_is_found_at_any_depth() -> None:
    instance, template = "aws:ec2/instance:Instance", "aws:ec2/launchTemplate:LaunchTemplate"
    assert missing(instance, "metadataOptions.httpTokens") == ""
    assert "no property `httpTokenz`" in missing(instance, "metadataOptions.httpTokenz")
    assert missing(template, "blockDeviceMappings[0].ebs.encrypted") == ""
    assert "no property `encryptd`" in missing(template, "blockDeviceMappings[0].ebs.encryptd")
    assert "no property `usrData`" in missing(instance, "usrData")


def test_rules_are_on_types_that_exist() -> None:
    wrong = [(rule.id, token) for rule in all_rules() for token in rule.on if schema.resource(token) is None]
    assert wrong == []


def test_fixes_set_properties_that_exist() -> None:
    wrong = [
        (rule.id, found)
        for rule in all_rules()
        for token in rule.on
        for path in rule.fix
        if (found := missing(token, path))
    ]
    assert wrong == []


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_rule_reads_properties_that_exist(rule: Rule) -> None:
    service = AnalyzerService([rule])
    wrong = set()
    for example in (item for item in ALL if item.rule == rule.id and item.expected != "undecided"):
        with reads(example) as found:
            answer(service, example)
        wrong |= {problem for token, path in found if (problem := missing(token, path))}
    assert wrong == set()
