"""Records that answer by the place of who asks, over the stack: all records of one name and type belong together.

Follows `sources/001...` line 1216; Route 53 Developer Guide, "Geolocation routing": without a default record Route 53
gives no answer to places that no record names, nor to addresses whose place it does not know.
"""

from __future__ import annotations

from collections import defaultdict
from functools import partial

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.rule import MEDIUM, Theme, rule
from policies.pack.verdict import PASS, NotKnownError, Verdict, holds_any, undecided, violation

RECORD = "aws:route53/record:Record"
ZONE = "aws:route53/zone:Zone"
_PLACES = "geolocationRoutingPolicies"

Key = tuple[str, str, str]
"""Zone, name and type; None as a key stands for records of which one of these is not known yet."""


@rule(on=RECORD, severity=MEDIUM, theme=Theme.RESILIENCE)
def route53_geolocation_default(record: Resource, stack: Stack) -> Verdict:
    """Whoever asks from a place that no record names, or from nowhere that is known, gets no answer at all."""
    if not record.each(_PLACES):
        return PASS
    records = stack.once(_alike)
    same = records[_key(record, stack)]
    if same[0] is not record:
        return PASS  # Said once, of the first record of the name.
    if holds_any(*(partial(_is_default, item) for item in same)):
        return PASS
    for other in records.get(None, ()):
        return undecided(f"{other.name}.name")
    remedy = 'Add a record of this name with `geolocation_routing_policies=[{"country": "*"}]`.'
    return violation(_PLACES, "leaves out all other places", remedy)


def _is_default(record: Resource) -> bool:
    return any(place.text("country") == "*" for place in record.each(_PLACES))


def _alike(stack: Stack) -> dict[Key | None, list[Resource]]:
    found: dict[Key | None, list[Resource]] = defaultdict(list)
    for record in stack.by_type(RECORD):
        if not record.known(_PLACES) or record.each(_PLACES):
            try:
                found[_key(record, stack)].append(record)
            except NotKnownError:
                found[None].append(record)
    return found


def _key(record: Resource, stack: Stack) -> Key:
    zones = stack.targets(record, "zoneId", ZONE).sure
    zone = zones[0].urn if zones else record.text("zoneId")
    return zone, record.text("name").lower().rstrip("."), record.text("type")
