"""Snapshots, copies of them, and backups in another Region."""

from __future__ import annotations

import pytest

from tests.tools.emulator.services.databases import aurora, postgres
from tests.tools.emulator.services.world import World, lifecycle

SNAPSHOT = "aws:rds/snapshot:Snapshot"
OF_CLUSTER = "aws:rds/clusterSnapshot:ClusterSnapshot"


def test_snapshot_of_an_instance(world: World) -> None:
    postgres(world)
    made = world.create(
        SNAPSHOT,
        dbInstanceIdentifier="db",
        dbSnapshotIdentifier="s",
        sharedAccounts=["222222222222"],
        tags={"a": "b"},
    )
    assert made.outputs["dbSnapshotArn"].endswith(":snapshot:s")
    assert world.imported(SNAPSHOT, "s")[1]["dbInstanceIdentifier"] == "db"
    made.update(sharedAccounts=["all"])
    lifecycle(made)


def test_snapshot_of_a_cluster(world: World) -> None:
    aurora(world)
    made = world.create(
        OF_CLUSTER, dbClusterIdentifier="db", dbClusterSnapshotIdentifier="s", tags={"a": "b"}
    )
    assert made.outputs["dbClusterSnapshotArn"].endswith(":cluster-snapshot:s")
    made.update(sharedAccounts=["222222222222"], tags={"c": "d"})
    lifecycle(made)


@pytest.mark.parametrize("kind", ["", "Cluster"])
def test_copy_of_a_snapshot_with_another_key(world: World, kind: str) -> None:
    if kind:
        aurora(world)
        world.create(OF_CLUSTER, dbClusterIdentifier="db", dbClusterSnapshotIdentifier="s")
    else:
        postgres(world)
        world.create(SNAPSHOT, dbInstanceIdentifier="db", dbSnapshotIdentifier="s")
    key = world.create("aws:kms/key:Key").outputs["arn"]
    names = {f"sourceDb{kind}SnapshotIdentifier": "s", f"targetDb{kind}SnapshotIdentifier": "t"}
    token = f"aws:rds/{'clusterSnapshotCopy' if kind else 'snapshotCopy'}:{kind}SnapshotCopy"
    lifecycle(world.create(token, kmsKeyId=key, tags={"a": "b"}, **names))


def test_backups_go_to_another_region(world: World) -> None:
    source = postgres(world, backupRetentionPeriod=7).outputs["arn"]
    token = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
    made = world.create(token, region="eu-west-1", sourceDbInstanceArn=source, retentionPeriod=14)
    assert ":rds:eu-west-1:" in made.id
    lifecycle(made)
