"""What a user decides about a proxy in front of a database, checked before anything is created.

AWS sources: "Quotas and limitations for RDS Proxy" (ports are those of the engines; a read-only endpoint needs Aurora;
session pinning filters are MySQL's), "Configuring connection settings", "Configuring IAM authentication for RDS Proxy"
(end to end for MySQL and PostgreSQL), "Scaling to Zero ACUs" (a proxy keeps connections open).
"""

from __future__ import annotations

import re
from typing import Annotated, Self

import pulumi
from pydantic import Field, InstanceOf, field_validator, model_validator

from components.data.access import Language, check_db_user
from components.data.aurora import AuroraCluster
from components.data.rds_instance import RdsInstance
from components.foundation.args import Args, Text
from components.foundation.errors import ComponentError, nearest
from components.foundation.retention import RetentionDays
from components.network import ThreeTierVpc, ThreeTierVpcArgs

Database = AuroraCluster | RdsInstance

PORTS: dict[Language, int] = {"mysql": 3306, "mariadb": 3306, "postgresql": 5432}
"""Where a proxy listens, whatever port its database has."""

FAMILIES: dict[Language, str] = {"mysql": "MYSQL", "mariadb": "MYSQL", "postgresql": "POSTGRESQL"}

MAX_USERS = 60
"""As many as an inline policy of the proxy's role can name."""

_IDENTIFIER = re.compile(r"[a-z](-?[a-z0-9])*")


class ProxySecret(Args):
    """A secret with the password of one database user, for databases that the proxy can't sign in to with IAM.

    `arn` of the secret; `key_arn` of the key it is encrypted with. It holds `username` and `password`.
    """

    arn: Text
    key_arn: Text


class Pool(Args):
    """How connections to the database are shared.

    `max_connections_percent`: of the database's `max_connections`. `max_idle_percent`: connections that are kept though
    nobody needs them; default half of the former. `borrow_seconds`: how long a client waits for one. `init_query`: SQL
    that each new connection starts with. `share_after_set`: MySQL clients that set variables don't keep their
    connection for themselves; only where all clients set the same.
    """

    max_connections_percent: Annotated[int, Field(ge=1, le=100)] = 90
    max_idle_percent: Annotated[int, Field(ge=0, le=100)] | None = None
    borrow_seconds: Annotated[int, Field(ge=0, le=300)] = 120
    init_query: str | None = None
    share_after_set: bool = False

    @property
    def idle_percent(self) -> int:
        """Given, or half of what there may be."""
        return self.max_connections_percent // 2 if self.max_idle_percent is None else self.max_idle_percent

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.idle_percent > self.max_connections_percent:
            problem = f"{self.idle_percent} % are more than the {self.max_connections_percent} % there may be"
            raise ComponentError("max_idle_percent", problem, "lower it")
        return self


class ProxyAlarms(Args):
    """When somebody should look, and where to tell (`topic_arns`; without one the alarms only show).

    `refused`: log-ins a minute that fail. `wait_ms`: milliseconds until a client gets a connection. None makes none.
    """

    topic_arns: tuple[Text, ...] = ()
    refused: Annotated[int, Field(ge=1)] | None = 20
    wait_ms: Annotated[float, Field(gt=0)] | None = 1000


class ProxySettings(Args):
    """What a user decides about a proxy; the database and the place come from elsewhere.

    `users`: database users that come through it. `secrets`: for databases that it can't sign in to with IAM, one for
    each user; without them it signs in with IAM, end to end. `reader`: one more endpoint, for the readers of an Aurora
    cluster. `idle_client_seconds`: when a silent client is cut off. `pool`: how connections are shared. `tier`: of the
    network. `log_retention_days`, `alarms`: None makes none.
    """

    users: Annotated[tuple[str, ...], Field(max_length=MAX_USERS)]
    secrets: tuple[ProxySecret, ...] = ()
    reader: bool = False
    idle_client_seconds: Annotated[int, Field(ge=1, le=28_800)] = 1800
    pool: Pool = Pool()
    identifier: str | None = None
    tier: str = "data"
    log_retention_days: RetentionDays = 365
    alarms: ProxyAlarms | None = ProxyAlarms()
    tags: dict[str, str] = Field(default_factory=dict)

    @field_validator("users")
    @classmethod
    def _are_some(cls, users: tuple[str, ...]) -> tuple[str, ...]:
        if not users:
            raise ComponentError("", "nobody could come through", "name the database users")
        for index, user in enumerate(users):
            if user in users[:index]:
                raise ComponentError(f"[{index}]", f"{user!r} stands twice", "name it once")
        return users

    @field_validator("identifier")
    @classmethod
    def _is_an_identifier(cls, identifier: str | None) -> str | None:
        if identifier is not None and (not _IDENTIFIER.fullmatch(identifier) or len(identifier) > 60):
            remedy = "use up to 60 small letters, digits and single hyphens, starting with a letter"
            raise ComponentError("", f"{identifier!r} is no identifier of a proxy", remedy)
        return identifier


