"""The engines of RDS that know IAM authentication, and what they need so that nobody gets in without TLS.

AWS sources (RDS User Guide): "IAM database authentication" (MySQL, PostgreSQL, MariaDB from 10.6; not Oracle, SQL Server
and Db2), "Requiring SSL/TLS for all connections" of each engine, "Publishing database logs to Amazon CloudWatch Logs",
"Quotas and limits" for the shortest names. Parameters that the engine takes only at a restart are in `STATIC`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from components.data.access import Language
from components.data.aurora_parameters import RECORDS as AURORA_RECORDS, STATIC, Parameter
from components.foundation.errors import ComponentError

RdsEngine = Literal["mysql", "postgres", "mariadb"]

WITHOUT_IAM = ("oracle", "sqlserver", "db2", "custom")
"""How the names of engines begin that know passwords only."""

_MYSQL_TLS = {"require_secure_transport": "1", "tls_version": "TLSv1.2,TLSv1.3"}
_MYSQL_RECORDS = {"log_output": "FILE", "long_query_time": "1", "slow_query_log": "1"}
_MYSQL_LOGS = ("audit", "error", "iam-db-auth-error", "slowquery")

_NAME = re.compile(r"[a-z][a-z0-9_.-]*")


@dataclass(frozen=True)
class RdsFacts:
    """What holds for all versions of an engine.

    `lines`: release lines, each with the family of its parameters. `tls` and `records`: parameters that force TLS, and
    those that keep a record of who did what. `audited`: whether an option group brings the audit log.
    """

    language: Language
    port: int
    default_version: str
    lines: Mapping[str, str]
    logs: tuple[str, ...]
    known_logs: frozenset[str]
    tls: Mapping[str, str]
    records: Mapping[str, str]
    audited: bool
    connections_per_byte: int


ENGINES: Mapping[RdsEngine, RdsFacts] = {
    "mysql": RdsFacts(
        language="mysql",
        port=3306,
        default_version="8.4",
        lines={"8.0": "mysql8.0", "8.4": "mysql8.4"},
        logs=_MYSQL_LOGS,
        known_logs=frozenset({*_MYSQL_LOGS, "general"}),
        tls=_MYSQL_TLS,
        records=_MYSQL_RECORDS,
        audited=True,
        connections_per_byte=12_582_880,
    ),
    "mariadb": RdsFacts(
        language="mariadb",
        port=3306,
        default_version="11.8",
        lines={line: f"mariadb{line}" for line in ("10.6", "10.11", "11.4", "11.8")},
        logs=_MYSQL_LOGS,
        known_logs=frozenset({*_MYSQL_LOGS, "general"}),
        tls=_MYSQL_TLS,
        records=_MYSQL_RECORDS,
        audited=True,
        connections_per_byte=12_582_880,
    ),
    "postgres": RdsFacts(
        language="postgresql",
        port=5432,
        default_version="17",
        lines={str(line): f"postgres{line}" for line in range(13, 19)},
        logs=("iam-db-auth-error", "postgresql"),
        known_logs=frozenset({"iam-db-auth-error", "postgresql", "upgrade"}),
        tls={"rds.force_ssl": "1", "ssl_min_protocol_version": "TLSv1.2"},
        records=AURORA_RECORDS["postgresql"],
        audited=False,
        connections_per_byte=9_531_392,
    ),
}

AUDIT_PLUGIN = "MARIADB_AUDIT_PLUGIN"
AUDIT_SETTINGS = {"SERVER_AUDIT_EVENTS": "CONNECT,QUERY_DCL,QUERY_DDL"}
"""Who logs in, and what changes schema and rights; not the data that people ask for."""

_VERSION: Mapping[RdsEngine, re.Pattern[str]] = {
    "mysql": re.compile(r"(\d+\.\d+)(\.\d+)?"),
    "mariadb": re.compile(r"(\d+\.\d+)(\.\d+)?"),
    "postgres": re.compile(r"(\d+)(\.\d+)?"),
}


def check_engine(name: object) -> None:
    """Raise `ComponentError` for an engine without IAM authentication, with the reason instead of a list."""
    if isinstance(name, str) and name.lower().startswith(WITHOUT_IAM):
        problem = f"{name!r} knows no IAM authentication, so its users would need passwords"
        raise ComponentError("", problem, "use mysql, mariadb or postgres")
    if isinstance(name, str) and name.lower().startswith("aurora"):
        raise ComponentError("", f"{name!r} is a cluster's engine", "use an AuroraCluster")


@dataclass(frozen=True)
class RdsVersion:
    """An engine with a version: `text` as AWS takes it, `line` its release line."""

    engine: RdsEngine
    text: str
    line: str

    @property
    def facts(self) -> RdsFacts:
        """What holds for the engine."""
        return ENGINES[self.engine]

    @property
    def family(self) -> str:
        """The family of its parameter groups."""
        return self.facts.lines[self.line]


def parse_version(engine: RdsEngine, text: str | None) -> RdsVersion:
    """The version that `text` names; None is the engine's default. Raises `ComponentError` (at `engine_version`)."""
    facts = ENGINES[engine]
    text = text or facts.default_version
    found = _VERSION[engine].fullmatch(text)
    if found is None:
        remedy = f"write it like {facts.default_version!r}, with or without the minor version"
        raise ComponentError("engine_version", f"{text!r} is no version of {engine}", remedy)
    if found[1] not in facts.lines:
        problem = f"{engine} {found[1]} knows no IAM authentication, or is not offered"
        raise ComponentError("engine_version", problem, f"use one of {', '.join(facts.lines)}")
    return RdsVersion(engine, text, found[1])


def check_parameters(version: RdsVersion, given: Mapping[str, Parameter]) -> None:
    """Raise `ComponentError` for a name that is none, for one that would loosen TLS, for a static one at once."""
    for name, parameter in given.items():
        where = f"parameters.{name}"
        if not _NAME.fullmatch(name):
            raise ComponentError(where, "is no name of a parameter", "write it as the engine does")
        if name in version.facts.tls:
            raise ComponentError(where, "makes the database insist on TLS", "leave it out; it is set")
        if parameter.apply == "immediate" and name in STATIC:
            raise ComponentError(where, "is static, it can't change at once", "use pending-reboot")


def parameters_of(version: RdsVersion, given: Mapping[str, Parameter]) -> dict[str, Parameter]:
    """The parameters of the instance's group, by name: TLS, the records, and the user's own over the latter."""
    ours = {**version.facts.records, **version.facts.tls}
    return dict(sorted({**{name: Parameter(value=value) for name, value in ours.items()}, **given}.items()))


def max_connections(engine: RdsEngine, gib: float) -> int:
    """The engine's default limit of an instance with so much memory."""
    return min(
        int(gib * 1024**3 / ENGINES[engine].connections_per_byte), 5000 if engine == "postgres" else 16_000
    )
