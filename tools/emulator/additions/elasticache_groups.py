"""ElastiCache replication groups, in the place of moto's, which lose most of what is given.

A group has its member clusters, as AWS shows them; its hosts keep their names over restarts. What AWS refuses of
combinations is refused: Multi-AZ without failover, failover without a second node, users without TLS.
"""

from __future__ import annotations

from moto.core.utils import utcnow
from moto.elasticache.responses import ElastiCacheResponse

from tools.emulator.additions._api import Api, Asked, Document, refused
from tools.emulator.additions._elasticache import (
    CLUSTERS,
    GROUPS,
    USER_GROUPS,
    host,
    letters,
    tag,
    untag,
    whole_version,
)
from tools.emulator.additions.elasticache_clusters import (
    change_cluster,
    changed_logs,
    logs_of,
    make_cluster,
    save,
)
from tools.emulator.additions.elasticache_parameters import parameter_group_for, parameter_group_of

API = Api("elasticache")
_SWITCH = {True: "enabled", False: "disabled"}
_PLAIN = (
    "AtRestEncryptionEnabled",
    "AutoMinorVersionUpgrade",
    "CacheNodeType",
    "Durability",
    "IpDiscovery",
    "KmsKeyId",
    "NetworkType",
    "SnapshotRetentionLimit",
    "SnapshotWindow",
    "TransitEncryptionEnabled",
    "TransitEncryptionMode",
)


def _check(asked: Asked, group: Document, nodes: int) -> None:
    clustered = group["ClusterEnabled"]
    if group["MultiAZ"] == "enabled" and group["AutomaticFailover"] == "disabled":
        raise refused("InvalidParameterCombination", "Multi-AZ needs automatic failover")
    if group["AutomaticFailover"] == "enabled" and not clustered and nodes < 2:
        raise refused("InvalidParameterCombination", "Automatic failover needs at least two nodes")
    if group.get("UserGroupIds") and not group.get("TransitEncryptionEnabled"):
        raise refused("InvalidParameterCombination", "User groups need encryption in transit")
    for name in group.get("UserGroupIds", []):
        USER_GROUPS.get(asked.backend, name)


def _shards(asked: Asked, group: Document, count: int, replicas: int) -> None:
    """Make the node groups anew, with their members; members that are there already stay."""
    name, clustered = group["ReplicationGroupId"], group["ClusterEnabled"]
    place, port = group["Place"], group["Port"]
    members, shards = [], []
    for number in range(1, count + 1):
        ids = [
            f"{name}-{number:04d}-{one:03d}" if clustered else f"{name}-{one:03d}"
            for one in range(1, replicas + 2)
        ]
        members += ids
        shard: Document = {
            "NodeGroupId": f"{number:04d}",
            "Status": "available",
            "NodeGroupMembers": [
                {
                    "CacheClusterId": one,
                    "CacheNodeId": "0001",
                    "PreferredAvailabilityZone": f"{asked.region}{'abc'[index % 3]}",
                    "CurrentRole": "primary" if index == 0 else "replica",
                }
                for index, one in enumerate(ids)
            ],
        }
        if clustered:
            size = 16384 // count
            end = 16383 if number == count else number * size - 1
            shard["Slots"] = f"{(number - 1) * size}-{end}"
        else:
            shard["PrimaryEndpoint"] = {"Address": host(asked, "master", name, place), "Port": port}
            shard["ReaderEndpoint"] = {"Address": host(asked, "replica", name, place), "Port": port}
        shards.append(shard)
    group["NodeGroups"], group["MemberClusters"] = shards, members


@API.operation
def _create_replication_group(asked: Asked) -> Document:
    given, name = asked.params, asked.params["ReplicationGroupId"].lower()
    engine = given.get("Engine", "redis")
    version = whole_version(engine, given.get("EngineVersion"))
    shards = given.get("NumNodeGroups") or len(given.get("NodeGroupConfiguration") or []) or 1
    replicas = given.get("ReplicasPerNodeGroup")
    if replicas is None:
        configured = [one.get("ReplicaCount") for one in given.get("NodeGroupConfiguration") or []]
        replicas = (
            configured[0]
            if configured and configured[0] is not None
            else (given.get("NumCacheClusters") or 1) - 1
        )
    parameters = str(given.get("CacheParameterGroupName") or "")
    clustered = given.get("ClusterMode") == "enabled" or shards > 1 or parameters.endswith(".cluster.on")
    group: Document = {
        "ReplicationGroupId": name,
        "Description": given["ReplicationGroupDescription"],
        "Status": "available",
        "Engine": engine,
        "EngineVersion": version,
        "AtRestEncryptionEnabled": False,
        "TransitEncryptionEnabled": False,
        "AutoMinorVersionUpgrade": True,
        "SnapshotRetentionLimit": 0,
        "SnapshotWindow": "05:00-06:00",
        "CacheNodeType": "cache.t4g.micro",
        "NetworkType": "ipv4",
        "IpDiscovery": "ipv4",
        **asked.given(*_PLAIN),
        "AutomaticFailover": _SWITCH[bool(given.get("AutomaticFailoverEnabled"))],
        "MultiAZ": _SWITCH[bool(given.get("MultiAZEnabled"))],
        "DataTiering": _SWITCH[bool(given.get("DataTieringEnabled"))],
        "ClusterEnabled": clustered,
        "ClusterMode": given.get("ClusterMode") or ("enabled" if clustered else "disabled"),
        "AuthTokenEnabled": bool(given.get("AuthToken")),
        "UserGroupIds": given.get("UserGroupIds") or [],
        "LogDeliveryConfigurations": logs_of(given.get("LogDeliveryConfigurations")),
        "ReplicationGroupCreateTime": utcnow(),
        "ARN": asked.arn("elasticache", f"replicationgroup:{name}"),
        "Port": given.get("Port") or 6379,
        "Place": letters(),
    }
    if group["TransitEncryptionEnabled"]:
        group.setdefault("TransitEncryptionMode", "required")
    _check(asked, group, shards * (replicas + 1))
    parameter_group = parameter_group_for(asked, engine, version, clustered)
    _shards(asked, group, shards, replicas)
    if clustered:
        group["ConfigurationEndpoint"] = {
            "Address": host(asked, "clustercfg", name, group["Place"]),
            "Port": group["Port"],
        }
    made = GROUPS.add(asked.backend, name, group)
    _fill(asked, made, parameter_group)
    tag(asked, made["ARN"], given.get("Tags"))
    return {"ReplicationGroup": made}


