"""Who in a stack mentions a resource: anywhere in its properties, by a known value or by what they were computed from.

The index is made once for a stack, and only for the resources that rules ask about, so a stack without roles pays
nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from policies.pack.graph import IDENTITIES, Stack
from policies.pack.resource import Resource
from policies.pack.values import Value

_INDEXES: WeakKeyDictionary[Stack, dict[tuple[str, ...], dict[str, list[Resource]]]] = WeakKeyDictionary()

_ANSWERS: WeakKeyDictionary[Stack, dict[tuple[str, str], bool]] = WeakKeyDictionary()


def mentions(resource: Resource, stack: Stack, kinds: tuple[str, ...]) -> list[Resource]:
    """The resources that mention a resource, itself left out. `kinds` are all types that the rule asks about."""
    indexes = _INDEXES.setdefault(stack, {})
    if kinds not in indexes:
        indexes[kinds] = _index(stack, kinds)
    return [found for found in indexes[kinds].get(resource.urn, []) if found.urn != resource.urn]


def anywhere(stack: Stack, token: str, path: str) -> bool:
    """Whether some resource of a type has a property, be it of a value that is not known yet."""
    answers = _ANSWERS.setdefault(stack, {})
    if (token, path) not in answers:
        answers[token, path] = any(
            not found.known(path) or found.get(path) not in (None, "") for found in stack.by_type(token)
        )
    return answers[token, path]


def _index(stack: Stack, kinds: tuple[str, ...]) -> dict[str, list[Resource]]:
    wanted = [resource for kind in kinds for resource in stack.by_type(kind)]
    by_name: dict[str, set[str]] = defaultdict(set)
    for resource in wanted:
        for name in _names(resource):
            by_name[name].add(resource.urn)
    urns = {resource.urn for resource in wanted}
    found: dict[str, list[Resource]] = defaultdict(list)
    for resource in stack.resources:
        sources = {urn for computed in resource.place.property_dependencies.values() for urn in computed}
        meant = sources & urns
        if by_name:
            for text in _texts(resource.value):
                meant |= by_name.get(text, set())
        for urn in meant:
            found[urn].append(resource)
    return found


def _names(resource: Resource) -> Iterator[str]:
    if isinstance(resource.value, dict):
        for name in IDENTITIES:
            value = resource.value.get(name)
            if isinstance(value, str) and value:
                yield value


def _texts(value: Value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
