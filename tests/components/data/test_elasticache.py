"""What a cache registers: TLS, IAM users, its own key, logs and alarms; and what it refuses."""

from __future__ import annotations

import json
import re
from typing import Any

import pulumi_aws as aws
import pytest

from components.data import Access, CacheAlarms, CacheUser, ElastiCache, ElastiCacheArgs, Source
from components.foundation.errors import ComponentError
from components.network import ThreeTierVpc, ThreeTierVpcArgs
from tests.components.recording import Recording, run
from tests.components.verdicts import broken

PLACE: dict[str, Any] = {"subnet_group_name": "isolated", "security_group_ids": ("sg-1",)}
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})


def cache(name: str = "cache", /, place: dict[str, str] | None = None, **settings: Any) -> Recording:
    def program() -> None:
        ElastiCache(name, ElastiCacheArgs(**{**PLACE, **settings}))

    return run(program, **(place or {}))


def group(recording: Recording) -> dict[str, Any]:
    return recording.only("ReplicationGroup").inputs


def test_nothing_travels_or_lies_in_the_clear() -> None:
    recording = cache()
    made = group(recording)
    assert made["transitEncryptionEnabled"] is True
    assert made["transitEncryptionMode"] == "required"
    assert made["atRestEncryptionEnabled"] is True
    assert made["kmsKeyId"] == recording.named("Key")["cache-data"].state["arn"]


def test_the_data_key_can_be_used_through_elasticache_only() -> None:
    policy = json.loads(cache().named("Key")["cache-data"].inputs["policy"])
    use = [one for one in policy["Statement"] if "kms:Decrypt" in one["Action"]]
    assert [one["Condition"]["StringEquals"]["kms:ViaService"] for one in use] == [
        "elasticache.us-east-1.amazonaws.com"
    ]


def test_a_key_can_be_given() -> None:
    recording = cache(key_arn="arn:aws:kms:us-east-1:111111111111:key/1")
    assert group(recording)["kmsKeyId"].endswith("key/1")
    assert set(recording.named("Key")) == {"cache-logs"}


def test_nobody_logs_in_with_a_password() -> None:
    recording = cache(users={"app": CacheUser(), "reports": CacheUser(access="read")})
    users = recording.named("User")
    nobody = users.pop("cache-user-default").inputs
    assert (nobody["userName"], nobody["accessString"]) == ("default", "off -@all")
    for one in users.values():
        assert one.inputs["authenticationMode"] == {"type": "iam"}
        assert one.inputs["userName"] == one.inputs["userId"]
    members = set(recording.only("UserGroup").inputs["userIds"])
    assert members == {one.inputs["userId"] for one in users.values()} | {nobody["userId"]}
    assert group(recording)["userGroupIds"] == [recording.only("UserGroup").inputs["userGroupId"]]
    assert "authToken" not in group(recording)


def test_it_survives_the_loss_of_a_zone_and_keeps_snapshots() -> None:
    made = group(cache())
    assert (made["automaticFailoverEnabled"], made["multiAzEnabled"]) == (True, True)
    assert made["numCacheClusters"] == 2
    assert made["snapshotRetentionLimit"] == 7
    assert re.fullmatch(r"cache-final-[0-9a-f]{6}-cachelog", made["finalSnapshotIdentifier"])
    assert "finalSnapshotIdentifier" not in group(cache(final_snapshot=False))
    assert cache().named("Key")["cache-data"].retained
    assert not cache(final_snapshot=False).named("Key")["cache-data"].retained
    assert made["applyImmediately"] is False


def test_both_logs_go_to_groups_of_its_own() -> None:
    recording = cache()
    groups = {one.inputs["name"]: one.inputs for one in recording.named("LogGroup").values()}
    assert set(groups) == {"/groundplan/test/cache/slow-log", "/groundplan/test/cache/engine-log"}
    key = recording.named("Key")["cache-logs"]
    assert {one["kmsKeyId"] for one in groups.values()} == {key.state["arn"]}
    assert {one["retentionInDays"] for one in groups.values()} == {365}
    assert "log-group:/groundplan/test/cache/*" in key.inputs["policy"]
    delivered = {one["logType"]: one["destination"] for one in group(recording)["logDeliveryConfigurations"]}
    assert delivered == {log: f"/groundplan/test/cache/{log}" for log in ("slow-log", "engine-log")}


def test_shards_need_cluster_mode_and_its_parameter() -> None:
    recording = cache(shards=3, replicas=2, cluster_mode="enabled")
    made = group(recording)
    assert (made["numNodeGroups"], made["replicasPerNodeGroup"]) == (3, 2)
    assert "numCacheClusters" not in made
    parameters = {one["name"]: one["value"] for one in recording.only("ParameterGroup").inputs["parameters"]}
    assert parameters == {"cluster-enabled": "yes", "maxmemory-policy": "volatile-lru"}


