"""The password of a client of the stack's database that can't log in with tokens.

groundplan:secret-rotation:
  user: reports_tool
"""

from __future__ import annotations

from collections.abc import Mapping

from components.data import AuroraCluster, SecretRotation, SecretRotationArgs, SecretRotationSettings
from components.data.access import check_db_user
from components.data.database_users import choose_tier
from components.data.database_users_args import DatabaseUsersSettings
from components.foundation.args import Args
from components.foundation.component import Component
from components.foundation.errors import ComponentError
from components.network import ThreeTierVpcArgs
from stack.database import DatabaseSettings


def check_secret_rotation(settings: SecretRotationSettings, others: Mapping[str, Args]) -> None:
    """Raise `ComponentError` for a user that can't be, or that has no password because it logs in with tokens."""
    database, network, users = others["database"], others["network"], others.get("database-users")
    assert isinstance(database, DatabaseSettings)  # for the type checker: the registry says so
    assert isinstance(network, ThreeTierVpcArgs)
    check_db_user(database.version.engine.language, settings.user, "user")
    choose_tier(network, database.access.tier, settings.tier)
    if isinstance(users, DatabaseUsersSettings) and settings.user in users.users:
        problem = f"{settings.user!r} logs in with IAM tokens and has no password"
        raise ComponentError("user", problem, "name another user, or remove it from database-users")


def make_secret_rotation(
    name: str, settings: SecretRotationSettings, built: Mapping[str, Component]
) -> Component:
    """Build the secret, and the function that changes the password."""
    database = built["database"]
    assert isinstance(database, AuroraCluster)  # for the type checker: the registry says so
    return SecretRotation(name, SecretRotationArgs(**dict(settings), database=database))
