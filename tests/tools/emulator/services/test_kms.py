"""Keys, replicas, aliases, key policies and grants."""

from __future__ import annotations

import json

from tests.tools.emulator.services.world import World, lifecycle

KEY = "aws:kms/key:Key"
ALIAS = "aws:kms/alias:Alias"


def policy_for(account: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_key_from_creation_to_deletion(world: World) -> None:
    policy = policy_for(world.place.account)
    key = world.create(
        KEY,
        description="storage",
        policy=policy,
        enableKeyRotation=True,
        rotationPeriodInDays=180,
        deletionWindowInDays=7,
        tags={"a": "b"},
    )
    kms = world.client("kms")
    assert key.outputs["arn"] == f"arn:aws:kms:us-east-1:{world.place.account}:key/{key.id}"
    assert key.outputs["policy"] == policy
    assert key.outputs["rotationPeriodInDays"] == 180
    assert kms.get_key_rotation_status(KeyId=key.id)["KeyRotationEnabled"] is True
    key.update(enableKeyRotation=False, rotationPeriodInDays=None, description="other", isEnabled=False)
    assert kms.describe_key(KeyId=key.id)["KeyMetadata"]["Enabled"] is False
    assert kms.get_key_rotation_status(KeyId=key.id)["KeyRotationEnabled"] is False
    lifecycle(key)
    assert kms.describe_key(KeyId=key.id)["KeyMetadata"]["KeyState"] == "PendingDeletion"


def test_key_without_settings_does_not_drift(world: World) -> None:
    lifecycle(world.create(KEY))


def test_rotation_switched_off_by_hand_is_drift(world: World) -> None:
    key = world.create(KEY, enableKeyRotation=True)
    world.client("kms").disable_key_rotation(KeyId=key.id)
    assert key.refresh() == {"enableKeyRotation": False}


def test_rotation_switched_on_by_hand_is_drift(world: World) -> None:
    key = world.create(KEY)
    world.client("kms").enable_key_rotation(KeyId=key.id)
    refreshed = key.refresh()
    assert refreshed is not None
    assert refreshed["enableKeyRotation"] is True


def test_asymmetric_key_has_no_rotation(world: World) -> None:
    key = world.create(KEY, customerMasterKeySpec="RSA_2048", keyUsage="SIGN_VERIFY")
    assert key.outputs["enableKeyRotation"] is False
    lifecycle(key)


def test_replica_lives_in_the_other_region(world: World) -> None:
    primary = world.create(KEY, multiRegion=True)
    assert primary.id.startswith("mrk-")
    replica = world.create(
        "aws:kms/replicaKey:ReplicaKey",
        region="eu-west-1",
        primaryKeyArn=primary.outputs["arn"],
        description="copy",
    )
    assert replica.id == primary.id
    assert replica.outputs["arn"].split(":")[3] == "eu-west-1"
    lifecycle(replica)
    assert primary.refresh() == primary.inputs


def test_alias_by_id_and_by_arn(world: World) -> None:
    one, two = world.create(KEY), world.create(KEY)
    alias = world.create(ALIAS, name="alias/app", targetKeyId=one.outputs["arn"])
    assert alias.id == "alias/app"
    assert alias.outputs["targetKeyArn"] == one.outputs["arn"]
    assert alias.refresh() == alias.inputs
    alias.update(targetKeyId=two.id)
    assert alias.outputs["targetKeyArn"] == two.outputs["arn"]
    assert world.imported(ALIAS, "alias/app")[1] == {"name": "alias/app", "targetKeyId": two.id}
    lifecycle(alias)


def test_key_policy_gives_way_to_the_default(world: World) -> None:
    key = world.create(KEY)
    policy = world.create("aws:kms/keyPolicy:KeyPolicy", keyId=key.id, policy=policy_for(world.place.account))
    assert policy.id == key.id
    assert policy.refresh() == policy.inputs
    policy.delete()
    there = world.client("kms").get_key_policy(KeyId=key.id, PolicyName="default")["Policy"]
    assert json.loads(there)["Id"] == "key-default-1"


def test_grant(world: World) -> None:
    key = world.create(KEY)
    grant = world.create(
        "aws:kms/grant:Grant",
        keyId=key.id,
        granteePrincipal=f"arn:aws:iam::{world.place.account}:role/app",
        operations=["Encrypt", "Decrypt"],
    )
    assert grant.id == f"{key.id}:{grant.outputs['grantId']}"
    assert grant.outputs["grantToken"]
    lifecycle(grant)


def test_alias_may_have_a_prefix_instead_of_a_name(world: World) -> None:
    key = world.create(KEY)
    first, second = (
        world.create(ALIAS, namePrefix="alias/logs-", targetKeyId=key.outputs["keyId"]) for _ in range(2)
    )
    assert first.id.startswith("alias/logs-")
    assert first.id != second.id
    assert first.outputs["name"] == first.id
    lifecycle(first)
