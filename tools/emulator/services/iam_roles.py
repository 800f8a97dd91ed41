"""IAM: roles, their inline and attached policies, instance profiles, service-linked roles.

As in the real provider, `managedPolicyArns` and `inlinePolicies` rule over all policies of the role once they are
given, and are left alone while they are not.
"""

from __future__ import annotations

from typing import Any

from tools.emulator.emulated import Call, Create, Delete, Emulated, Read
from tools.emulator.mapping import take
from tools.emulator.services._common import (
    Parts,
    as_text,
    nothing,
    or_default,
    pages,
    unless_gone,
    void,
    without_none,
)
from tools.emulator.services._tags import listed_tags


def inline_names(call: Call, role: str) -> list[str]:
    """The names of a role's inline policies."""
    return [str(name) for name in pages(call.aws(), "list_role_policies", "PolicyNames", RoleName=role)]


def attached_arns(call: Call, role: str) -> list[str]:
    """The ARNs of the managed policies attached to a role."""
    found = pages(call.aws(), "list_attached_role_policies", "AttachedPolicies", RoleName=role)
    return [str(policy["PolicyArn"]) for policy in found]


def _read_role(call: Call) -> dict[str, Any]:
    iam = call.aws()
    role = iam.get_role(RoleName=call.id)["Role"]
    found = take(
        call.type,
        role,
        {
            "name": "RoleName",
            "uniqueId": "RoleId",
            "permissionsBoundary": "PermissionsBoundary.PermissionsBoundaryArn",
            "assumeRolePolicy": "AssumeRolePolicyDocument",
        },
    )
    found["inlinePolicies"] = [
        {
            "name": name,
            "policy": as_text(iam.get_role_policy(RoleName=call.id, PolicyName=name)["PolicyDocument"]),
        }
        for name in inline_names(call, call.id)
    ]
    found["managedPolicyArns"] = attached_arns(call, call.id)
    return found


def _settle_role(call: Call) -> None:
    iam = call.aws()
    if call.inputs.get("inlinePolicies") is not None and call.changed("inlinePolicies"):
        wanted = {p["name"]: p["policy"] for p in call.inputs["inlinePolicies"] if p.get("name")}
        for name, policy in wanted.items():
            iam.put_role_policy(RoleName=call.id, PolicyName=name, PolicyDocument=as_text(policy))
        for name in inline_names(call, call.id):
            if name not in wanted:
                iam.delete_role_policy(RoleName=call.id, PolicyName=name)
    if call.inputs.get("managedPolicyArns") is not None and call.changed("managedPolicyArns"):
        attach_only(call, call.id, call.inputs["managedPolicyArns"])


def attach_only(call: Call, role: str, wanted: list[str]) -> None:
    """Attach exactly these managed policies to a role."""
    there = attached_arns(call, role)
    for arn in wanted:
        if arn not in there:
            call.aws().attach_role_policy(RoleName=role, PolicyArn=arn)
    for arn in there:
        if arn not in wanted:
            call.aws().detach_role_policy(RoleName=role, PolicyArn=arn)


def _update_role(call: Call) -> None:
    iam = call.aws()
    if call.changed("assumeRolePolicy"):
        iam.update_assume_role_policy(
            RoleName=call.id, PolicyDocument=as_text(call.inputs["assumeRolePolicy"])
        )
    if call.changed("description", "maxSessionDuration"):
        duration = int(call.get("maxSessionDuration", 3600))
        iam.update_role(
            RoleName=call.id, Description=call.get("description", ""), MaxSessionDuration=duration
        )
    if call.changed("permissionsBoundary"):
        boundary = call.get("permissionsBoundary")
        if boundary:
            iam.put_role_permissions_boundary(RoleName=call.id, PermissionsBoundary=boundary)
        else:
            iam.delete_role_permissions_boundary(RoleName=call.id)


def _delete_role(call: Call) -> None:
    iam = call.aws()
    for profile in pages(iam, "list_instance_profiles_for_role", "InstanceProfiles", RoleName=call.id):
        iam.remove_role_from_instance_profile(
            InstanceProfileName=profile["InstanceProfileName"], RoleName=call.id
        )
    if call.get("forceDetachPolicies") or call.get("managedPolicyArns"):
        attach_only(call, call.id, [])
    if call.get("forceDetachPolicies") or call.get("inlinePolicies"):
        for name in inline_names(call, call.id):
            iam.delete_role_policy(RoleName=call.id, PolicyName=name)
    iam.delete_role(RoleName=call.id)


def _real_policies(given: Any) -> Any:
    """Inline policies without the empty block that stands for "none at all"."""
    return None if given is None else [block for block in given if block.get("name")]


ROLE = Emulated(
    "aws:iam/role:Role",
    service="iam",
    create=Create(
        "create_role",
        id="Role.RoleName",
        send={"name": "RoleName", "assumeRolePolicy": "AssumeRolePolicyDocument"},
    ),
    read=_read_role,
    settle=_settle_role,
    update=_update_role,
    delete=_delete_role,
    tags=listed_tags("tag_role", "untag_role", lambda call: {"RoleName": call.id}),
    replace_on=("name", "namePrefix", "path"),
    update_on=("assumeRolePolicy", "description", "permissionsBoundary"),
    unordered=("inlinePolicies",),
    normal={
        "path": or_default("/"),
        "maxSessionDuration": or_default(3600),
        "inlinePolicies": _real_policies,
    },
)

_ROLE_POLICY = Parts(("role", "name"))


