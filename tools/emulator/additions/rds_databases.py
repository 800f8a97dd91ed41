"""RDS databases: what moto loses of clusters and instances, and what it does with them that AWS does not.

- Parameters that moto has no field for (Performance Insights, Database Insights, scaling, CA, life-cycle support ...) are
  kept and shown; IAM authentication, log exports and the Data API change in place.
- Every instance has a resource id of its own; moto gives all of them the same one.
- Managed master passwords: the secret's name and password are made of the random numbers that a replay repeats.
- A major version needs the permission that AWS asks for; default parameter groups belong to the engine and version.
- Names of hosts end as the partition's do.
"""

from __future__ import annotations

import copy
import json
import string
from collections.abc import Mapping
from typing import Any

from moto.moto_api._internal import mock_random
from moto.rds import models
from moto.rds.exceptions import RDSClientError
from moto.rds.models import DBCluster, DBInstance, MasterUserSecret, RDSBackend

from tools.emulator.accounts import partition_of
from tools.emulator.additions import method

_SHOWN_AS = {
    "enable_performance_insights": "performance_insights_enabled",
    "enable_customer_owned_ip": "customer_owned_ip_enabled",
}
"""Parameters that the answer names differently."""
_KEPT = (
    "auto_minor_version_upgrade",
    "backup_target",
    "cluster_scalability_type",
    "custom_iam_instance_profile",
    "database_insights_mode",
    "db_system_id",
    "dedicated_log_volume",
    "enable_customer_owned_ip",
    "enable_performance_insights",
    "engine_lifecycle_support",
    "monitoring_interval",
    "monitoring_role_arn",
    "nchar_character_set_name",
    "network_type",
    "performance_insights_kms_key_id",
    "performance_insights_retention_period",
    "promotion_tier",
    "replica_mode",
    "serverless_v2_scaling_configuration",
    "timezone",
)
CA_DEFAULT = "rds-ca-rsa2048-g1"
_LETTERS = string.ascii_uppercase + string.digits
_VERSIONS = {
    "aurora-mysql": "8.0.mysql_aurora.3.08.0",
    "aurora-postgresql": "16.6",
    "mysql": "8.0.40",
    "postgres": "16.6",
}
_INSTANCE_VERSIONS = {**_VERSIONS, "mariadb": "11.4.4"}


def keep(database: Any, asked: Mapping[str, Any]) -> None:
    """Set on a cluster or an instance what a request gives and moto has no field for."""
    for name in _KEPT:
        if asked.get(name) is not None:
            setattr(database, _SHOWN_AS.get(name, name), copy.deepcopy(asked[name]))
    if asked.get("enable_performance_insights"):
        period = getattr(database, "performance_insights_retention_period", None)
        database.performance_insights_retention_period = period or 7
    authority = asked.get("ca_certificate_identifier")
    if authority is not None:
        database.ca_certificate_identifier = authority
    if asked.get("enable_local_write_forwarding") is not None:
        wanted = asked["enable_local_write_forwarding"]
        database.local_write_forwarding_status = "enabled" if wanted else "disabled"


def certificate(database: Any) -> dict[str, str]:
    """What is shown of a database's certificate authority."""
    authority = getattr(database, "ca_certificate_identifier", None)
    known = authority if authority not in (None, "rds-ca-default") else CA_DEFAULT
    return {"CAIdentifier": known, "ValidTill": "2061-05-25T23:54:41Z"}


def major_of(engine: str, version: str) -> str:
    """The major version: `16` of PostgreSQL's `16.4`, `8.0` of `8.0.mysql_aurora.3.08.0`."""
    parts = str(version).split(".")
    return parts[0] if "postgres" in engine else ".".join(parts[:2])


def _identify(instance: Any) -> None:
    """Give an instance what it has alone: its resource id and its place in the DNS."""
    instance.dbi_resource_id = "db-" + "".join(mock_random.choice(_LETTERS) for _ in range(26))
    small = string.ascii_lowercase + string.digits
    instance.url_identifier = "".join(mock_random.choice(small) for _ in range(12))
    instance.hosted_zone_id = "Z" + "".join(mock_random.choice(_LETTERS) for _ in range(13))


