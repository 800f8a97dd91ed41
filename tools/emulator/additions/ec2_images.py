"""Machine images.

moto makes a snapshot for each of its 1,300 images whenever an account first uses a Region, which takes most of a second;
gives the same moment to all that have no date, so that the newest is any; and knows few current images besides Amazon's.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import re
from types import SimpleNamespace
from typing import Any

from moto.ec2.models import amis
from moto.ec2.models.amis import Ami, AmiBackend
from moto.utilities.utils import load_resource

from tools.emulator.additions import method
from tools.emulator.additions._image_catalogue import OTHERS, Image, alias_of, amazon_linux

# 20260930 or 2026.09.30; a version such as 2023.12.20260930 is no date.
_DATE = re.compile(r"(?<!\d)(20\d\d)(?:\.(?=\d\d\.\d\d(?!\d))|(?=\d{4}(?!\d)))(\d\d)\.?(\d\d)")
_OLD = dt.datetime(2017, 1, 1, tzinfo=dt.UTC)


class _Published(Ami):  # type: ignore[misc]  # moto is untyped
    """An image that somebody else has published. Its snapshot is a name only."""

    def __init__(self, backend: Any, fields: dict[str, Any]) -> None:
        self.ec2_backend = backend
        self.id = fields["ami_id"]
        self.name, self.owner_id, self.owner_alias = (
            fields["name"],
            fields["owner_id"],
            alias_of(fields["owner_id"]),
        )
        self.architecture, self.platform = fields["architecture"], fields.get("platform")
        self.description = fields.get("description")
        self.root_device_name, self.root_device_type = fields["root_device_name"], fields["root_device_type"]
        self.virtualization_type = fields.get("virtualization_type", "hvm")
        self.hypervisor, self.image_type, self.state = "xen", "machine", fields.get("state", "available")
        self.image_location = fields.get("image_location") or f"amazon/{self.name}"
        self.creation_date = fields.get("creation_date") or _dated(self.name or "")
        self.sriov, self.boot_mode, self.ena_support = "simple", "uefi-preferred", True
        self.platform_details = "Windows" if self.platform == "windows" else "Linux/UNIX"
        self.usage_operation = "RunInstances:0002" if self.platform == "windows" else "RunInstances"
        self.imds_support = "v2.0" if "al2023" in (self.name or "") else None
        self.kernel_id = self.instance_id = None
        self.product_codes = set(fields.get("product_codes") or ())
        self.launch_permissions = [{"Group": "all"}]
        self.ebs_snapshot = SimpleNamespace(id=f"snap-0{hashlib.sha256(self.id.encode()).hexdigest()[:16]}")
        self.size = fields.get("size", 8)

    @property
    def block_device_mappings(self) -> list[dict[str, Any]]:
        ebs = {
            "SnapshotId": self.ebs_snapshot.id,
            "VolumeSize": self.size,
            "DeleteOnTermination": True,
            "VolumeType": "gp3",
            "Encrypted": False,
        }
        return [{"DeviceName": self.root_device_name, "Ebs": ebs}]


def _dated(name: str) -> dt.datetime:
    """When an image was published, as its name says."""
    dates = _DATE.findall(name)
    if not dates:
        return _OLD
    year, month, day = map(int, dates[-1])
    return dt.datetime(year, month, day, tzinfo=dt.UTC)


def _fields(image: Image, region: str) -> dict[str, Any]:
    return {
        "ami_id": image.id_in(region),
        "name": image.name,
        "owner_id": image.owner,
        "architecture": image.architecture,
        "description": image.description,
        "root_device_name": image.root,
        "root_device_type": "ebs",
        "platform": image.platform,
        "size": image.size,
    }


@functools.cache
def _catalogue(region: str) -> tuple[dict[str, Any], ...]:
    """What is published in a Region: moto's lists and our own."""
    found: list[dict[str, Any]] = list(amis.AMIS)
    for path in ("latest_amis", "ecs/optimized_amis"):
        try:
            found += load_resource(f"ec2/resources/{path}/{region}.json")
        except FileNotFoundError:
            continue
    if not any("al2023-ami-2023" in image["name"] for image in found):
        found += [_fields(image, region) for image in amazon_linux()]
    return (*found, *(_fields(image, region) for image in OTHERS))


def install() -> None:
    """Publish the images of a Region when somebody first looks for one."""

    @method(AmiBackend)
    def _load_amis(self: Any) -> None:
        self.__dict__["own_amis"] = None

    def look(self: Any) -> dict[str, Any]:
        if self.__dict__.get("own_amis") is None:
            self.__dict__["own_amis"] = {
                fields["ami_id"]: _Published(self, fields) for fields in _catalogue(self.region_name)
            }
        found: dict[str, Any] = self.__dict__["own_amis"]
        return found

    def put(self: Any, images: dict[str, Any]) -> None:
        self.__dict__["own_amis"] = images

    AmiBackend.amis = property(look, put)
