"""ElastiCache users and user groups: moto has users that can't be changed, and no groups.

A user that logs in by IAM has its id as its name; a group of Redis has exactly one user named `default`; a user's name is
in a group once; a group that a cache uses stays. Passwords are counted, not kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from moto.elasticache.responses import ElastiCacheResponse

from tools.emulator.additions._api import Api, Asked, Document, refused
from tools.emulator.additions._elasticache import (
    GROUPS,
    SERVERLESS,
    USER_GROUPS,
    USERS,
    shown_tags,
    tag,
    untag,
)

API = Api("elasticache")
SHORTEST = 16
"""Characters of a password."""


def _authentication(asked: Asked) -> Document:
    mode = asked.params.get("AuthenticationMode") or {}
    passwords = mode.get("Passwords") or asked.params.get("Passwords") or []
    if any(len(one) < SHORTEST for one in passwords):
        raise refused("InvalidParameterValue", "Passwords length must be between 16-128 characters.")
    if asked.params.get("NoPasswordRequired"):
        return {"Type": "no-password"}
    kind = mode.get("Type") or "password"
    if kind == "password" and not passwords:
        raise refused("InvalidParameterCombination", "A user with a password must have at least one password")
    return {"Type": {"no-password-required": "no-password"}.get(kind, kind)} | (
        {"PasswordCount": len(passwords)} if passwords else {}
    )


def _groups_of(asked: Asked, user: str) -> list[str]:
    return [name for name, one in USER_GROUPS.all(asked.backend).items() if user in one["UserIds"]]


def _shown(asked: Asked, user: Document) -> Document:
    return {**user, "UserGroupIds": _groups_of(asked, user["UserId"])}


@API.operation
def _create_user(asked: Asked) -> Document:
    name, user = asked.params["UserName"], asked.params["UserId"]
    authentication = _authentication(asked)
    if authentication["Type"] == "iam" and name != user:
        raise refused(
            "InvalidParameterCombination", "An IAM-enabled user must have the same user id and user name"
        )
    engine = asked.params["Engine"].lower()
    document = {
        "UserId": user,
        "UserName": name,
        "Status": "active",
        "Engine": engine,
        "MinimumEngineVersion": "7.0" if authentication["Type"] == "iam" else "6.0",
        "AccessString": asked.params["AccessString"],
        "Authentication": authentication,
        "ARN": asked.arn("elasticache", f"user:{user}"),
    }
    made = USERS.add(asked.backend, user, document)
    tag(asked, made["ARN"], asked.params.get("Tags"))
    return _shown(asked, made)


@API.operation
def _describe_users(asked: Asked) -> Document:
    found = USERS.listed(asked.backend, asked.params.get("UserId"))
    return {"Users": [_shown(asked, one) for one in found]}


@API.operation
def _modify_user(asked: Asked) -> Document:
    given, fields = asked.params, asked.given("AccessString", "Engine")
    user = USERS.get(asked.backend, given["UserId"])
    if given.get("AppendAccessString"):
        fields["AccessString"] = f"{user['AccessString']} {given['AppendAccessString']}"
    if any(given.get(name) is not None for name in ("AuthenticationMode", "Passwords", "NoPasswordRequired")):
        fields["Authentication"] = _authentication(asked)
    return _shown(asked, USERS.change(asked.backend, given["UserId"], fields))


@API.operation
def _delete_user(asked: Asked) -> Document:
    name = asked.params["UserId"]
    gone = _shown(asked, USERS.get(asked.backend, name))
    if gone["UserGroupIds"] and gone["UserName"] == "default":
        raise refused("DefaultUserAssociatedToUserGroup", f"User {name} is the default user of a user group")
    for group in gone["UserGroupIds"]:
        USER_GROUPS.get(asked.backend, group)["UserIds"].remove(name)
    USERS.remove(asked.backend, name)
    untag(asked, gone["ARN"])
    return {**gone, "Status": "deleting"}


# -- groups


def _check(asked: Asked, engine: str, users: Sequence[str]) -> None:
    names = [USERS.get(asked.backend, user)["UserName"] for user in users]
    if len(set(names)) < len(names):
        raise refused("DuplicateUserName", "User group contains users with the same name")
    if engine == "redis" and "default" not in names:
        raise refused("DefaultUserRequired", "User group must contain a user named default")


def _used_by(asked: Asked, group: str) -> Document:
    of = GROUPS.all(asked.backend).items()
    alone = SERVERLESS.all(asked.backend).items()
    return {
        "ReplicationGroups": [name for name, one in of if group in one.get("UserGroupIds", [])],
        "ServerlessCaches": [name for name, one in alone if group == one.get("UserGroupId")],
    }


@API.operation
def _create_user_group(asked: Asked) -> Document:
    name, users = asked.params["UserGroupId"], list(asked.params.get("UserIds", []))
    engine = asked.params["Engine"].lower()
    _check(asked, engine, users)
    document = {
        "UserGroupId": name,
        "Status": "active",
        "Engine": engine,
        "UserIds": users,
        "MinimumEngineVersion": "6.0",
        "ARN": asked.arn("elasticache", f"usergroup:{name}"),
    }
    made = USER_GROUPS.add(asked.backend, name, document)
    tag(asked, made["ARN"], asked.params.get("Tags"))
    return {**made, **_used_by(asked, name)}


@API.operation
def _describe_user_groups(asked: Asked) -> Document:
    found = USER_GROUPS.listed(asked.backend, asked.params.get("UserGroupId"))
    return {"UserGroups": [{**one, **_used_by(asked, one["UserGroupId"])} for one in found]}


@API.operation
def _modify_user_group(asked: Asked) -> Document:
    group = USER_GROUPS.get(asked.backend, asked.params["UserGroupId"])
    gone, new = asked.params.get("UserIdsToRemove", []), asked.params.get("UserIdsToAdd", [])
    users = [
        *(one for one in group["UserIds"] if one not in gone),
        *(one for one in new if one not in group["UserIds"]),
    ]
    engine = str(asked.params.get("Engine", group["Engine"])).lower()
    _check(asked, engine, users)
    group["UserIds"], group["Engine"] = users, engine
    return {**group, **_used_by(asked, group["UserGroupId"])}


@API.operation
def _delete_user_group(asked: Asked) -> Document:
    name = asked.params["UserGroupId"]
    used: dict[str, Any] = _used_by(asked, name)
    if any(used.values()):
        raise refused("InvalidUserGroupState", f"User group {name} is used by caches")
    gone = USER_GROUPS.remove(asked.backend, name)
    untag(asked, gone["ARN"])
    return {**gone, "Status": "deleting"}


# -- tags, of whatever has an ARN


@API.operation
def _list_tags_for_resource(asked: Asked) -> Document:
    return {"TagList": shown_tags(asked, asked.params["ResourceName"])}


@API.operation
def _add_tags_to_resource(asked: Asked) -> Document:
    tag(asked, asked.params["ResourceName"], asked.params["Tags"])
    return {"TagList": shown_tags(asked, asked.params["ResourceName"])}


@API.operation
def _remove_tags_from_resource(asked: Asked) -> Document:
    arn = asked.params["ResourceName"]
    asked.backend.tagging_service.untag_resource_using_names(arn, asked.params["TagKeys"])
    return {"TagList": shown_tags(asked, arn)}


def install() -> None:
    """Keep users and groups."""
    API.install(ElastiCacheResponse)