def _exports(database: Any, asked: Mapping[str, Any]) -> None:
    wanted = asked.get("cloudwatch_logs_export_configuration") or {}
    there = [
        kind
        for kind in database.enabled_cloudwatch_logs_exports
        if kind not in (wanted.get("DisableLogTypes") or [])
    ]
    new = [kind for kind in wanted.get("EnableLogTypes") or [] if kind not in there]
    database.enabled_cloudwatch_logs_exports = [*there, *new]


def _check_upgrade(database: Any, asked: Mapping[str, Any]) -> None:
    version = asked.get("engine_version")
    if version is None or asked.get("allow_major_version_upgrade"):
        return
    if major_of(database.engine, version) != major_of(database.engine, database.engine_version):
        raise RDSClientError(
            "InvalidParameterCombination",
            "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.",
        )


def _clusters() -> None:
    made = DBCluster.__init__

    @method(DBCluster, "__init__")
    def create(self: Any, backend: Any, **asked: Any) -> None:
        storage = asked.get("storage_type")
        # moto has no size for Aurora's own storage types; Aurora grows by itself and reports one gibibyte.
        plain = {"storage_type": "standard"} if str(storage).startswith("aurora") else {}
        name = asked.get("db_cluster_parameter_group_name")
        made(self, backend, **{**asked, **plain})
        if plain:
            self.storage_type = storage
        elif self.engine.startswith("aurora") and storage is None:
            self.storage_type = "aurora"
        if not name and self.engine.startswith("aurora"):
            self.parameter_group = f"default.{self.engine}{major_of(self.engine, self.engine_version)}"
        self._enable_http_endpoint = bool(asked.get("enable_http_endpoint"))
        self.performance_insights_enabled = False
        self.engine_lifecycle_support = "open-source-rds-extended-support"
        self.database_insights_mode = "standard"
        self.monitoring_interval = 0
        keep(self, asked)

    DBCluster.default_engine_version = staticmethod(lambda engine: _VERSIONS.get(engine, "1.3.2.1"))
    DBCluster.certificate_details = property(certificate)

    def endpoint(kind: str) -> property:
        def text(self: Any) -> str:
            suffix = partition_of(self.region)[1]
            return f"{self.db_cluster_identifier}.{kind}-{self.url_identifier}.{self.region}.rds.{suffix}"

        return property(text)

    DBCluster.endpoint, DBCluster.reader_endpoint = endpoint("cluster"), endpoint("cluster-ro")
    change = RDSBackend.modify_db_cluster

    @method(RDSBackend)
    def modify_db_cluster(self: Any, asked: Any) -> Any:
        given = dict(asked.items())
        cluster = self.describe_db_clusters(given["db_cluster_identifier"])[0]
        _check_upgrade(cluster, given)
        change(self, asked)
        if given.get("enable_iam_database_authentication") is not None:
            cluster.iam_auth = given["enable_iam_database_authentication"]
        if given.get("enable_http_endpoint") is not None:
            cluster._enable_http_endpoint = bool(given["enable_http_endpoint"])  # noqa: SLF001 -- its setter asks for serverless v1
        _exports(cluster, given)
        keep(cluster, given)
        return cluster


def _instances() -> None:
    made = DBInstance.__init__

    @method(DBInstance, "__init__")
    def create(self: Any, backend: Any, **asked: Any) -> None:
        own = DBInstance.default_engine_versions
        own.update(
            {
                name: version
                for name, version in _INSTANCE_VERSIONS.items()
                if name in own or name == "mariadb"
            }
        )
        made(self, backend, **asked)
        _identify(self)
        self.performance_insights_enabled = False
        self.network_type = "IPV4"
        self.backup_target = "region"
        self.engine_lifecycle_support = "open-source-rds-extended-support"
        self.database_insights_mode = "standard"
        keep(self, asked)

    @property  # type: ignore[misc]
    def address(self: Any) -> str:
        suffix = partition_of(self.region)[1]
        return f"{self.db_instance_identifier}.{self.url_identifier}.{self.region}.rds.{suffix}"

    @property  # type: ignore[misc]
    def endpoint(self: Any) -> dict[str, Any]:
        return {"Address": self.address, "Port": self.port, "HostedZoneId": self.hosted_zone_id}

    DBInstance.address, DBInstance.endpoint = address, endpoint
    DBInstance.certificate_details = property(certificate)
    change = RDSBackend.modify_db_instance

    @method(RDSBackend)
    def modify_db_instance(self: Any, db_instance_identifier: str, asked: Any) -> Any:
        instance = self.describe_db_instances(db_instance_identifier)[0]
        given = dict(asked.items())
        _check_upgrade(instance, given)
        group = given.get("db_parameter_group_name")
        if group and group.startswith("default."):
            asked.pop("db_parameter_group_name")
            instance.db_parameter_group_name = group
        if given.get("db_subnet_group_name") is None:
            asked.pop("db_subnet_group_name", None)
        logs = asked.pop("cloudwatch_logs_export_configuration", None)
        change(self, db_instance_identifier, asked)
        _exports(instance, {"cloudwatch_logs_export_configuration": logs})
        keep(instance, given)
        return instance


