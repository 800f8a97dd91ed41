"""The service-linked role that starts a group's instances, and its right to use the key of their volumes.

AWS source: "Required AWS KMS key policy for use with encrypted volumes" (EC2 Auto Scaling): the role uses the key and
may hand a grant on to EC2. The role has a custom suffix, so it belongs to one group: the key's policy then names a role
that surely exists and that starts no other group's instances. The account-wide `AWSServiceRoleForAutoScaling` is
missing in a new account, and KMS refuses a policy that names a missing role.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.foundation.iam import Statement
from components.foundation.names import fit

if TYPE_CHECKING:
    from components.foundation.component import Component
    from components.foundation.partition import Site

MAX_SUFFIX = 64 - len("AWSServiceRoleForAutoScaling_")
_USE = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*")


def create_service_role(owner: Component) -> aws.iam.ServiceLinkedRole:
    """A service-linked role of EC2 Auto Scaling for one group."""
    # AWS has no auto-naming here and the name must be new in the account: stack and Region make it so.
    parts = (owner.name, pulumi.get_stack(), pulumi.get_project(), *([owner.region] if owner.region else []))
    return aws.iam.ServiceLinkedRole(
        owner.name_for("service-role"),
        aws_service_name="autoscaling.amazonaws.com",
        custom_suffix=fit("-".join(parts), MAX_SUFFIX),
        description=f"EC2 Auto Scaling of {owner.name}",
        tags=owner.tags("service-role"),
        opts=owner.child(),
    )


def key_statements(role_arn: pulumi.Input[str]) -> list[Statement]:
    """What the service-linked role may do with the key."""
    who = {"AWS": [role_arn]}
    return [
        Statement("AutoScalingUse", actions=_USE, resources=["*"], principals=who),
        Statement(
            "AutoScalingGrants",
            actions=("kms:CreateGrant",),
            resources=["*"],
            principals=who,
            conditions={"Bool": {"kms:GrantIsForAWSResource": "true"}},
        ),
    ]


def create_volume_key(owner: Component, role: aws.iam.ServiceLinkedRole) -> aws.kms.Key:
    """The key of the group's volumes; only `role`, and EC2 on its behalf, may use it."""

    def user(_site: Site) -> list[Statement]:
        return key_statements(role.arn)

    return owner.key("volumes", users=[user], description=f"Volumes of the instances of {owner.name}")
