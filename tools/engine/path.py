"""Finds a `pulumi` CLI on PATH that is new enough and brings its Python language host."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tools.engine.release import MINIMUM_VERSION

_VERSION = re.compile(r"v?(\d+)\.(\d+)\.(\d+)")
LANGUAGE_HOST = "pulumi-language-python"


@dataclass(frozen=True)
class Found:
    """A CLI on PATH: usable when `problem` is empty, else the reason why it is passed over."""

    pulumi: Path
    version: str
    problem: str = ""


def parse_version(text: str) -> tuple[int, int, int] | None:
    """The first `major.minor.patch` in the text (a CLI prints `v3.250.0`), or None."""
    match = _VERSION.search(text)
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def find_on_path(search: str | None = None) -> Found | None:
    """The `pulumi` that `search` (default: this process's PATH) finds first; None when there is none."""
    search = os.environ.get("PATH", "") if search is None else search
    name = shutil.which("pulumi", path=search)
    if name is None:
        return None
    pulumi = Path(name)
    text = _reported_version(pulumi)
    version = parse_version(text)
    wanted = ".".join(map(str, MINIMUM_VERSION))
    if version is None:
        return Found(pulumi, text, f"{pulumi} does not say which version it is; {wanted} or newer is needed")
    if version < MINIMUM_VERSION:
        return Found(pulumi, text, f"{pulumi} is {text}; {wanted} or newer is needed")
    beside = pulumi.resolve().parent / LANGUAGE_HOST
    if not os.access(beside, os.X_OK) and shutil.which(LANGUAGE_HOST, path=search) is None:
        return Found(pulumi, text, f"{pulumi} comes without {LANGUAGE_HOST}, which runs Python programs")
    return Found(pulumi, text)


def _reported_version(pulumi: Path) -> str:
    """What `pulumi version` prints, asked without the user's Pulumi home and without an update check."""
    environment = {"PATH": os.defpath, "PULUMI_SKIP_UPDATE_CHECK": "1", "HOME": os.devnull}
    try:
        answer = subprocess.run(
            [pulumi, "version"], env=environment, capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip()
