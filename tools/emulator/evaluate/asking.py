"""Asking the embedded AWS what the policies that are attached there come to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tools.emulator.evaluate.conditions import texts
from tools.emulator.evaluate.decision import Decision, account_of


def may(
    iam: Any,
    principal: str,
    action: str,
    resource: str = "*",
    *,
    context: Mapping[str, Any] | None = None,
    resource_policy: str | Mapping[str, Any] | None = None,
) -> Decision:
    """Whether `principal` (ARN of a role or user) may do `action` to `resource`, by IAM's `SimulatePrincipalPolicy`.

    `iam` is a boto3 client of the principal's account; `context` has further condition keys; `resource_policy` is the
    policy of the resource, in case it has one.
    """
    entries = [
        {"ContextKeyName": key, "ContextKeyValues": list(texts(value)), "ContextKeyType": "stringList"}
        for key, value in (context or {}).items()
    ]
    extra: dict[str, Any] = {"ContextEntries": entries} if entries else {}
    if resource_policy is not None:
        text = resource_policy if isinstance(resource_policy, str) else json.dumps(resource_policy)
        extra |= {"ResourcePolicy": text, "CallerArn": principal}
    owner = account_of(resource)
    if owner:
        extra["ResourceOwner"] = owner
    answer = iam.simulate_principal_policy(
        PolicySourceArn=principal, ActionNames=[action], ResourceArns=[resource], **extra
    )
    return Decision(answer["EvaluationResults"][0]["EvalDecision"])
