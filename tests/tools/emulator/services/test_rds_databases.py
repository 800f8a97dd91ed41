"""Clusters and instances of databases."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.tools.emulator.services.world import Live, World, lifecycle

CLUSTER = "aws:rds/cluster:Cluster"
INSTANCE = "aws:rds/instance:Instance"


@pytest.fixture
def group(world: World) -> str:
    ec2 = world.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"us-east-1{z}")["Subnet"][
            "SubnetId"
        ]
        for n, z in enumerate("ab")
    ]
    return world.create("aws:rds/subnetGroup:SubnetGroup", name="data", subnetIds=subnets).id


def aurora(world: World, group: str, **more: Any) -> Live:
    given: dict[str, Any] = {
        "clusterIdentifier": "db",
        "engine": "aurora-postgresql",
        "engineVersion": "16",
        "databaseName": "app",
        "masterUsername": "admin1",
        "masterPassword": "not-a-secret",
        "dbSubnetGroupName": group,
        "storageEncrypted": True,
        "iamDatabaseAuthenticationEnabled": True,
        "backupRetentionPeriod": 7,
        "serverlessv2ScalingConfiguration": {"minCapacity": 0.5, "maxCapacity": 2},
        "enabledCloudwatchLogsExports": ["postgresql"],
        "skipFinalSnapshot": True,
        "tags": {"a": "b"},
    }
    return world.create(CLUSTER, **{**given, **more})


def test_cluster_and_its_instances(world: World, group: str) -> None:
    cluster = aurora(world, group)
    assert cluster.id == "db"
    assert cluster.outputs["arn"] == f"arn:aws:rds:us-east-1:{world.place.account}:cluster:db"
    assert cluster.outputs["endpoint"] != cluster.outputs["readerEndpoint"]
    assert cluster.refresh() == cluster.inputs
    token = "aws:rds/clusterInstance:ClusterInstance"
    instance = world.create(
        token,
        identifier="one",
        clusterIdentifier="db",
        engine="aurora-postgresql",
        instanceClass="db.serverless",
    )
    assert instance.outputs["port"]
    assert instance.refresh() == instance.inputs
    assert world.imported(token, "one")[1]["clusterIdentifier"] == "db"
    cluster.update(backupRetentionPeriod=14, tags={"c": "d"})
    there = world.client("rds").describe_db_clusters(DBClusterIdentifier="db")["DBClusters"][0]
    assert there["BackupRetentionPeriod"] == 14
    lifecycle(instance)
    lifecycle(cluster)


def test_a_protected_cluster_stays(world: World, group: str) -> None:
    cluster = aurora(world, group, deletionProtection=True)
    with pytest.raises(ClientError, match=r"(?i)protect"):
        cluster.delete()
    cluster.update(deletionProtection=False)
    lifecycle(cluster)


def test_a_cluster_is_not_deleted_without_a_word_on_its_data(world: World, group: str) -> None:
    cluster = aurora(world, group, skipFinalSnapshot=False)
    with pytest.raises(ValueError, match="finalSnapshotIdentifier"):
        cluster.delete()
    cluster.inputs["finalSnapshotIdentifier"] = "last"
    cluster.delete()
    found = world.client("rds").describe_db_cluster_snapshots(DBClusterIdentifier="db")["DBClusterSnapshots"]
    assert "last" in [snapshot["DBClusterSnapshotIdentifier"] for snapshot in found]


def test_single_instance(world: World, group: str) -> None:
    instance = world.create(
        INSTANCE,
        identifier="db",
        engine="postgres",
        engineVersion="16.4",
        instanceClass="db.t4g.micro",
        allocatedStorage=20,
        dbName="app",
        username="admin1",
        password="not-a-secret",
        dbSubnetGroupName=group,
        storageEncrypted=True,
        multiAz=True,
        skipFinalSnapshot=True,
        tags={"a": "b"},
    )
    assert instance.id.startswith("db-")
    assert instance.outputs["endpoint"] == f"{instance.outputs['address']}:5432"
    assert instance.refresh() == instance.inputs
    instance.update(allocatedStorage=50, tags={"c": "d"})
    there = world.client("rds").describe_db_instances(DBInstanceIdentifier="db")["DBInstances"][0]
    assert there["AllocatedStorage"] == 50
    imported, inputs = world.imported(INSTANCE, "db")
    assert (imported, inputs["identifier"]) == (instance.id, "db")
    lifecycle(instance)
