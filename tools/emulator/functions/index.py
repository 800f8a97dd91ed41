"""Data sources about AWS itself: Regions, services, ARNs, default tags, the account that bills write with."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import boto3

from tools.emulator.accounts import partition_of
from tools.emulator.functions import DataSource, Refused, Request
from tools.emulator.functions._reading import needed

BILLING_ACCOUNT = "386209384616"
"""AWS's own account that writes billing reports into buckets, in every Region of the partition `aws`."""


def arn_parts(text: str) -> list[str]:
    """The six parts of an ARN. Raises ValueError where it is none."""
    parts = text.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn" or not parts[1] or not parts[2] or not parts[5]:
        raise ValueError(f"{text!r} is no ARN; it has the form arn:partition:service:region:account:resource")
    return parts


def _parsed(request: Request) -> list[str]:
    try:
        return arn_parts(needed(request, "arn"))
    except ValueError as error:
        raise Refused(f"{request.token}: arn: {error}", "arn") from error


def arn(request: Request) -> Mapping[str, Any]:
    """The parts of an ARN."""
    _, partition, service, region, account, resource = _parsed(request)
    text = request.args["arn"]
    return {
        "id": text,
        "partition": partition,
        "service": service,
        "region": region,
        "account": account,
        "accountId": account,
        "resource": resource,
    }


def arn_parse(request: Request) -> Mapping[str, Any]:
    """The parts of an ARN, as the provider's function names them."""
    return {name: value for name, value in arn(request).items() if name not in ("id", "account")}


def regions(request: Request) -> Mapping[str, Any]:
    """The Regions of the partition: those that are switched on, or all of them."""
    partition = request.place.partition
    everywhere = bool(request.args.get("allRegions"))
    found = request.aws("ec2").describe_regions(AllRegions=True)["Regions"]
    names = []
    for region in found:
        status = region.get("OptInStatus", "opt-in-not-required")
        if (everywhere or status != "not-opted-in") and partition_of(region["RegionName"])[0] == partition:
            fields = {
                "region-name": region["RegionName"],
                "opt-in-status": status,
                "endpoint": region["Endpoint"],
            }
            wanted = request.args.get("filters") or []
            if all(fields.get(item["name"]) in item["values"] for item in wanted):
                names.append(region["RegionName"])
    return {"id": partition, "names": sorted(names), "allRegions": request.args.get("allRegions")}


def service(request: Request) -> Mapping[str, Any]:
    """A service in a Region, by its id, its DNS name or its reverse DNS name."""
    args = request.args
    suffix = request.place.dns_suffix
    if args.get("reverseDnsName"):
        *prefix, region, name = str(args["reverseDnsName"]).split(".")
        prefix_text = ".".join(prefix)
    elif args.get("dnsName"):
        name, region, *rest = str(args["dnsName"]).split(".")
        prefix_text = ".".join(reversed(rest))
    else:
        name, region = needed(request, "serviceId"), request.place.region
        prefix_text = str(args.get("reverseDnsPrefix") or ".".join(reversed(suffix.split("."))))
    region = str(args.get("region") or region)
    reverse = f"{prefix_text}.{region}.{name}"
    return {
        "id": reverse,
        "reverseDnsName": reverse,
        "reverseDnsPrefix": prefix_text,
        "dnsName": ".".join(reversed(reverse.split("."))),
        "serviceId": name,
        "region": region,
        "partition": partition_of(region)[0],
        "supported": name in _services() and region in _regions_of(name),
    }


@functools.cache
def _services() -> frozenset[str]:
    return frozenset(boto3.session.Session().get_available_services())


@functools.cache
def _regions_of(name: str) -> frozenset[str]:
    session = boto3.session.Session()
    found = {
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions(name, partition_name=partition)
    }
    # Global services have no Regions of their own: they can be used from each.
    return frozenset(found or session.get_available_regions("ec2"))


# Services whose principal has the partition's own suffix in China ("AWS service principals").
_CHINESE = {
    "aws-cn": {"codedeploy", "elasticmapreduce", "logs"},
    "aws-iso": {"cloudhsm", "config", "logs", "workspaces"},
    "aws-iso-b": {"dms", "logs"},
}


def service_principal(request: Request) -> Mapping[str, Any]:
    """The principal that policies name a service with."""
    name = needed(request, "serviceName")
    region = str(request.args.get("region") or request.place.region)
    partition, suffix = partition_of(region)
    if name not in _CHINESE.get(partition, ()):
        suffix = "amazonaws.com"
    principal = f"{name}.{suffix}"
    return {"id": f"{name}.{region}.{suffix}", "name": principal, "suffix": suffix, "region": region}


def default_tags(request: Request) -> Mapping[str, Any]:
    """The provider's default tags."""
    return {"id": request.place.partition, "tags": dict(request.default_tags)}


def billing_service_account(_: Request) -> Mapping[str, Any]:
    """The account that AWS writes billing reports with."""
    return {"id": BILLING_ACCOUNT, "arn": f"arn:aws:iam::{BILLING_ACCOUNT}:root"}


def ip_ranges(request: Request) -> Mapping[str, Any]:
    """AWS's address ranges are a file on the internet, which the embedded AWS never reaches."""
    raise Refused(
        f"{request.token}: AWS's address ranges are published on the internet (ip-ranges.json) and the embedded AWS"
        " reaches no network; give the ranges as configuration, or use managed prefix lists"
    )


FUNCTIONS: Mapping[str, DataSource] = {
    "aws:index/getArn:getArn": arn,
    "aws:index/arnParse:arnParse": arn_parse,
    "aws:index/getRegions:getRegions": regions,
    "aws:index/getService:getService": service,
    "aws:index/getServicePrincipal:getServicePrincipal": service_principal,
    "aws:index/getDefaultTags:getDefaultTags": default_tags,
    "aws:index/getBillingServiceAccount:getBillingServiceAccount": billing_service_account,
    "aws:index/getIpRanges:getIpRanges": ip_ranges,
}
