"""AWS Backup: vaults with policy, lock and notifications, plans and their selections, settings. No backup is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call, Create, Delete, Emulated
from tools.emulator.mapping import from_api, take
from tools.emulator.services._common import (
    Parts,
    as_text,
    keep,
    nothing,
    same_tail,
    unless_gone,
    void,
    without_none,
)
from tools.emulator.services._tags import mapped_tags


def _tags(at_create: str, read_arn: Any) -> Any:
    plain = mapped_tags(
        lambda call: {"ResourceArn": read_arn(call)},
        tags="Tags",
        keys="TagKeyList",
        read=lambda call: dict(call.aws().list_tags(ResourceArn=read_arn(call))["Tags"]),
    )
    return type(plain)(lambda tags: {at_create: tags}, plain.put, plain.remove, plain.read)


# -- vaults


def _read_vault(call: Call) -> dict[str, Any] | None:
    item = unless_gone(call.aws().describe_backup_vault, BackupVaultName=call.id)
    if item is None:
        return None
    key = item.get("EncryptionKeyArn")
    return {
        "name": item["BackupVaultName"],
        "arn": item["BackupVaultArn"],
        "recoveryPoints": item.get("NumberOfRecoveryPoints", 0),
        **({"kmsKeyArn": keep(call, "kmsKeyArn", key, same_tail)} if key else {}),
    }


VAULT = Emulated(
    "aws:backup/vault:Vault",
    service="backup",
    create=Create(
        "create_backup_vault",
        id="BackupVaultName",
        send={"name": "BackupVaultName", "kmsKeyArn": "EncryptionKeyArn"},
    ),
    read=_read_vault,
    delete=Delete("delete_backup_vault", by="BackupVaultName"),
    tags=_tags("BackupVaultTags", lambda call: call.arn("backup", f"backup-vault:{call.id}")),
    replace_on=("kmsKeyArn", "name", "region"),
    exact=True,
)


def _put_policy(call: Call) -> str:
    name = str(call.inputs["backupVaultName"])
    call.aws().put_backup_vault_access_policy(BackupVaultName=name, Policy=as_text(call.inputs["policy"]))
    return name


def _read_policy(call: Call) -> dict[str, Any] | None:
    item = unless_gone(call.aws().get_backup_vault_access_policy, BackupVaultName=call.id)
    return None if item is None else take(call.type, item)


VAULT_POLICY = Emulated(
    "aws:backup/vaultPolicy:VaultPolicy",
    service="backup",
    create=_put_policy,
    read=_read_policy,
    update=lambda call: void(_put_policy(call)),
    delete=Delete("delete_backup_vault_access_policy", by="BackupVaultName"),
    replace_on=("backupVaultName", "region"),
    exact=True,
)


def _lock(call: Call) -> str:
    name = str(call.inputs["backupVaultName"])
    params = without_none(
        ChangeableForDays=call.get("changeableForDays"),
        MaxRetentionDays=call.get("maxRetentionDays"),
        MinRetentionDays=call.get("minRetentionDays"),
    )
    call.aws().put_backup_vault_lock_configuration(BackupVaultName=name, **params)
    return name


def _read_lock(call: Call) -> dict[str, Any] | None:
    item = unless_gone(call.aws().describe_backup_vault, BackupVaultName=call.id)
    if item is None or not item.get("Locked"):
        return None
    given = {"changeableForDays": call.inputs["changeableForDays"]} if call.get("changeableForDays") else {}
    return {**take(call.type, item, {"changeableForDays": ""}), **given}


VAULT_LOCK = Emulated(
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
    service="backup",
    create=_lock,
    read=_read_lock,
    delete=Delete("delete_backup_vault_lock_configuration", by="BackupVaultName"),
    replace_on=("backupVaultName", "changeableForDays", "maxRetentionDays", "minRetentionDays", "region"),
    exact=True,
)


def _notify(call: Call) -> str:
    name = str(call.inputs["backupVaultName"])
    topic, events = call.inputs["snsTopicArn"], call.inputs["backupVaultEvents"]
    call.aws().put_backup_vault_notifications(
        BackupVaultName=name, SNSTopicArn=topic, BackupVaultEvents=events
    )
    return name


def _read_notifications(call: Call) -> dict[str, Any] | None:
    item = unless_gone(call.aws().get_backup_vault_notifications, BackupVaultName=call.id)
    return None if item is None else take(call.type, item)


VAULT_NOTIFICATIONS = Emulated(
    "aws:backup/vaultNotifications:VaultNotifications",
    service="backup",
    create=_notify,
    read=_read_notifications,
    delete=Delete("delete_backup_vault_notifications", by="BackupVaultName"),
    replace_on=("backupVaultEvents", "backupVaultName", "snsTopicArn", "region"),
    exact=True,
    unordered=("backupVaultEvents",),
)


# -- plans

_RULE = {
    "ruleName": "RuleName",
    "targetVaultName": "TargetBackupVaultName",
    "targetLogicallyAirGappedBackupVaultArn": "TargetLogicallyAirGappedBackupVaultArn",
    "schedule": "ScheduleExpression",
    "scheduleExpressionTimezone": "ScheduleExpressionTimezone",
    "startWindow": "StartWindowMinutes",
    "completionWindow": "CompletionWindowMinutes",
    "enableContinuousBackup": "EnableContinuousBackup",
    "recoveryPointTags": "RecoveryPointTags",
}
_LIFECYCLE = {
    "coldStorageAfter": "MoveToColdStorageAfterDays",
    "deleteAfter": "DeleteAfterDays",
    "optInToArchiveForSupportedResources": "OptInToArchiveForSupportedResources",
}


def _named(item: Mapping[str, Any] | None, names: Mapping[str, str]) -> dict[str, Any] | None:
    """The fields of an object under the API's names; None where there are none."""
    found = {api: item[name] for name, api in names.items() if item and item.get(name) is not None}
    return found or None


