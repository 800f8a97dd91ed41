"""Vaults, what guards them, plans and what they are for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.tools.emulator.services.world import Live, World, lifecycle

VAULT, PLAN, SELECTION = "aws:backup/vault:Vault", "aws:backup/plan:Plan", "aws:backup/selection:Selection"
POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "backup:DeleteRecoveryPoint",
                "Resource": "*",
            }
        ],
    }
)
ELSEWHERE = "arn:aws:backup:eu-central-1:222222222222:backup-vault:copies"
RULE: dict[str, Any] = {
    "ruleName": "daily",
    "targetVaultName": "own",
    "schedule": "cron(0 3 ? * * *)",
    "scheduleExpressionTimezone": "Etc/UTC",
    "startWindow": 60,
    "completionWindow": 180,
    "enableContinuousBackup": True,
    "lifecycle": {"coldStorageAfter": 30, "deleteAfter": 365},
    "recoveryPointTags": {"made": "daily"},
    "copyActions": [{"destinationVaultArn": ELSEWHERE, "lifecycle": {"deleteAfter": 400}}],
}


def vault(world: World, **more: Any) -> Live:
    return world.create(VAULT, name="own", **more)


def test_vault(world: World) -> None:
    key = world.create("aws:kms/key:Key").outputs["arn"]
    made = vault(world, kmsKeyArn=key, tags={"a": "b"})
    assert made.outputs["arn"] == f"arn:aws:backup:us-east-1:{world.place.account}:backup-vault:own"
    assert world.imported(VAULT, "own")[1]["kmsKeyArn"] == key
    made.update(tags={"c": "d"})
    lifecycle(made)


def test_policy_of_a_vault(world: World) -> None:
    vault(world)
    token = "aws:backup/vaultPolicy:VaultPolicy"
    policy = world.create(token, backupVaultName="own", policy=POLICY)
    assert policy.outputs["backupVaultArn"].endswith(":backup-vault:own")
    policy.update(policy=POLICY.replace("Deny", "Allow"))
    assert "Allow" in world.imported(token, "own")[1]["policy"]
    lifecycle(policy)


def test_lock_of_a_vault(world: World) -> None:
    vault(world)
    token = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
    lock = world.create(
        token, backupVaultName="own", minRetentionDays=7, maxRetentionDays=400, changeableForDays=3
    )
    there = world.client("backup").describe_backup_vault(BackupVaultName="own")
    assert (there["Locked"], there["MinRetentionDays"], there["MaxRetentionDays"]) == (True, 7, 400)
    lifecycle(lock)
    with pytest.raises(ClientError, match="MinRetentionDays"):
        world.create(token, backupVaultName="own", minRetentionDays=10, maxRetentionDays=5)


def test_notifications_of_a_vault(world: World) -> None:
    vault(world)
    topic = world.create("aws:sns/topic:Topic", name="t").outputs["arn"]
    token = "aws:backup/vaultNotifications:VaultNotifications"
    events = ["BACKUP_JOB_FAILED", "COPY_JOB_FAILED"]
    lifecycle(world.create(token, backupVaultName="own", snsTopicArn=topic, backupVaultEvents=events))


def test_plan_with_copies_and_what_it_is_for(world: World) -> None:
    vault(world)
    plan = world.create(PLAN, name="daily", rules=[RULE], tags={"a": "b"})
    assert world.imported(PLAN, plan.id)[1]["rules"] == [RULE]
    before = plan.outputs["version"]
    plan.update(rules=[{**RULE, "lifecycle": {"deleteAfter": 30}}], tags={"c": "d"})
    assert plan.outputs["version"] != before
    selection = world.create(
        SELECTION,
        name="tagged",
        planId=plan.id,
        iamRoleArn="arn:aws:iam::111111111111:role/backup",
        resources=["arn:aws:rds:*:*:cluster:*"],
        notResources=["arn:aws:rds:*:*:cluster:scratch"],
        selectionTags=[{"type": "STRINGEQUALS", "key": "backup", "value": "yes"}],
        conditions=[{"stringEquals": [{"key": "aws:ResourceTag/stage", "value": "prod"}]}],
    )
    assert world.imported(SELECTION, f"{plan.id}|{selection.id}") == (selection.id, selection.inputs)
    with pytest.raises(ClientError, match="selections must be deleted"):
        plan.delete()
    lifecycle(selection)
    lifecycle(plan)
    world.create(PLAN, name="daily", rules=[RULE])


def test_settings_of_the_account_and_of_a_region(world: World) -> None:
    account = world.create(
        "aws:backup/globalSettings:GlobalSettings", globalSettings={"isCrossAccountBackupEnabled": "true"}
    )
    assert account.id == world.place.account
    assert world.client("backup", "eu-west-1").describe_global_settings()["GlobalSettings"] == {
        "isCrossAccountBackupEnabled": "true"
    }
    region = world.create(
        "aws:backup/regionSettings:RegionSettings", resourceTypeOptInPreference={"Aurora": True, "EFS": False}
    )
    assert region.refresh() == region.inputs
    region.update(resourceTypeOptInPreference={"Aurora": False})
    assert region.outputs["resourceTypeOptInPreference"]["Aurora"] is False
    assert world.client("backup", "eu-west-1").describe_region_settings()["ResourceTypeOptInPreference"] == {}
