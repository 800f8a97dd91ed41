"""Rules on resource policies of all kinds: who may use a queue, a topic, a repository, a secret, a vault, an API ...

One table says where each type keeps its policy (`policies.pack.iam.places`). Buckets and keys have rules of their
own. Public registries and VPC endpoints are open on purpose and not in the table.
"""

from __future__ import annotations

from policies.pack.document import Document, Statement
from policies.pack.graph import Stack
from policies.pack.iam import actions as published
from policies.pack.iam.arns import account_of, is_root
from policies.pack.iam.places import RESOURCE_POLICIES, resource_policy
from policies.pack.iam.reach import lets_everybody_in, own_accounts
from policies.pack.resource import Resource
from policies.pack.rule import CRITICAL, HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, Verdict, every, undecided, violation

_TYPES = tuple(RESOURCE_POLICIES)
# Rules of their services say who everybody is there: what a vault may be used for, what a signed request is.
_ELSEWHERE = (
    *(
        "aws:backup/",
        "aws:cloudwatch/logResourcePolicy",
        "aws:dynamodb/",
        "aws:elasticsearch/",
        "aws:glacier/",
    ),
    *(
        "aws:glue/",
        "aws:opensearch/",
        "aws:redshift/",
        "aws:redshiftserverless/",
        "aws:schemas/",
        "aws:vpclattice/authPolicy",
    ),
)
# APIs take requests from addresses that no identity stands behind; S3 calls a fixed range not public.
_ACCESS_POINT = "aws:s3/accessPoint:AccessPoint"
_BY_ADDRESS = frozenset(
    {
        "aws:apigateway/restApi:RestApi",
        "aws:apigateway/restApiPolicy:RestApiPolicy",
        _ACCESS_POINT,
        "aws:s3control/accessPointPolicy:AccessPointPolicy",
    }
)
_ORGANISATION = ("aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:SourceOrgID", "aws:SourceOrgPaths")
_CALLERS = (*_ORGANISATION, "aws:PrincipalArn", "aws:PrincipalAccount", "aws:SourceArn", "aws:SourceVpce")
# EventBridge delivers to no topic whose policy has conditions (EventBridge User Guide, "Amazon SNS permissions").
_EVENTS = "events.amazonaws.com"
_TOPICS = frozenset({"aws:sns/topic:Topic", "aws:sns/topicPolicy:TopicPolicy"})
_SOURCE = ("aws:SourceAccount", "aws:SourceArn", "aws:SourceOwner", "aws:SourceOrgID", "aws:SourceOrgPaths")


@rule(
    on=tuple(token for token in _TYPES if not token.startswith(_ELSEWHERE)),
    severity=CRITICAL,
    theme=Theme.LEAST_PRIVILEGE,
    same_as=[
        "CKV_AWS_32",
        "CKV_AWS_168",
        "CKV_AWS_169",
        "CKV_AWS_283",
        "CKV_AWS_387",
        "SecurityHub SNS.4",
        "SecurityHub SQS.3",
    ],
)
def resource_policy_not_public(resource: Resource) -> Verdict:
    """A policy that names everybody, without a condition that keeps callers to known ones, is open to the world."""
    if resource.type == _ACCESS_POINT and resource.has("vpcConfiguration"):
        return PASS  # S3 calls it not public whatever its policy says: it answers its VPC only.
    found = resource_policy(resource)
    addresses = resource.type in _BY_ADDRESS

    def judge(statement: Statement) -> Verdict:
        if not lets_everybody_in(found, statement, addresses=addresses):
            return PASS
        remedy = "Name the principals, or add a condition on `aws:PrincipalOrgID` or `aws:SourceArn`."
        return violation(f"{statement.path}.Principal", "is everybody", remedy)

    return every(found.allowing, judge)


