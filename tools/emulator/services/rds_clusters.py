"""RDS clusters: Aurora and Multi-AZ ones, new, from a snapshot or from a point in time.

No database runs. Changes are made at once, whatever `applyImmediately` says.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from tools.emulator.emulated import Call, Emulated
from tools.emulator.mapping import take
from tools.emulator.services._common import unless_gone
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
    "caCertificateIdentifier": "CACertificateIdentifier",
    "clusterIdentifier": "",
    "clusterIdentifierPrefix": "",
    "dbInstanceParameterGroupName": "DBInstanceParameterGroupName",
    "enabledCloudwatchLogsExports": "EnableCloudwatchLogsExports",
    "iamDatabaseAuthenticationEnabled": "EnableIAMDatabaseAuthentication",
    "masterPassword": "",
    "masterPasswordWo": "",
    "performanceInsightsEnabled": "EnablePerformanceInsights",
    "serverlessv2ScalingConfiguration": "ServerlessV2ScalingConfiguration",
    "snapshotIdentifier": "SnapshotIdentifier",
    "sourceRegion": "",
    "tags": "",
    "tagsAll": "",
    "region": "",
    "applyImmediately": "",
}
_TAKEN: Taken = {
    "clusterIdentifier": "DBClusterIdentifier",
    "arn": "DBClusterArn",
    "caCertificateIdentifier": "CertificateDetails.CAIdentifier",
    "caCertificateValidTill": "CertificateDetails.ValidTill",
    "clusterMembers": "DBClusterMembers[].DBInstanceIdentifier",
    "clusterResourceId": "DbClusterResourceId",
    "dbClusterParameterGroupName": "DBClusterParameterGroup",
    "dbSubnetGroupName": "DBSubnetGroup",
    "enableHttpEndpoint": "HttpEndpointEnabled",
    "enableLocalWriteForwarding": lambda item: (
        item.get("LocalWriteForwardingStatus") in ("enabled", "enabling")
    ),
    "enableGlobalWriteForwarding": "GlobalWriteForwardingRequested",
    "engineVersionActual": "EngineVersion",
    "globalClusterIdentifier": "",
    "iamDatabaseAuthenticationEnabled": "IAMDatabaseAuthenticationEnabled",
    "iamRoles": "AssociatedRoles[].RoleArn",
    "masterUserSecrets": secret_of,
    "masterUserSecretKmsKeyId": "MasterUserSecret.KmsKeyId",
    "performanceInsightsKmsKeyId": "PerformanceInsightsKMSKeyId",
    "serverlessv2ScalingConfiguration": "ServerlessV2ScalingConfiguration",
    "vpcSecurityGroupIds": "VpcSecurityGroups[].VpcSecurityGroupId",
    "tags": "",
    "tagsAll": "",
}
_ABSENT_MEANS_AS_GIVEN = ("availabilityZones", "allocatedStorage", "iops")
_CREATED_ONLY = frozenset(
    {"dbSubnetGroupName", "engine", "engineMode", "databaseName", "storageEncrypted", "kmsKeyId"}
)
_RESTORED_LATER = (
    "backupRetentionPeriod",
    "masterPassword",
    "preferredBackupWindow",
    "preferredMaintenanceWindow",
    "performanceInsightsEnabled",
    "monitoringInterval",
)
"""What a restoration does not take, so that a change right after it sets it."""


def _params(call: Call, action: str, only: Collection[str] | None = None) -> dict[str, Any]:
    return given(call, action, _SENT, only)


def _create(call: Call) -> str:
    name, client = own_name(call, "clusterIdentifier"), call.aws()
    tags = {"Tags": [{"Key": key, "Value": value} for key, value in call.tags.items()]} if call.tags else {}
    point = call.get("restoreToPointInTime")
    if call.get("snapshotIdentifier"):
        params = _params(call, "restore_db_cluster_from_snapshot")
        client.restore_db_cluster_from_snapshot(**{**params, "DBClusterIdentifier": name, **tags})
    elif point:
        client.restore_db_cluster_to_point_in_time(
            **_to_a_point(call, point), DBClusterIdentifier=name, **tags
        )
    else:
        params = {
            **_params(call, "create_db_cluster"),
            **password(call, "masterPassword", "masterPasswordWo"),
        }
        client.create_db_cluster(**{**params, "DBClusterIdentifier": name, **tags})
        return name
    _after_restoration(call, name)
    return name


def _to_a_point(call: Call, point: Mapping[str, Any]) -> dict[str, Any]:
    params = _params(call, "restore_db_cluster_to_point_in_time")
    for prop, parameter in (
        ("restoreType", "RestoreType"),
        ("sourceClusterIdentifier", "SourceDBClusterIdentifier"),
        ("sourceClusterResourceId", "SourceDbClusterResourceId"),
        ("useLatestRestorableTime", "UseLatestRestorableTime"),
    ):
        if point.get(prop) is not None:
            params[parameter] = point[prop]
    if point.get("restoreToTime"):
        params["RestoreToTime"] = moment(point["restoreToTime"])
    return params


def _after_restoration(call: Call, name: str) -> None:
    later = {prop for prop in _RESTORED_LATER if call.get(prop) is not None}
    params = {
        **_params(call, "modify_db_cluster", later),
        **password(call, "masterPassword", "masterPasswordWo"),
    }
    if params:
        call.aws().modify_db_cluster(**params, DBClusterIdentifier=name, ApplyImmediately=True)


def _settle(call: Call) -> None:
    """Roles: the difference of the lists is associated and taken away."""
    if call.inputs.get("iamRoles") is None or not call.changed("iamRoles"):
        return
    old, new = set(call.old.get("iamRoles") or ()), set(call.get("iamRoles", ()))
    for role in sorted(old - new):
        unless_gone(call.aws().remove_role_from_db_cluster, DBClusterIdentifier=call.id, RoleArn=role)
    for role in sorted(new - old):
        call.aws().add_role_to_db_cluster(DBClusterIdentifier=call.id, RoleArn=role)


def _read(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().describe_db_clusters, DBClusterIdentifier=call.id)
    if not answer or not answer["DBClusters"]:
        return None
    item = answer["DBClusters"][0]
    found = as_given(call, take(call.type, item, _TAKEN))
    for name in _ABSENT_MEANS_AS_GIVEN:
        # AWS adds zones and sizes storage by itself; what the program gives stands.
        if call.inputs.get(name) is not None:
            found[name] = call.inputs[name]
    if "masterUserSecretKmsKeyId" in found and not found["masterUserSecrets"]:
        del found["masterUserSecretKmsKeyId"]
    return {**found, "globalClusterIdentifier": _global_cluster(call, item["DBClusterArn"])}


def _global_cluster(call: Call, arn: str) -> str:
    for one in call.aws().describe_global_clusters()["GlobalClusters"]:
        if arn in [member["DBClusterArn"] for member in one["GlobalClusterMembers"]]:
            return str(one["GlobalClusterIdentifier"])
    return ""


def _update(call: Call) -> None:
    _leave_global_cluster(call)
    if call.changed("replicationSourceIdentifier") and not call.get("replicationSourceIdentifier"):
        call.aws().promote_read_replica_db_cluster(DBClusterIdentifier=call.id)
    if call.changed("enableHttpEndpoint"):
        arn = call.arn("rds", f"cluster:{call.id}")
        on = bool(call.get("enableHttpEndpoint"))
        (call.aws().enable_http_endpoint if on else call.aws().disable_http_endpoint)(ResourceArn=arn)
    names = [name for name in changed(call) if name not in ("enableHttpEndpoint", "allowMajorVersionUpgrade")]
    params = {**_params(call, "modify_db_cluster", names), **log_exports(call)}
    params |= password(call, "masterPassword", "masterPasswordWo")
    if "EngineVersion" in params and call.get("allowMajorVersionUpgrade"):
        params["AllowMajorVersionUpgrade"] = True
    if params:
        call.aws().modify_db_cluster(**params, DBClusterIdentifier=call.id, ApplyImmediately=True)


def _leave_global_cluster(call: Call) -> None:
    if not call.changed("globalClusterIdentifier") or not call.old.get("globalClusterIdentifier"):
        if call.changed("globalClusterIdentifier"):
            raise ValueError(
                f"{call.type.token} {call.id}: AWS adds no existing cluster to an existing global cluster; "
                "give the global cluster this one as sourceDbClusterIdentifier, or make a new secondary cluster"
            )
        return
    if call.get("globalClusterIdentifier"):
        raise ValueError(
            f"{call.type.token} {call.id}: a cluster can't go from one global cluster to another; remove it first"
        )
    call.aws().remove_from_global_cluster(
        GlobalClusterIdentifier=call.old["globalClusterIdentifier"],
        DbClusterIdentifier=call.arn("rds", f"cluster:{call.id}"),
    )


def _delete(call: Call) -> None:
    if _read(call) is not None:
        call.aws().delete_db_cluster(
            DBClusterIdentifier=call.id, **last_words(call, "FinalDBSnapshotIdentifier")
        )


def _replacing(_: Mapping[str, Any], new: Mapping[str, Any]) -> Collection[str]:
    """Storage types change in place in Aurora only; a snapshot may be taken out of the program, not put in."""
    found = [] if str(new.get("engine", "")).startswith("aurora") else ["storageType"]
    return [*found, "snapshotIdentifier"] if new.get("snapshotIdentifier") else found


CLUSTER = Emulated(
    "aws:rds/cluster:Cluster",
    service="rds",
    create=_create,
    read=_read,
    settle=_settle,
    update=_update,
    delete=_delete,
    tags=rds_tags("cluster"),
    replace_on=(
        "availabilityZones",
        "clusterIdentifier",
        "clusterIdentifierPrefix",
        "clusterScalabilityType",
        "databaseName",
        "dbSubnetGroupName",
        "dbSystemId",
        "engine",
        "engineMode",
        "kmsKeyId",
        "masterUsername",
        "publiclyAccessible",
        "restoreToPointInTime",
        "s3Import",
        "sourceRegion",
        "storageEncrypted",
        "region",
    ),
    replace_if=_replacing,
    exact=True,
    unordered=(
        "availabilityZones",
        "vpcSecurityGroupIds",
        "enabledCloudwatchLogsExports",
        "iamRoles",
        "clusterMembers",
    ),
    normal={"preferredMaintenanceWindow": lowered},
)

TYPES = (CLUSTER,)
