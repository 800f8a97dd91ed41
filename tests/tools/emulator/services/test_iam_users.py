"""Users, groups, memberships and access keys."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, strategies as st

from tests.tools.emulator.services.test_iam_roles import READ, SSM, WRITE
from tests.tools.emulator.services.world import World, lifecycle
from tools.emulator.services.iam_users import ses_password

ACCESS_KEY = "aws:iam/accessKey:AccessKey"


def test_user_from_creation_to_deletion(world: World) -> None:
    user = world.create("aws:iam/user:User", name="ann", tags={"a": "b"}, permissionsBoundary=SSM)
    assert user.outputs["arn"] == f"arn:aws:iam::{world.place.account}:user/ann"
    user.update(path="/people/", permissionsBoundary=None, tags={"c": "d"})
    assert user.outputs["arn"].endswith(":user/people/ann")
    assert user.outputs["tags"] == {"c": "d"}
    assert user.outputs.get("permissionsBoundary") is None
    lifecycle(user)


def test_user_is_deleted_with_what_others_gave_it_when_forced(world: World) -> None:
    user = world.create("aws:iam/user:User", name="ann", forceDestroy=True)
    iam = world.client("iam")
    iam.create_access_key(UserName="ann")
    iam.attach_user_policy(UserName="ann", PolicyArn=SSM)
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=READ)
    user.delete()
    assert user.refresh() is None


@pytest.mark.parametrize("kind", ["user", "group"])
def test_inline_policy(world: World, kind: str) -> None:
    world.create(f"aws:iam/{kind}:{kind.capitalize()}", name="x")
    token = f"aws:iam/{kind}Policy:{kind.capitalize()}Policy"
    policy = world.create(token, **{kind: "x", "name": "own", "policy": READ})
    assert policy.id == "x:own"
    policy.update(policy=WRITE)
    assert world.imported(token, "x:own")[1][kind] == "x"
    lifecycle(policy)


def test_group_membership(world: World) -> None:
    world.create("aws:iam/group:Group", name="staff")
    for name in ("ann", "bob", "cid"):
        world.create("aws:iam/user:User", name=name)
    members = world.create("aws:iam/groupMembership:GroupMembership", name="m", group="staff", users=["ann"])
    members.update(users=["bob", "cid"])
    there = [user["UserName"] for user in world.client("iam").get_group(GroupName="staff")["Users"]]
    assert sorted(there) == ["bob", "cid"]
    lifecycle(members)


def test_user_group_membership_leaves_other_groups_alone(world: World) -> None:
    for name in ("one", "two", "three"):
        world.create("aws:iam/group:Group", name=name)
    world.create("aws:iam/user:User", name="ann")
    world.client("iam").add_user_to_group(GroupName="three", UserName="ann")
    token = "aws:iam/userGroupMembership:UserGroupMembership"
    member = world.create(token, user="ann", groups=["one"])
    member.update(groups=["two"])
    there = [
        group["GroupName"] for group in world.client("iam").list_groups_for_user(UserName="ann")["Groups"]
    ]
    assert sorted(there) == ["three", "two"]
    assert world.imported(token, "ann/two")[1] == {"user": "ann", "groups": ["two"]}
    lifecycle(member)


def test_access_key_keeps_its_secret(world: World) -> None:
    world.create("aws:iam/user:User", name="ann")
    key = world.create(ACCESS_KEY, user="ann")
    assert key.id.startswith("AKIA")
    secret = key.outputs["secret"]
    assert len(secret) == 40
    key.update(status="Inactive")
    assert key.outputs["secret"] == secret
    listed = world.client("iam").list_access_keys(UserName="ann")["AccessKeyMetadata"]
    assert listed[0]["Status"] == "Inactive"
    lifecycle(key)


@given(
    st.text("abcdefghij0123456789+/", min_size=40, max_size=40), st.sampled_from(["us-east-1", "eu-west-1"])
)
def test_ses_password_has_version_and_signature(secret: str, region: str) -> None:
    password = base64.b64decode(ses_password(secret, region))
    assert password[0] == 4
    assert len(password) == 33
