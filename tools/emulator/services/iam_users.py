"""IAM: users, groups, their inline policies and memberships, access keys, login profiles."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

from tools.emulator.emulated import Call, Create, Delete, Emulated, Read
from tools.emulator.services._common import Parts, as_text, or_default, pages, unless_gone, void
from tools.emulator.services._tags import listed_tags


def _update_user(call: Call) -> None:
    iam = call.aws()
    if call.changed("name", "path"):
        name = call.inputs.get("name") or call.id
        iam.update_user(UserName=call.id, NewUserName=name, NewPath=call.get("path", "/"))
        call.id = name


def _delete_user(call: Call) -> None:
    iam, user = call.aws(), call.id
    for group in pages(iam, "list_groups_for_user", "Groups", UserName=user):
        iam.remove_user_from_group(GroupName=group["GroupName"], UserName=user)
    if call.get("forceDestroy"):
        for key in pages(iam, "list_access_keys", "AccessKeyMetadata", UserName=user):
            iam.delete_access_key(UserName=user, AccessKeyId=key["AccessKeyId"])
        for policy in pages(iam, "list_attached_user_policies", "AttachedPolicies", UserName=user):
            iam.detach_user_policy(UserName=user, PolicyArn=policy["PolicyArn"])
        for name in pages(iam, "list_user_policies", "PolicyNames", UserName=user):
            iam.delete_user_policy(UserName=user, PolicyName=name)
        unless_gone(iam.delete_login_profile, UserName=user)
    iam.delete_user(UserName=user)


USER = Emulated(
    "aws:iam/user:User",
    service="iam",
    create=Create("create_user", id="User.UserName", send={"name": "UserName"}),
    read=Read(
        "get_user",
        by="UserName",
        item="User",
        take={"name": "UserName", "uniqueId": "UserId", "permissionsBoundary": ""},
        # moto can set a user's boundary only while it creates the user, so it is kept as given.
        more=lambda call, _: {"permissionsBoundary": call.get("permissionsBoundary")},
    ),
    update=_update_user,
    normal={"path": or_default("/")},
    delete=_delete_user,
    tags=listed_tags("tag_user", "untag_user", lambda call: {"UserName": call.id}),
    update_on=("name", "path", "permissionsBoundary"),
)


def _update_group(call: Call) -> None:
    if call.changed("name", "path"):
        name = call.inputs.get("name") or call.id
        call.aws().update_group(GroupName=call.id, NewGroupName=name, NewPath=call.get("path", "/"))
        call.id = name


GROUP = Emulated(
    "aws:iam/group:Group",
    service="iam",
    create=Create("create_group", id="Group.GroupName", send={"name": "GroupName"}),
    read=Read("get_group", by="GroupName", item="Group", take={"name": "GroupName", "uniqueId": "GroupId"}),
    update=_update_group,
    normal={"path": or_default("/")},
    delete=Delete("delete_group", by="GroupName"),
    update_on=("name", "path"),
)


def inline_policy(kind: str) -> Emulated:
    """The type of an inline policy of a `User` or `Group`; its id is `owner:name`."""
    owner = kind.lower()
    parts = Parts((owner, "name"))

    def names(known: dict[str, str]) -> dict[str, str]:
        return {f"{kind}Name": known[owner], "PolicyName": known["name"]}

    def put(call: Call) -> str:
        document = as_text(call.inputs["policy"])
        getattr(call.aws(), f"put_{owner}_policy")(**names(call.inputs), PolicyDocument=document)
        return parts.join(call)

    def read(call: Call) -> dict[str, Any]:
        known = parts.of(call)
        found = getattr(call.aws(), f"get_{owner}_policy")(**names(known))
        return {**known, "policy": as_text(found["PolicyDocument"])}

    return Emulated(
        f"aws:iam/{owner}Policy:{kind}Policy",
        service="iam",
        create=put,
        read=read,
        update=lambda call: void(put(call)),
        delete=lambda call: void(getattr(call.aws(), f"delete_{owner}_policy")(**names(parts.of(call)))),
        replace_on=("name", "namePrefix", owner),
        update_on=("policy",),
    )


def _members(call: Call, group: str) -> list[str]:
    return [str(user["UserName"]) for user in pages(call.aws(), "get_group", "Users", GroupName=group)]


def _settle_membership(call: Call) -> None:
    iam, group = call.aws(), call.inputs["group"]
    there, wanted = _members(call, group), call.inputs["users"]
    for user in [name for name in wanted if name not in there]:
        iam.add_user_to_group(GroupName=group, UserName=user)
    for user in [name for name in call.old.get("users") or [] if name not in wanted and name in there]:
        iam.remove_user_from_group(GroupName=group, UserName=user)


def _create_membership(call: Call) -> str:
    _settle_membership(call)
    return str(call.inputs["name"])


def _read_membership(call: Call) -> dict[str, Any] | None:
    group = call.inputs.get("group") or call.state.get("group")
    users = _members(call, str(group)) if group else []
    return {"name": call.id, "group": group, "users": users} if users else None


def _delete_membership(call: Call) -> None:
    iam, group = call.aws(), call.inputs["group"]
    for user in call.inputs["users"]:
        unless_gone(iam.remove_user_from_group, GroupName=group, UserName=user)


GROUP_MEMBERSHIP = Emulated(
    "aws:iam/groupMembership:GroupMembership",
    service="iam",
    create=_create_membership,
    read=_read_membership,
    update=_settle_membership,
    delete=_delete_membership,
    replace_on=("group", "name"),
)


def _settle_groups(call: Call) -> None:
    iam, user = call.aws(), call.inputs["user"]
    before = call.old.get("groups") or []
    for group in [name for name in call.inputs["groups"] if name not in before]:
        iam.add_user_to_group(GroupName=group, UserName=user)
    for group in [name for name in before if name not in call.inputs["groups"]]:
        unless_gone(iam.remove_user_from_group, GroupName=group, UserName=user)


def _create_groups(call: Call) -> str:
    _settle_groups(call)
    return "/".join([call.inputs["user"], *call.inputs["groups"]])


def _read_groups(call: Call) -> dict[str, Any] | None:
    user, *groups = call.id.split("/")
    user, groups = call.inputs.get("user") or user, call.inputs.get("groups") or groups
    there = {
        group["GroupName"] for group in pages(call.aws(), "list_groups_for_user", "Groups", UserName=user)
    }
    still = [group for group in groups if group in there]
    return {"user": user, "groups": still} if still else None


def _delete_groups(call: Call) -> None:
    iam, user = call.aws(), call.inputs["user"]
    for group in call.inputs["groups"]:
        unless_gone(iam.remove_user_from_group, GroupName=group, UserName=user)


USER_GROUP_MEMBERSHIP = Emulated(
    "aws:iam/userGroupMembership:UserGroupMembership",
    service="iam",
    create=_create_groups,
    read=_read_groups,
    update=_settle_groups,
    delete=_delete_groups,
    replace_on=("user",),
)


def ses_password(secret: str, region: str) -> str:
    """The SMTP password that Amazon SES derives from a secret key ("Obtaining Amazon SES SMTP credentials")."""
    signature = ("AWS4" + secret).encode()
    for part in ("11111111", region, "ses", "aws4_request", "SendRawEmail"):
        signature = hmac.new(signature, part.encode(), hashlib.sha256).digest()
    return base64.b64encode(b"\x04" + signature).decode()


def _create_access_key(call: Call) -> str:
    key = call.aws().create_access_key(UserName=call.inputs["user"])["AccessKey"]
    if call.get("status", "Active") != "Active":
        call.aws().update_access_key(
            UserName=key["UserName"], AccessKeyId=key["AccessKeyId"], Status="Inactive"
        )
    secret = key["SecretAccessKey"]
    # AWS shows the secret once; the engine keeps it (encrypted) in its state.
    call.state = {"secret": secret, "sesSmtpPasswordV4": ses_password(secret, call.place.region)}
    return str(key["AccessKeyId"])


def _read_access_key(call: Call) -> dict[str, Any] | None:
    user = call.inputs.get("user") or call.state.get("user")
    if not user:
        used = call.aws().get_access_key_last_used(AccessKeyId=call.id)
        user = used["UserName"]
    for key in pages(call.aws(), "list_access_keys", "AccessKeyMetadata", UserName=user):
        if key["AccessKeyId"] == call.id:
            kept = {
                name: call.state[name] for name in ("secret", "sesSmtpPasswordV4") if call.state.get(name)
            }
            created = key["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ")
            return {"user": user, "status": key["Status"], "createDate": created, **kept}
    return None


ACCESS_KEY = Emulated(
    "aws:iam/accessKey:AccessKey",
    service="iam",
    create=_create_access_key,
    read=_read_access_key,
    update=lambda call: void(
        call.aws().update_access_key(
            UserName=call.inputs["user"], AccessKeyId=call.id, Status=call.get("status", "Active")
        )
    ),
    delete=lambda call: void(call.aws().delete_access_key(UserName=call.inputs["user"], AccessKeyId=call.id)),
    replace_on=("user", "pgpKey"),
    update_on=("status",),
)

TYPES = (
    USER,
    GROUP,
    inline_policy("User"),
    inline_policy("Group"),
    GROUP_MEMBERSHIP,
    USER_GROUP_MEMBERSHIP,
    ACCESS_KEY,
)
