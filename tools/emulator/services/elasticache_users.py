"""ElastiCache: users, user groups and who belongs to one, parameter groups."""

from __future__ import annotations

from typing import Any

from tools.emulator.emulated import Call, Create, Delete, Emulated, Tagging
from tools.emulator.mapping import tag_list, tags_of
from tools.emulator.services._common import Parts, unless_gone, void, without_none
from tools.emulator.services._tags import listed_tags


def cache_tags(kind: str) -> Tagging:
    """Tags by the ARN of a kind of resource: `user`, `replicationgroup`."""

    def arn(call: Call) -> str:
        return call.arn("elasticache", f"{kind}:{call.id}")

    return listed_tags(
        "add_tags_to_resource",
        "remove_tags_from_resource",
        lambda call: {"ResourceName": arn(call)},
        read=lambda call: tags_of(call.aws().list_tags_for_resource(ResourceName=arn(call))) or {},
    )


# -- users

_TYPES = {"no-password": "no-password-required"}


def _authentication(call: Call) -> dict[str, Any]:
    mode = call.get("authenticationMode")
    if mode:
        return {"AuthenticationMode": without_none(Type=mode["type"], Passwords=mode.get("passwords"))}
    hidden = call.get("passwordsWo")
    passwords = call.get("passwords") or ([hidden] if hidden else None)
    return without_none(Passwords=passwords, NoPasswordRequired=call.get("noPasswordRequired"))


def _create_user(call: Call) -> str:
    user = str(call.inputs["userId"])
    call.aws().create_user(
        UserId=user,
        UserName=call.inputs["userName"],
        Engine=call.inputs["engine"],
        AccessString=call.inputs["accessString"],
        Tags=tag_list(call.tags),
        **_authentication(call),
    )
    return user


def _read_user(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().describe_users, UserId=call.id)
    if not answer or not answer["Users"]:
        return None
    item = answer["Users"][0]
    there = item.get("Authentication") or {}
    kind = _TYPES.get(there.get("Type", ""), there.get("Type", ""))
    mode = without_none(type=kind, passwordCount=there.get("PasswordCount"))
    given = call.get("authenticationMode") or {}
    if given.get("passwords") and len(given["passwords"]) == there.get("PasswordCount"):
        mode["passwords"] = given["passwords"]
    return {
        "userId": item["UserId"],
        "userName": item["UserName"],
        "engine": item["Engine"],
        "accessString": item["AccessString"],
        "arn": item["ARN"],
        "authenticationMode": mode,
        "noPasswordRequired": there.get("Type") == "no-password" if call.get("noPasswordRequired") else False,
    }


def _update_user(call: Call) -> None:
    params: dict[str, Any] = {}
    if call.changed("accessString"):
        params["AccessString"] = call.inputs["accessString"]
    if call.changed("engine"):
        params["Engine"] = call.inputs["engine"]
    if call.changed("authenticationMode", "passwords", "noPasswordRequired", "passwordsWoVersion"):
        params |= _authentication(call)
    if params:
        call.aws().modify_user(UserId=call.id, **params)


USER = Emulated(
    "aws:elasticache/user:User",
    service="elasticache",
    create=_create_user,
    read=_read_user,
    update=_update_user,
    delete=Delete("delete_user", by="UserId"),
    tags=cache_tags("user"),
    replace_on=("userId", "userName", "region"),
    exact=True,
    unordered=("passwords",),
)


# -- user groups


def _read_group(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().describe_user_groups, UserGroupId=call.id)
    if not answer or not answer["UserGroups"]:
        return None
    item = answer["UserGroups"][0]
    return {
        "userGroupId": item["UserGroupId"],
        "engine": item["Engine"],
        "userIds": item["UserIds"],
        "arn": item["ARN"],
    }


def _update_group(call: Call) -> None:
    old, new = set(call.old.get("userIds") or ()), set(call.get("userIds", ()))
    params = without_none(
        UserIdsToAdd=sorted(new - old) or None,
        UserIdsToRemove=sorted(old - new) or None,
        Engine=call.inputs["engine"] if call.changed("engine") else None,
    )
    if params:
        call.aws().modify_user_group(UserGroupId=call.id, **params)


