"""No call of the embedded way leaves the machine, whatever the user's environment asks for."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.live import alone
from tests.live.stand import LIMIT, ROOT, Stand

ELSEWHERE = "192.0.2.1"
"""An address of TEST-NET-1 (RFC 5737): no machine has it."""

USERS = {
    "AWS_ACCESS_KEY_ID": "AKIAUSERSOWNKEY00000",
    "AWS_SECRET_ACCESS_KEY": "users-own-secret",
    "AWS_PROFILE": "production",
    "AWS_ENDPOINT_URL": f"http://{ELSEWHERE}",
    "AWS_ENDPOINT_URL_EC2": f"http://{ELSEWHERE}",
    "AWS_ROLE_ARN": "arn:aws:iam::222222222222:role/users-own",
    "HTTPS_PROXY": f"http://{ELSEWHERE}:3128",
    "HTTP_PROXY": f"http://{ELSEWHERE}:3128",
    "http_proxy": f"http://{ELSEWHERE}:3128",
    "ALL_PROXY": f"http://{ELSEWHERE}:3128",
    "PULUMI_BACKEND_URL": f"https://{ELSEWHERE}",
    "PULUMI_ACCESS_TOKEN": "pul-users-own",
    "PULUMI_DEBUG_PROVIDERS": "aws:1",
}

PROGRAM = """
import os
ours = {name: value for name, value in os.environ.items()}
pulumi.export("seen", [name for name, value in sorted(ours.items()) if "users-own" in value or "192.0.2.1" in value])
zones = aws.get_availability_zones(state="available")
vpc = aws.ec2.Vpc("main", cidr_block="10.0.0.0/16")
aws.ec2.Subnet("sub", vpc_id=vpc.id, cidr_block="10.0.1.0/24", availability_zone=zones.names[0])
pulumi.export("account", aws.get_caller_identity().account_id)
"""


def alone_with(report: Path, command: list[str], environment: dict[str, str]) -> dict[str, Any]:
    """Run a command without any network; the report. Skips where the kernel gives no namespace."""
    answer = subprocess.run(
        [sys.executable, alone.__file__, str(report), *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT,
    )
    if answer.returncode == alone.NOT_AVAILABLE:
        pytest.skip(answer.stderr.strip())
    print(answer.stdout, answer.stderr)
    return dict(json.loads(report.read_text()))


@pytest.mark.skipif(sys.platform != "linux", reason="network namespaces are Linux's")
def test_the_trap_notices_a_call_that_leaves(stand: Stand, tmp_path: Path) -> None:
    code = f"import socket; socket.create_connection(('{ELSEWHERE}', 443), timeout=2)"
    report = alone_with(tmp_path / "report", [sys.executable, "-c", code], stand.users({}))
    assert report["refused"] > 0
    assert report["code"] != 0


@pytest.mark.skipif(sys.platform != "linux", reason="network namespaces are Linux's")
def test_up_and_down_work_without_a_network_and_try_none(stand: Stand, tmp_path: Path) -> None:
    stand.write(PROGRAM)
    kept = tmp_path / "kept"
    up, down = shlex.join(stand.command("up")), shlex.join(stand.command("down"))
    both = f'{up} && cp -r "{stand.state}/state" "{kept}" && {down}'
    report = alone_with(tmp_path / "report", ["sh", "-c", both], stand.users(USERS))
    assert report == {"refused": 0, "code": 0}
    assert not stand.state.exists()
    state = json.loads(next(kept.rglob("stacks/**/dev.json")).read_text())
    stack = next(
        one for one in state["checkpoint"]["latest"]["resources"] if one["type"] == "pulumi:pulumi:Stack"
    )
    assert stack["outputs"] == {"seen": [], "account": "111111111111"}
