"""Rules on roles: who may take them, by which proof, for how long, and what AWS's own policies give them."""

from __future__ import annotations

import re

from policies.pack.conditions import SOURCE_KEYS
from policies.pack.document import Statement
from policies.pack.graph import Stack
from policies.pack.iam.arns import account_of, is_root
from policies.pack.iam.places import ROLE, Judge, trust_policy
from policies.pack.iam.trust import (
    COGNITO,
    any_service_account,
    audiences,
    chosen_claim,
    names_owner,
    providers,
    subjects,
)
from policies.pack.resource import Part, Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, undecided, violation

# AWS's policies that fit no program.
ADMINISTRATOR = re.compile(
    r"arn:aws[\w-]*:iam::aws:policy/(AdministratorAccess|IAMFullAccess|PowerUserAccess)"
)
_FULL_ACCESS = re.compile(r"arn:aws[\w-]*:iam::aws:policy/([\w+=,.@-]+/)*\w*FullAccess(V\d+)?")

# Services that assume a role for whichever resource asks them to, and for which AWS documents the conditions
# aws:SourceAccount and aws:SourceArn ("cross-service confused deputy prevention" in each service's guide).
# Services that only assume a role on the same account's instances or functions (EC2, Lambda) are not here.
DEPUTIES = frozenset(
    f"{name}.amazonaws.com"
    for name in (
        *(
            "apigateway",
            "appflow",
            "appsync",
            "backup",
            "batch",
            "bedrock",
            "bedrock-agentcore",
            "cloudtrail",
        ),
        *("config", "databrew", "datasync", "delivery.logs", "dms", "ecs-tasks", "events"),
        *("firehose", "fis", "gamelift", "iot", "kendra", "kinesisanalytics", "lexv2"),
        *("personalize", "pipes", "rekognition", "rolesanywhere", "sagemaker", "scheduler", "ssm", "states"),
        *("transfer", "vpc-flow-logs"),
    )
)
# These take roles through a trust anchor, which a rule of its own asks for.
_ANYWHERE = "rolesanywhere.amazonaws.com"
_DEPUTY_KEYS = (*SOURCE_KEYS, "sts:ExternalId")
_CALLERS = ("aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalAccount", "aws:PrincipalArn")


def is_full_access(arn: str) -> bool:
    """Whether a managed policy is one of AWS's `...FullAccess`, and not one of the administrator policies."""
    return bool(_FULL_ACCESS.fullmatch(arn)) and not ADMINISTRATOR.fullmatch(arn)


def _trust(role: Resource, judge: Judge) -> Verdict:
    return every(trust_policy(role).allowing, judge)


