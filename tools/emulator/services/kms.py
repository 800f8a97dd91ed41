"""KMS: keys, replicas of multi-Region keys, aliases, key policies and grants.

A deleted key is a key that waits for its deletion; for the engine it is gone, as with the real provider.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tools.emulator.accounts import Place
from tools.emulator.emulated import Call, Create, Emulated
from tools.emulator.mapping import take
from tools.emulator.services._common import (
    as_text,
    keep,
    name_or_prefixed,
    pages,
    same_tail,
    unless_gone,
    void,
    without_none,
)
from tools.emulator.services._tags import listed_tags

SYMMETRIC = "SYMMETRIC_DEFAULT"


def _key_tags(call: Call) -> dict[str, str]:
    tags = call.aws().list_resource_tags(KeyId=call.id)["Tags"]
    return {tag["TagKey"]: tag["TagValue"] for tag in tags}


KEY_TAGS = listed_tags(
    "tag_resource",
    "untag_resource",
    lambda call: {"KeyId": call.id},
    key="TagKey",
    value="TagValue",
    read=_key_tags,
)


def find_key(call: Call, key: str) -> Mapping[str, Any] | None:
    """The metadata of a key by id, ARN or alias; None where it is gone or waits for its deletion."""
    answer = unless_gone(call.aws().describe_key, KeyId=key)
    if answer is None or answer["KeyMetadata"]["KeyState"] in ("PendingDeletion", "PendingReplicaDeletion"):
        return None
    found: Mapping[str, Any] = answer["KeyMetadata"]
    return found


def _read_key(call: Call) -> dict[str, Any] | None:
    item = find_key(call, call.id)
    if item is None:
        return None
    kms = call.aws()
    found = take(
        call.type,
        item,
        {
            "customerMasterKeySpec": "KeySpec",
            "isEnabled": "Enabled",
            "primaryKeyArn": "MultiRegionConfiguration.PrimaryKey.Arn",
        },
    )
    found["policy"] = kms.get_key_policy(KeyId=call.id, PolicyName="default")["Policy"]
    found["enableKeyRotation"] = found["keyRotationEnabled"] = False
    if item.get("KeySpec") == SYMMETRIC:
        rotation = kms.get_key_rotation_status(KeyId=call.id)
        found["enableKeyRotation"] = found["keyRotationEnabled"] = rotation["KeyRotationEnabled"]
        if rotation["KeyRotationEnabled"]:
            # moto forgets the period; 365 days is what AWS takes where none is given.
            found["rotationPeriodInDays"] = call.get("rotationPeriodInDays", 365)
    return {name: value for name, value in found.items() if name in call.type.properties}


def _settle_key(call: Call) -> None:
    kms = call.aws()
    if call.changed("enableKeyRotation", "rotationPeriodInDays"):
        if call.get("enableKeyRotation"):
            kms.enable_key_rotation(
                **without_none(KeyId=call.id, RotationPeriodInDays=call.get("rotationPeriodInDays"))
            )
        elif call.old.get("enableKeyRotation"):
            kms.disable_key_rotation(KeyId=call.id)
    if call.changed("isEnabled", "enabled"):
        wanted = call.get("isEnabled", call.get("enabled", True))
        void(kms.enable_key(KeyId=call.id) if wanted else kms.disable_key(KeyId=call.id))


def _update_key(call: Call) -> None:
    kms = call.aws()
    if call.changed("description"):
        kms.update_key_description(KeyId=call.id, Description=call.get("description", ""))
    if call.changed("policy") and call.get("policy"):
        kms.put_key_policy(KeyId=call.id, PolicyName="default", Policy=as_text(call.inputs["policy"]))


def _delete_key(call: Call) -> None:
    if find_key(call, call.id) is not None:
        call.aws().schedule_key_deletion(
            KeyId=call.id, PendingWindowInDays=call.get("deletionWindowInDays", 30)
        )


KEY = Emulated(
    "aws:kms/key:Key",
    service="kms",
    create=Create(
        "create_key",
        id="KeyMetadata.KeyId",
        send={
            "customerMasterKeySpec": "KeySpec",
            "bypassPolicyLockoutSafetyCheck": "BypassPolicyLockoutSafetyCheck",
        },
    ),
    read=_read_key,
    settle=_settle_key,
    update=_update_key,
    delete=_delete_key,
    tags=KEY_TAGS,
    replace_on=("customerMasterKeySpec", "customKeyStoreId", "keyUsage", "multiRegion", "xksKeyId"),
    update_on=("policy", "bypassPolicyLockoutSafetyCheck"),
)


def _create_replica(call: Call) -> str:
    primary = str(call.inputs["primaryKeyArn"])
    region = primary.split(":")[3]
    kms = call.accounts.client("kms", Place(call.place.account, region))
    params = without_none(
        KeyId=primary.rsplit("/", 1)[-1],
        ReplicaRegion=call.place.region,
        Policy=call.get("policy"),
        Description=call.get("description"),
    )
    replica = str(kms.replicate_key(**params)["ReplicaKeyMetadata"]["KeyId"])
    # moto copies these two from the primary, whatever the call says.
    call.aws().update_key_description(KeyId=replica, Description=call.get("description", ""))
    if call.get("policy"):
        call.aws().put_key_policy(KeyId=replica, PolicyName="default", Policy=as_text(call.inputs["policy"]))
    return replica


REPLICA_KEY = Emulated(
    "aws:kms/replicaKey:ReplicaKey",
    service="kms",
    create=_create_replica,
    read=_read_key,
    settle=_settle_key,
    update=_update_key,
    delete=_delete_key,
    tags=KEY_TAGS,
    replace_on=("primaryKeyArn",),
    update_on=("policy",),
)


def find_alias(call: Call, name: str) -> Mapping[str, Any] | None:
    """An alias by its name (`alias/...`), or None."""
    aliases = pages(call.aws("kms"), "list_aliases", "Aliases")
    return next((alias for alias in aliases if alias["AliasName"] == name), None)


def _create_alias(call: Call) -> str:
    name = name_or_prefixed(call)
    call.aws().create_alias(AliasName=name, TargetKeyId=call.inputs["targetKeyId"])
    return name


def _read_alias(call: Call) -> dict[str, Any] | None:
    alias = find_alias(call, call.id)
    key = alias and alias.get("TargetKeyId")
    if alias is None or key is None:
        return None
    arn = call.arn("kms", f"key/{key}")
    given = keep(call, "targetKeyId", key, same_tail)
    return {"name": call.id, "arn": alias["AliasArn"], "targetKeyId": given, "targetKeyArn": arn}


ALIAS = Emulated(
    "aws:kms/alias:Alias",
    service="kms",
    create=_create_alias,
    read=_read_alias,
    update=lambda call: void(
        call.aws().update_alias(AliasName=call.id, TargetKeyId=call.inputs["targetKeyId"])
    ),
    delete=lambda call: void(call.aws().delete_alias(AliasName=call.id)),
    replace_on=("name", "namePrefix"),
    update_on=("targetKeyId",),
)


def default_policy(call: Call) -> str:
    """The key policy of a key that is created without one ("Default key policy" in the KMS Developer Guide)."""
    root = call.arn("iam", "root", region="")
    statement = {
        "Sid": "Enable IAM User Permissions",
        "Effect": "Allow",
        "Principal": {"AWS": root},
        "Action": "kms:*",
        "Resource": "*",
    }
    return json.dumps({"Version": "2012-10-17", "Id": "key-default-1", "Statement": [statement]})


def _key_id(call: Call) -> str:
    return str(call.inputs.get("keyId") or call.id).rsplit("/", 1)[-1]


def _put_key_policy(call: Call) -> str:
    key = _key_id(call)
    call.aws().put_key_policy(KeyId=key, PolicyName="default", Policy=as_text(call.inputs["policy"]))
    return key


def _read_key_policy(call: Call) -> dict[str, Any] | None:
    if find_key(call, _key_id(call)) is None:
        return None
    policy = call.aws().get_key_policy(KeyId=_key_id(call), PolicyName="default")["Policy"]
    return {"keyId": keep(call, "keyId", _key_id(call), same_tail), "policy": policy}


def _delete_key_policy(call: Call) -> None:
    if find_key(call, _key_id(call)) is not None:
        call.aws().put_key_policy(KeyId=_key_id(call), PolicyName="default", Policy=default_policy(call))


KEY_POLICY = Emulated(
    "aws:kms/keyPolicy:KeyPolicy",
    service="kms",
    create=_put_key_policy,
    read=_read_key_policy,
    update=lambda call: void(_put_key_policy(call)),
    delete=_delete_key_policy,
    replace_on=("keyId",),
    update_on=("policy",),
)


def _create_grant(call: Call) -> str:
    constraints = (call.get("constraints") or [{}])[0]
    names = {
        "encryptionContextEquals": "EncryptionContextEquals",
        "encryptionContextSubset": "EncryptionContextSubset",
    }
    params = without_none(
        KeyId=call.inputs["keyId"],
        GranteePrincipal=call.inputs["granteePrincipal"],
        Operations=call.inputs["operations"],
        RetiringPrincipal=call.get("retiringPrincipal"),
        Name=call.get("name"),
        GrantTokens=call.get("grantCreationTokens"),
        Constraints={names[k]: v for k, v in constraints.items() if v} or None,
    )
    grant = call.aws().create_grant(**params)
    call.state = {"grantToken": grant["GrantToken"]}
    return f"{call.inputs['keyId']}:{grant['GrantId']}"


def _grant_of(call: Call) -> tuple[str, str]:
    key, _, grant = call.id.rpartition(":")
    return key, grant


def _read_grant(call: Call) -> dict[str, Any] | None:
    key, grant_id = _grant_of(call)
    if find_key(call, key) is None:
        return None
    for grant in pages(call.aws(), "list_grants", "Grants", KeyId=key):
        if grant["GrantId"] == grant_id:
            found = take(call.type, grant, {"keyId": "", "constraints": "", "name": "Name"})
            token = {"grantToken": call.state["grantToken"]} if call.state.get("grantToken") else {}
            return {**found, **token, "keyId": call.inputs.get("keyId", key)}
    return None


def _delete_grant(call: Call) -> None:
    key, grant = _grant_of(call)
    kms = call.aws()
    retire = call.get("retireOnDelete")
    void(kms.retire_grant(KeyId=key, GrantId=grant) if retire else kms.revoke_grant(KeyId=key, GrantId=grant))


GRANT = Emulated(
    "aws:kms/grant:Grant",
    service="kms",
    create=_create_grant,
    read=_read_grant,
    delete=_delete_grant,
    replace_on=(
        "constraints",
        "grantCreationTokens",
        "granteePrincipal",
        "keyId",
        "name",
        "operations",
        "retireOnDelete",
        "retiringPrincipal",
    ),
)

TYPES = (KEY, REPLICA_KEY, ALIAS, KEY_POLICY, GRANT)
