"""The users of the stack's database.

groundplan:database-users:
  users:
    orders: { grants: [{ database: orders, in_schema: public, tables: "*", privileges: [SELECT, INSERT] }] }
"""

from __future__ import annotations

from collections.abc import Mapping

from components.data import AuroraCluster
from components.data.database_users import DatabaseUsers, DatabaseUsersArgs, choose_tier
from components.data.database_users_args import DatabaseUsersSettings
from components.foundation.args import Args
from components.foundation.component import Component
from components.foundation.errors import ComponentError, nearest
from components.network import ThreeTierVpcArgs
from stack.database import DatabaseSettings


def check_database_users(settings: DatabaseUsersSettings, others: Mapping[str, Args]) -> None:
    """Raise `ComponentError` for what the database can't have, and for a role that logs in as nobody's user."""
    database, network = others["database"], others["network"]
    assert isinstance(database, DatabaseSettings)  # for the type checker: the registry says so
    assert isinstance(network, ThreeTierVpcArgs)
    settings.check(database.version.engine.language)
    choose_tier(network, database.access.tier, settings.tier)
    for key, users in database.connect.items():
        for user in users:
            if user not in settings.users:
                problem = f"{user!r}, as whom {key} logs in, is not among them"
                raise ComponentError("users", problem, f"add it; {nearest(user, settings.users)}")


def make_database_users(
    name: str, settings: DatabaseUsersSettings, built: Mapping[str, Component]
) -> Component:
    """Build the function that keeps the users, and invoke it."""
    database = built["database"]
    assert isinstance(database, AuroraCluster)  # for the type checker: the registry says so
    return DatabaseUsers(name, DatabaseUsersArgs(**dict(settings), database=database))
