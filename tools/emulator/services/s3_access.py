"""S3: access control lists and notifications of a bucket, and the public access block of an account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call, Emulated
from tools.emulator.mapping import from_api
from tools.emulator.services._common import nothing, unless_gone, void, without_none
from tools.emulator.services.s3_settings import bucket_of

_BLOCK = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def _put_account_block(call: Call) -> str:
    account = str(call.get("accountId", call.place.account))
    wanted = {name[0].upper() + name[1:]: bool(call.get(name, False)) for name in _BLOCK}
    call.aws().put_public_access_block(AccountId=account, PublicAccessBlockConfiguration=wanted)
    return account


def _read_account_block(call: Call) -> dict[str, Any]:
    answer = call.aws().get_public_access_block(AccountId=call.id)["PublicAccessBlockConfiguration"]
    return {"accountId": call.id, **{name: answer.get(name[0].upper() + name[1:], False) for name in _BLOCK}}


ACCOUNT_BLOCK = Emulated(
    "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
    service="s3control",
    create=_put_account_block,
    read=_read_account_block,
    update=lambda call: void(_put_account_block(call)),
    delete=lambda call: void(call.aws().delete_public_access_block(AccountId=call.id)),
    replace_on=("accountId",),
)


# -- access control lists


def _grant(grant: Mapping[str, Any]) -> dict[str, Any]:
    who = grant.get("grantee") or {}
    grantee = without_none(
        Type=who.get("type"), ID=who.get("id"), URI=who.get("uri"), EmailAddress=who.get("emailAddress")
    )
    return {"Permission": grant["permission"], "Grantee": grantee}


def _put_acl(call: Call) -> str:
    bucket, acl, policy = call.inputs["bucket"], call.get("acl"), call.get("accessControlPolicy")
    if policy:
        owner = without_none(ID=policy["owner"]["id"], DisplayName=policy["owner"].get("displayName"))
        control = {"Owner": owner, "Grants": [_grant(grant) for grant in policy.get("grants", [])]}
        call.aws().put_bucket_acl(Bucket=bucket, AccessControlPolicy=control)
    else:
        call.aws().put_bucket_acl(Bucket=bucket, ACL=acl)
    return ",".join(part for part in (bucket, call.get("expectedBucketOwner"), acl) if part)


def _read_acl(call: Call) -> dict[str, Any]:
    answer = call.aws().get_bucket_acl(Bucket=bucket_of(call))
    there = {
        "owner": without_none(id=answer["Owner"]["ID"], displayName=answer["Owner"].get("DisplayName")),
        "grants": [
            {
                "permission": grant["Permission"],
                "grantee": without_none(
                    type=grant["Grantee"].get("Type"),
                    id=grant["Grantee"].get("ID"),
                    uri=grant["Grantee"].get("URI"),
                ),
            }
            for grant in answer["Grants"]
        ],
    }
    parts = call.id.split(",")[1:]
    acl = call.inputs.get("acl") or next((part for part in parts if not part.isdigit()), None)
    return {"bucket": bucket_of(call), "accessControlPolicy": there, **without_none(acl=acl)}


def _acl(token: str) -> Emulated:
    return Emulated(
        token,
        service="s3",
        create=_put_acl,
        read=_read_acl,
        update=lambda call: void(_put_acl(call)),
        delete=nothing,
        replace_on=("bucket", "expectedBucketOwner"),
    )


# -- notifications

_TARGETS = {
    "lambdaFunctions": ("LambdaFunctionConfigurations", "LambdaFunctionArn", "lambdaFunctionArn"),
    "queues": ("QueueConfigurations", "QueueArn", "queueArn"),
    "topics": ("TopicConfigurations", "TopicArn", "topicArn"),
}


def _notification(block: Mapping[str, Any], arn_name: str, arn: str) -> dict[str, Any]:
    rules = [
        {"Name": name, "Value": block[key]}
        for name, key in (("prefix", "filterPrefix"), ("suffix", "filterSuffix"))
        if block.get(key)
    ]
    filters = {"Key": {"FilterRules": rules}} if rules else None
    return without_none(Id=block.get("id"), Events=block["events"], Filter=filters, **{arn_name: arn})


def _put_notification(call: Call) -> str:
    wanted: dict[str, Any] = {}
    for name, (api, arn_name, arn) in _TARGETS.items():
        blocks = call.get(name, [])
        if blocks:
            wanted[api] = [_notification(block, arn_name, block[arn]) for block in blocks]
    if call.get("eventbridge"):
        wanted["EventBridgeConfiguration"] = {}
    call.aws().put_bucket_notification_configuration(
        Bucket=call.inputs["bucket"], NotificationConfiguration=wanted
    )
    return str(call.inputs["bucket"])


def _read_notification(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().get_bucket_notification_configuration, Bucket=call.id)
    if answer is None:
        return None
    # moto does not give back whether events go to EventBridge.
    found: dict[str, Any] = {"bucket": call.id, "eventbridge": bool(call.get("eventbridge"))}
    for name, (api, _, _) in _TARGETS.items():
        found[name] = [_block_of(call, name, item) for item in answer.get(api, [])]
    return found if any(found[name] for name in ("eventbridge", *_TARGETS)) else None


def _block_of(call: Call, name: str, item: Mapping[str, Any]) -> dict[str, Any]:
    element = call.type.properties[name].type.element
    block: dict[str, Any] = from_api(element, item) if element else {}
    for rule in item.get("Filter", {}).get("Key", {}).get("FilterRules", []):
        block[f"filter{str(rule['Name']).capitalize()}"] = rule["Value"]
    return block


NOTIFICATION = Emulated(
    "aws:s3/bucketNotification:BucketNotification",
    service="s3",
    create=_put_notification,
    read=_read_notification,
    update=lambda call: void(_put_notification(call)),
    delete=lambda call: void(
        call.aws().put_bucket_notification_configuration(Bucket=call.id, NotificationConfiguration={})
    ),
    replace_on=("bucket",),
)

TYPES = (
    ACCOUNT_BLOCK,
    _acl("aws:s3/bucketAcl:BucketAcl"),
    _acl("aws:s3/bucketAclV2:BucketAclV2"),
    NOTIFICATION,
)
