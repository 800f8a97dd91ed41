"""IAM: managed policies with their versions, and everything that attaches them.

An attachment's id is `name/policy-arn`, which is also what an import takes; for groups the real provider makes up
an id of the group's name and a time instead.
"""

from __future__ import annotations

from typing import Any

from tools.emulator.emulated import Call, Create, Delete, Emulated
from tools.emulator.mapping import take
from tools.emulator.services._common import Parts, as_text, or_default, pages, unless_gone, void
from tools.emulator.services._tags import listed_tags

VERSION_LIMIT = 5
"""A managed policy has at most five versions (IAM and AWS STS quotas)."""


def _read_policy(call: Call) -> dict[str, Any]:
    iam = call.aws()
    policy = iam.get_policy(PolicyArn=call.id)["Policy"]
    version = iam.get_policy_version(PolicyArn=call.id, VersionId=policy["DefaultVersionId"])["PolicyVersion"]
    found = take(call.type, policy, {"name": "PolicyName"})
    return {**found, "policy": as_text(version["Document"])}


def _other_versions(call: Call) -> list[dict[str, Any]]:
    versions = call.aws().list_policy_versions(PolicyArn=call.id)["Versions"]
    others = [version for version in versions if not version["IsDefaultVersion"]]
    return sorted(others, key=lambda version: int(version["VersionId"][1:]))


def _update_policy(call: Call) -> None:
    if not call.changed("policy"):
        return
    iam, others = call.aws(), _other_versions(call)
    if len(others) + 1 >= VERSION_LIMIT:
        iam.delete_policy_version(PolicyArn=call.id, VersionId=others[0]["VersionId"])
    iam.create_policy_version(
        PolicyArn=call.id, PolicyDocument=as_text(call.inputs["policy"]), SetAsDefault=True
    )


def _delete_policy(call: Call) -> None:
    for version in _other_versions(call):
        call.aws().delete_policy_version(PolicyArn=call.id, VersionId=version["VersionId"])
    call.aws().delete_policy(PolicyArn=call.id)


POLICY = Emulated(
    "aws:iam/policy:Policy",
    service="iam",
    create=Create("create_policy", id="Policy.Arn", send={"name": "PolicyName", "policy": "PolicyDocument"}),
    read=_read_policy,
    update=_update_policy,
    normal={"path": or_default("/")},
    delete=_delete_policy,
    tags=listed_tags("tag_policy", "untag_policy", lambda call: {"PolicyArn": call.id}),
    replace_on=("name", "namePrefix", "path", "description"),
    update_on=("policy",),
)


def attached(call: Call, kind: str, name: str) -> list[str]:
    """The ARNs of the managed policies attached to a `Role`, `User` or `Group`."""
    params = {f"{kind}Name": name}
    found = pages(call.aws(), f"list_attached_{kind.lower()}_policies", "AttachedPolicies", **params)
    return [str(policy["PolicyArn"]) for policy in found]


def _attach(call: Call, verb: str, kind: str, name: str, arn: str) -> None:
    getattr(call.aws(), f"{verb}_{kind.lower()}_policy")(**{f"{kind}Name": name, "PolicyArn": arn})


def attachment(kind: str) -> Emulated:
    """The type that attaches one policy to one `Role`, `User` or `Group`."""
    owner = kind.lower()
    parts = Parts((owner, "policyArn"), by="/")

    def create(call: Call) -> str:
        _attach(call, "attach", kind, call.inputs[owner], call.inputs["policyArn"])
        return parts.join(call)

    def read(call: Call) -> dict[str, Any] | None:
        known = parts.of(call)
        return dict(known) if known["policyArn"] in attached(call, kind, known[owner]) else None

    def delete(call: Call) -> None:
        known = parts.of(call)
        _attach(call, "detach", kind, known[owner], known["policyArn"])

    return Emulated(
        f"aws:iam/{owner}PolicyAttachment:{kind}PolicyAttachment",
        service="iam",
        create=create,
        read=read,
        delete=delete,
        replace_on=parts.names,
    )


_HOLDERS = {"roles": "Role", "users": "User", "groups": "Group"}


def _holders(call: Call, arn: str) -> dict[str, list[str]]:
    iam = call.aws()
    found: dict[str, list[str]] = {name: [] for name in _HOLDERS}
    for page in iam.get_paginator("list_entities_for_policy").paginate(PolicyArn=arn):
        for name, kind in _HOLDERS.items():
            found[name] += [item[f"{kind}Name"] for item in page.get(f"Policy{kind}s", [])]
    return found


def _arn(call: Call) -> str:
    return str(call.inputs.get("policyArn") or call.state.get("policyArn"))


def _attach_exactly(call: Call) -> None:
    there = _holders(call, _arn(call))
    for name, kind in _HOLDERS.items():
        wanted = call.get(name, [])
        for holder in wanted:
            if holder not in there[name]:
                _attach(call, "attach", kind, holder, _arn(call))
        for holder in there[name]:
            if holder not in wanted:
                _attach(call, "detach", kind, holder, _arn(call))


def _create_policy_attachment(call: Call) -> str:
    _attach_exactly(call)
    return str(call.inputs["name"])


def _read_policy_attachment(call: Call) -> dict[str, Any]:
    return {"policyArn": _arn(call), "name": call.id, **_holders(call, _arn(call))}


