"""Decides which properties replace a resource when they change.

Terraform's provider, and with it Pulumi's, knows this from its own code, which is not in the SDK. Five
sources stand in for it, the surest first, and `exceptions` where they fail a well-used type:

1. the property's documentation ("Changing this forces a new resource");
2. `createOnlyProperties` of the CloudFormation type that is the same thing;
3. the API: what the operations that delete or read such a resource require is its identity;
4. the API: what the creating operation takes and no changing operation does;
5. for the rest, the name: identifiers and names of other resources, the resource's own name and its prefix.

How good the outcome is has been measured: see docs/emulator-fidelity.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from tools.emulator.schema import cloudformation, operations
from tools.emulator.schema.exceptions import CHANGED_IN_PLACE, REPLACED, named
from tools.emulator.schema.matching import find, plain
from tools.emulator.schema.model import Property, ResourceType
from tools.emulator.schema.services import entity_of

# Tags are changed in place wherever there are any.
_NEVER = frozenset({"tags", "tagsAll", "finalSnapshotIdentifier"})
# A resource is born somewhere, from something; nothing of that can be changed later.
_ALWAYS = frozenset({"region", "expectedBucketOwner", "restoreToPointInTime", "s3Import"})
# Switches that tell the provider how to work and that AWS never sees.
_OF_THE_PROVIDER = re.compile(
    r"force|skip|wait|purge|preserve|deletion|delete|destroy|revoke|retain|ignore|timeout"
)
_REFERENCE = re.compile(r"(?:^name|^type|^key|^bucket|Id|Arn|Name|Identifier|Key|Type)$")
# Switches that tell the provider how to work and that AWS never sees.
_OF_THE_PROVIDER = re.compile(
    r"force|skip|wait|purge|preserve|deletion|delete|destroy|revoke|retain|ignore|timeout"
)
_OPTIONAL_REFERENCE = re.compile(r"(?:^name|^identifier|Id|Key|Identifier)$")


def replacing(resource: ResourceType) -> frozenset[str]:
    """The names of the inputs whose change replaces a resource of the type."""
    given = {name: prop for name, prop in resource.properties.items() if prop.input and name not in _NEVER}
    names = frozenset(plain(name) for name in given if name not in _ALWAYS)
    judge = _Judge(
        entity_of(resource.token),
        cloudformation.schema_of(resource.token, names),
        operations.lifecycle(resource.token, names),
    )
    found = {name for name, prop in given.items() if name in _ALWAYS or judge.replaces(prop)}
    found |= {name for name in given if named(REPLACED, resource.token, name)}
    found -= {name for name in given if named(CHANGED_IN_PLACE, resource.token, name)}
    return frozenset(found | _prefixes(given, found))


def _prefixes(given: Mapping[str, Property], found: set[str]) -> set[str]:
    """`namePrefix` is as good as `name`."""
    return {f"{name}Prefix" for name in found if f"{name}Prefix" in given}


class _Judge:
    """Judges the properties of one type by what AWS publishes about it."""

    def __init__(
        self,
        member: str,
        schema: cloudformation.Schema | None,
        lifecycle: operations.Lifecycle | None,
    ) -> None:
        self._owners = (member, lifecycle.create.entity) if lifecycle else (member,)
        self._schema = schema
        self._lifecycle = lifecycle

    def replaces(self, prop: Property) -> bool:
        if prop.replace:
            return True
        name = plain(prop.name)
        settable = self._schema.settable if self._schema else frozenset[str]()
        known = find(name, settable, self._owners)
        if self._schema is not None and known in self._schema.create_only:
            return True
        verdict = self._by_api(name, prop, changeable=known is not None)
        return _by_name(prop) if verdict is None else verdict

    def _by_api(self, name: str, prop: Property, *, changeable: bool) -> bool | None:
        """What the API says; None when it knows nothing. `changeable`: CloudFormation changes it in place."""
        if changeable:
            # CloudFormation calls a name changeable too easily where the API has no way to change it.
            return self._only_at_birth(name) and _by_name(prop)
        if self._lifecycle is None:
            return None
        if prop.type.kind == "string" and find(name, self._lifecycle.identity, self._owners):
            return True
        if find(name, self._lifecycle.changeable, self._owners):
            return False
        if find(name, self._lifecycle.create.members, self._owners):
            return True
        return None if self._lifecycle.can_change or _OF_THE_PROVIDER.match(prop.name) else True

    def _only_at_birth(self, name: str) -> bool:
        """Whether the API takes it when the resource is created and never again, or to find the resource."""
        life = self._lifecycle
        if life is None:
            return False
        if find(name, life.identity, self._owners):
            return True
        changed = find(name, life.changeable, self._owners)
        return changed is None and find(name, life.create.members, self._owners) is not None


def _by_name(prop: Property) -> bool:
    pattern = _REFERENCE if prop.required else _OPTIONAL_REFERENCE
    return prop.type.kind == "string" and pattern.search(prop.name) is not None
