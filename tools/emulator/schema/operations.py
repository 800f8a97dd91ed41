"""Finds the AWS API operations behind a resource type: the one that creates it and those that change it.

They are found by name and by how many of the type's properties they take; the models are those of the
installed botocore.
"""

from __future__ import annotations

import functools
import gzip
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import botocore

from tools.emulator.schema.matching import find, likeness, plain
from tools.emulator.schema.services import entity_of, services_of

_CREATING = frozenset(
    [
        "Accept",
        "Activate",
        "Add",
        "Admin",
        "Advertise",
        "Allocate",
        "Apply",
        "Associate",
        "Attach",
        "Authorize",
        "Batch",
        "Build",
        "Change",
        "Configure",
        "Copy",
        "Create",
        "Define",
        "Enable",
        "Establish",
        "Grant",
        "Import",
        "Invite",
        "Issue",
        "Join",
        "Modify",
        "Open",
        "Provision",
        "Publish",
        "Purchase",
        "Put",
        "Register",
        "Replace",
        "Request",
        "Run",
        "Send",
        "Set",
        "Share",
        "Start",
        "Subscribe",
        "Tag",
        "Update",
        "Upload",
        "Verify",
    ]
)
_PLAINLY_CREATING = frozenset({"Allocate", "Create", "Put", "Register", "Request", "Run"})
_CHANGING = frozenset(
    [
        "Add",
        "Alter",
        "Associate",
        "Attach",
        "Batch",
        "Change",
        "Decrease",
        "Detach",
        "Disable",
        "Disassociate",
        "Enable",
        "Increase",
        "Modify",
        "Put",
        "Register",
        "Remove",
        "Replace",
        "Reset",
        "Set",
        "Update",
        "Upgrade",
    ]
)
# One and the same operation creates and changes what has these verbs.
_CREATING_AND_CHANGING = frozenset({"Change", "Modify", "Put", "Register", "Set", "Update"})
_CHANGING_PARTS = frozenset({"Modify", "Put", "Set", "Update"})
_PARTS = frozenset(
    {
        "attribute",
        "attributes",
        "config",
        "configuration",
        "options",
        "properties",
        "s",
        "settings",
        "tenancy",
    }
)
_NAMING_THE_RESOURCE = frozenset(
    [
        "Batch",
        "Cancel",
        "Deactivate",
        "Delete",
        "Deprovision",
        "Deregister",
        "Describe",
        "Detach",
        "Disable",
        "Disassociate",
        "Get",
        "Reject",
        "Release",
        "Remove",
        "Revoke",
        "Stop",
        "Terminate",
        "Unsubscribe",
    ]
)
_VERB = re.compile(r"[A-Z][a-z0-9]*")
_WRAPPERS = ("config", "configuration", "request", "input", "data", "definition")
# Below this share of matched properties an operation is somebody else's.
LEAST_COVERAGE = 0.25
# A type that is called exactly like the operation's entity needs to share but one property with it.
SURE = 3


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of a service; `members` and `required` are the plain names of its input."""

    name: str
    verb: str
    entity: str
    members: frozenset[str]
    required: frozenset[str]


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The operations behind a resource type.

    `coverage` is the share of the type's inputs that the creating operation takes; `changeable` the members
    of all operations that change such a resource; `identity` the required members of those that delete or
    read it.
    """

    service: str
    create: Operation
    coverage: float
    changeable: frozenset[str]
    can_change: bool
    identity: frozenset[str]


@functools.lru_cache(maxsize=4)
def model(service: str) -> Mapping[str, Any]:
    """The API model of a service as botocore ships it, of the newest version; big, so few are held."""
    folder = max(
        path for path in (Path(botocore.__file__).parent / "data" / service).iterdir() if path.is_dir()
    )
    # botocore's own loader first lists every service there is, which takes longer than reading one.
    found: Mapping[str, Any] = json.loads(gzip.decompress((folder / "service-2.json.gz").read_bytes()))
    return found


