"""The arguments of a function, checked before anything is built."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

import pulumi
from pydantic import Field, model_validator

from components.foundation.args import Args, Text
from components.foundation.errors import ComponentError
from components.foundation.retention import RetentionDays
from components.serverless.artefact import source_folder
from components.serverless.requirements import Platform

Architecture = Literal["arm64", "x86_64"]
Seconds = Annotated[int, Field(ge=1, le=900)]

MAX_ENVIRONMENT = 4096
"""Bytes that Lambda takes for all names and values together."""

# Lambda Developer Guide, "Working with Lambda environment variables": names that Lambda sets itself.
RESERVED = frozenset(
    {
        "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
        "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
    }
)  # fmt: skip
_VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]+")
_HANDLER = re.compile(r"[^\s]{1,128}")
_ALIAS = re.compile(r"(?!\d+$)[A-Za-z0-9_-]{1,128}")

_SECRET_NAME = re.compile(r"PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIAL", re.IGNORECASE)
_REFERENCE_NAME = re.compile(r"_(ARN|NAME|ID|PATH|URL|URI|SECONDS|STAGE|PREFIX)$", re.IGNORECASE)
_SECRET_VALUES = {
    "an AWS access key": re.compile(r"\b(AKIA|ASIA)[A-Z0-9]{16}\b"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "an address with a password": re.compile(r"[a-z][a-z0-9+.-]*://[^/\s:@]*:[^/\s@]+@"),
}


class FunctionNetwork(Args):
    """The private subnets that a function's network interfaces stand in, and their security groups."""

    subnet_ids: tuple[Text, ...] | pulumi.Output[list[str]]
    security_group_ids: tuple[Text, ...]

    @model_validator(mode="after")
    def _has_both(self) -> Self:
        for name in ("subnet_ids", "security_group_ids"):
            if isinstance(getattr(self, name), tuple) and not getattr(self, name):
                raise ComponentError(name, "is empty", "name at least one")
        return self


class FunctionAlarms(Args):
    """When somebody should look at a function, and whom to tell (without a topic the alarms only show).

    `errors`: failed calls in five minutes that are too many; `throttles`: refused ones; None makes no such alarm.
    """

    topic_arns: tuple[Text, ...] = ()
    errors: Annotated[int, Field(ge=1)] | None = 1
    throttles: Annotated[int, Field(ge=1)] | None = 1


