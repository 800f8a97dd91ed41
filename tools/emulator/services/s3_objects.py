"""S3: objects, from text, base64 text, files and archives."""

from __future__ import annotations

import base64
from typing import Any

from tools.emulator.emulated import Call, Emulated, Tagging
from tools.emulator.mapping import tag_list
from tools.emulator.services._assets import content
from tools.emulator.services._common import Parts, keep, same_tail, unless_gone, void, without_none
from tools.emulator.values import Asset

_ID = Parts(("bucket", "key"), by="/")
_HEADERS = {
    "cacheControl": "CacheControl",
    "contentDisposition": "ContentDisposition",
    "contentEncoding": "ContentEncoding",
    "contentLanguage": "ContentLanguage",
    "contentType": "ContentType",
    "kmsKeyId": "SSEKMSKeyId",
    "metadata": "Metadata",
    "objectLockLegalHoldStatus": "ObjectLockLegalHoldStatus",
    "objectLockMode": "ObjectLockMode",
    "objectLockRetainUntilDate": "ObjectLockRetainUntilDate",
    "serverSideEncryption": "ServerSideEncryption",
    "storageClass": "StorageClass",
    "websiteRedirect": "WebsiteRedirectLocation",
    "acl": "ACL",
}
_READ = {name: api for name, api in _HEADERS.items() if name not in ("acl", "websiteRedirect")}
DEFAULT_TYPE = "application/octet-stream"


def _body(call: Call) -> bytes:
    source = call.get("source")
    if isinstance(source, Asset):
        return content(source)
    if call.get("contentBase64") is not None:
        return base64.b64decode(call.inputs["contentBase64"])
    return str(call.get("content", "")).encode()


def _where(call: Call) -> dict[str, str]:
    known = _ID.of(call)
    return {"Bucket": known["bucket"], "Key": known["key"].lstrip("/")}


def _put(call: Call) -> str:
    params = {api: call.inputs[name] for name, api in _HEADERS.items() if call.inputs.get(name) is not None}
    if params.get("SSEKMSKeyId"):
        params["ServerSideEncryption"] = params.get("ServerSideEncryption", "aws:kms")
    params.setdefault("ContentType", DEFAULT_TYPE)
    call.aws().put_object(**_where(call), **params, Body=_body(call))
    return _ID.join(call)


def _read(call: Call) -> dict[str, Any] | None:
    call.id = call.id.removeprefix("s3://")
    where = _where(call)
    head = unless_gone(call.aws().head_object, **where)
    if head is None:
        return None
    found: dict[str, Any] = {name: head[api] for name, api in _READ.items() if head.get(api) is not None}
    if found.get("kmsKeyId"):
        found["kmsKeyId"] = keep(call, "kmsKeyId", found["kmsKeyId"], same_tail)
    given = _ID.of(call)
    return {
        "storageClass": "STANDARD",
        "serverSideEncryption": "AES256",
        **found,
        **given,
        "arn": f"arn:{call.place.partition}:s3:::{where['Bucket']}/{where['Key']}",
        "etag": call.inputs.get("etag") or head["ETag"].strip('"'),
        "versionId": head.get("VersionId", ""),
    }


def _delete(call: Call) -> None:
    s3, where = call.aws(), _where(call)
    if not call.state.get("versionId") or call.state["versionId"] == "null":
        s3.delete_object(**where)
        return
    for page in s3.get_paginator("list_object_versions").paginate(
        Bucket=where["Bucket"], Prefix=where["Key"]
    ):
        for item in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
            if item["Key"] == where["Key"]:
                bypass = without_none(BypassGovernanceRetention=call.get("forceDestroy"))
                s3.delete_object(**where, VersionId=item["VersionId"], **bypass)


def _read_tags(call: Call) -> dict[str, str]:
    found = unless_gone(call.aws().get_object_tagging, **_where(call)) or {"TagSet": []}
    return {tag["Key"]: tag["Value"] for tag in found["TagSet"]}


def _put_tags(call: Call, _: Any) -> None:
    call.aws().put_object_tagging(**_where(call), Tagging={"TagSet": tag_list(call.tags)})


TAGS = Tagging(at_create=None, put=_put_tags, remove=_put_tags, read=_read_tags)


def _update(call: Call) -> None:
    names = [name for name in call.type.inputs if name not in ("tags", "tagsAll", "forceDestroy")]
    if call.changed(*names):
        # A new version has no tags of the old one.
        _put(call)
        if call.tags:
            _put_tags(call, call.tags)


def _object(token: str) -> Emulated:
    return Emulated(
        token,
        service="s3",
        create=_put,
        read=_read,
        update=_update,
        delete=_delete,
        tags=TAGS,
        replace_on=("bucket", "key"),
        update_on=tuple(_HEADERS),
    )


def _copy(call: Call) -> str:
    names = {name: api for name, api in _HEADERS.items() if name not in ("acl", "metadata")}
    params = {api: call.inputs[name] for name, api in names.items() if call.inputs.get(name) is not None}
    call.aws().copy_object(**_where(call), **params, CopySource=call.inputs["source"])
    return _ID.join(call)


COPY = Emulated(
    "aws:s3/objectCopy:ObjectCopy",
    service="s3",
    create=_copy,
    read=_read,
    update=lambda call: void(_copy(call)),
    delete=_delete,
    tags=TAGS,
    replace_on=("bucket", "key"),
)

TYPES = (_object("aws:s3/bucketObject:BucketObject"), _object("aws:s3/bucketObjectv2:BucketObjectv2"), COPY)
