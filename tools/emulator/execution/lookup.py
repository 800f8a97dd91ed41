"""Finding a function in the embedded AWS, as `Invoke` names it, and what is to be known of it to run it.

Everything here looks at moto's resources, so it is called while the gate's lock is held.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.utils import get_backend
from moto.moto_api._internal import mock_random
from moto.sts.models import sts_backends
from moto.utilities.utils import get_partition

from tools.emulator.execution.specification import Archive, Specification, settings_of

LATEST = "$LATEST"
_NAMED = re.compile(
    r"^(?:(?:arn:(?P<partition>[^:]+):lambda:(?P<region>[a-z0-9-]+):)?(?P<account>\d{12}):function:)?"
    r"(?P<name>[A-Za-z0-9_-]+)(?::(?P<qualifier>\$?[A-Za-z0-9_-]+))?$"
)


@dataclass(frozen=True, slots=True)
class Reference:
    """A function as it was named: `qualifier` is a version, an alias or empty."""

    account: str
    region: str
    name: str
    qualifier: str = ""

    @property
    def arn(self) -> str:
        """The ARN that the function is invoked by."""
        function = (
            f"arn:{get_partition(self.region)}:lambda:{self.region}:{self.account}:function:{self.name}"
        )
        return f"{function}:{self.qualifier}" if self.qualifier else function


def reference(named: str, account: str, region: str, qualifier: str = "") -> Reference:
    """What a function name, partial ARN or ARN names. Raises moto's error where it is none of them."""
    found = _NAMED.match(named)
    if found is None:
        raise UnknownFunctionException(named)
    return Reference(
        found["account"] or account, found["region"] or region, found["name"], found["qualifier"] or qualifier
    )


def function_of(asked: Reference) -> Any:
    """Moto's function, of the version or alias asked for. Raises moto's error where there is none."""
    backend = get_backend(asked.account, asked.region)
    return backend.get_function(asked.name, _version(backend, asked) or None)


def _version(backend: Any, asked: Reference) -> str:
    """The version to run: an alias may lead a part of the invocations to another one."""
    if not asked.qualifier or asked.qualifier == LATEST or asked.qualifier.isdigit():
        return asked.qualifier
    backend.get_function(asked.name, asked.qualifier)
    alias = backend.get_alias(asked.qualifier, asked.name)
    weights: Mapping[str, float] = (alias.routing_config or {}).get("AdditionalVersionWeights") or {}
    lot = random.random()  # noqa: S311 -- which version runs is no secret
    for version, weight in weights.items():
        if lot < weight:
            return version
        lot -= weight
    return str(alias.function_version)


def specification(asked: Reference) -> Specification:
    """Everything that is needed to run the function. Raises moto's error where there is none."""
    function = function_of(asked)
    logging = getattr(function, "logging_config", None)
    group, form, level = settings_of(logging, function.function_name)
    dead_letter = getattr(function, "dead_letter_config", None) or {}
    return Specification(
        account=asked.account,
        region=asked.region,
        name=function.function_name,
        version=str(function.version),
        handler=function.handler or "",
        runtime=function.run_time or "",
        role=function.role,
        timeout=float(function.timeout),
        memory=int(function.memory_size),
        environment=tuple(
            sorted((name, str(value)) for name, value in (function.environment_vars or {}).items())
        ),
        code=Archive(function.code_sha_256, getattr(function, "code_bytes", b"") or b""),
        layers=tuple(archive for layer in function.layers if (archive := _layer(layer["Arn"]))),
        partition=get_partition(asked.region),
        log_group=group,
        log_format=form,
        log_level=level,
        reserved_concurrency=_reserved(asked),
        dead_letter_arn=str(dead_letter.get("TargetArn") or ""),
    )


def _reserved(asked: Reference) -> int | None:
    found = function_of(replace(asked, qualifier="")).reserved_concurrency
    return None if found is None else int(found)


def _layer(arn: str) -> Archive | None:
    _, _, _, region, account, *_ = arn.split(":")
    version = get_backend(account, region).layers_versions_by_arn(arn)
    return Archive(version.code_sha_256, version.code_bytes) if version is not None else None


def event_invoke_config(asked: Reference) -> Mapping[str, Any]:
    """How asynchronous invocations of the function are handled; empty where nothing is said about it."""
    function = get_backend(asked.account, asked.region).get_function(asked.name)
    latest = f"{function.function_arn}:{LATEST}"
    wanted = {asked.arn, latest} if asked.qualifier in ("", LATEST) else {asked.arn}
    found = [config for config in function.event_invoke_config if config.arn in wanted]
    return dict(found[-1].config) if found else {}


def session(specification: Specification, name: str) -> dict[str, str]:
    """Credentials of the function's role, by the names of their environment variables.

    They are not in the journal: a function's process does not outlive the embedded AWS.
    """
    before = mock_random.getstate()
    mock_random.seed(random.SystemRandom().getrandbits(128))
    try:
        role = sts_backends[specification.account][specification.partition].assume_role(
            region_name=specification.region,
            role_session_name=name,
            role_arn=specification.role,
            policy="",
            duration=43200,
            external_id="",
        )
    finally:
        mock_random.setstate(before)
    return {
        "AWS_ACCESS_KEY_ID": role.access_key_id,
        "AWS_SECRET_ACCESS_KEY": role.secret_access_key,
        "AWS_SESSION_TOKEN": role.session_token,
    }
