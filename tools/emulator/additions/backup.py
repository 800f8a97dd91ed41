"""AWS Backup: what moto lacks around vaults and plans.

Vaults have policies and notifications; plans change and have selections; accounts and Regions have their settings. A plan
that is deleted gives its name back (moto refuses a second one of the name for ever).

No backup is made: there are no recovery points and no jobs.
"""

from __future__ import annotations

import copy
from typing import Any

from moto.backup import urls
from moto.backup.models import BackupBackend, Plan
from moto.backup.responses import BackupResponse
from moto.core.utils import unix_time, utcnow
from moto.moto_api._internal import mock_random

from tools.emulator.additions import method
from tools.emulator.additions._api import Api, Asked, Document, Shelf, refused, routes

API = Api("backup")
GONE = "ResourceNotFoundException"
POLICIES = Shelf("vault-policies", "Access policy of vault", GONE)
NOTIFICATIONS = Shelf("vault-notifications", "Notifications of vault", GONE)
SELECTIONS = Shelf("selections", "Backup selection", GONE, "AlreadyExistsException")
SETTINGS = Shelf("settings", "Settings", GONE)
EVERYWHERE, HERE = "of the account", "of the Region"
HOME = "us-east-1"
"""The Region whose resources hold what an account has once."""


def _vault(asked: Asked) -> Any:
    name = asked.params["BackupVaultName"]
    found = asked.backend.vaults.get(name)
    if found is None:
        raise refused(GONE, f"Backup vault {name} not found")
    return found


def _plan(asked: Asked) -> Any:
    name = asked.params["BackupPlanId"]
    found = asked.backend.plans.get(name)
    if found is None:
        raise refused(GONE, f"Backup plan {name} not found")
    return found


# -- vaults


@API.operation
def _put_backup_vault_access_policy(asked: Asked) -> None:
    vault = _vault(asked)
    fields = {
        "BackupVaultName": vault.backup_vault_name,
        "BackupVaultArn": vault.backup_vault_arn,
        "Policy": asked.params.get("Policy"),
    }
    POLICIES.put(asked.backend, vault.backup_vault_name, fields)


@API.operation
def _get_backup_vault_access_policy(asked: Asked) -> Document:
    return POLICIES.get(asked.backend, _vault(asked).backup_vault_name)


@API.operation
def _delete_backup_vault_access_policy(asked: Asked) -> None:
    POLICIES.remove(asked.backend, _vault(asked).backup_vault_name)


@API.operation
def _put_backup_vault_notifications(asked: Asked) -> None:
    vault = _vault(asked)
    fields = {
        "BackupVaultName": vault.backup_vault_name,
        "BackupVaultArn": vault.backup_vault_arn,
        **asked.given("SNSTopicArn", "BackupVaultEvents"),
    }
    NOTIFICATIONS.put(asked.backend, vault.backup_vault_name, fields)


@API.operation
def _get_backup_vault_notifications(asked: Asked) -> Document:
    return NOTIFICATIONS.get(asked.backend, _vault(asked).backup_vault_name)


@API.operation
def _delete_backup_vault_notifications(asked: Asked) -> None:
    NOTIFICATIONS.remove(asked.backend, _vault(asked).backup_vault_name)


@API.operation
def _list_recovery_points_by_backup_vault(asked: Asked) -> Document:
    _vault(asked)
    return {"RecoveryPoints": []}


@API.operation
def _delete_backup_vault(asked: Asked) -> None:
    name = _vault(asked).backup_vault_name
    for shelf in (POLICIES, NOTIFICATIONS):
        shelf.all(asked.backend).pop(name, None)
    asked.backend.delete_backup_vault(name)


# -- plans and what they are for


@API.operation
def _update_backup_plan(asked: Asked) -> Document:
    plan = _plan(asked)
    fresh = Plan(copy.deepcopy(asked.params["BackupPlan"]), plan.creator_request_id, asked.backend)
    plan.backup_plan, plan.version_id = fresh.backup_plan, fresh.version_id
    plan.advanced_backup_settings = fresh.advanced_backup_settings
    return {
        "BackupPlanId": plan.backup_plan_id,
        "BackupPlanArn": plan.backup_plan_arn,
        "CreationDate": utcnow(),
        "VersionId": plan.version_id,
        "AdvancedBackupSettings": plan.advanced_backup_settings,
    }


