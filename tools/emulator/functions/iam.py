"""Data sources of IAM: what is there, and who a caller really is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from tools.emulator.functions import DataSource, Refused, Request
from tools.emulator.functions._reading import as_source, has_tags, missing, needed, only, read, showing
from tools.emulator.services._common import pages, unless_gone

POLICY = "aws:iam/policy:Policy"
_ASSUMED = re.compile(r"^arn:[a-z-]+:sts::\d{12}:assumed-role/(.+)/([^/]+)$")


def policy(request: Request) -> Mapping[str, Any]:
    """A managed policy by ARN, or by name (with path) and tags."""
    given = request.args.get("arn")
    if given:
        found = read(request, POLICY, str(given))
    else:
        name, prefix = request.args.get("name"), request.args.get("pathPrefix")
        there = pages(request.aws("iam"), "list_policies", "Policies", PathPrefix=prefix or "/")
        named = [item["Arn"] for item in there if name in (None, item["PolicyName"])]
        wanted = request.args.get("tags")
        if wanted:
            iam = request.aws("iam")
            named = [arn for arn in named if has_tags(wanted, _policy_tags(iam, arn))]
        found = read(request, POLICY, only(request, named, f"IAM policy {name or prefix or ''}".strip()))
    if found is None:
        raise missing(request, f"IAM policy {given}")
    return as_source(request, found)


def _policy_tags(iam: Any, arn: str) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in iam.list_policy_tags(PolicyArn=arn).get("Tags", [])}


def listing(action: str, result: str, kind: str) -> Callable[[Request], Mapping[str, Any]]:
    """A data source that lists names and ARNs by path and pattern."""

    def listed(request: Request) -> Mapping[str, Any]:
        prefix = request.args.get("pathPrefix") or "/"
        pattern = re.compile(str(request.args.get("nameRegex") or ""))
        found = pages(request.aws("iam"), action, result, PathPrefix=prefix)
        kept = [item for item in found if pattern.search(item[f"{kind}Name"])]
        return {"arns": [item["Arn"] for item in kept], "names": [item[f"{kind}Name"] for item in kept]}

    return listed


def group(request: Request) -> Mapping[str, Any]:
    """A group and its users."""
    name = needed(request, "groupName")
    answer = unless_gone(request.aws("iam").get_group, GroupName=name)
    if answer is None:
        raise missing(request, f"IAM group {name}")
    there = answer["Group"]
    users = [
        {"arn": user["Arn"], "path": user["Path"], "userId": user["UserId"], "userName": user["UserName"]}
        for user in answer["Users"]
    ]
    return {
        "id": there["GroupId"],
        "groupId": there["GroupId"],
        "arn": there["Arn"],
        "path": there["Path"],
        "users": users,
    }


def instance_profile(request: Request) -> Mapping[str, Any]:
    """An instance profile and its role."""
    name = needed(request, "name")
    answer = unless_gone(request.aws("iam").get_instance_profile, InstanceProfileName=name)
    if answer is None:
        raise missing(request, f"instance profile {name}")
    profile = answer["InstanceProfile"]
    role = (profile["Roles"] or [{}])[0]
    return {
        "id": profile["InstanceProfileId"],
        "arn": profile["Arn"],
        "path": profile["Path"],
        "createDate": profile["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        "roleArn": role.get("Arn", ""),
        "roleId": role.get("RoleId", ""),
        "roleName": role.get("RoleName", ""),
    }


def instance_profiles(request: Request) -> Mapping[str, Any]:
    """The instance profiles of a role."""
    role = needed(request, "roleName")
    found = pages(request.aws("iam"), "list_instance_profiles_for_role", "InstanceProfiles", RoleName=role)
    return {
        "id": role,
        "arns": [item["Arn"] for item in found],
        "names": [item["InstanceProfileName"] for item in found],
        "paths": [item["Path"] for item in found],
    }


def session_context(request: Request) -> Mapping[str, Any]:
    """The role behind an assumed role's ARN; any other ARN is its own issuer."""
    arn = needed(request, "arn")
    found = _ASSUMED.match(arn)
    if found is None:
        return {"id": arn, "issuerArn": arn, "issuerId": "", "issuerName": "", "sessionName": ""}
    name = found.group(1).rsplit("/", 1)[-1]
    answer = unless_gone(request.aws("iam").get_role, RoleName=name)
    if answer is None:
        raise missing(request, f"IAM role {name}")
    role = answer["Role"]
    return {
        "id": arn,
        "issuerArn": role["Arn"],
        "issuerId": role["RoleId"],
        "issuerName": name,
        "sessionName": found.group(2),
    }


