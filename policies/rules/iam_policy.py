"""Rules on what policies of principals look like: wildcards, exclusions, names that do not exist.

They hold for managed policies, inline policies of roles, groups and users, `inlinePolicies` of a role and the
policy of a permission set. What the rights themselves lead to is in `iam_rights`.
"""

from __future__ import annotations

import re

from policies.pack.conditions import Condition
from policies.pack.document import Document, Statement
from policies.pack.iam import actions as published, keys
from policies.pack.iam.actions import Level
from policies.pack.iam.arns import is_wide, overlaps
from policies.pack.iam.places import IDENTITY_POLICIES, each_allow, each_identity_policy
from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation

LANGUAGE = "2012-10-17"


@rule(
    on=IDENTITY_POLICIES,
    severity=CRITICAL,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=[
        "SecurityHub IAM.1",
        "CIS v3 1.16",
        "CKV_AWS_1",
        "CKV_AWS_49",
        "CKV_AWS_62",
        "CKV_AWS_63",
        "CKV2_AWS_68",
    ],
)
def iam_policy_no_administrator(policy: Resource) -> Verdict:
    """A policy that allows everything on everything makes whoever steals it an administrator."""

    def judge(statement: Statement) -> Verdict:
        if not (statement.every_action and statement.every_resource):
            return PASS
        return violation(
            statement.path, "allows every action on every resource", "Name the actions and the ARNs."
        )

    return each_allow(policy, judge)


@rule(on=IDENTITY_POLICIES, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE, same_as=["SecurityHub IAM.21"])
def iam_policy_no_service_wildcard(policy: Resource) -> Verdict:
    """`service:*` on every resource holds deleting, sharing and policy changes beside what was needed."""

    def judge(statement: Statement) -> Verdict:
        whole = any(re.fullmatch(r"[\w-]+:\*+", action) for action in statement.actions)
        if not (whole and statement.every_resource):
            return PASS
        what = "allows every action of a service on every resource"
        return violation(f"{statement.path}.Action", what, "Name the actions, or the resources.")

    return each_allow(policy, judge)


