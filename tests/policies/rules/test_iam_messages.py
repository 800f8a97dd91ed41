"""What IAM rules tell the user: what is wrong, the nearest right name, how many more there are; never the policy's words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policies.pack.iam.places import POLICY, ROLE
from policies.pack.resource import Resource
from policies.pack.rule import Rule
from policies.pack.verdict import Finding
from policies.rules.iam_policy import (
    iam_policy_actions_exist,
    iam_policy_condition_keys_exist,
    iam_policy_resources_fit,
)
from policies.rules.iam_rights import iam_rights_data_kept, iam_rights_no_escalation
from policies.rules.iam_role import iam_role_trust_oidc_subject


def finding(rule: Rule, **statement: Any) -> Finding:
    text = json.dumps({"Statement": [{"Effect": "Allow", **statement}]})
    verdict = rule.judge(Resource(POLICY, "p", "urn:p", {"policy": text}))
    return verdict.findings[0]


@pytest.mark.parametrize(
    ("action", "remedy"),
    [
        ("s3:GetObjct", "The nearest is `s3:GetObject`."),
        ("zzz:Qqq", "See the Service Authorization Reference for its actions."),
    ],
)
def test_a_misspelt_action_gets_the_nearest(action: str, remedy: str) -> None:
    found = finding(iam_policy_actions_exist, Action=["s3:PutObject", action], Resource="*")
    assert found.path == "policy.Statement[0].Action"
    assert found.remedy == remedy
    assert action not in str(found)


def test_a_misspelt_key_gets_the_nearest() -> None:
    condition = {"StringEquals": {"aws:SourceAcount": "111111111111"}}
    found = finding(iam_policy_condition_keys_exist, Action="s3:GetObject", Resource="*", Condition=condition)
    assert (found.path, found.remedy) == (
        "policy.Statement[0].Condition",
        "The nearest is `aws:sourceaccount`.",
    )
    unlike = {"StringEquals": {"s3:qqqqqqqqqq": "a"}}
    found = finding(iam_policy_condition_keys_exist, Action="s3:GetObject", Resource="*", Condition=unlike)
    assert found.remedy == "See the service's condition keys."


def test_an_action_on_the_wrong_resource_says_which_kind_it_works_on() -> None:
    found = finding(iam_policy_resources_fit, Action="s3:GetObject", Resource="arn:aws:s3:::private-name")
    assert "`s3:GetObject`" in found.what
    assert "`object`" in found.remedy
    found = finding(
        iam_policy_resources_fit, Action="logs:DescribeLogGroups", Resource="arn:aws:s3:::private-name"
    )
    assert found.remedy == "It takes no resource: put it into a statement of its own with `*`."
    assert "private-name" not in str(found)


@pytest.mark.parametrize(
    ("actions", "ending"),
    [
        (["s3:GetObject", "ssm:GetParameter", "sqs:ReceiveMessage"], "`sqs:ReceiveMessage`)"),
        (["s3:GetObject", "ssm:GetParameter", "sqs:ReceiveMessage", "dynamodb:Scan"], "and 1 more)"),
    ],
)
def test_three_actions_are_named(actions: list[str], ending: str) -> None:
    assert finding(iam_rights_data_kept, Action=actions, Resource="*").what.endswith(ending)


def test_one_way_is_named_and_the_others_are_counted() -> None:
    one = finding(iam_rights_no_escalation, Action="iam:CreatePolicyVersion", Resource="*").what
    assert one == "leads to rights it does not name: `iam:CreatePolicyVersion`"
    two = finding(
        iam_rights_no_escalation, Action=["iam:PassRole", "ec2:RunInstances", "glue:*"], Resource="*"
    ).what
    assert two.startswith("leads to rights it does not name: `")
    assert two.endswith(" more ways")


def test_a_trust_policy_names_no_repository() -> None:
    provider = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "hidden-name"}},
    }
    role = Resource(ROLE, "r", "urn:r", {"assumeRolePolicy": json.dumps({"Statement": statement})})
    (found,) = iam_role_trust_oidc_subject.judge(role).findings
    assert found.path == "assumeRolePolicy.Statement"
    assert "hidden-name" not in str(found)
