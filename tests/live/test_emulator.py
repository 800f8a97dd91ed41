"""Several accounts, Regions and stacks at once on one embedded AWS, and its sudden end in the middle of an `up`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor

from tests.live.stand import LIMIT, Stand
from tools import emulator

SEVERAL = """
stage = pulumi.Config().get("stage") or "one"
europe = aws.Provider("europe", region="eu-west-1" if stage != "three" else "eu-west-2",
                      assume_roles=[{"role_arn": "arn:aws:iam::222222222222:role/deployment"}],
                      default_tags={"tags": {"stage": stage}})
china = aws.Provider("china", region="cn-north-1")

class Pair(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("small:index:Pair", name, None, opts)
        self.vpc = aws.ec2.Vpc(f"{name}-vpc", cidr_block="10.0.0.0/16", opts=pulumi.ResourceOptions(parent=self))

home = aws.ec2.Vpc("home", cidr_block="10.0.0.0/16", tags={"own": "1"})
far = aws.ec2.Vpc("far", cidr_block="10.0.0.0/16", region="ap-southeast-2")
late = aws.Provider("late", region=home.id.apply(lambda _: "us-west-2"))
there = aws.ec2.Vpc("there", cidr_block="10.0.0.0/16", opts=pulumi.ResourceOptions(provider=late))
pair = Pair("pair", pulumi.ResourceOptions(providers=[europe]))
east = aws.ec2.Vpc("east", cidr_block="10.0.0.0/16", opts=pulumi.ResourceOptions(provider=china))
hidden = aws.docdb.Cluster("db", master_username="u", master_password=pulumi.Output.secret("hunter2hunter2"),
                           skip_final_snapshot=True)
for name, vpc in {"home": home, "far": far, "there": there, "pair": pair.vpc, "east": east}.items():
    pulumi.export(name, pulumi.Output.all(vpc.arn, vpc.tags_all).apply(lambda both: [both[0].rsplit(":", 1)[0], both[1]]))
"""


def test_accounts_regions_partitions_and_default_tags(stand: Stand) -> None:
    stand.write(SEVERAL)
    (stand.folder / "Pulumi.dev.yaml").write_text(
        "config:\n  aws:region: us-east-2\n  aws:defaultTags:\n    tags:\n      team: data\n"
    )
    assert set(stand.change("up", "--yes", "--skip-preview")) == {"create"}
    outputs = stand.outputs()
    assert outputs == {
        "home": ["arn:aws:ec2:us-east-2:111111111111", {"own": "1", "team": "data"}],
        "far": ["arn:aws:ec2:ap-southeast-2:111111111111", {"team": "data"}],
        "there": ["arn:aws:ec2:us-west-2:111111111111", {}],
        "pair": ["arn:aws:ec2:eu-west-1:222222222222", {"stage": "one"}],
        "east": ["arn:aws-cn:ec2:cn-north-1:111111111111", {}],
    }
    assert "hunter2" not in stand.pulumi("stack", "export").stdout
    assert stand.change("refresh", "--yes", "--skip-preview").keys() <= {"same"}
    assert set(stand.up()) == {"same"}

    stand.pulumi("config", "set", "stage", "two")
    plan = stand.plan()
    assert {name: step["op"] for name, step in plan.items()} == {"europe": "update", "pair-vpc": "update"}
    assert stand.up()["update"] == 2
    stand.pulumi("config", "set", "stage", "three")
    assert stand.up()["replace"] == 2
    assert stand.outputs()["pair"] == ["arn:aws:ec2:eu-west-2:222222222222", {"stage": "three"}]
    assert set(stand.change("destroy", "--yes", "--skip-preview")) == {"delete"}


MANY = """
roles = [aws.iam.Role(f"role-{n}", assume_role_policy='{"Version": "2012-10-17", "Statement": []}') for n in range(10)]
for number in range(30):
    vpc = aws.ec2.Vpc(f"vpc-{number}", cidr_block="10.0.0.0/16")
    aws.ec2.Subnet(f"subnet-{number}", vpc_id=vpc.id, cidr_block="10.0.0.0/24")
"""
COUNT = 70


def test_the_embedded_aws_dies_and_the_deployment_goes_on(stand: Stand) -> None:
    stand.write(MANY)
    assert stand.pulumi("stack", "init", "dev").returncode == 0
    running = emulator.ensure_running(stand.state / "aws")
    up = subprocess.Popen(
        [stand.engine.pulumi, "up", "--yes", "--skip-preview", "--non-interactive"],
        cwd=stand.folder,
        env=stand.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert up.stdout is not None
    seen = 0
    for line in up.stdout:
        seen += " created (" in line
        if seen == 8:
            os.kill(running.pid, signal.SIGKILL)
            break
    up.stdout.read()
    assert up.wait(LIMIT) != 0
    # What the engine was told of is there again; what it was not told of yet is pending, and AWS may have it or not.
    again = stand.pulumi("up", "--yes", "--skip-preview")
    assert again.returncode == 0, again.stdout + again.stderr
    state = stand.resources()
    assert len(state) == COUNT
    there = {one["VpcId"] for one in stand.aws("ec2").describe_vpcs()["Vpcs"]}
    assert {one["id"] for one in state if one["type"] == "aws:ec2/vpc:Vpc"} <= there
    assert set(stand.up()) == {"same"}


def test_two_stacks_at_once(stand: Stand) -> None:
    stand.write("aws.s3.Bucket('files')\n" + MANY)
    for stack in ("one", "two"):
        (stand.folder / f"Pulumi.{stack}.yaml").write_text("config:\n  aws:region: us-east-1\n")
        assert stand.pulumi("stack", "init", stack).returncode == 0
    command = ("--yes", "--skip-preview", "--stack")
    with ThreadPoolExecutor(2) as pool:
        ups = list(pool.map(lambda stack: stand.pulumi("up", *command, stack), ("one", "two")))
        assert [up.returncode for up in ups] == [0, 0], ups[0].stdout + ups[1].stdout
        states = [
            json.loads(stand.pulumi("stack", "export", "--stack", stack).stdout) for stack in ("one", "two")
        ]
        ids = [
            {one["id"] for one in state["deployment"]["resources"] if one.get("custom")} for state in states
        ]
        assert not ids[0] & ids[1], "each stack has resources of its own"
        first = stand.pulumi("destroy", *command, "one")
        assert first.returncode == 0, first.stdout
        assert "unchanged" in stand.pulumi("refresh", *command, "two").stdout
    assert stand.pulumi("destroy", *command, "two").returncode == 0


def test_an_import_of_a_recorded_resource(stand: Stand) -> None:
    stand.write("""
    policy = aws.glue.Registry("one", registry_name="one")
    pulumi.export("id", policy.id)
    """)
    stand.up()
    made = stand.outputs()["id"]
    stand.write("")
    stand.pulumi("state", "delete", "--all", "--yes", "--force")
    imported = stand.pulumi(
        "import", "aws:glue/registry:Registry", "one", made, "--yes", "--generate-code=false"
    )
    assert imported.returncode == 0, imported.stdout + imported.stderr
    assert [one["id"] for one in stand.resources() if one["type"] == "aws:glue/registry:Registry"] == [made]
    missing = stand.pulumi(
        "import", "aws:glue/registry:Registry", "two", made + "x", "--yes", "--generate-code=false"
    )
    assert missing.returncode != 0
    assert "does not exist" in missing.stdout + missing.stderr
