"""RDS: Aurora and Multi-AZ clusters, their instances, and single instances.

No database runs. What moto does not keep of one is taken as the program gives it. Changes are made at once, whatever
`applyImmediately` says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from tools.emulator.emulated import Call, Emulated
from tools.emulator.mapping import parameters, take
from tools.emulator.services._common import keep, same_tail, unless_gone
from tools.emulator.services.rds import rds_tags

Taken = Mapping[str, str | Callable[[Any], Any]]

_SENT = {
    "caCertIdentifier": "CACertificateIdentifier",
    "clusterIdentifier": "DBClusterIdentifier",
    "enabledCloudwatchLogsExports": "EnableCloudwatchLogsExports",
    "iamDatabaseAuthenticationEnabled": "EnableIAMDatabaseAuthentication",
    "masterPassword": "MasterUserPassword",
    "performanceInsightsEnabled": "EnablePerformanceInsights",
    "backupWindow": "PreferredBackupWindow",
    "maintenanceWindow": "PreferredMaintenanceWindow",
    "dbName": "DBName",
    "username": "MasterUsername",
    "password": "MasterUserPassword",
    "identifier": "DBInstanceIdentifier",
    "instanceClass": "DBInstanceClass",
    "parameterGroupName": "DBParameterGroupName",
    "tags": "",
    "tagsAll": "",
    "region": "",
    "applyImmediately": "",
    "replicateSourceDb": "",
}


def own_name(call: Call, prop: str) -> str:
    """The identifier: given, of a prefix and the time, or of the time as the real provider makes it."""
    if call.get(prop):
        return str(call.inputs[prop])
    now = dt.datetime.now(dt.UTC).strftime("%Y%m%d%H%M%S%f")
    return f"{call.get(f'{prop}Prefix', 'tf-')}{now}"


def _params(call: Call, action: str) -> dict[str, Any]:
    shape = (
        call.aws()
        .meta.service_model.operation_model(call.aws().meta.method_to_api_mapping[action])
        .input_shape
    )
    known = {name: api for name, api in _SENT.items() if not api or api in shape.members}
    unknown = dict.fromkeys((name for name in _SENT if name not in known), "")
    return parameters(call.aws(), action, call.inputs, {**unknown, **known})


def _same_version(given: Any, there: Any) -> bool:
    """`16` and `16.4` mean one engine version, as far as the program cares."""
    return str(there) == str(given) or str(there).startswith(f"{given}.")


def _kept(call: Call, found: dict[str, Any], lost: tuple[str, ...]) -> dict[str, Any]:
    """What is there, in the program's spelling where both mean the same, without what moto loses."""
    kept = {name: value for name, value in found.items() if name not in lost or call.inputs.get(name) is None}
    if "engineVersion" in kept:
        kept["engineVersion"] = keep(call, "engineVersion", kept["engineVersion"], _same_version)
    if "kmsKeyId" in kept:
        kept["kmsKeyId"] = keep(call, "kmsKeyId", kept["kmsKeyId"], same_tail)
    return kept


def _last_words(call: Call, snapshot: str) -> dict[str, Any]:
    """The parameters of a deletion: without a final snapshot only where the program says so."""
    if call.get("skipFinalSnapshot"):
        return {"SkipFinalSnapshot": True}
    if not call.get("finalSnapshotIdentifier"):
        raise ValueError(
            f"{call.type.token} {call.id}: give finalSnapshotIdentifier, or skipFinalSnapshot=True to lose the data"
        )
    return {"SkipFinalSnapshot": False, snapshot: call.inputs["finalSnapshotIdentifier"]}


# -- clusters

_CLUSTER: Taken = {
    "clusterIdentifier": "DBClusterIdentifier",
    "arn": "DBClusterArn",
    "clusterMembers": "DBClusterMembers[].DBInstanceIdentifier",
    "clusterResourceId": "DbClusterResourceId",
    "dbClusterParameterGroupName": "DBClusterParameterGroup",
    "dbSubnetGroupName": "DBSubnetGroup",
    "enableHttpEndpoint": "HttpEndpointEnabled",
    "engineVersionActual": "EngineVersion",
    "iamRoles": "AssociatedRoles[].RoleArn",
    "masterUserSecrets": "MasterUserSecret",
    "vpcSecurityGroupIds": "VpcSecurityGroups[].VpcSecurityGroupId",
    "tags": "",
    "tagsAll": "",
}
_CLUSTER_LOST = (
    "availabilityZones",
    "backtrackWindow",
    "enabledCloudwatchLogsExports",
    "enableHttpEndpoint",
    "iamDatabaseAuthenticationEnabled",
    "networkType",
    "performanceInsightsEnabled",
    "vpcSecurityGroupIds",
)