USER_GROUP = Emulated(
    "aws:elasticache/userGroup:UserGroup",
    service="elasticache",
    create=Create("create_user_group", id="UserGroupId"),
    read=_read_group,
    update=_update_group,
    delete=Delete("delete_user_group", by="UserGroupId"),
    tags=cache_tags("usergroup"),
    replace_on=("userGroupId", "region"),
    exact=True,
    unordered=("userIds",),
)

_MEMBER = Parts(("userGroupId", "userId"), by=",")


def _join(call: Call) -> str:
    known = _MEMBER.of(call)
    call.aws().modify_user_group(UserGroupId=known["userGroupId"], UserIdsToAdd=[known["userId"]])
    return _MEMBER.join(call)


def _read_member(call: Call) -> dict[str, Any] | None:
    known = _MEMBER.of(call)
    answer = unless_gone(call.aws().describe_user_groups, UserGroupId=known["userGroupId"])
    users = answer["UserGroups"][0]["UserIds"] if answer else []
    return dict(known) if known["userId"] in users else None


def _leave(call: Call) -> None:
    known = _MEMBER.of(call)
    if _read_member(call) is not None:
        call.aws().modify_user_group(UserGroupId=known["userGroupId"], UserIdsToRemove=[known["userId"]])


USER_GROUP_ASSOCIATION = Emulated(
    "aws:elasticache/userGroupAssociation:UserGroupAssociation",
    service="elasticache",
    create=_join,
    read=_read_member,
    delete=_leave,
    replace_on=("userGroupId", "userId", "region"),
    exact=True,
)


# -- parameter groups


def _values(call: Call) -> None:
    old = {one["name"]: str(one["value"]) for one in call.old.get("parameters") or []}
    new = {one["name"]: str(one["value"]) for one in call.get("parameters", [])}
    gone = [{"ParameterName": name, "ParameterValue": old[name]} for name in old if name not in new]
    wanted = [
        {"ParameterName": name, "ParameterValue": value}
        for name, value in new.items()
        if old.get(name) != value
    ]
    if gone:
        call.aws().reset_cache_parameter_group(CacheParameterGroupName=call.id, ParameterNameValues=gone)
    # The API takes twenty at a time.
    for start in range(0, len(wanted), 20):
        part = wanted[start : start + 20]
        call.aws().modify_cache_parameter_group(CacheParameterGroupName=call.id, ParameterNameValues=part)


def _read_parameters(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().describe_cache_parameter_groups, CacheParameterGroupName=call.id)
    if not answer or not answer["CacheParameterGroups"]:
        return None
    item = answer["CacheParameterGroups"][0]
    there = call.aws().describe_cache_parameters(CacheParameterGroupName=call.id, Source="user")["Parameters"]
    return {
        "name": item["CacheParameterGroupName"],
        "arn": item["ARN"],
        "family": item["CacheParameterGroupFamily"],
        "description": item["Description"],
        "parameters": [{"name": one["ParameterName"], "value": one["ParameterValue"]} for one in there],
    }


PARAMETER_GROUP = Emulated(
    "aws:elasticache/parameterGroup:ParameterGroup",
    service="elasticache",
    create=Create(
        "create_cache_parameter_group",
        id="CacheParameterGroup.CacheParameterGroupName",
        send={
            "name": "CacheParameterGroupName",
            "family": "CacheParameterGroupFamily",
            "description": "Description",
            "parameters": "",
        },
        also=lambda call: {"Description": call.get("description", "Managed by Pulumi")},
    ),
    read=_read_parameters,
    settle=_values,
    delete=lambda call: void(
        unless_gone(call.aws().delete_cache_parameter_group, CacheParameterGroupName=call.id)
    ),
    tags=cache_tags("parametergroup"),
    replace_on=("description", "family", "name", "region"),
    exact=True,
    unordered=("parameters",),
)

TYPES = (USER, USER_GROUP, USER_GROUP_ASSOCIATION, PARAMETER_GROUP)
