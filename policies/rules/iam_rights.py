"""Rules on what policies of principals allow: more rights, credentials, data, sharing, writing, without a limit.

Actions are expanded against AWS's published list, so `s3:*`, `s3:Put*` and `S3:putobject` get the same answer. What
a Deny on every resource takes away does not count. `Action: "*"` on everything is `iam-policy-no-administrator`'s.
"""

from __future__ import annotations

from collections.abc import Sequence

from policies.pack.document import Document, Statement
from policies.pack.iam.actions import Level
from policies.pack.iam.arns import is_wide
from policies.pack.iam.escalation import open_ways
from policies.pack.iam.exposure import (
    CREDENTIALS,
    DATA,
    DEFENCES,
    DESTRUCTION,
    IDENTITY_MAKERS,
    ORGANISATION,
)
from policies.pack.iam.grants import Grants, constrained, denies, reaches_widely, unscoped
from policies.pack.iam.places import IDENTITY_POLICIES, each_identity_policy
from policies.pack.resource import Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, violation

_PERMISSIONS = frozenset({Level.PERMISSIONS})
_WRITE = frozenset({Level.WRITE})
_READ = frozenset({Level.READ, Level.LIST, Level.TAGGING})
_SCOPE = "Name the ARNs, or add a condition such as `aws:ResourceTag`."


def _some(actions: Sequence[object]) -> str:
    """Up to three actions and how many more there are, for a message."""
    shown = ", ".join(f"`{action}`" for action in actions[:3])
    return f"{shown} and {len(actions) - 3} more" if len(actions) > 3 else shown


def _on_everything(policy: Resource, names: Sequence[str], what: str, remedy: str) -> Verdict:
    """Judge the Allows that cover some of the named actions on all resources, with nothing to keep them in."""

    def judge(found: Document) -> Verdict:
        def one(statement: Statement) -> Verdict:
            if statement.every_action or not reaches_widely(statement):
                return PASS
            given = [name for name in names if statement.covers(name) and not denies(found, name)]
            return violation(statement.path, f"{what} ({_some(given)})", remedy) if given else PASS

        return every(found.allowing, one)

    return each_identity_policy(policy, judge)


def _unscoped(policy: Resource, levels: frozenset[Level], what: str) -> Verdict:
    """Judge the Allows of actions of some levels on `*` that could name their resources."""

    def judge(found: Document) -> Verdict:
        def one(statement: Statement) -> Verdict:
            given = [action for action in unscoped(statement, levels) if not denies(found, str(action))]
            return (
                violation(f"{statement.path}.Resource", f"{what} ({_some(given)})", _SCOPE) if given else PASS
            )

        return every(found.allowing, one)

    return each_identity_policy(policy, judge)


@rule(
    on=IDENTITY_POLICIES,
    severity=HIGH,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=["CKV_AWS_110", "CKV_AWS_286"],
)
def iam_rights_no_escalation(policy: Resource) -> Verdict:
    """Some rights lead to all others: who may write policies or hand any role to his own code is administrator."""

    def judge(found: Document) -> Verdict:
        if any(statement.every_action and statement.every_resource for statement in found.allowing):
            return PASS
        ways = list(open_ways(Grants((found,))))
        if not ways:
            return PASS
        more = f" and {len(ways) - 1} more ways" if len(ways) > 1 else ""
        remedy = "Name the roles, users or functions, or hold new rights in with `iam:PermissionsBoundary`."
        return violation(found.path, f"leads to rights it does not name: {ways[0]}{more}", remedy)

    return each_identity_policy(policy, judge)


@rule(
    on=IDENTITY_POLICIES,
    severity=HIGH,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=["CKV_AWS_107", "CKV_AWS_287"],
)
def iam_rights_credentials_kept(policy: Resource) -> Verdict:
    """Actions that answer with credentials of others make their rights one's own."""
    return _on_everything(policy, CREDENTIALS, "gives out credentials of any resource", _SCOPE)


@rule(
    on=IDENTITY_POLICIES,
    severity=HIGH,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=["CKV_AWS_108", "CKV_AWS_288"],
)
def iam_rights_data_kept(policy: Resource) -> Verdict:
    """Reading the contents of every store at once is what a thief of the credentials does first."""
    return _on_everything(policy, DATA, "reads the contents of any resource", _SCOPE)


@rule(
    on=IDENTITY_POLICIES,
    severity=HIGH,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=["CKV_AWS_109", "CKV_AWS_289", "CKV_AWS_355", "CKV_AWS_356"],
)
def iam_rights_permissions_kept(policy: Resource) -> Verdict:
    """Who may change the policy of any resource can share it with everybody, and himself."""
    return _unscoped(policy, _PERMISSIONS, "manages permissions of every resource")


