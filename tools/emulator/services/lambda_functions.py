"""Lambda: functions with their code, published versions and aliases.

They run: see `tools.emulator.execution`.
"""

from __future__ import annotations

from typing import Any

from tools.emulator.emulated import Call, Emulated, Tagging
from tools.emulator.mapping import parameters, take
from tools.emulator.services._assets import content
from tools.emulator.services._common import Parts, remembered, unless_gone, void, without_none
from tools.emulator.values import UNKNOWN, Asset

_CODE = ("code", "s3Bucket", "s3Key", "s3ObjectVersion", "imageUri", "sourceCodeHash")
_SETTINGS = (
    "deadLetterConfig",
    "description",
    "environment",
    "ephemeralStorage",
    "fileSystemConfig",
    "handler",
    "imageConfig",
    "kmsKeyArn",
    "layers",
    "loggingConfig",
    "memorySize",
    "role",
    "runtime",
    "snapStart",
    "timeout",
    "tracingConfig",
    "vpcConfig",
)
_VERSIONED = (*_SETTINGS, *_CODE, "architectures", "publish")
"""What a new version differs in; tags and limits belong to the function."""
_RENAMED = {"fileSystemConfig": "FileSystemConfigs"}
_TAKEN_AS_GIVEN = ("durableConfig", "capacityProviderConfig", "tenancyConfig")


def code_of(call: Call, *, sole: bool) -> dict[str, Any]:
    """The code as `create_function` (`sole`) and `update_function_code` take it."""
    archive = call.get("code")
    zipped = content(archive) if isinstance(archive, Asset) else None
    found = without_none(
        ZipFile=zipped,
        S3Bucket=call.get("s3Bucket"),
        S3Key=call.get("s3Key"),
        S3ObjectVersion=call.get("s3ObjectVersion"),
        ImageUri=call.get("imageUri"),
    )
    return {"Code": found} if sole else found


def invoke_arn(call: Call, function: str) -> str:
    """What an API Gateway integration takes to call a function."""
    path = f"path/2015-03-31/functions/{function}/invocations"
    return f"arn:{call.place.partition}:apigateway:{call.place.region}:lambda:{path}"


def _settings(call: Call, action: str) -> dict[str, Any]:
    given = {name: call.inputs[name] for name in _SETTINGS if call.inputs.get(name) is not None}
    return parameters(call.aws(), action, given, _RENAMED)


def _create(call: Call) -> str:
    name = str(call.inputs["name"])
    extra = without_none(
        Architectures=call.get("architectures"),
        CodeSigningConfigArn=call.get("codeSigningConfigArn"),
        PackageType=call.get("packageType", "Zip"),
        Publish=bool(call.get("publish")),
        Tags=call.tags or None,
    )
    params = _settings(call, "create_function")
    call.aws().create_function(FunctionName=name, **params, **code_of(call, sole=True), **extra)
    return name


def _settle(call: Call) -> None:
    signing = call.get("codeSigningConfigArn")
    if call.old and call.changed("codeSigningConfigArn"):
        if signing:
            call.aws().put_function_code_signing_config(FunctionName=call.id, CodeSigningConfigArn=signing)
        else:
            call.aws().delete_function_code_signing_config(FunctionName=call.id)
    limit = call.get("reservedConcurrentExecutions", -1)
    if not call.changed("reservedConcurrentExecutions"):
        return
    if limit >= 0:
        call.aws().put_function_concurrency(FunctionName=call.id, ReservedConcurrentExecutions=limit)
    elif call.old:
        unless_gone(call.aws().delete_function_concurrency, FunctionName=call.id)


def _update(call: Call) -> None:
    client = call.aws()
    if call.changed(*_SETTINGS):
        params: dict[str, Any] = {"Environment": {"Variables": {}}} if call.old.get("environment") else {}
        client.update_function_configuration(
            FunctionName=call.id, **{**params, **_settings(call, "update_function_configuration")}
        )
    if call.changed(*_CODE, "architectures"):
        architectures = without_none(Architectures=call.get("architectures"))
        client.update_function_code(FunctionName=call.id, **code_of(call, sole=False), **architectures)
    if call.get("publish") and call.changed(*_VERSIONED):
        client.publish_version(FunctionName=call.id)


