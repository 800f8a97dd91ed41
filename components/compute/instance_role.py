"""The role of the application's instances: Session Manager instead of SSH, and nothing that is not asked for.

AWS's `AmazonSSMManagedInstanceCore` also lets an instance read every parameter of the account (`ssm:GetParameters`
on `*`), so the role has the minimal permissions of the Session Manager guide ("Create a custom IAM instance profile
for Session Manager") instead. Follows sources/001 line 645 (the role reaches the instances).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

from components.foundation.iam import Statement, assume_role_policy, policy_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulumi

    from components.foundation.component import Component
    from components.foundation.partition import Site

_CHANNELS = (
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
)


def session_manager_statements(site: Site) -> list[Statement]:
    """What the agent needs so that a person can open a session; the channel actions know no resource."""
    instances = site.arn("ec2", "instance/*")
    return [
        Statement("OpenSessions", actions=_CHANNELS, resources=["*"]),
        Statement("ReportToSystemsManager", actions=["ssm:UpdateInstanceInformation"], resources=[instances]),
    ]


def create_instance_role(
    owner: Component, statements: Sequence[Statement], permissions_boundary: pulumi.Input[str] | None
) -> tuple[aws.iam.Role, aws.iam.InstanceProfile]:
    """The role and the profile that hands it to instances; `statements` are what the application needs more."""
    role = aws.iam.Role(
        owner.name_for("instance"),
        description=f"Instances of {owner.name}",
        assume_role_policy=assume_role_policy(owner.site, service="ec2"),
        permissions_boundary=permissions_boundary,
        tags=owner.tags("instance"),
        opts=owner.child(),
    )
    aws.iam.RolePolicy(
        owner.name_for("instance", "sessions"),
        role=role.name,
        policy=policy_document(*session_manager_statements(owner.site)),
        opts=owner.child(),
    )
    if statements:
        aws.iam.RolePolicy(
            owner.name_for("instance", "app"),
            role=role.name,
            policy=policy_document(*statements),
            opts=owner.child(),
        )
    profile = aws.iam.InstanceProfile(
        owner.name_for("instance"), role=role.name, tags=owner.tags("instance"), opts=owner.child()
    )
    return role, profile
