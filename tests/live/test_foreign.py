"""Programs, scripts and commands that know nothing of this project, in folders of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.live.stand import LIMIT, ROOT
from tools import emulator

PROGRAM = """
import sys
import pulumi, pulumi_aws as aws
bucket = aws.s3.Bucket("files")
pulumi.export("bucket", bucket.id)
pulumi.export("python", sys.prefix)
"""


def execute(folder: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """`python -m tools.emulator exec -- COMMAND` in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "tools.emulator", "exec", "--", *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT,
    )


def project(folder: Path, options: str = "") -> Path:
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text(f"name: foreign\nruntime:\n  name: python\n{options}")
    (folder / "__main__.py").write_text(PROGRAM)
    return folder


def test_a_foreign_program_deploys_in_its_own_folder(tmp_path: Path) -> None:
    folder = project(tmp_path / "foreign")
    try:
        assert execute(folder, "pulumi", "stack", "init", "test").returncode == 0
        up = execute(folder, "pulumi", "up", "--yes", "--skip-preview", AWS_PROFILE="production")
        assert up.returncode == 0, up.stdout + up.stderr
        outputs = json.loads(execute(folder, "pulumi", "stack", "output", "--json").stdout)
        script = "import boto3; print([b['Name'] for b in boto3.client('s3').list_buckets()['Buckets']])"
        listed = execute(folder, "python3", "-c", script)
        assert listed.stdout.strip() == str([outputs["bucket"]])
        assert outputs["python"] == sys.prefix
        assert execute(folder, "pulumi", "destroy", "--yes", "--skip-preview").returncode == 0
        assert execute(folder, "python3", "-c", script).stdout.strip() == "[]"
    finally:
        emulator.stop(folder / ".groundplan" / "aws")


def test_a_foreign_program_runs_in_its_own_virtual_environment(tmp_path: Path) -> None:
    folder = project(tmp_path / "foreign", "  options:\n    virtualenv: own\n")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "own")], check=True)
    packages = next((folder / "own" / "lib").glob("python3*")) / "site-packages"
    (packages / "shared.pth").write_text("\n".join(one for one in sys.path if one.endswith("site-packages")))
    try:
        assert execute(folder, "pulumi", "stack", "init", "test").returncode == 0
        up = execute(folder, "pulumi", "up", "--yes", "--skip-preview")
        assert up.returncode == 0, up.stdout + up.stderr
        outputs = json.loads(execute(folder, "pulumi", "stack", "output", "--json").stdout)
        assert outputs["python"] == str(folder / "own")
    finally:
        emulator.stop(folder / ".groundplan" / "aws")


def test_the_exit_code_and_a_missing_command_are_told(tmp_path: Path) -> None:
    try:
        assert execute(tmp_path, "sh", "-c", "exit 7").returncode == 7
        missing = execute(tmp_path, "no-such-command")
        assert missing.returncode != 0
        assert "no-such-command" in missing.stderr
        assert missing.stderr.count("\n") == 1
    finally:
        emulator.stop(tmp_path / ".groundplan" / "aws")
