"""S3: buckets, with the settings that can be given inside them, under both names that the SDK has.

`bucket.Bucket` holds a setting as one block (`versioning`), `bucketV2.BucketV2` as a list of one (`versionings`). Settings
that the program does not give inside the bucket belong to resources of their own and are only shown here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from tools.emulator.emulated import Call, Emulated, Tagging
from tools.emulator.mapping import parameters, tag_list
from tools.emulator.services._common import as_text, unless_gone, without_none
from tools.emulator.services.s3_settings import website_domain

WEBSITE_ZONES = {
    "af-south-1": "Z11KHD8FBVPUYU",
    "ap-east-1": "ZNB98KWMFR0R6",
    "ap-northeast-1": "Z2M4EHUR26P7ZW",
    "ap-northeast-2": "Z3W03O7B5YMIYP",
    "ap-northeast-3": "Z2YQB5RD63NC85",
    "ap-south-1": "Z11RGJOFQNVJUP",
    "ap-south-2": "Z02976202B4EZMXIPMXF7",
    "ap-southeast-1": "Z3O0J2DXBE1FTB",
    "ap-southeast-2": "Z1WCIGYICN2BYD",
    "ap-southeast-3": "Z01846753K324LI26A3VV",
    "ca-central-1": "Z1QDHH18159H29",
    "eu-central-1": "Z21DNDUVLTQW6Q",
    "eu-north-1": "Z3BAZG2TWCNX0D",
    "eu-south-1": "Z30OZKI7KPW7MI",
    "eu-west-1": "Z1BKCTXD74EZPE",
    "eu-west-2": "Z3GKZC51ZF0DB4",
    "eu-west-3": "Z3R1K369G5AVDG",
    "me-south-1": "Z1MPMWCPA7YB62",
    "sa-east-1": "Z7KQH4QJS55SO",
    "us-east-1": "Z3AQBSTGFYJSTF",
    "us-east-2": "Z2O1EMRO9K5GLX",
    "us-gov-east-1": "Z2NIFVYYW2VKV1",
    "us-gov-west-1": "Z31GFT0UA1I2HV",
    "us-west-1": "Z2F56UZL2M1ACD",
    "us-west-2": "Z3BJ6K6RIION7M",
}
"""Region -> hosted zone of its website endpoints ("Amazon S3 endpoints and quotas")."""

PLURALS = {
    "versioning": "versionings",
    "serverSideEncryptionConfiguration": "serverSideEncryptionConfigurations",
    "logging": "loggings",
    "website": "websites",
    "replicationConfiguration": "replicationConfigurations",
}


def _block(values: Mapping[str, Any], name: str) -> Any:
    """A setting inside the bucket, whichever way its name and form are."""
    value = values.get(name)
    if value is None:
        value = values.get(PLURALS.get(name, name))
    return value[0] if isinstance(value, list) and name in PLURALS and value else value


def _create(call: Call) -> str:
    bucket, region = str(call.inputs["bucket"]), call.place.region
    params: dict[str, Any] = {"Bucket": bucket}
    if region != "us-east-1":
        params["CreateBucketConfiguration"] = {"LocationConstraint": region}
    lock = call.get("objectLockConfiguration") or {}
    if call.get("objectLockEnabled") or lock.get("objectLockEnabled") == "Enabled":
        params["ObjectLockEnabledForBucket"] = True
    call.aws().create_bucket(**params)
    return bucket


# -- settings inside the bucket: each takes the call and what is given (None: take it away)


def _acl(call: Call, acl: Any) -> None:
    call.aws().put_bucket_acl(Bucket=call.id, ACL=acl or "private")


def _grants(call: Call, grants: Any) -> None:
    owner = call.aws().get_bucket_acl(Bucket=call.id)["Owner"]
    entries = [
        {"Grantee": without_none(Type=g["type"], ID=g.get("id"), URI=g.get("uri")), "Permission": permission}
        for g in grants or []
        for permission in g["permissions"]
    ]
    if entries:
        call.aws().put_bucket_acl(Bucket=call.id, AccessControlPolicy={"Owner": owner, "Grants": entries})


def _policy(call: Call, policy: Any) -> None:
    if policy:
        call.aws().put_bucket_policy(Bucket=call.id, Policy=as_text(policy))
    else:
        unless_gone(call.aws().delete_bucket_policy, Bucket=call.id)


def _versioning(call: Call, versioning: Any) -> None:
    enabled = (versioning or {}).get("enabled", False)
    if enabled or _block(call.old, "versioning"):
        status = "Enabled" if enabled else "Suspended"
        call.aws().put_bucket_versioning(Bucket=call.id, VersioningConfiguration={"Status": status})


def _encryption(call: Call, given: Any) -> None:
    if not given:
        unless_gone(call.aws().delete_bucket_encryption, Bucket=call.id)
        return
    rules = [given["rule"]] if given.get("rule") else given.get("rules", [])
    rules = [{k: v for k, v in rule.items() if k != "blockedEncryptionTypes"} for rule in rules]
    path = {"rules": "ServerSideEncryptionConfiguration.Rules"}
    call.aws().put_bucket_encryption(
        Bucket=call.id, **parameters(call.aws(), "put_bucket_encryption", {"rules": rules}, path)
    )


def _cors(call: Call, rules: Any) -> None:
    if not rules:
        unless_gone(call.aws().delete_bucket_cors, Bucket=call.id)
        return
    path = {"corsRules": "CORSConfiguration.CORSRules"}
    params = parameters(call.aws(), "put_bucket_cors", {"corsRules": rules}, path)
    call.aws().put_bucket_cors(Bucket=call.id, **params)


def _lifecycle(call: Call, rules: Any) -> None:
    if not rules:
        unless_gone(call.aws().delete_bucket_lifecycle, Bucket=call.id)
        return
    path = {"rules": "LifecycleConfiguration.Rules"}
    params = parameters(
        call.aws(), "put_bucket_lifecycle_configuration", {"rules": [_lifecycle_rule(r) for r in rules]}, path
    )
    call.aws().put_bucket_lifecycle_configuration(Bucket=call.id, **params)


def _lifecycle_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule inside a bucket in the form that a life cycle resource has."""
    prefix, tags = rule.get("prefix") or "", rule.get("tags")
    abort, gone = rule.get("abortIncompleteMultipartUploadDays"), _once(rule, "noncurrentVersionExpiration")
    moves = [{**m, "noncurrentDays": m.get("days")} for m in rule.get("noncurrentVersionTransitions") or []]
    return without_none(
        id=rule.get("id"),
        status="Enabled" if rule["enabled"] else "Disabled",
        filter={"and": {"prefix": prefix, "tags": tags}} if tags else {"prefix": prefix},
        abortIncompleteMultipartUpload={"daysAfterInitiation": abort} if abort else None,
        expiration=_once(rule, "expiration"),
        noncurrentVersionExpiration={"noncurrentDays": gone.get("days")} if gone else None,
        noncurrentVersionTransitions=moves or None,
        transitions=rule.get("transitions"),
    )


