"""Lambda: what stands beside a function: code signing, asynchronous invocation, provisioned concurrency, the runtime."""

from __future__ import annotations

from typing import Any

from tools.emulator.emulated import Call, Create, Delete, Emulated
from tools.emulator.mapping import parameters, take
from tools.emulator.services._common import Parts, unless_gone, void, without_none
from tools.emulator.services._tags import mapped_tags

# -- code signing


def _read_signing(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().get_code_signing_config, CodeSigningConfigArn=call.id)
    if answer is None:
        return None
    names = {
        "arn": "CodeSigningConfigArn",
        "configId": "CodeSigningConfigId",
        "policies": "CodeSigningPolicies",
        "tags": "",
        "tagsAll": "",
    }
    return take(call.type, answer["CodeSigningConfig"], names)


def _update_signing(call: Call) -> None:
    if call.changed("allowedPublishers", "description", "policies"):
        params = parameters(
            call.aws(), "update_code_signing_config", call.inputs, {"policies": "CodeSigningPolicies"}
        )
        call.aws().update_code_signing_config(**{"Description": "", **params}, CodeSigningConfigArn=call.id)


CODE_SIGNING = Emulated(
    "aws:lambda/codeSigningConfig:CodeSigningConfig",
    service="lambda",
    create=Create(
        "create_code_signing_config",
        id="CodeSigningConfig.CodeSigningConfigArn",
        send={"policies": "CodeSigningPolicies"},
    ),
    read=_read_signing,
    update=_update_signing,
    delete=Delete("delete_code_signing_config", by="CodeSigningConfigArn"),
    tags=mapped_tags(
        lambda call: {"Resource": call.id},
        tags="Tags",
        keys="TagKeys",
        read=lambda call: dict(call.aws().list_tags(Resource=call.id)["Tags"]),
    ),
    replace_on=("region",),
    exact=True,
)


# -- asynchronous invocation


def _invoked(call: Call) -> dict[str, Any]:
    """Function and qualifier: of the inputs, or (an import) of `function` or `function:qualifier`."""
    name, qualifier = call.inputs.get("functionName"), call.inputs.get("qualifier")
    if name is None:
        parts = call.id.split(":")
        whole = len(parts) if len(parts) < 7 else len(parts) - 6
        name = ":".join(parts[: len(parts) - whole + 1])
        qualifier = parts[-1] if whole == 2 else None
    return without_none(FunctionName=str(name), Qualifier=qualifier)


def _invocation_params(call: Call) -> dict[str, Any]:
    names = ("destinationConfig", "maximumEventAgeInSeconds", "maximumRetryAttempts")
    given = {name: call.inputs[name] for name in names if call.inputs.get(name) is not None}
    return parameters(call.aws(), "put_function_event_invoke_config", given)


def _put_invocation(call: Call) -> str:
    call.aws().put_function_event_invoke_config(**_invoked(call), **_invocation_params(call))
    return ":".join(str(part) for part in _invoked(call).values())


def _read_invocation(call: Call) -> dict[str, Any] | None:
    item = unless_gone(call.aws().get_function_event_invoke_config, **_invoked(call))
    if item is None:
        return None
    where = _invoked(call)
    found = take(call.type, item, {"functionName": "", "qualifier": ""})
    return {**found, **without_none(functionName=where["FunctionName"], qualifier=where.get("Qualifier"))}


EVENT_INVOKE = Emulated(
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
    service="lambda",
    create=_put_invocation,
    read=_read_invocation,
    update=lambda call: void(_put_invocation(call)),
    delete=lambda call: void(unless_gone(call.aws().delete_function_event_invoke_config, **_invoked(call))),
    replace_on=("functionName", "qualifier", "region"),
    exact=True,
)


# -- provisioned concurrency

_PROVISIONED = Parts(("functionName", "qualifier"), by=",")


def _provisioned(call: Call) -> dict[str, Any]:
    known = _PROVISIONED.of(call)
    return {"FunctionName": known["functionName"], "Qualifier": known["qualifier"]}