def _create_cluster(call: Call) -> str:
    name = own_name(call, "clusterIdentifier")
    call.aws().create_db_cluster(**{**_params(call, "create_db_cluster"), "DBClusterIdentifier": name})
    return name


def _read_cluster(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().describe_db_clusters, DBClusterIdentifier=call.id)
    if not answer or not answer["DBClusters"]:
        return None
    found = take(call.type, answer["DBClusters"][0], _CLUSTER)
    return _kept(call, found, _CLUSTER_LOST)


def _update_cluster(call: Call) -> None:
    params = _params(call, "modify_db_cluster")
    call.aws().modify_db_cluster(**{**params, "DBClusterIdentifier": call.id, "ApplyImmediately": True})


def _delete_cluster(call: Call) -> None:
    if _read_cluster(call) is not None:
        how = _last_words(call, "FinalDBSnapshotIdentifier")
        call.aws().delete_db_cluster(DBClusterIdentifier=call.id, **how)


CLUSTER = Emulated(
    "aws:rds/cluster:Cluster",
    service="rds",
    create=_create_cluster,
    read=_read_cluster,
    update=_update_cluster,
    delete=_delete_cluster,
    tags=rds_tags("cluster"),
    replace_on=(
        "availabilityZones",
        "clusterIdentifier",
        "clusterIdentifierPrefix",
        "databaseName",
        "dbSubnetGroupName",
        "engine",
        "engineMode",
        "kmsKeyId",
        "masterUsername",
        "snapshotIdentifier",
        "storageEncrypted",
    ),
    unordered=("availabilityZones", "vpcSecurityGroupIds", "enabledCloudwatchLogsExports", "iamRoles"),
)


# -- instances of a cluster, and single ones

_INSTANCE: Taken = {
    "address": "Endpoint.Address",
    "arn": "DBInstanceArn",
    "backupWindow": "PreferredBackupWindow",
    "caCertIdentifier": "CACertificateIdentifier",
    "clusterIdentifier": "DBClusterIdentifier",
    "dbParameterGroupName": "DBParameterGroups[0].DBParameterGroupName",
    "dbSubnetGroupName": "DBSubnetGroup.DBSubnetGroupName",
    "dbiResourceId": "DbiResourceId",
    "domain": "",
    "endpoint": "Endpoint.Address",
    "engineVersionActual": "EngineVersion",
    "hostedZoneId": "Endpoint.HostedZoneId",
    "identifier": "DBInstanceIdentifier",
    "instanceClass": "DBInstanceClass",
    "maintenanceWindow": "PreferredMaintenanceWindow",
    "masterUserSecrets": "MasterUserSecret",
    "optionGroupName": "OptionGroupMemberships[0].OptionGroupName",
    "parameterGroupName": "DBParameterGroups[0].DBParameterGroupName",
    "port": "Endpoint.Port",
    "replicas": "ReadReplicaDBInstanceIdentifiers",
    "resourceId": "DbiResourceId",
    "status": "DBInstanceStatus",
    "username": "MasterUsername",
    "vpcSecurityGroupIds": "VpcSecurityGroups[].VpcSecurityGroupId",
    "tags": "",
    "tagsAll": "",
}
_INSTANCE_LOST = (
    "parameterGroupName",
    "dbParameterGroupName",
    "optionGroupName",
    "caCertIdentifier",
    "customIamInstanceProfile",
    "enabledCloudwatchLogsExports",
    "iamDatabaseAuthenticationEnabled",
    "maxAllocatedStorage",
    "monitoringInterval",
    "monitoringRoleArn",
    "networkType",
    "performanceInsightsEnabled",
    "performanceInsightsKmsKeyId",
    "performanceInsightsRetentionPeriod",
    "promotionTier",
    "vpcSecurityGroupIds",
)


def _find_instance(call: Call) -> Mapping[str, Any] | None:
    """An instance by its identifier, or by the resource id that single instances have as their id."""
    name = call.inputs.get("identifier") or call.state.get("identifier") or call.id
    answer = unless_gone(call.aws().describe_db_instances, DBInstanceIdentifier=name)
    if answer is None and call.id.startswith("db-"):
        everything = call.aws().describe_db_instances()["DBInstances"]
        return next((item for item in everything if item.get("DbiResourceId") == call.id), None)
    return answer["DBInstances"][0] if answer and answer["DBInstances"] else None