@rule(on=IDENTITY_POLICIES, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def iam_policy_no_not_action(policy: Resource) -> Verdict:
    """`NotAction` in an Allow also allows every action that AWS adds later."""

    def judge(statement: Statement) -> Verdict:
        if not statement.not_actions:
            return PASS
        return violation(
            f"{statement.path}.NotAction", "is used in an Allow", "List what is allowed in `Action`."
        )

    return each_allow(policy, judge)


@rule(on=IDENTITY_POLICIES, severity=CRITICAL, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV2_AWS_40"])
def iam_policy_no_full_iam(policy: Resource) -> Verdict:
    """Who may do everything in IAM can give himself every right there is."""

    def judge(statement: Statement) -> Verdict:
        whole = any(re.fullmatch(r"iam:\*+", action, re.IGNORECASE) for action in statement.actions)
        if not (whole and (statement.every_resource or any(map(is_wide, statement.resources)))):
            return PASS
        remedy = "Name the actions, and the users, roles or policies they are for."
        return violation(f"{statement.path}.Action", "allows every action of IAM", remedy)

    return each_allow(policy, judge)


@rule(on=IDENTITY_POLICIES, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def iam_policy_no_not_resource(policy: Resource) -> Verdict:
    """`NotResource` in an Allow also covers every resource that is created later, in any account."""

    def judge(statement: Statement) -> Verdict:
        if not statement.not_resources:
            return PASS
        remedy = "List what is allowed in `Resource`, and deny the exceptions in a statement of their own."
        return violation(f"{statement.path}.NotResource", "is used in an Allow", remedy)

    return each_allow(policy, judge)


@rule(on=IDENTITY_POLICIES, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def iam_policy_actions_exist(policy: Resource) -> Verdict:
    """IAM takes any text as an action; a misspelt one grants nothing, and in a Deny it forbids nothing."""

    def judge(statement: Statement) -> Verdict:
        verdict = PASS
        for element, patterns in (("Action", statement.actions), ("NotAction", statement.not_actions)):
            for name in patterns:
                if not published.exists(name):
                    verdict &= violation(
                        f"{statement.path}.{element}", "names an action that AWS does not have", _meant(name)
                    )
        return verdict

    return each_identity_policy(policy, lambda found: every(found.statements, judge))


def _meant(name: str) -> str:
    near = published.nearest(name)
    return f"The nearest is `{near}`." if near else "See the Service Authorization Reference for its actions."


@rule(on=IDENTITY_POLICIES, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def iam_policy_resources_fit(policy: Resource) -> Verdict:
    """An action on a kind of resource it does not work on is never granted, as `s3:GetObject` on a bucket's ARN."""
    return each_allow(policy, _fits)


def _fits(statement: Statement) -> Verdict:
    if not statement.resources or any(is_wide(resource) for resource in statement.resources):
        return PASS
    verdict = PASS
    for name in statement.actions:
        found = () if published.is_everything(name) else published.expand(name)
        if found and not any(_reaches(action, statement.resources) for action in found):
            sample = found[0]
            what = f"names `{sample}`, which works on none of the statement's resources"
            verdict &= violation(f"{statement.path}.Action", what, _kinds(sample))
    return verdict


# Two services share the prefix, and the published list has the kinds of one of them for actions of both.
_SHARED_PREFIXES = frozenset({"elasticloadbalancing"})


def _reaches(action: published.Action, resources: tuple[str, ...]) -> bool:
    if action.service in _SHARED_PREFIXES:
        return True
    if not action.scopable:
        # Some actions that create or change take ARNs that AWS does not publish; those that list take none.
        return action.level not in (Level.LIST, Level.READ)
    arns = published.resource_arns(action.service)
    # A kind whose ARN AWS does not publish could be any.
    return any(
        kind not in arns or any(overlaps(resource, arn) for arn in arns[kind] for resource in resources)
        for kind in action.resources
    )


def _kinds(action: published.Action) -> str:
    if not action.scopable:
        return "It takes no resource: put it into a statement of its own with `*`."
    return f"It works on {' and '.join(f'`{kind}`' for kind in action.resources[:3])}: name the ARN of one."


@rule(on=IDENTITY_POLICIES, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def iam_policy_condition_keys_exist(policy: Resource) -> Verdict:
    """IAM takes any text as a condition key; a misspelt one is never in a request, so the limit is not the one meant."""

    def judge(statement: Statement) -> Verdict:
        return every(statement.conditions, lambda condition: _known_key(statement, condition))

    return each_identity_policy(policy, lambda found: every(found.statements, judge))


def _known_key(statement: Statement, condition: Condition) -> Verdict:
    if keys.exists(condition.key):
        return PASS
    near = keys.nearest(condition.key)
    remedy = f"The nearest is `{near}`." if near else "See the service's condition keys."
    return violation(f"{statement.path}.Condition", "tests a key that no request carries", remedy)


@rule(on=IDENTITY_POLICIES, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def iam_policy_no_for_all_values(policy: Resource) -> Verdict:
    """`ForAllValues` is true when the request does not carry the key at all, so as the limit of an Allow it is none."""

    def judge(statement: Statement) -> Verdict:
        # `Null: {key: false}` beside it asks that the key be there, which closes the gap.
        there = {
            item.key for item in statement.conditions if item.test == "null" and item.values == ("false",)
        }
        if any(item.quantifier == "forallvalues" and item.key not in there for item in statement.conditions):
            remedy = "Use `ForAnyValue`, or add a `Null` condition on the key with the value `false`."
            return violation(f"{statement.path}.Condition", "limits an Allow by `ForAllValues`", remedy)
        return PASS

    return each_allow(policy, judge)


@rule(on=IDENTITY_POLICIES, severity=LOW, theme=Theme.LEAST_PRIVILEGE)
def iam_policy_current_language(policy: Resource) -> Verdict:
    """Without the version of 2012 IAM takes policy variables such as `${aws:username}` as plain text."""

    def judge(found: Document) -> Verdict:
        if not found.statements or found.version == LANGUAGE:
            return PASS
        what = "is not the current version of the policy language"
        return violation(f"{found.path}.Version", what, f'Set `"Version": "{LANGUAGE}"`.')

    return each_identity_policy(policy, judge)


def _action_on_everything(policy: Resource, action: str, unless: tuple[str, ...], remedy: str) -> Verdict:
    def judge(statement: Statement) -> Verdict:
        if not statement.every_resource or not statement.covers(action) or statement.limited_by(*unless):
            return PASS
        if statement.every_action:
            return PASS  # iam-policy-no-administrator says it.
        return violation(statement.path, f"allows `{action}` on every resource", remedy)

    return each_allow(policy, judge)


@rule(on=IDENTITY_POLICIES, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def iam_policy_pass_role_limited(policy: Resource) -> Verdict:
    """Who may pass any role to a service can borrow the strongest role of the account."""
    remedy = "Name the roles' ARNs, and the service in a condition on `iam:PassedToService`."
    return _action_on_everything(policy, "iam:PassRole", (), remedy)


@rule(on=IDENTITY_POLICIES, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def iam_policy_assume_role_limited(policy: Resource) -> Verdict:
    """Who may assume any role is held back by each role's trust policy only, in every account."""
    remedy = "Name the roles' ARNs, or add a condition on `aws:ResourceOrgID`."
    return _action_on_everything(
        policy, "sts:AssumeRole", ("aws:ResourceOrgID", "aws:ResourceAccount"), remedy
    )


@rule(
    on=IDENTITY_POLICIES,
    severity=HIGH,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=["SecurityHub KMS.1", "SecurityHub KMS.2"],
)
def iam_policy_decrypt_limited(policy: Resource) -> Verdict:
    """Who may decrypt with every key reads every encrypted store of the account."""
    remedy = "Name the keys' ARNs, or add a condition on `kms:ViaService` and `kms:CallerAccount`."
    return _action_on_everything(policy, "kms:Decrypt", ("kms:ViaService", "kms:ResourceAliases"), remedy)
