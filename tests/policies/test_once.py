"""A fault is said once: no two rules say the same of the same property of one resource.

Two rules may ask different things of one property (encrypted at all, and under which key). Where one holds the other
in, it leaves that part to the other.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import pytest

from policies.pack.graph import Stack
from policies.pack.iam.places import RESOURCE_POLICIES
from policies.pack.resource import Resource
from policies.pack.rule import Rule
from policies.pack.tokens import canonical
from policies.pack.values import decode
from policies.pack.verdict import Finding, NotKnownError
from policies.rules import all_rules
from tests.policies.support import EXAMPLES, Example, examples, stack_request, struct

RULES: dict[str, list[Rule]] = defaultdict(list)
for one in all_rules():
    for kind in one.on:
        RULES[kind].append(one)


def resource(token: str, properties: Any, urn: str = "urn:subject") -> Resource:
    return Resource(canonical(token), "subject", urn, decode(struct(properties)))


def stacks(example: Example) -> Stack:
    if not example.over_stack:
        return Stack([resource(example.token, example.content)])
    known = stack_request(example.content, preview=False).resources
    return Stack(
        [Resource(canonical(item.type), item.name, item.urn, decode(item.properties)) for item in known]
    )


def findings(rule: Rule, subject: Resource, stack: Stack) -> tuple[Finding, ...]:
    try:
        verdict = rule.judge(subject, stack) if rule.over_stack else rule.judge(subject)
    except NotKnownError:
        return ()
    return verdict.findings


def said_twice(subject: Resource, stack: Stack) -> dict[tuple[str, str], list[str]]:
    said: dict[tuple[str, str], list[str]] = defaultdict(list)
    for rule in RULES[subject.type]:
        for place in {(finding.path, finding.what) for finding in findings(rule, subject, stack)}:
            said[place].append(rule.id)
    return {place: ids for place, ids in said.items() if len(ids) > 1}


def test_no_example_is_told_the_same_by_two_rules() -> None:
    twice = set()
    for file in sorted(EXAMPLES.glob("*.yaml")):
        for example in examples(file.stem):
            if example.expected == "fail":
                stack = stacks(example)
                twice |= {str(ids) for item in stack.resources for ids in said_twice(item, stack).values()}
    assert twice == set()


@pytest.mark.parametrize("token", RESOURCE_POLICIES)
def test_a_policy_for_everybody_is_named_by_one_rule(token: str) -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "x:Get", "Resource": "*"}
    subject = resource(token, {"id": "a", RESOURCE_POLICIES[token]: json.dumps({"Statement": statement})})
    stack = Stack([subject])
    told = [
        rule.id
        for rule in RULES[subject.type]
        for finding in findings(rule, subject, stack)
        if finding.path.endswith("Principal") and "everybody" in finding.what
    ]
    assert len(told) <= 1


def told(token: str, properties: Any) -> set[str]:
    subject = resource(token, properties)
    stack = Stack([subject])
    return {rule.id for rule in RULES[subject.type] if findings(rule, subject, stack)}


KEY = "AKIAQWERTYUIOPASDFGH"


@pytest.mark.parametrize(
    ("token", "properties", "says", "leaves"),
    [
        (
            "aws:lambda/function:Function",
            {"environment": {"variables": {"AWS_SECRET_ACCESS_KEY": "a", "API_KEY": KEY}}},
            "access-keys-not-in-lambda",
            "lambda-function-no-secret-in-environment",
        ),
        (
            "aws:codebuild/project:Project",
            {"environment": {"environmentVariables": [{"name": "AWS_ACCESS_KEY_ID", "value": KEY}]}},
            "access-keys-not-in-codebuild",
            "codebuild-no-plain-secrets",
        ),
        ("aws:sns/topic:Topic", {}, "sns-topic-encrypted", "sns-topic-customer-key"),
        ("aws:wafv2/webAcl:WebAcl", {}, "wafv2-acl-has-rules", "wafv2-acl-rate-limited"),
        ("aws:wafv2/webAcl:WebAcl", {}, "wafv2-acl-has-rules", "wafv2-acl-known-bad-inputs"),
    ],
)
def test_what_one_rule_says_another_leaves_to_it(token: str, properties: Any, says: str, leaves: str) -> None:
    found = told(token, properties)
    assert says in found
    assert leaves not in found
