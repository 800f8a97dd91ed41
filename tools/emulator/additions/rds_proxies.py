"""RDS proxies: moto can neither change one nor give it further endpoints, and loses how it authenticates by default."""

from __future__ import annotations

from typing import Any

from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random
from moto.rds.models import DBProxy, DBProxyTarget
from moto.rds.responses import RDSResponse

from tools.emulator.accounts import partition_of
from tools.emulator.additions._api import Api, Asked, Document, Shelf, refused
from tools.emulator.additions._rds_tags import Labels

API = Api("rds")
ENDPOINTS = Shelf(
    "proxy-endpoints",
    "DB proxy endpoint",
    "DBProxyEndpointNotFoundFault",
    "DBProxyEndpointAlreadyExistsFault",
)
_FIELDS = {
    "Auth": "auth",
    "DebugLogging": "debug_logging",
    "DefaultAuthScheme": "default_auth_scheme",
    "EndpointNetworkType": "endpoint_network_type",
    "IdleClientTimeout": "idle_client_timeout",
    "RequireTLS": "require_tls",
    "RoleArn": "role_arn",
    "SecurityGroups": "vpc_security_group_ids",
    "TargetConnectionNetworkType": "target_connection_network_type",
}


def proxy(asked: Asked) -> Any:
    """The proxy that a request names."""
    name = asked.params["DBProxyName"]
    found = asked.backend.db_proxies.get(name)
    if found is None:
        raise refused("DBProxyNotFoundFault", f"DBProxy {name} not found.")
    return found


def _set(found: Any, asked: Asked) -> None:
    for name, attribute in _FIELDS.items():
        if asked.params.get(name) is not None:
            setattr(found, attribute, asked.params[name])
    # AWS shows what kind of password a secret holds, also where nobody said it.
    found.auth = [{"IAMAuth": "DISABLED", "AuthScheme": "SECRETS", **one} for one in found.auth or []]


@API.operation
def _create_db_proxy(asked: Asked) -> Document:
    given = asked.params
    found = asked.backend.create_db_proxy(
        given["DBProxyName"],
        given["EngineFamily"],
        given.get("Auth", []),
        given["RoleArn"],
        given["VpcSubnetIds"],
        given.get("VpcSecurityGroupIds"),
        given.get("RequireTLS"),
        given.get("IdleClientTimeout"),
        given.get("DebugLogging"),
        given.get("Tags"),
    )
    found.default_auth_scheme = "NONE"
    found.endpoint_network_type = found.target_connection_network_type = "IPV4"
    suffix = partition_of(asked.region)[1]
    found.endpoint = f"{found.db_proxy_name}.proxy-{found.url_identifier}.{asked.region}.rds.{suffix}"
    _set(found, asked)
    return {"DBProxy": found}


@API.operation
def _modify_db_proxy(asked: Asked) -> Document:
    found = proxy(asked)
    _set(found, asked)
    found.updated_date = utcnow()
    name = asked.params.get("NewDBProxyName")
    if name and name != found.db_proxy_name:
        asked.backend.db_proxies[name] = asked.backend.db_proxies.pop(found.db_proxy_name)
        found.db_proxy_name = name
    return {"DBProxy": found}


@API.operation
def _delete_db_proxy(asked: Asked) -> Document:
    found: DBProxy = proxy(asked)
    for name, one in list(ENDPOINTS.all(asked.backend).items()):
        if one["DBProxyName"] == found.db_proxy_name:
            ENDPOINTS.remove(asked.backend, name)
    return {"DBProxy": asked.backend.delete_db_proxy(found.db_proxy_name)}


@API.operation
def _modify_db_proxy_target_group(asked: Asked) -> Document:
    found, wanted = proxy(asked), asked.params.get("ConnectionPoolConfig", {})
    group = found.proxy_target_groups["default"]
    group.max_connections = wanted.get("MaxConnectionsPercent", group.max_connections)
    group.max_idle_connections = wanted.get("MaxIdleConnectionsPercent", group.max_idle_connections)
    group.borrow_timeout = wanted.get("ConnectionBorrowTimeout", group.borrow_timeout)
    group.session_pinning_filters = wanted.get("SessionPinningFilters", group.session_pinning_filters)
    group.init_query = wanted.get("InitQuery", getattr(group, "init_query", None))
    group.updated_date = utcnow()
    return {"DBProxyTargetGroup": group}


