"""ElastiCache: single clusters and serverless caches. Nothing is cached anywhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from tools.emulator.emulated import Call, Emulated
from tools.emulator.mapping import from_api, parameters, tag_list, take
from tools.emulator.services._common import keep, same_tail, unless_gone, without_none
from tools.emulator.services._elasticache import log_deliveries, of_cluster, same_version, sent, shown_logs
from tools.emulator.services._rds import changed, lowered
from tools.emulator.services.elasticache_users import cache_tags


def _create_cluster(call: Call) -> str:
    params = {**sent(call, "create_cache_cluster"), **log_deliveries(call), "Tags": tag_list(call.tags)}
    if call.get("replicationGroupId"):
        params.pop("Engine", None)
    return str(call.aws().create_cache_cluster(**params)["CacheCluster"]["CacheClusterId"])


def _read_cluster(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().describe_cache_clusters, CacheClusterId=call.id, ShowCacheNodeInfo=True)
    if not answer or not answer["CacheClusters"]:
        return None
    item = answer["CacheClusters"][0]
    nodes = [
        {
            "id": one["CacheNodeId"],
            "address": one["Endpoint"]["Address"],
            "port": one["Endpoint"]["Port"],
            "availabilityZone": one.get("CustomerAvailabilityZone", ""),
        }
        for one in item.get("CacheNodes") or []
    ]
    endpoint = item.get("ConfigurationEndpoint") or {}
    zone = item.get("PreferredAvailabilityZone", "")
    found = {
        **take(
            call.type,
            item,
            {"arn": "ARN", "logDeliveryConfigurations": "", "cacheNodes": "", "tags": "", "tagsAll": ""},
        ),
        **of_cluster(item),
        "clusterId": item["CacheClusterId"],
        "nodeType": item["CacheNodeType"],
        "engineVersion": keep(call, "engineVersion", item["EngineVersion"], same_version),
        "availabilityZone": zone,
        "azMode": "cross-az" if zone == "Multiple" else "single-az",
        "cacheNodes": nodes,
        "port": nodes[0]["port"] if nodes else None,
        "clusterAddress": endpoint.get("Address", ""),
        "configurationEndpoint": f"{endpoint['Address']}:{endpoint['Port']}" if endpoint else "",
        "logDeliveryConfigurations": shown_logs(item.get("LogDeliveryConfigurations") or []),
        "autoMinorVersionUpgrade": str(item.get("AutoMinorVersionUpgrade", True)).lower(),
    }
    return {name: value for name, value in found.items() if value is not None}


def _update_cluster(call: Call) -> None:
    params = {**sent(call, "modify_cache_cluster", changed(call)), **log_deliveries(call)}
    if params:
        call.aws().modify_cache_cluster(**params, CacheClusterId=call.id, ApplyImmediately=True)


def _delete_cluster(call: Call) -> None:
    last = without_none(FinalSnapshotIdentifier=call.get("finalSnapshotIdentifier"))
    unless_gone(call.aws().delete_cache_cluster, CacheClusterId=call.id, **last)


def _replacing_cluster(_: Mapping[str, Any], new: Mapping[str, Any]) -> Collection[str]:
    """Nodes of Memcached don't change their size in place."""
    return ["nodeType"] if new.get("engine") == "memcached" else []


CLUSTER = Emulated(
    "aws:elasticache/cluster:Cluster",
    service="elasticache",
    create=_create_cluster,
    read=_read_cluster,
    update=_update_cluster,
    delete=_delete_cluster,
    tags=cache_tags("cluster"),
    replace_on=(
        "availabilityZone",
        "clusterId",
        "engine",
        "networkType",
        "outpostMode",
        "port",
        "preferredOutpostArn",
        "region",
        "replicationGroupId",
        "snapshotArns",
        "snapshotName",
        "subnetGroupName",
        "transitEncryptionEnabled",
    ),
    replace_if=_replacing_cluster,
    exact=True,
    unordered=("securityGroupIds", "logDeliveryConfigurations"),
    normal={"maintenanceWindow": lowered, "clusterId": lowered},
)


# -- serverless caches

_SERVERLESS = {
    "name": "ServerlessCacheName",
    "snapshotArnsToRestores": "SnapshotArnsToRestore",
    "cacheUsageLimits": "",
    "timeouts": "",
    "tags": "",
    "tagsAll": "",
}


def _limits(call: Call) -> dict[str, Any]:
    given = call.get("cacheUsageLimits") or {}
    storage, units = given.get("dataStorage"), (given.get("ecpuPerSeconds") or [None])[0]
    limits = without_none(
        DataStorage=without_none(
            Maximum=storage.get("maximum"), Minimum=storage.get("minimum"), Unit=storage["unit"]
        )
        if storage
        else None,
        ECPUPerSecond=without_none(Maximum=units.get("maximum"), Minimum=units.get("minimum"))
        if units
        else None,
    )
    return {"CacheUsageLimits": limits} if limits else {}


def _create_serverless(call: Call) -> str:
    params = {**parameters(call.aws(), "create_serverless_cache", call.inputs, _SERVERLESS), **_limits(call)}
    answer = call.aws().create_serverless_cache(**params, Tags=tag_list(call.tags))
    return str(answer["ServerlessCache"]["ServerlessCacheName"])


def _read_serverless(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().describe_serverless_caches, ServerlessCacheName=call.id)
    if not answer or not answer["ServerlessCaches"]:
        return None
    item = answer["ServerlessCaches"][0]
    kinds = call.type.outputs
    found = take(
        call.type,
        item,
        {"name": "ServerlessCacheName", "arn": "ARN", "cacheUsageLimits": "", "tags": "", "tagsAll": ""},
    )
    limits = item.get("CacheUsageLimits") or {}
    shown = without_none(
        dataStorage=limits.get("DataStorage"),
        ecpuPerSeconds=[limits["ECPUPerSecond"]] if limits.get("ECPUPerSecond") else None,
    )
    if shown:
        found["cacheUsageLimits"] = from_api(kinds["cacheUsageLimits"].type, shown)
    return {
        **found,
        "endpoints": from_api(kinds["endpoints"].type, [item["Endpoint"]]),
        "readerEndpoints": from_api(kinds["readerEndpoints"].type, [item["ReaderEndpoint"]]),
        "kmsKeyId": keep(call, "kmsKeyId", item.get("KmsKeyId"), same_tail) or "",
    }


def _update_serverless(call: Call) -> None:
    given = {name: call.inputs.get(name) for name in changed(call)}
    params = parameters(call.aws(), "modify_serverless_cache", given, {**_SERVERLESS, "name": ""})
    if call.changed("cacheUsageLimits"):
        params |= _limits(call)
    if call.old.get("userGroupId") and not call.get("userGroupId"):
        params["RemoveUserGroup"] = True
    if params:
        call.aws().modify_serverless_cache(ServerlessCacheName=call.id, **params)


def _delete_serverless(call: Call) -> None:
    unless_gone(call.aws().delete_serverless_cache, ServerlessCacheName=call.id)


SERVERLESS_CACHE = Emulated(
    "aws:elasticache/serverlessCache:ServerlessCache",
    service="elasticache",
    create=_create_serverless,
    read=_read_serverless,
    update=_update_serverless,
    delete=_delete_serverless,
    tags=cache_tags("serverlesscache"),
    replace_on=("kmsKeyId", "name", "networkType", "region", "snapshotArnsToRestores", "subnetIds"),
    exact=True,
    unordered=("securityGroupIds", "subnetIds"),
)

TYPES = (CLUSTER, SERVERLESS_CACHE)
