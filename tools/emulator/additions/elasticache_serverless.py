"""ElastiCache serverless caches, which moto does not know."""

from __future__ import annotations

from moto.core.utils import utcnow
from moto.elasticache.responses import ElastiCacheResponse

from tools.emulator.additions._api import Api, Asked, Document
from tools.emulator.additions._elasticache import (
    SERVERLESS,
    SNAPSHOTS,
    USER_GROUPS,
    VERSIONS,
    host,
    letters,
    tag,
    untag,
)

API = Api("elasticache")
_GIVEN = (
    "CacheUsageLimits",
    "DailySnapshotTime",
    "Description",
    "KmsKeyId",
    "NetworkType",
    "SecurityGroupIds",
    "SnapshotRetentionLimit",
    "SubnetIds",
    "UserGroupId",
)


@API.operation
def _create_serverless_cache(asked: Asked) -> Document:
    given, name = asked.params, asked.params["ServerlessCacheName"].lower()
    engine = given["Engine"]
    if given.get("UserGroupId"):
        USER_GROUPS.get(asked.backend, given["UserGroupId"])
    newest, place = VERSIONS[engine], letters()
    port = 11211 if engine == "memcached" else 6379
    address = host(asked, f"{name}-{place}", "serverless")
    document = {
        "ServerlessCacheName": name,
        "Status": "available",
        "CreateTime": utcnow(),
        "Engine": engine,
        "MajorEngineVersion": given.get("MajorEngineVersion") or newest.split(".")[0],
        "FullEngineVersion": newest,
        "Description": " ",
        "SnapshotRetentionLimit": 0,
        "DailySnapshotTime": "00:00",
        "NetworkType": "ipv4",
        **asked.given(*_GIVEN),
        "Endpoint": {"Address": address, "Port": port},
        "ReaderEndpoint": {"Address": address, "Port": port + 1},
        "ARN": asked.arn("elasticache", f"serverlesscache:{name}"),
    }
    made = SERVERLESS.add(asked.backend, name, document)
    tag(asked, made["ARN"], given.get("Tags"))
    return {"ServerlessCache": made}


@API.operation
def _describe_serverless_caches(asked: Asked) -> Document:
    return {"ServerlessCaches": SERVERLESS.listed(asked.backend, asked.params.get("ServerlessCacheName"))}


@API.operation
def _modify_serverless_cache(asked: Asked) -> Document:
    name = asked.params["ServerlessCacheName"]
    if asked.params.get("RemoveUserGroup"):
        SERVERLESS.get(asked.backend, name).pop("UserGroupId", None)
    fields = asked.given(*_GIVEN, "Engine", "MajorEngineVersion")
    return {"ServerlessCache": SERVERLESS.change(asked.backend, name, fields)}


@API.operation
def _delete_serverless_cache(asked: Asked) -> Document:
    gone = SERVERLESS.remove(asked.backend, asked.params["ServerlessCacheName"])
    last = asked.params.get("FinalSnapshotName")
    if last:
        SNAPSHOTS.add(asked.backend, last, {"SnapshotName": last, "SnapshotStatus": "available"})
    untag(asked, gone["ARN"])
    return {"ServerlessCache": {**gone, "Status": "deleting"}}


def install() -> None:
    """Keep serverless caches."""
    API.install(ElastiCacheResponse)
