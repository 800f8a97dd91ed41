"""S3: the settings of a bucket that are resources of their own, under both names that the SDK has for each.

Their id is the bucket's name, followed by `,owner` where `expectedBucketOwner` is given. What moto forgets of a setting
(lifecycle filters by size, blocked encryption types, replication metrics) is remembered from the program.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jmespath

from tools.emulator.emulated import Call, Emulated
from tools.emulator.mapping import from_api, parameters
from tools.emulator.services._common import as_text, nothing, remembered, unless_gone, void


def bucket_of(call: Call) -> str:
    """The bucket that a setting belongs to."""
    return str(call.inputs.get("bucket") or call.state.get("bucket") or call.id.split(",")[0])


def setting_id(call: Call) -> str:
    """The id of a setting: the bucket's name, and the owner where one is given."""
    owner = call.inputs.get("expectedBucketOwner")
    return f"{call.inputs['bucket']},{owner}" if owner else str(call.inputs["bucket"])


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a bucket: the operations that put, get and delete it, and where its properties go."""

    token: str
    put: str
    get: str
    delete: str = ""
    reset: Mapping[str, Any] = field(default_factory=dict)
    """Parameters of `put` that take the setting away, where there is no operation that deletes it."""
    send: Mapping[str, str] = field(default_factory=dict)
    """Property -> path in the parameters of `put`."""
    read: Callable[[Call, Mapping[str, Any]], dict[str, Any] | None] | None = None
    """Properties from the answer of `get`, where `send` does not tell; None: there is no such setting."""
    before: Callable[[Call], Mapping[str, Any]] | None = None
    """More parameters of `put`."""
    also: tuple[str, ...] = ()
    """Further tokens of the same setting."""

    def _put(self, call: Call) -> str:
        client = call.aws()
        kinds = call.type.properties
        given = {name: call.get(name, kinds[name].default) for name in self.send}
        params = parameters(client, self.put, given, self.send)
        more = self.before(call) if self.before is not None else {}
        getattr(client, self.put)(**{**params, **more, "Bucket": call.inputs["bucket"]})
        return setting_id(call)

    def _read(self, call: Call) -> dict[str, Any] | None:
        answer = getattr(call.aws(), self.get)(Bucket=bucket_of(call))
        found = self.read(call, answer) if self.read is not None else self._taken(call, answer)
        if found is None:
            return None
        there = {name: remembered(call.inputs.get(name), value) for name, value in found.items()}
        if "expectedBucketOwner" in call.type.properties and "," in call.id:
            there["expectedBucketOwner"] = call.id.split(",")[1]
        return {"bucket": bucket_of(call), **there}

    def _taken(self, call: Call, answer: Mapping[str, Any]) -> dict[str, Any] | None:
        found = {name: jmespath.search(path, answer) for name, path in self.send.items()}
        kinds = call.type.properties
        taken = {
            name: from_api(kinds[name].type, value) for name, value in found.items() if value is not None
        }
        return taken or None

    def _delete(self, call: Call) -> None:
        if self.delete:
            unless_gone(getattr(call.aws(), self.delete), Bucket=bucket_of(call))
        elif self.reset:
            unless_gone(getattr(call.aws(), self.put), Bucket=bucket_of(call), **self.reset)

    def emulated(self) -> list[Emulated]:
        """The declaration, once for each token."""
        return [
            Emulated(
                token,
                service="s3",
                create=self._put,
                read=self._read,
                update=lambda call: void(self._put(call)),
                delete=self._delete if self.delete or self.reset else nothing,
                replace_on=("bucket", "expectedBucketOwner"),
                update_on=tuple(self.send),
            )
            for token in (self.token, *self.also)
        ]


def _v2(name: str) -> tuple[str, tuple[str, ...]]:
    """The two tokens of a setting: `bucketAcl:BucketAcl` and `bucketAclV2:BucketAclV2`."""
    upper = name[0].upper() + name[1:]
    return f"aws:s3/{name}:{upper}", (f"aws:s3/{name}V2:{upper}V2",)


def setting(name: str, put: str, get: str, **rest: Any) -> Setting:
    """A setting that the SDK has under two names."""
    token, also = _v2(name)
    return Setting(token, put, get, also=also, **rest)


# -- versioning


def _versioning(call: Call) -> Mapping[str, Any]:
    given = call.inputs["versioningConfiguration"]
    status = given.get("status", "Suspended")
    wanted = {"Status": "Suspended" if status == "Disabled" else status}
    if given.get("mfaDelete"):
        wanted["MFADelete"] = given["mfaDelete"]
    return {"VersioningConfiguration": wanted}


def _read_versioning(call: Call, answer: Mapping[str, Any]) -> dict[str, Any] | None:
    status = answer.get("Status")
    if not call.inputs.get("versioningConfiguration") and status is None:
        return None
    given = (call.inputs.get("versioningConfiguration") or {}).get("status")
    if given == "Disabled" and status in (None, "Suspended"):
        status = "Disabled"
    found = {"status": status or "Disabled"}
    if answer.get("MFADelete"):
        found["mfaDelete"] = answer["MFADelete"]
    return {"versioningConfiguration": found}


# -- encryption


def _encryption(call: Call) -> Mapping[str, Any]:
    rules = [
        {k: v for k, v in rule.items() if k != "blockedEncryptionTypes"} for rule in call.inputs["rules"]
    ]
    path = {"rules": "ServerSideEncryptionConfiguration.Rules"}
    return parameters(call.aws(), "put_bucket_encryption", {"rules": rules}, path)


# -- life cycle


def _lifecycle(call: Call) -> Mapping[str, Any]:
    path = {"rules": "LifecycleConfiguration.Rules"}
    params = parameters(
        call.aws(), "put_bucket_lifecycle_configuration", {"rules": call.get("rules", [])}, path
    )
    for rule in params["LifecycleConfiguration"]["Rules"]:
        if not rule.get("Filter") and rule.get("Prefix") is None:
            rule["Filter"] = {"Prefix": ""}
        if rule.get("Filter"):
            rule.pop("Prefix", None)
    return params


def _read_lifecycle(call: Call, answer: Mapping[str, Any]) -> dict[str, Any]:
    rules = from_api(call.type.properties["rules"].type, answer["Rules"])
    for rule, given in zip(rules, call.get("rules", []), strict=False):
        if not given.get("filter") and (rule.get("filter") or {}).get("prefix", "") == "":
            rule.pop("filter", None)
    size = call.get("transitionDefaultMinimumObjectSize", "all_storage_classes_128K")
    return {"rules": rules, "transitionDefaultMinimumObjectSize": size}


# -- website


def _website(call: Call) -> Mapping[str, Any]:
    details = call.get("routingRuleDetails")
    return {} if not details else {"WebsiteConfiguration": _with_details(call, json.loads(as_text(details)))}


def _with_details(call: Call, rules: list[Any]) -> dict[str, Any]:
    names = {"errorDocument": "ErrorDocument", "indexDocument": "IndexDocument"}
    paths = {name: f"WebsiteConfiguration.{api}" for name, api in names.items()}
    given = {name: call.inputs[name] for name in names if call.inputs.get(name)}
    params = parameters(call.aws(), "put_bucket_website", given, paths)
    return {**params.get("WebsiteConfiguration", {}), "RoutingRules": rules}


def website_domain(region: str) -> str:
    """The domain of a Region's website endpoints: the oldest Regions spell it with a dash."""
    dashed = {
        "us-east-1",
        "us-west-1",
        "us-west-2",
        "ap-southeast-1",
        "ap-southeast-2",
        "ap-northeast-1",
        "eu-west-1",
        "sa-east-1",
        "us-gov-west-1",
    }
    return f"s3-website{'-' if region in dashed else '.'}{region}.amazonaws.com"


