"""Rules on IAM: what policies allow, who may assume roles, and credentials that live too long.

Policies come as managed policies, inline policies of roles, groups and users, and `inlinePolicies` of a role.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from policies.pack.document import Statement
from policies.pack.resource import Part, Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation

ROLE = "aws:iam/role:Role"
PERMISSION_SET = "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy"
ATTACHMENTS = (
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    "aws:iam/policyAttachment:PolicyAttachment",
)
POLICIES = (
    "aws:iam/policy:Policy",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/groupPolicy:GroupPolicy",
    "aws:iam/userPolicy:UserPolicy",
    ROLE,
    PERMISSION_SET,
)

# Services that assume a role for whichever resource asks them to, and for which AWS documents the conditions
# aws:SourceAccount and aws:SourceArn ("cross-service confused deputy prevention" in each service's guide).
# Services that only assume a role on the same account's instances or functions (EC2, Lambda) are not here.
DEPUTIES = frozenset(
    {
        "vpc-flow-logs.amazonaws.com",
        "delivery.logs.amazonaws.com",
        "scheduler.amazonaws.com",
        "pipes.amazonaws.com",
        "ecs-tasks.amazonaws.com",
        "bedrock.amazonaws.com",
        "sagemaker.amazonaws.com",
        "ssm.amazonaws.com",
        "states.amazonaws.com",
        "cloudtrail.amazonaws.com",
        "config.amazonaws.com",
        "transfer.amazonaws.com",
        "rekognition.amazonaws.com",
        "dms.amazonaws.com",
        "apigateway.amazonaws.com",
        "appsync.amazonaws.com",
        "events.amazonaws.com",
        "kinesisanalytics.amazonaws.com",
        "firehose.amazonaws.com",
    }
)
_SOURCE_KEYS = (
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "sts:ExternalId",
)

_ADMINISTRATOR_POLICIES = re.compile(
    r"^arn:aws[\w-]*:iam::aws:policy/(AdministratorAccess|IAMFullAccess|PowerUserAccess)$"
)


def _documents(resource: Resource) -> list[tuple[Part, str]]:
    """Where a resource holds policies of what is allowed (not trust policies): part and property."""
    if resource.type == ROLE:
        return [(part, "policy") for part in resource.each("inlinePolicies")]
    return [(resource, "inlinePolicy" if resource.type == PERMISSION_SET else "policy")]


def _allowing(resource: Resource, judge: Callable[[Statement], Verdict]) -> Verdict:
    return every(_documents(resource), lambda place: every(place[0].document(place[1]).allowing, judge))


@rule(
    on=POLICIES,
    severity=CRITICAL,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=[
        "SecurityHub IAM.1",
        "CIS v3 1.16",
        "CKV_AWS_1",
        "CKV_AWS_49",
        "CKV_AWS_62",
        "CKV_AWS_63",
        "CKV2_AWS_40",
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

    return _allowing(policy, judge)


@rule(on=POLICIES, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE, same_as=["SecurityHub IAM.21"])
def iam_policy_no_service_wildcard(policy: Resource) -> Verdict:
    """`service:*` on every resource holds deleting, sharing and policy changes beside what was needed."""

    def judge(statement: Statement) -> Verdict:
        whole = any(re.fullmatch(r"[\w-]+:\*+", action) for action in statement.actions)
        if not (whole and statement.every_resource):
            return PASS
        what = "allows every action of a service on every resource"
        return violation(f"{statement.path}.Action", what, "Name the actions, or the resources.")

    return _allowing(policy, judge)


@rule(on=POLICIES, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def iam_policy_no_not_action(policy: Resource) -> Verdict:
    """`NotAction` in an Allow also allows every action that AWS adds later."""

    def judge(statement: Statement) -> Verdict:
        if not statement.not_actions:
            return PASS
        return violation(
            f"{statement.path}.NotAction", "is used in an Allow", "List what is allowed in `Action`."
        )

    return _allowing(policy, judge)


def _action_on_everything(policy: Resource, action: str, unless: tuple[str, ...], remedy: str) -> Verdict:
    def judge(statement: Statement) -> Verdict:
        if not statement.every_resource or not statement.covers(action) or statement.limited_by(*unless):
            return PASS
        if statement.every_action:
            return PASS  # iam-policy-no-administrator says it.
        return violation(statement.path, f"allows `{action}` on every resource", remedy)

    return _allowing(policy, judge)


@rule(on=POLICIES, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def iam_policy_pass_role_limited(policy: Resource) -> Verdict:
    """Who may pass any role to a service can borrow the strongest role of the account."""
    remedy = "Name the roles' ARNs, and the service in a condition on `iam:PassedToService`."
    return _action_on_everything(policy, "iam:PassRole", (), remedy)


@rule(on=POLICIES, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def iam_policy_assume_role_limited(policy: Resource) -> Verdict:
    """Who may assume any role is held back by each role's trust policy only, in every account."""
    remedy = "Name the roles' ARNs, or add a condition on `aws:ResourceOrgID`."
    return _action_on_everything(
        policy, "sts:AssumeRole", ("aws:ResourceOrgID", "aws:ResourceAccount"), remedy
    )


