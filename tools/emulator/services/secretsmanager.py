"""Secrets Manager: secrets, their versions, policies and rotation.

A deleted secret waits for its recovery window, and its name is taken until then, as in AWS; for the engine it is gone.
"""

from __future__ import annotations

import base64
from typing import Any

from tools.emulator.emulated import Call, Create, Emulated, Tagging
from tools.emulator.mapping import tag_list, tags_of, take
from tools.emulator.services._common import as_text, keep, nothing, same_tail, unless_gone, void, without_none


def find_secret(client: Any, secret: str) -> dict[str, Any] | None:
    """A secret by name or ARN; None where it is gone or waits for its deletion."""
    found = unless_gone(client.describe_secret, SecretId=secret)
    return None if found is None or found.get("DeletedDate") else dict(found)


def _read(call: Call) -> dict[str, Any] | None:
    item = find_secret(call.aws(), call.id)
    if item is None:
        return None
    found = take(call.type, item, {"tags": "", "tagsAll": ""})
    policy = unless_gone(call.aws().get_resource_policy, SecretId=call.id) or {}
    key = item.get("KmsKeyId")
    replicas = [{**replica, "status": "InSync"} for replica in call.get("replicas", [])]
    return {
        "description": "",
        **found,
        "kmsKeyId": keep(call, "kmsKeyId", key, same_tail) if key else "",
        "policy": policy.get("ResourcePolicy") or "",
        "replicas": replicas,
        "tags": tags_of(item) or {},
    }


def _settle(call: Call) -> None:
    if call.changed("policy") and call.get("policy"):
        call.aws().put_resource_policy(SecretId=call.id, ResourcePolicy=as_text(call.inputs["policy"]))


def _update(call: Call) -> None:
    if call.changed("description", "kmsKeyId"):
        params = without_none(Description=call.get("description", ""), KmsKeyId=call.get("kmsKeyId"))
        call.aws().update_secret(SecretId=call.id, **params)


def _delete(call: Call) -> None:
    if find_secret(call.aws(), call.id) is None:
        return
    days = int(call.get("recoveryWindowInDays", 30))
    how: dict[str, Any] = {"RecoveryWindowInDays": days} if days else {"ForceDeleteWithoutRecovery": True}
    call.aws().delete_secret(SecretId=call.id, **how)


SECRET = Emulated(
    "aws:secretsmanager/secret:Secret",
    service="secretsmanager",
    create=Create("create_secret", id="ARN", send={"replicas": "", "policy": ""}),
    read=_read,
    settle=_settle,
    update=_update,
    delete=_delete,
    tags=Tagging(
        at_create=lambda tags: {"Tags": tag_list(tags)},
        put=lambda call, tags: call.aws().tag_resource(SecretId=call.id, Tags=tag_list(tags)),
        remove=lambda call, keys: call.aws().untag_resource(SecretId=call.id, TagKeys=keys),
    ),
    replace_on=("name", "namePrefix"),
    update_on=("description", "kmsKeyId", "policy", "replicas"),
)


def _put_version(call: Call) -> str:
    text, binary = call.inputs.get("secretString"), call.inputs.get("secretBinary")
    params = without_none(
        SecretString=call.inputs.get("secretStringWo") if text is None else text,
        SecretBinary=None if binary is None else base64.b64decode(binary),
        VersionStages=call.get("versionStages"),
    )
    secret = str(call.inputs["secretId"])
    return f"{secret}|{call.aws().put_secret_value(SecretId=secret, **params)['VersionId']}"


def _read_version(call: Call) -> dict[str, Any] | None:
    secret, _, version = call.id.partition("|")
    if find_secret(call.aws(), secret) is None:
        return None
    item = unless_gone(call.aws().get_secret_value, SecretId=secret, VersionId=version)
    if item is None:
        return None
    found: dict[str, Any] = {
        "secretId": secret,
        "versionId": version,
        "versionStages": item.get("VersionStages", []),
        "arn": item["ARN"],
        "secretArn": item["ARN"],
    }
    if call.inputs.get("secretStringWo") is None and item.get("SecretString") is not None:
        found["secretString"] = item["SecretString"]
    if item.get("SecretBinary") is not None:
        found["secretBinary"] = base64.b64encode(item["SecretBinary"]).decode()
    return found


SECRET_VERSION = Emulated(
    "aws:secretsmanager/secretVersion:SecretVersion",
    service="secretsmanager",
    create=_put_version,
    read=_read_version,
    # AWS deletes a version once no stage names it; the current one stays until the secret goes.
    delete=nothing,
    replace_on=("secretId", "secretString", "secretBinary", "secretStringWoVersion"),
)


def _put_policy(call: Call) -> str:
    secret = str(call.inputs["secretArn"])
    call.aws().put_resource_policy(SecretId=secret, ResourcePolicy=as_text(call.inputs["policy"]))
    return secret


def _read_policy(call: Call) -> dict[str, Any] | None:
    if find_secret(call.aws(), call.id) is None:
        return None
    policy = (unless_gone(call.aws().get_resource_policy, SecretId=call.id) or {}).get("ResourcePolicy")
    return {"secretArn": call.id, "policy": policy} if policy else None


SECRET_POLICY = Emulated(
    "aws:secretsmanager/secretPolicy:SecretPolicy",
    service="secretsmanager",
    create=_put_policy,
    read=_read_policy,
    update=lambda call: void(_put_policy(call)),
    delete=lambda call: void(unless_gone(call.aws().delete_resource_policy, SecretId=call.id)),
    replace_on=("secretArn",),
    update_on=("policy",),
)

# -- rotation


def _rotate(call: Call) -> str:
    secret, rules = str(call.inputs["secretId"]), call.get("rotationRules") or {}
    names = {
        "automaticallyAfterDays": "AutomaticallyAfterDays",
        "duration": "Duration",
        "scheduleExpression": "ScheduleExpression",
    }
    sent = {api: rules[name] for name, api in names.items() if rules.get(name) is not None}
    params = without_none(
        RotationLambdaARN=call.get("rotationLambdaArn"),
        RotationRules=sent or None,
        RotateImmediately=call.get("rotateImmediately"),
    )
    return str(call.aws().rotate_secret(SecretId=secret, **params)["ARN"])


def _read_rotation(call: Call) -> dict[str, Any] | None:
    item = find_secret(call.aws(), call.id)
    if item is None or not item.get("RotationEnabled"):
        return None
    found = take(call.type, item, {"rotateImmediately": "", "secretId": ""})
    return {**found, "secretId": call.inputs.get("secretId", item["ARN"])}


def _update_rotation(call: Call) -> None:
    if call.changed("rotationLambdaArn", "rotationRules"):
        _rotate(call)


def _stop_rotation(call: Call) -> None:
    if _read_rotation(call) is not None:
        call.aws().cancel_rotate_secret(SecretId=call.id)


SECRET_ROTATION = Emulated(
    "aws:secretsmanager/secretRotation:SecretRotation",
    service="secretsmanager",
    create=_rotate,
    read=_read_rotation,
    update=_update_rotation,
    delete=_stop_rotation,
    replace_on=("secretId", "region"),
    exact=True,
)

TYPES = (SECRET, SECRET_VERSION, SECRET_POLICY, SECRET_ROTATION)
