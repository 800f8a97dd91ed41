"""What a user decides about an Aurora cluster; aurora_checks.py has what must hold between the settings."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

import pulumi
from pydantic import AfterValidator, BeforeValidator, Field, InstanceOf, field_validator, model_validator

from components.data import aurora_checks
from components.data.access import check_db_user
from components.data.aurora_alarms import AuroraAlarms
from components.data.aurora_parameters import Parameter
from components.data.backup_plan import BackupPlan
from components.data.engines import AuroraEngine, Version, parse_version
from components.data.placement import Access, Placement
from components.data.windows import DailyWindow, WeeklyWindow
from components.foundation.args import Args, Text
from components.foundation.errors import ComponentError
from components.foundation.retention import RetentionDays

SERVERLESS = "db.serverless"

_CLASS = re.compile(
    r"db\.(serverless|[a-z]+\d+[a-z]*(-[a-z0-9]+)*\.(\d*x?large|micro|small|medium)(\.[a-z0-9]+)*)"
)
_IDENTIFIER = re.compile(r"[a-z](-?[a-z0-9])*")
_NAME = re.compile(r"[a-z](-?[a-z0-9])*")


def _instance_class(text: str) -> str:
    if not _CLASS.fullmatch(text):
        raise ComponentError("", f"{text!r} is no instance class", "write it like 'db.r7g.large'")
    return text


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ComponentError("", f"{text!r} is no name", "use small letters, digits and single hyphens")
    return text


def _parameter(given: Any) -> Any:
    """A plain value is a parameter's value."""
    if isinstance(given, bool):
        return {"value": "1" if given else "0"}
    return {"value": str(given)} if isinstance(given, str | int | float) else given


InstanceClass = Annotated[str, AfterValidator(_instance_class)]
Name = Annotated[str, AfterValidator(_name)]
Parameters = dict[str, Annotated[Parameter, BeforeValidator(_parameter)]]


class AuroraInstance(Args):
    """One instance of the cluster.

    `instance_class`: default the cluster's. `promotion_tier`: 0 to 15, who becomes writer after a failure, the lowest
    first; the instance with the lowest is created first and so is the first writer. `zone`: the network's key of a
    zone (`a`); by default AWS spreads the instances.
    """

    instance_class: InstanceClass | None = None
    promotion_tier: Annotated[int, Field(ge=0, le=15)] = 1
    zone: str | None = None


class Serverless(Args):
    """Capacity of the instances of class `db.serverless`, in Aurora capacity units (2 GiB of memory each).

    `min` 0 pauses an instance that nobody has used for `pause_after_seconds` (300 to 86400, default 300).
    """

    min: Annotated[float, Field(ge=0, le=256, multiple_of=0.5)] = 0.5
    max: Annotated[float, Field(ge=1, le=256, multiple_of=0.5)] = 4
    pause_after_seconds: Annotated[int, Field(ge=300, le=86_400)] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min > self.max:
            raise ComponentError("max", f"{self.max:g} is less than min {self.min:g}", "raise it")
        if self.pause_after_seconds is not None and self.min > 0:
            raise ComponentError("pause_after_seconds", "only an instance with min: 0 pauses", "set min: 0")
        return self


class PointInTime(Args):
    """A moment of another cluster: `at` (such as `2026-03-01T12:00:00Z`) or the `latest` that can be restored.

    `cluster`: the other cluster's identifier; `resource_id` (`cluster-ABC...`) where it has been deleted. `clone` shares
    the other's storage until one of them changes it (copy-on-write), instead of copying all of it.
    """

    cluster: Text | None = None
    resource_id: Text | None = None
    at: str | None = None
    latest: bool = False
    clone: bool = False

    @field_validator("at")
    @classmethod
    def _is_a_time(cls, at: str | None) -> str | None:
        if at is not None and not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", at):
            raise ComponentError("", f"{at!r} is no time in UTC", "write it like 2026-03-01T12:00:00Z")
        return at

    @model_validator(mode="after")
    def _one_moment(self) -> Self:
        if (self.cluster is None) == (self.resource_id is None):
            raise ComponentError("cluster", "needs one source", "give either cluster or resource_id")
        if (self.at is None) != self.latest:
            raise ComponentError("", "needs one moment", "give either at or latest: true")
        if self.clone and not self.latest:
            raise ComponentError("clone", "a clone starts from now", "set latest: true instead of at")
        return self


class Restore(Args):
    """Where the data come from when the cluster is created: a `snapshot` (name or ARN) or a `point_in_time`.

    Keep it in the settings afterwards: user name and database are those of the source. Changing it replaces nothing.
    """

    snapshot: Text | None = None
    point_in_time: PointInTime | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.snapshot is None) == (self.point_in_time is None):
            raise ComponentError("", "data come from one source", "give either snapshot or point_in_time")
        return self