def _fill(asked: Asked, group: Document, parameter_group: str) -> None:
    """Make the members that are missing, and take away those that are too many."""
    there = [
        one
        for one in CLUSTERS.listed(asked.backend)
        if one.get("ReplicationGroupId") == group["ReplicationGroupId"]
    ]
    for cluster in there:
        if cluster["CacheClusterId"] not in group["MemberClusters"]:
            CLUSTERS.remove(asked.backend, cluster["CacheClusterId"])
    first = dict(there[0]) if there else {}
    for name in group["MemberClusters"]:
        if name in CLUSTERS.all(asked.backend):
            continue
        arn = asked.arn("elasticache", f"cluster:{name}")
        more = {
            "ReplicationGroupId": group["ReplicationGroupId"],
            "CacheNodeType": group["CacheNodeType"],
            "CacheParameterGroup": {
                "CacheParameterGroupName": parameter_group,
                "ParameterApplyStatus": "in-sync",
            },
            **first,
            "CacheClusterId": name,
            "ARN": arn,
        }
        make_cluster(asked, name, group["Engine"], group["EngineVersion"], more)


@API.operation
def _describe_replication_groups(asked: Asked) -> Document:
    return {"ReplicationGroups": GROUPS.listed(asked.backend, asked.params.get("ReplicationGroupId"))}


def _members(asked: Asked, group: Document) -> list[Document]:
    return [CLUSTERS.get(asked.backend, name) for name in group["MemberClusters"]]


@API.operation
def _modify_replication_group(asked: Asked) -> Document:
    given = asked.params
    there = GROUPS.get(asked.backend, given["ReplicationGroupId"])
    group = {**there, **asked.given(*_PLAIN, "ClusterMode", "Engine")}
    switches = {"AutomaticFailoverEnabled": "AutomaticFailover", "MultiAZEnabled": "MultiAZ"}
    group |= {api: _SWITCH[given[name]] for name, api in switches.items() if given.get(name) is not None}
    if given.get("ReplicationGroupDescription") is not None:
        group["Description"] = given["ReplicationGroupDescription"]
    if given.get("EngineVersion") or given.get("Engine"):
        group["EngineVersion"] = whole_version(group["Engine"], given.get("EngineVersion"))
    if given.get("AuthToken") is not None:
        group["AuthTokenEnabled"] = given.get("AuthTokenUpdateStrategy") != "DELETE"
    gone, new = given.get("UserGroupIdsToRemove", []), given.get("UserGroupIdsToAdd", [])
    kept = [] if given.get("RemoveUserGroups") else [one for one in there["UserGroupIds"] if one not in gone]
    group["UserGroupIds"] = [*kept, *(one for one in new if one not in kept)]
    if given.get("LogDeliveryConfigurations") is not None:
        group["LogDeliveryConfigurations"] = changed_logs(there, given["LogDeliveryConfigurations"])
    _check(asked, group, len(group["MemberClusters"]))
    there.update(group)
    for member in _members(asked, there):
        member["Engine"] = there["Engine"]
        change_cluster(asked, member)
        member["EngineVersion"] = there["EngineVersion"]
    return {"ReplicationGroup": there}


def _resize(asked: Asked, shards: int | None, replicas: int | None) -> Document:
    group = GROUPS.get(asked.backend, asked.params["ReplicationGroupId"])
    there = len(group["NodeGroups"])
    each = len(group["MemberClusters"]) // there - 1
    wanted = each if replicas is None else replicas
    count = shards or there
    _check(asked, group, count * (wanted + 1))
    parameter_group = parameter_group_of(_members(asked, group)[0])
    _shards(asked, group, count, wanted)
    _fill(asked, group, parameter_group)
    return {"ReplicationGroup": group}


@API.operation
def _increase_replica_count(asked: Asked) -> Document:
    return _resize(asked, None, asked.params["NewReplicaCount"])


@API.operation
def _decrease_replica_count(asked: Asked) -> Document:
    return _resize(asked, None, asked.params["NewReplicaCount"])


@API.operation
def _modify_replication_group_shard_configuration(asked: Asked) -> Document:
    return _resize(asked, asked.params["NodeGroupCount"], None)


@API.operation
def _delete_replication_group(asked: Asked) -> Document:
    name = asked.params["ReplicationGroupId"]
    gone = GROUPS.get(asked.backend, name)
    save(asked, gone, asked.params.get("FinalSnapshotIdentifier"))
    for member in gone["MemberClusters"]:
        CLUSTERS.all(asked.backend).pop(member, None)
    GROUPS.remove(asked.backend, name)
    untag(asked, gone["ARN"])
    return {"ReplicationGroup": {**gone, "Status": "deleting"}}


def install() -> None:
    """Keep everything that is given of replication groups."""
    API.install(ElastiCacheResponse)
