"""The parameters that make a cluster refuse connections without TLS, and keep a record of who did what.

AWS sources: "Requiring SSL/TLS for connections to an Aurora PostgreSQL DB cluster" (`rds.force_ssl`) and "... Aurora
MySQL" (`require_secure_transport`), "Restricting password management" (`rds.restrict_password_commands`), "Using pgAudit
to log database activity", "Using Advanced Auditing with an Amazon Aurora MySQL DB cluster". Static parameters take
effect when an instance restarts, which a new one does at once.

pgAudit writes nothing before somebody has run `CREATE EXTENSION pgaudit` in a database; until then `log_statement`
records what changes the schema.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from components.data.access import Language
from components.data.engines import Version
from components.foundation.args import Args
from components.foundation.errors import ComponentError

Apply = Literal["immediate", "pending-reboot"]

TLS: Mapping[Language, Mapping[str, str]] = {
    "postgresql": {"rds.force_ssl": "1", "ssl_min_protocol_version": "TLSv1.2"},
    "mysql": {"require_secure_transport": "ON", "tls_version": "TLSv1.2,TLSv1.3"},
}
"""What forces TLS; these can't be changed."""

RECORDS: Mapping[Language, Mapping[str, str]] = {
    "postgresql": {
        "log_connections": "1",
        "log_disconnections": "1",
        "log_lock_waits": "1",
        "log_min_duration_statement": "1000",
        "log_statement": "ddl",
        "pgaudit.log": "ddl,role",
        "rds.force_autovacuum_logging_level": "warning",
        "rds.restrict_password_commands": "1",
        "shared_preload_libraries": "pg_stat_statements,pgaudit",
    },
    "mysql": {
        "long_query_time": "1",
        "server_audit_events": "CONNECT,QUERY_DCL,QUERY_DDL",
        "server_audit_logging": "1",
        "slow_query_log": "1",
    },
}
"""What is logged unless told otherwise: log-ins, changes of schema and rights, slow statements (a second)."""

STATIC: frozenset[str] = frozenset(
    {
        "apg_ccm_enabled",
        "binlog_format",
        "gtid-mode",
        "enforce_gtid_consistency",
        "lower_case_table_names",
        "max_connections",
        "max_logical_replication_workers",
        "max_replication_slots",
        "max_wal_senders",
        "max_worker_processes",
        "performance_schema",
        "rds.logical_replication",
        "rds.restrict_password_commands",
        "shared_buffers",
        "shared_preload_libraries",
        "tls_version",
        "track_activity_query_size",
    }
)
"""Parameters for which AWS refuses `immediate`."""

_NAME = re.compile(r"[a-z][a-z0-9_.-]*")


class Parameter(Args):
    """A value with the moment it takes effect: `immediate`, or `pending-reboot` (what static parameters need)."""

    value: str
    apply: Apply | None = None

    def method(self, name: str) -> Apply:
        """When it takes effect; static parameters wait for a restart by themselves."""
        return self.apply or ("pending-reboot" if name in STATIC else "immediate")


Given = Mapping[str, Parameter]


def check_parameters(language: Language, given: Given, path: str) -> None:
    """Raise `ComponentError` for a name that is none, for one that would loosen TLS, for a static one at once."""
    for name, parameter in given.items():
        where = f"{path}.{name}"
        if not _NAME.fullmatch(name):
            raise ComponentError(where, "is no name of a parameter", "write it as the engine does")
        if name in TLS[language]:
            raise ComponentError(where, "makes the cluster insist on TLS", "leave it out; it is set")
        if parameter.apply == "immediate" and name in STATIC:
            raise ComponentError(where, "is static, it can't change at once", "use pending-reboot")


def cluster_parameters(version: Version, given: Given) -> dict[str, Parameter]:
    """The parameters of the cluster's group, by name: TLS, the records, and the user's own over those."""
    language = version.engine.language
    ours = {**RECORDS[language], **TLS[language]}
    defaults = {name: Parameter(value=value) for name, value in ours.items()}
    return dict(sorted({**defaults, **given}.items()))


def turns_on(parameters: Given, name: str) -> bool:
    """Whether a parameter is on."""
    found = parameters.get(name)
    return found is not None and found.value.lower() not in {"", "0", "off", "false"}


def as_settings(parameters: Given) -> list[dict[str, str]]:
    """Parameters as a parameter group takes them."""
    return [
        {"name": name, "value": one.value, "apply_method": one.method(name)}
        for name, one in parameters.items()
    ]
