"""What a user decides about a single RDS instance and its read replicas, checked before anything is created.

AWS sources (RDS User Guide): "Amazon RDS DB instance storage" (gp3 above 400 GiB takes IOPS and throughput; io2 always
has IOPS), "Managing capacity automatically with storage autoscaling" (a limit at least 10 % above the storage),
"Working with DB instance read replicas" (up to 15), "Naming constraints".
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from components.data.access import check_db_user
from components.data.aurora_args import Insights, InstanceClass, Name, Notices, Parameters
from components.data.aurora_checks import MAX_DATABASE_NAME, MAX_MASTER_USERNAME
from components.data.backup_plan import BackupPlan
from components.data.placement import Access, Placement
from components.data.rds_alarms import RdsAlarms
from components.data.rds_engines import RdsEngine, RdsVersion, check_engine, check_parameters, parse_version
from components.data.windows import DailyWindow, WeeklyWindow, check_apart
from components.foundation.args import Args, Text
from components.foundation.errors import ComponentError, nearest
from components.foundation.retention import RetentionDays

MAX_REPLICAS = 15
GP3_STRIPED_FROM = 400
"""GiB from which on gp3 takes IOPS and throughput of one's own (these three engines)."""

_IDENTIFIER = re.compile(r"[a-z](-?[a-z0-9])*")
_DATABASE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MASTER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def _known(engine: object) -> object:
    check_engine(engine)
    return engine


class Storage(Args):
    """Disks: `gib` to start with, growing by itself up to `max_gib` (None: never).

    `kind` gp3 has 3000 IOPS and 125 MiB/s; from 400 GiB on it takes `iops` and `throughput` (MiB/s) of your own. `io2`
    needs `iops`.
    """

    gib: Annotated[int, Field(ge=20, le=65_536)] = 20
    max_gib: Annotated[int, Field(ge=22, le=65_536)] | None = 100
    kind: Literal["gp3", "io2"] = "gp3"
    iops: Annotated[int, Field(ge=1000, le=256_000)] | None = None
    throughput: Annotated[int, Field(ge=125, le=4000)] | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.max_gib is not None and self.max_gib * 10 < self.gib * 11:
            problem = f"{self.max_gib} GiB leave no room above {self.gib}"
            raise ComponentError("max_gib", problem, f"give at least {-(-self.gib * 11 // 10)}, or null")
        if self.kind == "io2" and self.iops is None:
            raise ComponentError("iops", "io2 has no IOPS of its own", "give them, such as 3000")
        if self.kind == "io2" and self.throughput is not None:
            raise ComponentError("throughput", "belongs to gp3", "leave it out; it follows the IOPS")
        small = self.kind == "gp3" and self.gib < GP3_STRIPED_FROM
        if small and (self.iops is not None or self.throughput is not None):
            problem = f"gp3 of {self.gib} GiB has 3000 IOPS and 125 MiB/s, no more and no less"
            raise ComponentError(
                "iops", problem, f"leave iops and throughput out, or use {GP3_STRIPED_FROM} GiB"
            )
        return self


class Replica(Args):
    """A read replica: a copy for reports, a moment behind, with an endpoint of its own.

    `instance_class`: default the instance's. `zone`: the network's key of a zone (`a`); in the instance's own zone the
    copying costs nothing. `multi_az`: with a standby of its own.
    """

    instance_class: InstanceClass | None = None
    zone: str | None = None
    multi_az: bool = False