class RdsProxyArgs(ProxySettings):
    """The settings, the `database`, and the place: a `network`, or `subnet_ids` (two zones) and `security_group_ids`.

    The security group must let clients in on the engine's port, and the proxy out to the database.
    """

    database: InstanceOf[AuroraCluster] | InstanceOf[RdsInstance]
    network: InstanceOf[ThreeTierVpc] | None = None
    subnet_ids: tuple[Text, ...] | pulumi.Output[list[str]] = ()
    security_group_ids: tuple[Text, ...] = ()
    region: str | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        plain = not isinstance(self.subnet_ids, tuple) or bool(self.subnet_ids)
        if (self.network is None) != plain:
            raise ComponentError(
                "network", "a proxy stands in one place", "give either network or subnet_ids"
            )
        if plain and not self.security_group_ids:
            raise ComponentError("security_group_ids", "nobody could reach the proxy", "give one")
        return self

    @model_validator(mode="after")
    def _suits_the_database(self) -> Self:
        for index, user in enumerate(self.users):
            check_db_user(self.language, user, f"users[{index}]")
        check_proxied(self.database, reader=self.reader, secrets=bool(self.secrets), pool=self.pool)
        return self

    @property
    def language(self) -> Language:
        """Whose rules the users' names follow."""
        return language_of(self.database)

    @property
    def listens_on(self) -> int:
        """The port of the proxy."""
        return PORTS[self.language]

    @property
    def end_to_end(self) -> bool:
        """Whether the proxy itself signs in to the database with IAM."""
        return not self.secrets


def language_of(database: Database) -> Language:
    """Whose rules the names of a database's users follow."""
    if isinstance(database, AuroraCluster):
        return database.settings.version.engine.language
    return database.language


def check_proxied(database: Database, *, reader: bool, secrets: bool, pool: Pool) -> None:
    """Raise `ComponentError` for what RDS Proxy can't do with such a database."""
    language = language_of(database)
    if language == "mariadb" and not secrets:
        problem = "a proxy signs in to MariaDB with passwords only"
        raise ComponentError("secrets", problem, "give a secret for each user")
    if pool.share_after_set and language == "postgresql":
        raise ComponentError("pool.share_after_set", "only MySQL's sessions can be told so", "leave it out")
    if reader and not isinstance(database, AuroraCluster):
        raise ComponentError(
            "reader", "only Aurora has readers that a proxy knows", "use the replica's endpoint"
        )
    if isinstance(database, AuroraCluster):
        capacity = database.settings.serverless
        if capacity is not None and capacity.min == 0:
            problem = "a proxy keeps connections open, the cluster would never pause"
            raise ComponentError("database", problem, "set its serverless.min: 0.5")


def check_place(network: ThreeTierVpcArgs, tier: str, port: int, database_port: int) -> None:
    """Raise `ComponentError` unless a proxy in the tier is reached, and itself reaches the database beside it."""
    tiers = network.built_tiers
    if tier not in tiers:
        raise ComponentError("tier", f"the network has no tier {tier!r}", nearest(tier, tiers))
    found = tiers[tier]
    if found.role == "public":
        raise ComponentError("tier", f"tier {tier!r} is public", "choose one that the internet can't reach")
    for needed in dict.fromkeys((port, database_port)):
        if not any(ports.protocol == "tcp" and ports.low <= needed <= ports.high for ports in found.ports):
            problem = f"the network does not open port {needed} of {tier}"
            raise ComponentError("tier", problem, f"add 'tcp/{needed}' to its tiers.{tier}.ports")
    if tier not in found.reachable_from:
        problem = f"the network lets nobody of {tier} reach the database there"
        raise ComponentError("tier", problem, f"add {tier!r} to its tiers.{tier}.reachable_from")
