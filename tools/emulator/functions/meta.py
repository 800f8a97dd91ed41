"""Data sources about where one is: account, Region, partition, availability zones."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import botocore.session

from tools.emulator.functions import DataSource, Request


def caller_identity(request: Request) -> Mapping[str, Any]:
    """Who the provider is: the embedded administrator of the account."""
    account, partition = request.place.account, request.place.partition
    return {
        "accountId": account,
        "arn": f"arn:{partition}:iam::{account}:user/embedded",
        "userId": "AIDAEMBEDDEDEXAMPLE00",
        "id": account,
    }


def region(request: Request) -> Mapping[str, Any]:
    """The Region's name, endpoint and description."""
    name = str(request.args.get("region") or request.args.get("name") or request.place.region)
    place = type(request.place)(request.place.account, name)
    return {
        "name": name,
        "region": name,
        "id": name,
        "endpoint": f"ec2.{name}.{place.dns_suffix}",
        "description": region_descriptions().get(name, name),
    }


@functools.cache
def region_descriptions() -> dict[str, str]:
    """Region -> its name for people, from botocore's table."""
    loader = botocore.session.get_session().get_component("data_loader")
    found: dict[str, str] = {}
    for partition in loader.load_data("partitions")["partitions"]:
        for name, fields in partition["regions"].items():
            found[name] = fields.get("description", name)
    return found


def partition(request: Request) -> Mapping[str, Any]:
    """The partition of the provider's Region."""
    name, suffix = request.place.partition, request.place.dns_suffix
    reverse = ".".join(reversed(suffix.split(".")))
    return {"partition": name, "dnsSuffix": suffix, "reverseDnsPrefix": reverse, "id": name}


def availability_zones(request: Request) -> Mapping[str, Any]:
    """The zones of the Region, filtered as asked. Local zones are not part of the embedded AWS."""
    zones = request.aws("ec2").describe_availability_zones()["AvailabilityZones"]
    excluded_names = set(request.args.get("excludeNames") or [])
    excluded_ids = set(request.args.get("excludeZoneIds") or [])
    kept = [z for z in zones if z["ZoneName"] not in excluded_names and z["ZoneId"] not in excluded_ids]
    for wanted in request.args.get("filters") or []:
        field = _ZONE_FIELDS.get(wanted["name"])
        if field:
            kept = [zone for zone in kept if zone.get(field) in wanted["values"]]
    state = request.args.get("state")
    kept = [zone for zone in kept if state in (None, zone.get("State"))]
    kept.sort(key=lambda zone: str(zone["ZoneName"]))
    return {
        "names": [zone["ZoneName"] for zone in kept],
        "zoneIds": [zone["ZoneId"] for zone in kept],
        "groupNames": sorted({zone.get("GroupName") or request.place.region for zone in kept}),
        "id": request.place.region,
    }


_ZONE_FIELDS = {
    "zone-name": "ZoneName",
    "zone-id": "ZoneId",
    "state": "State",
    "zone-type": "ZoneType",
    "region-name": "RegionName",
    "group-name": "GroupName",
}

FUNCTIONS: Mapping[str, DataSource] = {
    "aws:index/getCallerIdentity:getCallerIdentity": caller_identity,
    "aws:index/getRegion:getRegion": region,
    "aws:index/getPartition:getPartition": partition,
    "aws:index/getAvailabilityZones:getAvailabilityZones": availability_zones,
}