@rule(
    on=IDENTITY_POLICIES,
    severity=MEDIUM,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=["CKV_AWS_111", "CKV_AWS_290", "CKV_AWS_355", "CKV_AWS_356"],
)
def iam_rights_writes_kept(policy: Resource) -> Verdict:
    """Actions that write can be kept to the resources they are for; on `*` they reach other people's too."""
    return _unscoped(policy, _WRITE, "writes to every resource")


@rule(
    on=IDENTITY_POLICIES,
    severity=LOW,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=["CKV_AWS_355", "CKV_AWS_356"],
)
def iam_rights_reads_kept(policy: Resource) -> Verdict:
    """Reading, listing and tagging can be kept to resources wherever AWS lets a policy name them."""
    return _unscoped(policy, _READ, "reads every resource")


@rule(on=IDENTITY_POLICIES, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def iam_rights_secrets_named(policy: Resource) -> Verdict:
    """A program needs its own secrets; `secretsmanager:GetSecretValue` on `*` reads the passwords of all others."""
    names = ("secretsmanager:GetSecretValue", "secretsmanager:BatchGetSecretValue", "ssm:GetParameters")
    remedy = "Name the secrets' ARNs; `secretsmanager:ListSecrets` alone needs `*`."
    return _on_everything(policy, names, "reads every secret", remedy)


@rule(on=IDENTITY_POLICIES, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def iam_rights_no_destruction(policy: Resource) -> Verdict:
    """Deleting stores is rare and final: a policy that allows it names which."""
    remedy = "Name the ARNs of what may be deleted, or leave deleting to the deployment's role."
    return _on_everything(policy, DESTRUCTION, "deletes stores without naming them", remedy)


@rule(on=IDENTITY_POLICIES, severity=HIGH, theme=Theme.LOGGING)
def iam_rights_defences_kept(policy: Resource) -> Verdict:
    """The first thing an intruder does is to switch off what would tell of him."""
    remedy = "Leave trails, recorders and detectors to the security team's role."
    return _on_everything(policy, DEFENCES, "switches off logging or detection", remedy)


@rule(on=IDENTITY_POLICIES, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def iam_rights_organization_kept(policy: Resource) -> Verdict:
    """Accounts and their guard rails belong to the organisation's own deployment, not to a program's."""
    remedy = "Name what is needed, such as `organizations:Describe*`."
    return _on_everything(policy, ORGANISATION, "changes the account or the organisation", remedy)


@rule(on=IDENTITY_POLICIES, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def iam_rights_new_identities_bounded(policy: Resource) -> Verdict:
    """Who may create roles can give them more rights than he has, unless a permissions boundary is demanded."""

    def judge(found: Document) -> Verdict:
        def one(statement: Statement) -> Verdict:
            if statement.every_action or statement.limited_by("iam:PermissionsBoundary", "iam:PolicyARN"):
                return PASS
            wide = statement.every_resource or any(item.endswith("*") for item in statement.resources)
            given = [name for name in IDENTITY_MAKERS if statement.covers(name) and not denies(found, name)]
            if not (wide and given):
                return PASS
            remedy = "Add a condition on `iam:PermissionsBoundary` with the boundary's ARN."
            return violation(statement.path, f"makes identities without a boundary ({_some(given)})", remedy)

        return every(found.allowing, one)

    return each_identity_policy(policy, judge)


@rule(on=IDENTITY_POLICIES, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def iam_rights_pass_role_service(policy: Resource) -> Verdict:
    """A role is passed to one service; the condition keeps it from being passed to another that runs other code."""

    def judge(found: Document) -> Verdict:
        def one(statement: Statement) -> Verdict:
            limited = statement.limited_by("iam:PassedToService", "iam:AssociatedResourceArn")
            if limited or statement.every_action or not statement.covers("iam:PassRole"):
                return PASS
            if denies(found, "iam:PassRole"):
                return PASS
            remedy = "Add a condition `StringEquals` on `iam:PassedToService`."
            return violation(statement.path, "passes roles to any service", remedy)

        return every(found.allowing, one)

    return each_identity_policy(policy, judge)


@rule(on=IDENTITY_POLICIES, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def iam_rights_grants_for_services(policy: Resource) -> Verdict:
    """A grant gives a key's use away without a change of its policy; services that encrypt need it, people don't."""

    def judge(found: Document) -> Verdict:
        def one(statement: Statement) -> Verdict:
            limited = statement.limited_by(
                "kms:GrantIsForAWSResource", "kms:ViaService", "kms:GranteePrincipal"
            )
            if limited or statement.every_action or not statement.covers("kms:CreateGrant"):
                return PASS
            if denies(found, "kms:CreateGrant"):
                return PASS
            remedy = 'Add a condition `Bool` on `kms:GrantIsForAWSResource` with `"true"`.'
            return violation(statement.path, "creates grants on keys for anybody", remedy)

        return every(found.allowing, one)

    return each_identity_policy(policy, judge)


@rule(on=IDENTITY_POLICIES, severity=LOW, theme=Theme.LEAST_PRIVILEGE)
def iam_rights_service_linked_roles_named(policy: Resource) -> Verdict:
    """A service-linked role is made for one service; without its name the right covers every service of AWS."""

    def judge(found: Document) -> Verdict:
        def one(statement: Statement) -> Verdict:
            limited = statement.limited_by("iam:AWSServiceName") or statement.every_action
            wide = statement.every_resource or any(is_wide(item) for item in statement.resources)
            if limited or not wide or not statement.covers("iam:CreateServiceLinkedRole"):
                return PASS
            remedy = "Add a condition `StringEquals` on `iam:AWSServiceName`."
            return violation(statement.path, "creates service-linked roles of any service", remedy)

        return every(found.allowing, one)

    return each_identity_policy(policy, judge)


@rule(on=IDENTITY_POLICIES, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def iam_rights_assumed_accounts_named(policy: Resource) -> Verdict:
    """A role's ARN without its account is a role of that name in every account, a stranger's too."""

    def judge(found: Document) -> Verdict:
        def one(statement: Statement) -> Verdict:
            if statement.every_action or constrained(statement) or not statement.covers("sts:AssumeRole"):
                return PASS
            # `*` alone is iam-policy-assume-role-limited's.
            anywhere = [item for item in statement.resources if item.startswith("arn:") and _no_account(item)]
            if not anywhere:
                return PASS
            remedy = "Write the account's number, or add a condition on `aws:ResourceOrgID`."
            return violation(f"{statement.path}.Resource", "names roles of any account", remedy)

        return every(found.allowing, one)

    return each_identity_policy(policy, judge)


def _no_account(arn: str) -> bool:
    parts = arn.split(":", 5)
    return len(parts) < 6 or not parts[4].strip("*?")


_CONNECT = "rds-db:connect"


@rule(on=IDENTITY_POLICIES, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def iam_rights_database_user_named(policy: Resource) -> Verdict:
    """A login with IAM is a login as one database user; a wildcard also lets in as the administrator."""

    def judge(found: Document) -> Verdict:
        def one(statement: Statement) -> Verdict:
            if statement.every_action or not statement.covers(_CONNECT):
                return PASS
            if not statement.every_resource and not any(map(_any_user, statement.resources)):
                return PASS
            remedy = "Name the user: `arn:aws:rds-db:REGION:ACCOUNT:dbuser:DB_RESOURCE_ID/USER`."
            return violation(f"{statement.path}.Resource", "lets in as any database user", remedy)

        return every(found.allowing, one)

    return each_identity_policy(policy, judge)


def _any_user(arn: str) -> bool:
    database, _, user = arn.rpartition(":dbuser:")[2].partition("/")
    return ":rds-db:" in arn and (not database.strip("*?") or not user.strip("*?"))


@rule(on=IDENTITY_POLICIES, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def iam_rights_database_arn(policy: Resource) -> Verdict:
    """A login with IAM is named by the database's resource id; by its name or ARN the right is never granted."""

    def judge(found: Document) -> Verdict:
        def one(statement: Statement) -> Verdict:
            named = {name.lower() for name in statement.actions} == {_CONNECT}
            wrong = [item for item in statement.resources if item != "*" and not _database_arn(item)]
            if not (named and wrong):
                return PASS
            remedy = "Use `arn:aws:rds-db:REGION:ACCOUNT:dbuser:DB_RESOURCE_ID/USER`, with `resource_id`."
            return violation(f"{statement.path}.Resource", "is no ARN of a database user", remedy)

        return every(found.allowing, one)

    return each_identity_policy(policy, judge)


# How the resource ids of instances, clusters and proxies begin.
_RESOURCE_IDS = ("db-", "cluster-", "prx-", "*")


def _database_arn(arn: str) -> bool:
    parts = arn.split(":")
    if len(parts) != 7 or parts[0] != "arn" or parts[2] != "rds-db" or parts[5] != "dbuser":
        return False
    database, slash, user = parts[6].partition("/")
    account = parts[4]
    numbered = len(account) == 12 and account.isdigit()
    # A wildcard is for `iam-rights-database-user-named`; a variable such as `${aws:username}` may be any user.
    return (numbered or account == "*") and database.startswith(_RESOURCE_IDS) and bool(slash and user)
