"""Placement groups, which moto does not know. Nothing is placed anywhere in the embedded AWS."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses.general import General

from tools.emulator.additions import asked, method
from tools.emulator.additions._documents import Document, Kind, tags_of

GROUP = Kind(
    "GroupId", "pg", "InvalidPlacementGroup.Unknown", {"group-name": "GroupName", "strategy": "Strategy"}
)


def _named(backend: Any, name: str) -> Document | None:
    return next((group for group in GROUP.all(backend).values() if group["GroupName"] == name), None)


def install() -> None:
    """Add the operations of placement groups."""

    @method(General)
    def create_placement_group(self: Any) -> ActionResult:
        backend, name = self.ec2_backend, asked(self, "GroupName")
        if _named(backend, name):
            raise EC2ClientError(
                "InvalidPlacementGroup.Duplicate", f"The placement group '{name}' already exists"
            )
        strategy = asked(self, "Strategy", "cluster")
        fields = {
            "GroupName": name,
            "Strategy": strategy,
            "State": "available",
            "PartitionCount": asked(self, "PartitionCount", 2) if strategy == "partition" else None,
            "SpreadLevel": asked(self, "SpreadLevel", "rack") if strategy == "spread" else None,
        }
        group = GROUP.add(backend, fields, tags_of(self, "placement-group"))
        where = f"{backend.partition}:ec2:{backend.region_name}:{backend.account_id}"
        group["GroupArn"] = f"arn:{where}:placement-group/{name}"
        return ActionResult({"PlacementGroup": GROUP.shown(backend, group)})

    @method(General)
    def describe_placement_groups(self: Any) -> ActionResult:
        names = asked(self, "GroupNames", [])
        found = GROUP.described(
            self.ec2_backend, asked(self, "GroupIds", []), self._filters_from_querystring()
        )
        unknown = [name for name in names if name not in [group["GroupName"] for group in found]]
        if unknown:
            raise EC2ClientError(
                "InvalidPlacementGroup.Unknown", f"The placement group '{unknown[0]}' is unknown"
            )
        return ActionResult({"PlacementGroups": [g for g in found if not names or g["GroupName"] in names]})

    @method(General)
    def delete_placement_group(self: Any) -> EmptyResult:
        group = _named(self.ec2_backend, asked(self, "GroupName"))
        if group is None:
            raise EC2ClientError("InvalidPlacementGroup.Unknown", "The placement group is unknown")
        GROUP.remove(self.ec2_backend, group["GroupId"])
        return EmptyResult()
