"""The pack on the real engine: a rule stops a deployment, mends a resource, and never prints a secret."""

from __future__ import annotations

import json
import subprocess
import sys
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


def check(text: str, *arguments: str) -> tuple[int, dict[str, Any]]:
    """Run `python -m policies check` on a text; its exit code and what it says."""
    command = [sys.executable, "-m", "policies", "check", "-", "--format", "json", *arguments]
    done = subprocess.run(command, input=text, check=False, cwd=PACK.parent, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, said


def test_the_check_says_of_plan_and_state_where_the_program_declares_what_is_wrong(pulumi: Pulumi) -> None:
    planned, plan = check(pulumi("preview", "--json", "--show-sames").stdout)
    (found,) = [item for item in plan["violations"] if item["rule"] == "ec2-volume-encrypted"]
    assert (planned, plan["source"]) == (1, "plan")
    assert found["lines"][0] == {"file": "__main__.py", "line": 5}
    deployed, state = check(pulumi("stack", "export").stdout, "--profile", "sandbox")
    assert (deployed, state["source"]) == (0, "state")
    assert not [item for item in state["violations"] if item["rule"] == "ec2-volume-encrypted"]
    assert SECRET not in json.dumps([plan, state])


def test_a_waiver_lets_its_violation_pass_and_is_counted(pulumi: Pulumi, tmp_path: Path) -> None:
    waivers = tmp_path / "waivers.yaml"
    waivers.write_text(
        "waivers:\n"
        "  - {rule: ec2-volume-encrypted, resource: open, owner: a@example.com, expires: 2999-01-01,\n"
        "     reason: Holds nothing but public test data.}\n"
        "  - {rule: kms-key-rotation, resource: long-gone, owner: a@example.com, expires: 2999-01-01,\n"
        "     reason: The key only signs what anybody may read.}\n",
        encoding="utf-8",
    )
    only = {"all": "disabled", "rule:ec2-volume-encrypted": "mandatory", "rule:waivers-in-order": "advisory"}
    done = pulumi("preview", levels={**only, "settings": {"waivers": str(waivers)}})
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 violations are waived." in done.stdout
    assert "waives nothing that is there" in done.stdout
    waivers.write_text("waivers:\n  - {rule: ec2-volume-encrypted}\n", encoding="utf-8")
    done = pulumi("preview", levels={**only, "settings": {"waivers": str(waivers)}})
    assert done.returncode != 0
    assert "waivers.yaml:2: the waiver has no `resource`" in done.stdout + done.stderr