@pytest.mark.parametrize(
    ("settings", "family", "version"),
    [
        ({}, "valkey8", "8.2"),
        ({"engine_version": "7.2"}, "valkey7", "7.2"),
        ({"engine": "redis"}, "redis7", "7.1"),
    ],
)
def test_the_parameters_are_of_the_engine_s_family(
    settings: dict[str, Any], family: str, version: str
) -> None:
    recording = cache(**settings)
    assert recording.only("ParameterGroup").inputs["family"] == family
    assert group(recording)["engineVersion"] == version


def test_alarms_look_at_every_node() -> None:
    recording = cache(replicas=2, alarms=CacheAlarms(topic_arns=("arn:aws:sns:us-east-1:111111111111:t",)))
    alarms = recording.named("MetricAlarm")
    assert set(alarms) == {f"cache-alarm-{name}" for name in ("cpu", "memory", "evictions", "lag", "refused")}
    queries = alarms["cache-alarm-memory"].inputs["metricQueries"]
    assert queries[0]["expression"] == "MAX([m0, m1, m2])"
    nodes = [one["metric"]["dimensions"]["CacheClusterId"] for one in queries[1:]]
    assert [node[-4:] for node in nodes] == ["-001", "-002", "-003"]
    refused = alarms["cache-alarm-refused"].inputs["metricQueries"]
    assert len(refused) == 1 + 3 * 3
    assert refused[0]["expression"].startswith("SUM(")
    assert not cache(alarms=None).named("MetricAlarm")


def test_a_role_may_log_in_as_one_user_of_one_cache() -> None:
    def program() -> None:
        made = ElastiCache("cache", ElastiCacheArgs(**PLACE, users={"app": CacheUser(), "jobs": CacheUser()}))
        made.grant_connect(aws.iam.Role("worker", assume_role_policy=TRUST), "jobs")

    recording = run(program)
    policy = json.loads(recording.only("RolePolicy").inputs["policy"])
    (statement,) = policy["Statement"]
    assert statement["Action"] == ["elasticache:Connect"]
    arns = {
        recording.only("ReplicationGroup").state["arn"],
        recording.named("User")["cache-user-jobs"].state["arn"],
    }
    assert set(statement["Resource"]) == arns
    assert not broken(recording) & {("cache-connect-worker-jobs", "iam-policy-resources-fit")}


def test_only_users_there_are_can_be_granted() -> None:
    def program() -> None:
        made = ElastiCache("cache", ElastiCacheArgs(**PLACE))
        made.grant_connect(aws.iam.Role("worker", assume_role_policy=TRUST), "ap")

    with pytest.raises(ComponentError, match=r"no user 'ap'; did you mean 'app'"):
        run(program)


def test_in_a_network_it_wears_the_data_tier_s_group_and_follows_its_region() -> None:
    def program() -> None:
        network = ThreeTierVpc("net", ThreeTierVpcArgs(cidr_block="10.0.0.0/16", region="eu-west-1"))
        ElastiCache("cache", ElastiCacheArgs(network=network))

    recording = run(program)
    made = group(recording)
    assert made["subnetGroupName"] == "net-data"
    assert made["securityGroupIds"] == ["net-data-id"]
    assert made["region"] == "eu-west-1"


def test_a_network_that_keeps_the_port_closed_is_an_error_before_anything_is_made() -> None:
    made: list[str] = []

    def program() -> None:
        network = ThreeTierVpc("net", ThreeTierVpcArgs(cidr_block="10.0.0.0/16"))
        try:
            ElastiCache("cache", ElastiCacheArgs(network=network, port=6380))
        finally:
            made.append("tried")

    with pytest.raises(ComponentError, match=r"cache\.port: the network does not open port 6380 of data"):
        run(program)
    assert made


def test_further_sources_get_a_group_of_its_own() -> None:
    access = Access(sources={"vpn": Source(cidr="10.9.0.0/16")})
    recording = cache(vpc_id="vpc-1", security_group_ids=(), access=access)
    rule = recording.only("SecurityGroupIngressRule").inputs
    assert (rule["cidrIpv4"], rule["fromPort"], rule["toPort"]) == ("10.9.0.0/16", 6379, 6379)
    assert group(recording)["securityGroupIds"] == [recording.only("SecurityGroup").state["id"]]


def test_in_china_no_arn_is_of_another_partition() -> None:
    recording = cache(place={"partition": "aws-cn", "region": "cn-north-1"})
    for one in recording.resources:
        assert "arn:aws:" not in json.dumps(one.inputs)
    assert "elasticache.cn-north-1.amazonaws.com.cn" in recording.named("Key")["cache-data"].inputs["policy"]


def test_data_tiering_belongs_to_its_nodes() -> None:
    assert group(cache(node_type="cache.r6gd.xlarge"))["dataTieringEnabled"] is True
    assert group(cache())["dataTieringEnabled"] is False


def test_the_defaults_pass_the_strictest_profile() -> None:
    assert not broken(cache())
