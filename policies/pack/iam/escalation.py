"""Ways from the rights one has to rights one was not given: the published methods of privilege escalation.

Sources: "AWS IAM Privilege Escalation - Methods and Mitigation" (Rhino Security Labs, 2018), "IAM Vulnerable"
(Bishop Fox, 2021) and AWS's own advice in each action's reference. A way is open when all of its actions are
allowed; those that name whose rights are taken (`on_any`) have to be allowed on all resources of their kind,
because on one named role or user they may be exactly what was meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from policies.pack.document import Statement
from policies.pack.iam.grants import Grants, reaches_widely

_PASS_ROLE = "iam:PassRole"  # noqa: S105  an action of IAM
_PASSED_TO = "iam:passedtoservice"


@dataclass(frozen=True, slots=True)
class Way:
    """A method: the actions that must reach any resource, those that must be allowed at all, and the service
    that the role is passed to, where one is.
    """

    on_any: tuple[str, ...]
    also: tuple[str, ...] = ()
    service: str = ""

    @property
    def actions(self) -> tuple[str, ...]:
        """All actions of the method."""
        return (*self.on_any, *self.also)

    def __str__(self) -> str:
        first, *rest = (f"`{action}`" for action in self.actions)
        return f"{first} with {' and '.join(rest)}" if rest else first


def _alone(*actions: str) -> tuple[Way, ...]:
    return tuple(Way((action,)) for action in actions)


def _passing(service: str, *ways: tuple[str, ...]) -> tuple[Way, ...]:
    return tuple(Way((_PASS_ROLE,), also, service) for also in ways)


WAYS: tuple[Way, ...] = (
    # Rights written or attached directly.
    *_alone(
        "iam:CreatePolicyVersion",
        "iam:SetDefaultPolicyVersion",
        "iam:AttachUserPolicy",
        "iam:AttachGroupPolicy",
        "iam:AttachRolePolicy",
        "iam:PutUserPolicy",
        "iam:PutGroupPolicy",
        "iam:PutRolePolicy",
        "iam:AddUserToGroup",
        "iam:DeleteRolePermissionsBoundary",
        "iam:DeleteUserPermissionsBoundary",
        "iam:PutRolePermissionsBoundary",
        "iam:PutUserPermissionsBoundary",
        "sso:PutInlinePolicyToPermissionSet",
        "sso:AttachManagedPolicyToPermissionSet",
        "sso:AttachCustomerManagedPolicyReferenceToPermissionSet",
        "sso:CreateAccountAssignment",
    ),
    # Somebody else's identity taken.
    *_alone(
        "iam:CreateAccessKey",
        "iam:CreateLoginProfile",
        "iam:UpdateLoginProfile",
        "iam:UpdateAssumeRolePolicy",
        "iam:CreateServiceSpecificCredential",
        "iam:ResetServiceSpecificCredential",
    ),
    # Code put where a role already works.
    *_alone(
        "lambda:UpdateFunctionCode",
        "lambda:UpdateFunctionConfiguration",
        "glue:UpdateDevEndpoint",
        "ssm:SendCommand",
        "ssm:StartSession",
        "ec2-instance-connect:SendSSHPublicKey",
        "ec2-instance-connect:SendSerialConsoleSSHPublicKey",
        "ecs:ExecuteCommand",
        "sagemaker:CreatePresignedNotebookInstanceUrl",
    ),
    Way(("ec2:ModifyInstanceAttribute",), ("ec2:StopInstances", "ec2:StartInstances")),
    Way(("eks:CreateAccessEntry",), ("eks:AssociateAccessPolicy",)),
    # A role handed to something that runs one's code.
    *_passing(
        "ec2.amazonaws.com",
        ("ec2:RunInstances",),
        ("ec2:AssociateIamInstanceProfile",),
        ("ec2:ReplaceIamInstanceProfileAssociation",),
        ("ec2:RequestSpotInstances",),
        ("autoscaling:CreateLaunchConfiguration", "autoscaling:CreateAutoScalingGroup"),
        ("ec2:CreateLaunchTemplate", "autoscaling:CreateAutoScalingGroup"),
    ),
    *_passing(
        "lambda.amazonaws.com",
        ("lambda:CreateFunction", "lambda:InvokeFunction"),
        ("lambda:CreateFunction", "lambda:CreateEventSourceMapping"),
        ("lambda:CreateFunction", "lambda:AddPermission"),
        ("lambda:CreateFunction", "lambda:CreateFunctionUrlConfig"),
    ),
    *_passing(
        "glue.amazonaws.com",
        ("glue:CreateDevEndpoint",),
        ("glue:CreateJob", "glue:StartJobRun"),
        ("glue:CreateJob", "glue:CreateTrigger"),
        ("glue:UpdateJob", "glue:StartJobRun"),
        ("glue:CreateSession", "glue:RunStatement"),
    ),
    *_passing(
        "cloudformation.amazonaws.com",
        ("cloudformation:CreateStack",),
        ("cloudformation:UpdateStack",),
        ("cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"),
        ("cloudformation:CreateStackSet", "cloudformation:CreateStackInstances"),
    ),
    *_passing(
        "datapipeline.amazonaws.com", ("datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition")
    ),
    *_passing(
        "sagemaker.amazonaws.com",
        ("sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"),
        ("sagemaker:CreateTrainingJob",),
        ("sagemaker:CreateProcessingJob",),
    ),
    *_passing(
        "codebuild.amazonaws.com",
        ("codebuild:CreateProject", "codebuild:StartBuild"),
        ("codebuild:UpdateProject", "codebuild:StartBuild"),
    ),
    *_passing(
        "ecs-tasks.amazonaws.com",
        ("ecs:RegisterTaskDefinition", "ecs:RunTask"),
        ("ecs:RegisterTaskDefinition", "ecs:StartTask"),
        ("ecs:RegisterTaskDefinition", "ecs:CreateService"),
    ),
    *_passing(
        "states.amazonaws.com",
        ("states:CreateStateMachine", "states:StartExecution"),
        ("states:UpdateStateMachine", "states:StartExecution"),
    ),
    *_passing("apprunner.amazonaws.com", ("apprunner:CreateService",), ("apprunner:UpdateService",)),
    *_passing("scheduler.amazonaws.com", ("scheduler:CreateSchedule",)),
    *_passing("ssm.amazonaws.com", ("ssm:StartAutomationExecution",)),
    *_passing(
        "elasticmapreduce.amazonaws.com",
        ("elasticmapreduce:RunJobFlow",),
    ),
    *_passing(
        "bedrock-agentcore.amazonaws.com",
        ("bedrock-agentcore:CreateCodeInterpreter", "bedrock-agentcore:InvokeCodeInterpreter"),
    ),
)

# With the services whose actions each takes: most policies name none of them.
_BY_SERVICES = [(frozenset(action.partition(":")[0] for action in way.actions), way) for way in WAYS]


def open_ways(grants: Grants) -> Iterator[Way]:
    """The methods that these policies leave open."""
    named = grants.services
    for services, way in _BY_SERVICES:
        if named is not None and not services <= named:
            continue
        if all(_reaches(grants, action, way) for action in way.on_any) and all(map(grants.allows, way.also)):
            yield way


def _reaches(grants: Grants, action: str, way: Way) -> bool:
    if action == _PASS_ROLE:
        return any(_passes(statement, way.service) for statement in grants.of(action))
    return grants.allows_widely(action)


def _passes(statement: Statement, service: str) -> bool:
    """Whether a statement lets any role be passed to a service; a condition on other services stops it."""
    services = {
        value
        for condition in statement.conditions
        if condition.key == _PASSED_TO and condition.limits
        for value in condition.values
    }
    if not services:
        return reaches_widely(statement)
    wide = statement.every_resource or any(item.endswith("/*") for item in statement.resources)
    return wide and any(value in (service, "*") for value in services)
