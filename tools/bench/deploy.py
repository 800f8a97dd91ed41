"""How fast the engine deploys into the embedded AWS, against a provider that only echoes, and what a preview costs.

Every comparison is made in one run on one machine, and given as a ratio.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools import emulator
from tools.bench import echo_provider, programs
from tools.engine import Engine, ensure

QUIET = ("--suppress-progress",)
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of one command, and how many resources it was about."""

    seconds: float
    resources: int

    @property
    def rate(self) -> float:
        """Resources a second."""
        return self.resources / self.seconds


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for one measurement, removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="groundplan-bench-"))
    try:
        yield folder
    finally:
        emulator.stop(folder / "aws")
        shutil.rmtree(folder, ignore_errors=True)


def run(engine: Engine, project: Path, state: Path, provider: Mapping[str, str], *arguments: str) -> float:
    """Seconds of one `pulumi` command. Raises RuntimeError with its output where it fails."""
    started = time.perf_counter()
    done = subprocess.run(
        [str(engine.pulumi), *arguments, "--non-interactive"],
        cwd=project,
        env={**engine.environment(state), **provider},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(
            f"pulumi {' '.join(arguments)} failed:\n{done.stdout[-3000:]}\n{done.stderr[-2000:]}"
        )
    return time.perf_counter() - started


def up(count: int, *, echo: bool) -> Timing:
    """`pulumi up` of a new stack with `count` resources."""
    engine = ensure()
    with scratch() as folder, _provider(folder, echo) as provider:
        project = programs.write(folder / "program", "measured", programs.MIXED)
        run(engine, project, folder, provider, "stack", "init", "dev")
        run(engine, project, folder, provider, "config", "set", "count", str(count))
        return Timing(run(engine, project, folder, provider, "up", "--yes", "--skip-preview", *QUIET), count)


@contextmanager
def _provider(folder: Path, echo: bool) -> Iterator[Mapping[str, str]]:
    if echo:
        with echo_provider.serving() as port:
            yield {"PULUMI_DEBUG_PROVIDERS": f"aws:{port}"}
    else:
        running = emulator.ensure_running(folder / "aws")
        yield emulator.environment(folder / "aws", running)


def preview_empty() -> float:
    """Seconds of `pulumi preview` of an empty program: the floor of the engine itself."""
    engine = ensure()
    with scratch() as folder, _provider(folder, echo=False) as provider:
        project = programs.write(folder / "program", "empty", programs.EMPTY)
        run(engine, project, folder, provider, "stack", "init", "dev")
        return run(engine, project, folder, provider, "preview", *QUIET)


def preview_dev(policy_pack: bool) -> float:
    """Seconds of `pulumi preview` of this project's own stack `dev`."""
    engine = ensure()
    with scratch() as folder, _provider(folder, echo=False) as provider:
        project = folder / "program"
        project.mkdir()
        for name in ("__main__.py", "Pulumi.yaml", "Pulumi.dev.yaml", "components", "stack", "lambdas"):
            source = ROOT / name
            if source.is_dir():
                (project / name).symlink_to(source)
            elif source.exists():
                shutil.copy(source, project / name)
        run(engine, project, folder, provider, "stack", "init", "dev")
        config = ["--policy-pack-config", str(ROOT / "policies.dev.json")]
        more = ["--policy-pack", str(ROOT / "policies"), *config] if policy_pack else []
        return run(engine, project, folder, provider, "preview", *QUIET, *more)
