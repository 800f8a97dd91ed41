"""A proxy in front of one of the stack's databases, and whose roles come through it.

groundplan:proxy:
  database: database              # or mysql
  users: [orders]
  connect: { app: [orders] }      # the instances of groundplan:app come through as the database user `orders`
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from components.data import AuroraCluster, ProxySettings, RdsInstance, RdsProxy, RdsProxyArgs
from components.data.access import Language
from components.data.rds_proxy_args import PORTS, check_place
from components.foundation.args import Args
from components.foundation.component import Component
from components.foundation.errors import ComponentError, nearest
from components.network import ThreeTierVpc, ThreeTierVpcArgs
from stack.connect import check_built, check_connect, let_in
from stack.database import DatabaseSettings
from stack.rds import RdsSettings


class StackProxySettings(ProxySettings):
    """The settings of the proxy, the key of its `database`, and `connect`: key -> users that its role comes through as."""

    database: Literal["database", "mysql"] = "database"
    connect: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_users(self) -> Self:
        check_connect(self.connect, self._check_user)
        return self

    def _check_user(self, user: str, where: str) -> None:
        if user not in self.users:
            problem = f"{user!r} does not come through the proxy"
            raise ComponentError(where, problem, nearest(user, self.users))


def check_proxy(settings: StackProxySettings, others: Mapping[str, Args]) -> None:
    """Raise `ComponentError` when the database or a role is not configured, or the network keeps the way closed."""
    network, database = others["network"], others.get(settings.database)
    assert isinstance(network, ThreeTierVpcArgs)  # for the type checker: the registry says so
    if not isinstance(database, DatabaseSettings | RdsSettings):
        raise ComponentError("database", f"{settings.database} is not configured", f"set {settings.database}")
    check_built(settings.connect, others)
    check_place(network, settings.tier, PORTS[_language(database)], database.listens_on)


def _language(database: DatabaseSettings | RdsSettings) -> Language:
    if isinstance(database, DatabaseSettings):
        return database.version.engine.language
    return database.version.facts.language


def make_proxy(name: str, settings: StackProxySettings, built: Mapping[str, Component]) -> Component:
    """Build the proxy beside its database, and let the roles through."""
    network, database = built["network"], built[settings.database]
    assert isinstance(network, ThreeTierVpc)  # for the type checker: the registry says so
    assert isinstance(database, AuroraCluster | RdsInstance)  # as above
    own = {key: value for key, value in settings if key not in {"connect", "database"}}
    proxy = RdsProxy(name, RdsProxyArgs(**own, database=database, network=network))
    let_in(settings.connect, built, proxy.grant_connect)
    return proxy
