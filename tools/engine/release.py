"""Which Pulumi CLI this project runs on, and where its official release is published.

The version is the newest that builds from the Go module proxy; the committed `go/go.mod` names the same one
(a test holds the two together). A CLI on PATH may be newer; the program protocol is stable within version 3.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass

from tools.engine.errors import EngineError

VERSION = "3.250.0"
"""Version that is fetched or built."""

MINIMUM_VERSION = (3, 250, 0)
"""Oldest CLI that is accepted from PATH: the version everything here is tested with."""

MINIMUM_GO = (1, 26)
"""Oldest Go toolchain that compiles `VERSION` (the `go` line of its go.mod)."""

RELEASES = (
    f"https://github.com/pulumi/pulumi/releases/download/v{VERSION}",
    "https://get.pulumi.com/releases/sdk",
)
"""Folders that hold the release's archives, tried in this order."""

CHECKSUMS = f"{RELEASES[0]}/pulumi-{VERSION}-checksums.txt"
"""SHA-256 of every archive of the release, one `<hex>  <file name>` a line."""

_SYSTEMS = {"linux": "linux", "darwin": "darwin"}
_MACHINES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True)
class Platform:
    """An operating system and processor in the words of Pulumi's release files."""

    system: str
    machine: str

    @property
    def archive(self) -> str:
        """File name of the release archive for this platform."""
        return f"pulumi-v{VERSION}-{self.system}-{self.machine}.tar.gz"


def this_platform(system: str | None = None, machine: str | None = None) -> Platform:
    """The platform this process runs on; raises EngineError where Pulumi publishes no tar archive for it."""
    system = (system or platform.system()).lower()
    machine = (machine or platform.machine()).lower()
    if system not in _SYSTEMS or machine not in _MACHINES:
        raise EngineError(
            f"no Pulumi release for {system}/{machine} is known here; install a `pulumi` CLI "
            f"{'.'.join(map(str, MINIMUM_VERSION))} or newer and put it on PATH"
        )
    return Platform(_SYSTEMS[system], _MACHINES[machine])
