"""Finds resource types and data sources by their tokens."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from types import MappingProxyType

from tools.emulator.schema import parse, replacement, source, store
from tools.emulator.schema.model import FunctionType, ResourceType

_INVOKED = re.compile(r"runtime\.invoke\('(aws:[^']+)'")
_PROVIDER_CLASS = "Provider"


def tokens() -> Sequence[str]:
    """The tokens of all resource types of the installed SDK, in its order."""
    return tuple(source.classes())


@functools.lru_cache(maxsize=4096)
def resource(token: str) -> ResourceType | None:
    """The resource type of a token; None when the SDK has no such type.

    The provider itself is there too, as `pulumi:providers:aws`: its properties are the provider's
    configuration.
    """
    if token == source.PROVIDER:
        return parse.resource_type(token, _PROVIDER_CLASS)
    python_class = source.classes().get(token)
    if python_class is None:
        return None
    found = parse.resource_type(token, python_class)
    names = frozenset(store.kept("replace", token, lambda: sorted(replacement.replacing(found))))
    properties = {
        name: replace(prop, replace=name in names) if prop.replace != (name in names) else prop
        for name, prop in found.properties.items()
    }
    return replace(found, properties=MappingProxyType(properties))


@functools.lru_cache(maxsize=1024)
def function(token: str) -> FunctionType | None:
    """The data source of an invoke token (`aws:ec2/getVpc:getVpc`); None when the SDK has none."""
    return parse.function_type(token) if re.fullmatch(r"aws:[\w/]+:\w+", token) else None


@functools.cache
def function_tokens() -> Sequence[str]:
    """The tokens of all data sources of the installed SDK; reads every file that holds one (about 0.1 s)."""
    found: dict[str, None] = {}
    for file in sorted(source.package_folder().rglob("*.py")):
        if file.name.startswith("_"):
            continue
        found.update(dict.fromkeys(_INVOKED.findall(file.read_text(encoding="utf-8"))))
    return tuple(found)


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The one of `names` that somebody who wrote `name` most likely meant; None when none is close."""
    by_folded = {candidate.lower().replace("_", ""): candidate for candidate in names}
    folded = name.lower().replace("_", "")
    close = difflib.get_close_matches(folded, by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None
