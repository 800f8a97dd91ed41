"""Rules on what the policies of container repositories allow others."""

from __future__ import annotations

from policies.pack.document import Document, Statement
from policies.pack.iam import actions as published
from policies.pack.iam.actions import Level
from policies.pack.iam.arns import account_of, is_root
from policies.pack.resource import Resource
from policies.pack.rule import HIGH, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation

REPOSITORY_POLICY = "aws:ecr/repositoryPolicy:RepositoryPolicy"
_LAMBDA = "lambda.amazonaws.com"
_READING = (Level.READ, Level.LIST)


@rule(on=REPOSITORY_POLICY, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def ecr_policy_pull_only(resource: Resource) -> Verdict:
    """Whole accounts pull images; one that may push as well can put its code into our deployments."""

    def judge(statement: Statement) -> Verdict:
        whole = statement.anyone or any(is_root(name) for name in statement.principals_of("AWS"))
        everything = statement.not_actions or any(map(published.is_everything, statement.actions))
        if not whole or not (everything or _changes(statement.actions)):
            return PASS
        remedy = "Allow `ecr:BatchGetImage` and `ecr:GetDownloadUrlForLayer`; name the roles that push."
        return violation(f"{statement.path}.Action", "lets whole accounts change images", remedy)

    return every(resource.document("policy").allowing, judge)


def _changes(actions: tuple[str, ...]) -> bool:
    return any(action.level not in _READING for action in published.expand_all(actions))


@rule(on=REPOSITORY_POLICY, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def ecr_policy_lambda_accounts(resource: Resource) -> Verdict:
    """Lambda in another account pulls for its functions, and the account for itself: both need the right."""
    found = resource.document("policy")
    named = {account_of(name) for statement in found.allowing for name in statement.principals_of("AWS")} - {
        ""
    }
    functions = _function_accounts(found)
    if not named or not functions or named == functions:
        return PASS
    remedy = "Name the same accounts in `Principal` and in the condition on `aws:SourceArn`."
    return violation("policy", "names other accounts for Lambda than for the accounts themselves", remedy)


def _function_accounts(found: Document) -> set[str]:
    """The accounts whose functions a policy lets Lambda pull for."""
    return {
        account_of(value)
        for statement in found.allowing
        if _LAMBDA in statement.principals_of("Service")
        for condition in statement.conditions
        if condition.key in ("aws:sourcearn", "aws:sourceaccount") and not condition.negated
        for value in condition.values
    } - {""}
