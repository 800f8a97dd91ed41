"""The pack on the real engine: a rule stops a deployment, mends a resource, and never prints a secret."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tools import emulator
from tools.engine import Engine, ensure

PACK = Path(__file__).parents[2] / "policies"
SECRET = "AKIAIOSFODNN7EXAMPLE"

PROGRAM = f"""
import pulumi
import pulumi_aws as aws

aws.ebs.Volume("open", availability_zone="us-east-1a", size=8)
if pulumi.Config().get_bool("more"):
    aws.ec2.Vpc("bare", cidr_block="10.0.0.0/16")
    aws.ec2.LaunchTemplate("leaky", user_data=pulumi.Output.secret("export AWS_ACCESS_KEY_ID={SECRET}"))
"""

Pulumi = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def pulumi(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pulumi]:
    """Runs `pulumi` with the pack in a project of its own on an embedded AWS of its own."""
    folder = tmp_path_factory.mktemp("pack")
    engine: Engine = ensure()
    running = emulator.ensure_running(folder / "aws")
    environment = {**engine.environment(folder), **emulator.environment(folder / "aws", running)}
    project = folder / "program"
    project.mkdir()
    (project / "Pulumi.yaml").write_text("name: judged\nruntime:\n  name: python\n", encoding="utf-8")
    (project / "__main__.py").write_text(PROGRAM, encoding="utf-8")

    def run(*arguments: str, levels: dict[str, Any] | None = None) -> subprocess.CompletedProcess[str]:
        command = [str(engine.pulumi), *arguments, "--non-interactive"]
        if levels is not None:
            config = folder / "levels.json"
            config.write_text(json.dumps(levels), encoding="utf-8")
            command += ["--policy-pack", str(PACK), "--policy-pack-config", str(config)]
        return subprocess.run(
            command, check=False, cwd=project, env=environment, capture_output=True, text=True
        )

    try:
        assert run("stack", "init", "dev").returncode == 0
        yield run
    finally:
        emulator.stop(folder / "aws")


def deployed(pulumi: Pulumi, token: str) -> list[dict[str, Any]]:
    resources = json.loads(pulumi("stack", "export").stdout)["deployment"].get("resources", [])
    return [resource for resource in resources if resource["type"] == token]


def test_a_mandatory_rule_stops_the_deployment_before_the_resource_exists(pulumi: Pulumi) -> None:
    done = pulumi("up", "--yes", "--skip-preview", levels={})
    assert done.returncode != 0
    assert "[mandatory] [severity: high]  ec2-volume-encrypted" in done.stdout
    assert "`encrypted` is not set. Set `encrypted=True`." in done.stdout
    assert deployed(pulumi, "aws:ebs/volume:Volume") == []


def test_a_level_in_the_configuration_turns_the_stop_into_a_change(pulumi: Pulumi) -> None:
    done = pulumi("up", "--yes", "--skip-preview", levels={"ec2-volume-encrypted": "remediate"})
    assert done.returncode == 0, done.stdout + done.stderr
    (volume,) = deployed(pulumi, "aws:ebs/volume:Volume")
    assert volume["inputs"]["encrypted"] is True


def test_preview_names_every_violation_over_the_stack_too_and_no_secret(pulumi: Pulumi) -> None:
    pulumi("config", "set", "more", "true")
    done = pulumi("preview", levels={"settings": {"profile": "strict"}})
    assert done.returncode != 0
    for rule in (
        "ec2-volume-encrypted",
        "vpc-flow-log-all",
        "ec2-user-data-no-credentials",
        "ec2-imdsv2-only",
    ):
        assert rule in done.stdout
    assert SECRET not in done.stdout + done.stderr


def test_a_typo_in_the_configuration_ends_the_command_with_the_right_name(pulumi: Pulumi) -> None:
    done = pulumi("preview", levels={"ec2-volume-encryptd": "advisory"})
    assert done.returncode != 0
    assert "did you mean `ec2-volume-encrypted`?" in done.stderr + done.stdout
