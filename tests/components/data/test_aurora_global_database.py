"""A database over Regions: one primary, its own key and network in each Region, one password, and a stable plan."""

from __future__ import annotations

import json
from typing import Any

import pulumi_aws as aws
import pytest

from components.data import (
    AuroraGlobalDatabase,
    AuroraGlobalDatabaseArgs,
    AuroraSettings,
    GlobalRegion,
)
from components.network import ThreeTierVpc, ThreeTierVpcArgs
from tests.components.recording import Recording, Registered, run
from tests.components.verdicts import broken

HERE, THERE = "eu-central-1", "eu-west-1"
PLACE: dict[str, Any] = {"subnet_group_name": "isolated", "security_group_ids": ("sg-1",)}
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})


def arguments(regions: dict[str, Any] | None = None, primary: str = HERE, **settings: Any) -> Any:
    places = {HERE: {}, THERE: {}} if regions is None else regions
    return AuroraGlobalDatabaseArgs(
        settings=AuroraSettings(**{"engine_version": "17.5", **settings}),
        primary=primary,
        regions={name: GlobalRegion(**{**PLACE, **own}) for name, own in places.items()},
    )


def database(
    regions: dict[str, Any] | None = None,
    primary: str = HERE,
    *,
    place: dict[str, str] | None = None,
    **settings: Any,
) -> Recording:
    def program() -> None:
        made = AuroraGlobalDatabase("orders", arguments(regions, primary, **settings))
        made.grant_connect(aws.iam.Role("worker", assume_role_policy=TRUST), "app")

    return run(program, **(place or {"region": HERE}))


def cluster(recording: Recording, region: str) -> Registered:
    return recording.named("Cluster")[f"orders-{region}"]


def test_the_defaults_pass_the_strictest_profile() -> None:
    assert not {(name, rule) for name, rule in broken(database()) if name.startswith("orders")}


def test_all_regions_belong_to_one_global_cluster() -> None:
    recording = database()
    world = recording.only("GlobalCluster")
    assert world.inputs["globalClusterIdentifier"] == "groundplan-test-orders"
    assert (world.inputs["storageEncrypted"], world.inputs["deletionProtection"]) == (True, True)
    assert world.inputs["engineVersion"] == "17.5"
    assert world.inputs["region"] == HERE
    for region in (HERE, THERE):
        made = cluster(recording, region).inputs
        assert made["globalClusterIdentifier"] == world.state["id"]
        assert made["region"] == region


@pytest.mark.parametrize(
    ("settings", "world", "members"),
    [
        ({}, "open-source-rds-extended-support-disabled", None),
        ({"extended_support": True}, "open-source-rds-extended-support", None),
        (
            {"engine": "aurora-mysql", "engine_version": "8.0.mysql_aurora.3.10.0"},
            None,
            "open-source-rds-extended-support-disabled",
        ),
    ],
)
def test_extended_support_is_decided_where_aws_has_it_decided(
    settings: dict[str, Any], world: str | None, members: str | None
) -> None:
    recording = database(**settings)
    assert recording.only("GlobalCluster").inputs.get("engineLifecycleSupport") == world
    for region in (HERE, THERE):
        assert cluster(recording, region).inputs.get("engineLifecycleSupport") == members


def test_each_region_has_a_key_of_its_own() -> None:
    recording = database()
    keys = {region: cluster(recording, region).inputs["kmsKeyId"] for region in (HERE, THERE)}
    assert len(set(keys.values())) == 2
    for region, arn in keys.items():
        key = recording.named("Key")[f"orders-{region}-storage"]
        assert (key.state["arn"], key.inputs["region"]) == (arn, region)
        assert f"rds.{region}.amazonaws.com" in key.inputs["policy"]


def test_a_secondary_has_neither_database_nor_user_nor_password() -> None:
    recording = database(database_name="orders")
    first, second = (set(cluster(recording, region).inputs) for region in (HERE, THERE))
    only_of_the_primary = {"databaseName", "masterUsername", "masterPasswordWo", "masterPasswordWoVersion"}
    assert first >= only_of_the_primary
    assert not second & only_of_the_primary
    assert not (first | second) & {"manageMasterUserPassword", "masterPassword", "masterUserSecretKmsKeyId"}


def test_a_secondary_comes_after_the_primary_s_instances() -> None:
    recording = database()
    instances = {
        one.urn
        for name, one in recording.named("ClusterInstance").items()
        if name.startswith(f"orders-{HERE}")
    }
    assert instances
    assert instances <= set(cluster(recording, THERE).dependencies)
    assert not instances & set(cluster(recording, HERE).dependencies)


