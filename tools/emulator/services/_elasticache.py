"""What declarations of caches share: parameters, deliveries of logs, versions, what a cluster says of itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from tools.emulator.emulated import Call
from tools.emulator.mapping import parameters
from tools.emulator.services._common import without_none

_DETAILS = {
    "cloudwatch-logs": ("CloudWatchLogsDetails", "LogGroup"),
    "kinesis-firehose": ("KinesisFirehoseDetails", "DeliveryStream"),
}
_RENAMED = {
    "authTokenWo": "AuthToken",
    "automaticFailoverEnabled": "AutomaticFailoverEnabled",
    "availabilityZone": "PreferredAvailabilityZone",
    "clusterId": "CacheClusterId",
    "description": "ReplicationGroupDescription",
    "finalSnapshotIdentifier": "",
    "logDeliveryConfigurations": "",
    "maintenanceWindow": "PreferredMaintenanceWindow",
    "multiAzEnabled": "MultiAZEnabled",
    "nodeGroupConfigurations": "NodeGroupConfiguration",
    "nodeType": "CacheNodeType",
    "parameterGroupName": "CacheParameterGroupName",
    "preferredCacheClusterAzs": "PreferredCacheClusterAZs",
    "securityGroupNames": "CacheSecurityGroupNames",
    "snapshotArns": "SnapshotArns",
    "subnetGroupName": "CacheSubnetGroupName",
    "tags": "",
    "tagsAll": "",
    "region": "",
    "applyImmediately": "",
}


def sent(call: Call, action: str, only: Collection[str] | None = None) -> dict[str, Any]:
    """The parameters of an operation from the inputs, or from some of them."""
    client = call.aws()
    shape = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[action]).input_shape
    names = {name: api if not api or api in shape.members else "" for name, api in _RENAMED.items()}
    inputs = call.inputs if only is None else {name: call.inputs.get(name) for name in only}
    return parameters(client, action, inputs, names)


def log_deliveries(call: Call) -> dict[str, Any]:
    """The parameter that brings the deliveries of logs from the old inputs to the new ones."""
    old = {one["logType"]: one for one in call.old.get("logDeliveryConfigurations") or []}
    new = {one["logType"]: one for one in call.get("logDeliveryConfigurations", [])}
    if old == new:
        return {}
    wanted = []
    for one in new.values():
        kind, name = _DETAILS[one["destinationType"]]
        wanted.append(
            {
                "LogType": one["logType"],
                "LogFormat": one["logFormat"],
                "DestinationType": one["destinationType"],
                "DestinationDetails": {kind: {name: one["destination"]}},
                "Enabled": True,
            }
        )
    wanted += [{"LogType": kind, "Enabled": False} for kind in old if kind not in new]
    return {"LogDeliveryConfigurations": wanted}


def shown_logs(there: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Deliveries of logs as the property has them."""
    found = []
    for one in there:
        kind, name = _DETAILS[one["DestinationType"]]
        found.append(
            {
                "logType": one["LogType"],
                "logFormat": one["LogFormat"],
                "destinationType": one["DestinationType"],
                "destination": one["DestinationDetails"][kind][name],
            }
        )
    return found


def same_version(given: Any, there: Any) -> bool:
    """`7.1`, `7.x` and `7.1.0` mean one version, as far as the program cares."""
    known = str(given).removesuffix(".x")
    return str(there) == known or str(there).startswith(f"{known}.")


def of_cluster(item: Mapping[str, Any]) -> dict[str, Any]:
    """What a cluster says of itself, or for its replication group."""
    group = item.get("CacheParameterGroup") or {}
    return without_none(
        engine=item.get("Engine"),
        engineVersionActual=item.get("EngineVersion"),
        maintenanceWindow=item.get("PreferredMaintenanceWindow"),
        notificationTopicArn=(item.get("NotificationConfiguration") or {}).get("TopicArn"),
        parameterGroupName=group.get("CacheParameterGroupName"),
        securityGroupIds=[one["SecurityGroupId"] for one in item.get("SecurityGroups") or []],
        subnetGroupName=item.get("CacheSubnetGroupName"),
        autoMinorVersionUpgrade=item.get("AutoMinorVersionUpgrade"),
    )
