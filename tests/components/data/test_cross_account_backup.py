from __future__ import annotations

import json
from typing import Any

import pytest

from components.data.backup_policy import BackupManagement, policy_content
from components.data.cross_account_backup import CrossAccountBackup, CrossAccountBackupArgs
from components.foundation.errors import ComponentError
from tests.components.recording import ACCOUNT, Recording, Registered, run

OTHER = "222222222222"
ORGANIZATION = "o-a1b2c3d4e5"


def built(**changes: Any) -> Recording:
    args = CrossAccountBackupArgs(backup_account=OTHER, organization_id=ORGANIZATION, **changes)

    def program() -> None:
        CrossAccountBackup("safe", args)

    return run(program)


def of_type(recording: Recording, type_: str) -> list[Registered]:
    return [one for one in recording.resources if one.type == f"aws:{type_}"]


def named(recording: Recording, type_: str, part: str) -> Registered:
    (found,) = [one for one in of_type(recording, type_) if part in one.name]
    return found


def statements(registered: Registered) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(registered.inputs["policy"])["Statement"]
    return found


def principals(statement: dict[str, Any]) -> set[str]:
    return {name for names in statement.get("Principal", {}).values() for name in names}


def test_every_backup_is_copied_into_the_other_accounts_vault() -> None:
    recording = built()
    (plan,) = of_type(recording, "backup/plan:Plan")
    (rule,) = plan.inputs["rules"]
    there = named(recording, "backup/vault:Vault", "copies")
    assert rule["copyActions"][0]["destinationVaultArn"] == there.state["arn"]
    assert rule["lifecycle"] == {"deleteAfter": 35}
    assert rule["copyActions"][0]["lifecycle"] == {"deleteAfter": 90}


def test_the_databases_key_is_shared_and_the_vaults_keys_are_not() -> None:
    recording = built()
    root = f"arn:aws:iam::{OTHER}:root"
    shared = [
        one for one in statements(named(recording, "kms/key:Key", "databases")) if root in principals(one)
    ]
    assert {one["Sid"] for one in shared} == {"UseFromTheBackupAccount", "GrantsFromTheBackupAccount"}
    for one in shared:
        assert one["Condition"]["StringEquals"] == {
            "kms:CallerAccount": OTHER,
            "aws:PrincipalOrgID": ORGANIZATION,
        }
    here = named(recording, "kms/key:Key", "backups")
    assert not [one for one in statements(here) if root in principals(one)]
    there = named(recording, "kms/key:Key", "copies")
    assert not [one for one in statements(there) if f"arn:aws:iam::{ACCOUNT}:root" in principals(one)]


def test_each_account_may_copy_into_the_others_vault_and_do_no_more() -> None:
    recording = built()
    for part, account in (("copies", ACCOUNT), ("backups", OTHER)):
        (statement,) = statements(named(recording, "backup/vaultPolicy:VaultPolicy", part))
        assert statement["Action"] == ["backup:CopyIntoBackupVault"]
        assert statement["Principal"] == {"AWS": [f"arn:aws:iam::{account}:root"]}
        assert statement["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}


def test_both_vaults_are_locked_for_as_long_as_the_plan_keeps() -> None:
    locks = of_type(built(lock_grace_days=3), "backup/vaultLockConfiguration:VaultLockConfiguration")
    kept = {one.name: (one.inputs["maxRetentionDays"], one.inputs.get("changeableForDays")) for one in locks}
    assert kept == {"safe-backups": (35, None), "safe-copies": (90, 3)}
    assert {one.inputs["minRetentionDays"] for one in locks} == {7}


def test_failures_are_told() -> None:
    (told,) = of_type(built(), "backup/vaultNotifications:VaultNotifications")
    assert {"BACKUP_JOB_FAILED", "COPY_JOB_FAILED"} <= set(told.inputs["backupVaultEvents"])


def test_the_management_account_switches_copies_on_and_says_what_all_back_up() -> None:
    management: dict[str, Any] = {"targets": ["ou-ab12-1234abcd"], "regions": ["eu-central-1"]}
    recording = built(management=management)
    (switched,) = of_type(recording, "backup/globalSettings:GlobalSettings")
    assert switched.inputs["globalSettings"] == {"isCrossAccountBackupEnabled": "true"}
    (policy,) = of_type(recording, "organizations/policy:Policy")
    vault = named(recording, "backup/vault:Vault", "copies").state["arn"]
    assert json.loads(policy.inputs["content"]) == policy_content(
        BackupManagement(**management), vault, "aws"
    )
    (attached,) = of_type(recording, "organizations/policyAttachment:PolicyAttachment")
    assert attached.inputs["targetId"] == "ou-ab12-1234abcd"
    assert not of_type(built(), "backup/globalSettings:GlobalSettings")


def test_every_value_of_the_policy_is_assigned() -> None:
    def leaves(part: Any) -> list[Any]:
        if isinstance(part, dict) and "@@assign" not in part:
            return [leaf for inner in part.values() for leaf in leaves(inner)]
        return [part]

    content = policy_content(BackupManagement(regions=("eu-central-1",)), "arn:aws:backup:::vault", "aws")
    assert leaves(content)
    assert all(set(leaf) == {"@@assign"} for leaf in leaves(content))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"retention_days": 3}, "retention_days"),
        ({"lock_grace_days": 2}, "lock_grace_days"),
        ({"lock_grace_days": 3, "force_destroy": True}, "force_destroy: a vault whose lock nobody can lift"),
        (
            {"management": {"targets": ["ou-ab12-1234abcd"]}},
            r"management\.regions: the policy says in no Region",
        ),
        ({"management": {"targets": ["nobody"]}}, r"management\.targets\[0\]"),
    ],
)
def test_wrong_settings_are_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ComponentError, match=said):
        CrossAccountBackupArgs(backup_account=OTHER, organization_id=ORGANIZATION, **changes)
