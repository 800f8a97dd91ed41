"""Answers of the provider protocol: differences of resources and of provider configurations, half-made resources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import grpc
from google.protobuf import any_pb2, struct_pb2
from google.rpc import status_pb2
from pulumi.runtime.proto import provider_pb2

from tools.emulator.check import DEFAULTS
from tools.emulator.diff import ADD, DELETE, Change
from tools.emulator.schema import ResourceType
from tools.emulator.settings import moves, structured

_KIND = provider_pb2.PropertyDiff
_KINDS = {
    (ADD, False): _KIND.ADD,
    (ADD, True): _KIND.ADD_REPLACE,
    (DELETE, False): _KIND.DELETE,
    (DELETE, True): _KIND.DELETE_REPLACE,
}


def diff(hits: Iterable[Change], delete_first: bool) -> Any:
    """The answer for a list of changes."""
    found = list(hits)
    if not found:
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME,
        diffs=list(dict.fromkeys(hit.top for hit in found)),
        replaces=list(dict.fromkeys(hit.path for hit in found if hit.replaces)),
        detailedDiff={hit.path: _KIND(kind=_kind(hit), inputDiff=True) for hit in found},
        hasDetailedDiff=True,
        # Also where nothing here replaces: `replaceOnChanges` is the engine's to decide.
        deleteBeforeReplace=delete_first,
    )


def _kind(hit: Change) -> Any:
    return _KINDS.get((hit.kind, hit.replaces), _KIND.UPDATE_REPLACE if hit.replaces else _KIND.UPDATE)


def name_is_taken(resource: ResourceType, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether old and new resource would have one name that the program chose, so that the old one has to go first.

    The real provider's bridge decides alike: a name that it made up itself changes with a replacement.
    """
    name = resource.autoname
    if name is None or new.get(name) is None or name in (new.get(DEFAULTS) or ()):
        return False
    return bool(old.get(name) == new.get(name))


def config_diff(old: Mapping[str, Any], new: Mapping[str, Any]) -> Any:
    """What a change of provider configuration means: another account or Region replaces, all else updates.

    Resources do not move, so the engine replaces those of a replaced provider too. What is not known yet counts as an
    update: in most cases it turns out as it was.
    """
    before, after = structured(old), structured(new)
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if not changed:
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME, diffs=changed, replaces=_moving(old, new, changed)
    )


def _moving(old: Mapping[str, Any], new: Mapping[str, Any], changed: list[str]) -> list[str]:
    try:
        return [name for name in moves(old, new) if name in changed]
    except ValueError:
        # A configuration that makes no sense is refused by CheckConfig, with the reason.
        return []


def half_made(
    resource_id: str, outputs: struct_pb2.Struct, inputs: struct_pb2.Struct, reason: str, message: str
) -> tuple[tuple[str, bytes], ...]:
    """The trailing metadata by which the engine keeps a resource that exists but is not set up."""
    detail = any_pb2.Any()
    detail.Pack(
        provider_pb2.ErrorResourceInitFailed(
            id=resource_id, properties=outputs, reasons=[reason], inputs=inputs
        )
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=message, details=[detail])
    return (("grpc-status-details-bin", status.SerializeToString()),)
