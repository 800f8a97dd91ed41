"""Managed policies, attachments, identity providers and account settings."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.tools.emulator.services.test_iam_roles import READ, SSM, TRUST, WRITE
from tests.tools.emulator.services.world import World, lifecycle


def _owner(world: World, kind: str, name: str) -> None:
    extra: dict[str, Any] = {"assumeRolePolicy": TRUST} if kind == "role" else {}
    world.create(f"aws:iam/{kind}:{kind.capitalize()}", name=name, **extra)


def test_policy_from_creation_to_deletion(world: World) -> None:
    policy = world.create("aws:iam/policy:Policy", name="read", policy=READ, description="d", tags={"a": "1"})
    assert policy.id == policy.outputs["arn"] == f"arn:aws:iam::{world.place.account}:policy/read"
    policy.update(policy=WRITE)
    iam = world.client("iam")
    version = iam.get_policy(PolicyArn=policy.id)["Policy"]["DefaultVersionId"]
    found = iam.get_policy_version(PolicyArn=policy.id, VersionId=version)["PolicyVersion"]
    assert found["Document"] == json.loads(WRITE)
    assert world.imported("aws:iam/policy:Policy", policy.id)[1]["name"] == "read"
    lifecycle(policy)


def test_policy_keeps_at_most_five_versions(world: World) -> None:
    policy = world.create("aws:iam/policy:Policy", name="read", policy=READ)
    for count in range(7):
        policy.update(policy=READ.replace('"*"', f'"arn:aws:s3:::bucket{count}/*"'))
    versions = world.client("iam").list_policy_versions(PolicyArn=policy.id)["Versions"]
    assert len(versions) == 5
    assert "bucket6" in policy.outputs["policy"]
    policy.delete()


def test_a_document_given_as_an_object(world: World) -> None:
    policy = world.create("aws:iam/policy:Policy", name="read", policy=json.loads(READ))
    found = world.client("iam").get_policy_version(PolicyArn=policy.id, VersionId="v1")["PolicyVersion"]
    assert found["Document"] == json.loads(READ)


@pytest.mark.parametrize("kind", ["role", "user", "group"])
def test_attachment(world: World, kind: str) -> None:
    _owner(world, kind, "app")
    token = f"aws:iam/{kind}PolicyAttachment:{kind.capitalize()}PolicyAttachment"
    attachment = world.create(token, **{kind: "app", "policyArn": SSM})
    assert attachment.id == f"app/{SSM}"
    assert world.imported(token, f"app/{SSM}") == (f"app/{SSM}", {kind: "app", "policyArn": SSM})
    lifecycle(attachment)


def test_attachment_of_a_deleted_role_is_gone(world: World) -> None:
    _owner(world, "role", "app")
    token = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
    attachment = world.create(token, role="app", policyArn=SSM)
    world.client("iam").detach_role_policy(RoleName="app", PolicyArn=SSM)
    world.client("iam").delete_role(RoleName="app")
    assert attachment.refresh() is None
    attachment.delete()


def test_an_import_id_of_another_form_is_refused(world: World) -> None:
    with pytest.raises(ValueError, match="<role>/<policyArn>"):
        world.imported("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "app")


def test_policy_attachment_rules_over_all_holders(world: World) -> None:
    for kind, name in (("role", "r"), ("user", "u"), ("group", "g")):
        _owner(world, kind, name)
    policy = world.create("aws:iam/policy:Policy", name="read", policy=READ)
    token = "aws:iam/policyAttachment:PolicyAttachment"
    all_of = world.create(token, name="all", policyArn=policy.id, roles=["r"], users=["u"])
    all_of.update(users=None, groups=["g"])
    assert (all_of.outputs["roles"], all_of.outputs["users"], all_of.outputs["groups"]) == (["r"], [], ["g"])
    all_of.delete()
    policy.delete()
    assert policy.refresh() is None


def test_open_id_connect_provider(world: World) -> None:
    token = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
    provider = world.create(
        token, url="https://token.actions.githubusercontent.com", clientIdLists=["sts.amazonaws.com"]
    )
    assert provider.id.endswith(":oidc-provider/token.actions.githubusercontent.com")
    provider.update(clientIdLists=["another"], tags={"a": "b"})
    found = world.client("iam").get_open_id_connect_provider(OpenIDConnectProviderArn=provider.id)
    assert found["ClientIDList"] == ["another"]
    lifecycle(provider)


def test_account_settings(world: World) -> None:
    rules = world.create("aws:iam/accountPasswordPolicy:AccountPasswordPolicy", minimumPasswordLength=14)
    assert rules.id == "iam-account-password-policy"
    rules.update(minimumPasswordLength=20, requireSymbols=True)
    lifecycle(rules)
    alias = world.create("aws:iam/accountAlias:AccountAlias", accountAlias=f"alias-{world.place.account}")
    lifecycle(alias)
