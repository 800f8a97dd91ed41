"""Rules on the parameters of RDS engines: TLS and logs of queries.

Which group decides: Aurora's TLS parameters stand in the cluster's group. Defaults: `rds.force_ssl` is 1 from
PostgreSQL 15 on RDS and 17 on Aurora (RDS User Guide, "Requiring an SSL connection to a PostgreSQL DB instance").
"""

from __future__ import annotations

import re

from policies.pack.graph import Stack
from policies.pack.resource import Resource, as_number
from policies.pack.rule import HIGH, LOW, Theme, rule
from policies.pack.verdict import PASS, Verdict, undecided, violation
from policies.rules._stores import parameter, set_parameter, version
from policies.rules.rds import CLUSTER, INSTANCE, engine_of, is_replica

GROUP = "aws:rds/parameterGroup:ParameterGroup"
CLUSTER_GROUP = "aws:rds/clusterParameterGroup:ClusterParameterGroup"

# "postgres16" -> ("postgres", 16); "aurora-postgresql17" -> ("aurora-postgresql", 17)
_FAMILY = re.compile(r"([a-z-]+?)-?(\d+)?(?:\.[\d.]*)?$")
_TLS_SINCE = {"postgres": 15, "aurora-postgresql": 17}
_LOGGED_STATEMENTS = ("ddl", "mod", "all")


def _family(group: Resource) -> tuple[str, int]:
    found = _FAMILY.match(group.text("family").lower())
    return (found[1], int(found[2] or 0)) if found else ("", 0)


def _tls(group: Resource) -> Verdict:
    """Whether a group makes its engine refuse connections without TLS."""
    engine, major = _family(group)
    if engine.startswith("aurora") and group.type == GROUP:
        return PASS  # The cluster's group decides.
    if "postgres" in engine:
        on_by_default = major >= _TLS_SINCE.get(engine, 99)
        return set_parameter(group, "rds.force_ssl", "1", on_by_default=on_by_default)
    if engine.startswith("sqlserver"):
        return set_parameter(group, "rds.force_ssl", "1")
    if "mysql" in engine or engine == "mariadb":
        return set_parameter(group, "require_secure_transport", "1")
    return PASS  # Oracle and Db2 use option groups and ports.


@rule(on=(GROUP, CLUSTER_GROUP), severity=HIGH, theme=Theme.ENCRYPTION_IN_TRANSIT, same_as=["CKV2_AWS_69"])
def rds_parameter_group_tls(group: Resource) -> Verdict:
    """Unless a parameter forbids it the engine also talks to clients that don't encrypt, passwords included."""
    return _tls(group)


@rule(
    on=(INSTANCE, CLUSTER),
    severity=HIGH,
    theme=Theme.ENCRYPTION_IN_TRANSIT,
    same_as=["SecurityHub RDS.38", "SecurityHub RDS.39", "CKV2_AWS_69"],
)
def rds_parameter_group_tls_attached(database: Resource, stack: Stack) -> Verdict:
    """A database with the default parameters of these engines answers clients that don't encrypt."""
    engine = engine_of(database)
    if database.type == INSTANCE and (engine.startswith("aurora") or is_replica(database)):
        return PASS
    if not any(name in engine for name in ("postgres", "mysql", "mariadb", "sqlserver")):
        return PASS
    path, kind = (
        ("parameterGroupName", GROUP)
        if database.type == INSTANCE
        else ("dbClusterParameterGroupName", CLUSTER_GROUP)
    )
    groups = stack.targets(database, path, kind)
    if groups.sure:
        return PASS  # rds-parameter-group-tls judges the group.
    if groups.possible or groups.open:
        return undecided(path)
    name = database.given.text(path)
    if name and not name.startswith("default."):
        return PASS  # A group of another stack.
    numbers = version(database.given.text("engineVersion"))
    if numbers and numbers[0] >= _TLS_SINCE.get(engine, 1000):
        return PASS
    what = "is the engine's default group, which allows connections without TLS"
    return violation(path, what, f"Attach a group that sets `{_setting(engine)}`.")


def _setting(engine: str) -> str:
    return "require_secure_transport" if "my" in engine or "maria" in engine else "rds.force_ssl"


@rule(
    on=(GROUP, CLUSTER_GROUP),
    severity=LOW,
    theme=Theme.LOGGING,
    same_as=["CKV2_AWS_27", "CKV2_AWS_30"],
)
def rds_parameter_group_query_log(group: Resource) -> Verdict:
    """PostgreSQL logs no statement unless told to; who changed what can't be found out afterwards."""
    engine, _ = _family(group)
    if "postgres" not in engine or (engine.startswith("aurora") and group.type == GROUP):
        return PASS
    statements = parameter(group, "log_statement")
    if isinstance(statements, str) and statements.lower() in _LOGGED_STATEMENTS:
        return PASS
    duration = as_number(parameter(group, "log_min_duration_statement"))
    libraries = parameter(group, "shared_preload_libraries")
    if (duration is not None and duration >= 0) or (isinstance(libraries, str) and "pgaudit" in libraries):
        return PASS
    remedy = (
        'Add `{"name": "log_statement", "value": "ddl"}` or `log_min_duration_statement` to `parameters`.'
    )
    return violation("parameters", "logs no statements", remedy)