def _replicas() -> None:
    copied = RDSBackend.create_db_instance_read_replica

    @method(RDSBackend)
    def create_db_instance_read_replica(self: Any, asked: Any) -> Any:
        replica = copied(self, asked)
        _identify(replica)
        replica.enabled_cloudwatch_logs_exports = list(asked.get("enable_cloudwatch_logs_exports") or [])
        keep(replica, dict(asked.items()))
        return replica

    @method(RDSBackend)
    def promote_read_replica(self: Any, asked: Any) -> Any:
        replica = self.describe_db_instances(asked["db_instance_identifier"])[0]
        if replica.is_replica:
            self.find_db_from_id(replica.source_db_instance_identifier).remove_replica(replica)
            replica.is_replica, replica.source_db_instance_identifier = False, None
        return replica


def _secrets() -> None:
    @method(MasterUserSecret)
    def _generate_secret_name(self: Any) -> str:
        return f"rds!{self.resource.resource_type}-{mock_random.uuid4()}"

    @method(MasterUserSecret)
    def _generate_secret_string(self: Any) -> str:
        password = "".join(mock_random.choice(string.ascii_letters + string.digits) for _ in range(28))
        return json.dumps({"username": self.resource.master_username or "admin", "password": password})


_INHERITED = (
    "allocated_storage",
    "backup_retention_period",
    "database_name",
    "engine",
    "engine_mode",
    "engine_version",
    "kms_key_id",
    "master_username",
    "port",
    "storage_encrypted",
    "storage_type",
)
"""What a cluster that is restored has of the one that was saved, where the request says nothing else."""


def _restores() -> None:
    def restored(backend: Any, saved: Any, overrides: Mapping[str, Any]) -> Any:
        inherited = {name: getattr(saved, name, None) for name in _INHERITED}
        given = {name: value for name, value in overrides.items() if value is not None}
        password = (
            {} if given.get("manage_master_user_password") else {"master_user_password": "as-it-was-saved"}
        )
        return backend.create_db_cluster({**inherited, **password, **given})

    @method(RDSBackend)
    def restore_db_cluster_from_snapshot(self: Any, from_snapshot_id: str, overrides: Any) -> Any:
        name = from_snapshot_id.rsplit(":", 1)[-1]
        saved = self.describe_db_cluster_snapshots(None, name)[0]
        return restored(self, saved.cluster, dict(overrides.items()))

    @method(RDSBackend)
    def restore_db_cluster_to_point_in_time(
        self: Any,
        db_cluster_identifier: str,
        source_db_cluster_identifier: str = "",
        source_db_cluster_resource_id: str = "",
        **overrides: Any,
    ) -> Any:
        sources = self.describe_db_clusters(source_db_cluster_identifier or None)
        saved = next(
            (
                one
                for one in sources
                if source_db_cluster_identifier or one.db_cluster_resource_id == source_db_cluster_resource_id
            ),
            None,
        )
        if saved is None:
            raise models.DBClusterNotFoundError(source_db_cluster_resource_id)
        return restored(self, saved, {**overrides, "db_cluster_identifier": db_cluster_identifier})


def install() -> None:
    """Keep what is given, change what can be changed, restore what was saved."""
    _clusters()
    _instances()
    _replicas()
    _secrets()
    _restores()
