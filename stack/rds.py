"""The single RDS instance of a stack, and whose roles may log in to it.

groundplan:mysql:
  connect: { app: [reports] }     # the instances of groundplan:app log in as the database user `reports`
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from pydantic import Field, model_validator

from components.data import RdsInstance, RdsInstanceArgs, RdsInstanceSettings
from components.foundation.component import Component
from components.network import ThreeTierVpc
from stack.connect import let_in
from stack.database import check_db_users


class RdsSettings(RdsInstanceSettings):
    """The settings of the instance, and `connect`: configuration key -> database users that its role may log in as."""

    connect: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_users(self) -> Self:
        check_db_users(self.connect, self.version.facts.language)
        return self


def make_rds(name: str, settings: RdsSettings, built: Mapping[str, Component]) -> Component:
    """Build the instance on the network, and let the roles in."""
    network = built["network"]
    assert isinstance(network, ThreeTierVpc)  # for the type checker: the registry says so
    own = {key: value for key, value in settings if key != "connect"}
    database = RdsInstance(name, RdsInstanceArgs(**own, network=network))
    let_in(settings.connect, built, database.grant_connect)
    return database
