"""What can be wrong between the settings of an Aurora cluster; each check raises `ComponentError`.

AWS sources: those of engines.py; "Scaling to Zero ACUs with automatic pause and resume" (what keeps an instance from
pausing), "Database activity streams" (not on Serverless v2, not on T classes; Aurora MySQL only asynchronously),
"Backtracking an Aurora DB cluster" (not with binary logs), "Naming constraints" (RDS).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from components.data.aurora_parameters import check_parameters, cluster_parameters, turns_on
from components.data.engines import check_feature
from components.data.windows import check_apart
from components.foundation.errors import ComponentError, nearest

if TYPE_CHECKING:
    from components.data.aurora_args import AuroraSettings

SERVERLESS = "db.serverless"
MAX_INSTANCES = 16
MAX_CUSTOM_ENDPOINTS = 5
MAX_DATABASE_NAME = {"mysql": 64, "mariadb": 64, "postgresql": 63}
MAX_MASTER_USERNAME = {"mysql": 16, "mariadb": 16, "postgresql": 63}

_DATABASE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MASTER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_BURSTABLE = re.compile(r"db\.t\d")


def check(settings: AuroraSettings) -> None:
    """Raise `ComponentError` for the first thing that does not fit."""
    for one in _CHECKS:
        one(settings)


def _upgrades(settings: AuroraSettings) -> None:
    if settings.allow_major_version_upgrade and settings.apply == "window":
        problem = "a major upgrade that waits for the window would leave the old parameter group in use"
        raise ComponentError("apply", problem, "set apply: immediately for the upgrade")


def _parameters(settings: AuroraSettings) -> None:
    language = settings.version.engine.language
    check_parameters(language, settings.parameters, "parameters")
    check_parameters(language, settings.instance_parameters, "instance_parameters")


def _instances(settings: AuroraSettings) -> None:
    if not settings.instances:
        raise ComponentError("instances", "a cluster without instances answers nobody", "name at least one")
    if len(settings.instances) > MAX_INSTANCES:
        problem = f"there are {len(settings.instances)} instances"
        raise ComponentError("instances", problem, "Aurora has a writer and up to 15 readers")


def _classes(settings: AuroraSettings) -> None:
    for name, kind in settings.classes.items():
        if _BURSTABLE.match(kind) and kind.endswith((".micro", ".small")):
            where = f"instances.{name}.instance_class"
            raise ComponentError(where, f"Aurora has no {kind}", "its smallest is db.t4g.medium")


def _serverless(settings: AuroraSettings) -> None:
    elastic = [name for name, kind in settings.classes.items() if kind == SERVERLESS]
    capacity = settings.serverless
    if elastic and capacity is None:
        remedy = "set serverless: { min: 0.5, max: 4 }"
        raise ComponentError("serverless", f"instance {elastic[0]!r} is serverless", remedy)
    if capacity is None:
        return
    if not elastic:
        problem = "capacity means nothing to provisioned instances"
        raise ComponentError("serverless", problem, f"leave it out, or use instance_class: {SERVERLESS}")
    check_feature("serverless", settings.version, "serverless")
    if capacity.max > 128:
        check_feature("serverless.max", settings.version, "256 ACUs")
    if capacity.min == 0:
        _auto_pause(settings)


def _auto_pause(settings: AuroraSettings) -> None:
    check_feature("serverless.min", settings.version, "auto-pause")
    parameters = cluster_parameters(settings.version, settings.parameters)
    for name in ("rds.logical_replication", "binlog_format"):
        if turns_on(parameters, name):
            problem = "replication keeps the cluster awake, it would never pause"
            raise ComponentError(f"parameters.{name}", problem, "leave it out, or set serverless.min: 0.5")
    # A target of replicas is met by a paused one, too, and a health check of any kind is a connection.
    if settings.replica_scaling is not None:
        problem = "replicas that pause have no load to scale by"
        raise ComponentError("replica_scaling", problem, "leave it out, or set serverless.min: 0.5")


def _storage(settings: AuroraSettings) -> None:
    if settings.storage == "io-optimized":
        check_feature("storage", settings.version, "I/O-Optimized storage")


def _data_api(settings: AuroraSettings) -> None:
    if not settings.data_api:
        return
    check_feature("data_api", settings.version, "the Data API")
    for name, kind in settings.classes.items():
        if _BURSTABLE.match(kind):
            problem = f"the Data API does not work on {kind}"
            raise ComponentError(f"instances.{name}.instance_class", problem, "use a class other than T")


def _write_forwarding(settings: AuroraSettings) -> None:
    if settings.local_write_forwarding:
        check_feature("local_write_forwarding", settings.version, "local write forwarding")


def _activity_stream(settings: AuroraSettings) -> None:
    if settings.activity_stream is None:
        return
    if settings.activity_stream == "sync" and settings.version.engine.language == "mysql":
        raise ComponentError("activity_stream", "Aurora MySQL streams asynchronously only", "use async")
    for name, kind in settings.classes.items():
        if kind == SERVERLESS or _BURSTABLE.match(kind):
            problem = f"an activity stream does not work on {kind}"
            raise ComponentError(
                f"instances.{name}.instance_class", problem, "use a class such as db.r7g.large"
            )


def why_no_backtrack(settings: AuroraSettings) -> str | None:
    """Why the cluster can't be taken back in time; None when it can."""
    if settings.version.engine.language != "mysql":
        return "only Aurora MySQL can go back in time"
    if turns_on(settings.parameters, "binlog_format"):
        return "backtracking does not go with binary logs"
    if getattr(settings, "global_member", None) is not None:
        return "a member of a global database can't go back in time"
    return None