@rule(on=ROLE, severity=HIGH, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV_AWS_274", "CKV2_AWS_56"])
def iam_role_no_administrator_managed(role: Resource) -> Verdict:
    """A role that a program uses never needs AWS's administrator policies."""

    def judge(arn: Part) -> Verdict:
        if not ADMINISTRATOR.fullmatch(arn.value if isinstance(arn.value, str) else ""):
            return PASS
        return violation(arn.path, "is an administrator policy of AWS", "Write a policy of what is needed.")

    return every(role.known_each("managedPolicyArns"), judge)


@rule(on=ROLE, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def iam_role_no_full_access_managed(role: Resource) -> Verdict:
    """A `...FullAccess` policy of AWS covers every resource of a service, and sharing and deleting them."""

    def judge(arn: Part) -> Verdict:
        if not is_full_access(arn.value if isinstance(arn.value, str) else ""):
            return PASS
        return violation(arn.path, "is a full-access policy of AWS", "Write a policy of what is needed.")

    return every(role.known_each("managedPolicyArns"), judge)


@rule(on=ROLE, severity=CRITICAL, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV_AWS_60", "CKV_AWS_283"])
def iam_role_trust_not_anyone(role: Resource) -> Verdict:
    """A role that everybody may assume belongs to everybody."""

    def judge(statement: Statement) -> Verdict:
        if not statement.anyone or statement.limited_by(*_CALLERS):
            return PASS
        remedy = "Name the principals, or add a condition on `aws:PrincipalOrgID`."
        return violation(f"{statement.path}.Principal", "is everybody", remedy)

    return _trust(role, judge)


@rule(on=ROLE, severity=LOW, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV_AWS_61"])
def iam_role_trust_not_root(role: Resource) -> Verdict:
    """To trust a whole account is to trust everybody whom its administrators ever allow to assume roles."""

    def judge(statement: Statement) -> Verdict:
        whole = any(is_root(name) for name in statement.principals_of("AWS"))
        if not whole or statement.limited_by(*_CALLERS, "sts:ExternalId", "aws:PrincipalTag", "aws:userid"):
            return PASS
        remedy = "Name the roles, or add a condition on `aws:PrincipalArn`."
        return violation(f"{statement.path}.Principal", "is a whole account", remedy)

    return _trust(role, judge)


@rule(on=ROLE, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def iam_role_trust_other_account(role: Resource, stack: Stack, *, trusted_accounts: str = "") -> Verdict:
    """A third party takes roles for all its customers; the external id keeps one from using another's."""
    del stack  # judged over the stack, because the role's own account is known from its ARN after `up` only
    trusted = {item.strip() for item in trusted_accounts.split(",")}
    limits = (*_CALLERS, "sts:ExternalId", "aws:PrincipalIsAWSService")

    def judge(statement: Statement) -> Verdict:
        named = {account_of(name) for name in statement.principals_of("AWS")} - trusted - {""}
        if not named or statement.limited_by(*limits):
            return PASS
        if not role.known("arn") or not (own := account_of(role.text("arn"))):
            return undecided("arn")
        if named <= {own}:
            return PASS
        remedy = "Add a condition on `sts:ExternalId`, or on `aws:PrincipalOrgID` inside an organisation."
        return violation(f"{statement.path}.Principal", "is another account", remedy)

    return _trust(role, judge)


@rule(on=ROLE, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def iam_role_trust_confused_deputy(role: Resource) -> Verdict:
    """Some services assume a role for whoever names it; the condition says for whose resources they may."""

    def judge(statement: Statement) -> Verdict:
        deputies = [name for name in statement.principals_of("Service") if name in DEPUTIES - {_ANYWHERE}]
        if not deputies or statement.limited_by(*_DEPUTY_KEYS):
            return PASS
        remedy = "Add conditions on `aws:SourceAccount` and `aws:SourceArn`."
        return violation(statement.path, "trusts a service for the resources of every account", remedy)

    return _trust(role, judge)


@rule(on=ROLE, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def iam_role_trust_one_service(role: Resource) -> Verdict:
    """A role that two services take has the rights of both in each of them."""
    names = {
        name
        for statement in trust_policy(role).allowing
        for name in statement.principals_of("Service")
        # `logs.us-east-1.amazonaws.com` and `logs.amazonaws.com` are one, and so are Lambda and Lambda@Edge.
    }
    kinds = {name.split(".")[0].removeprefix("edge") for name in names}
    if len(kinds) < 2:
        return PASS
    return violation("assumeRolePolicy", "trusts several services", "Make a role for each service.")


@rule(on=ROLE, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def iam_role_trust_named_actions(role: Resource) -> Verdict:
    """A trust policy allows the one way to take the role; `sts:*` also lets sessions tag and name themselves."""

    def judge(statement: Statement) -> Verdict:
        wild = any("*" in action or "?" in action for action in statement.actions) or statement.not_actions
        if not wild:
            return PASS
        remedy = "Name `sts:AssumeRole`, `sts:AssumeRoleWithWebIdentity` or what else is used."
        return violation(f"{statement.path}.Action", "allows more than one way to take the role", remedy)

    return _trust(role, judge)


@rule(on=ROLE, severity=LOW, theme=Theme.LEAST_PRIVILEGE)
def iam_role_trust_no_deleted_principal(role: Resource) -> Verdict:
    """A principal that reads as an id such as `AROA...` was deleted; the trust is left over."""

    def judge(statement: Statement) -> Verdict:
        if not any(
            re.fullmatch(r"A(ROA|IDA|GPA)[A-Z0-9]{12,}", name) for name in statement.principals_of("AWS")
        ):
            return PASS
        remedy = "Name a principal that exists, or take it out."
        return violation(f"{statement.path}.Principal", "is a principal that was deleted", remedy)

    return _trust(role, judge)


@rule(on=ROLE, severity=HIGH, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV_AWS_358"])
def iam_role_trust_oidc_subject(role: Resource) -> Verdict:
    """A public identity provider signs tokens for everyone's repositories; the subject says whose may enter."""

    def judge(statement: Statement) -> Verdict:
        web = [found for found in providers(statement) if found.kind == "oidc"]
        if not web or any(condition.limits for condition in subjects(statement)):
            return PASS
        remedy = 'Add a condition on the provider\'s `:sub`, for example `"repo:ORGANISATION/REPOSITORY:*"`.'
        return violation(statement.path, "lets every subject of a web identity provider in", remedy)

    return _trust(role, judge)


@rule(on=ROLE, severity=CRITICAL, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV_AWS_358", "CKV_AWS_393"])
def iam_role_trust_oidc_owner(role: Resource) -> Verdict:
    """A subject whose owner is a wildcard, or that begins with a branch's name, fits anybody's repository."""

    def judge(statement: Statement) -> Verdict:
        shared = [found for found in providers(statement) if found.shared]
        limits = subjects(statement)
        if not shared or not limits:
            return PASS  # iam-role-trust-oidc-subject says it.
        owned = any(names_owner(shared[0].issuer, condition) for condition in limits)
        if owned and not any(chosen_claim(condition) for condition in limits):
            return PASS
        remedy = 'Begin the subject with its owner, for example `"repo:ORGANISATION/REPOSITORY:ref:refs/heads/main"`.'
        return violation(f"{statement.path}.Condition", "leaves the owner of the token open", remedy)

    return _trust(role, judge)


@rule(on=ROLE, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def iam_role_trust_oidc_audience(role: Resource) -> Verdict:
    """The audience says that a token was made for AWS; without it one made for another service opens the role."""

    def judge(statement: Statement) -> Verdict:
        web = [found for found in providers(statement) if found.kind in ("oidc", "web")]
        if not web or audiences(statement):
            return PASS
        remedy = 'Add a condition `StringEquals` on the provider\'s `:aud`, most often `"sts.amazonaws.com"`.'
        return violation(statement.path, "takes tokens made for another audience", remedy)

    return _trust(role, judge)


@rule(on=ROLE, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def iam_role_trust_kubernetes_subject(role: Resource) -> Verdict:
    """A pod's role belongs to one service account; with a wildcard every pod of the cluster can take it."""

    def judge(statement: Statement) -> Verdict:
        cluster = any(found.kubernetes for found in providers(statement))
        if not cluster or not any(any_service_account(condition) for condition in subjects(statement)):
            return PASS
        remedy = 'Name it: `"system:serviceaccount:NAMESPACE:NAME"` under `StringEquals`.'
        return violation(f"{statement.path}.Condition", "leaves the service account open", remedy)

    return _trust(role, judge)


@rule(on=ROLE, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def iam_role_trust_saml_audience(role: Resource) -> Verdict:
    """The audience says that a SAML assertion was made for AWS's sign-in."""

    def judge(statement: Statement) -> Verdict:
        saml = any(found.kind == "saml" for found in providers(statement))
        limits = ("saml:aud", "saml:iss", "saml:sub", "saml:namequalifier")
        if not saml or statement.limited_by(*limits):
            return PASS
        remedy = 'Add a condition `StringEquals` on `SAML:aud`: `"https://signin.aws.amazon.com/saml"`.'
        return violation(statement.path, "takes assertions made for another audience", remedy)

    return _trust(role, judge)


@rule(on=ROLE, severity=CRITICAL, theme=Theme.LEAST_PRIVILEGE)
def iam_role_trust_cognito_pool(role: Resource) -> Verdict:
    """Everybody can make an identity pool; only its id in the condition says that it is ours."""

    def judge(statement: Statement) -> Verdict:
        if COGNITO not in statement.principals_of("Federated") or statement.limited_by(f"{COGNITO}:aud"):
            return PASS
        remedy = f"Add a condition `StringEquals` on `{COGNITO}:aud` with the identity pool's id."
        return violation(statement.path, "trusts every identity pool of AWS", remedy)

    return _trust(role, judge)


@rule(on=ROLE, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def iam_role_trust_anchor(role: Resource) -> Verdict:
    """Through IAM Roles Anywhere a certificate opens the role; the condition says whose certificates."""

    def judge(statement: Statement) -> Verdict:
        if _ANYWHERE not in statement.principals_of("Service"):
            return PASS
        if statement.limited_by("aws:SourceArn", "aws:PrincipalTag"):
            return PASS
        remedy = "Add a condition `ArnEquals` on `aws:SourceArn` with the trust anchor's ARN."
        return violation(statement.path, "takes certificates of every trust anchor", remedy)

    return _trust(role, judge)


@rule(on=ROLE, severity=LOW, theme=Theme.LEAST_PRIVILEGE)
def iam_role_session_duration(role: Resource, *, maximum_hours: int = 4) -> Verdict:
    """Stolen credentials of a role work until the session ends; AWS's default is one hour."""
    seconds = role.number("maxSessionDuration")
    if seconds is None or seconds <= maximum_hours * 3600:
        return PASS
    remedy = f"Set `max_session_duration={maximum_hours * 3600}`."
    return violation("maxSessionDuration", f"is more than {maximum_hours} hours", remedy)
