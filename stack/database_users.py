"""The users of the stack's databases: of the cluster (`database-users`) and of the instance (`mysql-users`).

groundplan:database-users:
  users:
    orders: { grants: [{ database: orders, in_schema: public, tables: "*", privileges: [SELECT, INSERT] }] }
"""

from __future__ import annotations

from collections.abc import Mapping

from components.data import (
    AuroraCluster,
    DatabaseUsers,
    DatabaseUsersArgs,
    DatabaseUsersSettings,
    RdsInstance,
)
from components.data.access import Language
from components.data.database_users import choose_tier
from components.foundation.args import Args
from components.foundation.component import Component
from components.foundation.errors import ComponentError, nearest
from components.network import ThreeTierVpcArgs
from stack.database import DatabaseSettings
from stack.rds import RdsSettings


def check_database_users(key: str, settings: DatabaseUsersSettings, others: Mapping[str, Args]) -> None:
    """Raise `ComponentError` for what the database of this key can't have, and for a role that logs in as nobody's user."""
    database, network = others[key], others["network"]
    assert isinstance(database, DatabaseSettings | RdsSettings)  # for the type checker: the registry says so
    assert isinstance(network, ThreeTierVpcArgs)
    settings.check(_language(database))
    choose_tier(network, database.access.tier, settings.tier)
    for who, users in database.connect.items():
        for user in users:
            if user not in settings.users:
                problem = f"{user!r}, as whom {who} logs in, is not among them"
                raise ComponentError("users", problem, f"add it; {nearest(user, settings.users)}")


def _language(database: DatabaseSettings | RdsSettings) -> Language:
    if isinstance(database, RdsSettings):
        return database.version.facts.language
    return database.version.engine.language


def make_database_users(
    key: str, name: str, settings: DatabaseUsersSettings, built: Mapping[str, Component]
) -> Component:
    """Build the function that keeps the users of what this key has built, and invoke it."""
    database = built[key]
    assert isinstance(database, AuroraCluster | RdsInstance)  # for the type checker: the registry says so
    return DatabaseUsers(name, DatabaseUsersArgs(**dict(settings), database=database))
