"""AWS's own managed policies, as moto carries them, through the IAM rules: real documents that nobody wrote for us."""

from __future__ import annotations

import json
from typing import Any

import pytest
from moto.iam.aws_managed_policies import aws_managed_policies_data

from policies.pack.document import Document, document
from policies.pack.iam import actions, keys
from policies.pack.iam.grants import Grants
from policies.pack.iam.holdings import MANAGED
from policies.pack.iam.places import POLICY
from policies.pack.resource import Resource
from policies.rules import all_rules

POLICIES: dict[str, Any] = json.loads(aws_managed_policies_data)
DOCUMENTS: dict[str, Document] = {
    name: document(json.dumps(found["Document"]), "policy") for name, found in POLICIES.items()
}
RULES = [rule for rule in all_rules() if POLICY in rule.on and not rule.over_stack]


def violated(name: str) -> set[str]:
    resource = Resource(POLICY, name, f"urn:{name}", {"policy": json.dumps(POLICIES[name]["Document"])})
    return {rule.id for rule in RULES if rule.judge(resource).violated}


def test_nearly_all_actions_and_keys_that_aws_uses_exist() -> None:
    statements = [item for found in DOCUMENTS.values() for item in found]
    named = [name for item in statements for name in (*item.actions, *item.not_actions)]
    tested = [condition.key for item in statements for condition in item.conditions]
    assert len(named) > 50_000
    # What is left are services that AWS has closed since.
    assert sum(not actions.exists(name) for name in named) < len(named) * 0.005
    assert sum(not keys.exists(key) for key in tested) < len(tested) * 0.005


@pytest.mark.parametrize("name", MANAGED)
def test_the_table_of_managed_policies_says_what_they_allow(name: str) -> None:
    granted = Grants((DOCUMENTS[name],))
    assert [action for action in MANAGED[name] if not granted.allows(action)] == []


def test_policies_of_aws_can_be_judged() -> None:
    for name in sorted(POLICIES)[::10]:
        violated(name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("AdministratorAccess", {"iam-policy-no-administrator"}),
        (
            "IAMFullAccess",
            {"iam-policy-no-full-iam", "iam-rights-no-escalation", "iam-rights-permissions-kept"},
        ),
        ("PowerUserAccess", {"iam-policy-no-not-action"}),
        ("AmazonS3FullAccess", {"iam-policy-no-service-wildcard", "iam-rights-data-kept"}),
        ("AWSLambda_FullAccess", {"iam-rights-writes-kept"}),
    ],
)
def test_wide_policies_of_aws_are_violations(name: str, expected: set[str]) -> None:
    assert expected <= violated(name)


@pytest.mark.parametrize(
    "name", ["AWSXRayDaemonWriteAccess", "CloudWatchReadOnlyAccess", "AmazonEC2ReadOnlyAccess"]
)
def test_narrow_policies_of_aws_open_no_way_to_more_rights(name: str) -> None:
    assert "iam-rights-no-escalation" not in violated(name)
    assert "iam-policy-no-administrator" not in violated(name)
