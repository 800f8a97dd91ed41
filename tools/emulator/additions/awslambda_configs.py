"""Lambda: configurations that stand beside a function, which moto lacks or has for unqualified functions only.

Code signing, provisioned concurrency, runtime management, recursion, asynchronous invocation of a version or an alias.
They are kept and given; no signature is checked (an unsigned zip passes whatever a code signing configuration says).
"""

from __future__ import annotations

from typing import Any

from moto.awslambda import urls
from moto.awslambda.models import EventInvokeConfig
from moto.awslambda.responses import LambdaResponse
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

from tools.emulator.additions._api import Api, Asked, Document, Shelf, refused, routes

API = Api("lambda")
GONE = "ResourceNotFoundException"
SIGNING = Shelf("code-signing", "Code signing configuration", GONE)
PROVISIONED = Shelf(
    "provisioned-concurrency", "Provisioned concurrency", "ProvisionedConcurrencyConfigNotFoundException"
)
RUNTIMES = Shelf("runtime-management", "Runtime management", GONE)
RECURSION = Shelf("recursion", "Recursion", GONE)
LATEST = "$LATEST"


def _now() -> str:
    return str(utcnow().strftime("%Y-%m-%dT%H:%M:%S.000+0000"))


def _function(asked: Asked) -> Any:
    return asked.backend.get_function(asked.params["FunctionName"])


def _qualified(asked: Asked, function: Any) -> str:
    qualifier = asked.params.get("Qualifier")
    arn = str(function.function_arn)
    return arn if qualifier in (None, "", LATEST) else f"{arn}:{qualifier}"


# -- code signing


@API.operation
def _create_code_signing_config(asked: Asked) -> Document:
    made = f"csc-{mock_random.get_random_hex(17)}"
    arn = asked.arn("lambda", f"code-signing-config:{made}")
    document = {
        "CodeSigningConfigId": made,
        "CodeSigningConfigArn": arn,
        "Description": asked.params.get("Description", ""),
        "AllowedPublishers": asked.params["AllowedPublishers"],
        "CodeSigningPolicies": asked.params.get(
            "CodeSigningPolicies", {"UntrustedArtifactOnDeployment": "Warn"}
        ),
        "LastModified": _now(),
    }
    kept = SIGNING.add(asked.backend, arn, document)
    if asked.params.get("Tags"):
        _labels(asked)[arn] = dict(asked.params["Tags"])
    return {"CodeSigningConfig": kept}


@API.operation
def _get_code_signing_config(asked: Asked) -> Document:
    return {"CodeSigningConfig": SIGNING.get(asked.backend, asked.params["CodeSigningConfigArn"])}


@API.operation
def _update_code_signing_config(asked: Asked) -> Document:
    fields = {
        **asked.given("Description", "AllowedPublishers", "CodeSigningPolicies"),
        "LastModified": _now(),
    }
    return {"CodeSigningConfig": SIGNING.change(asked.backend, asked.params["CodeSigningConfigArn"], fields)}


@API.operation
def _list_code_signing_configs(asked: Asked) -> Document:
    return {"CodeSigningConfigs": SIGNING.listed(asked.backend)}


@API.operation
def _list_functions_by_code_signing_config(asked: Asked) -> Document:
    return {"FunctionArns": _users(asked, asked.params["CodeSigningConfigArn"])}


def _users(asked: Asked, arn: str) -> list[str]:
    functions = asked.backend.list_functions()
    return [str(one.function_arn) for one in functions if one.code_signing_config_arn == arn]


@API.operation
def _delete_code_signing_config(asked: Asked) -> None:
    arn = asked.params["CodeSigningConfigArn"]
    if _users(asked, arn):
        raise refused("ResourceConflictException", f"Code signing configuration {arn} is used by functions")
    SIGNING.remove(asked.backend, arn)
    _labels(asked).pop(arn, None)


@API.operation
def _put_function_code_signing_config(asked: Asked) -> Document:
    function, arn = _function(asked), asked.params["CodeSigningConfigArn"]
    if arn not in SIGNING.all(asked.backend):
        raise refused("CodeSigningConfigNotFoundException", f"Code signing configuration {arn} not found")
    function.code_signing_config_arn = arn
    return {"CodeSigningConfigArn": arn, "FunctionName": function.function_name}


@API.operation
def _get_function_code_signing_config(asked: Asked) -> Document:
    function = _function(asked)
    return {
        "CodeSigningConfigArn": function.code_signing_config_arn or "",
        "FunctionName": function.function_name,
    }


@API.operation
def _delete_function_code_signing_config(asked: Asked) -> None:
    _function(asked).code_signing_config_arn = None


# -- provisioned concurrency


@API.operation
def _put_provisioned_concurrency_config(asked: Asked) -> Document:
    function, wanted = _function(asked), asked.params["ProvisionedConcurrentExecutions"]
    if asked.params["Qualifier"] == LATEST:
        raise refused(
            "InvalidParameterValueException",
            "Provisioned Concurrency Configs cannot be applied to unpublished functions",
        )
    asked.backend.get_function(asked.params["FunctionName"], asked.params["Qualifier"])
    document = {
        "RequestedProvisionedConcurrentExecutions": wanted,
        "AvailableProvisionedConcurrentExecutions": wanted,
        "AllocatedProvisionedConcurrentExecutions": wanted,
        "Status": "READY",
        "LastModified": _now(),
    }
    return PROVISIONED.put(asked.backend, _qualified(asked, function), document)


