"""Finds the name that an AWS API or CloudFormation has for a property of the SDK.

The SDK's names come from Terraform, AWS's from each service's team: `name` of a security group is
`GroupName`, `subnetIds` is `SubnetId`, `role` is `RoleName`. Names are compared in lower case and without
signs.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_REFERENCE = ("name", "id", "arn", "identifier", "ids", "arns", "names")


def plain(name: str) -> str:
    """A name in lower case and without signs."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def find(name: str, names: Collection[str], owners: tuple[str, ...]) -> str | None:
    """The one of `names` that stands for the property `name`; None when none does.

    All of them are plain; `owners` are what the type is called, in the SDK and in the API. Tried in turn: the
    name itself, its singular or plural, the name with the type's own name before it, the name with or without
    `id`, `arn` and the like behind it.
    """
    found = find_exactly(name, names, owners)
    if found is not None:
        return found
    for suffix in _REFERENCE:
        # `policy` of a `rolePolicy` is the document, not the name of another policy.
        if name + suffix in names and not owners[0].endswith(name):
            return name + suffix
        if name.endswith(suffix) and name[: -len(suffix)] in names:
            return name[: -len(suffix)]
    return None


def find_exactly(name: str, names: Collection[str], owners: tuple[str, ...]) -> str | None:
    """Like `find`, but only what means the same thing: `role` is not `RoleArn`."""
    if name in names:
        return name
    for other in _other_number(name):
        if other in names:
            return other
    for candidate in sorted(names):
        if candidate.endswith(name) and any(owner.endswith(candidate[: -len(name)]) for owner in owners):
            return candidate
    return None


def _other_number(name: str) -> tuple[str, ...]:
    """The plural of a singular and the singular of a plural."""
    if name.endswith("ies"):
        return (f"{name[:-3]}y", name[:-1])
    if name.endswith("es"):
        return (name[:-1], name[:-2])
    return (name[:-1],) if name.endswith("s") else (f"{name}s", f"{name}es")


def likeness(entity: str, member: str, module: str) -> float:
    """How much the entity of an API operation or of a CloudFormation type is a type's own, from 0 to 3.

    `entity` is what stands behind the verb (`CreateDBInstance`: `dbinstance`); all names are plain.
    """
    if entity in (member, module + member, f"{member}s") or member == f"{entity}s":
        return 3
    if entity in (f"db{member}", f"cache{member}"):
        return 2.9
    if member == module + entity:
        return 2.8
    if entity.endswith(member):
        return 2
    if member.endswith(entity) and len(entity) > 4:
        return 1.6
    if entity.startswith(member):
        return 1.5
    return 1 if member.startswith(entity) and len(entity) > 4 else 0