class Insights(Args):
    """CloudWatch Database Insights: `advanced` needs 465 days of history, `standard` has 7 for free.

    `retention_days`: 7, a multiple of 31 up to 713, or 731.
    """

    mode: Literal["standard", "advanced"] = "standard"
    retention_days: int | None = None

    @property
    def days(self) -> int:
        """Days of Performance Insights history."""
        return self.retention_days or (465 if self.mode == "advanced" else 7)

    @model_validator(mode="after")
    def _days_fit(self) -> Self:
        months, rest = divmod(self.days, 31)
        if self.days not in {7, 731} and (rest or not 1 <= months <= 23):
            near = min((7, 731, *range(31, 714, 31)), key=lambda one: (abs(one - self.days), one))
            raise ComponentError("retention_days", f"{self.days} days can't be kept", f"use {near}")
        if self.mode == "advanced" and self.days < 465:
            problem = f"{self.days} days are too few for mode advanced"
            raise ComponentError("retention_days", problem, "use 465 or more")
        return self


class ReplicaScaling(Args):
    """Add replicas when the readers are busy: between `min` and `max` of them, those by name included.

    `cpu`: target in percent; `connections`: target per replica; exactly one. `cooldown_in`, `cooldown_out`: seconds.
    """

    min: Annotated[int, Field(ge=0, le=15)] = 1
    max: Annotated[int, Field(ge=1, le=15)]
    cpu: Annotated[float, Field(gt=0, le=100)] | None = None
    connections: Annotated[float, Field(gt=0)] | None = None
    cooldown_in: Annotated[int, Field(ge=0)] = 300
    cooldown_out: Annotated[int, Field(ge=0)] = 300

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.min > self.max:
            raise ComponentError("max", f"{self.max} is less than min {self.min}", "raise it")
        if (self.cpu is None) == (self.connections is None):
            raise ComponentError("cpu", "replicas follow one metric", "give either cpu or connections")
        return self


class CustomEndpoint(Args):
    """A name in DNS for some of the instances: those in `members`, or all but `excluded`, also later ones.

    `kind`: `ANY` instance, or only those that are `READER` at the moment.
    """

    kind: Literal["ANY", "READER"] = "READER"
    members: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_list(self) -> Self:
        if bool(self.members) == bool(self.excluded):
            raise ComponentError("members", "an endpoint has one list", "give either members or excluded")
        return self


class Notices(Args):
    """Who hears of events and alarms: further SNS `topic_arns`, beside the cluster's own topic.

    `emails` are subscribed to the own topic; each has to confirm.
    """

    topic_arns: tuple[Text, ...] = ()
    emails: tuple[str, ...] = ()

    @field_validator("emails")
    @classmethod
    def _are_addresses(cls, emails: tuple[str, ...]) -> tuple[str, ...]:
        for email in emails:
            if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
                raise ComponentError("", f"{email!r} is no e-mail address", "write it like team@example.com")
        return emails


class GlobalMember(Args):
    """The cluster's part in an Aurora Global Database; `AuroraGlobalDatabase` makes both, and all that follows.

    `id`: the global cluster's identifier. A `secondary` has no users of its own and takes over those of the primary.
    `write_forwarding`: a secondary hands writes on to the primary. AWS keeps no password for members, so a primary needs
    its first `password`; `secret_arn` and `secret_key_arn`: where it is kept in this Region. `after`: resources that must
    be there first, such as the primary's instances.
    """

    id: Text
    secondary: bool = False
    write_forwarding: bool = False
    password: pulumi.Output[str] | None = None
    secret_arn: Text | None = None
    secret_key_arn: Text | None = None
    after: tuple[InstanceOf[pulumi.Resource], ...] = ()

    @model_validator(mode="after")
    def _plays_one_part(self) -> Self:
        if self.write_forwarding and not self.secondary:
            raise ComponentError("write_forwarding", "only a secondary hands writes on", "leave it out")
        if self.secondary == (self.password is not None):
            problem = "a primary has one, which AWS does not make for it; a secondary has none"
            raise ComponentError("password", problem, "use an AuroraGlobalDatabase")
        return self