def _sent_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    copies = [
        without_none(
            DestinationBackupVaultArn=one["destinationVaultArn"],
            Lifecycle=_named(one.get("lifecycle"), _LIFECYCLE),
        )
        for one in rule.get("copyActions") or []
    ]
    scans = [
        {"MalwareScanner": one["malwareScanner"], "ScanMode": one["scanMode"]}
        for one in rule.get("scanActions") or []
    ]
    more = without_none(
        Lifecycle=_named(rule.get("lifecycle"), _LIFECYCLE),
        CopyActions=copies or None,
        ScanActions=scans or None,
    )
    return {**(_named(rule, _RULE) or {}), **more}


def _back(item: Mapping[str, Any] | None, names: Mapping[str, str]) -> dict[str, Any] | None:
    found = {name: item[api] for name, api in names.items() if item and item.get(api) is not None}
    return found or None


def _shown_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    copies = [
        without_none(
            destinationVaultArn=one["DestinationBackupVaultArn"],
            lifecycle=_back(one.get("Lifecycle"), _LIFECYCLE),
        )
        for one in rule.get("CopyActions") or []
    ]
    scans = [
        {"malwareScanner": one["MalwareScanner"], "scanMode": one["ScanMode"]}
        for one in rule.get("ScanActions") or []
    ]
    more = without_none(
        lifecycle=_back(rule.get("Lifecycle"), _LIFECYCLE),
        copyActions=copies or None,
        scanActions=scans or None,
    )
    return {**(_back(rule, _RULE) or {}), **more}


def _plan(call: Call) -> dict[str, Any]:
    settings = [
        {"ResourceType": one["resourceType"], "BackupOptions": one["backupOptions"]}
        for one in call.get("advancedBackupSettings", [])
    ]
    scans = [
        {
            "MalwareScanner": one["malwareScanner"],
            "ResourceTypes": one["resourceTypes"],
            "ScannerRoleArn": one["scannerRoleArn"],
        }
        for one in call.get("scanSettings", [])
    ]
    return without_none(
        BackupPlanName=call.inputs["name"],
        Rules=[_sent_rule(rule) for rule in call.inputs["rules"]],
        AdvancedBackupSettings=settings or None,
        ScanSettings=scans or None,
    )


def _read_plan(call: Call) -> dict[str, Any] | None:
    item = unless_gone(call.aws().get_backup_plan, BackupPlanId=call.id)
    if item is None:
        return None
    plan = item["BackupPlan"]
    settings = [
        {"resourceType": one["ResourceType"], "backupOptions": one["BackupOptions"]}
        for one in plan.get("AdvancedBackupSettings") or []
    ]
    scans = [
        {
            "malwareScanner": one["MalwareScanner"],
            "resourceTypes": one["ResourceTypes"],
            "scannerRoleArn": one["ScannerRoleArn"],
        }
        for one in plan.get("ScanSettings") or []
    ]
    return {
        "name": plan["BackupPlanName"],
        "arn": item["BackupPlanArn"],
        "version": item["VersionId"],
        "rules": [_shown_rule(rule) for rule in plan["Rules"]],
        "advancedBackupSettings": settings,
        "scanSettings": scans,
    }


def _update_plan(call: Call) -> None:
    if call.changed("rules", "advancedBackupSettings", "scanSettings", "name"):
        call.aws().update_backup_plan(BackupPlanId=call.id, BackupPlan=_plan(call))


def _plan_arn(call: Call) -> str:
    return call.arn("backup", f"backup-plan:{call.id}")


PLAN = Emulated(
    "aws:backup/plan:Plan",
    service="backup",
    create=Create(
        "create_backup_plan", id="BackupPlanId", only=(), also=lambda call: {"BackupPlan": _plan(call)}
    ),
    read=_read_plan,
    update=_update_plan,
    delete=Delete("delete_backup_plan", by="BackupPlanId"),
    tags=_tags("BackupPlanTags", _plan_arn),
    replace_on=("name", "region"),
    exact=True,
    unordered=("rules", "advancedBackupSettings"),
)


# -- what a plan is for

_SELECTION = Parts(("planId", "id"), by="|")
_CONDITIONS = {
    "stringEquals": "StringEquals",
    "stringLikes": "StringLike",
    "stringNotEquals": "StringNotEquals",
    "stringNotLikes": "StringNotLike",
}


