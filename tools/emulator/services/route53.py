"""Route 53: hosted zones, public and private, and their records."""

from __future__ import annotations

from typing import Any

from tools.emulator.emulated import Call, Emulated, Tagging
from tools.emulator.mapping import tag_list
from tools.emulator.services._common import pages, unless_gone, void, without_none

DEFAULT_COMMENT = "Managed by Pulumi"
OWN_TYPES = ("NS", "SOA")
"""Records that Route 53 puts into each zone by itself."""


def _bare(zone_id: Any) -> str:
    return str(zone_id).rsplit("/", 1)[-1]


def _dotted(name: Any) -> str:
    """A domain name as Route 53 shows it: small letters and a dot at the end, an asterisk escaped."""
    return str(name).lower().rstrip(".").replace("*", "\\052", 1) + "."


def _tag_place(call: Call) -> dict[str, str]:
    return {"ResourceType": "hostedzone", "ResourceId": call.id}


def _read_tags(call: Call) -> dict[str, str]:
    answer = call.aws().list_tags_for_resource(**_tag_place(call))
    return {tag["Key"]: tag["Value"] for tag in answer["ResourceTagSet"]["Tags"]}


ZONE_TAGS = Tagging(
    at_create=None,
    put=lambda call, tags: void(
        call.aws().change_tags_for_resource(**_tag_place(call), AddTags=tag_list(tags))
    ),
    remove=lambda call, keys: void(
        call.aws().change_tags_for_resource(**_tag_place(call), RemoveTagKeys=keys)
    ),
    read=_read_tags,
)


def _vpcs(inputs: dict[str, Any], region: str) -> list[dict[str, str]]:
    return [
        {"VPCId": vpc["vpcId"], "VPCRegion": vpc.get("vpcRegion") or region}
        for vpc in inputs.get("vpcs") or []
    ]


def _create_zone(call: Call) -> str:
    vpcs = _vpcs(call.inputs, call.place.region)
    settings = {"Comment": call.get("comment", DEFAULT_COMMENT), "PrivateZone": bool(vpcs)}
    answer = call.aws().create_hosted_zone(
        **without_none(
            Name=call.inputs["name"],
            CallerReference=call.name,
            HostedZoneConfig=settings,
            VPC=vpcs[0] if vpcs else None,
            DelegationSetId=call.get("delegationSetId"),
        )
    )
    zone = _bare(answer["HostedZone"]["Id"])
    for vpc in vpcs[1:]:
        call.aws().associate_vpc_with_hosted_zone(HostedZoneId=zone, VPC=vpc)
    return zone


def _read_zone(call: Call) -> dict[str, Any] | None:
    answer = unless_gone(call.aws().get_hosted_zone, Id=call.id)
    if answer is None:
        return None
    zone = answer["HostedZone"]
    servers = sorted(answer.get("DelegationSet", {}).get("NameServers") or [])
    vpcs = [{"vpcId": vpc["VPCId"], "vpcRegion": vpc["VPCRegion"]} for vpc in answer.get("VPCs") or []]
    return {
        "name": str(zone["Name"]).rstrip("."),
        "zoneId": call.id,
        "comment": zone.get("Config", {}).get("Comment", ""),
        "arn": call.arn("route53", f"hostedzone/{call.id}", region="", account=""),
        "nameServers": servers,
        "primaryNameServer": servers[0] if servers else "",
        "vpcs": vpcs,
    }


def _update_zone(call: Call) -> None:
    client = call.aws()
    if call.changed("comment"):
        client.update_hosted_zone_comment(Id=call.id, Comment=call.get("comment", DEFAULT_COMMENT))
    wanted, before = _vpcs(call.inputs, call.place.region), _vpcs(call.old, call.place.region)
    for vpc in wanted:
        if vpc not in before:
            client.associate_vpc_with_hosted_zone(HostedZoneId=call.id, VPC=vpc)
    for vpc in before:
        if vpc not in wanted:
            client.disassociate_vpc_from_hosted_zone(HostedZoneId=call.id, VPC=vpc)


def _delete_zone(call: Call) -> None:
    if call.get("forceDestroy"):
        for record in _records(call, call.id):
            if record["Type"] not in OWN_TYPES:
                _change(call, call.id, "DELETE", record)
    call.aws().delete_hosted_zone(Id=call.id)


ZONE = Emulated(
    "aws:route53/zone:Zone",
    service="route53",
    create=_create_zone,
    read=_read_zone,
    update=_update_zone,
    delete=_delete_zone,
    tags=ZONE_TAGS,
    replace_on=("name", "delegationSetId"),
    update_on=("comment", "vpcs"),
    unordered=("vpcs",),
)


def _records(call: Call, zone: str) -> list[dict[str, Any]]:
    return pages(call.aws(), "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone)


def _change(call: Call, zone: str, action: str, record: dict[str, Any]) -> None:
    batch = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
    call.aws().change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)


def _zone_name(call: Call, zone: str) -> str:
    return str(call.aws().get_hosted_zone(Id=zone)["HostedZone"]["Name"]).rstrip(".")


def _full_name(call: Call, zone: str) -> str:
    """The record's whole name: what is given may leave the zone's name out."""
    given, inside = str(call.inputs.get("name", "")).lower().rstrip("."), _zone_name(call, zone)
    return given if given == inside or given.endswith(f".{inside}") else f"{given}.{inside}".lstrip(".")


