"""A small project on the real CLI and the embedded AWS, for one test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3

from tools import emulator
from tools.engine import Engine, ensure

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 240
"""Seconds after which a command counts as stuck."""


class Stand:
    """The project in `folder`; its program is whatever `write` was given last."""

    def __init__(self, folder: Path, options: str = "") -> None:
        self.folder = folder
        self.state = folder / ".groundplan"
        folder.mkdir(parents=True)
        (folder / "Pulumi.yaml").write_text(f"name: small\nruntime:\n  name: python\n{options}")
        (folder / "Pulumi.dev.yaml").write_text("config:\n  aws:region: us-east-1\n")

    # -- the program

    def write(self, program: str) -> None:
        """The program's source; `pulumi` and `aws` are imported for it."""
        head = "import pulumi\nimport pulumi_aws as aws\n"
        (self.folder / "__main__.py").write_text(head + textwrap.dedent(program))

    # -- through the flows behind `make`

    def make(self, flow: str, stack: str = "dev", **variables: str) -> subprocess.CompletedProcess[str]:
        """`make up|preview|down` for this project, to its end, with further variables of the user's."""
        return subprocess.run(
            [*self.command(flow), "--stack", stack],
            cwd=ROOT,
            env=self.users(variables),
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT,
        )

    def start(self, flow: str) -> subprocess.Popen[str]:
        """The same, not waited for."""
        return subprocess.Popen(
            self.command(flow),
            cwd=ROOT,
            env=self.users({}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            process_group=0,
        )

    def command(self, flow: str) -> list[str]:
        """The command line behind a target of make."""
        return [sys.executable, "-m", "tools.workbench", flow, "--root", str(self.folder)]

    def users(self, variables: Mapping[str, str]) -> dict[str, str]:
        """A user's environment with further variables."""
        return {**os.environ, **variables}

    # -- the CLI itself

    @property
    def engine(self) -> Engine:
        """The CLI of this machine."""
        return ensure()

    def environment(self) -> dict[str, str]:
        """The environment of the embedded way; starts the embedded AWS where it does not run."""
        running = emulator.ensure_running(self.state / "aws")
        return {**self.engine.environment(self.state), **emulator.environment(self.state / "aws", running)}

    def pulumi(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """One command of the CLI in the project's folder, to its end."""
        return subprocess.run(
            [self.engine.pulumi, *arguments, "--non-interactive"],
            cwd=self.folder,
            env={**self.environment(), **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT,
        )

    def plan(self) -> dict[str, dict[str, Any]]:
        """Steps of a preview that change something, by the resource's name."""
        answer = self.pulumi("preview", "--json")
        assert answer.returncode == 0, answer.stdout + answer.stderr
        steps = json.loads(answer.stdout)["steps"]
        return {step["urn"].rsplit("::", 1)[-1]: step for step in steps if step["op"] != "same"}

    def up(self) -> dict[str, int]:
        """`pulumi up`; how many resources it created, updated, ... and left as they were."""
        return self.change("up", "--yes", "--skip-preview")

    def change(self, *arguments: str) -> dict[str, int]:
        """A command that must go well; what it did."""
        if not (self.state / "state" / ".pulumi").exists():
            created = self.pulumi("stack", "init", "dev")
            assert created.returncode == 0, created.stderr
        answer = self.pulumi(*arguments)
        assert answer.returncode == 0, answer.stdout + answer.stderr
        history = json.loads(self.pulumi("stack", "history", "--json", "--page-size", "1").stdout)
        return {what: count for what, count in history[0]["resourceChanges"].items() if count}

    # -- what there is

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs."""
        answer = self.pulumi("stack", "output", "--json", "--stack", "dev")
        return dict(json.loads(answer.stdout))

    def resources(self) -> list[dict[str, Any]]:
        """The resources of the stack's state that exist in an AWS."""
        deployment = json.loads(self.pulumi("stack", "export", "--stack", "dev").stdout)["deployment"]
        assert not deployment.get("pending_operations")
        return [one for one in deployment.get("resources", []) if one["type"].startswith("aws:")]

    def aws(self, service: str, region: str = "", account: str = "") -> Any:
        """A boto3 client of the embedded AWS: in another Region and account where they are given."""
        settings = self.environment()
        return boto3.client(
            service,  # type: ignore[call-overload] # any service, by name
            endpoint_url=settings["AWS_ENDPOINT_URL"],
            region_name=region or settings["AWS_REGION"],
            aws_access_key_id=account or settings["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=settings["AWS_SECRET_ACCESS_KEY"],
        )

    def stop(self) -> None:
        """Stop the embedded AWS."""
        emulator.stop(self.state / "aws")