def _once(rule: Mapping[str, Any], name: str) -> Any:
    value = rule.get(name) or rule.get(f"{name}s")
    return value[0] if isinstance(value, list) and value else value


def _logging(call: Call, given: Any) -> None:
    status = {}
    if given:
        target = {"TargetBucket": given["targetBucket"], "TargetPrefix": given.get("targetPrefix") or ""}
        status = {"LoggingEnabled": target}
    call.aws().put_bucket_logging(Bucket=call.id, BucketLoggingStatus=status)


def _website(call: Call, given: Any) -> None:
    if not given:
        unless_gone(call.aws().delete_bucket_website, Bucket=call.id)
        return
    error, index = given.get("errorDocument"), given.get("indexDocument")
    redirect, routes = given.get("redirectAllRequestsTo"), given.get("routingRules")
    configuration = without_none(
        ErrorDocument={"Key": error} if error else None,
        IndexDocument={"Suffix": index} if index else None,
        RedirectAllRequestsTo=_redirect(redirect) if redirect else None,
        RoutingRules=json.loads(as_text(routes)) if routes else None,
    )
    call.aws().put_bucket_website(Bucket=call.id, WebsiteConfiguration=configuration)


def _redirect(target: str) -> dict[str, str]:
    scheme, found, host = target.partition("://")
    return {"HostName": host, "Protocol": scheme} if found else {"HostName": target}


def _acceleration(call: Call, status: Any) -> None:
    status = {"Status": status or "Suspended"}
    call.aws().put_bucket_accelerate_configuration(Bucket=call.id, AccelerateConfiguration=status)


def _object_lock(call: Call, given: Any) -> None:
    rule = (given or {}).get("rule") or ((given or {}).get("rules") or [None])[0]
    if rule:
        retention = rule.get("defaultRetention") or (rule.get("defaultRetentions") or [{}])[0]
        wanted = without_none(
            Mode=retention["mode"], Days=retention.get("days"), Years=retention.get("years")
        )
        lock = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": wanted}}
        call.aws().put_object_lock_configuration(Bucket=call.id, ObjectLockConfiguration=lock)


INSIDE: dict[str, Callable[[Call, Any], None]] = {
    "acl": _acl,
    "grants": _grants,
    "policy": _policy,
    "versioning": _versioning,
    "serverSideEncryptionConfiguration": _encryption,
    "corsRules": _cors,
    "lifecycleRules": _lifecycle,
    "logging": _logging,
    "website": _website,
    "accelerationStatus": _acceleration,
    "objectLockConfiguration": _object_lock,
}


