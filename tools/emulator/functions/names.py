"""Data sources of Route 53 and ACM: zones and certificates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.functions import DataSource, Refused, Request
from tools.emulator.functions._reading import as_source, has_tags, missing, only, read
from tools.emulator.services._common import pages

ZONE = "aws:route53/zone:Zone"


def _bare(zone_id: Any) -> str:
    return str(zone_id).rsplit("/", 1)[-1]


def _zones(request: Request) -> list[dict[str, Any]]:
    return [dict(zone) for zone in pages(request.aws("route53"), "list_hosted_zones", "HostedZones")]


def _fits(request: Request, zone: Mapping[str, Any]) -> bool:
    args = request.args
    name = str(args.get("name") or "").rstrip(".").lower()
    private = bool(args.get("privateZone") or args.get("vpcId"))
    if name and zone["Name"].rstrip(".").lower() != name:
        return False
    if zone["Config"].get("PrivateZone", False) != private:
        return False
    if args.get("vpcId"):
        there = request.aws("route53").get_hosted_zone(Id=zone["Id"]).get("VPCs", [])
        if args["vpcId"] not in [vpc["VPCId"] for vpc in there]:
            return False
    wanted = args.get("tags")
    return not wanted or has_tags(wanted, _tags(request, _bare(zone["Id"])))


def _tags(request: Request, zone: str) -> dict[str, str]:
    answer = request.aws("route53").list_tags_for_resource(ResourceType="hostedzone", ResourceId=zone)
    return {tag["Key"]: tag["Value"] for tag in answer["ResourceTagSet"]["Tags"]}


def zone(request: Request) -> Mapping[str, Any]:
    """A hosted zone by id, or by name, VPC and tags."""
    args = request.args
    if not any(args.get(name) for name in ("zoneId", "name", "tags", "vpcId")):
        raise Refused(f"{request.token}: give zoneId, name, vpcId or tags", "name")
    if args.get("zoneId"):
        chosen = str(args["zoneId"])
    else:
        matching = [_bare(item["Id"]) for item in _zones(request) if _fits(request, item)]
        chosen = only(request, matching, f"hosted zone {args.get('name') or ''}".strip())
    found = read(request, ZONE, chosen)
    if found is None:
        raise missing(request, f"hosted zone {chosen}")
    item = request.aws("route53").get_hosted_zone(Id=chosen)["HostedZone"]
    more = {
        "zoneId": chosen,
        "name": item["Name"].rstrip("."),
        "callerReference": item["CallerReference"],
        "resourceRecordSetCount": item.get("ResourceRecordSetCount", 2),
        "privateZone": item["Config"].get("PrivateZone", False),
        "linkedServiceDescription": "",
        "linkedServicePrincipal": "",
    }
    return as_source(request, {**found, **more})


def zones(request: Request) -> Mapping[str, Any]:
    """The ids of all hosted zones."""
    return {"ids": [_bare(item["Id"]) for item in _zones(request)]}


def certificate(request: Request) -> Mapping[str, Any]:
    """A certificate by its domain, or by tags."""
    args, acm = request.args, request.aws("acm")
    statuses = args.get("statuses") or ["ISSUED"]
    found = []
    for summary in pages(acm, "list_certificates", "CertificateSummaryList"):
        item = acm.describe_certificate(CertificateArn=summary["CertificateArn"])["Certificate"]
        if args.get("domain") not in (None, item["DomainName"]) or item["Status"] not in statuses:
            continue
        if args.get("types") and item["Type"] not in args["types"]:
            continue
        listed = acm.list_tags_for_certificate(CertificateArn=item["CertificateArn"])["Tags"]
        tags = {tag["Key"]: tag.get("Value", "") for tag in listed}
        if has_tags(args.get("tags"), tags):
            found.append((item, tags))
    if args.get("mostRecent") and found:
        found = [max(found, key=lambda pair: pair[0].get("NotBefore") or pair[0]["CreatedAt"])]
    item, tags = only(request, found, f"ACM certificate of {args.get('domain') or args.get('tags')}")
    return {
        "id": item["CertificateArn"],
        "arn": item["CertificateArn"],
        "status": item["Status"],
        "tags": tags,
    }


FUNCTIONS: Mapping[str, DataSource] = {
    "aws:route53/getZone:getZone": zone,
    "aws:route53/getZones:getZones": zones,
    "aws:acm/getCertificate:getCertificate": certificate,
}
