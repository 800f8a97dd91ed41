"""RDS: custom endpoints of Aurora clusters, which moto does not know."""

from __future__ import annotations

import string

from moto.moto_api._internal import mock_random
from moto.rds.responses import RDSResponse

from tools.emulator.accounts import partition_of
from tools.emulator.additions._api import Api, Asked, Document, Shelf, refused
from tools.emulator.additions._rds_tags import Labels

API = Api("rds")
ENDPOINTS = Shelf(
    "cluster-endpoints",
    "DB cluster endpoint",
    "DBClusterEndpointNotFoundFault",
    "DBClusterEndpointAlreadyExistsFault",
)
_LETTERS = string.ascii_uppercase + string.digits


def _check_members(asked: Asked, cluster: str) -> None:
    for name in (*asked.params.get("StaticMembers", ()), *asked.params.get("ExcludedMembers", ())):
        instance = asked.backend.databases.get(name)
        if instance is None or instance.db_cluster_identifier != cluster:
            raise refused("DBInstanceNotFound", f"DBInstance {name} is no member of DBCluster {cluster}.")


@API.operation
def _create_db_cluster_endpoint(asked: Asked) -> Document:
    name, cluster = asked.params["DBClusterEndpointIdentifier"], asked.params["DBClusterIdentifier"]
    host = asked.backend.describe_db_clusters(cluster)[0]
    _check_members(asked, cluster)
    arn = asked.arn("rds", f"cluster-endpoint:{name}")
    Labels(asked.backend, arn).add_tags(asked.params.get("Tags"))
    suffix = partition_of(asked.region)[1]
    document = {
        "DBClusterEndpointIdentifier": name,
        "DBClusterIdentifier": cluster,
        "DBClusterEndpointResourceIdentifier": "cluster-endpoint-"
        + "".join(mock_random.choice(_LETTERS) for _ in range(26)),
        "Endpoint": f"{name}.cluster-custom-{host.url_identifier}.{asked.region}.rds.{suffix}",
        "Status": "available",
        "EndpointType": "CUSTOM",
        "CustomEndpointType": asked.params["EndpointType"],
        "StaticMembers": asked.params.get("StaticMembers", []),
        "ExcludedMembers": asked.params.get("ExcludedMembers", []),
        "DBClusterEndpointArn": arn,
    }
    return ENDPOINTS.add(asked.backend, name, document)


@API.operation
def _describe_db_cluster_endpoints(asked: Asked) -> Document:
    cluster, name = (
        asked.params.get("DBClusterIdentifier"),
        asked.params.get("DBClusterEndpointIdentifier"),
    )
    there = ENDPOINTS.all(asked.backend).values()
    found = [
        one
        for one in there
        if name in (None, one["DBClusterEndpointIdentifier"])
        and cluster in (None, one["DBClusterIdentifier"])
    ]
    return {"DBClusterEndpoints": found}


@API.operation
def _modify_db_cluster_endpoint(asked: Asked) -> Document:
    name = asked.params["DBClusterEndpointIdentifier"]
    _check_members(asked, ENDPOINTS.get(asked.backend, name)["DBClusterIdentifier"])
    fields = {"CustomEndpointType": asked.params.get("EndpointType")}
    members = asked.given("StaticMembers", "ExcludedMembers")
    # An endpoint has one list or the other.
    other = {"StaticMembers": "ExcludedMembers", "ExcludedMembers": "StaticMembers"}
    emptied: Document = {other[one]: [] for one in members if members[one] and other[one] not in members}
    return ENDPOINTS.change(asked.backend, name, {**fields, **emptied, **members})


@API.operation
def _delete_db_cluster_endpoint(asked: Asked) -> Document:
    gone = ENDPOINTS.remove(asked.backend, asked.params["DBClusterEndpointIdentifier"])
    Labels(asked.backend, gone["DBClusterEndpointArn"]).forget()
    return {**gone, "Status": "deleting"}


def install() -> None:
    """Add the operations of custom endpoints."""
    API.install(RDSResponse)
