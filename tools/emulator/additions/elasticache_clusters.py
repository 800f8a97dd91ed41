"""ElastiCache clusters: single ones and members of replication groups, in the place of moto's, which lose most settings.

Snapshots are kept by name; nothing is in them.
"""

from __future__ import annotations

from typing import Any

from moto.core.utils import utcnow
from moto.elasticache.responses import ElastiCacheResponse

from tools.emulator.additions._api import Api, Asked, Document
from tools.emulator.additions._elasticache import (
    CLUSTERS,
    GROUPS,
    SNAPSHOTS,
    host,
    letters,
    tag,
    untag,
    whole_version,
)
from tools.emulator.additions.elasticache_parameters import parameter_group_for

API = Api("elasticache")
_OF_MEMBERS = {
    "CacheNodeType": "CacheNodeType",
    "CacheSubnetGroupName": "CacheSubnetGroupName",
    "PreferredMaintenanceWindow": "PreferredMaintenanceWindow",
    "SnapshotRetentionLimit": "SnapshotRetentionLimit",
    "SnapshotWindow": "SnapshotWindow",
    "AutoMinorVersionUpgrade": "AutoMinorVersionUpgrade",
    "NetworkType": "NetworkType",
    "IpDiscovery": "IpDiscovery",
    "TransitEncryptionEnabled": "TransitEncryptionEnabled",
    "AtRestEncryptionEnabled": "AtRestEncryptionEnabled",
    "TransitEncryptionMode": "TransitEncryptionMode",
}


def make_cluster(asked: Asked, name: str, engine: str, version: str, more: Document) -> Document:
    """Keep a cluster with what the request gives; `more` is what it does not."""
    given = asked.params
    fields = {
        "CacheClusterId": name,
        "CacheClusterStatus": "available",
        "CacheClusterCreateTime": utcnow(),
        "Engine": engine,
        "EngineVersion": version,
        "NumCacheNodes": 1,
        "AutoMinorVersionUpgrade": True,
        "NetworkType": "ipv4",
        "IpDiscovery": "ipv4",
        "TransitEncryptionEnabled": False,
        "AtRestEncryptionEnabled": False,
        "SnapshotRetentionLimit": 0,
        "SnapshotWindow": "05:00-06:00",
        "PreferredMaintenanceWindow": "sun:07:00-sun:08:00",
        "PreferredAvailabilityZone": f"{asked.region}a",
        "CacheSubnetGroupName": "default",
        **{api: given[name] for name, api in _OF_MEMBERS.items() if given.get(name) is not None},
        "SecurityGroups": [
            {"SecurityGroupId": one, "Status": "active"} for one in given.get("SecurityGroupIds") or []
        ],
        "LogDeliveryConfigurations": logs_of(given.get("LogDeliveryConfigurations")),
        "AuthTokenEnabled": bool(given.get("AuthToken")),
        "ARN": asked.arn("elasticache", f"cluster:{name}"),
        **more,
    }
    if given.get("NotificationTopicArn"):
        fields["NotificationConfiguration"] = {
            "TopicArn": given["NotificationTopicArn"],
            "TopicStatus": "active",
        }
    return CLUSTERS.add(asked.backend, name, fields)


def logs_of(given: Any) -> list[Document]:
    """Where logs go, as the API shows it."""
    return [{**one, "Status": "active"} for one in given or [] if one.get("Enabled", True)]


@API.operation
def _create_cache_cluster(asked: Asked) -> Document:
    given, name = asked.params, asked.params["CacheClusterId"].lower()
    group = given.get("ReplicationGroupId")
    parent = GROUPS.get(asked.backend, group) if group else None
    engine = parent["Engine"] if parent else given.get("Engine", "redis")
    version = parent["EngineVersion"] if parent else whole_version(engine, given.get("EngineVersion"))
    port = given.get("Port") or (11211 if engine == "memcached" else 6379)
    count = given.get("NumCacheNodes") or 1
    place = letters()
    nodes = [
        {
            "CacheNodeId": f"{number:04d}",
            "CacheNodeStatus": "available",
            "CacheNodeCreateTime": utcnow(),
            "Endpoint": {"Address": host(asked, name, place, f"{number:04d}"), "Port": port},
            "ParameterGroupStatus": "in-sync",
            "CustomerAvailabilityZone": (
                given.get("PreferredAvailabilityZones") or [f"{asked.region}a"] * count
            )[(number - 1) % max(1, len(given.get("PreferredAvailabilityZones") or [""]))],
        }
        for number in range(1, count + 1)
    ]
    more = {
        "NumCacheNodes": count,
        "CacheNodes": nodes,
        "CacheParameterGroup": {
            "CacheParameterGroupName": parameter_group_for(asked, engine, version, False),
            "ParameterApplyStatus": "in-sync",
        },
        "ReplicationGroupId": group,
        "PreferredAvailabilityZone": given.get("PreferredAvailabilityZone")
        or ("Multiple" if given.get("AZMode") == "cross-az" else f"{asked.region}a"),
        "PreferredOutpostArn": given.get("PreferredOutpostArn"),
    }
    if engine == "memcached":
        more["ConfigurationEndpoint"] = {"Address": host(asked, name, place, "cfg"), "Port": port}
    made = make_cluster(asked, name, engine, version, more)
    tag(asked, made["ARN"], given.get("Tags"))
    return {"CacheCluster": made}


