"""Runs the CLI for one project: with its environment, in the right folder, ending orderly on Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tools.workbench.project import Project, WorkbenchError

STATE_VERSION = 3
"""Version of the form in which `pulumi stack export` and `import` give and take a state."""

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True)
class Pulumi:
    """A CLI with the environment in which it works on a project's embedded state."""

    executable: Path
    project: Project
    environment: Mapping[str, str]

    def operate(self, *arguments: str, stdout: IO[bytes] | int | None = None) -> int:
        """Run a command on the program and its stack (`up`, `preview`, ...), its output shown; the exit code."""
        stack = ("--stack", self.project.stack, "--config-file", str(self.project.config_file))
        return self._foreground([*arguments, *stack, "--non-interactive"], self.project.root, stdout)

    def start(self, *arguments: str, stdout: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start a command on the program beside another one; whoever starts it ends it."""
        stack = ("--stack", self.project.stack, "--config-file", str(self.project.config_file))
        return subprocess.Popen(
            [str(self.executable), *arguments, *stack, "--non-interactive"],
            cwd=self.project.root,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.DEVNULL,
            process_group=0,
        )

    def ask(self, *arguments: str, given: str = "") -> str:
        """Run a quick command on the state alone; its output. Raises WorkbenchError with the CLI's own words."""
        answer = subprocess.run(
            [str(self.executable), *arguments, "--non-interactive"],
            cwd=self.project.config_folder,
            env=dict(self.environment),
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode != 0:
            words = " ".join((answer.stderr.strip() or answer.stdout.strip()).split())
            raise WorkbenchError(f"pulumi {' '.join(arguments[:2])}: {words}")
        return answer.stdout

    def stacks(self) -> list[str]:
        """Names of the project's stacks in the embedded state."""
        return [one["name"].rsplit("/", 1)[-1] for one in json.loads(self.ask("stack", "ls", "--json"))]

    def create_stack(self) -> None:
        """Create the stack in the embedded state unless it is there."""
        if self.project.stack not in self.stacks():
            self.ask("stack", "init", self.project.stack)

    def export(self) -> dict[str, Any]:
        """The stack's state (`deployment` of `pulumi stack export`)."""
        deployment: dict[str, Any] = json.loads(self.ask("stack", "export", "--stack", self.project.stack))
        return deployment["deployment"] or {}

    def restore(self, deployment: Mapping[str, Any]) -> None:
        """Make `deployment` the stack's state."""
        text = json.dumps({"version": STATE_VERSION, "deployment": deployment})
        self.ask("stack", "import", "--stack", self.project.stack, given=text)

    def last_changes(self) -> dict[str, int]:
        """How many resources the last operation created, updated, ... or left as they were (`same`)."""
        arguments = ("stack", "history", "--stack", self.project.stack, "--json", "--page-size", "1")
        history = json.loads(self.ask(*arguments) or "[]")
        return dict(history[0].get("resourceChanges") or {}) if history else {}

    def _foreground(self, arguments: list[str], folder: Path, stdout: IO[bytes] | int | None) -> int:
        """Run the CLI in a process group of its own and hand every Ctrl-C on to it exactly once.

        The first asks it to finish what is under way and stop; the second ends it at once.
        """
        process = subprocess.Popen(
            [str(self.executable), *arguments],
            cwd=folder,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            process_group=0,
        )
        with handing_on(lambda: os.kill(process.pid, signal.SIGINT)):
            return process.wait()


class handing_on:  # noqa: N801 (reads as the statement that it is)
    """Within the block SIGINT and SIGTERM call `hand_on` instead of raising here."""

    def __init__(self, hand_on: Callable[[], None]) -> None:
        self._hand_on = hand_on
        self._before: dict[int, Any] = {}

    def __enter__(self) -> None:
        for number in _SIGNALS:
            self._before[number] = signal.signal(number, self._received)

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _received(self, _number: int, _frame: types.FrameType | None) -> None:
        try:
            self._hand_on()
        except ProcessLookupError:
            return  # it has just ended