def _routing(call: Call) -> dict[str, Any]:
    """The one routing policy of a record, as the API has it."""
    first = {
        name: (call.get(name) or [None])[0] for name in ("weightedRoutingPolicies", "latencyRoutingPolicies")
    }
    weighted, latency = first["weightedRoutingPolicies"], first["latencyRoutingPolicies"]
    failover = (call.get("failoverRoutingPolicies") or [None])[0]
    place = (call.get("geolocationRoutingPolicies") or [None])[0]
    return without_none(
        Weight=None if weighted is None else weighted.get("weight"),
        Region=None if latency is None else latency.get("region"),
        Failover=None if failover is None else failover.get("type"),
        GeoLocation=None
        if place is None
        else without_none(
            ContinentCode=place.get("continent"),
            CountryCode=place.get("country"),
            SubdivisionCode=place.get("subdivision"),
        ),
        MultiValueAnswer=call.get("multivalueAnswerRoutingPolicy"),
    )


def _wanted(call: Call, zone: str) -> dict[str, Any]:
    alias = (call.get("aliases") or [None])[0]
    target = alias and {
        "HostedZoneId": alias["zoneId"],
        "DNSName": alias["name"],
        "EvaluateTargetHealth": bool(alias.get("evaluateTargetHealth")),
    }
    values = [{"Value": value} for value in call.get("records") or []]
    return without_none(
        Name=_full_name(call, zone),
        Type=call.inputs["type"],
        TTL=None if target else call.get("ttl"),
        ResourceRecords=values or None,
        AliasTarget=target,
        SetIdentifier=call.get("setIdentifier"),
        HealthCheckId=call.get("healthCheckId"),
        **_routing(call),
    )


def _find_record(call: Call, zone: str) -> dict[str, Any] | None:
    if unless_gone(call.aws().get_hosted_zone, Id=zone) is None:
        return None
    name, kind, own = (
        _dotted(_full_name(call, zone)),
        call.inputs.get("type"),
        call.inputs.get("setIdentifier"),
    )
    for record in _records(call, zone):
        same = _dotted(record["Name"].replace("\\052", "*")) == name and record["Type"] == kind
        if same and record.get("SetIdentifier") == own:
            return record
    return None


def _create_record(call: Call) -> str:
    zone = _bare(call.inputs["zoneId"])
    action = "UPSERT" if call.get("allowOverwrite") else "CREATE"
    _change(call, zone, action, _wanted(call, zone))
    parts = [zone, str(call.inputs["name"]).rstrip("."), call.inputs["type"], call.get("setIdentifier")]
    return "_".join(str(part) for part in parts if part is not None)


def _read_record(call: Call) -> dict[str, Any] | None:
    if not call.inputs.get("zoneId"):
        _from_id(call)
    zone = _bare(call.inputs["zoneId"])
    record = _find_record(call, zone)
    if record is None:
        return None
    alias = record.get("AliasTarget")
    found: dict[str, Any] = {
        "zoneId": call.inputs["zoneId"],
        "name": call.inputs["name"],
        "type": record["Type"],
        "fqdn": _full_name(call, zone),
        "setIdentifier": record.get("SetIdentifier"),
        "healthCheckId": record.get("HealthCheckId"),
    }
    if alias:
        target = {"name": alias["DNSName"], "zoneId": alias["HostedZoneId"]}
        found["aliases"] = [{**target, "evaluateTargetHealth": alias["EvaluateTargetHealth"]}]
    else:
        found["records"] = [value["Value"] for value in record.get("ResourceRecords") or []]
        found["ttl"] = record.get("TTL")
    if "Weight" in record:
        found["weightedRoutingPolicies"] = [{"weight": record["Weight"]}]
    return {name: value for name, value in found.items() if value is not None}


def _from_id(call: Call) -> None:
    """An import: the id is `zone_name_type` or `zone_name_type_set`; names may have underscores themselves."""
    zone, _, rest = call.id.partition("_")
    pieces = rest.split("_")
    kinds = [index for index, piece in enumerate(pieces) if piece.isupper() and index > 0]
    if not kinds:
        raise ValueError(f"{call.id!r} is no id of a record; it has the form <zone>_<name>_<type>[_<set>]")
    at = kinds[-1]
    call.inputs |= {"zoneId": zone, "name": "_".join(pieces[:at]), "type": pieces[at]}
    if pieces[at + 1 :]:
        call.inputs["setIdentifier"] = "_".join(pieces[at + 1 :])


def _delete_record(call: Call) -> None:
    zone = _bare(call.inputs["zoneId"])
    record = _find_record(call, zone)
    if record is not None:
        _change(call, zone, "DELETE", record)


RECORD = Emulated(
    "aws:route53/record:Record",
    service="route53",
    create=_create_record,
    read=_read_record,
    update=lambda call: _change(
        call, _bare(call.inputs["zoneId"]), "UPSERT", _wanted(call, _bare(call.inputs["zoneId"]))
    ),
    delete=_delete_record,
    replace_on=("zoneId", "name", "type", "setIdentifier"),
    update_on=("records", "ttl", "aliases", "healthCheckId"),
    unordered=("records",),
    delete_first=True,
)

TYPES = (ZONE, RECORD)