def _read_website(call: Call, answer: Mapping[str, Any]) -> dict[str, Any]:
    kinds = call.type.properties
    names = {"errorDocument": "ErrorDocument", "indexDocument": "IndexDocument"}
    names |= {"redirectAllRequestsTo": "RedirectAllRequestsTo", "routingRules": "RoutingRules"}
    found = {n: from_api(kinds[n].type, answer[api]) for n, api in names.items() if answer.get(api)}
    domain = website_domain(call.place.region)
    return {**found, "websiteDomain": domain, "websiteEndpoint": f"{bucket_of(call)}.{domain}"}


# -- logging, acceleration, object lock


def _read_logging(call: Call, answer: Mapping[str, Any]) -> dict[str, Any] | None:
    enabled = answer.get("LoggingEnabled")
    if not enabled:
        return None
    found = {"targetBucket": enabled["TargetBucket"], "targetPrefix": enabled.get("TargetPrefix", "")}
    for name in ("targetGrants", "targetObjectKeyFormat"):
        if call.inputs.get(name) is not None:
            found[name] = call.inputs[name]
    return found


def _read_object_lock(call: Call, answer: Mapping[str, Any]) -> dict[str, Any]:
    lock = answer["ObjectLockConfiguration"]
    found: dict[str, Any] = {"objectLockEnabled": lock.get("ObjectLockEnabled", "Enabled")}
    if lock.get("Rule"):
        found["rule"] = from_api(call.type.properties["rule"].type, lock["Rule"])
    return found


