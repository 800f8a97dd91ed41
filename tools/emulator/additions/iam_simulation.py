"""IAM: the policy simulator, which moto lacks: `SimulatePrincipalPolicy` and `SimulateCustomPolicy`.

The answer has one result for each pair of action and resource. `ResourceHandlingOption` (scenarios of EC2) counts for
nothing, positions of statements inside a policy's text are not given, and a caller's session has no tags.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from moto.core.responses import ActionResult
from moto.iam.exceptions import InvalidInput
from moto.iam.responses import IamResponse

from tools.emulator.additions import asked, method
from tools.emulator.additions._grants import context_of, policies_of, role_of
from tools.emulator.evaluate import MalformedPolicy, Policies, Policy, Request, Verdict, decide, parse

PAGE = 100


def _listed(request: Any, name: str) -> tuple[Policy, ...]:
    texts: Sequence[str] = asked(request, name) or ()
    return tuple(_parsed(text, f"{name}.{number}") for number, text in enumerate(texts, 1))


def _parsed(text: str, name: str, kind: str = "none") -> Policy:
    try:
        return parse(text, name, kind)
    except MalformedPolicy as error:
        raise InvalidInput(f"{name}: {error}") from None


def _context(request: Any) -> dict[str, Any]:
    entries: Sequence[Mapping[str, Any]] = asked(request, "ContextEntries") or ()
    return {entry["ContextKeyName"]: list(entry.get("ContextKeyValues") or ()) for entry in entries}


def _excluded(request: Any, policies: Policies) -> Policies:
    """Without the policies that the request wants left out."""
    left_out = {
        entry["PolicyIdentifier"] if isinstance(entry, Mapping) else entry
        for entry in asked(request, "PolicyExclusionList") or ()
    }
    kept = [policy for policy in policies.identity if policy.id not in left_out]
    return dataclasses.replace(policies, identity=kept)


def _results(request: Any, principal: str, policies: Policies, known: Mapping[str, Any]) -> ActionResult:
    actions: Sequence[str] = asked(request, "ActionNames") or ()
    resources: Sequence[str] = asked(request, "ResourceArns") or ("*",)
    if not actions:
        raise InvalidInput("ActionNames: at least one action is needed")
    context = {**known, **_context(request)}
    owner = _account(asked(request, "ResourceOwner") or "")
    found = [
        _shown(action, resource, decide(Request(principal, action, resource, context, owner), policies))
        for action in actions
        for resource in resources
    ]
    start = int(asked(request, "Marker") or 0)
    end = start + int(asked(request, "MaxItems") or PAGE)
    page: dict[str, Any] = {"EvaluationResults": found[start:end], "IsTruncated": end < len(found)}
    return ActionResult({**page, "Marker": str(end)} if end < len(found) else page)


def _account(owner: str) -> str:
    """The account of `ResourceOwner`, which is an account's id or the ARN of its root."""
    return owner.split(":")[4] if owner.startswith("arn:") else owner


def _shown(action: str, resource: str, verdict: Verdict) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "EvalActionName": action,
        "EvalResourceName": resource,
        "EvalDecision": verdict.decision.value,
        "MatchedStatements": [
            {"SourcePolicyId": match.policy.id, "SourcePolicyType": match.policy.kind}
            for match in verdict.matched
        ],
        "MissingContextValues": list(verdict.missing),
        "ResourceSpecificResults": [],
    }
    if verdict.allowed_by_boundary is not None:
        detail = {"AllowedByPermissionsBoundary": verdict.allowed_by_boundary}
        shown["PermissionsBoundaryDecisionDetail"] = detail
    if verdict.allowed_by_organization is not None:
        detail = {"AllowedByOrganizations": verdict.allowed_by_organization}
        shown["OrganizationsDecisionDetail"] = detail
    return shown


def _with_given(request: Any, policies: Policies) -> Policies:
    """With the policies that the request brings: further ones, another boundary, the resource's."""
    boundary = _listed(request, "PermissionsBoundaryPolicyInputList")
    resource = asked(request, "ResourcePolicy")
    return dataclasses.replace(
        policies,
        identity=[*policies.identity, *_listed(request, "PolicyInputList")],
        boundary=boundary or policies.boundary,
        resource=[_parsed(resource, "ResourcePolicy", "resource")] if resource else (),
    )


def install() -> None:
    """Let the simulator answer."""

    @method(IamResponse)
    def simulate_principal_policy(self: Any) -> ActionResult:
        source = role_of(asked(self, "PolicySourceArn") or "")
        if len(source.split(":", 5)) < 6:
            raise InvalidInput(f"Invalid Entity Arn: {source}")
        policies = _with_given(self, _excluded(self, policies_of(source)))
        return _results(self, asked(self, "CallerArn") or source, policies, context_of(source))

    @method(IamResponse)
    def simulate_custom_policy(self: Any) -> ActionResult:
        if not asked(self, "PolicyInputList"):
            raise InvalidInput("PolicyInputList: at least one policy is needed")
        caller = asked(self, "CallerArn")
        principal = caller or f"arn:{self.partition}:iam::{self.current_account}:user/simulated"
        return _results(self, principal, _with_given(self, Policies()), {})