def _settle(call: Call) -> None:
    for name, put in INSIDE.items():
        if call.changed(name) or call.changed(PLURALS.get(name, name)):
            put(call, _block(call.inputs, name))


def _read(call: Call) -> dict[str, Any] | None:
    s3, bucket, place = call.aws(), call.id, call.place
    if unless_gone(s3.head_bucket, Bucket=bucket) is None:
        return None
    found: dict[str, Any] = {
        "bucket": bucket,
        "arn": f"arn:{place.partition}:s3:::{bucket}",
        "bucketDomainName": f"{bucket}.s3.{place.dns_suffix}",
        "bucketRegionalDomainName": f"{bucket}.s3.{place.region}.{place.dns_suffix}",
        "bucketRegion": place.region,
        "region": place.region,
        "hostedZoneId": WEBSITE_ZONES.get(place.region, ""),
        "requestPayer": call.get("requestPayer", "BucketOwner"),
        "tags": _tags(call),
    }
    versioning = {
        "enabled": s3.get_bucket_versioning(Bucket=bucket).get("Status") == "Enabled",
        "mfaDelete": False,
    }
    blocks = {"versioning": versioning, "serverSideEncryptionConfiguration": _read_encryption(call)}
    if _block(call.inputs, "policy"):
        found["policy"] = (unless_gone(s3.get_bucket_policy, Bucket=bucket) or {}).get("Policy", "")
    if _block(call.inputs, "website"):
        domain = website_domain(place.region)
        found |= {"websiteDomain": domain, "websiteEndpoint": f"{bucket}.{domain}"}
    for name, value in blocks.items():
        if name in call.type.properties:
            found[name] = value
        else:
            found[PLURALS[name]] = [value]
    return found


def _read_encryption(call: Call) -> dict[str, Any]:
    answer = unless_gone(call.aws().get_bucket_encryption, Bucket=call.id)
    # Since 2023 every bucket is encrypted with S3's own keys unless told otherwise.
    rule: dict[str, Any] = {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}
    if answer is not None:
        there = answer["ServerSideEncryptionConfiguration"]["Rules"][0]
        default = there["ApplyServerSideEncryptionByDefault"]
        by = without_none(sseAlgorithm=default["SSEAlgorithm"], kmsMasterKeyId=default.get("KMSMasterKeyID"))
        rule = {
            "applyServerSideEncryptionByDefault": by,
            "bucketKeyEnabled": there.get("BucketKeyEnabled", False),
        }
    if "serverSideEncryptionConfiguration" in call.type.properties:
        return {"rule": rule}
    return {
        "rules": [
            {**rule, "applyServerSideEncryptionByDefaults": [rule["applyServerSideEncryptionByDefault"]]}
        ]
    }


def _tags(call: Call) -> dict[str, str]:
    answer = unless_gone(call.aws().get_bucket_tagging, Bucket=call.id)
    return {tag["Key"]: tag["Value"] for tag in answer["TagSet"]} if answer else {}


def _put_tags(call: Call, tags: dict[str, str]) -> None:
    call.aws().put_bucket_tagging(Bucket=call.id, Tagging={"TagSet": tag_list({**_tags(call), **tags})})


def _remove_tags(call: Call, gone: list[str]) -> None:
    left = {key: value for key, value in _tags(call).items() if key not in gone}
    if left:
        call.aws().put_bucket_tagging(Bucket=call.id, Tagging={"TagSet": tag_list(left)})
    else:
        call.aws().delete_bucket_tagging(Bucket=call.id)


def _delete(call: Call) -> None:
    if call.get("forceDestroy"):
        unless_gone(empty, client=call.aws(), bucket=call.id)
    try:
        call.aws().delete_bucket(Bucket=call.id)
    except ClientError as error:
        if error.response["Error"]["Code"] != "BucketNotEmpty":
            raise
        raise ValueError(
            f"bucket {call.id} is not empty; set forceDestroy=True to delete it with its objects"
        ) from error


def empty(client: Any, bucket: str) -> None:
    """Delete all versions of all objects of a bucket."""
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for item in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
            client.delete_object(
                Bucket=bucket, Key=item["Key"], VersionId=item["VersionId"], BypassGovernanceRetention=True
            )


def _bucket(token: str) -> Emulated:
    return Emulated(
        token,
        service="s3",
        create=_create,
        read=_read,
        settle=_settle,
        delete=_delete,
        tags=Tagging(at_create=None, put=_put_tags, remove=_remove_tags),
        replace_on=("bucket", "bucketPrefix", "objectLockEnabled"),
        update_on=tuple(INSIDE),
    )


TYPES = (_bucket("aws:s3/bucket:Bucket"), _bucket("aws:s3/bucketV2:BucketV2"))
