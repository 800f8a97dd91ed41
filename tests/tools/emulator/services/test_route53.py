"""Hosted zones and records: names, aliases, routing, and what a zone keeps by itself."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.tools.emulator.services.world import Live, World, lifecycle

ZONE = "aws:route53/zone:Zone"
RECORD = "aws:route53/record:Record"


def zone_of(world: World, **more: Any) -> Live:
    return world.create(ZONE, name="example.com", comment="ours", **more)


def test_zone_from_creation_to_deletion(world: World) -> None:
    zone = zone_of(world, tags={"a": "b"})
    assert zone.outputs["zoneId"] == zone.id
    assert zone.outputs["arn"] == f"arn:aws:route53:::hostedzone/{zone.id}"
    assert len(zone.outputs["nameServers"]) == 4
    assert zone.outputs["primaryNameServer"] in zone.outputs["nameServers"]
    zone.update(comment="theirs", tags={"c": "d"})
    assert zone.outputs["comment"] == "theirs"
    assert zone.outputs["tags"] == {"c": "d"}
    lifecycle(zone)


def test_record_from_creation_to_deletion(world: World) -> None:
    zone = zone_of(world)
    record = world.create(
        RECORD, zoneId=zone.id, name="www.example.com", type="A", ttl=60, records=["192.0.2.1"]
    )
    assert record.id == f"{zone.id}_www.example.com_A"
    assert record.outputs["fqdn"] == "www.example.com"
    record.update(records=["192.0.2.2"], ttl=300)
    sets = world.client("route53").list_resource_record_sets(HostedZoneId=zone.id)["ResourceRecordSets"]
    (there,) = [one for one in sets if one["Type"] == "A"]
    assert (there["TTL"], there["ResourceRecords"]) == (300, [{"Value": "192.0.2.2"}])
    lifecycle(record)


def test_alias_wildcard_and_short_names(world: World) -> None:
    zone = zone_of(world)
    alias = [{"name": "lb.example.net", "zoneId": "Z35SXDOTRQ7X7K", "evaluateTargetHealth": True}]
    wild = world.create(RECORD, zoneId=zone.id, name="*.example.com", type="A", aliases=alias)
    short = world.create(RECORD, zoneId=zone.id, name="api", type="AAAA", aliases=alias)
    assert short.outputs["fqdn"] == "api.example.com"
    lifecycle(wild)
    lifecycle(short)


def test_weighted_records_of_one_name_live_side_by_side(world: World) -> None:
    zone = zone_of(world)
    both = [
        world.create(
            RECORD,
            zoneId=zone.id,
            name="www.example.com",
            type="CNAME",
            ttl=60,
            records=[f"{name}.example.com"],
            setIdentifier=name,
            weightedRoutingPolicies=[{"weight": weight}],
        )
        for name, weight in (("blue", 90), ("green", 10))
    ]
    assert [one.outputs["weightedRoutingPolicies"] for one in both] == [[{"weight": 90}], [{"weight": 10}]]
    for one in both:
        lifecycle(one)


def test_a_record_that_is_there_is_overwritten_only_when_allowed(world: World) -> None:
    zone = zone_of(world)
    same: dict[str, Any] = {
        "zoneId": zone.id,
        "name": "a.example.com",
        "type": "TXT",
        "ttl": 5,
        "records": ["x"],
    }
    world.create(RECORD, **same)
    with pytest.raises(ClientError, match="already exists"):
        world.create(RECORD, **same)
    world.create(RECORD, **same, allowOverwrite=True)


def test_a_zone_with_records_goes_only_by_force(world: World) -> None:
    zone = zone_of(world, forceDestroy=True)
    world.create(RECORD, zoneId=zone.id, name="a.example.com", type="TXT", ttl=5, records=["x"])
    lifecycle(zone)


def test_record_is_imported_by_its_id(world: World) -> None:
    zone = zone_of(world)
    made = world.create(RECORD, zoneId=zone.id, name="_x.example.com", type="CNAME", ttl=60, records=["y."])
    _, inputs = world.imported(RECORD, made.id)
    assert inputs == {
        "zoneId": zone.id,
        "name": "_x.example.com",
        "type": "CNAME",
        "ttl": 60,
        "records": ["y."],
    }
