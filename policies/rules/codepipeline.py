"""Rules on CodePipeline, CodeArtifact and CodeCommit."""

from __future__ import annotations

import json

from policies.pack.resource import Part, Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation
from policies.rules._stores import customer_key

PIPELINE = "aws:codepipeline/pipeline:Pipeline"


def _actions(pipeline: Resource) -> list[Part]:
    return [action for stage in pipeline.each("stages") for action in stage.each("actions")]


@rule(on=PIPELINE, severity=LOW, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_219"])
def codepipeline_artifacts_customer_key(pipeline: Resource) -> Verdict:
    """Artifacts that another account deploys must be under a key which that account may use; AWS's own is not."""

    def judge(store: Part) -> Verdict:
        return customer_key(store, "encryptionKey.id")

    return every(pipeline.each("artifactStores"), judge)


@rule(on=PIPELINE, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def codepipeline_no_oauth_token(pipeline: Resource) -> Verdict:
    """The old GitHub source keeps a person's OAuth token in the pipeline; a connection holds no token at all."""

    def judge(action: Part) -> Verdict:
        if action.text("owner") != "ThirdParty" or action.text("provider") != "GitHub":
            return PASS
        remedy = (
            'Use `owner="AWS", provider="CodeStarSourceConnection"` with `aws.codeconnections.Connection`.'
        )
        return violation(action.at("provider"), "is the source that keeps a token", remedy)

    return every(_actions(pipeline), judge)


@rule(on=PIPELINE, severity=MEDIUM, theme=Theme.RESILIENCE)
def codepipeline_approval_before_deploy(pipeline: Resource) -> Verdict:
    """Between what a developer pushed and what customers use stands nobody unless an approval does."""
    kinds = [action.text("category") for action in _actions(pipeline)]
    deploys = [place for place, kind in enumerate(kinds) if kind == "Deploy"]
    if len(deploys) < 2 or "Approval" in kinds[: deploys[-1]]:
        return PASS  # One deployment may well be the test stage.
    return violation(
        "stages", "deploy more than once without an approval", "Add a stage with a `Manual` approval action."
    )


@rule(
    on="aws:codeartifact/domain:Domain", severity=LOW, theme=Theme.ENCRYPTION_AT_REST, same_as=["CKV_AWS_221"]
)
def codepipeline_artifact_domain_key(domain: Resource) -> Verdict:
    """The key of a domain is chosen once; with AWS's own nobody can take a package's readers away."""
    return customer_key(domain, "encryptionKey")


@rule(
    on="aws:codecommit/approvalRuleTemplate:ApprovalRuleTemplate",
    severity=MEDIUM,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=["CKV_AWS_257"],
)
def codepipeline_commit_two_approvals(template: Resource, *, approvals: int = 2) -> Verdict:
    """With one approval two people, or one with two accounts, put anything into the main branch."""
    try:
        content = json.loads(template.text("content") or "{}")
    except ValueError:
        return PASS
    statements = content.get("Statements") if isinstance(content, dict) else None
    needed = [one.get("NumberOfApprovalsNeeded", 0) for one in statements or [] if isinstance(one, dict)]
    if not needed or all(isinstance(number, int) and number >= approvals for number in needed):
        return PASS
    return violation(
        "content",
        f"asks for fewer than {approvals} approvals",
        f'Set `"NumberOfApprovalsNeeded": {approvals}`.',
    )
