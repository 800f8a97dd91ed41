"""RDS global clusters: moto can create, show and delete them, and finds their members in one Region only.

Here a source cluster may be in any Region, a deleted or removed cluster leaves its global cluster, secondaries name the
cluster that they copy, and global clusters can be changed, failed over and switched over.
"""

from __future__ import annotations

from typing import Any

from moto.rds.models import GlobalCluster, RDSBackend, rds_backends
from moto.rds.responses import RDSResponse

from tools.emulator.additions import method
from tools.emulator.additions._api import Api, Asked, Document, refused
from tools.emulator.additions._rds_tags import Labels
from tools.emulator.additions.rds_databases import major_of
from tools.emulator.additions.rds_tags import HOME

API = Api("rds")


def _home(asked: Asked) -> Any:
    return asked.elsewhere(HOME)


def _global(asked: Asked) -> Any:
    name = asked.params["GlobalClusterIdentifier"]
    found = _home(asked).global_clusters.get(name)
    if found is None:
        raise refused("GlobalClusterNotFoundFault", f"GlobalCluster {name} not found")
    return found


def _cluster(account: str, arn: str) -> Any:
    """A cluster by its ARN, in whatever Region it is."""
    region, name = arn.split(":")[3], arn.rsplit(":", 1)[-1]
    return rds_backends[account][region].describe_db_clusters(name)[0]


def _make_writer(found: Any, asked: Asked, parameter: str) -> Document:
    target = asked.params[parameter]
    if target not in [member.db_cluster_arn for member in found.members]:
        raise refused("DBClusterNotFoundFault", f"DBCluster {target} is no member of this global cluster")
    for member in found.members:
        member.is_writer = member.db_cluster_arn == target
    _follow(found)
    return {"GlobalCluster": found}


def _follow(found: Any) -> None:
    """Secondaries name the cluster that they copy, as AWS shows it; the writer names none."""
    writer = next((one.db_cluster_arn for one in found.members if one.is_writer), None)
    for member in found.members:
        member.replication_source_identifier = None if member.is_writer else writer


def _leave(account: str, cluster: Any) -> None:
    for found in rds_backends[account][HOME].global_clusters.values():
        if cluster in found.members:
            found.members.remove(cluster)
    cluster.global_cluster_identifier = cluster.replication_source_identifier = None


def _membership() -> None:
    made = GlobalCluster.__init__

    @method(GlobalCluster, "__init__")
    def create(self: Any, *args: Any, **kwargs: Any) -> None:
        made(self, *args, **kwargs)
        self.engine_lifecycle_support = "open-source-rds-extended-support"
        self.database_name = None

    join = RDSBackend.create_db_cluster

    @method(RDSBackend)
    def create_db_cluster(self: Any, kwargs: dict[str, Any]) -> Any:
        cluster = join(self, kwargs)
        for found in rds_backends[self.account_id][HOME].global_clusters.values():
            if cluster in found.members:
                _follow(found)
        return cluster

    delete = RDSBackend.delete_db_cluster

    @method(RDSBackend)
    def delete_db_cluster(self: Any, cluster_identifier: str, snapshot_name: str | None = None) -> Any:
        cluster = self.clusters.get(cluster_identifier)
        if cluster is None or not cluster.global_cluster_identifier:
            return delete(self, cluster_identifier, snapshot_name)
        before, cluster.global_cluster_identifier = cluster.global_cluster_identifier, None
        try:
            gone = delete(self, cluster_identifier, snapshot_name)
        except Exception:
            cluster.global_cluster_identifier = before
            raise
        _leave(self.account_id, cluster)
        return gone


@API.operation
def _create_global_cluster(asked: Asked) -> Document:
    name, source = asked.params["GlobalClusterIdentifier"], asked.params.get("SourceDBClusterIdentifier")
    home = _home(asked)
    if name in home.global_clusters:
        raise refused("GlobalClusterAlreadyExistsFault", f"GlobalCluster {name} already exists")
    first: Any = _cluster(asked.account, source) if source else None
    if first is None and not asked.params.get("Engine"):
        raise refused("InvalidParameterValue", "Engine or SourceDBClusterIdentifier must be given")
    if first is not None and asked.params.get("Engine"):
        raise refused(
            "InvalidParameterCombination",
            "The engine of a global cluster that is made of a cluster is that cluster's",
        )
    found = GlobalCluster(
        backend=home,
        global_cluster_identifier=name,
        engine=asked.params.get("Engine") or first.engine,
        engine_version=asked.params.get("EngineVersion") or getattr(first, "engine_version", None),
        storage_encrypted=asked.params.get("StorageEncrypted", getattr(first, "storage_encrypted", None)),
        deletion_protection=asked.params.get("DeletionProtection"),
    )
    found.database_name = asked.params.get("DatabaseName")
    found.engine_lifecycle_support = asked.params.get(
        "EngineLifecycleSupport", found.engine_lifecycle_support
    )
    home.global_clusters[name] = found
    Labels(home, found.arn).add_tags(asked.params.get("Tags"))
    if first is not None:
        first.global_cluster_identifier, first.is_writer = name, True
        found.members.append(first)
    return {"GlobalCluster": found}


@API.operation
def _describe_global_clusters(asked: Asked) -> Document:
    if asked.params.get("GlobalClusterIdentifier"):
        return {"GlobalClusters": [_global(asked)]}
    return {"GlobalClusters": list(_home(asked).global_clusters.values())}


@API.operation
def _modify_global_cluster(asked: Asked) -> Document:
    found, version = _global(asked), asked.params.get("EngineVersion")
    if version is not None:
        allowed = asked.params.get("AllowMajorVersionUpgrade")
        if not allowed and major_of(found.engine, version) != major_of(found.engine, found.engine_version):
            raise refused(
                "InvalidParameterCombination",
                "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.",
            )
        for one in (found, *found.members):
            one.engine_version = version
    if asked.params.get("DeletionProtection") is not None:
        found.deletion_protection = asked.params["DeletionProtection"]
    name = asked.params.get("NewGlobalClusterIdentifier")
    if name:
        home = _home(asked)
        del home.global_clusters[found.global_cluster_identifier]
        found.global_cluster_identifier = name
        home.global_clusters[name] = found
    return {"GlobalCluster": found}


@API.operation
def _delete_global_cluster(asked: Asked) -> Document:
    found, name = _global(asked), asked.params["GlobalClusterIdentifier"]
    if found.deletion_protection:
        raise refused(
            "InvalidParameterCombination",
            "Cannot delete protected Global Cluster, please disable deletion protection and try again.",
        )
    if found.members:
        raise refused("InvalidGlobalClusterStateFault", f"Global Cluster {found.arn} is not empty")
    Labels(_home(asked), found.arn).forget()
    return {"GlobalCluster": _home(asked).global_clusters.pop(name)}


@API.operation
def _remove_from_global_cluster(asked: Asked) -> Document:
    found, arn = _global(asked), asked.params.get("DbClusterIdentifier", "")
    member = next((one for one in found.members if one.db_cluster_arn == arn), None)
    if member is None:
        raise refused("DBClusterNotFoundFault", f"DBCluster {arn} is no member of this global cluster")
    _leave(asked.account, member)
    return {"GlobalCluster": found}


@API.operation
def _failover_global_cluster(asked: Asked) -> Document:
    return _make_writer(_global(asked), asked, "TargetDbClusterIdentifier")


@API.operation
def _switchover_global_cluster(asked: Asked) -> Document:
    return _make_writer(_global(asked), asked, "TargetDbClusterIdentifier")


def install() -> None:
    """Add what global clusters lack."""
    _membership()
    API.install(RDSResponse)
