"""Databases for the tests of RDS."""

from __future__ import annotations

from typing import Any

from tests.tools.emulator.services.world import Live, World

CLUSTER = "aws:rds/cluster:Cluster"
MEMBER = "aws:rds/clusterInstance:ClusterInstance"
INSTANCE = "aws:rds/instance:Instance"


def subnets(world: World) -> list[str]:
    """Two subnets of a new VPC, in two zones."""
    ec2 = world.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    zones = enumerate("ab")
    made = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"{world.place.region}{z}")
        for n, z in zones
    ]
    return [one["Subnet"]["SubnetId"] for one in made]


def subnet_group(world: World) -> str:
    """A subnet group named `data`."""
    return world.create("aws:rds/subnetGroup:SubnetGroup", name="data", subnetIds=subnets(world)).id


def aurora(world: World, name: str = "db", region: str = "", **more: Any) -> Live:
    """An Aurora PostgreSQL cluster."""
    given: dict[str, Any] = {
        "clusterIdentifier": name,
        "engine": "aurora-postgresql",
        "engineVersion": "16.4",
        "masterUsername": "admin1",
        "masterPassword": "not-a-secret",
        "skipFinalSnapshot": True,
    }
    wanted = {key: value for key, value in {**given, **more}.items() if value is not None}
    return world.create(CLUSTER, region=region, **wanted)


def member(world: World, name: str = "one", cluster: str = "db", region: str = "", **more: Any) -> Live:
    """An instance of an Aurora PostgreSQL cluster."""
    given = {"identifier": name, "clusterIdentifier": cluster, "engine": "aurora-postgresql"}
    return world.create(MEMBER, region=region, instanceClass="db.serverless", **given, **more)


def postgres(world: World, name: str = "db", **more: Any) -> Live:
    """A single PostgreSQL instance."""
    given: dict[str, Any] = {
        "identifier": name,
        "engine": "postgres",
        "engineVersion": "16.4",
        "instanceClass": "db.t4g.micro",
        "allocatedStorage": 20,
        "username": "admin1",
        "password": "not-a-secret",
        "skipFinalSnapshot": True,
    }
    return world.create(
        INSTANCE, **{key: value for key, value in {**given, **more}.items() if value is not None}
    )
