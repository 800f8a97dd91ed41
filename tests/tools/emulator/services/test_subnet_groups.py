"""Subnet groups of databases and caches, and parameter groups."""

from __future__ import annotations

import pytest

from tests.tools.emulator.services.world import World, lifecycle


@pytest.fixture
def subnets(world: World) -> list[str]:
    ec2 = world.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    return [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"us-east-1{z}")["Subnet"][
            "SubnetId"
        ]
        for n, z in enumerate("abc")
    ]


@pytest.mark.parametrize("service", ["rds", "elasticache"])
def test_subnet_group(world: World, subnets: list[str], service: str) -> None:
    token = f"aws:{service}/subnetGroup:SubnetGroup"
    group = world.create(token, name="data", subnetIds=subnets[:2], description="Data tier", tags={"a": "b"})
    assert group.id == "data"
    assert group.outputs["vpcId"].startswith("vpc-")
    assert group.refresh() == group.inputs
    group.update(subnetIds=subnets, tags={"c": "d"})
    assert sorted(group.outputs["subnetIds"]) == sorted(subnets)
    imported, inputs = world.imported(token, "data")
    assert (imported, inputs["description"], inputs["tags"]) == ("data", "Data tier", {"c": "d"})
    lifecycle(group)


@pytest.mark.parametrize("kind", ["parameterGroup", "clusterParameterGroup"])
def test_parameter_group(world: World, kind: str) -> None:
    token = f"aws:rds/{kind}:{kind[0].upper()}{kind[1:]}"
    forced = [{"name": "rds.force_ssl", "value": "1"}]
    group = world.create(token, name="pg", family="aurora-postgresql16", parameters=forced, tags={"a": "b"})
    assert group.outputs["family"] == "aurora-postgresql16"
    assert world.imported(token, "pg")[1]["name"] == "pg"
    lifecycle(group)