def _delete_policy_attachment(call: Call) -> None:
    for name, kind in _HOLDERS.items():
        for holder in call.get(name, []):
            params = {f"{kind}Name": holder, "PolicyArn": _arn(call)}
            unless_gone(getattr(call.aws(), f"detach_{kind.lower()}_policy"), **params)


POLICY_ATTACHMENT = Emulated(
    "aws:iam/policyAttachment:PolicyAttachment",
    service="iam",
    create=_create_policy_attachment,
    read=_read_policy_attachment,
    update=_attach_exactly,
    delete=_delete_policy_attachment,
    replace_on=("name", "policyArn"),
)

OPEN_ID_CONNECT_PROVIDER_TAGS = listed_tags(
    "tag_open_id_connect_provider",
    "untag_open_id_connect_provider",
    lambda call: {"OpenIDConnectProviderArn": call.id},
)


def _create_oidc(call: Call) -> str:
    answer = call.aws().create_open_id_connect_provider(
        Url=_with_scheme(call.inputs["url"]),
        ClientIDList=call.inputs["clientIdLists"],
        ThumbprintList=call.get("thumbprintLists", [_NO_THUMBPRINT]),
    )
    return str(answer["OpenIDConnectProviderArn"])


# AWS fetches the certificate of the identity provider; the embedded AWS reaches no network.
_NO_THUMBPRINT = "0" * 40


def _with_scheme(url: str) -> str:
    return url if url.startswith("https://") else f"https://{url}"


def _read_oidc(call: Call) -> dict[str, Any]:
    found = call.aws().get_open_id_connect_provider(OpenIDConnectProviderArn=call.id)
    there = str(found["Url"]).removeprefix("https://")
    given = str(call.get("url", ""))
    return {
        "arn": call.id,
        "url": given if given.removeprefix("https://") == there else there,
        "clientIdLists": found.get("ClientIDList", []),
        "thumbprintLists": found.get("ThumbprintList", []),
        "tags": {tag["Key"]: tag["Value"] for tag in found.get("Tags", [])},
    }


def _update_oidc(call: Call) -> None:
    iam, arn = call.aws(), call.id
    if call.changed("clientIdLists"):
        # moto has no operation that adds or removes a client id; the ARN comes from the URL and stays the same.
        iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
        _create_oidc(call)
        if call.tags:
            OPEN_ID_CONNECT_PROVIDER_TAGS.put(call, call.tags)
    elif call.changed("thumbprintLists") and call.get("thumbprintLists"):
        iam.update_open_id_connect_provider_thumbprint(
            OpenIDConnectProviderArn=arn, ThumbprintList=call.inputs["thumbprintLists"]
        )


OPEN_ID_CONNECT_PROVIDER = Emulated(
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    service="iam",
    create=_create_oidc,
    read=_read_oidc,
    update=_update_oidc,
    delete=Delete("delete_open_id_connect_provider", by="OpenIDConnectProviderArn"),
    tags=OPEN_ID_CONNECT_PROVIDER_TAGS,
    replace_on=("url",),
)


def _set_password_policy(call: Call) -> str:
    names = {
        "allowUsersToChangePassword": "AllowUsersToChangePassword",
        "hardExpiry": "HardExpiry",
        "maxPasswordAge": "MaxPasswordAge",
        "minimumPasswordLength": "MinimumPasswordLength",
        "passwordReusePrevention": "PasswordReusePrevention",
        "requireLowercaseCharacters": "RequireLowercaseCharacters",
        "requireNumbers": "RequireNumbers",
        "requireSymbols": "RequireSymbols",
        "requireUppercaseCharacters": "RequireUppercaseCharacters",
    }
    params = {api: call.inputs[name] for name, api in names.items() if call.inputs.get(name) is not None}
    call.aws().update_account_password_policy(**params)
    return "iam-account-password-policy"


ACCOUNT_PASSWORD_POLICY = Emulated(
    "aws:iam/accountPasswordPolicy:AccountPasswordPolicy",
    service="iam",
    create=_set_password_policy,
    read=lambda call: take(call.type, call.aws().get_account_password_policy()["PasswordPolicy"]),
    update=lambda call: void(_set_password_policy(call)),
    delete=Delete("delete_account_password_policy"),
)


def _create_alias(call: Call) -> str:
    call.aws().create_account_alias(AccountAlias=call.inputs["accountAlias"])
    return str(call.inputs["accountAlias"])


def _read_alias(call: Call) -> dict[str, Any] | None:
    aliases = call.aws().list_account_aliases()["AccountAliases"]
    return {"accountAlias": aliases[0]} if aliases else None


ACCOUNT_ALIAS = Emulated(
    "aws:iam/accountAlias:AccountAlias",
    service="iam",
    create=_create_alias,
    read=_read_alias,
    delete=Delete("delete_account_alias", by="AccountAlias"),
    replace_on=("accountAlias",),
)

TYPES = (
    POLICY,
    attachment("Role"),
    attachment("User"),
    attachment("Group"),
    POLICY_ATTACHMENT,
    OPEN_ID_CONNECT_PROVIDER,
    ACCOUNT_PASSWORD_POLICY,
    ACCOUNT_ALIAS,
)