class RdsInstanceSettings(Args):
    """What a user decides about an RDS instance; where it stands comes from the network.

    *Engine*: `engine` (`mysql`, `postgres`, `mariadb`), `engine_version` (`8.4` lets AWS keep the minor version
    current), `auto_minor_version_upgrade`, `allow_major_version_upgrade`, `apply` (changes at once or in the window),
    `extended_support` (pay to stay on a version that has ended), `parameters` by name.

    *Machines*: `instance_class`, `storage`, `multi_az` (a standby in another zone), `replicas` by name,
    `ca_certificate`, `dual_stack`.

    *Users*: `master_username` (its password is made, kept and rotated by Secrets Manager, every
    `password_rotation_days`), `database_name`, `port`, `access`.

    *Data*: `key_arn` (default an own key), `backup_retention_days` (1 to 35), `backup_window`, `backup_plan`,
    `restore_from` (name or ARN of a snapshot), `deletion_protection`, `final_snapshot`.

    *Records*: `logs`, `log_retention_days`, `monitoring_seconds` (Enhanced Monitoring), `insights`, `alarms`,
    `notices`, `maintenance_window`.
    """

    engine: Annotated[RdsEngine, BeforeValidator(_known)] = "mysql"
    engine_version: str | None = None
    auto_minor_version_upgrade: bool = True
    allow_major_version_upgrade: bool = False
    apply: Literal["window", "immediately"] = "window"
    extended_support: bool = False
    parameters: Parameters = Field(default_factory=dict)
    instance_class: InstanceClass = "db.t4g.medium"
    storage: Storage = Storage()
    multi_az: bool = True
    replicas: Annotated[dict[Name, Replica], Field(max_length=MAX_REPLICAS)] = Field(default_factory=dict)
    ca_certificate: Literal["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"] = (
        "rds-ca-rsa2048-g1"
    )
    dual_stack: bool = False
    identifier: str | None = None
    master_username: str = "steward"
    password_rotation_days: Annotated[int, Field(ge=1, le=1000)] = 7
    database_name: str | None = None
    port: Annotated[int, Field(ge=1150, le=65_535)] | None = None
    access: Access = Access()
    key_arn: Text | None = None
    backup_retention_days: Annotated[int, Field(ge=1, le=35)] = 14
    backup_window: DailyWindow = "02:00-03:00"
    maintenance_window: WeeklyWindow = "sun:04:00-sun:05:00"
    backup_plan: BackupPlan | None = BackupPlan()
    restore_from: Text | None = None
    deletion_protection: bool = True
    final_snapshot: bool = True
    logs: tuple[str, ...] | None = None
    log_retention_days: RetentionDays = 365
    monitoring_seconds: Literal[0, 1, 5, 10, 15, 30, 60] = 60
    insights: Insights = Insights()
    alarms: RdsAlarms | None = RdsAlarms()
    notices: Notices = Notices()
    tags: dict[str, str] = Field(default_factory=dict)

    @field_validator("identifier")
    @classmethod
    def _is_an_identifier(cls, identifier: str | None) -> str | None:
        if identifier is not None and (not _IDENTIFIER.fullmatch(identifier) or len(identifier) > 63):
            remedy = "use up to 63 small letters, digits and single hyphens, starting with a letter"
            raise ComponentError("", f"{identifier!r} is no identifier of an instance", remedy)
        return identifier

    @field_validator("instance_class")
    @classmethod
    def _is_no_aurora(cls, kind: str) -> str:
        if kind == "db.serverless":
            raise ComponentError("", "only Aurora is serverless", "use an AuroraCluster, or 'db.t4g.medium'")
        return kind

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        check_parameters(self.version, self.parameters)
        check_apart(self.backup_window, self.maintenance_window, "maintenance_window")
        self._check_names()
        self._check_logs()
        if self.allow_major_version_upgrade and self.apply == "window":
            problem = "a major upgrade that waits for the window would leave the old parameter group in use"
            raise ComponentError("apply", problem, "set apply: immediately for the upgrade")
        return self

    def _check_names(self) -> None:
        language = self.version.facts.language
        check_db_user(language, self.master_username, "master_username")
        limit = MAX_MASTER_USERNAME[language]
        if not _MASTER.fullmatch(self.master_username) or len(self.master_username) > limit:
            remedy = f"use up to {limit} letters, digits and underscores, starting with a letter"
            problem = f"{self.master_username!r} is no name of a master user"
            raise ComponentError("master_username", problem, remedy)
        limit = MAX_DATABASE_NAME[language]
        name = self.database_name
        if name is not None and (not _DATABASE.fullmatch(name) or len(name) > limit):
            remedy = f"use up to {limit} letters, digits and underscores, not starting with a digit"
            raise ComponentError("database_name", f"{name!r} is no name of a database", remedy)

    def _check_logs(self) -> None:
        for index, log in enumerate(self.logs or ()):
            if log not in self.version.facts.known_logs:
                problem = f"{self.engine} has no log {log!r}"
                raise ComponentError(f"logs[{index}]", problem, nearest(log, self.version.facts.known_logs))
            if log in (self.logs or ())[:index]:
                raise ComponentError(f"logs[{index}]", f"{log!r} stands twice", "name it once")

    @property
    def version(self) -> RdsVersion:
        """The engine with its version."""
        return parse_version(self.engine, self.engine_version)

    @property
    def listens_on(self) -> int:
        """The port: the engine's own unless given."""
        return self.port or self.version.facts.port

    @property
    def exported_logs(self) -> tuple[str, ...]:
        """The logs that go to CloudWatch."""
        return self.version.facts.logs if self.logs is None else self.logs

    @property
    def audited(self) -> bool:
        """Whether the audit log is written by an option group."""
        return self.version.facts.audited and "audit" in self.exported_logs

    @property
    def password_by_rds(self) -> bool:
        """Whether RDS itself makes and rotates the master password: it refuses to for instances with replicas."""
        return not self.replicas


class RdsInstanceArgs(RdsInstanceSettings, Placement):
    """The settings and the place: a network with a tier for databases, or plain ids (`Placement`)."""

    region: str | None = None