def _mine(asked: Asked) -> list[Document]:
    plan = _plan(asked).backup_plan_id
    return [one for one in SELECTIONS.listed(asked.backend) if one["BackupPlanId"] == plan]


@API.operation
def _create_backup_selection(asked: Asked) -> Document:
    plan, wanted = _plan(asked), asked.params["BackupSelection"]
    if wanted["SelectionName"] in [one["BackupSelection"]["SelectionName"] for one in _mine(asked)]:
        raise refused("AlreadyExistsException", f"Backup selection {wanted['SelectionName']} already exists")
    made = str(mock_random.uuid4())
    document = {
        "BackupSelection": wanted,
        "SelectionId": made,
        "BackupPlanId": plan.backup_plan_id,
        "CreationDate": utcnow(),
        "CreatorRequestId": asked.params.get("CreatorRequestId"),
    }
    return SELECTIONS.add(asked.backend, made, document)


@API.operation
def _get_backup_selection(asked: Asked) -> Document:
    _plan(asked)
    return SELECTIONS.get(asked.backend, asked.params["SelectionId"])


@API.operation
def _list_backup_selections(asked: Asked) -> Document:
    shown = [{**one, **one["BackupSelection"]} for one in _mine(asked)]
    return {"BackupSelectionsList": shown}


@API.operation
def _delete_backup_selection(asked: Asked) -> None:
    SELECTIONS.remove(asked.backend, asked.params["SelectionId"])


def _delete_plan(self: Any, backup_plan_id: str) -> tuple[str, str, float, str]:
    plan = self.plans.get(backup_plan_id)
    if plan is None:
        raise refused(GONE, f"Backup plan {backup_plan_id} not found")
    if [one for one in SELECTIONS.listed(self) if one["BackupPlanId"] == backup_plan_id]:
        raise refused(
            "InvalidRequestException", "Related backup plan selections must be deleted prior to backup plan"
        )
    del self.plans[backup_plan_id]
    return plan.backup_plan_id, plan.backup_plan_arn, unix_time(), plan.version_id


# -- settings


@API.operation
def _describe_global_settings(asked: Asked) -> Document:
    kept = SETTINGS.all(asked.elsewhere(HOME)).get(EVERYWHERE, {})
    return {"GlobalSettings": {"isCrossAccountBackupEnabled": "false"}, "LastUpdateTime": utcnow(), **kept}


@API.operation
def _update_global_settings(asked: Asked) -> None:
    SETTINGS.put(
        asked.elsewhere(HOME), EVERYWHERE, {**asked.given("GlobalSettings"), "LastUpdateTime": utcnow()}
    )


@API.operation
def _describe_region_settings(asked: Asked) -> Document:
    kept = SETTINGS.all(asked.backend).get(HERE, {})
    return {"ResourceTypeOptInPreference": {}, "ResourceTypeManagementPreference": {}, **kept}


@API.operation
def _update_region_settings(asked: Asked) -> None:
    before = _describe_region_settings(asked) or {}
    names = ("ResourceTypeOptInPreference", "ResourceTypeManagementPreference")
    merged = {name: {**before[name], **asked.params.get(name, {})} for name in names}
    SETTINGS.put(asked.backend, HERE, merged)


def install() -> None:
    """Add these operations, and lead their paths to moto's class."""
    API.install(BackupResponse)
    method(BackupBackend, "delete_backup_plan")(_delete_plan)
    routes(
        urls.url_paths,
        BackupResponse.dispatch,
        "/backup-vaults/(?P<name>[^/]+)/access-policy$",
        "/backup-vaults/(?P<name>[^/]+)/notification-configuration$",
        "/backup-vaults/(?P<name>[^/]+)/recovery-points/?$",
        "/global-settings$",
        "/account-settings$",
    )
