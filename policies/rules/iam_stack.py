"""Rules on IAM over the stack: rights that nothing uses, identities that share or join rights, boundaries."""

from __future__ import annotations

from policies.pack.conditions import Condition
from policies.pack.graph import Stack
from policies.pack.iam.escalation import open_ways
from policies.pack.iam.grants import Grants
from policies.pack.iam.holdings import holdings
from policies.pack.iam.places import (
    EXCLUSIVE_ATTACHMENT,
    GROUP_POLICY,
    POLICY,
    ROLE,
    ROLE_ATTACHMENT,
    ROLE_POLICY,
    USER_POLICY,
    trust_policy,
)
from policies.pack.iam.usage import anywhere, mentions
from policies.pack.resource import Resource
from policies.pack.rule import HIGH, LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, NotKnownError, Verdict, undecided, violation

PROFILE = "aws:iam/instanceProfile:InstanceProfile"
USER = "aws:iam/user:User"
GROUP = "aws:iam/group:Group"
LOGIN = "aws:iam/userLoginProfile:UserLoginProfile"
MEMBERSHIP = "aws:iam/groupMembership:GroupMembership"
USER_GROUPS = "aws:iam/userGroupMembership:UserGroupMembership"
_KINDS = (ROLE, POLICY, PROFILE)
# These give rights to a role; they are no use of it.
_GIVING = frozenset(
    {
        ROLE_POLICY,
        ROLE_ATTACHMENT,
        EXCLUSIVE_ATTACHMENT,
        "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive",
        "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
    }
)
# Roles that AWS finds by their name, so that nothing in a program has to mention them.
_BY_NAME = frozenset({"vmimport", "dms-vpc-role", "dms-cloudwatch-logs-role", "dms-access-for-endpoint"})

# What takes a role to run something, by type, with the property that names the role. Each should have its own.
WORKLOADS = {
    "aws:lambda/function:Function": "role",
    "aws:ecs/taskDefinition:TaskDefinition": "taskRoleArn",
    "aws:sfn/stateMachine:StateMachine": "roleArn",
    "aws:codepipeline/pipeline:Pipeline": "roleArn",
    "aws:codebuild/project:Project": "serviceRole",
    "aws:codedeploy/deploymentGroup:DeploymentGroup": "serviceRoleArn",
    "aws:glue/job:Job": "roleArn",
    "aws:apprunner/service:Service": "instanceConfiguration.instanceRoleArn",
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": "roleArn",
}


@rule(on=ROLE, severity=LOW, theme=Theme.LEAST_PRIVILEGE)
def iam_stack_role_used(role: Resource, stack: Stack) -> Verdict:
    """A role that only AWS services may take, and that nothing in the stack names, has rights for nobody's use."""
    allowing = trust_policy(role).allowing
    from_outside = any(statement.anyone or _others(statement.principals) for statement in allowing)
    if not allowing or from_outside or role.text("name") in _BY_NAME:
        return PASS
    if any(found.type not in _GIVING for found in mentions(role, stack, _KINDS)):
        return PASS
    return violation("name", "is a role that nothing in the stack uses", "Remove it, or use its `arn`.")


def _others(principals: tuple[tuple[str, str], ...]) -> bool:
    return any(kind != "Service" for kind, _ in principals)


@rule(on=POLICY, severity=LOW, theme=Theme.LEAST_PRIVILEGE)
def iam_stack_policy_attached(policy: Resource, stack: Stack) -> Verdict:
    """A policy that is attached to nobody waits to be attached to the wrong one."""
    if mentions(policy, stack, _KINDS):
        return PASS
    return violation("name", "is a policy that nothing in the stack uses", "Attach it, or remove it.")


@rule(on=PROFILE, severity=LOW, theme=Theme.LEAST_PRIVILEGE)
def iam_stack_profile_used(profile: Resource, stack: Stack) -> Verdict:
    """An instance profile that no instance uses can be put on any instance by whoever may start one."""
    if mentions(profile, stack, _KINDS):
        return PASS
    return violation("name", "is an instance profile that nothing in the stack uses", "Remove it.")


