"""The database of a stack, and whose roles may log in to it.

groundplan:database:
  connect: { app: [orders] }      # the instances of groundplan:app log in as the database user `orders`
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, Self

import pulumi_aws as aws
from pydantic import Field, model_validator

from components.compute import ThreeTierApp
from components.data import Access, AuroraCluster, AuroraClusterArgs, AuroraSettings
from components.data.access import Language, check_db_user
from components.data.placement import check_tier
from components.foundation.args import Args
from components.foundation.component import Component
from components.foundation.errors import ComponentError, nearest
from components.network import ThreeTierVpc, ThreeTierVpcArgs


def _role_of_app(app: Component) -> aws.iam.Role:
    assert isinstance(app, ThreeTierApp)  # for the type checker: the registry says so
    return app.role


ROLES: Mapping[str, Callable[[Component], aws.iam.Role]] = {"app": _role_of_app}
"""Configuration key -> the role of what it builds."""


class Reached(Protocol):
    """The settings of a database that roles of the stack log in to."""

    access: Access
    connect: dict[str, tuple[str, ...]]

    @property
    def listens_on(self) -> int:
        """The port."""


def check_connect(connect: Mapping[str, Sequence[str]], language: Language) -> None:
    """Raise `ComponentError` for keys that build nothing with a role, and for names that are no users."""
    for key, users in connect.items():
        if key not in ROLES:
            raise ComponentError(f"connect.{key}", "builds nothing that could log in", nearest(key, ROLES))
        for index, user in enumerate(users):
            check_db_user(language, user, f"connect.{key}[{index}]")
            if user in users[:index]:
                raise ComponentError(f"connect.{key}[{index}]", f"{user!r} stands twice", "name it once")


class DatabaseSettings(AuroraSettings):
    """The settings of the cluster, and `connect`: configuration key -> database users that its role may log in as."""

    connect: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_users(self) -> Self:
        check_connect(self.connect, self.version.engine.language)
        return self


def check_database(settings: Reached, others: Mapping[str, Args]) -> None:
    """Raise `ComponentError` when the network keeps the port closed, or nothing of that key is built."""
    network = others["network"]
    assert isinstance(network, ThreeTierVpcArgs)  # for the type checker: the registry says so
    check_tier(network, settings.access.tier, settings.listens_on)
    for key in settings.connect:
        if key not in others:
            raise ComponentError(f"connect.{key}", "is not configured", f"set {key}, or leave it out here")


def make_database(name: str, settings: DatabaseSettings, built: Mapping[str, Component]) -> Component:
    """Build the cluster on the network, and let the roles in."""
    network = built["network"]
    assert isinstance(network, ThreeTierVpc)  # for the type checker: the registry says so
    own = {key: value for key, value in settings if key != "connect"}
    database = AuroraCluster(name, AuroraClusterArgs(**own, network=network))
    for key, users in settings.connect.items():
        for user in users:
            database.grant_connect(ROLES[key](built[key]), user)
    return database
