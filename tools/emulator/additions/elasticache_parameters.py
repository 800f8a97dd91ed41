"""ElastiCache parameter groups, which moto does not know. Those that begin with `default.` are there by themselves."""

from __future__ import annotations

from moto.elasticache.responses import ElastiCacheResponse

from tools.emulator.additions._api import Api, Asked, Document, refused
from tools.emulator.additions._elasticache import CLUSTERS, PARAMETERS, tag, untag

API = Api("elasticache")


@API.operation
def _create_cache_parameter_group(asked: Asked) -> Document:
    name = asked.params["CacheParameterGroupName"]
    document = {
        "CacheParameterGroupName": name,
        "CacheParameterGroupFamily": asked.params["CacheParameterGroupFamily"],
        "Description": asked.params["Description"],
        "IsGlobal": False,
        "ARN": asked.arn("elasticache", f"parametergroup:{name}"),
        "Values": {},
    }
    made = PARAMETERS.add(asked.backend, name, document)
    tag(asked, made["ARN"], asked.params.get("Tags"))
    return {"CacheParameterGroup": made}


@API.operation
def _describe_cache_parameter_groups(asked: Asked) -> Document:
    return {
        "CacheParameterGroups": PARAMETERS.listed(asked.backend, asked.params.get("CacheParameterGroupName"))
    }


@API.operation
def _describe_cache_parameters(asked: Asked) -> Document:
    """The parameters that somebody has set; AWS lists those of the engine too."""
    group = PARAMETERS.get(asked.backend, asked.params["CacheParameterGroupName"])
    return {
        "Parameters": [
            {"ParameterName": name, "ParameterValue": value, "Source": "user", "IsModifiable": True}
            for name, value in group["Values"].items()
        ]
    }


@API.operation
def _modify_cache_parameter_group(asked: Asked) -> Document:
    group = PARAMETERS.get(asked.backend, asked.params["CacheParameterGroupName"])
    wanted = asked.params["ParameterNameValues"]
    group["Values"] |= {one["ParameterName"]: one["ParameterValue"] for one in wanted}
    return {"CacheParameterGroupName": group["CacheParameterGroupName"]}


@API.operation
def _reset_cache_parameter_group(asked: Asked) -> Document:
    group = PARAMETERS.get(asked.backend, asked.params["CacheParameterGroupName"])
    names = [one["ParameterName"] for one in asked.params.get("ParameterNameValues", [])]
    for name in list(group["Values"]) if asked.params.get("ResetAllParameters") else names:
        group["Values"].pop(name, None)
    return {"CacheParameterGroupName": group["CacheParameterGroupName"]}


@API.operation
def _delete_cache_parameter_group(asked: Asked) -> None:
    name = asked.params["CacheParameterGroupName"]
    users = [one for one in CLUSTERS.listed(asked.backend) if parameter_group_of(one) == name]
    if users:
        raise refused("InvalidCacheParameterGroupState", f"Cache parameter group {name} is used by clusters")
    gone = PARAMETERS.remove(asked.backend, name)
    untag(asked, gone["ARN"])


def parameter_group_of(cluster: Document) -> str:
    """The name of the parameter group of a cluster."""
    return str((cluster.get("CacheParameterGroup") or {}).get("CacheParameterGroupName", ""))


def parameter_group_for(asked: Asked, engine: str, version: str, clustered: bool) -> str:
    """The parameter group of a request: the given one, or the default of engine and version."""
    given = asked.params.get("CacheParameterGroupName")
    if given:
        if not given.startswith("default."):
            PARAMETERS.get(asked.backend, given)
        return str(given)
    major = version.split(".", 1)[0] if engine != "memcached" else version.rsplit(".", 1)[0]
    return f"default.{engine}{major}" + (".cluster.on" if clustered else "")


def install() -> None:
    """Keep parameter groups."""
    API.install(ElastiCacheResponse)
