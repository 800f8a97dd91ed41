"""The programs that are measured: an empty one, and one with N resources of a usual mix."""

from __future__ import annotations

from pathlib import Path

PROJECT = "name: {name}\nruntime:\n  name: python\n"

EMPTY = '"""A program without resources."""\n'

MIXED = '''"""A VPC for every hundred resources; the rest as in a usual stack."""
import json

import pulumi
import pulumi_aws as aws

COUNT = pulumi.Config().require_int("count")
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
made, block = 0, 0


def more() -> bool:
    global made
    made += 1
    return made <= COUNT


while made < COUNT:
    more()
    vpc = aws.ec2.Vpc(f"vpc-{block}", cidr_block=f"10.{block}.0.0/16", tags={"Name": f"vpc-{block}"})
    for i in range(33):
        if more():
            aws.ec2.Subnet(f"subnet-{block}-{i}", vpc_id=vpc.id, cidr_block=f"10.{block}.{i}.0/24",
                           availability_zone="us-east-1a", tags={"Name": f"subnet-{block}-{i}"})
        if more():
            aws.ec2.SecurityGroup(f"group-{block}-{i}", vpc_id=vpc.id, description="measured", tags={"a": "b"})
        if more():
            aws.iam.Role(f"role-{block}-{i}", assume_role_policy=TRUST, tags={"a": "b"})
    block += 1
'''


def write(folder: Path, name: str, source: str) -> Path:
    """A project folder with one program."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Pulumi.yaml").write_text(PROJECT.format(name=name), encoding="utf-8")
    (folder / "__main__.py").write_text(source, encoding="utf-8")
    return folder