def test_a_switch_over_leaves_nothing_to_do() -> None:
    """What it changes on the members, seen by a refresh, is what they ignore."""
    recording = database()
    for region in (HERE, THERE):
        ignored = set(cluster(recording, region).ignore_changes)
        assert {"replicationSourceIdentifier", "globalClusterIdentifier", "engineVersion"} <= ignored
    assert not recording.only("GlobalCluster").ignore_changes


def test_the_password_is_one_secret_with_a_copy_in_each_region() -> None:
    recording = database()
    secret = recording.only("Secret").inputs
    keys = recording.named("Key")
    assert secret["region"] == HERE
    assert secret["kmsKeyId"] == keys[f"orders-password-{HERE}"].state["arn"]
    (copy,) = secret["replicas"]
    assert copy == {"region": THERE, "kmsKeyId": keys[f"orders-password-{THERE}"].state["arn"]}
    assert f"secretsmanager.{THERE}.amazonaws.com" in keys[f"orders-password-{THERE}"].inputs["policy"]
    outputs = next(found for urn, found in recording.outputs.items() if urn.endswith("::orders"))
    assert outputs["secret_arns"][THERE].startswith(f"arn:aws:secretsmanager:{THERE}:")


def test_the_password_is_rotated_where_the_writer_is() -> None:
    recording = database()
    rotation = recording.only("SecretRotation")
    assert rotation.inputs["rotationLambdaArn"] == recording.only("Function").state["arn"]
    environment = recording.only("Function").inputs["environment"]["variables"]
    assert environment == {"TARGET_KIND": "global", "TARGET_ID": "groundplan-test-orders"}
    work = json.loads(recording.named("RolePolicy")["orders-rotation-work"].inputs["policy"])["Statement"]
    resources = {one["Sid"]: one["Resource"] for one in work}
    assert resources["SetThePassword"] == [
        f"arn:aws:rds:{region}:111111111111:cluster:groundplan-test-orders-{region}"
        for region in (HERE, THERE)
    ]
    assert resources["FindTheWriter"] == ["arn:aws:rds::111111111111:global-cluster:groundplan-test-orders"]


def test_a_role_may_log_in_as_one_user_in_every_region() -> None:
    policy = database().named("RolePolicy")["orders-connect-worker-as-app"].inputs["policy"]
    (statement,) = json.loads(policy)["Statement"]
    assert statement["Resource"] == [
        f"arn:aws:rds-db:{region}:111111111111:dbuser:cluster-ORDERS-{region.upper()}/app"
        for region in (HERE, THERE)
    ]


def test_regions_can_differ() -> None:
    own = {"instances": {"reader": {}}, "instance_class": "db.r8g.large", "write_forwarding": True}
    recording = database({HERE: {}, THERE: own})
    names = {name for name in recording.named("ClusterInstance") if THERE in name}
    assert names == {f"orders-{THERE}-reader"}
    assert (
        recording.named("ClusterInstance")[f"orders-{THERE}-reader"].inputs["instanceClass"] == "db.r8g.large"
    )
    assert cluster(recording, THERE).inputs["enableGlobalWriteForwarding"] is True
    assert "enableGlobalWriteForwarding" not in cluster(recording, HERE).inputs


def test_each_region_stands_in_its_own_network() -> None:
    def program() -> None:
        networks = {
            name: ThreeTierVpc(f"net-{name}", ThreeTierVpcArgs(cidr_block="10.0.0.0/16", region=name))
            for name in (HERE, THERE)
        }
        AuroraGlobalDatabase(
            "orders",
            AuroraGlobalDatabaseArgs(
                primary=HERE,
                regions={name: GlobalRegion(network=network) for name, network in networks.items()},
            ),
        )

    recording = run(program, region=HERE)
    for region in (HERE, THERE):
        assert cluster(recording, region).inputs["dbSubnetGroupName"] == f"net-{region}-data"


def test_in_china_no_arn_is_of_another_partition() -> None:
    regions: dict[str, Any] = {"cn-north-1": {}, "cn-northwest-1": {}}
    recording = database(regions, "cn-north-1", place={"partition": "aws-cn", "region": "cn-north-1"})
    for one in recording.resources:
        assert "arn:aws:" not in json.dumps(one.inputs, default=str), one.name