@API.operation
def _describe_db_proxy_target_groups(asked: Asked) -> Document:
    return {"TargetGroups": list(proxy(asked).proxy_target_groups.values())}


@API.operation
def _register_db_proxy_targets(asked: Asked) -> Document:
    found, group = proxy(asked), proxy(asked).proxy_target_groups["default"]
    clusters = asked.params.get("DBClusterIdentifiers", [])
    instances = asked.params.get("DBInstanceIdentifiers", [])
    new = [_target(asked, found, name, "TRACKED_CLUSTER") for name in clusters]
    new += [_target(asked, found, name, "RDS_INSTANCE") for name in instances]
    there = [target.rds_resource_id for target in group.targets]
    for target in new:
        if target.rds_resource_id in there:
            raise refused("DBProxyTargetAlreadyRegisteredFault", f"{target.rds_resource_id} is registered")
    group.targets.extend(new)
    return {"DBProxyTargets": new}


@API.operation
def _describe_db_proxy_targets(asked: Asked) -> Document:
    return {"Targets": proxy(asked).proxy_target_groups["default"].targets}


def _target(asked: Asked, found: Any, name: str, kind: str) -> DBProxyTarget:
    one = (
        asked.backend.describe_db_clusters(name)[0]
        if kind == "TRACKED_CLUSTER"
        else asked.backend.describe_db_instances(name)[0]
    )
    engine = {"MYSQL": ("mysql", "mariadb"), "POSTGRESQL": ("postgres",), "SQLSERVER": ("sqlserver",)}
    if not any(mark in one.engine for mark in engine[found.engine_family]):
        raise refused(
            "InvalidParameterCombination",
            f"{name} ({one.engine}) does not fit the engine family {found.engine_family}",
        )
    endpoint = one.endpoint if kind == "TRACKED_CLUSTER" else one.address
    target = DBProxyTarget(backend=asked.backend, resource_id=name, endpoint=endpoint, type=kind)
    target.port = one.port
    target.target_arn = one.arn
    return target


@API.operation
def _create_db_proxy_endpoint(asked: Asked) -> Document:
    found, name = proxy(asked), asked.params["DBProxyEndpointName"]
    arn = asked.arn(
        "rds", f"db-proxy-endpoint:prx-endpoint-{mock_random.get_random_string(17, lower_case=True)}"
    )
    suffix = partition_of(asked.region)[1]
    document = {
        "DBProxyEndpointName": name,
        "DBProxyEndpointArn": arn,
        "DBProxyName": found.db_proxy_name,
        "Status": "available",
        "VpcId": found.vpc_id,
        "VpcSecurityGroupIds": asked.params.get("VpcSecurityGroupIds", found.vpc_security_group_ids),
        "VpcSubnetIds": asked.params["VpcSubnetIds"],
        "Endpoint": f"{name}.endpoint.proxy-{found.url_identifier}.{asked.region}.rds.{suffix}",
        "CreatedDate": utcnow(),
        "TargetRole": asked.params.get("TargetRole", "READ_WRITE"),
        "IsDefault": False,
    }
    kept = ENDPOINTS.add(asked.backend, name, document)
    Labels(asked.backend, arn).add_tags(asked.params.get("Tags"))
    return {"DBProxyEndpoint": kept}


@API.operation
def _describe_db_proxy_endpoints(asked: Asked) -> Document:
    name, of = asked.params.get("DBProxyEndpointName"), asked.params.get("DBProxyName")
    found = ENDPOINTS.listed(asked.backend, name)
    return {"DBProxyEndpoints": [one for one in found if of in (None, one["DBProxyName"])]}


@API.operation
def _modify_db_proxy_endpoint(asked: Asked) -> Document:
    name = asked.params["DBProxyEndpointName"]
    return {"DBProxyEndpoint": ENDPOINTS.change(asked.backend, name, asked.given("VpcSecurityGroupIds"))}


@API.operation
def _delete_db_proxy_endpoint(asked: Asked) -> Document:
    gone = ENDPOINTS.remove(asked.backend, asked.params["DBProxyEndpointName"])
    Labels(asked.backend, gone["DBProxyEndpointArn"]).forget()
    return {"DBProxyEndpoint": {**gone, "Status": "deleting"}}


def install() -> None:
    """Let proxies change, have endpoints, and know their targets."""
    API.install(RDSResponse)
