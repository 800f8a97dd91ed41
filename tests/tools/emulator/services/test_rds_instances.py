"""Instances: of a cluster and single ones, replicas, restored ones."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.tools.emulator.services.databases import INSTANCE, MEMBER, aurora, member, postgres, subnet_group
from tests.tools.emulator.services.world import World, lifecycle
from tools.emulator.services.rds_instances import CLUSTER_INSTANCE as MEMBERS, INSTANCE as DECLARED

MONITORING = {"monitoringInterval": 60, "monitoringRoleArn": "arn:aws:iam::111111111111:role/monitoring"}


def test_a_member_keeps_everything_that_is_given(world: World) -> None:
    aurora(world)
    given: dict[str, Any] = {
        "autoMinorVersionUpgrade": False,
        "availabilityZone": "us-east-1b",
        "caCertIdentifier": "rds-ca-rsa4096-g1",
        "copyTagsToSnapshot": True,
        "performanceInsightsEnabled": True,
        "performanceInsightsRetentionPeriod": 31,
        "preferredMaintenanceWindow": "sun:04:00-sun:05:00",
        "promotionTier": 1,
        "publiclyAccessible": False,
        "tags": {"a": "b"},
        **MONITORING,
    }
    one = member(world, **given)
    imported = world.imported(MEMBER, "one")[1]
    assert {name: imported.get(name, False) for name in given} == given
    assert imported["clusterIdentifier"] == "db"
    assert one.update(instanceClass="db.r8g.large", promotionTier=2, tags={"c": "d"})["promotionTier"] == 2
    there = world.client("rds").describe_db_instances(DBInstanceIdentifier="one")["DBInstances"][0]
    assert (there["DBInstanceClass"], there["EngineVersion"]) == ("db.r8g.large", "16.4")
    lifecycle(one)


def test_a_member_has_the_clusters_version_after_an_upgrade(world: World) -> None:
    cluster = aurora(world)
    one = member(world, engineVersion="16.4")
    cluster.update(engineVersion="16.6")
    one.update(engineVersion="16.6")
    assert one.outputs["engineVersionActual"] == "16.6"
    assert "engineVersion" not in MEMBERS.replacing(one.inputs, one.inputs)


def test_a_single_instance_keeps_everything_that_is_given(world: World) -> None:
    given: dict[str, Any] = {
        "allocatedStorage": 50,
        "backupRetentionPeriod": 7,
        "backupWindow": "02:00-03:00",
        "caCertIdentifier": "rds-ca-ecc384-g1",
        "copyTagsToSnapshot": True,
        "databaseInsightsMode": "advanced",
        "dbName": "app",
        "deletionProtection": False,
        "enabledCloudwatchLogsExports": ["postgresql", "upgrade"],
        "iamDatabaseAuthenticationEnabled": True,
        "iops": 3000,
        "licenseModel": "postgresql-license",
        "maintenanceWindow": "sun:04:00-sun:05:00",
        "maxAllocatedStorage": 100,
        "multiAz": True,
        "networkType": "IPV4",
        "performanceInsightsEnabled": True,
        "performanceInsightsRetentionPeriod": 465,
        "port": 5433,
        "storageEncrypted": True,
        "storageThroughput": 125,
        "storageType": "gp3",
        "tags": {"a": "b"},
        **MONITORING,
    }
    instance = postgres(world, dbSubnetGroupName=subnet_group(world), **given)
    imported, inputs = world.imported(INSTANCE, "db")
    assert {name: inputs.get(name, False) for name in given} == given
    assert (imported, inputs["identifier"]) == (instance.id, "db")
    assert instance.id == instance.outputs["resourceId"]
    assert instance.outputs["endpoint"] == f"{instance.outputs['address']}:5433"
    lifecycle(instance)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("allocatedStorage", 20, 50),
        ("backupRetentionPeriod", 0, 7),
        ("engineVersion", "16.4", "16.6"),
        ("enabledCloudwatchLogsExports", ["postgresql"], ["upgrade"]),
        ("iamDatabaseAuthenticationEnabled", True, False),
        ("instanceClass", "db.t4g.micro", "db.t4g.small"),
        ("multiAz", False, True),
    ],
)
def test_what_changes_in_place(world: World, name: str, before: Any, after: Any) -> None:
    instance = postgres(world, **{name: before})
    assert name not in DECLARED.replacing(instance.inputs, {**instance.inputs, name: after})
    assert instance.update(**{name: after})[name] == after
    assert instance.refresh() == instance.inputs


def test_a_new_identifier_keeps_the_instance(world: World) -> None:
    instance = postgres(world)
    assert instance.update(identifier="renamed")["identifier"] == "renamed"
    assert instance.refresh() == instance.inputs
    assert instance.outputs["resourceId"] == instance.id
    lifecycle(instance)


def test_a_new_major_version_needs_permission(world: World) -> None:
    instance = postgres(world)
    with pytest.raises(ClientError, match="AllowMajorVersionUpgrade"):
        instance.update(engineVersion="17.4")
    assert instance.update(engineVersion="17.4", allowMajorVersionUpgrade=True)["engineVersion"] == "17.4"


def test_mysql_as_the_documents_show_it(world: World) -> None:
    mysql = postgres(world, engine="mysql", engineVersion="8.0", iamDatabaseAuthenticationEnabled=True)
    assert mysql.outputs["port"] == 3306
    assert mysql.refresh() == mysql.inputs
    assert (
        postgres(world, "maria", engine="mariadb", engineVersion=None)
        .outputs["engineVersion"]
        .startswith("11.")
    )


def test_a_replica_follows_until_it_is_promoted(world: World) -> None:
    source = postgres(world, backupRetentionPeriod=1)
    replica = postgres(
        world,
        "copy",
        replicateSourceDb="db",
        engine=None,
        engineVersion=None,
        allocatedStorage=None,
        username=None,
        password=None,
    )
    assert replica.id != source.id
    assert replica.refresh() == replica.inputs
    source.refresh()
    promoted = {name: value for name, value in replica.inputs.items() if name != "replicateSourceDb"}
    assert "replicateSourceDb" not in DECLARED.replacing(replica.inputs, promoted)
    assert replica.update(replicateSourceDb=None).get("replicateSourceDb", "") == ""
    lifecycle(replica)


def test_an_instance_of_a_snapshot_and_one_of_a_point_in_time(world: World) -> None:
    old = postgres(world, dbName="app")
    world.client("rds").create_db_snapshot(DBInstanceIdentifier="db", DBSnapshotIdentifier="saved")
    empty = {
        "engine": None,
        "engineVersion": None,
        "allocatedStorage": None,
        "username": None,
        "password": None,
    }
    again = postgres(world, "again", snapshotIdentifier="saved", **empty)
    point = {"sourceDbInstanceIdentifier": "db", "useLatestRestorableTime": True}
    then = postgres(world, "then", restoreToPointInTime=point, **empty)
    for new in (again, then):
        assert (new.outputs["dbName"], new.outputs["username"]) == ("app", "admin1")
        assert new.id != old.id
        lifecycle(new)


def test_a_protected_instance_stays_and_a_final_snapshot_is_made(world: World) -> None:
    instance = postgres(world, deletionProtection=True, skipFinalSnapshot=False)
    instance.inputs["finalSnapshotIdentifier"] = "last"
    with pytest.raises(ClientError, match=r"(?i)protect"):
        instance.delete()
    instance.update(deletionProtection=False)
    instance.delete()
    found = world.client("rds").describe_db_snapshots(DBSnapshotIdentifier="last")["DBSnapshots"]
    assert found[0]["DBInstanceIdentifier"] == "db"


def test_the_managed_password_of_an_instance(world: World) -> None:
    instance = postgres(world, password=None, manageMasterUserPassword=True)
    assert instance.outputs["masterUserSecrets"][0]["secretArn"].startswith("arn:aws:secretsmanager:")
    lifecycle(instance)