def _read(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().get_function, FunctionName=call.id)
    if answer is None:
        return None
    item = answer["Configuration"]
    arn = item["FunctionArn"].removesuffix(":$LATEST")
    special = {
        "name": "FunctionName",
        "arn": "",
        "layers": "Layers[].Arn",
        "sourceCodeSize": "CodeSize",
        "imageConfig": "ImageConfigResponse.ImageConfig",
        "fileSystemConfig": "FileSystemConfigs[0]",
        "codeSigningConfigArn": "",
    }
    found = take(call.type, item, {**special, "tags": "", "tagsAll": "", "version": ""})
    version = _latest_version(call) if call.get("publish") else "$LATEST"
    if not (item.get("VpcConfig") or {}).get("SubnetIds"):
        found.pop("vpcConfig", None)
    if not (item.get("Environment") or {}).get("Variables"):
        found.pop("environment", None)
    for name in ("loggingConfig", "tracingConfig", "ephemeralStorage", "vpcConfig", "deadLetterConfig"):
        if name in found:
            found[name] = remembered(call.get(name), found[name])
    for name in _TAKEN_AS_GIVEN:
        found.pop(name, None)
    if not call.get("snapStart") and (item.get("SnapStart") or {}).get("ApplyOn") in (None, "None"):
        found.pop("snapStart", None)
    signing = call.aws().get_function_code_signing_config(FunctionName=call.id).get("CodeSigningConfigArn")
    limit = (answer.get("Concurrency") or {}).get("ReservedConcurrentExecutions", -1)
    given = call.get("sourceCodeHash")
    return {
        **found,
        "arn": arn,
        "codeSigningConfigArn": signing or "",
        "version": version,
        "invokeArn": invoke_arn(call, arn),
        "qualifiedArn": f"{arn}:{version}",
        "qualifiedInvokeArn": invoke_arn(call, f"{arn}:{version}"),
        "reservedConcurrentExecutions": limit,
        "sourceCodeHash": given or item.get("CodeSha256", ""),
        "codeSha256": item.get("CodeSha256", ""),
        "lastModified": item.get("LastModified", ""),
        "tags": dict(answer.get("Tags") or {}),
    }


def _known(call: Call) -> dict[str, Any]:
    """In preview an update that publishes has a new version, so that its aliases are seen to follow."""
    if not call.id or not call.get("publish") or not call.changed(*_VERSIONED):
        return {}
    return dict.fromkeys(("version", "qualifiedArn", "qualifiedInvokeArn", "lastModified"), UNKNOWN)


def _latest_version(call: Call) -> str:
    found = call.aws().list_versions_by_function(FunctionName=call.id)["Versions"]
    numbers = [int(version["Version"]) for version in found if version["Version"].isdigit()]
    return str(max(numbers)) if numbers else "$LATEST"


def _arn(call: Call) -> str:
    return call.arn("lambda", f"function:{call.id}")


def _delete(call: Call) -> None:
    if not call.get("skipDestroy"):
        call.aws().delete_function(FunctionName=call.id)


FUNCTION = Emulated(
    "aws:lambda/function:Function",
    service="lambda",
    create=_create,
    read=_read,
    settle=_settle,
    update=_update,
    delete=_delete,
    tags=Tagging(
        at_create=None,
        put=lambda call, tags: call.aws().tag_resource(Resource=_arn(call), Tags=tags),
        remove=lambda call, keys: call.aws().untag_resource(Resource=_arn(call), TagKeys=keys),
    ),
    replace_on=("name", "packageType", "tenancyConfig"),
    update_on=(*_SETTINGS, *_CODE, "architectures"),
    known=_known,
)


# -- aliases

_ALIAS = Parts(("functionName", "name"), by="/")


def _alias_of(call: Call) -> dict[str, str]:
    if call.id.startswith("arn:"):
        *_, function, name = call.id.split(":")
        return {"FunctionName": function, "Name": name}
    known = _ALIAS.of(call)
    return {"FunctionName": known["functionName"].rsplit(":", 1)[-1], "Name": known["name"]}


def _alias_params(call: Call) -> dict[str, Any]:
    given = {
        n: call.inputs[n] for n in ("description", "functionVersion", "routingConfig") if call.inputs.get(n)
    }
    # Without a word on other versions, all calls go to the one.
    cleared: dict[str, Any] = (
        {"RoutingConfig": {"AdditionalVersionWeights": {}}} if call.old.get("routingConfig") else {}
    )
    return {**cleared, **parameters(call.aws(), "create_alias", given)}


def _create_alias(call: Call) -> str:
    function = str(call.inputs["functionName"]).rsplit(":", 1)[-1]
    answer = call.aws().create_alias(FunctionName=function, Name=call.inputs["name"], **_alias_params(call))
    return str(answer["AliasArn"])


def _read_alias(call: Call) -> dict[str, Any] | None:
    item = unless_gone(call.aws().get_alias, **_alias_of(call))
    if item is None:
        return None
    call.id = item["AliasArn"]
    function = call.inputs.get("functionName") or call.id.split(":")[6]
    weights = (item.get("RoutingConfig") or {}).get("AdditionalVersionWeights")
    routing = {"routingConfig": {"additionalVersionWeights": weights}} if weights else {}
    return {
        "name": item["Name"],
        "functionName": function,
        "functionVersion": item["FunctionVersion"],
        "description": item.get("Description", ""),
        "arn": item["AliasArn"],
        "invokeArn": invoke_arn(call, item["AliasArn"]),
        **routing,
    }


ALIAS = Emulated(
    "aws:lambda/alias:Alias",
    service="lambda",
    create=_create_alias,
    read=_read_alias,
    update=lambda call: void(call.aws().update_alias(**_alias_of(call), **_alias_params(call))),
    delete=lambda call: void(unless_gone(call.aws().delete_alias, **_alias_of(call))),
    replace_on=("name", "functionName"),
    update_on=("functionVersion", "description", "routingConfig"),
)

TYPES = (FUNCTION, ALIAS)
