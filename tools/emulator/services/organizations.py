"""AWS Organizations: the organization, its units and accounts, policies and where they hold, delegated administrators.

Policies are kept and attached; the embedded AWS lets nobody do less because of one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call, Create, Delete, Emulated
from tools.emulator.mapping import from_api, tag_list, tags_of, take
from tools.emulator.services._common import Parts, as_text, pages, unless_gone, void, without_none
from tools.emulator.services._tags import listed_tags

TAGS = listed_tags(
    "tag_resource",
    "untag_resource",
    lambda call: {"ResourceId": call.id},
    read=lambda call: tags_of(call.aws().list_tags_for_resource(ResourceId=call.id)) or {},
)


def _accounts(listed: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    names = {"arn": "Arn", "email": "Email", "id": "Id", "name": "Name", "status": "Status", "state": "State"}
    return [without_none(**{name: one.get(api) for name, api in names.items()}) for one in listed]


# -- the organization


def _create(call: Call) -> str:
    answer = call.aws().create_organization(FeatureSet=call.get("featureSet", "ALL"))
    return str(answer["Organization"]["Id"])


def _root(call: Call) -> Mapping[str, Any]:
    return dict(call.aws().list_roots()["Roots"][0])


def _settle(call: Call) -> None:
    """Services that are trusted, and kinds of policies that are switched on: what differs."""
    aws = call.aws()
    old, new = (
        set(call.old.get("awsServiceAccessPrincipals") or ()),
        set(call.get("awsServiceAccessPrincipals", ())),
    )
    for service in sorted(old - new):
        aws.disable_aws_service_access(ServicePrincipal=service)
    for service in sorted(new - old):
        aws.enable_aws_service_access(ServicePrincipal=service)
    old, new = set(call.old.get("enabledPolicyTypes") or ()), set(call.get("enabledPolicyTypes", ()))
    if old == new:
        return
    root = _root(call)["Id"]
    for kind in sorted(old - new):
        aws.disable_policy_type(RootId=root, PolicyType=kind)
    for kind in sorted(new - old):
        aws.enable_policy_type(RootId=root, PolicyType=kind)


def _read(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().describe_organization) if call.id else None
    if answer is None or answer["Organization"]["Id"] != call.id:
        return None
    item, root = answer["Organization"], _root(call)
    accounts = pages(call.aws(), "list_accounts", "Accounts")
    master = item["MasterAccountId"]
    services = call.aws().list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    kinds = [one["Type"] for one in root["PolicyTypes"] if one["Status"] == "ENABLED"]
    shown_root = {**root, "PolicyTypes": root["PolicyTypes"]}
    return {
        **take(call.type, item, {"awsServiceAccessPrincipals": "", "enabledPolicyTypes": ""}),
        "accounts": _accounts(accounts),
        "nonMasterAccounts": _accounts([one for one in accounts if one["Id"] != master]),
        "masterAccountName": next((one["Name"] for one in accounts if one["Id"] == master), ""),
        "roots": from_api(call.type.outputs["roots"].type, [shown_root]),
        "awsServiceAccessPrincipals": [one["ServicePrincipal"] for one in services],
        "enabledPolicyTypes": kinds,
    }


ORGANIZATION = Emulated(
    "aws:organizations/organization:Organization",
    service="organizations",
    create=_create,
    read=_read,
    settle=_settle,
    delete=lambda call: void(unless_gone(call.aws().delete_organization)),
    replace_if=lambda _, new: [] if new.get("featureSet") == "ALL" else ["featureSet"],
    exact=True,
    unordered=("awsServiceAccessPrincipals", "enabledPolicyTypes"),
)


# -- units and accounts


def _parent(call: Call) -> str:
    return str(call.aws().list_parents(ChildId=call.id)["Parents"][0]["Id"])


def _read_unit(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().describe_organizational_unit, OrganizationalUnitId=call.id)
    if answer is None:
        return None
    unit = answer["OrganizationalUnit"]
    accounts = pages(call.aws(), "list_accounts_for_parent", "Accounts", ParentId=call.id)
    return {
        "name": unit["Name"],
        "arn": unit["Arn"],
        "parentId": _parent(call),
        "accounts": _accounts(accounts),
    }


def _rename_unit(call: Call) -> None:
    if call.changed("name"):
        call.aws().update_organizational_unit(OrganizationalUnitId=call.id, Name=call.inputs["name"])


UNIT = Emulated(
    "aws:organizations/organizationalUnit:OrganizationalUnit",
    service="organizations",
    create=Create("create_organizational_unit", id="OrganizationalUnit.Id"),
    read=_read_unit,
    update=_rename_unit,
    delete=Delete("delete_organizational_unit", by="OrganizationalUnitId"),
    tags=TAGS,
    replace_on=("parentId",),
    exact=True,
)


def _create_account(call: Call) -> str:
    params = without_none(
        AccountName=call.inputs["name"],
        Email=call.inputs["email"],
        RoleName=call.get("roleName"),
        IamUserAccessToBilling=call.get("iamUserAccessToBilling"),
        Tags=tag_list(call.tags) or None,
    )
    return str(call.aws().create_account(**params)["CreateAccountStatus"]["AccountId"])


def _move(call: Call) -> None:
    wanted = call.get("parentId")
    there = _parent(call)
    if wanted and wanted != there:
        call.aws().move_account(AccountId=call.id, SourceParentId=there, DestinationParentId=wanted)


def _read_account(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().describe_account, AccountId=call.id)
    if answer is None or answer["Account"].get("Status") == "SUSPENDED":
        return None
    found = take(call.type, answer["Account"], {"tags": "", "tagsAll": ""})
    return {**found, "parentId": _parent(call)}


def _delete_account(call: Call) -> None:
    if _read_account(call) is None:
        return
    end = (
        call.aws().close_account
        if call.get("closeOnDeletion")
        else call.aws().remove_account_from_organization
    )
    end(AccountId=call.id)


ACCOUNT = Emulated(
    "aws:organizations/account:Account",
    service="organizations",
    create=_create_account,
    read=_read_account,
    settle=_move,
    delete=_delete_account,
    tags=TAGS,
    replace_on=("createGovcloud", "email", "iamUserAccessToBilling", "name", "roleName"),
    exact=True,
)


# -- policies


def _create_policy(call: Call) -> str:
    answer = call.aws().create_policy(
        Name=call.inputs["name"],
        Description=call.get("description", ""),
        Content=as_text(call.inputs["content"]),
        Type=call.get("type", "SERVICE_CONTROL_POLICY"),
        Tags=tag_list(call.tags),
    )
    return str(answer["Policy"]["PolicySummary"]["Id"])


def _read_policy(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().describe_policy, PolicyId=call.id)
    if answer is None:
        return None
    summary = answer["Policy"]["PolicySummary"]
    return {
        "name": summary["Name"],
        "arn": summary["Arn"],
        "description": summary.get("Description") or "",
        "type": summary["Type"],
        "content": answer["Policy"]["Content"],
    }


def _update_policy(call: Call) -> None:
    if call.changed("content", "description", "name"):
        call.aws().update_policy(
            PolicyId=call.id,
            Name=call.inputs["name"],
            Description=call.get("description", ""),
            Content=as_text(call.inputs["content"]),
        )


POLICY = Emulated(
    "aws:organizations/policy:Policy",
    service="organizations",
    create=_create_policy,
    read=_read_policy,
    update=_update_policy,
    delete=lambda call: (
        None if call.get("skipDestroy") else void(unless_gone(call.aws().delete_policy, PolicyId=call.id))
    ),
    tags=TAGS,
    replace_on=("type",),
    exact=True,
)

_ATTACHMENT = Parts(("targetId", "policyId"))


def _attachment(call: Call) -> dict[str, str]:
    known = _ATTACHMENT.of(call)
    return {"TargetId": known["targetId"], "PolicyId": known["policyId"]}


def _attach(call: Call) -> str:
    call.aws().attach_policy(**_attachment(call))
    return _ATTACHMENT.join(call)


def _read_attachment(call: Call) -> dict[str, Any] | None:
    known = _ATTACHMENT.of(call)
    answer = unless_gone(call.aws().list_targets_for_policy, PolicyId=known["policyId"])
    targets = [one["TargetId"] for one in (answer or {}).get("Targets", [])]
    return dict(known) if known["targetId"] in targets else None


def _detach(call: Call) -> None:
    if not call.get("skipDestroy") and _read_attachment(call) is not None:
        call.aws().detach_policy(**_attachment(call))


POLICY_ATTACHMENT = Emulated(
    "aws:organizations/policyAttachment:PolicyAttachment",
    service="organizations",
    create=_attach,
    read=_read_attachment,
    delete=_detach,
    replace_on=("policyId", "targetId"),
    exact=True,
)


# -- who else may administer


_DELEGATED = Parts(("accountId", "servicePrincipal"), by="/")


def _delegated(call: Call) -> dict[str, str]:
    known = _DELEGATED.of(call)
    return {"AccountId": known["accountId"], "ServicePrincipal": known["servicePrincipal"]}


def _delegate(call: Call) -> str:
    call.aws().register_delegated_administrator(**_delegated(call))
    return _DELEGATED.join(call)


def _read_delegated(call: Call) -> dict[str, Any] | None:
    known = _DELEGATED.of(call)
    service = known["servicePrincipal"]
    answer = unless_gone(call.aws().list_delegated_administrators, ServicePrincipal=service)
    there = (answer or {}).get("DelegatedAdministrators", [])
    item = next((one for one in there if one["Id"] == known["accountId"]), None)
    return None if item is None else {**take(call.type, item), **known}


def _undelegate(call: Call) -> None:
    if _read_delegated(call) is not None:
        call.aws().deregister_delegated_administrator(**_delegated(call))


DELEGATED_ADMINISTRATOR = Emulated(
    "aws:organizations/delegatedAdministrator:DelegatedAdministrator",
    service="organizations",
    create=_delegate,
    read=_read_delegated,
    delete=_undelegate,
    replace_on=("accountId", "servicePrincipal"),
    exact=True,
)


def _put_resource_policy(call: Call) -> str:
    answer = call.aws().put_resource_policy(Content=as_text(call.inputs["content"]))
    return str(answer["ResourcePolicy"]["ResourcePolicySummary"]["Id"])


def _read_resource_policy(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().describe_resource_policy)
    if answer is None:
        return None
    item = answer["ResourcePolicy"]
    given = {"tags": call.inputs["tags"]} if call.inputs.get("tags") else {}
    return {"content": item["Content"], "arn": item["ResourcePolicySummary"]["Arn"], **given}


RESOURCE_POLICY = Emulated(
    "aws:organizations/resourcePolicy:ResourcePolicy",
    service="organizations",
    create=_put_resource_policy,
    read=_read_resource_policy,
    update=lambda call: void(_put_resource_policy(call)),
    delete=lambda call: void(unless_gone(call.aws().delete_resource_policy)),
    exact=True,
)

TYPES = (ORGANIZATION, UNIT, ACCOUNT, POLICY, POLICY_ATTACHMENT, DELEGATED_ADMINISTRATOR, RESOURCE_POLICY)