class FunctionArgs(Args):
    """What a function is and may take.

    `source`: the folder under `lambdas/` (or a path with a slash); its `requirements.txt` is resolved for Lambda.
    `handler`: module and function in it. `environment`: never a secret, name its ARN. `network` None leaves the
    function outside a VPC. `reserved_concurrency`: copies that run at the same time at most, out of those of the
    account; None reserves none. `on_failure_arn`: queue, topic, function or bus that takes the events of failed
    asynchronous calls (`on_failure_key_arn`: the key it is encrypted with); None makes a queue. `key_arn`: a key for
    logs, environment and that queue (`function_key_users` lists who must be able to use it); None makes one.
    `alias`: publish each version and lead callers to it by this name; `provisioned_concurrency` keeps so many copies
    of it warm. `retries` and `max_event_age_seconds`: of asynchronous calls. `saved_queries`: the two Logs Insights
    queries on cold starts. `code_signing_config_arn`: Lambda then takes only signed code.
    """

    source: str | Path
    handler: str = "handler.handler"
    description: str = ""
    runtime: str = "python3.13"
    architecture: Architecture = "arm64"
    memory_mb: Annotated[int, Field(ge=128, le=10240)] = 256
    timeout_seconds: Seconds = 30
    ephemeral_storage_mb: Annotated[int, Field(ge=512, le=10240)] = 512
    environment: Mapping[str, Text] = Field(default_factory=dict)
    network: FunctionNetwork | None = None
    layers: Annotated[tuple[Text, ...], Field(max_length=5)] = ()
    reserved_concurrency: Annotated[int, Field(ge=0)] | None = 5
    provisioned_concurrency: Annotated[int, Field(ge=1)] | None = None
    alias: str | None = None
    retries: Annotated[int, Field(ge=0, le=2)] = 2
    max_event_age_seconds: Annotated[int, Field(ge=60, le=21600)] = 21600
    on_failure_arn: Text | None = None
    on_failure_key_arn: Text | None = None
    key_arn: Text | None = None
    log_retention_days: RetentionDays = 365
    log_level: Literal["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"] = "INFO"
    alarms: FunctionAlarms | None = FunctionAlarms()
    saved_queries: bool = False
    code_signing_config_arn: Text | None = None
    permissions_boundary: Text | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        check_environment(self.environment)
        check_handler(self.source, self.handler, self.runtime)
        if self.alias is not None and not _ALIAS.fullmatch(self.alias):
            raise ComponentError(
                "alias", f"{self.alias!r} is no name of an alias", "use a word such as 'live'"
            )
        warm, limit = self.provisioned_concurrency, self.reserved_concurrency
        if warm is not None and limit is not None and warm > limit:
            problem = f"{warm} warm copies are more than the {limit} that may run"
            raise ComponentError("provisioned_concurrency", problem, "raise reserved_concurrency")
        if self.on_failure_key_arn is not None and self.on_failure_arn is None:
            raise ComponentError("on_failure_key_arn", "is the key of on_failure_arn", "give both or neither")
        return self

    @property
    def platform(self) -> Platform:
        """What the code runs on."""
        return Platform(self.runtime, self.architecture)

    @property
    def alias_name(self) -> str | None:
        """The alias that callers use: warm copies belong to a version, so they need one."""
        return self.alias or ("live" if self.provisioned_concurrency else None)


def check_handler(source: str | Path, handler: str, runtime: str) -> None:
    """Raise `ComponentError` where a Python handler's module is not in the folder."""
    if not _HANDLER.fullmatch(handler):
        raise ComponentError("handler", f"{handler!r} is no handler", "write module.function")
    if not runtime.startswith("python"):
        return
    folder = source_folder(source)
    module, _, function = handler.rpartition(".")
    if not module or not function.isidentifier():
        raise ComponentError("handler", f"{handler!r} names no module and function", "write module.function")
    path = module.replace("/", ".").replace(".", "/")
    if not (folder / f"{path}.py").is_file() and not (folder / path / "__init__.py").is_file():
        raise ComponentError(
            "handler", f"{folder.name} has no module {module!r}", "name a file of that folder"
        )


def check_environment(variables: Mapping[str, Text]) -> None:
    """Raise `ComponentError` for names that Lambda refuses, for too many bytes, and for what looks like a secret."""
    size = 0
    for name, value in variables.items():
        where = f"environment.{name}"
        if not _VARIABLE.fullmatch(name):
            raise ComponentError(
                where, "Lambda refuses this name", "use letters, digits and _ (two at least)"
            )
        if name in RESERVED:
            raise ComponentError(where, "Lambda sets this variable itself", "use another name")
        if isinstance(value, str):
            check_value(name, value)
            size += len(name.encode()) + len(value.encode())
    if size > MAX_ENVIRONMENT:
        problem = f"has {size} bytes; Lambda takes {MAX_ENVIRONMENT}"
        raise ComponentError("environment", problem, "put long values into a parameter or a file")


def check_value(name: str, value: str) -> str:
    """The value itself; raises `ComponentError`, which does not show it, where it looks like a secret."""
    found = secret_in(name, value)
    if found:
        remedy = "put it into Secrets Manager, name its ARN here and read it in the function"
        raise ComponentError(f"environment.{name}", f"seems to hold {found}", remedy)
    return value


def secret_in(name: str, value: str) -> str:
    """What kind of secret a variable seems to hold, or nothing."""
    for kind, shape in _SECRET_VALUES.items():
        if shape.search(value):
            return kind
    if not value or value.startswith("arn:") or _REFERENCE_NAME.search(name) or not _SECRET_NAME.search(name):
        return ""
    return "a secret, by its name"
