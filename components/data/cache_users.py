"""Users of a cache: each logs in with an IAM token, sees only its own keys, and calls only what it needs.

    role --elasticache:Connect on cache and user--> user "sessions": ~session:*  +@read +@write ...
    anybody without a token --------------------->  user "default":  off, no commands

AWS source: "Role-Based Access Control (RBAC)" and "Authenticating with IAM" (ElastiCache User Guide): an IAM user's name
is its id; a user group needs a user named `default`, which can't be of IAM and is therefore switched off. Users and
groups are of the engine `redis`, which Valkey and Redis OSS both accept: a group of the engine `valkey` takes no user
without a password, so it could not hold a `default` that nobody can log in as.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Literal

import pulumi
import pulumi_aws as aws
from pydantic import Field, field_validator

from components.foundation.args import Args
from components.foundation.errors import ComponentError
from components.foundation.names import fit

if TYPE_CHECKING:
    from components.foundation.component import Component

USER_ENGINE = "redis"
DISABLED = "off -@all"
"""The access string of `default`: switched off, and without a single command should it ever be switched on."""

MAX_ID, DIGEST_LENGTH = 40, 6
MAX_USERS = 99
"""A user group holds 100 users; one of them is `default`."""

CATEGORIES: dict[str, tuple[str, ...]] = {
    "read": ("+@read", "+@connection"),
    "read-write": ("+@read", "+@write", "+@connection", "+@transaction"),
}
"""What an application needs; scripts, publishing and others are asked for by name."""

NEVER_BY_CATEGORY = ("-@admin", "-@dangerous", "-@scripting")
"""Writing has `FLUSHALL` and `FUNCTION FLUSH`, reading has `KEYS`, connections have `CLIENT KILL`: beyond one's own keys."""

NAMES_OF_ALL = ("-scan", "-randomkey")
"""They tell the names of everybody's keys; taken from users who have keys of their own only."""

LAYOUT = ("+cluster|slots", "+cluster|shards", "+cluster|nodes")
"""What clients ask to find a key's node in cluster mode."""

_USER = re.compile(r"[a-z](-?[a-z0-9])*")
_PATTERN = re.compile(r"[^\s~&%#<>]+")
_RULE = re.compile(r"[+-](@[a-z]+|[a-z-]+(\|[a-z-]+)?)")
_NEVER = frozenset({"+@all", "+@admin", "+@dangerous"})
_DEFAULT = "default"

Pattern = Annotated[str, Field(min_length=1)]