class AuroraSettings(Args):
    """What a user decides about an Aurora cluster; where it stands comes from the network.

    *Engine*: `engine`, `engine_version` (`17` lets AWS keep the minor version current; default 17 or 8.0),
    `auto_minor_version_upgrade`, `allow_major_version_upgrade`, `apply` (changes at once or in the window),
    `extended_support` (pay to stay on a version that has ended), `parameters` and `instance_parameters` by name.

    *Machines*: `instances` by name, `instance_class` of those that name none, `serverless` capacity, `storage`
    (`io-optimized`: no charge for I/O), `replica_scaling`, `endpoints` by name, `ca_certificate`, `dual_stack`.

    *Users*: `master_username` (its password is made, kept and rotated by Secrets Manager, every
    `password_rotation_days`), `database_name`, `port`, `access`.

    *Data*: `key_arn` (default: an own key), `backup_retention_days` (1 to 35), `backup_window`, `backup_plan`,
    `backtrack_hours` (MySQL, up to 72), `restore`, `deletion_protection`, `final_snapshot`.

    *Records*: `logs`, `log_retention_days`, `monitoring_seconds` (Enhanced Monitoring; 0, 1, 5, 10, 15, 30, 60),
    `insights`, `alarms`, `notices`, `activity_stream` (`sync` or `async`), `maintenance_window`.

    *Ways in*: `data_api` (SQL over HTTPS, authorised by IAM and signed with SigV4), `local_write_forwarding` (a reader
    hands writes on to the writer).
    """

    engine: AuroraEngine = "aurora-postgresql"
    engine_version: str | None = None
    auto_minor_version_upgrade: bool = True
    allow_major_version_upgrade: bool = False
    apply: Literal["window", "immediately"] = "window"
    extended_support: bool = False
    parameters: Parameters = Field(default_factory=dict)
    instance_parameters: Parameters = Field(default_factory=dict)
    instances: dict[Name, AuroraInstance] = Field(
        default_factory=lambda: {"one": AuroraInstance(promotion_tier=0), "two": AuroraInstance()}
    )
    instance_class: InstanceClass | None = None
    serverless: Serverless | None = None
    storage: Literal["standard", "io-optimized"] = "standard"
    replica_scaling: ReplicaScaling | None = None
    endpoints: dict[Name, CustomEndpoint] = Field(default_factory=dict)
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
    backtrack_hours: Annotated[int, Field(ge=0, le=72)] | None = None
    restore: Restore | None = None
    deletion_protection: bool = True
    final_snapshot: bool = True
    logs: tuple[str, ...] | None = None
    log_retention_days: RetentionDays = 365
    monitoring_seconds: Literal[0, 1, 5, 10, 15, 30, 60] = 60
    insights: Insights = Insights()
    alarms: AuroraAlarms | None = AuroraAlarms()
    notices: Notices = Notices()
    activity_stream: Literal["sync", "async"] | None = None
    data_api: bool = False
    local_write_forwarding: bool = False
    tags: dict[str, str] = Field(default_factory=dict)

    @field_validator("identifier")
    @classmethod
    def _is_an_identifier(cls, identifier: str | None) -> str | None:
        if identifier is not None and (not _IDENTIFIER.fullmatch(identifier) or len(identifier) > 63):
            remedy = "use up to 63 small letters, digits and single hyphens, starting with a letter"
            raise ComponentError("", f"{identifier!r} is no identifier of a cluster", remedy)
        return identifier

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        check_db_user(self.version.engine.language, self.master_username, "master_username")
        aurora_checks.check(self)
        return self

    @property
    def version(self) -> Version:
        """The engine with its version."""
        return parse_version(self.engine, self.engine_version)

    @property
    def listens_on(self) -> int:
        """The port: the engine's own unless given."""
        return self.port or self.version.engine.port

    @property
    def exported_logs(self) -> tuple[str, ...]:
        """The logs that go to CloudWatch."""
        return self.version.engine.logs if self.logs is None else self.logs

    @property
    def default_class(self) -> str:
        """The class of instances that name none."""
        return self.instance_class or (SERVERLESS if self.serverless else "db.r7g.large")

    def class_of(self, name: str) -> str:
        """The class of an instance."""
        return self.instances[name].instance_class or self.default_class

    @property
    def classes(self) -> dict[str, str]:
        """The instances' classes by name."""
        return {name: self.class_of(name) for name in self.instances}

    @property
    def writer(self) -> str:
        """The instance that is created first: the lowest promotion tier, then the order in which they are written."""
        return min(self.instances, key=lambda name: self.instances[name].promotion_tier)

    @property
    def backtrack_seconds(self) -> int:
        """How far back in time the cluster can go; Aurora MySQL goes back a day unless told otherwise."""
        if self.backtrack_hours is None:
            return 24 * 3600 if aurora_checks.why_no_backtrack(self) is None else 0
        return self.backtrack_hours * 3600


class AuroraClusterArgs(AuroraSettings, Placement):
    """The settings and the place: a network with a tier for databases, or plain ids (`Placement`).

    `global_member`: the part in a global database. `region`: default the network's.
    """

    global_member: GlobalMember | None = None
    region: str | None = None

    @model_validator(mode="after")
    def _at_its_place(self) -> Self:
        network = self.network.settings if self.network is not None else None
        if network is not None and self.dual_stack and not network.has_ipv6:
            raise ComponentError("dual_stack", "the network has no IPv6 range", "set the network's ipv6")
        if network is not None and self.region not in {None, network.region}:
            raise ComponentError("region", "is not the network's", "leave it out")
        return self

    @model_validator(mode="after")
    def _globally(self) -> Self:
        if self.global_member is None:
            return self
        if self.backtrack_hours:
            problem = "a member of a global database can't go back in time"
            raise ComponentError("backtrack_hours", problem, "leave it out")
        if self.restore is not None:
            problem = "AWS does not restore into a global database"
            raise ComponentError("restore", problem, "restore first, then make the cluster its primary")
        if self.serverless is not None and self.serverless.min == 0:
            problem = "the cluster would never pause in a global database"
            raise ComponentError("serverless.min", problem, "set 0.5")
        return self
