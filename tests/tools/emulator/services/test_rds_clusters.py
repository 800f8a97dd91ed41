"""Aurora clusters: what they keep, what changes in place, what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.tools.emulator.services.databases import CLUSTER, aurora, member, subnet_group
from tests.tools.emulator.services.world import World, lifecycle
from tools.emulator.services import adapter
from tools.emulator.services.rds_clusters import CLUSTER as DECLARED

EVERYTHING: dict[str, Any] = {
    "autoMinorVersionUpgrade": False,
    "backupRetentionPeriod": 7,
    "caCertificateIdentifier": "rds-ca-ecc384-g1",
    "copyTagsToSnapshot": True,
    "databaseInsightsMode": "advanced",
    "databaseName": "app",
    "enableHttpEndpoint": True,
    "enabledCloudwatchLogsExports": ["postgresql"],
    "engineLifecycleSupport": "open-source-rds-extended-support-disabled",
    "iamDatabaseAuthenticationEnabled": True,
    "monitoringInterval": 30,
    "monitoringRoleArn": "arn:aws:iam::111111111111:role/monitoring",
    "networkType": "IPV4",
    "performanceInsightsEnabled": True,
    "performanceInsightsRetentionPeriod": 465,
    "port": 5433,
    "preferredBackupWindow": "02:00-03:00",
    "preferredMaintenanceWindow": "sun:04:00-sun:05:00",
    "serverlessv2ScalingConfiguration": {"minCapacity": 0, "maxCapacity": 4, "secondsUntilAutoPause": 600},
    "storageEncrypted": True,
    "storageType": "aurora-iopt1",
    "tags": {"a": "b"},
}


def test_everything_that_is_given_is_there(world: World) -> None:
    key = world.create("aws:kms/key:Key").outputs["arn"]
    cluster = aurora(
        world,
        dbSubnetGroupName=subnet_group(world),
        kmsKeyId=key,
        performanceInsightsKmsKeyId=key,
        **EVERYTHING,
    )
    imported = world.imported(CLUSTER, "db")[1]
    expected = {name: imported.get(name) for name in EVERYTHING}
    assert expected == EVERYTHING
    assert imported["kmsKeyId"] == imported["performanceInsightsKmsKeyId"] == key
    assert cluster.outputs["clusterResourceId"].startswith("cluster-")
    assert cluster.outputs["endpoint"] != cluster.outputs["readerEndpoint"]
    assert cluster.outputs["arn"] == f"arn:aws:rds:us-east-1:{world.place.account}:cluster:db"
    lifecycle(cluster)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("backupRetentionPeriod", 7, 14),
        ("copyTagsToSnapshot", True, False),
        ("databaseInsightsMode", "standard", "advanced"),
        ("deletionProtection", True, False),
        ("enableHttpEndpoint", False, True),
        ("enabledCloudwatchLogsExports", ["postgresql"], ["instance", "postgresql"]),
        ("enabledCloudwatchLogsExports", ["postgresql"], []),
        ("engineVersion", "16.4", "16.6"),
        ("iamDatabaseAuthenticationEnabled", False, True),
        ("performanceInsightsEnabled", True, False),
        ("preferredBackupWindow", "02:00-03:00", "03:00-04:00"),
        (
            "serverlessv2ScalingConfiguration",
            {"minCapacity": 1, "maxCapacity": 2},
            {"minCapacity": 0.5, "maxCapacity": 8},
        ),
        ("storageType", "aurora", "aurora-iopt1"),
    ],
)
def test_what_changes_in_place(world: World, name: str, before: Any, after: Any) -> None:
    cluster = aurora(world, **{name: before})
    resource_id = cluster.outputs["clusterResourceId"]
    assert name not in DECLARED.replacing(cluster.inputs, {**cluster.inputs, name: after})
    outputs = cluster.update(**{name: after})
    assert outputs.get(name, []) == after
    assert outputs["clusterResourceId"] == resource_id
    assert cluster.refresh() == cluster.inputs


def test_a_new_major_version_needs_permission(world: World) -> None:
    cluster = aurora(world)
    with pytest.raises(ClientError, match="AllowMajorVersionUpgrade"):
        cluster.update(engineVersion="17.4")
    assert (
        cluster.update(engineVersion="17.4", allowMajorVersionUpgrade=True)["engineVersionActual"] == "17.4"
    )


def test_the_program_may_leave_the_minor_version_to_aws(world: World) -> None:
    cluster = aurora(world, engineVersion="16.4")
    cluster.inputs["engineVersion"] = "16"
    refreshed = cluster.refresh()
    assert refreshed is not None
    assert refreshed["engineVersion"] == "16"


def test_the_managed_password_is_a_secret_that_secrets_manager_has(world: World) -> None:
    cluster = aurora(world, masterPassword=None, manageMasterUserPassword=True)
    (secret,) = cluster.outputs["masterUserSecrets"]
    text = world.client("secretsmanager").get_secret_value(SecretId=secret["secretArn"])["SecretString"]
    assert json.loads(text)["username"] == "admin1"
    assert secret["kmsKeyId"].startswith("arn:aws:kms:")
    assert cluster.refresh() == cluster.inputs
    assert aurora(world, name="plain").outputs["masterUserSecrets"] == []
    cluster.delete()
    with pytest.raises(ClientError, match="ResourceNotFound"):
        world.client("secretsmanager").describe_secret(SecretId=secret["secretArn"])


def test_a_protected_cluster_stays(world: World) -> None:
    cluster = aurora(world, deletionProtection=True)
    with pytest.raises(ClientError, match=r"(?i)protect"):
        cluster.delete()
    cluster.update(deletionProtection=False)
    lifecycle(cluster)


def test_a_cluster_is_not_deleted_without_a_word_on_its_data(world: World) -> None:
    cluster = aurora(world, skipFinalSnapshot=False)
    with pytest.raises(ValueError, match="finalSnapshotIdentifier"):
        cluster.delete()
    cluster.inputs["finalSnapshotIdentifier"] = "last"
    cluster.delete()
    found = world.client("rds").describe_db_cluster_snapshots(DBClusterIdentifier="db")["DBClusterSnapshots"]
    assert "last" in [snapshot["DBClusterSnapshotIdentifier"] for snapshot in found]


def test_a_cluster_of_a_snapshot_has_its_data_and_the_programs_settings(world: World) -> None:
    old = aurora(world, databaseName="app", storageEncrypted=True, port=5433)
    world.client("rds").create_db_cluster_snapshot(
        DBClusterIdentifier="db", DBClusterSnapshotIdentifier="saved"
    )
    new = aurora(
        world,
        name="new",
        masterUsername=None,
        masterPassword="also-not-a-secret",
        snapshotIdentifier="saved",
        backupRetentionPeriod=9,
        deletionProtection=True,
        tags={"a": "b"},
    )
    there = {
        name: new.outputs.get(name) for name in ("databaseName", "masterUsername", "storageEncrypted", "port")
    }
    assert there == {name: old.outputs.get(name) for name in there}
    assert new.outputs["backupRetentionPeriod"] == 9
    assert new.outputs["clusterResourceId"] != old.outputs["clusterResourceId"]
    assert new.refresh() == new.inputs
    assert "snapshotIdentifier" not in DECLARED.replacing(new.inputs, {"engine": "aurora-postgresql"})


@pytest.mark.parametrize("by", ["sourceClusterIdentifier", "sourceClusterResourceId"])
def test_a_cluster_of_a_point_in_time(world: World, by: str) -> None:
    old = aurora(world, databaseName="app")
    source = "db" if by == "sourceClusterIdentifier" else old.outputs["clusterResourceId"]
    point = {by: source, "restoreToTime": "2026-01-02T03:04:05Z"}
    new = aurora(world, name="new", masterUsername=None, masterPassword=None, restoreToPointInTime=point)
    assert (new.outputs["databaseName"], new.outputs["masterUsername"]) == ("app", "admin1")
    lifecycle(new)


def test_days_of_a_maintenance_window_may_be_written_in_capitals(world: World) -> None:
    cluster = aurora(world, preferredMaintenanceWindow="Sun:04:00-Sun:05:00")
    assert cluster.refresh() == cluster.inputs


def test_backtrack_is_for_mysql(world: World) -> None:
    mysql = aurora(
        world, engine="aurora-mysql", engineVersion="8.0.mysql_aurora.3.08.0", backtrackWindow=3600
    )
    assert mysql.outputs["backtrackWindow"] == 3600
    lifecycle(mysql)
    with pytest.raises(ClientError, match=r"(?i)backtrack"):
        aurora(world, name="other", backtrackWindow=3600)


@pytest.mark.parametrize(
    ("engine", "version", "group"),
    [
        ("aurora-postgresql", "16.4", "default.aurora-postgresql16"),
        ("aurora-mysql", "8.0.mysql_aurora.3.08.0", "default.aurora-mysql8.0"),
    ],
)
def test_the_default_parameter_group_is_the_engines(
    world: World, engine: str, version: str, group: str
) -> None:
    assert aurora(world, engine=engine, engineVersion=version).outputs["dbClusterParameterGroupName"] == group


def test_the_first_instance_writes_and_a_lost_one_is_gone(world: World) -> None:
    cluster = aurora(world)
    one, two = member(world, "one"), member(world, "two")
    assert (one.outputs["writer"], two.outputs["writer"]) == (True, False)
    assert one.outputs["dbiResourceId"] != two.outputs["dbiResourceId"]
    cluster.refresh()
    with pytest.raises(ClientError, match=r"(?i)instances|members"):
        cluster.delete()
    lifecycle(two)
    lifecycle(one)
    lifecycle(cluster)


def test_hosts_end_as_the_partition_does(world: World) -> None:
    cluster = aurora(world, region="cn-north-1")
    assert cluster.outputs["endpoint"].endswith(".cn-north-1.rds.amazonaws.com.cn")
    assert member(world, region="cn-north-1").outputs["endpoint"].endswith(".rds.amazonaws.com.cn")


def test_the_declaration_is_the_one_that_is_used() -> None:
    assert adapter(CLUSTER) is DECLARED
    assert DECLARED.replacing({}, {"engine": "mysql"}) != DECLARED.replacing({}, {"engine": "aurora-mysql"})
