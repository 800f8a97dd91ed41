"""A stack's life on the real CLI: up, up again, a change, a replacement, drift, the end."""

from __future__ import annotations

from tests.live.stand import Stand

PROGRAM = """
vpc = aws.ec2.Vpc("main", cidr_block="10.0.0.0/16", tags={{"Name": "{name}"}})
for zone in ("a", "b"):
    aws.ec2.Subnet(f"sub-{{zone}}", vpc_id=vpc.id, cidr_block="10.0.{third}." + ("0/25" if zone == "a" else "128/25"),
                   availability_zone=f"us-east-1{{zone}}")
pulumi.export("vpc", vpc.id)
"""


def test_a_stack_from_its_first_deployment_to_its_end(stand: Stand) -> None:
    stand.write(PROGRAM.format(name="first", third=1))
    assert stand.up() == {"create": 4}
    vpc = stand.outputs()["vpc"]
    ec2 = stand.aws("ec2")
    assert ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["CidrBlock"] == "10.0.0.0/16"

    assert stand.up() == {"same": 4}

    stand.write(PROGRAM.format(name="second", third=1))
    plan = stand.plan()
    assert {name: step["op"] for name, step in plan.items() if name != "small-dev"} == {"main": "update"}
    assert stand.up() == {"same": 3, "update": 1}
    assert {"Key": "Name", "Value": "second"} in ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["Tags"]

    before = {one["id"] for one in stand.resources() if "subnet" in one["type"]}
    stand.write(PROGRAM.format(name="second", third=2))
    assert stand.plan()["sub-a"]["replaceReasons"] == ["cidrBlock"]
    assert stand.up()["replace"] == 2
    after = {one["id"] for one in stand.resources() if "subnet" in one["type"]}
    assert before.isdisjoint(after)
    there = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
    assert {one["SubnetId"] for one in there} == after

    ec2.create_tags(Resources=[vpc], Tags=[{"Key": "Name", "Value": "drifted"}])
    gone = min(after)
    ec2.delete_subnet(SubnetId=gone)
    changes = stand.change("refresh", "--yes", "--skip-preview")
    assert (changes["update"], changes["delete"]) == (1, 1)
    assert gone not in {one["id"] for one in stand.resources()}
    repaired = stand.up()
    assert (repaired["create"], repaired["update"]) == (1, 1)
    assert {"Key": "Name", "Value": "second"} in ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["Tags"]

    assert stand.change("destroy", "--yes", "--skip-preview") == {"delete": 4}
    assert stand.resources() == []
    assert vpc not in {one["VpcId"] for one in ec2.describe_vpcs()["Vpcs"]}
