"""One version of a function as it is at one moment: everything that a process needs to run it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

TEXT, JSON = "Text", "JSON"
_LEVELS = {"TRACE": "DEBUG", "FATAL": "CRITICAL"}
"""Lambda's levels that Python calls otherwise."""


@dataclass(frozen=True)
class Archive:
    """A zip archive and its digest."""

    digest: str
    content: bytes = field(repr=False, compare=False)


@dataclass(frozen=True)
class Specification:
    """A version of a function."""

    account: str
    region: str
    name: str
    version: str
    handler: str
    runtime: str
    role: str
    timeout: float
    """Seconds."""
    memory: int
    """MiB. Reported, not enforced."""
    environment: tuple[tuple[str, str], ...]
    code: Archive
    layers: tuple[Archive, ...] = ()
    partition: str = "aws"
    log_group: str = ""
    log_format: str = TEXT
    log_level: str = ""
    reserved_concurrency: int | None = None
    dead_letter_arn: str = ""

    @property
    def function_arn(self) -> str:
        """The function without version."""
        return f"arn:{self.partition}:lambda:{self.region}:{self.account}:function:{self.name}"

    @property
    def qualified_arn(self) -> str:
        """The function with its version."""
        return f"{self.function_arn}:{self.version}"

    @cached_property
    def fingerprint(self) -> str:
        """The same for what may run in the same process."""
        settings = (
            self.qualified_arn,
            self.handler,
            self.runtime,
            self.role,
            self.timeout,
            self.memory,
            self.environment,
            self.code.digest,
            tuple(layer.digest for layer in self.layers),
            self.log_group,
            self.log_format,
            self.log_level,
        )
        return hashlib.sha256(repr(settings).encode()).hexdigest()

    def variables(
        self, endpoint: str, credentials: Mapping[str, str], log_stream: str, folder: str
    ) -> dict[str, str]:
        """The environment of a process: Lambda's variables and the function's own, nothing else.

        `credentials` are access key, secret and session token by the names of their variables.
        """
        lambdas = {
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{self.runtime}",
            "AWS_DEFAULT_REGION": self.region,
            "AWS_REGION": self.region,
            "AWS_LAMBDA_FUNCTION_NAME": self.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.memory),
            "AWS_LAMBDA_FUNCTION_VERSION": self.version,
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": self.log_group,
            "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
            "LAMBDA_TASK_ROOT": folder,
            "_HANDLER": self.handler,
            "AWS_ENDPOINT_URL": endpoint,
            **credentials,
        }
        defaults = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        }
        return {**defaults, **dict(self.environment), **lambdas}


def python_runtime(runtime: str) -> bool:
    """Whether functions of this runtime can be run here."""
    return runtime.startswith("python3")


def settings_of(logging: Mapping[str, Any] | None, name: str) -> tuple[str, str, str]:
    """Log group, format and level of a function's `LoggingConfig`."""
    given = logging or {}
    form = str(given.get("LogFormat") or TEXT)
    level = str(given.get("ApplicationLogLevel") or "") if form == JSON else ""
    return str(given.get("LogGroup") or f"/aws/lambda/{name}"), form, _LEVELS.get(level, level)
