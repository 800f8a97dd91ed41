"""The resources of a stack and how they refer to each other, indexed once for all rules.

A property refers to a resource in one of two ways. Known values (after `up`, or of what already exists)
are compared with the other's `id`, `arn`, name and URN. Values that are not known yet are followed through
the engine's property dependencies, which name the URNs that a property was computed from. A property that
was computed from several resources of the wanted type, or from none that is known, could mean any of them:
such a link is *possible*, not sure. A known value that is nobody's identity (a domain name made of a bucket's
name, a resource of a provider that does not repeat `id` among its outputs) is followed the same way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar, cast

from policies.pack import paths
from policies.pack.resource import Resource
from policies.pack.tokens import canonical
from policies.pack.values import Unknown
from policies.pack.verdict import NotKnownError

T = TypeVar("T")

# The outputs by which other resources name a resource, beside its URN.
IDENTITIES = ("id", "arn", "name", "bucket")


@dataclass(frozen=True, slots=True)
class Links:
    """Resources on the other side of a reference: for sure, and possibly. `open`: it could be any."""

    sure: tuple[Resource, ...] = ()
    possible: tuple[Resource, ...] = ()
    open: bool = False

    def __bool__(self) -> bool:
        return bool(self.sure or self.possible or self.open)


class Stack:
    """All resources of a stack, found by type, by URN and by reference without a walk over the stack."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.resources = tuple(resources)
        self._by_type: dict[str, list[Resource]] = defaultdict(list)
        self._by_urn: dict[str, Resource] = {}
        self._by_identity: dict[str, list[Resource]] = defaultdict(list)
        self._inverse: dict[tuple[str, str, str], _Inverse] = {}
        self._made: dict[Callable[[Stack], object], object] = {}
        for resource in self.resources:
            self._by_type[resource.type].append(resource)
            self._by_urn[resource.urn] = resource
            for identity in _identities(resource):
                self._by_identity[identity].append(resource)

    @property
    def root(self) -> str:
        """The URN of the stack itself; nothing when it is not among the resources."""
        found = self.by_type("pulumi:pulumi:Stack")
        return found[0].urn if found else ""

    def by_type(self, token: str) -> list[Resource]:
        """The resources of a type, in the stack's order."""
        return self._by_type.get(canonical(token), [])

    def by_urn(self, urn: str) -> Resource | None:
        """The resource with a URN, if it is in the stack."""
        return self._by_urn.get(urn)

    def once(self, make: Callable[[Stack], T]) -> T:
        """What a function makes of the whole stack, made once: an index that a rule asks for each resource."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast("T", self._made[make])

    def targets(self, resource: Resource, path: str, token: str) -> Links:
        """The resources of type `token` that the property of `resource` at `path` means.

        The path leads through lists: `origins.domainName` is that property of every origin.
        """
        kind = canonical(token)
        try:
            values = [part.value for part in resource.walk(path)]
        except NotKnownError:
            values = [None]
            unknown = True
        else:
            unknown = any(isinstance(value, Unknown) for value in values)
        meant = [self._meant(value, kind) for value in values if isinstance(value, str) and value]
        sure = [found for group in meant for found in group]
        if not unknown and all(meant):
            return Links(tuple(sure))
        computed = [
            item for item in self._computed_from(resource, path) if item.type == kind and item not in sure
        ]
        if len(computed) == 1:
            return Links((*sure, *computed))
        return Links(tuple(sure), tuple(computed), open=unknown and not computed)

    def _meant(self, value: str, kind: str) -> list[Resource]:
        return [found for found in self._by_identity.get(value, ()) if found.type == kind]

    def referring(self, target: Resource, token: str, path: str) -> Links:
        """The resources of type `token` whose property at `path` means `target`."""
        key = (canonical(token), path, target.type)
        inverse = self._inverse.get(key)
        if inverse is None:
            inverse = self._inverse[key] = self._invert(*key)
        possible = inverse.possible.get(target.urn, ())
        # Most often there is nothing to join: one tuple then serves all targets.
        return Links(inverse.sure.get(target.urn, ()), possible + inverse.open if possible else inverse.open)

    def _computed_from(self, resource: Resource, path: str) -> list[Resource]:
        urns = resource.place.property_dependencies.get(str(paths.steps(path)[0]), ())
        return [self._by_urn[urn] for urn in dict.fromkeys(urns) if urn in self._by_urn]

    def _invert(self, token: str, path: str, kind: str) -> _Inverse:
        sure: dict[str, list[Resource]] = defaultdict(list)
        possible: dict[str, list[Resource]] = defaultdict(list)
        open_ended: list[Resource] = []
        for resource in self._by_type.get(token, []):
            links = self.targets(resource, path, kind)
            for target in links.sure:
                sure[target.urn].append(resource)
            for target in links.possible:
                possible[target.urn].append(resource)
            if links.open:
                open_ended.append(resource)
        return _Inverse(_frozen(sure), _frozen(possible), tuple(open_ended))


@dataclass(frozen=True, slots=True)
class _Inverse:
    sure: Mapping[str, tuple[Resource, ...]]
    possible: Mapping[str, tuple[Resource, ...]]
    open: tuple[Resource, ...]


def _frozen(found: Mapping[str, list[Resource]]) -> dict[str, tuple[Resource, ...]]:
    return {urn: tuple(resources) for urn, resources in found.items()}


def _identities(resource: Resource) -> Iterable[str]:
    found = {resource.urn}
    if isinstance(resource.value, dict):
        found |= {
            value for name in IDENTITIES if isinstance(value := resource.value.get(name), str) and value
        }
    return found
