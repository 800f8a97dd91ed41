"""Caches, who may log in to them and how they are set."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.tools.emulator.services.databases import subnets
from tests.tools.emulator.services.world import Live, World, lifecycle
from tools.emulator.additions._elasticache import short, whole_version
from tools.emulator.services.elasticache_groups import REPLICATION_GROUP

GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
USER, USERS = "aws:elasticache/user:User", "aws:elasticache/userGroup:UserGroup"
IAM: dict[str, Any] = {
    "authenticationMode": {"type": "iam"},
    "engine": "valkey",
    "accessString": "on ~app:* +@read",
}


def nobody(world: World) -> Live:
    return world.create(
        USER,
        userId="off",
        userName="default",
        engine="valkey",
        accessString="off -@all",
        authenticationMode={"type": "no-password-required"},
    )


def test_user_that_logs_in_by_iam(world: World) -> None:
    user = world.create(USER, userId="app", userName="app", tags={"a": "b"}, **IAM)
    assert user.outputs["arn"].endswith(":user:app")
    assert world.imported(USER, "app")[1]["authenticationMode"] == {"type": "iam"}
    user.update(accessString="on ~* +@all", tags={"c": "d"})
    lifecycle(user)
    with pytest.raises(ClientError, match="same user id and user name"):
        world.create(USER, userId="app", userName="other", **IAM)


def test_user_with_passwords(world: World) -> None:
    given = {"userId": "old", "userName": "old", "engine": "redis", "accessString": "on ~* +@all"}
    user = world.create(USER, passwords=["not-a-secret-at-all"], **given)
    user.update(passwords=["not-a-secret-at-all", "nor-is-this-one-here"])
    assert user.outputs["authenticationMode"] == {"type": "password", "passwordCount": 2}
    lifecycle(user)
    with pytest.raises(ClientError, match="16-128"):
        world.create(USER, passwords=["short"], **given)


def test_user_group(world: World) -> None:
    nobody(world)
    for name in ("app", "two"):
        world.create(USER, userId=name, userName=name, **IAM)
    group = world.create(USERS, userGroupId="all", engine="valkey", userIds=["off", "app"], tags={"a": "b"})
    group.update(userIds=["off", "two"])
    assert sorted(group.outputs["userIds"]) == ["off", "two"]
    lifecycle_of_member(world)
    lifecycle(group)
    with pytest.raises(ClientError, match="named default"):
        world.create(USERS, userGroupId="redis", engine="redis", userIds=["app"])


def lifecycle_of_member(world: World) -> None:
    token = "aws:elasticache/userGroupAssociation:UserGroupAssociation"
    member = world.create(token, userGroupId="all", userId="app")
    assert member.id == "all,app"
    lifecycle(member)


def test_parameter_group(world: World) -> None:
    token = "aws:elasticache/parameterGroup:ParameterGroup"
    one, two = {"name": "maxmemory-policy", "value": "allkeys-lru"}, {"name": "timeout", "value": "300"}
    group = world.create(
        token, name="p", family="valkey8", description="d", parameters=[one], tags={"a": "b"}
    )
    group.update(parameters=[two])
    assert world.imported(token, "p")[1]["parameters"] == [two]
    lifecycle(group)


def cache(world: World, **more: Any) -> Live:
    given: dict[str, Any] = {
        "replicationGroupId": "cache",
        "description": "Cache",
        "engine": "valkey",
        "engineVersion": "8.0",
        "nodeType": "cache.t4g.small",
        "numCacheClusters": 2,
        "automaticFailoverEnabled": True,
        "multiAzEnabled": True,
        "transitEncryptionEnabled": True,
    }
    wanted = {name: value for name, value in {**given, **more}.items() if value is not None}
    return world.create(GROUP, **wanted)


def test_replication_group_keeps_everything_that_is_given(world: World) -> None:
    nobody(world)
    world.create(USERS, userGroupId="all", engine="valkey", userIds=["off"])
    world.create("aws:elasticache/subnetGroup:SubnetGroup", name="data", subnetIds=subnets(world))
    world.create("aws:elasticache/parameterGroup:ParameterGroup", name="p", family="valkey8", description="d")
    key = world.create("aws:kms/key:Key").outputs["arn"]
    log = {
        "destination": "/cache/slow",
        "destinationType": "cloudwatch-logs",
        "logFormat": "json",
        "logType": "slow-log",
    }
    group = cache(
        world,
        atRestEncryptionEnabled=True,
        kmsKeyId=key,
        transitEncryptionMode="required",
        userGroupIds=["all"],
        parameterGroupName="p",
        subnetGroupName="data",
        port=6380,
        snapshotRetentionLimit=7,
        snapshotWindow="02:00-03:00",
        maintenanceWindow="sun:04:00-sun:05:00",
        autoMinorVersionUpgrade=False,
        logDeliveryConfigurations=[log],
        notificationTopicArn="arn:aws:sns:us-east-1:111111111111:t",
        tags={"a": "b"},
    )
    imported = world.imported(GROUP, "cache")[1]
    assert {name: imported.get(name, value) for name, value in group.inputs.items()} == {
        **group.inputs,
        "engineVersion": "8.0.0",
    }
    assert group.outputs["primaryEndpointAddress"].startswith("master.cache.")
    assert group.outputs["primaryEndpointAddress"].endswith(".use1.cache.amazonaws.com")
    assert group.outputs["memberClusters"] == ["cache-001", "cache-002"]
    with pytest.raises(ClientError, match="used by caches"):
        world.client("elasticache").delete_user_group(UserGroupId="all")
    group.update(logDeliveryConfigurations=[], userGroupIds=None, snapshotRetentionLimit=14)
    assert group.outputs["logDeliveryConfigurations"] == []
    lifecycle(group)


def test_what_changes_in_place(world: World) -> None:
    group = cache(world, engine="redis", engineVersion="7.1")
    for changes in (
        {"engine": "valkey", "engineVersion": "8.0"},
        {"nodeType": "cache.r7g.large"},
        {"numCacheClusters": 3},
        {"numCacheClusters": 1, "automaticFailoverEnabled": False, "multiAzEnabled": False},
        {"numCacheClusters": 2, "automaticFailoverEnabled": True, "multiAzEnabled": True},
    ):
        assert not set(changes) & set(REPLICATION_GROUP.replacing(group.inputs, {**group.inputs, **changes}))
        outputs = group.update(**changes)
        assert {name: outputs[name] for name in changes} == changes
        assert group.refresh() == group.inputs
    assert "engine" in REPLICATION_GROUP.replacing(group.inputs, {**group.inputs, "engine": "redis"})


def test_cluster_mode(world: World) -> None:
    group = cache(
        world, clusterMode="enabled", numCacheClusters=None, numNodeGroups=2, replicasPerNodeGroup=1
    )
    assert group.outputs["configurationEndpointAddress"].startswith("clustercfg.cache.")
    assert group.outputs["parameterGroupName"] == "default.valkey8.cluster.on"
    assert len(group.outputs["memberClusters"]) == 4
    group.update(numNodeGroups=3, replicasPerNodeGroup=2)
    assert len(group.outputs["memberClusters"]) == 9
    slots = world.client("elasticache").describe_replication_groups()["ReplicationGroups"][0]["NodeGroups"]
    assert [one["Slots"] for one in slots][-1].endswith("-16383")
    lifecycle(group)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"automaticFailoverEnabled": False}, "needs automatic failover"),
        ({"numCacheClusters": 1}, "at least two nodes"),
        ({"transitEncryptionEnabled": False, "userGroupIds": ["all"]}, "encryption in transit"),
        ({"parameterGroupName": "none"}, "not found"),
    ],
)
def test_combinations_that_aws_refuses(world: World, given: dict[str, Any], reason: str) -> None:
    with pytest.raises(ClientError, match=reason):
        cache(world, **given)


def test_single_cluster(world: World) -> None:
    token = "aws:elasticache/cluster:Cluster"
    cluster = world.create(
        token,
        clusterId="memory",
        engine="memcached",
        nodeType="cache.t4g.micro",
        numCacheNodes=2,
        azMode="cross-az",
        tags={"a": "b"},
    )
    assert cluster.outputs["configurationEndpoint"].endswith(":11211")
    assert cluster.update(numCacheNodes=3)["cacheNodes"][2]["id"] == "0003"
    assert world.imported(token, "memory")[1]["numCacheNodes"] == 3
    lifecycle(cluster)


def test_serverless_cache(world: World) -> None:
    token = "aws:elasticache/serverlessCache:ServerlessCache"
    limits = {"dataStorage": {"maximum": 10, "unit": "GB"}, "ecpuPerSeconds": [{"maximum": 5000}]}
    made = world.create(
        token, name="less", engine="valkey", description="d", cacheUsageLimits=limits, tags={"a": "b"}
    )
    assert made.outputs["endpoints"][0]["port"] == 6379
    made.update(cacheUsageLimits={**limits, "ecpuPerSeconds": [{"maximum": 6000}]}, snapshotRetentionLimit=3)
    assert world.imported(token, "less")[1]["cacheUsageLimits"]["ecpuPerSeconds"] == [{"maximum": 6000}]
    lifecycle(made)


@pytest.mark.parametrize(
    ("region", "name"),
    [
        ("us-east-1", "use1"),
        ("eu-central-1", "euc1"),
        ("ap-southeast-1", "apse1"),
        ("us-gov-west-1", "usgw1"),
    ],
)
def test_names_of_regions_in_hosts(region: str, name: str) -> None:
    assert short(region) == name


@pytest.mark.parametrize(
    ("engine", "given", "version"),
    [
        ("redis", "7.x", "7.1.0"),
        ("redis", "7.1", "7.1.0"),
        ("redis", "6.x", "6.2.6"),
        ("valkey", None, "8.1.0"),
    ],
)
def test_versions(engine: str, given: str | None, version: str) -> None:
    assert whole_version(engine, given) == version