def _create_cluster_instance(call: Call) -> str:
    name = own_name(call, "identifier")
    call.aws().create_db_instance(**{**_params(call, "create_db_instance"), "DBInstanceIdentifier": name})
    return name


def _create_instance(call: Call) -> str:
    name, rds, source = own_name(call, "identifier"), call.aws(), call.get("replicateSourceDb")
    if source:
        params = _params(call, "create_db_instance_read_replica")
        params |= {"DBInstanceIdentifier": name, "SourceDBInstanceIdentifier": source}
        item = rds.create_db_instance_read_replica(**params)["DBInstance"]
    else:
        params = {**_params(call, "create_db_instance"), "DBInstanceIdentifier": name}
        item = rds.create_db_instance(**params)["DBInstance"]
    # Also where the program gives no identifier, later steps have to find the instance.
    call.state = {"identifier": name}
    return str(item["DbiResourceId"])


def _read_cluster_instance(call: Call) -> dict[str, Any] | None:
    item = _find_instance(call)
    if item is None:
        return None
    found = _kept(call, take(call.type, item, _INSTANCE), _INSTANCE_LOST)
    cluster = unless_gone(
        call.aws().describe_db_clusters, DBClusterIdentifier=item.get("DBClusterIdentifier", "")
    )
    members = (
        cluster["DBClusters"][0].get("DBClusterMembers", []) if cluster and cluster["DBClusters"] else []
    )
    mine = [member for member in members if member["DBInstanceIdentifier"] == item["DBInstanceIdentifier"]]
    return {**found, "writer": bool(mine and mine[0].get("IsClusterWriter"))}


def _read_instance(call: Call) -> dict[str, Any] | None:
    item = _find_instance(call)
    if item is None:
        return None
    call.id = str(item["DbiResourceId"])
    found = _kept(call, take(call.type, item, _INSTANCE), _INSTANCE_LOST)
    place = item.get("Endpoint") or {}
    return {**found, "endpoint": f"{place.get('Address', '')}:{place.get('Port', '')}"}


def _update_instance(call: Call) -> None:
    item = _find_instance(call)
    if item is not None:
        params = _params(call, "modify_db_instance")
        for name in ("DBSubnetGroupName", "Engine", "MasterUsername", "DBName", "StorageEncrypted"):
            params.pop(name, None)
        name = item["DBInstanceIdentifier"]
        call.aws().modify_db_instance(**{**params, "DBInstanceIdentifier": name, "ApplyImmediately": True})


def _delete_cluster_instance(call: Call) -> None:
    if _find_instance(call) is not None:
        call.aws().delete_db_instance(DBInstanceIdentifier=call.id, SkipFinalSnapshot=True)


def _delete_instance(call: Call) -> None:
    item = _find_instance(call)
    if item is not None:
        replica = {"SkipFinalSnapshot": True} if call.get("replicateSourceDb") else None
        how = replica or _last_words(call, "FinalDBSnapshotIdentifier")
        call.aws().delete_db_instance(DBInstanceIdentifier=item["DBInstanceIdentifier"], **how)


CLUSTER_INSTANCE = Emulated(
    "aws:rds/clusterInstance:ClusterInstance",
    service="rds",
    create=_create_cluster_instance,
    read=_read_cluster_instance,
    update=_update_instance,
    delete=_delete_cluster_instance,
    tags=rds_tags("db"),
    replace_on=(
        "clusterIdentifier",
        "engine",
        "identifier",
        "identifierPrefix",
        "availabilityZone",
        "dbSubnetGroupName",
    ),
)

INSTANCE = Emulated(
    "aws:rds/instance:Instance",
    service="rds",
    create=_create_instance,
    read=_read_instance,
    update=_update_instance,
    delete=_delete_instance,
    tags=rds_tags("db", name=lambda call: str(call.inputs.get("identifier") or call.state.get("identifier"))),
    replace_on=(
        "availabilityZone",
        "dbName",
        "engine",
        "kmsKeyId",
        "storageEncrypted",
        "username",
        "snapshotIdentifier",
    ),
    update_on=("dbSubnetGroupName", "identifier"),
    unordered=("vpcSecurityGroupIds", "enabledCloudwatchLogsExports"),
)

TYPES = (CLUSTER, CLUSTER_INSTANCE, INSTANCE)