@API.operation
def _describe_cache_clusters(asked: Asked) -> Document:
    found = CLUSTERS.listed(asked.backend, asked.params.get("CacheClusterId"))
    if asked.params.get("ShowCacheClustersNotInReplicationGroups"):
        found = [one for one in found if not one.get("ReplicationGroupId")]
    if not asked.params.get("ShowCacheNodeInfo"):
        found = [{key: value for key, value in one.items() if key != "CacheNodes"} for one in found]
    return {"CacheClusters": found}


def change_cluster(asked: Asked, cluster: Document) -> None:
    """Set on a cluster what the request gives."""
    given = asked.params
    cluster.update({api: given[name] for name, api in _OF_MEMBERS.items() if given.get(name) is not None})
    if given.get("EngineVersion"):
        cluster["EngineVersion"] = whole_version(cluster["Engine"], given["EngineVersion"])
    if given.get("CacheParameterGroupName"):
        group = parameter_group_for(asked, cluster["Engine"], cluster["EngineVersion"], False)
        cluster["CacheParameterGroup"] = {"CacheParameterGroupName": group, "ParameterApplyStatus": "in-sync"}
    if given.get("SecurityGroupIds") is not None:
        cluster["SecurityGroups"] = [
            {"SecurityGroupId": one, "Status": "active"} for one in given["SecurityGroupIds"]
        ]
    if given.get("NotificationTopicArn") is not None:
        status = given.get("NotificationTopicStatus", "active")
        cluster["NotificationConfiguration"] = {
            "TopicArn": given["NotificationTopicArn"],
            "TopicStatus": status,
        }
    if given.get("LogDeliveryConfigurations") is not None:
        cluster["LogDeliveryConfigurations"] = changed_logs(cluster, given["LogDeliveryConfigurations"])


def changed_logs(owner: Document, given: list[Document]) -> list[Document]:
    """Each log goes to one place: what is given replaces that of its log, or takes it away."""
    kinds = [one["LogType"] for one in given]
    kept = [one for one in owner.get("LogDeliveryConfigurations", []) if one["LogType"] not in kinds]
    return [*kept, *logs_of(given)]


@API.operation
def _modify_cache_cluster(asked: Asked) -> Document:
    cluster = CLUSTERS.get(asked.backend, asked.params["CacheClusterId"])
    change_cluster(asked, cluster)
    count = asked.params.get("NumCacheNodes")
    if count:
        nodes = cluster["CacheNodes"]
        first = nodes[0]
        for number in range(len(nodes) + 1, count + 1):
            address = first["Endpoint"]["Address"].replace(".0001.", f".{number:04d}.")
            endpoint = {**first["Endpoint"], "Address": address}
            nodes.append({**first, "CacheNodeId": f"{number:04d}", "Endpoint": endpoint})
        cluster["CacheNodes"], cluster["NumCacheNodes"] = nodes[:count], count
    return {"CacheCluster": cluster}


@API.operation
def _delete_cache_cluster(asked: Asked) -> Document:
    name = asked.params["CacheClusterId"]
    gone = CLUSTERS.get(asked.backend, name)
    save(asked, gone, asked.params.get("FinalSnapshotIdentifier"))
    CLUSTERS.remove(asked.backend, name)
    untag(asked, gone["ARN"])
    return {"CacheCluster": {**gone, "CacheClusterStatus": "deleting"}}


def save(asked: Asked, owner: Document, name: str | None) -> None:
    """Keep a snapshot of a cluster or group, where a name is given."""
    if not name:
        return
    arn = asked.arn("elasticache", f"snapshot:{name}")
    kept = {
        key: value
        for key, value in owner.items()
        if key in ("CacheClusterId", "ReplicationGroupId", "Engine")
    }
    SNAPSHOTS.add(
        asked.backend, name, {**kept, "SnapshotName": name, "SnapshotStatus": "available", "ARN": arn}
    )


# -- snapshots


@API.operation
def _create_snapshot(asked: Asked) -> Document:
    name, group = asked.params["SnapshotName"], asked.params.get("ReplicationGroupId")
    shelf, owner = (GROUPS, group) if group else (CLUSTERS, asked.params.get("CacheClusterId"))
    save(asked, shelf.get(asked.backend, str(owner)), name)
    return {"Snapshot": SNAPSHOTS.get(asked.backend, name)}


@API.operation
def _describe_snapshots(asked: Asked) -> Document:
    return {"Snapshots": SNAPSHOTS.listed(asked.backend, asked.params.get("SnapshotName"))}


@API.operation
def _delete_snapshot(asked: Asked) -> Document:
    return {"Snapshot": SNAPSHOTS.remove(asked.backend, asked.params["SnapshotName"])}


def install() -> None:
    """Keep everything that is given of clusters."""
    API.install(ElastiCacheResponse)
