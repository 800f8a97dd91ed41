"""Whose roles log in to the databases and caches of a stack: `connect: { app: [orders] }`, in one place for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import pulumi_aws as aws

from components.compute import ThreeTierApp
from components.foundation.component import Component
from components.foundation.errors import ComponentError, nearest

Connect = Mapping[str, Sequence[str]]
"""Configuration key -> users that the role of what it builds may log in as."""


def _role_of_app(app: Component) -> aws.iam.Role:
    assert isinstance(app, ThreeTierApp)  # for the type checker: the registry says so
    return app.role


ROLES: Mapping[str, Callable[[Component], aws.iam.Role]] = {"app": _role_of_app}
"""Configuration key -> the role of what it builds."""


def check_connect(connect: Connect, check_user: Callable[[str, str], None]) -> None:
    """Raise `ComponentError` for keys that build nothing with a role, and for wrong users.

    `check_user` gets a user and its path, and raises for one that nobody can log in as.
    """
    for key, users in connect.items():
        if key not in ROLES:
            raise ComponentError(f"connect.{key}", "builds nothing that could log in", nearest(key, ROLES))
        for index, user in enumerate(users):
            where = f"connect.{key}[{index}]"
            check_user(user, where)
            if user in users[:index]:
                raise ComponentError(where, f"{user!r} stands twice", "name it once")


def check_built(connect: Connect, others: Iterable[str]) -> None:
    """Raise `ComponentError` when nothing of a key is built; `others` are the keys that are configured."""
    for key in connect:
        if key not in others:
            raise ComponentError(f"connect.{key}", "is not configured", f"set {key}, or leave it out here")


def let_in(
    connect: Connect, built: Mapping[str, Component], grant: Callable[[aws.iam.Role, str], object]
) -> None:
    """Grant each role each of its users."""
    for key, users in connect.items():
        for user in users:
            grant(ROLES[key](built[key]), user)