def _put_provisioned(call: Call) -> str:
    wanted = int(call.inputs["provisionedConcurrentExecutions"])
    call.aws().put_provisioned_concurrency_config(
        **_provisioned(call), ProvisionedConcurrentExecutions=wanted
    )
    return _PROVISIONED.join(call)


def _read_provisioned(call: Call) -> dict[str, Any] | None:
    item = unless_gone(call.aws().get_provisioned_concurrency_config, **_provisioned(call))
    if item is None:
        return None
    wanted = item["RequestedProvisionedConcurrentExecutions"]
    return {**_PROVISIONED.of(call), "provisionedConcurrentExecutions": wanted}


def _delete_provisioned(call: Call) -> None:
    if not call.get("skipDestroy"):
        unless_gone(call.aws().delete_provisioned_concurrency_config, **_provisioned(call))


PROVISIONED = Emulated(
    "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig",
    service="lambda",
    create=_put_provisioned,
    read=_read_provisioned,
    update=lambda call: void(_put_provisioned(call)),
    delete=_delete_provisioned,
    replace_on=("functionName", "qualifier", "region"),
    exact=True,
)


# -- the runtime's version, and loops


def _put_runtime(call: Call) -> str:
    name = str(call.inputs["functionName"])
    params = without_none(
        Qualifier=call.get("qualifier"),
        UpdateRuntimeOn=call.get("updateRuntimeOn", "Auto"),
        RuntimeVersionArn=call.get("runtimeVersionArn"),
    )
    call.aws().put_runtime_management_config(FunctionName=name, **params)
    return f"{name},{call.get('qualifier', '$LATEST')}"


def _read_runtime(call: Call) -> dict[str, Any] | None:
    name, _, qualifier = call.id.partition(",")
    asked = {"FunctionName": name, "Qualifier": qualifier or "$LATEST"}
    item = unless_gone(call.aws().get_runtime_management_config, **asked)
    if item is None:
        return None
    given = {"qualifier": call.inputs["qualifier"]} if call.inputs.get("qualifier") else {}
    return {**take(call.type, item, {"qualifier": ""}), **given, "functionName": name}


def _reset_runtime(call: Call) -> None:
    """AWS has one for every function; what is taken away is what was said."""
    name, _, qualifier = call.id.partition(",")
    asked = {"FunctionName": name, "Qualifier": qualifier or "$LATEST"}
    unless_gone(call.aws().put_runtime_management_config, **asked, UpdateRuntimeOn="Auto")


RUNTIME = Emulated(
    "aws:lambda/runtimeManagementConfig:RuntimeManagementConfig",
    service="lambda",
    create=_put_runtime,
    read=_read_runtime,
    update=lambda call: void(_put_runtime(call)),
    delete=_reset_runtime,
    replace_on=("functionName", "qualifier", "region"),
    exact=True,
)


def _put_recursion(call: Call) -> str:
    name = str(call.inputs["functionName"])
    call.aws().put_function_recursion_config(FunctionName=name, RecursiveLoop=call.inputs["recursiveLoop"])
    return name


def _read_recursion(call: Call) -> dict[str, Any] | None:
    item = unless_gone(call.aws().get_function_recursion_config, FunctionName=call.id)
    return None if item is None else {"functionName": call.id, "recursiveLoop": item["RecursiveLoop"]}


def _reset_recursion(call: Call) -> None:
    unless_gone(call.aws().put_function_recursion_config, FunctionName=call.id, RecursiveLoop="Terminate")


RECURSION = Emulated(
    "aws:lambda/functionRecursionConfig:FunctionRecursionConfig",
    service="lambda",
    create=_put_recursion,
    read=_read_recursion,
    update=lambda call: void(_put_recursion(call)),
    delete=_reset_recursion,
    replace_on=("functionName", "region"),
    exact=True,
)

TYPES = (CODE_SIGNING, EVENT_INVOKE, PROVISIONED, RUNTIME, RECURSION)
