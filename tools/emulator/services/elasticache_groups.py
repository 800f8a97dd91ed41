"""ElastiCache: replication groups. Nothing is cached anywhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from tools.emulator.emulated import Call, Emulated
from tools.emulator.mapping import tag_list, take
from tools.emulator.services._common import keep, same_tail, unless_gone, without_none
from tools.emulator.services._elasticache import log_deliveries, of_cluster, same_version, sent, shown_logs
from tools.emulator.services._rds import changed, lowered
from tools.emulator.services.elasticache_users import cache_tags


def _create(call: Call) -> str:
    params = {**sent(call, "create_replication_group"), **log_deliveries(call)}
    params["Tags"] = tag_list(call.tags)
    if call.get("numNodeGroups") is not None or call.get("nodeGroupConfigurations"):
        params.pop("NumCacheClusters", None)
    answer = call.aws().create_replication_group(**params)
    return str(answer["ReplicationGroup"]["ReplicationGroupId"])


def _read(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().describe_replication_groups, ReplicationGroupId=call.id)
    if not answer or not answer["ReplicationGroups"]:
        return None
    item = answer["ReplicationGroups"][0]
    members = item["MemberClusters"]
    first = call.aws().describe_cache_clusters(CacheClusterId=members[0], ShowCacheNodeInfo=True)[
        "CacheClusters"
    ][0]
    shards = item["NodeGroups"]
    endpoints = shards[0]
    configuration = item.get("ConfigurationEndpoint") or {}
    names: dict[str, Any] = {
        "automaticFailoverEnabled": lambda one: one["AutomaticFailover"] in ("enabled", "enabling"),
        "multiAzEnabled": lambda one: one["MultiAZ"] == "enabled",
        "dataTieringEnabled": lambda one: one["DataTiering"] == "enabled",
        "nodeType": "CacheNodeType",
        "arn": "ARN",
        "logDeliveryConfigurations": "",
        "nodeGroupConfigurations": "",
        "tags": "",
        "tagsAll": "",
    }
    actual = first["EngineVersion"]
    found = {
        **take(call.type, item, names),
        **of_cluster(first),
        "clusterEnabled": item["ClusterEnabled"],
        "engineVersion": keep(call, "engineVersion", actual, same_version),
        "numCacheClusters": len(members),
        "numNodeGroups": len(shards),
        "replicasPerNodeGroup": len(members) // len(shards) - 1,
        "memberClusters": members,
        "port": (endpoints.get("PrimaryEndpoint") or configuration).get("Port"),
        "primaryEndpointAddress": (endpoints.get("PrimaryEndpoint") or {}).get("Address", ""),
        "readerEndpointAddress": (endpoints.get("ReaderEndpoint") or {}).get("Address", ""),
        "configurationEndpointAddress": configuration.get("Address", ""),
        "logDeliveryConfigurations": shown_logs(item.get("LogDeliveryConfigurations") or []),
    }
    found["kmsKeyId"] = keep(call, "kmsKeyId", item.get("KmsKeyId"), same_tail)
    return {name: value for name, value in found.items() if value is not None}


def _resize(call: Call) -> None:
    aws, there = call.aws(), call.aws().describe_replication_groups(ReplicationGroupId=call.id)
    item = there["ReplicationGroups"][0]
    shards = len(item["NodeGroups"])
    each = len(item["MemberClusters"]) // shards - 1
    wanted = call.get("numNodeGroups")
    if wanted and wanted != shards:
        aws.modify_replication_group_shard_configuration(
            ReplicationGroupId=call.id, NodeGroupCount=wanted, ApplyImmediately=True
        )
    count = call.get("replicasPerNodeGroup") if wanted else None
    if count is None and not wanted and call.changed("numCacheClusters") and call.get("numCacheClusters"):
        count = call.inputs["numCacheClusters"] - 1
    if count is not None and count != each:
        action = aws.increase_replica_count if count > each else aws.decrease_replica_count
        action(ReplicationGroupId=call.id, NewReplicaCount=count, ApplyImmediately=True)


_NOT_MODIFIED = frozenset(
    {"numCacheClusters", "numNodeGroups", "replicasPerNodeGroup", "userGroupIds", "nodeGroupConfigurations"}
)


def _update(call: Call) -> None:
    growing = (call.get("numCacheClusters") or 0) > (call.old.get("numCacheClusters") or 0)
    # Failover needs a second node, so nodes come before it and go after it.
    if growing:
        _resize(call)
    names = [name for name in changed(call) if name not in _NOT_MODIFIED]
    params = {**sent(call, "modify_replication_group", names), **log_deliveries(call)}
    if "AuthToken" in params:
        params["AuthTokenUpdateStrategy"] = call.get("authTokenUpdateStrategy", "ROTATE")
    old, new = set(call.old.get("userGroupIds") or ()), set(call.get("userGroupIds", ()))
    lists = {"UserGroupIdsToAdd": sorted(new - old), "UserGroupIdsToRemove": sorted(old - new)}
    params |= {name: values for name, values in lists.items() if values}
    if params:
        call.aws().modify_replication_group(**params, ReplicationGroupId=call.id, ApplyImmediately=True)
    if not growing:
        _resize(call)


def _delete(call: Call) -> None:
    last = without_none(FinalSnapshotIdentifier=call.get("finalSnapshotIdentifier"))
    unless_gone(call.aws().delete_replication_group, ReplicationGroupId=call.id, **last)


def _replacing(old: Mapping[str, Any], new: Mapping[str, Any]) -> Collection[str]:
    """Redis becomes Valkey in place, not the other way round; TLS is switched on and off in place from Redis 7.0.5 on."""
    back = old.get("engine") == "valkey" and new.get("engine") == "redis"
    return ["engine"] if back else []


REPLICATION_GROUP = Emulated(
    "aws:elasticache/replicationGroup:ReplicationGroup",
    service="elasticache",
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    tags=cache_tags("replicationgroup"),
    replace_on=(
        "atRestEncryptionEnabled",
        "dataTieringEnabled",
        "globalReplicationGroupId",
        "kmsKeyId",
        "networkType",
        "port",
        "region",
        "replicationGroupId",
        "securityGroupNames",
        "snapshotArns",
        "snapshotName",
        "subnetGroupName",
    ),
    replace_if=_replacing,
    exact=True,
    unordered=("securityGroupIds", "userGroupIds", "logDeliveryConfigurations"),
    normal={"maintenanceWindow": lowered, "replicationGroupId": lowered},
)


TYPES = (REPLICATION_GROUP,)
