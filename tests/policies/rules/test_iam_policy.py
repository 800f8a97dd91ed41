"""A policy means the same as JSON text, as an object, with one statement or a list, one action or a list."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from policies.pack.iam.places import IDENTITY_POLICIES as POLICIES, PERMISSION_SET, ROLE
from policies.pack.resource import Resource
from policies.pack.rule import Rule
from policies.rules import all_rules
from policies.rules.iam_policy import iam_policy_no_administrator

RULES = [rule for rule in all_rules() if rule.service in ("iam-policy", "iam-rights") and rule.on == POLICIES]
ACTIONS = ["*", "s3:*", "s3:GetObject", "iam:Pass*", "sts:AssumeRole", "KMS:Decrypt", "ec2:Describe*"]
RESOURCES = ["*", "arn:aws:s3:::a/*", "arn:aws:iam::111111111111:role/r"]

statements = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Deny"]),
        "Action": st.sampled_from(ACTIONS),
        "Resource": st.sampled_from(RESOURCES),
    }
)


def forms(statement: dict[str, str]) -> list[Any]:
    listed = {**statement, "Action": [statement["Action"]], "Resource": [statement["Resource"]]}
    return [
        {"Version": "2012-10-17", "Statement": statement},
        {"Version": "2012-10-17", "Statement": [statement]},
        {"Version": "2012-10-17", "Statement": [listed]},
    ]


def violated(rule: Rule, token: str, document: Any) -> bool:
    if token == ROLE:
        properties: dict[str, Any] = {"inlinePolicies": [{"name": "p", "policy": document}]}
    else:
        properties = {"inlinePolicy" if token == PERMISSION_SET else "policy": document}
    return rule.judge(Resource(token, "p", "urn:p", properties)).violated


@given(statements)
def test_every_form_and_every_resource_type_gets_one_answer(statement: dict[str, str]) -> None:
    for rule in RULES:
        answers = {
            violated(rule, token, sent)
            for token in POLICIES
            for form in forms(statement)
            for sent in (form, json.dumps(form))
        }
        assert len(answers) == 1


@given(statements)
def test_a_denied_action_is_never_a_violation(statement: dict[str, str]) -> None:
    for form in forms({**statement, "Effect": "Deny"}):
        assert not any(violated(rule, POLICIES[0], form) for rule in RULES)


@pytest.mark.parametrize("index", [0, 2])
def test_the_finding_names_the_statement_and_not_its_words(index: int) -> None:
    fine = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::secret-name/*"}
    wide = {"Sid": "secret-name", "Effect": "Allow", "Action": "*", "Resource": "*"}
    found = [fine, fine, fine]
    found[index] = wide
    verdict = iam_policy_no_administrator.judge(
        Resource(POLICIES[0], "p", "urn:p", {"policy": json.dumps({"Statement": found})})
    )
    (finding,) = verdict.findings
    assert finding.path == f"policy.Statement[{index}]"
    assert "secret-name" not in str(finding)
