"""Data sources of IAM."""

from __future__ import annotations

import json

import pytest

from tests.tools.emulator.functions.asking import ask
from tests.tools.emulator.services.test_iam_roles import READ, SSM, TRUST
from tests.tools.emulator.services.world import World
from tools.emulator.functions import Refused


def test_role_and_what_hangs_on_it(world: World) -> None:
    role = world.create("aws:iam/role:Role", name="app", assumeRolePolicy=TRUST, tags={"a": "b"})
    found = ask(world, "iam/getRole", name="app")
    assert (found["arn"], found["uniqueId"], found["id"]) == (
        role.outputs["arn"],
        role.outputs["uniqueId"],
        "app",
    )
    assert json.loads(found["assumeRolePolicy"]) == json.loads(TRUST)
    assert found["tags"] == {"a": "b"}
    world.create("aws:iam/rolePolicy:RolePolicy", name="read", role="app", policy=READ)
    world.create("aws:iam/rolePolicyAttachment:RolePolicyAttachment", role="app", policyArn=SSM)
    assert ask(world, "iam/getRolePolicies", roleName="app")["policyNames"] == ["read"]
    attached = ask(world, "iam/getRolePolicyAttachments", roleName="app")["attachedPolicies"]
    assert attached == [{"policyArn": SSM, "policyName": "AmazonSSMManagedInstanceCore"}]
    world.create("aws:iam/instanceProfile:InstanceProfile", name="app", role="app")
    assert ask(world, "iam/getInstanceProfile", name="app")["roleArn"] == role.outputs["arn"]
    assert ask(world, "iam/getInstanceProfiles", roleName="app")["names"] == ["app"]
    assert ask(world, "iam/getRoles", nameRegex="^a")["names"] == ["app"]


def test_policies_by_name_and_arn(world: World) -> None:
    managed = ask(world, "iam/getPolicy", name="AmazonSSMManagedInstanceCore")
    assert managed["arn"] == SSM
    assert managed["policy"] == ask(world, "iam/getPolicy", arn=SSM)["policy"]
    own = world.create("aws:iam/policy:Policy", name="read", policy=READ, tags={"a": "b"})
    assert ask(world, "iam/getPolicy", tags={"a": "b"})["arn"] == own.id


def test_users_and_groups(world: World) -> None:
    user = world.create("aws:iam/user:User", name="ann")
    world.create("aws:iam/group:Group", name="staff")
    world.client("iam").add_user_to_group(GroupName="staff", UserName="ann")
    assert ask(world, "iam/getUser", userName="ann")["userId"] == user.outputs["uniqueId"]
    assert ask(world, "iam/getUsers")["names"] == ["ann"]
    assert ask(world, "iam/getGroup", groupName="staff")["users"][0]["userName"] == "ann"


def test_who_a_caller_really_is(world: World) -> None:
    role = world.create("aws:iam/role:Role", name="app", path="/x/", assumeRolePolicy=TRUST)
    session = f"arn:aws:sts::{world.place.account}:assumed-role/app/me"
    found = ask(world, "iam/getSessionContext", arn=session)
    assert (found["issuerArn"], found["sessionName"]) == (role.outputs["arn"], "me")
    itself = role.outputs["arn"]
    assert ask(world, "iam/getSessionContext", arn=itself)["issuerArn"] == itself


@pytest.mark.parametrize(
    ("token", "args"),
    [("iam/getRole", {"name": "x"}), ("iam/getAccountAlias", {}), ("iam/getPolicy", {"name": "x"})],
)
def test_what_is_missing_is_told(world: World, token: str, args: dict[str, str]) -> None:
    with pytest.raises(Refused, match="there is no "):
        ask(world, token, **args)
