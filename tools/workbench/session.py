"""What every flow needs before it can work: the engine, the embedded AWS, a stack in an orderly state."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tools import emulator
from tools.emulator import status
from tools.engine import ensure
from tools.workbench import recover
from tools.workbench.project import Project, WorkbenchError
from tools.workbench.pulumi import Pulumi
from tools.workbench.timing import Parts, say


@dataclass(frozen=True)
class Session:
    """A CLI attached to a running embedded AWS."""

    pulumi: Pulumi
    running: emulator.Running
    parts: Parts

    @property
    def pack(self) -> list[str]:
        """Arguments that make the project's policy pack mandatory; none where it has no pack."""
        policies, config = self.pulumi.project.policies, self.pulumi.project.policy_config
        if policies is None:
            return []
        return ["--policy-pack", str(policies), *(["--policy-pack-config", str(config)] if config else [])]

    def prepare(self) -> None:
        """Bring the settings up to date, create the stack where it is missing, clear what a killed run left."""
        project = self.pulumi.project
        if not project.settings.exists():
            say(f"{project.settings.name} does not exist; the stack runs with the program's defaults")
        project.write_config()
        backend = Path(urlsplit(self.pulumi.environment["PULUMI_BACKEND_URL"]).path)
        for lock in recover.remove_dead_locks(backend):
            say(f"removed the lock of a run that was killed ({lock.name})")
        recover.require_unlocked(backend)
        self.pulumi.create_stack()
        deployment = self.pulumi.export()
        pending = recover.pending_operations(deployment)
        if not pending:
            return
        say(
            f"a run was killed in the middle of {len(pending)} operations; asking the AWS what became of them"
        )
        self.pulumi.restore(recover.settled(deployment, status.ids(self.running)))
        if self.pulumi.operate("refresh", "--yes", "--skip-preview", "--suppress-progress") != 0:
            raise WorkbenchError("the state could not be put right; `make down` takes everything away")


@contextmanager
def opened(project: Project, *, lasting: bool) -> Iterator[Session]:
    """A session for one flow. `lasting`: the embedded AWS goes on running after it; else it stops if it was not.

    Raises WorkbenchError while another flow works on the project; the kernel frees that lock with its process.
    """
    parts = Parts()
    project.state.mkdir(exist_ok=True)
    with ExitStack() as stack:
        lock = stack.enter_context((project.state / "lock").open("a"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WorkbenchError(
                "another `make` works on this project's stacks; wait for it to end"
            ) from None
        with parts.part("getting the engine ready"):
            engine = ensure()
        with parts.part("starting the embedded AWS" if lasting else "attaching the embedded AWS"):
            if lasting:
                running = emulator.ensure_running(project.aws)
            else:
                running = stack.enter_context(emulator.serve_once(project.aws))
        environment = {**engine.environment(project.state), **emulator.environment(project.aws, running)}
        yield Session(Pulumi(engine.pulumi, project, environment), running, parts)