@API.operation
def _get_provisioned_concurrency_config(asked: Asked) -> Document:
    return PROVISIONED.get(asked.backend, _qualified(asked, _function(asked)))


@API.operation
def _delete_provisioned_concurrency_config(asked: Asked) -> None:
    PROVISIONED.remove(asked.backend, _qualified(asked, _function(asked)))


# -- the runtime's version, and loops


@API.operation
def _put_runtime_management_config(asked: Asked) -> Document:
    arn = _qualified(asked, _function(asked))
    fields = {**asked.given("UpdateRuntimeOn", "RuntimeVersionArn"), "FunctionArn": arn}
    return RUNTIMES.put(asked.backend, arn, fields)


@API.operation
def _get_runtime_management_config(asked: Asked) -> Document:
    arn = _qualified(asked, _function(asked))
    return RUNTIMES.all(asked.backend).get(arn) or {"UpdateRuntimeOn": "Auto", "FunctionArn": arn}


@API.operation
def _put_function_recursion_config(asked: Asked) -> Document:
    arn = str(_function(asked).function_arn)
    return RECURSION.put(asked.backend, arn, asked.given("RecursiveLoop"))


@API.operation
def _get_function_recursion_config(asked: Asked) -> Document:
    arn = str(_function(asked).function_arn)
    return RECURSION.all(asked.backend).get(arn) or {"RecursiveLoop": "Terminate"}


# -- asynchronous invocation


def _invoked(asked: Asked) -> tuple[Any, str, Any]:
    """The function, the ARN that the request is about, and what there is for it."""
    function = _function(asked)
    arn = _qualified(asked, function)
    return function, arn, next((one for one in function.event_invoke_config if one.arn == arn), None)


def _keep_invoked(asked: Asked, before: Document) -> Document:
    function, arn, there = _invoked(asked)
    names = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig")
    made = EventInvokeConfig(arn, utcnow().timestamp(), {**before, **asked.given(*names)})
    others = [one for one in function.event_invoke_config if one is not there]
    function.event_invoke_config = [*others, made]
    return dict(made.response())


@API.operation
def _put_function_event_invoke_config(asked: Asked) -> Document:
    return _keep_invoked(asked, {})


@API.operation
def _update_function_event_invoke_config(asked: Asked) -> Document:
    there = _invoked(asked)[2]
    return _keep_invoked(asked, dict(there.config) if there else {})


@API.operation
def _get_function_event_invoke_config(asked: Asked) -> Document:
    _, arn, there = _invoked(asked)
    if there is None:
        raise refused(GONE, f"The function {arn} doesn't have an EventInvokeConfig")
    return dict(there.response())


@API.operation
def _list_function_event_invoke_configs(asked: Asked) -> Document:
    return {"FunctionEventInvokeConfigs": [one.response() for one in _function(asked).event_invoke_config]}


@API.operation
def _delete_function_event_invoke_config(asked: Asked) -> None:
    function, arn, there = _invoked(asked)
    if there is None:
        raise refused(GONE, f"The function {arn} doesn't have an EventInvokeConfig")
    function.event_invoke_config = [one for one in function.event_invoke_config if one is not there]


# -- tags of what is no function


def _labels(asked: Asked) -> dict[str, dict[str, str]]:
    labels: dict[str, dict[str, str]] = asked.backend.__dict__.setdefault("labels", {})
    return labels


def _target(asked: Asked) -> Any:
    """What has tags: moto's function or event source mapping, or None."""
    arn = str(asked.params["Resource"])
    kind = arn.split(":")[5]
    if kind == "function":
        return asked.backend.get_function(arn)
    if kind == "event-source-mapping":
        return asked.backend.get_event_source_mapping(arn.rsplit(":", 1)[-1])
    return None


@API.operation
def _list_tags(asked: Asked) -> Document:
    target = _target(asked)
    return {"Tags": dict(_labels(asked).get(asked.params["Resource"], {}) if target is None else target.tags)}


@API.operation
def _tag_resource(asked: Asked) -> None:
    target = _target(asked)
    kept = _labels(asked).setdefault(asked.params["Resource"], {}) if target is None else target.tags
    kept.update(asked.params["Tags"])


@API.operation
def _untag_resource(asked: Asked) -> None:
    target = _target(asked)
    kept = _labels(asked).get(asked.params["Resource"], {}) if target is None else target.tags
    for key in asked.params["TagKeys"]:
        kept.pop(key, None)


def install() -> None:
    """Add these operations, and lead their paths to moto's class."""
    API.install(LambdaResponse)
    function = r"/(?P<api_version>[^/]+)/functions/(?P<function_name>[^/]+)"
    routes(
        urls.url_paths,
        LambdaResponse.dispatch,
        r"/(?P<api_version>[^/]+)/code-signing-configs/?$",
        r"/(?P<api_version>[^/]+)/code-signing-configs/(?P<arn>[^/]+)$",
        r"/(?P<api_version>[^/]+)/code-signing-configs/(?P<arn>[^/]+)/functions$",
        f"{function}/provisioned-concurrency$",
        f"{function}/runtime-management-config$",
        f"{function}/recursion-config$",
    )
