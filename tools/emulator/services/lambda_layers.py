"""Lambda: layers, one resource a version, and who may use them."""

from __future__ import annotations

import json
from typing import Any

from tools.emulator.emulated import Call, Emulated
from tools.emulator.mapping import parameters, take
from tools.emulator.services._common import unless_gone, without_none
from tools.emulator.services.lambda_functions import code_of


def _publish_layer(call: Call) -> str:
    names = ("compatibleArchitectures", "compatibleRuntimes", "description", "licenseInfo", "layerName")
    given = {name: call.inputs[name] for name in names if call.inputs.get(name) is not None}
    code = {"Content": code_of(call, sole=False)}
    params = parameters(call.aws(), "publish_layer_version", given)
    return str(call.aws().publish_layer_version(**params, **code)["LayerVersionArn"])


def _layer_of(call: Call) -> dict[str, Any]:
    *_, name, version = call.id.split(":")
    return {"LayerName": name, "VersionNumber": int(version)}


def _read_layer(call: Call) -> dict[str, Any] | None:
    item = unless_gone(call.aws().get_layer_version, **_layer_of(call))
    if item is None:
        return None
    found = take(call.type, item, {"arn": "LayerVersionArn"})
    body = item.get("Content") or {}
    return {
        **found,
        "layerName": _layer_of(call)["LayerName"],
        "layerArn": call.id.rsplit(":", 1)[0],
        "version": str(item["Version"]),
        "sourceCodeSize": body.get("CodeSize", 0),
        "codeSha256": body.get("CodeSha256", ""),
        "sourceCodeHash": call.get("sourceCodeHash", body.get("CodeSha256", "")),
    }


def _delete_layer(call: Call) -> None:
    if not call.get("skipDestroy"):
        unless_gone(call.aws().delete_layer_version, **_layer_of(call))


LAYER_VERSION = Emulated(
    "aws:lambda/layerVersion:LayerVersion",
    service="lambda",
    create=_publish_layer,
    read=_read_layer,
    delete=_delete_layer,
    replace_on=(
        "layerName",
        "code",
        "s3Bucket",
        "s3Key",
        "s3ObjectVersion",
        "sourceCodeHash",
        "compatibleRuntimes",
        "compatibleArchitectures",
        "description",
        "licenseInfo",
    ),
)


# -- who may use a version


def _granted(call: Call) -> dict[str, Any]:
    """The version that a permission is for: `layer,version` is its id; the layer may be given as an ARN."""
    layer, _, version = call.id.rpartition(",")
    return {"LayerName": layer, "VersionNumber": int(version)}


def _grant(call: Call) -> str:
    params = without_none(
        Action=call.inputs["action"],
        LayerName=call.inputs["layerName"],
        OrganizationId=call.get("organizationId"),
        Principal=call.inputs["principal"],
        StatementId=call.inputs["statementId"],
        VersionNumber=int(call.inputs["versionNumber"]),
    )
    call.aws().add_layer_version_permission(**params)
    return f"{call.inputs['layerName']},{call.inputs['versionNumber']}"


def _read_grant(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().get_layer_version_policy, **_granted(call))
    statements = json.loads(answer["Policy"])["Statement"] if answer else []
    wanted = call.inputs.get("statementId")
    found = next((one for one in statements if wanted in (None, one["Sid"])), None)
    if found is None:
        return None
    principal = found["Principal"]
    account = principal if isinstance(principal, str) else str(principal.get("AWS", ""))
    organization = ((found.get("Condition") or {}).get("StringEquals") or {}).get("aws:PrincipalOrgID")
    given = str(call.inputs.get("principal", ""))
    layer = _granted(call)
    return without_none(
        action=found["Action"],
        layerName=layer["LayerName"],
        versionNumber=layer["VersionNumber"],
        # An account is written as the ARN of its root in the policy.
        principal=given
        if given and given in account
        else account.split(":")[4]
        if ":" in account
        else account,
        statementId=found["Sid"],
        organizationId=organization,
        policy=answer["Policy"],
        revisionId=answer["RevisionId"],
    )


def _revoke(call: Call) -> None:
    if not call.get("skipDestroy"):
        statement = call.inputs.get("statementId") or call.state.get("statementId")
        unless_gone(call.aws().remove_layer_version_permission, **_granted(call), StatementId=statement)


LAYER_PERMISSION = Emulated(
    "aws:lambda/layerVersionPermission:LayerVersionPermission",
    service="lambda",
    create=_grant,
    read=_read_grant,
    delete=_revoke,
    replace_on=(
        "action",
        "layerName",
        "organizationId",
        "principal",
        "region",
        "statementId",
        "versionNumber",
    ),
    exact=True,
)

TYPES = (LAYER_VERSION, LAYER_PERMISSION)