def _backtrack(settings: AuroraSettings) -> None:
    why = why_no_backtrack(settings)
    if settings.backtrack_hours and why is not None:
        raise ComponentError("backtrack_hours", why, "leave it out and restore to a point in time")


def _windows(settings: AuroraSettings) -> None:
    check_apart(settings.backup_window, settings.maintenance_window, "maintenance_window")


def _logs(settings: AuroraSettings) -> None:
    engine = settings.version.engine
    for index, log in enumerate(settings.logs or ()):
        if log not in engine.known_logs:
            remedy = nearest(log, engine.known_logs)
            raise ComponentError(f"logs[{index}]", f"{engine.name} has no log {log!r}", remedy)
        if log in (settings.logs or ())[:index]:
            raise ComponentError(f"logs[{index}]", f"{log!r} stands twice", "name it once")


def _names(settings: AuroraSettings) -> None:
    language = settings.version.engine.language
    user = settings.master_username
    if not _MASTER.fullmatch(user) or len(user) > MAX_MASTER_USERNAME[language]:
        limit = MAX_MASTER_USERNAME[language]
        remedy = f"use up to {limit} letters, digits and underscores, starting with a letter"
        raise ComponentError("master_username", f"{user!r} is no name of a master user", remedy)
    database = settings.database_name
    if database is not None and (
        not _DATABASE.fullmatch(database) or len(database) > MAX_DATABASE_NAME[language]
    ):
        limit = MAX_DATABASE_NAME[language]
        remedy = f"use up to {limit} letters, digits and underscores, not starting with a digit"
        raise ComponentError("database_name", f"{database!r} is no name of a database", remedy)


def _endpoints(settings: AuroraSettings) -> None:
    if len(settings.endpoints) > MAX_CUSTOM_ENDPOINTS:
        problem = f"there are {len(settings.endpoints)} custom endpoints"
        raise ComponentError("endpoints", problem, f"a cluster has up to {MAX_CUSTOM_ENDPOINTS}")
    for name, endpoint in settings.endpoints.items():
        for which in ("members", "excluded"):
            for index, member in enumerate(getattr(endpoint, which)):
                if member not in settings.instances:
                    where = f"endpoints.{name}.{which}[{index}]"
                    remedy = nearest(member, settings.instances)
                    raise ComponentError(where, f"there is no instance {member!r}", remedy)


def _scaling(settings: AuroraSettings) -> None:
    scaling = settings.replica_scaling
    if scaling is None:
        return
    readers = len(settings.instances) - 1
    if readers < 1:
        problem = "scaling starts from a replica that is there"
        raise ComponentError("replica_scaling", problem, "add a second instance")
    if scaling.max < readers:
        problem = f"{scaling.max} is less than the {readers} replicas that are named"
        raise ComponentError("replica_scaling.max", problem, "raise it, or name fewer instances")


_CHECKS: tuple[Callable[[AuroraSettings], None], ...] = (
    _upgrades,
    _parameters,
    _instances,
    _classes,
    _serverless,
    _storage,
    _data_api,
    _write_forwarding,
    _activity_stream,
    _backtrack,
    _windows,
    _logs,
    _names,
    _endpoints,
    _scaling,
)
