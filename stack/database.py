"""The database of a stack, and whose roles may log in to it.

groundplan:database:
  connect: { app: [orders] }      # the instances of groundplan:app log in as the database user `orders`
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, Self

from pydantic import Field, model_validator

from components.data import Access, AuroraCluster, AuroraClusterArgs, AuroraSettings
from components.data.access import Language, check_db_user
from components.data.placement import check_tier
from components.foundation.args import Args
from components.foundation.component import Component
from components.network import ThreeTierVpc, ThreeTierVpcArgs
from stack.connect import Connect, check_built, check_connect, let_in


class Reached(Protocol):
    """The settings of a database that roles of the stack log in to."""

    access: Access
    connect: dict[str, tuple[str, ...]]

    @property
    def listens_on(self) -> int:
        """The port."""


def check_db_users(connect: Connect, language: Language) -> None:
    """Raise `ComponentError` for keys that build nothing with a role, and for names that are no database users."""
    check_connect(connect, lambda user, where: check_db_user(language, user, where))


class DatabaseSettings(AuroraSettings):
    """The settings of the cluster, and `connect`: configuration key -> database users that its role may log in as."""

    connect: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_users(self) -> Self:
        check_db_users(self.connect, self.version.engine.language)
        return self


def check_database(settings: Reached, others: Mapping[str, Args]) -> None:
    """Raise `ComponentError` when the network keeps the port closed, or nothing of that key is built."""
    network = others["network"]
    assert isinstance(network, ThreeTierVpcArgs)  # for the type checker: the registry says so
    check_tier(network, settings.access.tier, settings.listens_on)
    check_built(settings.connect, others)


def make_database(name: str, settings: DatabaseSettings, built: Mapping[str, Component]) -> Component:
    """Build the cluster on the network, and let the roles in."""
    network = built["network"]
    assert isinstance(network, ThreeTierVpc)  # for the type checker: the registry says so
    own = {key: value for key, value in settings if key != "connect"}
    database = AuroraCluster(name, AuroraClusterArgs(**own, network=network))
    let_in(settings.connect, built, database.grant_connect)
    return database
