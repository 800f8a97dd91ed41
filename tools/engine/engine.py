"""`ensure`: a Pulumi CLI on any machine, by the first of three ways that works.

on PATH, new enough, with its language host  ->  used as it is
the internet                                 ->  official release, checksum verified, kept in the cache
a Go module proxy and Go                     ->  built from source, with this project's Python language host
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tools.engine.build import PROGRAM_RUNNER, build_from_source
from tools.engine.cache import cache_folder, locked
from tools.engine.environment import clean_environment
from tools.engine.fetch import UnreachableError, fetch_release
from tools.engine.host_install import install_host
from tools.engine.path import LANGUAGE_HOST, find_on_path
from tools.engine.release import VERSION, this_platform

Origin = Literal["path", "fetched", "built"]


@dataclass(frozen=True)
class Engine:
    """A Pulumi CLI that runs Python programs and policy packs."""

    pulumi: Path
    """The executable."""
    origin: Origin
    version: str

    def environment(self, state_dir: Path) -> dict[str, str]:
        """A clean environment for a child that uses this engine on the embedded state; see `clean_environment`."""
        return clean_environment(self.pulumi.parent, state_dir)


def ensure(say: Callable[[str], None] | None = None) -> Engine:
    """A CLI that is ready to use; takes minutes only when it has to be built. Raises EngineError.

    `say` gets one line for each thing that takes long (default: standard error).
    """
    say = say or _say
    found = find_on_path()
    if found is not None and not found.problem:
        return Engine(found.pulumi.absolute(), "path", found.version.lstrip("v"))
    folder = cache_folder()
    if engine := _cached(folder):
        return engine
    if found is not None:
        say(f"not using the CLI on PATH: {found.problem}")
    with locked(folder, say):
        return _cached(folder) or _obtain(folder, say)


def _cached(folder: Path) -> Engine | None:
    release = folder / "release" / "pulumi"
    if (release / LANGUAGE_HOST).is_file():
        return Engine(release / "pulumi", "fetched", VERSION)
    build = folder / "build"
    if (build / PROGRAM_RUNNER).is_file():
        return Engine(install_host(build / "pulumi", folder), "built", VERSION)
    return None


def _obtain(folder: Path, say: Callable[[str], None]) -> Engine:
    try:
        return Engine(fetch_release(this_platform().archive, folder, say), "fetched", VERSION)
    except UnreachableError as reason:
        say(f"the official release can't be fetched from here ({reason})")
    return Engine(install_host(build_from_source(folder, say), folder), "built", VERSION)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
