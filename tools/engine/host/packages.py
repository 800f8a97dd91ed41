"""Lists what is installed for an interpreter. Also run as a script by interpreters other than the host's own.

Knows nothing of this project and needs only the standard library, so any Python 3.8 or newer can run it.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def pulumi_packages(search: list[str] | None = None) -> list[dict[str, Any]]:
    """The `pulumi-plugin.json` of each installed Pulumi package, with its version filled in."""
    found = []
    for folder in search if search is not None else sys.path:
        for path in sorted(Path(folder or ".").glob("*/pulumi-plugin.json")):
            description = json.loads(path.read_text(encoding="utf-8"))
            if not description.get("resource"):
                continue
            description.setdefault("name", path.parent.name.replace("pulumi_", "").replace("_", "-"))
            if not description.get("version"):
                description["version"] = _version_of(path.parent.name)
            if description["version"]:
                found.append(description)
    return found


def _version_of(module: str) -> str:
    """Plain `major.minor.patch` of the distribution, or nothing where it is a pre-release (its plugin is unknown)."""
    try:
        version = importlib.metadata.version(module.replace("_", "-"))
    except importlib.metadata.PackageNotFoundError:
        return ""
    return version if re.fullmatch(r"\d+\.\d+\.\d+", version) else ""


def distributions(*, transitive: bool) -> list[dict[str, str]]:
    """Installed distributions by name; without `transitive` only those that no other one requires."""
    versions: dict[str, str] = {}
    required: set[str] = set()
    for distribution in importlib.metadata.distributions():
        versions.setdefault(_normal(distribution.metadata["Name"]), distribution.version)
        for requirement in distribution.requires or ():
            if "extra ==" not in requirement:
                required.add(_normal(re.split(r"[^\w.-]", requirement, maxsplit=1)[0]))
    names = sorted(versions if transitive else versions.keys() - required)
    return [{"name": name, "version": versions[name]} for name in names]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


_REPORTS: dict[str, Callable[[], Any]] = {
    "pulumi": pulumi_packages,
    "all": lambda: distributions(transitive=True),
    "top": lambda: distributions(transitive=False),
    "about": lambda: {"executable": sys.executable, "version": sys.version.split()[0]},
}

if __name__ == "__main__":
    sys.path.pop(0)  # the folder of this file, which is not part of what is installed
    json.dump(_REPORTS[sys.argv[1]](), sys.stdout)