@functools.lru_cache(maxsize=64)
def operations(service: str) -> tuple[Operation, ...]:
    """The operations of a service."""
    return tuple(_read(model(service)))


def _read(service: Mapping[str, Any]) -> Iterator[Operation]:
    for name, operation in service["operations"].items():
        taken = service["shapes"].get(operation.get("input", {}).get("shape"), {})
        verb = _VERB.match(name)
        stem = verb.group() if verb else name
        entity = plain(name[len(stem) :])
        yield Operation(
            name,
            stem,
            entity,
            frozenset(map(plain, members(service["shapes"], taken, entity))),
            frozenset(plain(member) for member in taken.get("required", ())),
        )


def members(shapes: Mapping[str, Any], taken: Mapping[str, Any], entity: str) -> dict[str, Any]:
    """The members of an operation's input, with those of its wrappers (`CachePolicyConfig`) beside them."""
    found = dict(taken.get("members", {}))
    for name, member in taken.get("members", {}).items():
        shape = shapes[member["shape"]]
        if shape["type"] == "structure" and (entity in plain(name) or plain(name).endswith(_WRAPPERS)):
            for inner, value in shape.get("members", {}).items():
                found.setdefault(inner, value)
    return found


@functools.lru_cache(maxsize=16)
def lifecycle(token: str, inputs: frozenset[str]) -> Lifecycle | None:
    """The operations behind a type; None when no operation takes enough of its inputs (plain names)."""
    module, member = plain(token.split(":")[1].partition("/")[0]), entity_of(token)
    best: tuple[float, str, Operation, float] | None = None
    for rank, service in enumerate(services_of(token)):
        for operation in operations(service):
            alike = likeness(operation.entity, member, module) if operation.verb in _CREATING else 0
            if not alike:
                continue
            covered = coverage(inputs, operation.members, (member, operation.entity))
            score = alike + 2.5 * covered - 0.1 * rank + 0.5 * (operation.verb in _PLAINLY_CREATING)
            if best is None or score > best[0]:
                best = (score, service, operation, covered)
    if best is None or best[3] < (LEAST_COVERAGE if best[0] < SURE else 0.01):
        return None
    _, service, create, covered = best
    changing = [other for other in operations(service) if _changes(other, create)]
    naming = [other for other in operations(service) if _names(other, create, member)]
    return Lifecycle(
        service=service,
        create=create,
        coverage=covered,
        changeable=frozenset().union(*(other.members for other in changing)),
        can_change=bool(changing),
        identity=frozenset().union(*(_identity(other, create) for other in naming)),
    )


def coverage(inputs: frozenset[str], names: frozenset[str], owners: tuple[str, ...]) -> float:
    """The share of the inputs that are among an API's names."""
    return sum(find(name, names, owners) is not None for name in inputs) / max(1, len(inputs))


def _changes(other: Operation, create: Operation) -> bool:
    """Whether an operation changes what `create` creates: `ModifySubnetAttribute` for `CreateSubnet`."""
    if other.name == create.name:
        return create.verb in _CREATING_AND_CHANGING
    if other.verb not in _CHANGING or not other.entity.startswith(create.entity):
        return False
    part = other.entity[len(create.entity) :]
    return part in ("", *_PARTS) or other.verb in _CHANGING_PARTS


def _identity(naming: Operation, create: Operation) -> frozenset[str]:
    """What identifies a resource: what finding it requires, and what is given at birth and at death."""
    deletes = naming.verb not in ("Describe", "Get")
    return naming.required | (naming.members & create.members if deletes else frozenset())


def _names(other: Operation, create: Operation, member: str) -> bool:
    """Whether an operation takes what identifies a resource that `create` creates."""
    return other.verb in _NAMING_THE_RESOURCE and other.entity in (
        create.entity,
        f"{create.entity}s",
        member,
    )