_BLOCK = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def _public_access(call: Call) -> Mapping[str, Any]:
    return {
        "PublicAccessBlockConfiguration": {n[0].upper() + n[1:]: bool(call.get(n, False)) for n in _BLOCK}
    }


SETTINGS = (
    setting(
        "bucketVersioning",
        "put_bucket_versioning",
        "get_bucket_versioning",
        before=_versioning,
        read=_read_versioning,
        reset={"VersioningConfiguration": {"Status": "Suspended"}},
    ),
    setting(
        "bucketServerSideEncryptionConfiguration",
        "put_bucket_encryption",
        "get_bucket_encryption",
        delete="delete_bucket_encryption",
        send={"rules": "ServerSideEncryptionConfiguration.Rules"},
        before=_encryption,
    ),
    setting(
        "bucketLifecycleConfiguration",
        "put_bucket_lifecycle_configuration",
        "get_bucket_lifecycle_configuration",
        delete="delete_bucket_lifecycle",
        before=_lifecycle,
        read=_read_lifecycle,
    ),
    setting(
        "bucketLogging",
        "put_bucket_logging",
        "get_bucket_logging",
        reset={"BucketLoggingStatus": {}},
        send={
            "targetBucket": "BucketLoggingStatus.LoggingEnabled.TargetBucket",
            "targetPrefix": "BucketLoggingStatus.LoggingEnabled.TargetPrefix",
            "targetGrants": "BucketLoggingStatus.LoggingEnabled.TargetGrants",
        },
        read=_read_logging,
    ),
    setting(
        "bucketCorsConfiguration",
        "put_bucket_cors",
        "get_bucket_cors",
        delete="delete_bucket_cors",
        send={"corsRules": "CORSConfiguration.CORSRules"},
        read=lambda call, answer: {
            "corsRules": from_api(call.type.properties["corsRules"].type, answer["CORSRules"])
        },
    ),
    setting(
        "bucketWebsiteConfiguration",
        "put_bucket_website",
        "get_bucket_website",
        delete="delete_bucket_website",
        send={
            "errorDocument": "WebsiteConfiguration.ErrorDocument",
            "indexDocument": "WebsiteConfiguration.IndexDocument",
            "redirectAllRequestsTo": "WebsiteConfiguration.RedirectAllRequestsTo",
            "routingRules": "WebsiteConfiguration.RoutingRules",
        },
        before=_website,
        read=_read_website,
    ),
    setting(
        "bucketAccelerateConfiguration",
        "put_bucket_accelerate_configuration",
        "get_bucket_accelerate_configuration",
        reset={"AccelerateConfiguration": {"Status": "Suspended"}},
        send={"status": "AccelerateConfiguration.Status"},
        read=lambda _, answer: {"status": answer["Status"]} if answer.get("Status") else None,
    ),
    setting(
        "bucketRequestPaymentConfiguration",
        "put_bucket_request_payment",
        "get_bucket_request_payment",
        reset={"RequestPaymentConfiguration": {"Payer": "BucketOwner"}},
        send={"payer": "RequestPaymentConfiguration.Payer"},
        read=lambda _, answer: {"payer": answer["Payer"]},
    ),
    setting(
        "bucketObjectLockConfiguration",
        "put_object_lock_configuration",
        "get_object_lock_configuration",
        send={
            "objectLockEnabled": "ObjectLockConfiguration.ObjectLockEnabled",
            "rule": "ObjectLockConfiguration.Rule",
        },
        read=_read_object_lock,
    ),
    Setting(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "put_public_access_block",
        "get_public_access_block",
        delete="delete_public_access_block",
        before=_public_access,
        read=lambda _, answer: {
            name: answer["PublicAccessBlockConfiguration"].get(name[0].upper() + name[1:], False)
            for name in _BLOCK
        },
    ),
    Setting(
        "aws:s3/bucketPolicy:BucketPolicy",
        "put_bucket_policy",
        "get_bucket_policy",
        delete="delete_bucket_policy",
        before=lambda call: {"Policy": as_text(call.inputs["policy"])},
        read=lambda _, answer: {"policy": answer["Policy"]},
    ),
    Setting(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        "put_bucket_ownership_controls",
        "get_bucket_ownership_controls",
        delete="delete_bucket_ownership_controls",
        send={"rule": "OwnershipControls.Rules"},
        read=lambda _, answer: {
            "rule": {"objectOwnership": answer["OwnershipControls"]["Rules"][0]["ObjectOwnership"]}
        },
    ),
    Setting(
        "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
        "put_bucket_replication",
        "get_bucket_replication",
        delete="delete_bucket_replication",
        send={"role": "ReplicationConfiguration.Role", "rules": "ReplicationConfiguration.Rules"},
    ),
)

TYPES = tuple(declared for one in SETTINGS for declared in one.emulated())