@rule(
    on=POLICIES,
    severity=HIGH,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=["SecurityHub KMS.1", "SecurityHub KMS.2"],
)
def iam_policy_decrypt_limited(policy: Resource) -> Verdict:
    """Who may decrypt with every key reads every encrypted store of the account."""
    remedy = "Name the keys' ARNs, or add a condition on `kms:ViaService` and `kms:CallerAccount`."
    return _action_on_everything(policy, "kms:Decrypt", ("kms:ViaService", "kms:ResourceAliases"), remedy)


@rule(on=ATTACHMENTS, severity=HIGH, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV_AWS_274"])
def iam_no_administrator_attached(attachment: Resource) -> Verdict:
    """AWS's administrator policies fit no program: they allow everything, or to give oneself everything."""
    if not _ADMINISTRATOR_POLICIES.match(attachment.text("policyArn")):
        return PASS
    return violation("policyArn", "is an administrator policy of AWS", "Write a policy of what is needed.")


@rule(on=ROLE, severity=HIGH, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV_AWS_274"])
def iam_role_no_administrator_managed(role: Resource) -> Verdict:
    """A role that a program uses never needs AWS's administrator policies."""

    def judge(arn: Part) -> Verdict:
        if not _ADMINISTRATOR_POLICIES.match(arn.value if isinstance(arn.value, str) else ""):
            return PASS
        return violation(arn.path, "is an administrator policy of AWS", "Write a policy of what is needed.")

    return every(role.known_each("managedPolicyArns"), judge)


@rule(on=ROLE, severity=CRITICAL, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV_AWS_60"])
def iam_role_trust_not_anyone(role: Resource) -> Verdict:
    """A role that everybody may assume belongs to everybody."""
    limits = ("aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalAccount", "aws:PrincipalArn")

    def judge(statement: Statement) -> Verdict:
        if not statement.anyone or statement.limited_by(*limits):
            return PASS
        remedy = "Name the principals, or add a condition on `aws:PrincipalOrgID`."
        return violation(f"{statement.path}.Principal", "is everybody", remedy)

    return every(role.document("assumeRolePolicy").allowing, judge)


@rule(on=ROLE, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def iam_role_trust_confused_deputy(role: Resource) -> Verdict:
    """Some services assume a role for whoever names it; the condition says for whose resources they may."""

    def judge(statement: Statement) -> Verdict:
        deputies = [name for name in statement.principals_of("Service") if name in DEPUTIES]
        if not deputies or statement.limited_by(*_SOURCE_KEYS):
            return PASS
        remedy = "Add conditions on `aws:SourceAccount` and `aws:SourceArn`."
        return violation(statement.path, "trusts a service for the resources of every account", remedy)

    return every(role.document("assumeRolePolicy").allowing, judge)


@rule(on=ROLE, severity=HIGH, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV_AWS_358"])
def iam_role_trust_oidc_subject(role: Resource) -> Verdict:
    """A public identity provider signs tokens for everyone's repositories; the subject says whose may enter."""

    def judge(statement: Statement) -> Verdict:
        web = [arn for arn in statement.principals_of("Federated") if ":oidc-provider/" in arn]
        if not web or any(
            _names_subject(condition.key, condition.values) for condition in statement.conditions
        ):
            return PASS
        remedy = 'Add a condition on the provider\'s `:sub`, for example `"repo:ORGANISATION/REPOSITORY:*"`.'
        return violation(statement.path, "lets every subject of a web identity provider in", remedy)

    return every(role.document("assumeRolePolicy").allowing, judge)


def _names_subject(key: str, values: tuple[str, ...]) -> bool:
    return key.endswith((":sub", ":job_workflow_ref", ":environment")) and all(
        set(value) - set("*:/?") for value in values
    )


@rule(
    on=("aws:iam/userPolicy:UserPolicy", "aws:iam/userPolicyAttachment:UserPolicyAttachment"),
    severity=MEDIUM,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=["SecurityHub IAM.2", "CIS v3 1.15", "CKV_AWS_40"],
)
def iam_no_policy_on_users(policy: Resource) -> Verdict:
    """Rights that hang on a single user are forgotten when the user's work changes."""
    return violation(policy.at("user"), "is a single user", "Attach the policy to a role or a group.")


@rule(on="aws:iam/accessKey:AccessKey", severity=HIGH, theme=Theme.SIGV4)
def iam_no_access_keys(key: Resource) -> Verdict:
    """An access key never expires and ends up in files; roles give credentials that do expire."""
    if key.text("status", absent="Active") == "Inactive":
        return PASS
    return violation(
        "user", "gets a long-lived access key", "Use a role: instance profile, IAM Roles Anywhere, OIDC."
    )


@rule(on="aws:iam/user:User", severity=LOW, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV_AWS_273"])
def iam_no_users(user: Resource) -> Verdict:
    """People sign in through IAM Identity Center and programs use roles; users keep long-lived secrets."""
    return violation(
        user.at("name"), "declares an IAM user", "Use IAM Identity Center for people and roles for programs."
    )