def _sent_conditions(blocks: list[Mapping[str, Any]]) -> dict[str, Any] | None:
    found: dict[str, Any] = {}
    for block in blocks:
        for name, api in _CONDITIONS.items():
            pairs = [
                {"ConditionKey": one["key"], "ConditionValue": one["value"]} for one in block.get(name) or []
            ]
            found.setdefault(api, []).extend(pairs)
    return {api: pairs for api, pairs in found.items() if pairs} or None


def _shown_conditions(there: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    block = {
        name: [
            {"key": one["ConditionKey"], "value": one["ConditionValue"]}
            for one in (there or {}).get(api) or []
        ]
        for name, api in _CONDITIONS.items()
    }
    filled = {name: pairs for name, pairs in block.items() if pairs}
    return [filled] if filled else []


def _create_selection(call: Call) -> str:
    tags = [
        {"ConditionType": one["type"], "ConditionKey": one["key"], "ConditionValue": one["value"]}
        for one in call.get("selectionTags", [])
    ]
    selection = without_none(
        SelectionName=call.inputs["name"],
        IamRoleArn=call.inputs["iamRoleArn"],
        Resources=call.get("resources"),
        NotResources=call.get("notResources"),
        ListOfTags=tags or None,
        Conditions=_sent_conditions(call.get("conditions", [])),
    )
    plan = call.inputs["planId"]
    return str(
        call.aws().create_backup_selection(BackupPlanId=plan, BackupSelection=selection)["SelectionId"]
    )


def _where(call: Call) -> dict[str, Any]:
    """Plan and selection: of the inputs, or (an import) of `plan|selection`."""
    plan, found, selection = call.id.partition("|")
    if found:
        return {"BackupPlanId": plan, "SelectionId": selection}
    return {"BackupPlanId": call.inputs.get("planId") or call.state.get("planId"), "SelectionId": call.id}


def _read_selection(call: Call) -> dict[str, Any] | None:
    item = unless_gone(call.aws().get_backup_selection, **_where(call))
    if item is None:
        return None
    call.id, there = item["SelectionId"], item["BackupSelection"]
    tags = [
        {"type": one["ConditionType"], "key": one["ConditionKey"], "value": one["ConditionValue"]}
        for one in there.get("ListOfTags") or []
    ]
    return {
        "planId": item["BackupPlanId"],
        "name": there["SelectionName"],
        "iamRoleArn": there["IamRoleArn"],
        "resources": there.get("Resources") or [],
        "notResources": there.get("NotResources") or [],
        "selectionTags": tags,
        "conditions": _shown_conditions(there.get("Conditions")),
    }


SELECTION = Emulated(
    "aws:backup/selection:Selection",
    service="backup",
    create=_create_selection,
    read=_read_selection,
    delete=lambda call: void(unless_gone(call.aws().delete_backup_selection, **_where(call))),
    replace_on=(
        "conditions",
        "iamRoleArn",
        "name",
        "notResources",
        "planId",
        "region",
        "resources",
        "selectionTags",
    ),
    exact=True,
    unordered=("selectionTags", "resources", "notResources", "conditions"),
)


# -- settings


def _put_global(call: Call) -> str:
    wanted = {name: str(value).lower() for name, value in call.inputs["globalSettings"].items()}
    call.aws().update_global_settings(GlobalSettings=wanted)
    return call.place.account


GLOBAL_SETTINGS = Emulated(
    "aws:backup/globalSettings:GlobalSettings",
    service="backup",
    create=_put_global,
    read=lambda call: {"globalSettings": dict(call.aws().describe_global_settings()["GlobalSettings"])},
    update=lambda call: void(_put_global(call)),
    # The real provider leaves the account's settings as they are.
    delete=nothing,
    exact=True,
)


def _put_region(call: Call) -> str:
    params = without_none(
        ResourceTypeOptInPreference=call.get("resourceTypeOptInPreference"),
        ResourceTypeManagementPreference=call.get("resourceTypeManagementPreference"),
    )
    call.aws().update_region_settings(**params)
    return call.place.region


def _read_region(call: Call) -> dict[str, Any]:
    item = call.aws().describe_region_settings()
    kinds = call.type.outputs
    names = {
        "resourceTypeOptInPreference": "ResourceTypeOptInPreference",
        "resourceTypeManagementPreference": "ResourceTypeManagementPreference",
    }
    return {name: from_api(kinds[name].type, item.get(api) or {}) for name, api in names.items()}


REGION_SETTINGS = Emulated(
    "aws:backup/regionSettings:RegionSettings",
    service="backup",
    create=_put_region,
    read=_read_region,
    update=lambda call: void(_put_region(call)),
    delete=nothing,
    replace_on=("region",),
    exact=True,
)

TYPES = (
    VAULT,
    VAULT_POLICY,
    VAULT_LOCK,
    VAULT_NOTIFICATIONS,
    PLAN,
    SELECTION,
    GLOBAL_SETTINGS,
    REGION_SETTINGS,
)
