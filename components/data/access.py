"""The right to log in to a database as one user, by an IAM token instead of a password.

    role --rds-db:connect--> arn:PARTITION:rds-db:REGION:ACCOUNT:dbuser:RESOURCE-ID/USER

Follows sources/000 lines 54-71. The document names the instance where IAM wants its *resource id* (`db-ABC...`,
`cluster-ABC...`, `prx-ABC...`), so its policy would grant nothing; and it also shows users with long-lived keys, which
would bring back what tokens do away with: here only roles can be granted.

AWS sources: "Creating and using an IAM policy for IAM database access" (RDS and Aurora User Guides) for the ARN; the
lengths of names from the engines' manuals (MySQL "Account names", MariaDB "Identifier names", PostgreSQL
"Identifiers": 63 bytes). A name that IAM would read as a pattern (`*`, `?`, `${...}`) or that would end the ARN's part
(`/`, `:`) is refused: it would grant more than one user.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import pulumi
import pulumi_aws as aws

from components.foundation.errors import ComponentError
from components.foundation.iam import Statement, policy_document
from components.foundation.names import fit

if TYPE_CHECKING:
    from components.foundation.component import Component
    from components.foundation.partition import Site

Language = Literal["mysql", "mariadb", "postgresql"]
"""Whose rules a database's user names follow."""

MAX_USER_NAME: dict[Language, int] = {"mysql": 32, "mariadb": 80, "postgresql": 63}
"""Longest user name, in bytes; the allowed characters have one byte each."""

MAX_POLICY_NAME = 128 - 8
"""IAM's limit for the name of an inline policy, less what auto-naming appends."""

_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@+=-]*")
_RESERVED = re.compile(r"(?i)rdsadmin|rdsproxyadmin|rdsrepladmin|rdstopmgr|rds_\w*|pg_\w*|mysql\.\w*")
"""Users and roles of the service or the engine: nobody may log in as one of them."""


def check_db_user(language: Language, user: str, path: str = "db_user") -> None:
    """Raise `ComponentError` (at `path`) unless `user` names exactly one possible user of such a database."""
    if not _USER.fullmatch(user):
        remedy = "use letters, digits and _ . @ + = -, starting with a letter, a digit or _"
        raise ComponentError(path, f"{user!r} does not name exactly one database user", remedy)
    if len(user) > MAX_USER_NAME[language]:
        problem = f"the name has {len(user)} characters"
        raise ComponentError(path, problem, f"{language} allows {MAX_USER_NAME[language]}")
    if _RESERVED.fullmatch(user):
        remedy = "create a user for the purpose, with no more rights than it needs"
        raise ComponentError(path, f"{user!r} belongs to the service or the engine", remedy)


def connect_arn(site: Site, resource_id: pulumi.Input[str], user: str) -> pulumi.Output[str]:
    """The ARN that stands for logging in as `user`; the name must have been checked."""
    return site.arn("rds-db", pulumi.Output.concat("dbuser:", resource_id, "/", user))


def connect_statement(site: Site, resource_id: pulumi.Input[str], user: str) -> Statement:
    """The statement that lets somebody log in as `user` of one database, and as nobody else."""
    return Statement("Connect", actions=["rds-db:connect"], resources=[connect_arn(site, resource_id, user)])


def grant_connect(
    owner: Component,
    role: aws.iam.Role,
    user: str,
    *,
    language: Language,
    resource_id: pulumi.Input[str],
    database: str = "",
) -> aws.iam.RolePolicy:
    """Let `role` log in as `user` of the database of `owner`: an inline policy, a child of `owner`.

    `resource_id` is the id that AWS gave to the cluster (`cluster-...`), the instance (`db-...`) or the proxy
    (`prx-...`), not its name; `database` tells several of one owner apart. Raises `ComponentError` when the name can't be
    a user's, or is the service's own.
    """
    check_db_user(language, user, f"{owner.name}.grant_connect")
    suffix = (*([database] if database else []), "connect", role.pulumi_resource_name, "as", user)
    return aws.iam.RolePolicy(
        fit("-".join((owner.name, *suffix)), MAX_POLICY_NAME),
        role=role.name,
        policy=policy_document(connect_statement(owner.site, resource_id, user)),
        opts=owner.child(),
    )
