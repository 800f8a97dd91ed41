"""What the embedded AWS refuses, in words for people: the operation, what is wrong, and what helps."""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping
from types import TracebackType

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from tools.emulator.emulated import is_gone
from tools.emulator.mapping import same_name
from tools.emulator.schema import ResourceType

_NOT_THERE = re.compile(r"not (?:been |yet )?implemented|NotImplemented|NotYetImplemented", re.IGNORECASE)
_PARAMETER = re.compile(r'(?:parameter:?|input:)\s+"?([A-Za-z][\w.]*)"?')


def explain(error: Exception, resource: ResourceType | None = None) -> str:
    """One or two sentences about a failed call; never longer, and without a traceback."""
    if isinstance(error, ClientError):
        return _of_aws(error, resource)
    if isinstance(error, ParamValidationError):
        report = str(error.kwargs.get("report", error)).splitlines()
        return f"AWS would not take the parameters{_named(resource, ' '.join(report))}: {'; '.join(report)}"
    if isinstance(error, NotImplementedError) or _NOT_THERE.search(str(error)):
        return _missing(str(error))
    if isinstance(error, (BotoCoreError, ValueError, KeyError, TypeError, AttributeError, IndexError)):
        return f"{type(error).__name__}: {error}"
    return str(error) or type(error).__name__


def _of_aws(error: ClientError, resource: ResourceType | None) -> str:
    fields: Mapping[str, object] = error.response.get("Error", {})
    code, said = str(fields.get("Code", "")), str(fields.get("Message", "")).strip()
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    text = (
        f"{error.operation_name}: {code}{_named(resource, said)}: {said}"
        if said
        else f"{error.operation_name}: {code}"
    )
    if _NOT_THERE.search(said) or status == 501:
        return _missing(text)
    remedy = _remedy(error, code)
    return f"{text.rstrip('.')}. {remedy}" if remedy else text


def _missing(text: str) -> str:
    return f"{text.rstrip('.')}. The embedded AWS does not have this operation; on real AWS it works"


def _remedy(error: ClientError, code: str) -> str:
    if (
        "DependencyViolation" in code
        or "ResourceInUse" in code
        or "DeleteConflict" in code
        or "BucketNotEmpty" in code
    ):
        return "Something that is not part of this deployment still uses it; remove that first"
    if "AlreadyExist" in code or "Duplicate" in code or code == "BucketAlreadyOwnedByYou":
        return "Choose another name, or bring the existing one into the stack with `pulumi import`"
    if is_gone(error):
        return "It is not in this account and Region of the embedded AWS; `pulumi refresh` finds out what is gone"
    if "AccessDenied" in code or "UnauthorizedOperation" in code:
        return "The account's policies deny it"
    return ""


def _named(resource: ResourceType | None, text: str) -> str:
    """` (property x)` where the text speaks of a parameter that is one of the type's properties."""
    if resource is None:
        return ""
    by_name = {same_name(name): name for name, prop in resource.properties.items() if prop.input}
    for word in _PARAMETER.findall(text):
        name = by_name.get(same_name(word.rsplit(".", 1)[-1]))
        if name is not None:
            return f" (property {name})"
    return ""


def frames(where: TracebackType | None) -> str:
    """Where an error came from, without its message: that could hold a secret."""
    return "".join(traceback.format_tb(where))