@rule(on=_TYPES, severity=HIGH, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV_AWS_72"])
def resource_policy_named_actions(resource: Resource) -> Verdict:
    """`sqs:*` on a queue is also to delete it and to change who may use it."""
    return every(resource_policy(resource).allowing, _names_actions)


def _names_actions(statement: Statement) -> Verdict:
    whole = any(action.endswith(":*") or set(action) <= {"*", ":"} for action in statement.actions if action)
    if not whole and not statement.not_actions:
        return PASS
    element = "NotAction" if statement.not_actions else "Action"
    return violation(f"{statement.path}.{element}", "allows every action", "Name the actions that are used.")


@rule(on=_TYPES, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def resource_policy_no_not_principal(resource: Resource) -> Verdict:
    """`NotPrincipal` in an Allow lets in everybody in the world but those it names."""

    def judge(statement: Statement) -> Verdict:
        if not statement.not_principals:
            return PASS
        remedy = "Name who may in `Principal`."
        return violation(f"{statement.path}.NotPrincipal", "is used in an Allow", remedy)

    return every(resource_policy(resource).allowing, judge)


@rule(on=_TYPES, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def resource_policy_actions_exist(resource: Resource) -> Verdict:
    """AWS takes some misspelt actions; such a statement grants nothing, and in a Deny it forbids nothing."""

    def judge(statement: Statement) -> Verdict:
        if all(published.exists(name) for name in (*statement.actions, *statement.not_actions)):
            return PASS
        wrong = next(
            name for name in (*statement.actions, *statement.not_actions) if not published.exists(name)
        )
        near = published.nearest(wrong)
        remedy = f"The nearest is `{near}`." if near else "See the Service Authorization Reference."
        return violation(f"{statement.path}.Action", "names an action that AWS does not have", remedy)

    return every(resource_policy(resource).statements, judge)


@rule(on=_TYPES, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def resource_policy_service_source(resource: Resource) -> Verdict:
    """A service acts for all its customers; without a condition a stranger's topic can write to our queue."""

    def judge(statement: Statement) -> Verdict:
        services = set(statement.principals_of("Service"))
        if resource.type in _TOPICS:
            services.discard(_EVENTS)
        if not services or statement.limited_by(*_SOURCE, *_ORGANISATION):
            return PASS
        # AWS names no source when it makes a log stream, and an empty stream says nothing; the records are what counts.
        if {action.lower() for action in statement.actions} == {"logs:createlogstream"}:
            return PASS
        remedy = "Add conditions on `aws:SourceAccount` and `aws:SourceArn`."
        return violation(statement.path, "trusts a service for the resources of every account", remedy)

    return every(resource_policy(resource).allowing, judge)


@rule(on=_TYPES, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def resource_policy_bucket_account(resource: Resource) -> Verdict:
    """A bucket's ARN names no account: whoever makes a bucket of that name after ours is deleted is let in."""

    def judge(statement: Statement) -> Verdict:
        from_s3 = "s3.amazonaws.com" in statement.principals_of("Service")
        if not from_s3 or not statement.limited_by("aws:SourceArn"):
            return PASS  # without a source it is resource-policy-service-source's
        if statement.limited_by("aws:SourceAccount", *_ORGANISATION):
            return PASS
        return violation(statement.path, "trusts a bucket by its name only", "Add `aws:SourceAccount`.")

    return every(resource_policy(resource).allowing, judge)


@rule(on=_TYPES, severity=LOW, theme=Theme.LEAST_PRIVILEGE)
def resource_policy_root_conditioned(resource: Resource) -> Verdict:
    """A whole account as principal is everybody there whose own policies allow it; a condition says who is meant."""

    def judge(statement: Statement) -> Verdict:
        whole = any(is_root(name) for name in statement.principals_of("AWS"))
        if not whole or statement.conditions:
            return PASS
        remedy = "Name the roles, or add a condition, for example on `aws:PrincipalArn`."
        return violation(f"{statement.path}.Principal", "is a whole account", remedy)

    return every(resource_policy(resource).allowing, judge)


@rule(on=_TYPES, severity=HIGH, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV_AWS_385"])
def resource_policy_other_account(resource: Resource, stack: Stack, *, trusted_accounts: str = "") -> Verdict:
    """Another account is somebody else's unless a condition says that it is in the same organisation."""
    del (
        stack
    )  # judged over the stack, because the resource's own account is known from its ARN after `up` only
    trusted = {item.strip() for item in trusted_accounts.split(",")}
    found = resource_policy(resource)

    def judge(statement: Statement) -> Verdict:
        named = {account_of(name) for name in statement.principals_of("AWS")} - trusted - {""}
        if not named or statement.limited_by(*_ORGANISATION):
            return PASS
        own = own_accounts(resource) or _accounts_in(found)
        if not own:
            return undecided("arn")
        if named <= own:
            return PASS
        remedy = "Add a condition on `aws:PrincipalOrgID`, or list it in the option `trustedAccounts`."
        return violation(f"{statement.path}.Principal", "is another account", remedy)

    return every(found.allowing, judge)


def _accounts_in(found: Document) -> set[str]:
    """The accounts of the ARNs that a policy names as its resource, as those of queues and topics do."""
    return {account_of(arn) for statement in found for arn in statement.resources} - {""}


@rule(on=_TYPES, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def resource_policy_no_administration(resource: Resource) -> Verdict:
    """Who may change a resource's policy from outside can let in anybody, and lock us out."""

    def judge(statement: Statement) -> Verdict:
        if _names_actions(statement).violated or not _outside(statement):
            return PASS
        given = [name for name in _POLICY_CHANGES if statement.covers(name)]
        if not given:
            return PASS
        remedy = "Leave changes of the policy to identity policies of the own account."
        return violation(f"{statement.path}.Action", f"lets others change the policy (`{given[0]}`)", remedy)

    return every(resource_policy(resource).allowing, judge)


def _outside(statement: Statement) -> bool:
    return statement.anyone or bool(statement.principals_of("AWS") or statement.principals_of("Service"))


_POLICY_CHANGES = (
    "sqs:AddPermission",
    "sqs:SetQueueAttributes",
    "sns:AddPermission",
    "sns:SetTopicAttributes",
    "ecr:SetRepositoryPolicy",
    "secretsmanager:PutResourcePolicy",
    "backup:PutBackupVaultAccessPolicy",
    "events:PutPermission",
    "lambda:AddPermission",
    "glue:PutResourcePolicy",
    "es:UpdateDomainConfig",
    "kinesis:PutResourcePolicy",
    "dynamodb:PutResourcePolicy",
    "codeartifact:PutDomainPermissionsPolicy",
    "codeartifact:PutRepositoryPermissionsPolicy",
    "elasticfilesystem:PutFileSystemPolicy",
    "glacier:SetVaultAccessPolicy",
    "s3:PutAccessPointPolicy",
    "s3tables:PutTableBucketPolicy",
)