class CacheUser(Args):
    """One user of a cache.

    `keys`: patterns of the keys it may touch, default all. `channels`: patterns of the channels it may publish to
    and listen on, default none. `access`: `read`, or `read-write`. `rules`: further ACL rules in the engine's own
    words, such as `+eval` or `-flushdb`; later ones win. What administers or endangers the cache can't be allowed
    as a whole (`+@admin`, `+@dangerous`, `+@all`), only command by command.
    """

    keys: tuple[Pattern, ...] = ("*",)
    channels: tuple[Pattern, ...] = ()
    access: Literal["read", "read-write"] = "read-write"
    rules: tuple[str, ...] = ()

    @field_validator("keys", "channels")
    @classmethod
    def _are_patterns(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            if not _PATTERN.fullmatch(pattern):
                remedy = "write it as the engine has it, without ~ and &, such as 'session:*'"
                raise ComponentError("", f"{pattern!r} is no pattern of one word", remedy)
        return patterns

    @field_validator("keys")
    @classmethod
    def _has_keys(cls, keys: tuple[str, ...]) -> tuple[str, ...]:
        if not keys:
            raise ComponentError("", "the user may touch no key", "give a pattern, such as 'session:*'")
        return keys

    @field_validator("rules")
    @classmethod
    def _are_rules(cls, rules: tuple[str, ...]) -> tuple[str, ...]:
        for rule in rules:
            if not _RULE.fullmatch(rule):
                remedy = "write +command, -command, +@category or +command|subcommand in small letters"
                raise ComponentError("", f"{rule!r} is no ACL rule", remedy)
            if rule in _NEVER:
                remedy = "name the commands, such as '+info' or '+eval'"
                raise ComponentError("", f"{rule!r} also allows what administers the cache", remedy)
        return rules


def check_users(users: Mapping[str, CacheUser]) -> None:
    """Raise `ComponentError` unless every name can stand in a user's id, and there are not too many."""
    if not users:
        raise ComponentError("", "there is no user, so nobody can log in", "name one, such as app: {}")
    if len(users) > MAX_USERS:
        raise ComponentError(
            "", f"there are {len(users)} users", f"a user group holds {MAX_USERS} and default"
        )
    for name in users:
        if name == _DEFAULT:
            remedy = "choose another name; 'default' is always there, and switched off"
            raise ComponentError(name, "'default' is the user of those who don't log in", remedy)
        if not _USER.fullmatch(name):
            remedy = "use small letters, digits and single hyphens, starting with a letter"
            raise ComponentError(name, f"{name!r} can't stand in a user's id", remedy)


def access_string(user: CacheUser) -> str:
    """The user's rights in the engine's words, in the form in which AWS gives them back.

    ElastiCache adds `resetchannels` and `-@all` where they are missing; written out, they never show as a change.
    """
    keys = [f"~{pattern}" for pattern in user.keys]
    channels = ["resetchannels", *(f"&{pattern}" for pattern in user.channels)]
    hidden = () if "*" in user.keys else NAMES_OF_ALL
    granted = [*CATEGORIES[user.access], *NEVER_BY_CATEGORY, *hidden, *LAYOUT]
    return " ".join(["on", *keys, *channels, "-@all", *granted, *user.rules])


def id_of(cache: str, name: str) -> str:
    """The id of a user or a group of users, which must be new in account and Region and has 40 characters at most.

    Its end is made of project, stack and both names, so that no two can be the same.
    """
    whole = f"{pulumi.get_project()}/{pulumi.get_stack()}/{cache}/{name}"
    digest = sha256(whole.encode()).hexdigest()[:DIGEST_LENGTH]
    return f"{fit(f'{cache}-{name}', MAX_ID - DIGEST_LENGTH - 1)}-{digest}"


def create_users(owner: Component, users: Mapping[str, CacheUser]) -> dict[str, aws.elasticache.User]:
    """The users that log in with IAM tokens, by name."""
    return {name: _iam_user(owner, name, user) for name, user in users.items()}


def _iam_user(owner: Component, name: str, user: CacheUser) -> aws.elasticache.User:
    identity = id_of(owner.name, name)
    return aws.elasticache.User(
        owner.name_for("user", name),
        user_id=identity,
        user_name=identity,
        access_string=access_string(user),
        authentication_mode={"type": "iam"},
        engine=USER_ENGINE,
        region=owner.region,
        tags=owner.tags("user", name),
        opts=owner.child(),
    )


def create_user_group(owner: Component, users: Sequence[aws.elasticache.User]) -> aws.elasticache.UserGroup:
    """The group that a cache asks who may log in: `users`, and a `default` that is switched off."""
    nobody = aws.elasticache.User(
        owner.name_for("user", _DEFAULT),
        user_id=id_of(owner.name, _DEFAULT),
        user_name=_DEFAULT,
        access_string=DISABLED,
        authentication_mode={"type": "no-password-required"},
        engine=USER_ENGINE,
        region=owner.region,
        tags=owner.tags("user", _DEFAULT),
        opts=owner.child(),
    )
    return aws.elasticache.UserGroup(
        owner.name_for("users"),
        user_group_id=id_of(owner.name, "users"),
        engine=USER_ENGINE,
        user_ids=[nobody.user_id, *(user.user_id for user in users)],
        region=owner.region,
        tags=owner.tags("users"),
        opts=owner.child(),
    )
