"""RDS proxies: the proxy, its target group, targets and further endpoints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call, Create, Emulated, Tagging
from tools.emulator.mapping import parameters, tag_list, tags_of, take
from tools.emulator.services._common import Parts, unless_gone, void, without_none

_SENT = {"name": "DBProxyName", "auths": "Auth", "requireTls": "RequireTLS"}


def _arn_tags(arn: Any) -> Tagging:
    """Tags by an ARN that only a read tells."""
    return Tagging(
        at_create=lambda tags: {"Tags": tag_list(tags)},
        put=lambda call, tags: call.aws().add_tags_to_resource(ResourceName=arn(call), Tags=tag_list(tags)),
        remove=lambda call, keys: call.aws().remove_tags_from_resource(ResourceName=arn(call), TagKeys=keys),
        read=lambda call: tags_of(call.aws().list_tags_for_resource(ResourceName=arn(call))) or {},
    )


def _proxy(call: Call, name: str) -> Mapping[str, Any] | None:
    answer = unless_gone(call.aws().describe_db_proxies, DBProxyName=name)
    return answer["DBProxies"][0] if answer and answer["DBProxies"] else None


def _arn(call: Call) -> str:
    found = _proxy(call, call.id)
    return str(found["DBProxyArn"]) if found else ""


def _read(call: Call) -> dict[str, Any] | None:
    item = _proxy(call, call.id)
    if item is None:
        return None
    names = {
        "arn": "DBProxyArn",
        "name": "DBProxyName",
        "auths": "Auth",
        "requireTls": "RequireTLS",
        "tags": "",
        "tagsAll": "",
    }
    return take(call.type, item, names)


def _update(call: Call) -> None:
    names = ("auths", "debugLogging", "idleClientTimeout", "requireTls", "roleArn", "defaultAuthScheme")
    params = parameters(call.aws(), "modify_db_proxy", {name: call.inputs.get(name) for name in names}, _SENT)
    if call.changed("vpcSecurityGroupIds") and call.get("vpcSecurityGroupIds"):
        params["SecurityGroups"] = call.inputs["vpcSecurityGroupIds"]
    if call.changed("name") and call.get("name"):
        params["NewDBProxyName"] = call.inputs["name"]
    call.aws().modify_db_proxy(DBProxyName=call.id, **params)
    call.id = params.get("NewDBProxyName", call.id)


PROXY = Emulated(
    "aws:rds/proxy:Proxy",
    service="rds",
    create=Create("create_db_proxy", id="DBProxy.DBProxyName", send=_SENT),
    read=_read,
    update=_update,
    delete=lambda call: void(unless_gone(call.aws().delete_db_proxy, DBProxyName=call.id)),
    tags=_arn_tags(_arn),
    # The provider's id is the name, so a new name is a new resource to the engine; two names don't collide.
    replace_on=(
        "engineFamily",
        "vpcSubnetIds",
        "endpointNetworkType",
        "targetConnectionNetworkType",
        "name",
        "region",
    ),
    exact=True,
    unordered=("vpcSubnetIds", "vpcSecurityGroupIds", "auths"),
)


# -- the target group that every proxy has


def _pool(call: Call) -> None:
    wanted = call.get("connectionPoolConfig")
    if wanted is None or not (call.changed("connectionPoolConfig") or not call.old):
        return
    names = {
        "connectionBorrowTimeout": "ConnectionBorrowTimeout",
        "initQuery": "InitQuery",
        "maxConnectionsPercent": "MaxConnectionsPercent",
        "maxIdleConnectionsPercent": "MaxIdleConnectionsPercent",
        "sessionPinningFilters": "SessionPinningFilters",
    }
    config = {api: wanted[name] for name, api in names.items() if wanted.get(name) is not None}
    name = call.inputs["dbProxyName"]
    call.aws().modify_db_proxy_target_group(
        TargetGroupName="default", DBProxyName=name, ConnectionPoolConfig=config
    )


def _create_group(call: Call) -> str:
    call.id = str(call.inputs["dbProxyName"])
    return call.id


def _read_group(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().describe_db_proxy_target_groups, DBProxyName=call.id)
    item = next((one for one in (answer or {}).get("TargetGroups", []) if one["IsDefault"]), None)
    if item is None:
        return None
    found = take(call.type, item, {"arn": "TargetGroupArn", "name": "TargetGroupName"})
    return {**found, "dbProxyName": call.id}


DEFAULT_TARGET_GROUP = Emulated(
    "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup",
    service="rds",
    create=_create_group,
    read=_read_group,
    settle=_pool,
    # It goes with the proxy.
    delete=lambda _: None,
    replace_on=("dbProxyName", "region"),
    exact=True,
)


# -- targets

_TARGET = Parts(("dbProxyName", "targetGroupName", "type", "rdsResourceId"), by="/")


def _register(call: Call) -> str:
    proxy, group = call.inputs["dbProxyName"], call.inputs["targetGroupName"]
    cluster, instance = call.get("dbClusterIdentifier"), call.get("dbInstanceIdentifier")
    params = without_none(
        DBClusterIdentifiers=[cluster] if cluster else None,
        DBInstanceIdentifiers=[instance] if instance else None,
    )
    call.aws().register_db_proxy_targets(DBProxyName=proxy, TargetGroupName=group, **params)
    return f"{proxy}/{group}/{'TRACKED_CLUSTER' if cluster else 'RDS_INSTANCE'}/{cluster or instance}"


def _target_parts(call: Call) -> list[str]:
    parts = call.id.split("/")
    if len(parts) != 4:
        form = "<proxy>/<target group>/<TRACKED_CLUSTER or RDS_INSTANCE>/<database>"
        raise ValueError(f"{call.type.token}: {call.id!r} is no id of this type; it has the form {form}")
    return parts


def _read_target(call: Call) -> dict[str, Any] | None:
    proxy, group, kind, name = _target_parts(call)
    answer = unless_gone(call.aws().describe_db_proxy_targets, DBProxyName=proxy, TargetGroupName=group)
    there = (answer or {}).get("Targets", [])
    item = next((one for one in there if one["RdsResourceId"] == name and one["Type"] == kind), None)
    if item is None:
        return None
    found = take(call.type, item, {"trackedClusterId": "TrackedClusterId"})
    which = "dbClusterIdentifier" if kind == "TRACKED_CLUSTER" else "dbInstanceIdentifier"
    return {**found, "dbProxyName": proxy, "targetGroupName": group, which: name}


def _deregister(call: Call) -> None:
    proxy, group, kind, name = _target_parts(call)
    lists = {"TRACKED_CLUSTER": "DBClusterIdentifiers", "RDS_INSTANCE": "DBInstanceIdentifiers"}
    if _read_target(call) is not None:
        call.aws().deregister_db_proxy_targets(
            DBProxyName=proxy, TargetGroupName=group, **{lists[kind]: [name]}
        )


TARGET = Emulated(
    "aws:rds/proxyTarget:ProxyTarget",
    service="rds",
    create=_register,
    read=_read_target,
    delete=_deregister,
    replace_on=("dbClusterIdentifier", "dbInstanceIdentifier", "dbProxyName", "targetGroupName", "region"),
    exact=True,
)


# -- further endpoints

_ENDPOINT = Parts(("dbProxyName", "dbProxyEndpointName"), by="/")


def _endpoint(call: Call) -> Mapping[str, Any] | None:
    known = _ENDPOINT.of(call)
    answer = unless_gone(
        call.aws().describe_db_proxy_endpoints,
        DBProxyName=known["dbProxyName"],
        DBProxyEndpointName=known["dbProxyEndpointName"],
    )
    return answer["DBProxyEndpoints"][0] if answer and answer["DBProxyEndpoints"] else None


def _endpoint_arn(call: Call) -> str:
    found = _endpoint(call)
    return str(found["DBProxyEndpointArn"]) if found else ""


def _read_endpoint(call: Call) -> dict[str, Any] | None:
    item = _endpoint(call)
    if item is None:
        return None
    return take(call.type, item, {"arn": "DBProxyEndpointArn", "tags": "", "tagsAll": ""})


def _update_endpoint(call: Call) -> None:
    if call.changed("vpcSecurityGroupIds") and call.get("vpcSecurityGroupIds"):
        name, groups = call.inputs["dbProxyEndpointName"], call.inputs["vpcSecurityGroupIds"]
        call.aws().modify_db_proxy_endpoint(DBProxyEndpointName=name, VpcSecurityGroupIds=groups)


ENDPOINT = Emulated(
    "aws:rds/proxyEndpoint:ProxyEndpoint",
    service="rds",
    create=Create("create_db_proxy_endpoint", id=lambda call, _: _ENDPOINT.join(call)),
    read=_read_endpoint,
    update=_update_endpoint,
    delete=lambda call: void(
        unless_gone(
            call.aws().delete_db_proxy_endpoint,
            DBProxyEndpointName=_ENDPOINT.of(call)["dbProxyEndpointName"],
        )
    ),
    tags=_arn_tags(_endpoint_arn),
    replace_on=("dbProxyEndpointName", "dbProxyName", "targetRole", "vpcSubnetIds", "region"),
    exact=True,
    unordered=("vpcSubnetIds", "vpcSecurityGroupIds"),
)

TYPES = (PROXY, DEFAULT_TARGET_GROUP, TARGET, ENDPOINT)
