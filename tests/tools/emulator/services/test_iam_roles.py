"""Roles, their policies and instance profiles, from creation to deletion."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.tools.emulator.services.world import World, lifecycle
from tools.emulator.diff import changes
from tools.emulator.schema import resource
from tools.emulator.services.iam_roles import ROLE

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}
        ],
    },
    indent=2,
)
READ = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"}]}
)
WRITE = READ.replace("GetObject", "PutObject")
SSM = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
ECS = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"


def test_role_from_creation_to_deletion(world: World) -> None:
    role = world.create(
        "aws:iam/role:Role",
        name="app",
        path="/service/",
        assumeRolePolicy=TRUST,
        description="What the application may do",
        maxSessionDuration=7200,
        tags={"team": "data"},
    )
    assert role.id == "app"
    assert role.outputs["arn"] == f"arn:aws:iam::{world.place.account}:role/service/app"
    assert role.outputs["uniqueId"].startswith("AROA")
    assert role.outputs["assumeRolePolicy"] == TRUST, "the spelling of the program is kept"
    role.update(description="Less", maxSessionDuration=None, tags={"owner": "me"})
    there = world.client("iam").get_role(RoleName="app")["Role"]
    assert (there["Description"], there["MaxSessionDuration"]) == ("Less", 3600)
    assert there["Tags"] == [{"Key": "owner", "Value": "me"}]
    lifecycle(role)


def test_role_drift_and_import(world: World) -> None:
    role = world.create("aws:iam/role:Role", name="app", assumeRolePolicy=TRUST, description="Ours")
    world.client("iam").update_role(RoleName="app", Description="Theirs")
    refreshed = role.refresh()
    assert refreshed is not None
    assert refreshed["description"] == "Theirs"
    assert refreshed["assumeRolePolicy"] == TRUST
    imported, inputs = world.imported("aws:iam/role:Role", "app")
    assert imported == "app"
    assert json.loads(inputs["assumeRolePolicy"]) == json.loads(TRUST)
    assert inputs["name"] == "app"


def test_role_rules_over_its_policies_once_given(world: World) -> None:
    role = world.create(
        "aws:iam/role:Role",
        name="app",
        assumeRolePolicy=TRUST,
        inlinePolicies=[{"name": "read", "policy": READ}],
        managedPolicyArns=[SSM],
    )
    assert role.refresh() == role.inputs
    world.client("iam").attach_role_policy(RoleName="app", PolicyArn=ECS)
    drifted = role.refresh()
    assert drifted is not None
    assert sorted(drifted["managedPolicyArns"]) == sorted([SSM, ECS])
    role.inputs = drifted
    role.update(managedPolicyArns=[ECS], inlinePolicies=[{"name": "write", "policy": WRITE}])
    assert role.outputs["managedPolicyArns"] == [ECS]
    assert world.client("iam").list_role_policies(RoleName="app")["PolicyNames"] == ["write"]
    lifecycle(role)


def test_role_with_foreign_policies_is_not_deleted_unless_forced(world: World) -> None:
    role = world.create("aws:iam/role:Role", name="app", assumeRolePolicy=TRUST)
    world.client("iam").attach_role_policy(RoleName="app", PolicyArn=SSM)
    with pytest.raises(ClientError, match="DeleteConflict"):
        role.delete()
    role.inputs["forceDetachPolicies"] = True
    role.delete()
    assert role.refresh() is None


def test_permissions_boundary(world: World) -> None:
    role = world.create("aws:iam/role:Role", name="app", assumeRolePolicy=TRUST, permissionsBoundary=SSM)
    assert role.outputs["permissionsBoundary"] == SSM
    assert "permissionsBoundary" not in (role.update(permissionsBoundary=None))
    assert "PermissionsBoundary" not in world.client("iam").get_role(RoleName="app")["Role"]


def test_role_policy(world: World) -> None:
    world.create("aws:iam/role:Role", name="app", assumeRolePolicy=TRUST)
    policy = world.create("aws:iam/rolePolicy:RolePolicy", name="read", role="app", policy=READ)
    assert policy.id == "app:read"
    policy.update(policy=WRITE)
    found = world.client("iam").get_role_policy(RoleName="app", PolicyName="read")["PolicyDocument"]
    assert found == json.loads(WRITE)
    assert world.imported("aws:iam/rolePolicy:RolePolicy", "app:read")[1]["role"] == "app"
    lifecycle(policy)


def test_exclusive_lists(world: World) -> None:
    world.create("aws:iam/role:Role", name="app", assumeRolePolicy=TRUST)
    world.create("aws:iam/rolePolicy:RolePolicy", name="read", role="app", policy=READ)
    world.create("aws:iam/rolePolicy:RolePolicy", name="write", role="app", policy=WRITE)
    only = world.create(
        "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive", roleName="app", policyNames=["read"]
    )
    assert only.refresh() == only.inputs
    assert world.client("iam").list_role_policies(RoleName="app")["PolicyNames"] == ["read"]
    attached = world.create(
        "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
        roleName="app",
        policyArns=[SSM],
    )
    attached.update(policyArns=[ECS])
    assert attached.refresh() == {"roleName": "app", "policyArns": [ECS]}


def test_instance_profile(world: World) -> None:
    for name in ("one", "two"):
        world.create("aws:iam/role:Role", name=name, assumeRolePolicy=TRUST)
    profile = world.create("aws:iam/instanceProfile:InstanceProfile", name="app", role="one", tags={"a": "b"})
    assert profile.outputs["uniqueId"]
    assert profile.outputs["arn"].endswith(":instance-profile/app")
    profile.update(role="two")
    assert profile.outputs["role"] == "two"
    lifecycle(profile)


def test_service_linked_role(world: World) -> None:
    role = world.create(
        "aws:iam/serviceLinkedRole:ServiceLinkedRole", awsServiceName="autoscaling.amazonaws.com"
    )
    assert role.outputs["name"] == "AWSServiceRoleForAutoScaling"
    assert role.outputs["path"] == "/aws-service-role/autoscaling.amazonaws.com/"
    role.update(description="Ours")
    lifecycle(role)


def test_what_aws_takes_by_itself_is_no_change_after_an_import(world: World) -> None:
    world.client("iam").create_role(RoleName="app", AssumeRolePolicyDocument=TRUST)
    token = "aws:iam/role:Role"
    _, imported = world.imported(token, "app")
    assert imported["path"] == "/"
    found, program = resource(token), {"name": "app", "assumeRolePolicy": TRUST}
    assert found is not None
    hits = changes(found, imported, program, replace_on=ROLE.replace_on, normal=ROLE.normal)
    assert [hit.path for hit in hits] == []
