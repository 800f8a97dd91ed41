"""RDS instances: those of a cluster, and single ones: new, replicas, from a snapshot or from a point in time.

No database runs. Changes are made at once, whatever `applyImmediately` says.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from tools.emulator.emulated import Call, Emulated
from tools.emulator.mapping import tag_list, take
from tools.emulator.services._common import keep, same_tail, unless_gone
from tools.emulator.services._rds import (
    Taken,
    as_given,
    changed,
    given,
    last_words,
    log_exports,
    lowered,
    moment,
    own_name,
    password,
    secret_of,
)
from tools.emulator.services.rds import rds_tags

_SENT = {
    "backupWindow": "PreferredBackupWindow",
    "caCertIdentifier": "CACertificateIdentifier",
    "clusterIdentifier": "DBClusterIdentifier",
    "dbName": "DBName",
    "dbParameterGroupName": "DBParameterGroupName",
    "enabledCloudwatchLogsExports": "EnableCloudwatchLogsExports",
    "iamDatabaseAuthenticationEnabled": "EnableIAMDatabaseAuthentication",
    "identifier": "",
    "identifierPrefix": "",
    "instanceClass": "DBInstanceClass",
    "maintenanceWindow": "PreferredMaintenanceWindow",
    "parameterGroupName": "DBParameterGroupName",
    "password": "",
    "passwordWo": "",
    "performanceInsightsEnabled": "EnablePerformanceInsights",
    "snapshotIdentifier": "DBSnapshotIdentifier",
    "username": "MasterUsername",
    "replicateSourceDb": "",
    "restoreToPointInTime": "",
    "tags": "",
    "tagsAll": "",
    "region": "",
    "applyImmediately": "",
    "allowMajorVersionUpgrade": "",
}
_TAKEN: Taken = {
    "address": "Endpoint.Address",
    "arn": "DBInstanceArn",
    "backupWindow": "PreferredBackupWindow",
    "caCertIdentifier": "CertificateDetails.CAIdentifier",
    "clusterIdentifier": "DBClusterIdentifier",
    "databaseInsightsMode": "DatabaseInsightsMode",
    "dbParameterGroupName": "DBParameterGroups[0].DBParameterGroupName",
    "dbSubnetGroupName": "DBSubnetGroup.DBSubnetGroupName",
    "dbiResourceId": "DbiResourceId",
    "domain": "",
    "domainFqdn": "",
    "endpoint": "Endpoint.Address",
    "engineVersionActual": "EngineVersion",
    "hostedZoneId": "Endpoint.HostedZoneId",
    "iamDatabaseAuthenticationEnabled": "IAMDatabaseAuthenticationEnabled",
    "identifier": "DBInstanceIdentifier",
    "instanceClass": "DBInstanceClass",
    "maintenanceWindow": "PreferredMaintenanceWindow",
    "masterUserSecrets": secret_of,
    "masterUserSecretKmsKeyId": "MasterUserSecret.KmsKeyId",
    "optionGroupName": "OptionGroupMemberships[0].OptionGroupName",
    "parameterGroupName": "DBParameterGroups[0].DBParameterGroupName",
    "performanceInsightsKmsKeyId": "PerformanceInsightsKMSKeyId",
    "port": "Endpoint.Port",
    "replicas": "ReadReplicaDBInstanceIdentifiers",
    "replicateSourceDb": "",
    "resourceId": "DbiResourceId",
    "status": "DBInstanceStatus",
    "username": "MasterUsername",
    "vpcSecurityGroupIds": "VpcSecurityGroups[].VpcSecurityGroupId",
    "tags": "",
    "tagsAll": "",
}
_STAY = (
    "identifier",
    "identifierPrefix",
    "engine",
    "username",
    "dbName",
    "storageEncrypted",
    "kmsKeyId",
    "replicateSourceDb",
)
"""What no change of an instance takes."""
_AS_GIVEN = ("allocatedStorage", "availabilityZone", "networkType", "promotionTier")


def _params(call: Call, action: str, only: Collection[str] | None = None) -> dict[str, Any]:
    return given(call, action, _SENT, only)


def _labelled(call: Call) -> dict[str, Any]:
    return {"Tags": tag_list(call.tags)} if call.tags else {}


def _find(call: Call) -> Mapping[str, Any] | None:
    """An instance by its identifier, or by the resource id that single instances have as their id."""
    if call.id.startswith("db-"):
        filters = [{"Name": "dbi-resource-id", "Values": [call.id]}]
        answer = unless_gone(call.aws().describe_db_instances, Filters=filters)
        if answer and answer["DBInstances"]:
            return dict(answer["DBInstances"][0])
    name = call.state.get("identifier") or call.inputs.get("identifier") or call.id
    answer = unless_gone(call.aws().describe_db_instances, DBInstanceIdentifier=name)
    return answer["DBInstances"][0] if answer and answer["DBInstances"] else None


def _found(call: Call, item: Mapping[str, Any]) -> dict[str, Any]:
    found = as_given(call, take(call.type, item, _TAKEN))
    for name in _AS_GIVEN:
        if call.inputs.get(name) is not None and found.get(name) is None:
            found[name] = call.inputs[name]
    if "masterUserSecretKmsKeyId" in found and not found.get("masterUserSecrets"):
        del found["masterUserSecretKmsKeyId"]
    return found


# -- instances of a cluster


def _create_member(call: Call) -> str:
    name = own_name(call, "identifier")
    params = _params(call, "create_db_instance")
    call.aws().create_db_instance(**params, DBInstanceIdentifier=name, **_labelled(call))
    return name


def _read_member(call: Call) -> dict[str, Any] | None:
    item = _find(call)
    if item is None:
        return None
    found = _found(call, item)
    cluster = unless_gone(
        call.aws().describe_db_clusters, DBClusterIdentifier=item.get("DBClusterIdentifier", "")
    )
    members = (
        cluster["DBClusters"][0].get("DBClusterMembers", []) if cluster and cluster["DBClusters"] else []
    )
    mine: Mapping[str, Any] = next(
        (one for one in members if one["DBInstanceIdentifier"] == item["DBInstanceIdentifier"]), {}
    )
    return {**found, "writer": bool(mine.get("IsClusterWriter"))}


def _update(call: Call) -> None:
    item = _find(call)
    if item is None:
        return
    names = [name for name in changed(call) if name not in _STAY]
    if call.get("clusterIdentifier"):
        # The version of a cluster's instance is the cluster's.
        names = [name for name in names if name not in ("engineVersion", "dbSubnetGroupName")]
    params = {**_params(call, "modify_db_instance", names), **log_exports(call)}
    if call.changed("password", "passwordWoVersion"):
        params |= password(call, "password", "passwordWo")
    if call.changed("identifier") and call.get("identifier") and not call.get("clusterIdentifier"):
        params["NewDBInstanceIdentifier"] = call.inputs["identifier"]
    if "EngineVersion" in params and call.get("allowMajorVersionUpgrade"):
        params["AllowMajorVersionUpgrade"] = True
    if params:
        name = item["DBInstanceIdentifier"]
        call.aws().modify_db_instance(**params, DBInstanceIdentifier=name, ApplyImmediately=True)
        call.state = {**call.state, "identifier": params.get("NewDBInstanceIdentifier", name)}


def _delete_member(call: Call) -> None:
    if _find(call) is not None:
        call.aws().delete_db_instance(DBInstanceIdentifier=call.id, SkipFinalSnapshot=True)


CLUSTER_INSTANCE = Emulated(
    "aws:rds/clusterInstance:ClusterInstance",
    service="rds",
    create=_create_member,
    read=_read_member,
    update=_update,
    delete=_delete_member,
    tags=rds_tags("db"),
    replace_on=(
        "availabilityZone",
        "clusterIdentifier",
        "customIamInstanceProfile",
        "dbSubnetGroupName",
        "engine",
        "identifier",
        "identifierPrefix",
        "region",
    ),
    exact=True,
    normal={"preferredMaintenanceWindow": lowered},
)


# -- single instances


def _create(call: Call) -> str:
    name, client = own_name(call, "identifier"), call.aws()
    source, point = call.get("replicateSourceDb"), call.get("restoreToPointInTime")
    if source:
        params = _params(call, "create_db_instance_read_replica")
        params |= {"DBInstanceIdentifier": name, "SourceDBInstanceIdentifier": source, **_labelled(call)}
        item = client.create_db_instance_read_replica(**params)["DBInstance"]
    elif call.get("snapshotIdentifier"):
        params = _params(call, "restore_db_instance_from_db_snapshot")
        params |= {"DBInstanceIdentifier": name, **_labelled(call)}
        item = client.restore_db_instance_from_db_snapshot(**params)["DBInstance"]
    elif point:
        params = {**_params(call, "restore_db_instance_to_point_in_time"), **_point(point)}
        params |= {"TargetDBInstanceIdentifier": name, **_labelled(call)}
        item = client.restore_db_instance_to_point_in_time(**params)["DBInstance"]
    else:
        params = {**_params(call, "create_db_instance"), **password(call, "password", "passwordWo")}
        params |= {"DBInstanceIdentifier": name, **_labelled(call)}
        item = client.create_db_instance(**params)["DBInstance"]
    # Also where the program gives no identifier, later steps have to find the instance.
    call.state = {"identifier": name}
    return str(item["DbiResourceId"])


def _point(point: Mapping[str, Any]) -> dict[str, Any]:
    names = {
        "sourceDbInstanceIdentifier": "SourceDBInstanceIdentifier",
        "sourceDbInstanceAutomatedBackupsArn": "SourceDBInstanceAutomatedBackupsArn",
        "sourceDbiResourceId": "SourceDbiResourceId",
        "useLatestRestorableTime": "UseLatestRestorableTime",
    }
    found = {api: point[name] for name, api in names.items() if point.get(name) is not None}
    return {**found, "RestoreTime": moment(point["restoreTime"])} if point.get("restoreTime") else found


def _read(call: Call) -> dict[str, Any] | None:
    item = _find(call)
    if item is None:
        return None
    call.id = str(item["DbiResourceId"])
    call.state = {**call.state, "identifier": item["DBInstanceIdentifier"]}
    place = item.get("Endpoint") or {}
    source = item.get("ReadReplicaSourceDBInstanceIdentifier")
    return {
        **_found(call, item),
        "endpoint": f"{place.get('Address', '')}:{place.get('Port', '')}",
        "replicateSourceDb": keep(call, "replicateSourceDb", source, same_tail) or "",
    }


def _promote(call: Call) -> None:
    """A replica whose source is taken out of the program stands alone from then on."""
    if call.old.get("replicateSourceDb") and not call.get("replicateSourceDb"):
        item = _find(call)
        if item is not None:
            call.aws().promote_read_replica(DBInstanceIdentifier=item["DBInstanceIdentifier"])


def _update_single(call: Call) -> None:
    _promote(call)
    _update(call)


def _delete(call: Call) -> None:
    item = _find(call)
    if item is None:
        return
    # AWS makes no final snapshot of a replica.
    alone = not call.get("replicateSourceDb")
    how = last_words(call, "FinalDBSnapshotIdentifier") if alone else {"SkipFinalSnapshot": True}
    if call.get("deleteAutomatedBackups") is not None:
        how["DeleteAutomatedBackups"] = call.inputs["deleteAutomatedBackups"]
    call.aws().delete_db_instance(DBInstanceIdentifier=item["DBInstanceIdentifier"], **how)


def _replacing(_: Mapping[str, Any], new: Mapping[str, Any]) -> Collection[str]:
    """A snapshot may be taken out of the program, not put in; a source may be taken out, which promotes the replica."""
    return [name for name in ("snapshotIdentifier", "replicateSourceDb") if new.get(name)]


INSTANCE = Emulated(
    "aws:rds/instance:Instance",
    service="rds",
    create=_create,
    read=_read,
    update=_update_single,
    delete=_delete,
    tags=rds_tags("db", name=lambda call: str(call.state.get("identifier") or call.inputs.get("identifier"))),
    replace_on=(
        "availabilityZone",
        "backupTarget",
        "characterSetName",
        "customIamInstanceProfile",
        "dbName",
        "engine",
        "kmsKeyId",
        "ncharCharacterSetName",
        "restoreToPointInTime",
        "s3Import",
        "storageEncrypted",
        "timezone",
        "username",
        "region",
    ),
    replace_if=_replacing,
    exact=True,
    unordered=("vpcSecurityGroupIds", "enabledCloudwatchLogsExports", "domainDnsIps"),
    normal={"maintenanceWindow": lowered},
)

TYPES = (CLUSTER_INSTANCE, INSTANCE)
