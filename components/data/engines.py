"""What the engines of Aurora can do, by version: facts in tables, and the versions they are asked with.

AWS sources (Aurora User Guide): "Supported Regions and Aurora DB engines for" cluster storage configurations
(I/O-Optimized) and the RDS Data API; "Aurora Serverless v2 capacity" (auto-pause, 256 ACUs); "Requirements and limitations
for Aurora Serverless v2"; "Local write forwarding in Aurora PostgreSQL" and "... MySQL"; "Publishing Aurora logs to
CloudWatch Logs".

A version may be written short (`17`, `8.0`): AWS then chooses the minor version, today's default, which has
everything that any minor version of its line has.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from components.data.access import Language
from components.foundation.errors import ComponentError

AuroraEngine = Literal["aurora-postgresql", "aurora-mysql"]
Feature = Literal[
    "serverless", "auto-pause", "256 ACUs", "I/O-Optimized storage", "the Data API", "local write forwarding"
]
Release = tuple[int, ...]


@dataclass(frozen=True)
class Engine:
    """What holds for all versions of an engine."""

    name: AuroraEngine
    language: Language
    port: int
    default_version: str
    logs: tuple[str, ...]
    """Logs that are sent to CloudWatch unless told otherwise."""
    known_logs: frozenset[str]
    lines: tuple[int, ...]
    """Release lines that AWS offers; `Version.line` says which number that is."""


ENGINES: Mapping[AuroraEngine, Engine] = {
    "aurora-postgresql": Engine(
        name="aurora-postgresql",
        language="postgresql",
        port=5432,
        default_version="17",
        logs=("postgresql",),
        known_logs=frozenset({"postgresql", "instance", "iam-db-auth-error"}),
        lines=(13, 14, 15, 16, 17, 18),
    ),
    "aurora-mysql": Engine(
        name="aurora-mysql",
        language="mysql",
        port=3306,
        default_version="8.0",
        logs=("audit", "error", "slowquery"),
        known_logs=frozenset({"audit", "error", "general", "slowquery", "instance", "iam-db-auth-error"}),
        lines=(3, 8),
    ),
}

FIRST: Mapping[Feature, Mapping[AuroraEngine, Mapping[int, Release]]] = {
    "serverless": {
        "aurora-postgresql": {13: (13, 6), 14: (14, 3), 15: (15, 2), 16: (16, 1)},
        "aurora-mysql": {3: (3, 2, 0)},
    },
    "auto-pause": {
        "aurora-postgresql": {13: (13, 15), 14: (14, 12), 15: (15, 7), 16: (16, 3)},
        "aurora-mysql": {3: (3, 8, 0)},
    },
    "256 ACUs": {
        "aurora-postgresql": {13: (13, 14), 14: (14, 11), 15: (15, 6), 16: (16, 2)},
        "aurora-mysql": {3: (3, 6, 0)},
    },
    "I/O-Optimized storage": {
        "aurora-postgresql": {13: (13, 10), 14: (14, 7), 15: (15, 2), 16: (16, 1), 17: (17, 4)},
        "aurora-mysql": {3: (3, 3, 1), 8: (8, 4, 7)},
    },
    "the Data API": {
        "aurora-postgresql": {13: (13, 11), 14: (14, 8), 15: (15, 3), 16: (16, 1), 17: (17, 4), 18: (18, 3)},
        "aurora-mysql": {3: (3, 7, 0)},
    },
    "local write forwarding": {
        "aurora-postgresql": {13: (13, 1000), 14: (14, 13), 15: (15, 8), 16: (16, 4)},
        "aurora-mysql": {3: (3, 4, 0)},
    },
}
"""Feature -> engine -> release line -> first release that has it; lines that are not listed have it from their start."""

_POSTGRES = re.compile(r"(?P<release>\d+(\.\d+){0,2})")
_MYSQL = re.compile(r"(?P<mysql>\d+\.\d+)(\.mysql_aurora(\.(?P<release>\d+(\.\d+){0,2}))?)?")
_MYSQL_LINES: Mapping[str, Release] = {"8.0": (3,), "8.4": (8, 4)}
"""Version of MySQL -> release line of Aurora MySQL: "Aurora MySQL version 3" is compatible with MySQL 8.0."""


@dataclass(frozen=True)
class Version:
    """An engine with a version: `text` as AWS takes it, `release` as numbers, `family` of its parameter groups."""

    engine: Engine
    text: str
    family: str
    release: Release

    @property
    def line(self) -> int:
        """The release line: the major version of PostgreSQL, 3 or 8 of Aurora MySQL."""
        return self.release[0]

    @cached_property
    def short(self) -> bool:
        """Whether AWS chooses the minor version."""
        return len(self.release) < (2 if self.engine.language == "postgresql" else 3)

    def first_with(self, feature: Feature) -> Release | None:
        """The first release of the line that has the feature; None when all have it."""
        return FIRST[feature][self.engine.name].get(self.line)

    def has(self, feature: Feature) -> bool:
        """Whether this version has the feature."""
        first = self.first_with(feature)
        return first is None or self.short or self.release >= first


def parse_version(engine: AuroraEngine, text: str | None) -> Version:
    """The version that `text` names; None is the engine's default. Raises `ComponentError` (at `engine_version`)."""
    facts = ENGINES[engine]
    text = text or facts.default_version
    version = _postgres(facts, text) if engine == "aurora-postgresql" else _mysql(facts, text)
    if version is None:
        example = "17 or 17.5" if engine == "aurora-postgresql" else "8.0 or 8.0.mysql_aurora.3.10.0"
        raise ComponentError(
            "engine_version", f"{text!r} is no version of {engine}", f"write it like {example}"
        )
    if version.line not in facts.lines:
        known = ", ".join(str(line) for line in facts.lines)
        problem = f"release line {version.line} of {engine} is not known here"
        raise ComponentError("engine_version", problem, f"use one of {known}")
    return version


def _postgres(engine: Engine, text: str) -> Version | None:
    match = _POSTGRES.fullmatch(text)
    if match is None:
        return None
    release = _numbers(match["release"])
    return Version(engine, text, f"{engine.name}{release[0]}", release)


def _mysql(engine: Engine, text: str) -> Version | None:
    match = _MYSQL.fullmatch(text)
    if match is None or match["mysql"] not in _MYSQL_LINES:
        return None
    line = _MYSQL_LINES[match["mysql"]]
    release = _numbers(match["release"]) if match["release"] else line
    if release[0] != line[0]:
        return None
    return Version(engine, text, f"{engine.name}{match['mysql']}", release)


def _numbers(text: str) -> Release:
    return tuple(int(number) for number in text.split("."))


def check_feature(path: str, version: Version, feature: Feature) -> None:
    """Raise `ComponentError` at `path` when the version does not have the feature."""
    if not version.has(feature):
        first = ".".join(str(number) for number in version.first_with(feature) or ())
        problem = f"{version.engine.name} {version.text} does not have {feature}"
        raise ComponentError(path, problem, f"this line has it from {first}")
