"""Rules that make SigV2 visible: a trail with S3 data events, whose records name the signature version.

CloudTrail writes `additionalEventData.SignatureVersion` (`SigV2`, `SigV4`) into S3 data events only (S3 User Guide,
"Identifying Amazon S3 Signature Version 2 requests by using CloudTrail").
"""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Part, Resource
from policies.pack.rule import LOW, MEDIUM, Theme, rule
from policies.pack.verdict import PASS, NotKnownError, Verdict, undecided, violation

TRAIL = "aws:cloudtrail/trail:Trail"
STORE = "aws:cloudtrail/eventDataStore:EventDataStore"
QUERIES = (
    ("aws:athena/namedQuery:NamedQuery", "query"),
    ("aws:athena/preparedStatement:PreparedStatement", "queryStatement"),
)
_OBJECTS = "AWS::S3::Object"
_POSITIVE = ("equals", "startsWiths", "endsWiths")


@rule(
    on=TRAIL,
    severity=MEDIUM,
    theme=Theme.SIGV4,
    same_as=["SecurityHub S3.22", "SecurityHub S3.23", "CIS v3 3.8", "CIS v3 3.9"],
)
def cloudtrail_sigv4_data_events(trail: Resource, stack: Stack) -> Verdict:
    """Only S3 data events tell which clients still sign with SigV2."""
    unknown = None
    for source in (trail, *stack.by_type(TRAIL), *stack.by_type(STORE)):
        try:
            if records_objects(source):
                return PASS
        except NotKnownError as error:
            unknown = unknown or undecided(error.path)
    remedy = (
        "Add to `event_selectors`: `data_resources` of the type "
        '"AWS::S3::Object" with the value "arn:aws:s3", read and write.'
    )
    return unknown or violation("eventSelectors", "records no data events of all buckets", remedy)


def records_objects(source: Resource) -> bool:
    """Whether a trail or event data store records reading and writing of objects in every bucket."""
    if source.type == TRAIL and not source.flag("enableLogging", absent=True):
        return False
    if any(_classic(item) for item in (source.each("eventSelectors") if source.type == TRAIL else ())):
        return True
    return any(_advanced(item) for item in source.each("advancedEventSelectors"))


def _classic(selector: Part) -> bool:
    if selector.text("readWriteType", "All") != "All":
        return False
    return any(
        item.text("type") == _OBJECTS
        and any(value.rstrip(":").endswith(":s3") for value in item.texts("values"))
        for item in selector.each("dataResources")
    )


def _advanced(selector: Part) -> bool:
    """A selector of object events that nothing narrows; leaving out some buckets is fine (the log bucket)."""
    objects = False
    for item in selector.each("fieldSelectors"):
        field, equals = item.text("field"), item.texts("equals")
        if field == "eventCategory" and equals != ["Data"]:
            return False
        if field == "resources.type":
            objects = _OBJECTS in equals
        elif field != "eventCategory" and any(item.texts(name) for name in _POSITIVE):
            return False
    return objects


@rule(on=TRAIL, severity=LOW, theme=Theme.SIGV4)
def cloudtrail_sigv4_query(trail: Resource, stack: Stack) -> Verdict:
    """Records that nobody searches find no client; a saved query makes the search one click."""
    if not records_objects(trail):
        return PASS  # There is nothing to search.
    unknown = None
    for token, path in QUERIES:
        for query in stack.by_type(token):
            if not query.known(path):
                unknown = unknown or undecided(f"{query.name}.{path}")
            elif "signatureversion" in query.text(path).lower():
                return PASS
    if unknown:
        return unknown
    remedy = (
        "Add `aws.athena.NamedQuery` on the trail's table where "
        "`json_extract_scalar(additionaleventdata, '$.SignatureVersion') = 'SigV2'`."
    )
    return violation("", "no saved query of the stack looks for SigV2", remedy)
