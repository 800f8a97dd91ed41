"""Data sources of S3: buckets, their policies, objects, and the account's canonical user."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from tools.emulator.functions import DataSource, Request
from tools.emulator.functions._reading import as_source, missing, needed, read
from tools.emulator.services._common import pages, unless_gone
from tools.emulator.services.s3_settings import website_domain


def bucket(request: Request) -> Mapping[str, Any]:
    """A bucket."""
    name = needed(request, "bucket")
    found = read(request, "aws:s3/bucket:Bucket", name)
    if found is None:
        raise missing(request, f"S3 bucket {name}")
    domain = website_domain(request.place.region)
    return as_source(request, {**found, "websiteDomain": domain, "websiteEndpoint": f"{name}.{domain}"})


def bucket_policy(request: Request) -> Mapping[str, Any]:
    """The policy of a bucket."""
    name = needed(request, "bucket")
    answer = unless_gone(request.aws("s3").get_bucket_policy, Bucket=name)
    if answer is None:
        raise missing(request, f"policy of an S3 bucket {name}")
    return {"id": name, "policy": answer["Policy"]}


OWNER = "75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a"
"""The canonical user that moto has for every account: the owner in all access control lists."""


def canonical_user_id(_: Request) -> Mapping[str, Any]:
    """The canonical user that owns the account's buckets."""
    return {"id": OWNER, "displayName": ""}


_TEXT = (
    "text/",
    "application/json",
    "application/ld+json",
    "application/xml",
    "application/yaml",
    "application/x-yaml",
)
_HEAD = {
    "cacheControl": "CacheControl",
    "contentDisposition": "ContentDisposition",
    "contentEncoding": "ContentEncoding",
    "contentLanguage": "ContentLanguage",
    "contentLength": "ContentLength",
    "contentType": "ContentType",
    "metadata": "Metadata",
    "serverSideEncryption": "ServerSideEncryption",
    "sseKmsKeyId": "SSEKMSKeyId",
    "storageClass": "StorageClass",
    "versionId": "VersionId",
    "websiteRedirectLocation": "WebsiteRedirectLocation",
}


def object_(request: Request) -> Mapping[str, Any]:
    """An object; its content too, where the content type says that it is text."""
    name, key = needed(request, "bucket"), needed(request, "key")
    where = {"Bucket": name, "Key": key.lstrip("/")}
    version = {"VersionId": request.args["versionId"]} if request.args.get("versionId") else {}
    answer = unless_gone(request.aws("s3").get_object, **where, **version)
    if answer is None:
        raise missing(request, f"S3 object {name}/{key}")
    body = answer["Body"].read()
    found: dict[str, Any] = {
        name_: answer[api] for name_, api in _HEAD.items() if answer.get(api) is not None
    }
    tags = request.aws("s3").get_object_tagging(**where)["TagSet"]
    found |= {
        "id": f"{name}/{key}",
        "arn": f"arn:{request.place.partition}:s3:::{name}/{key}",
        "etag": answer["ETag"].strip('"'),
        "lastModified": answer["LastModified"].strftime("%a, %d %b %Y %H:%M:%S GMT"),
        "storageClass": answer.get("StorageClass", "STANDARD"),
        "tags": {tag["Key"]: tag["Value"] for tag in tags},
    }
    if str(answer.get("ContentType", "")).startswith(_TEXT):
        found["body"] = body.decode("utf-8", errors="replace")
    if request.args.get("downloadBody"):
        found["bodyBase64"] = base64.b64encode(body).decode()
    return found


def objects(request: Request) -> Mapping[str, Any]:
    """The keys of a bucket below a prefix."""
    name, args = needed(request, "bucket"), request.args
    params = {"Bucket": name, "Prefix": args.get("prefix") or "", "Delimiter": args.get("delimiter") or ""}
    found = pages(request.aws("s3"), "list_objects_v2", "Contents", **params)
    prefixes = pages(request.aws("s3"), "list_objects_v2", "CommonPrefixes", **params)
    limit = int(args.get("maxKeys") or 1000)
    return {
        "id": name,
        "keys": [item["Key"] for item in found][:limit],
        "commonPrefixes": [item["Prefix"] for item in prefixes],
        "owners": [],
        "requestCharged": "",
    }


def account_public_access_block(request: Request) -> Mapping[str, Any]:
    """The public access block of the account."""
    account = str(request.args.get("accountId") or request.place.account)
    found = read(request, "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", account)
    if found is None:
        raise missing(request, f"public access block of account {account}")
    return as_source(request, found)


FUNCTIONS: Mapping[str, DataSource] = {
    "aws:s3/getBucket:getBucket": bucket,
    "aws:s3/getBucketPolicy:getBucketPolicy": bucket_policy,
    "aws:s3/getCanonicalUserId:getCanonicalUserId": canonical_user_id,
    "aws:s3/getObject:getObject": object_,
    "aws:s3/getBucketObject:getBucketObject": object_,
    "aws:s3/getObjects:getObjects": objects,
    "aws:s3/getBucketObjects:getBucketObjects": objects,
    "aws:s3/getAccountPublicAccessBlock:getAccountPublicAccessBlock": account_public_access_block,
}
