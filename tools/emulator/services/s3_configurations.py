"""S3: settings of which a bucket can have several, each by a name: tiers, analytics, metrics, inventories.

Their id is `bucket:name`, which is also what an import takes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tools.emulator.emulated import Call, Emulated
from tools.emulator.mapping import tag_list
from tools.emulator.services._common import Parts, remembered, void, without_none

_ID = Parts(("bucket", "name"))


def to_filter(block: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Prefix and tags as S3 wants them: one alone by itself, several under `And`."""
    if not block:
        return None
    prefix, tags, point = block.get("prefix"), tag_list(block.get("tags") or {}), block.get("accessPoint")
    if len(tags) + bool(prefix) + bool(point) > 1:
        return {"And": without_none(Prefix=prefix, Tags=tags or None, AccessPointArn=point)}
    return without_none(Prefix=prefix, Tag=tags[0] if tags else None, AccessPointArn=point)


def from_filter(found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The block of a filter."""
    if not found:
        return None
    both = found.get("And") or found
    tags = both.get("Tags") or ([both["Tag"]] if both.get("Tag") else [])
    return without_none(
        prefix=both.get("Prefix"),
        tags={tag["Key"]: tag["Value"] for tag in tags} or None,
        accessPoint=both.get("AccessPointArn"),
    )


@dataclass(frozen=True, slots=True)
class Named:
    """One kind of named setting: `put_bucket_KIND_configuration` and its like, and the API's name of the document."""

    token: str
    kind: str
    document: str
    to_api: Callable[[Call], dict[str, Any]]
    from_api: Callable[[Call, Mapping[str, Any]], dict[str, Any]]

    def _put(self, call: Call) -> str:
        name = str(call.inputs["name"])
        body = {"Id": name, **self.to_api(call)}
        operation = getattr(call.aws(), f"put_bucket_{self.kind}_configuration")
        operation(Bucket=call.inputs["bucket"], Id=name, **{self.document: body})
        return _ID.join(call)

    def _read(self, call: Call) -> dict[str, Any]:
        known = _ID.of(call)
        operation = getattr(call.aws(), f"get_bucket_{self.kind}_configuration")
        found = self.from_api(call, operation(Bucket=known["bucket"], Id=known["name"])[self.document])
        there = {
            name: remembered(call.inputs.get(name), value)
            for name, value in found.items()
            if value is not None
        }
        return {**known, **there}

    def _delete(self, call: Call) -> None:
        known = _ID.of(call)
        operation = getattr(call.aws(), f"delete_bucket_{self.kind}_configuration")
        operation(Bucket=known["bucket"], Id=known["name"])

    def emulated(self) -> Emulated:
        """The declaration."""
        return Emulated(
            self.token,
            service="s3",
            create=self._put,
            read=self._read,
            update=lambda call: void(self._put(call)),
            delete=self._delete,
            replace_on=_ID.names,
        )


def _tiers(call: Call) -> dict[str, Any]:
    tiers = [{"AccessTier": tier["accessTier"], "Days": tier["days"]} for tier in call.inputs["tierings"]]
    return without_none(
        Status=call.get("status", "Enabled"), Tierings=tiers, Filter=to_filter(call.get("filter"))
    )


def _read_tiers(_: Call, item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "status": item["Status"],
        "tierings": [{"accessTier": tier["AccessTier"], "days": tier["Days"]} for tier in item["Tierings"]],
        "filter": from_filter(item.get("Filter")),
    }


def _metrics(call: Call) -> dict[str, Any]:
    return without_none(Filter=to_filter(call.get("filter")))


def _export(call: Call) -> dict[str, Any]:
    export = (call.get("storageClassAnalysis") or {}).get("dataExport")
    if not export:
        return {}
    target = export["destination"]["s3BucketDestination"]
    place = without_none(
        Bucket=target["bucketArn"],
        Format=target.get("format") or "CSV",
        BucketAccountId=target.get("bucketAccountId"),
        Prefix=target.get("prefix"),
    )
    version = export.get("outputSchemaVersion") or "V_1"
    return {"DataExport": {"OutputSchemaVersion": version, "Destination": {"S3BucketDestination": place}}}


def _analytics(call: Call) -> dict[str, Any]:
    return without_none(StorageClassAnalysis=_export(call), Filter=to_filter(call.get("filter")))


def _read_analytics(call: Call, item: Mapping[str, Any]) -> dict[str, Any]:
    exported = (item.get("StorageClassAnalysis") or {}).get("DataExport")
    analysis = call.get("storageClassAnalysis", {}) if exported else None
    return {"filter": from_filter(item.get("Filter")), "storageClassAnalysis": analysis}


def _inventory(call: Call) -> dict[str, Any]:
    target = call.inputs["destination"]["bucket"]
    encryption = target.get("encryption") or {}
    sealed = {"SSEKMS": {"KeyId": encryption["sseKms"]["keyId"]}} if encryption.get("sseKms") else None
    if sealed is None and encryption.get("sseS3") is not None:
        sealed = {"SSES3": {}}
    place = without_none(
        Bucket=target["bucketArn"],
        Format=target["format"],
        AccountId=target.get("accountId"),
        Prefix=target.get("prefix"),
        Encryption=sealed,
    )
    return without_none(
        Destination={"S3BucketDestination": place},
        IsEnabled=call.get("enabled", True),
        Filter=to_filter(call.get("filter")),
        IncludedObjectVersions=call.inputs["includedObjectVersions"],
        OptionalFields=call.get("optionalFields"),
        Schedule={"Frequency": call.inputs["schedule"]["frequency"]},
    )


def _read_inventory(_: Call, item: Mapping[str, Any]) -> dict[str, Any]:
    place = item["Destination"]["S3BucketDestination"]
    bucket = without_none(
        bucketArn=place["Bucket"],
        format=place["Format"],
        accountId=place.get("AccountId"),
        prefix=place.get("Prefix") or None,
    )
    return {
        "destination": {"bucket": bucket},
        "enabled": str(item["IsEnabled"]).lower() == "true",
        "filter": from_filter(item.get("Filter")),
        "includedObjectVersions": item["IncludedObjectVersions"],
        "optionalFields": list(item.get("OptionalFields") or []),
        "schedule": {"frequency": item["Schedule"]["Frequency"]},
    }


NAMED = (
    Named(
        "aws:s3/bucketIntelligentTieringConfiguration:BucketIntelligentTieringConfiguration",
        "intelligent_tiering",
        "IntelligentTieringConfiguration",
        _tiers,
        _read_tiers,
    ),
    Named(
        "aws:s3/bucketMetric:BucketMetric",
        "metrics",
        "MetricsConfiguration",
        _metrics,
        lambda _, item: {"filter": from_filter(item.get("Filter"))},
    ),
    Named(
        "aws:s3/analyticsConfiguration:AnalyticsConfiguration",
        "analytics",
        "AnalyticsConfiguration",
        _analytics,
        _read_analytics,
    ),
    Named("aws:s3/inventory:Inventory", "inventory", "InventoryConfiguration", _inventory, _read_inventory),
)

TYPES = tuple(one.emulated() for one in NAMED)