def account_alias(request: Request) -> Mapping[str, Any]:
    """The alias of the account."""
    aliases = request.aws("iam").list_account_aliases()["AccountAliases"]
    if not aliases:
        raise missing(request, "account alias")
    return {"id": aliases[0], "accountAlias": aliases[0]}


def oidc_provider(request: Request) -> Mapping[str, Any]:
    """An OpenID Connect provider by ARN or URL."""
    arn, url = request.args.get("arn"), str(request.args.get("url") or "").removeprefix("https://")
    if not arn and not url:
        raise Refused(f"{request.token}: give arn or url", "arn")
    place = request.place
    arn = arn or f"arn:{place.partition}:iam::{place.account}:oidc-provider/{url}"
    found = read(request, "aws:iam/openIdConnectProvider:OpenIdConnectProvider", str(arn))
    if found is None:
        raise missing(request, f"OpenID Connect provider {arn}")
    return as_source(request, found)


def role_policies(request: Request) -> Mapping[str, Any]:
    """The names of a role's inline policies."""
    role = needed(request, "roleName")
    return {"policyNames": pages(request.aws("iam"), "list_role_policies", "PolicyNames", RoleName=role)}


def role_policy_attachments(request: Request) -> Mapping[str, Any]:
    """The managed policies attached to a role."""
    params = {"RoleName": needed(request, "roleName"), "PathPrefix": request.args.get("pathPrefix") or "/"}
    found = pages(request.aws("iam"), "list_attached_role_policies", "AttachedPolicies", **params)
    return {"attachedPolicies": [{"policyArn": p["PolicyArn"], "policyName": p["PolicyName"]} for p in found]}


def access_keys(request: Request) -> Mapping[str, Any]:
    """A user's access keys, without their secrets."""
    user = needed(request, "user")
    found = pages(request.aws("iam"), "list_access_keys", "AccessKeyMetadata", UserName=user)
    keys = [
        {
            "accessKeyId": key["AccessKeyId"],
            "status": key["Status"],
            "createDate": key["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        for key in found
    ]
    return {"id": user, "accessKeys": keys}


FUNCTIONS: Mapping[str, DataSource] = {
    "aws:iam/getRole:getRole": showing("aws:iam/role:Role", "name"),
    "aws:iam/getUser:getUser": showing("aws:iam/user:User", "userName", userId="uniqueId"),
    "aws:iam/getPolicy:getPolicy": policy,
    "aws:iam/getRoles:getRoles": listing("list_roles", "Roles", "Role"),
    "aws:iam/getUsers:getUsers": listing("list_users", "Users", "User"),
    "aws:iam/getGroup:getGroup": group,
    "aws:iam/getInstanceProfile:getInstanceProfile": instance_profile,
    "aws:iam/getInstanceProfiles:getInstanceProfiles": instance_profiles,
    "aws:iam/getSessionContext:getSessionContext": session_context,
    "aws:iam/getAccountAlias:getAccountAlias": account_alias,
    "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": oidc_provider,
    "aws:iam/getRolePolicies:getRolePolicies": role_policies,
    "aws:iam/getRolePolicyAttachments:getRolePolicyAttachments": role_policy_attachments,
    "aws:iam/getAccessKeys:getAccessKeys": access_keys,
}