@rule(on=ROLE, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def iam_stack_role_per_workload(role: Resource, stack: Stack) -> Verdict:
    """Two functions with one role have the rights of both; the weaker one's bug opens the stronger one's data."""
    users = [found for token, path in WORKLOADS.items() for found in stack.referring(role, token, path).sure]
    if len(users) < 2:
        return PASS
    remedy = "Give each function, task or pipeline a role of its own."
    return violation("name", f"is the role of {len(users)} functions, tasks or pipelines", remedy)


@rule(on=ROLE, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def iam_stack_role_no_escalation(role: Resource, stack: Stack) -> Verdict:
    """Policies that are harmless each can together lead to all rights: one passes roles, another creates functions."""
    found = holdings(role, stack).documents
    alone = {way for document in found for way in open_ways(Grants((document,)))}
    together = [way for way in open_ways(Grants(found)) if way not in alone]
    if not together:
        return PASS
    remedy = "Name the roles that may be passed, or split the rights between two roles."
    return violation("name", f"has policies that together lead to more rights: {together[0]}", remedy)


@rule(on=ROLE, severity=MEDIUM, theme=Theme.LEAST_PRIVILEGE)
def iam_stack_boundary_on_all(role: Resource, stack: Stack, *, required: bool = False) -> Verdict:
    """A boundary on some roles only is none: whoever is held in takes the role beside it."""
    if not role.known("permissionsBoundary") or role.text("permissionsBoundary"):
        return PASS
    if not required and not anywhere(stack, ROLE, "permissionsBoundary"):
        return PASS
    return violation("permissionsBoundary", "is not set", "Set `permissions_boundary` as on the other roles.")


@rule(on=GROUP, severity=LOW, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV2_AWS_14"])
def iam_stack_group_has_members(group: Resource, stack: Stack) -> Verdict:
    """A group without members gives its rights to nobody, until somebody is added who was not meant."""
    if stack.referring(group, MEMBERSHIP, "group") or stack.referring(group, USER_GROUPS, "groups"):
        return PASS
    return violation("name", "is a group without members", "Add a `GroupMembership`, or remove the group.")


@rule(on=USER, severity=LOW, theme=Theme.LEAST_PRIVILEGE, same_as=["CKV2_AWS_21"])
def iam_stack_user_in_group(user: Resource, stack: Stack) -> Verdict:
    """Users get their rights from groups, so that all who do the same have the same."""
    if stack.referring(user, MEMBERSHIP, "users") or stack.referring(user, USER_GROUPS, "user"):
        return PASS
    return violation("name", "is in no group", "Add a `UserGroupMembership`.")


@rule(on=LOGIN, severity=HIGH, theme=Theme.LEAST_PRIVILEGE)
def iam_stack_console_mfa(profile: Resource, stack: Stack) -> Verdict:
    """A password alone is phished or reused; a policy can deny everything until a second factor was given."""
    unknown: NotKnownError | None = None
    for token in (POLICY, GROUP_POLICY, USER_POLICY):
        for policy in stack.by_type(token):
            try:
                if any(
                    _asks_for_mfa(item.conditions) and item.covers("iam:CreateAccessKey")
                    for item in policy.document("policy").denying
                ):
                    return PASS
            except NotKnownError as error:
                unknown = error
    if unknown:
        return undecided(unknown.path)
    remedy = "Attach a Deny of all but setting up MFA under `BoolIfExists aws:MultiFactorAuthPresent: false`."
    return violation(profile.at("user"), "may sign in without a second factor", remedy)


def _asks_for_mfa(conditions: tuple[Condition, ...]) -> bool:
    return any(
        item.key == "aws:multifactorauthpresent" and item.if_exists and item.values == ("false",)
        for item in conditions
    )
