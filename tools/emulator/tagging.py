"""Default tags and ignored tags of a provider, as the real one treats them.

The real provider's Check leaves `tags` as the program gives them and adds `tagsAll`: the provider's default tags with
the resource's own on top, without those that `ignoreTags` names; unknown as soon as one of them is unknown
(pulumi-aws, `provider/tags.go`). A read gives back all tags as `tagsAll`, and as `tags` those that do not come from
the defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tools.emulator.schema import ResourceType
from tools.emulator.values import UNKNOWN, Secret, has_unknown, plain


@dataclass(frozen=True, slots=True)
class TagRules:
    """What a provider says about tags."""

    defaults: Mapping[str, str] = field(default_factory=dict)
    ignored_keys: frozenset[str] = frozenset()
    ignored_prefixes: tuple[str, ...] = ()

    def is_ignored(self, key: str) -> bool:
        """Whether the provider keeps its hands off this tag."""
        return key in self.ignored_keys or key.startswith(self.ignored_prefixes)

    def merged(self, own: Any) -> Any:
        """All tags of a resource whose own tags are `own`; unknown where one of them is, secret where they are."""
        if isinstance(own, Secret):
            inner = self.merged(own.value)
            return inner if inner is UNKNOWN else Secret(inner)
        if has_unknown(own) or (own is not None and not isinstance(own, Mapping)):
            return UNKNOWN if has_unknown(own) else own
        both = {**self.defaults, **(own or {})}
        return {key: value for key, value in both.items() if value is not None and not self.is_ignored(key)}

    def seen(self, there: Mapping[str, str]) -> dict[str, str]:
        """The tags on a resource that this provider sees."""
        return {key: value for key, value in there.items() if not self.is_ignored(key)}

    def own(self, there: Mapping[str, str], given: Mapping[str, Any]) -> dict[str, str]:
        """Of the tags on a resource those that are not the provider's defaults, unless the program gave them too."""
        return {
            key: value
            for key, value in self.seen(there).items()
            if key in given or self.defaults.get(key) != value
        }


def is_taggable(resource: ResourceType) -> bool:
    """Whether default tags reach this type."""
    return "tags" in resource.properties and "tagsAll" in resource.properties


def without_outputs(resource: ResourceType, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs without what `ignore_changes` brings in: the engine copies each path from the old inputs, or null.

    That is how `tagsAll`, and outputs as null, get among the inputs of a program that can't give them.
    """
    outputs = {name for name, prop in resource.properties.items() if not prop.input}
    return {
        name: value
        for name, value in inputs.items()
        if name not in outputs or (name != "tagsAll" and value is not None)
    }


def with_all_tags(resource: ResourceType, inputs: Mapping[str, Any], rules: TagRules) -> dict[str, Any]:
    """Inputs after Check: with `tagsAll`, where the type has it."""
    if not is_taggable(resource):
        return dict(inputs)
    return {**inputs, "tagsAll": rules.merged(inputs.get("tags"))}


def split(resource: ResourceType, outputs: Mapping[str, Any], given: Any, rules: TagRules) -> dict[str, Any]:
    """What a read found, with its tags told apart into `tags` and `tagsAll`."""
    there = outputs.get("tagsAll", outputs.get("tags"))
    if not is_taggable(resource) or not isinstance(there, Mapping):
        return dict(outputs)
    own = plain(given)
    known = own if isinstance(own, Mapping) else {}
    mine = rules.own(there, known)
    found = {**outputs, "tagsAll": rules.seen(there)}
    return {**found, "tags": mine} if mine or "tags" in outputs else found
