"""An `up` that ends before its time: by Ctrl-C it ends orderly, killed it can be continued all the same."""

from __future__ import annotations

import os
import random
import signal
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.live.stand import Stand
from tools import emulator

PROGRAM = """
import json
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
vpc = aws.ec2.Vpc("main", cidr_block="10.0.0.0/16")
last = vpc
for number in range(16):
    last = aws.ec2.Subnet(f"sub-{number}", vpc_id=vpc.id, cidr_block=f"10.0.{number}.0/24",
                          opts=pulumi.ResourceOptions(depends_on=[last]))
    aws.iam.Role(f"role-{number}", name=f"role-{number}", assume_role_policy=TRUST,
                 opts=pulumi.ResourceOptions(depends_on=[last]))
"""
RESOURCES = 33
"""A chain of 16 subnets, each with a role of a fixed name (a second one of that name would be refused), and their VPC."""


def engine_of(flow: subprocess.Popen[str]) -> int:
    """The process of the CLI that a flow has started."""
    children = Path(f"/proc/{flow.pid}/task/{flow.pid}/children").read_text().split()
    return next(int(pid) for pid in children if Path(f"/proc/{pid}/comm").read_text().strip() == "pulumi")


def until(flow: subprocess.Popen[str], created: int) -> list[str]:
    """Read what a flow prints until so many resources were created."""
    assert flow.stdout is not None
    lines: list[str] = []
    while sum(" created (" in line for line in lines) < created:
        line = flow.stdout.readline()
        assert line, "".join(lines)
        lines.append(line)
    return lines


def assert_complete(stand: Stand) -> None:
    """The state and the AWS have exactly the program's resources."""
    state = Counter(one["type"] for one in stand.resources() if "providers" not in one["type"])
    assert state.total() == RESOURCES
    ids = {one["id"] for one in stand.resources()}
    subnets = stand.aws("ec2").describe_subnets(Filters=[{"Name": "cidr-block", "Values": ["10.0.*.0/24"]}])[
        "Subnets"
    ]
    assert {one["SubnetId"] for one in subnets} == {one for one in ids if one.startswith("subnet-")}
    roles = [one["RoleName"] for one in stand.aws("iam").list_roles()["Roles"]]
    assert sorted(one for one in roles if one.startswith("role-")) == sorted(
        f"role-{number}" for number in range(16)
    )


def test_ctrl_c_ends_an_up_orderly_and_the_next_one_continues(stand: Stand) -> None:
    stand.write(PROGRAM)
    flow = stand.start("up")
    until(flow, created=5)
    os.kill(flow.pid, signal.SIGINT)
    rest, _ = flow.communicate(timeout=60)
    assert flow.returncode != 0
    assert "what was finished is kept" in rest
    assert "Traceback" not in rest
    kept = len(stand.resources())
    assert 5 <= kept < RESOURCES
    again = stand.make("up")
    assert again.returncode == 0, again.stdout + again.stderr
    assert "killed" not in again.stdout
    assert_complete(stand)
    assert "nothing changed" in stand.make("up").stdout


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the engine's process in /proc")
@pytest.mark.parametrize("half", [0, 1])
def test_an_up_whose_engine_was_killed_is_continued(stand: Stand, half: int) -> None:
    created = random.randrange(half * 14 + 1, half * 14 + 15)  # another point with every run
    print(f"killed after {created} resources")
    stand.write(PROGRAM)
    flow = stand.start("up")
    until(flow, created)
    os.kill(engine_of(flow), signal.SIGKILL)
    flow.communicate(timeout=60)
    assert flow.returncode != 0
    again = stand.make("up")
    assert again.returncode == 0, again.stdout + again.stderr
    assert_complete(stand)
    assert "nothing changed" in stand.make("up").stdout


def test_an_embedded_aws_that_was_killed_comes_back_with_its_resources(stand: Stand) -> None:
    stand.write(PROGRAM)
    assert stand.make("up").returncode == 0
    running = emulator.find((stand.state / "aws").resolve())
    assert running is not None
    os.kill(running.pid, signal.SIGKILL)
    again = stand.make("up")
    assert "nothing changed" in again.stdout, again.stdout + again.stderr
    assert_complete(stand)
    refreshed = stand.pulumi("refresh", "--yes", "--skip-preview", "--stack", "dev")
    assert f"{RESOURCES + 1} unchanged" in refreshed.stdout, refreshed.stdout + refreshed.stderr