def _put_role_policy(call: Call) -> str:
    call.aws().put_role_policy(
        RoleName=call.inputs["role"],
        PolicyName=call.inputs["name"],
        PolicyDocument=as_text(call.inputs["policy"]),
    )
    return _ROLE_POLICY.join(call)


def _read_role_policy(call: Call) -> dict[str, Any]:
    known = _ROLE_POLICY.of(call)
    found = call.aws().get_role_policy(RoleName=known["role"], PolicyName=known["name"])
    return {**known, "policy": as_text(found["PolicyDocument"])}


def _delete_role_policy(call: Call) -> None:
    known = _ROLE_POLICY.of(call)
    call.aws().delete_role_policy(RoleName=known["role"], PolicyName=known["name"])


ROLE_POLICY = Emulated(
    "aws:iam/rolePolicy:RolePolicy",
    service="iam",
    create=_put_role_policy,
    read=_read_role_policy,
    update=lambda call: void(_put_role_policy(call)),
    delete=_delete_role_policy,
    replace_on=("name", "namePrefix", "role"),
    update_on=("policy",),
)


def _exclusive_inline(call: Call) -> None:
    role, wanted = call.inputs["roleName"], call.inputs["policyNames"]
    for name in inline_names(call, role):
        if name not in wanted:
            call.aws().delete_role_policy(RoleName=role, PolicyName=name)


def _create_exclusive_inline(call: Call) -> str:
    _exclusive_inline(call)
    return str(call.inputs["roleName"])


def _create_exclusive_attached(call: Call) -> str:
    attach_only(call, call.inputs["roleName"], call.inputs["policyArns"])
    return str(call.inputs["roleName"])


ROLE_POLICIES_EXCLUSIVE = Emulated(
    "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive",
    service="iam",
    create=_create_exclusive_inline,
    read=lambda call: {"roleName": call.id, "policyNames": inline_names(call, call.id)},
    update=_exclusive_inline,
    delete=nothing,
    replace_on=("roleName",),
)

ROLE_ATTACHMENTS_EXCLUSIVE = Emulated(
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
    service="iam",
    create=_create_exclusive_attached,
    read=lambda call: {"roleName": call.id, "policyArns": attached_arns(call, call.id)},
    update=lambda call: attach_only(call, call.inputs["roleName"], call.inputs["policyArns"]),
    delete=nothing,
    replace_on=("roleName",),
)


def _settle_profile(call: Call) -> None:
    iam, role, before = call.aws(), call.get("role"), call.old.get("role")
    if role == before:
        return
    if before:
        unless_gone(iam.remove_role_from_instance_profile, InstanceProfileName=call.id, RoleName=before)
    if role:
        iam.add_role_to_instance_profile(InstanceProfileName=call.id, RoleName=role)


def _delete_profile(call: Call) -> None:
    iam = call.aws()
    for role in iam.get_instance_profile(InstanceProfileName=call.id)["InstanceProfile"]["Roles"]:
        iam.remove_role_from_instance_profile(InstanceProfileName=call.id, RoleName=role["RoleName"])
    iam.delete_instance_profile(InstanceProfileName=call.id)


INSTANCE_PROFILE = Emulated(
    "aws:iam/instanceProfile:InstanceProfile",
    service="iam",
    create=Create(
        "create_instance_profile",
        id="InstanceProfile.InstanceProfileName",
        send={"name": "InstanceProfileName"},
    ),
    read=Read(
        "get_instance_profile",
        by="InstanceProfileName",
        item="InstanceProfile",
        take={"name": "InstanceProfileName", "uniqueId": "InstanceProfileId", "role": "Roles[0].RoleName"},
    ),
    settle=_settle_profile,
    normal={"path": or_default("/")},
    delete=_delete_profile,
    tags=listed_tags(
        "tag_instance_profile", "untag_instance_profile", lambda call: {"InstanceProfileName": call.id}
    ),
    replace_on=("name", "namePrefix", "path"),
)


def _create_linked(call: Call) -> str:
    params = without_none(
        AWSServiceName=call.inputs["awsServiceName"],
        Description=call.get("description"),
        CustomSuffix=call.get("customSuffix"),
    )
    return str(call.aws().create_service_linked_role(**params)["Role"]["Arn"])


def _linked_name(call: Call) -> str:
    return call.id.rsplit("/", 1)[-1]


def _read_linked(call: Call) -> dict[str, Any]:
    role = call.aws().get_role(RoleName=_linked_name(call))["Role"]
    found = take(call.type, role, {"name": "RoleName", "uniqueId": "RoleId"})
    found["awsServiceName"] = role["Path"].strip("/").split("/")[-1]
    suffix = role["RoleName"].partition("_")[2]
    return {**found, "customSuffix": suffix} if suffix else found


SERVICE_LINKED_ROLE = Emulated(
    "aws:iam/serviceLinkedRole:ServiceLinkedRole",
    service="iam",
    create=_create_linked,
    read=_read_linked,
    update=lambda call: void(
        call.aws().update_role(RoleName=_linked_name(call), Description=call.get("description", ""))
    ),
    delete=Delete("delete_service_linked_role", also=lambda call: {"RoleName": _linked_name(call)}),
    tags=listed_tags("tag_role", "untag_role", lambda call: {"RoleName": _linked_name(call)}),
    replace_on=("awsServiceName", "customSuffix"),
)

TYPES = (
    ROLE,
    ROLE_POLICY,
    ROLE_POLICIES_EXCLUSIVE,
    ROLE_ATTACHMENTS_EXCLUSIVE,
    INSTANCE_PROFILE,
    SERVICE_LINKED_ROLE,
)
