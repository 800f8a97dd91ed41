"""`make up`, `preview` and `down` as a user meets them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.live.stand import ROOT, Stand
from tools import emulator

PROGRAM = """
vpc = aws.ec2.Vpc("main", cidr_block="10.0.0.0/16")
aws.ec2.Subnet("sub", vpc_id=vpc.id, cidr_block="10.0.1.0/24")
pulumi.export("vpc", vpc.id)
"""


def files(folder: Path) -> dict[str, str]:
    """The project's own files, as they are in version control."""
    return {one.name: one.read_text() for one in folder.iterdir() if one.is_file()}


def test_up_deploys_says_what_there_is_and_changes_nothing_the_second_time(stand: Stand) -> None:
    stand.write(PROGRAM)
    checkout = files(stand.folder)
    first = stand.make("up")
    assert first.returncode == 0, first.stdout + first.stderr
    assert "+ 3 created" in first.stdout
    assert "2 resources exist in the embedded AWS for real, 0 are recorded only" in first.stdout
    assert f"AWS_ENDPOINT_URL={stand.environment()['AWS_ENDPOINT_URL']}" in first.stdout
    assert 'vpc: "vpc-' in first.stdout
    assert "deploying small/dev" in first.stdout.rsplit("==> time:", 1)[1]
    second = stand.make("up")
    assert "nothing changed: all 3 resources are as the program says" in second.stdout
    assert files(stand.folder) == checkout

    down = stand.make("down")
    assert down.returncode == 0, down.stdout + down.stderr
    assert "nothing is left" in down.stdout
    assert not stand.state.exists()
    assert files(stand.folder) == checkout
    assert "nothing to take down" in stand.make("down").stdout


def test_preview_needs_no_running_aws_and_leaves_none(stand: Stand) -> None:
    stand.write(PROGRAM)
    answer = stand.make("preview")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "+ 3 to create" in answer.stdout
    plan = json.loads((stand.folder / "build" / "plan.json").read_text())
    assert plan["changeSummary"] == {"create": 3}
    vpc = next(step for step in plan["steps"] if step["urn"].endswith("::main"))
    assert vpc["newState"]["inputs"]["cidrBlock"] == "10.0.0.0/16"
    assert emulator.find((stand.state / "aws").resolve()) is None


def test_a_rule_of_the_pack_stops_a_deployment_before_anything_exists(stand: Stand) -> None:
    (stand.folder / "policies").symlink_to(ROOT / "policies")
    stand.write(PROGRAM)
    answer = stand.make("up")
    assert answer.returncode != 0
    assert "[mandatory]" in answer.stdout
    assert "vpc-flow-log-all" in answer.stdout
    assert "KeyboardInterrupt" not in answer.stdout
    assert all(vpc["IsDefault"] for vpc in stand.aws("ec2").describe_vpcs()["Vpcs"])
    assert stand.resources() == []


def test_a_failing_program_is_told_once_with_its_own_line(stand: Stand) -> None:
    stand.write("raise RuntimeError('no such plan')")
    answer = stand.make("up")
    assert answer.returncode != 0
    assert "RuntimeError: no such plan" in answer.stdout
    assert "__main__.py" in answer.stdout
    assert "non-zero exit code" not in answer.stdout


def test_two_stacks_stand_side_by_side(stand: Stand) -> None:
    stand.write(PROGRAM)
    assert stand.make("up").returncode == 0
    (stand.folder / "Pulumi.other.yaml").write_text("config:\n  aws:region: eu-west-1\n")
    other = stand.make("up", stack="other")
    assert other.returncode == 0, other.stdout
    down = stand.make("down")
    assert "other stacks stay: other" in down.stdout
    assert stand.aws("ec2").describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.0.0.0/16"]}])["Vpcs"] == []
    assert "nothing is left" in stand.make("down", stack="other").stdout


def test_a_second_make_at_the_same_time_is_told_to_wait(stand: Stand) -> None:
    stand.write(PROGRAM)
    first = stand.start("up")
    assert first.stdout is not None
    while "starting the embedded AWS" not in first.stdout.readline():
        assert first.poll() is None
    second = stand.make("up")
    first.communicate()
    assert first.returncode == 0
    assert second.returncode == 1
    assert second.stderr.count("\n") == 1
    assert "another `make` works on this project" in second.stderr
