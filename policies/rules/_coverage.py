"""Whether AWS Backup takes care of a resource: a selection names it, by ARN, by pattern or by tag.

AWS Backup developer guide, "Assigning resources to a backup plan": `resources` may hold ARNs and patterns,
`selection_tags` selects what has one of the tags, `conditions` narrows, `not_resources` takes away.
"""

from __future__ import annotations

from policies.pack.document import matches
from policies.pack.graph import Stack
from policies.pack.resource import Part, Resource
from policies.pack.values import Unknown
from policies.pack.verdict import PASS, NotKnownError, Verdict, violation

SELECTION = "aws:backup/selection:Selection"


def in_backup_plan(resource: Resource, stack: Stack, kind: str) -> Verdict:
    """Pass when a selection of the stack covers the resource.

    `kind` is the service and type of its ARN with what stands behind them: `rds:db:`, `dynamodb:table/`.
    """
    unknown: NotKnownError | None = None
    named = stack.referring(resource, SELECTION, "resources")
    excluded = stack.referring(resource, SELECTION, "notResources")
    if any(selection not in excluded.sure for selection in named.sure):
        return PASS
    for selection in stack.by_type(SELECTION):
        try:
            if selection not in excluded.sure and _covers(selection, resource, kind):
                return PASS
        except NotKnownError as error:
            unknown = unknown or error
    if unknown:
        raise unknown
    if named.possible:
        raise NotKnownError(f"{named.possible[0].name}.resources")
    remedy = "Add it to an `aws.backup.Selection`, by ARN or by a tag that a selection asks for."
    return violation("", "no backup plan of the stack selects it", remedy)


def _covers(selection: Resource, resource: Resource, kind: str) -> bool:
    if _matched(selection, "notResources", kind):
        return False
    by_tag = selection.each("selectionTags")
    if any(_has_tag(resource, item.text("key"), item.text("value")) for item in by_tag):
        return True
    if not _matched(selection, "resources", kind):
        return False
    return all(_fulfils(resource, condition) for condition in selection.each("conditions"))


def _matched(selection: Resource, path: str, kind: str) -> bool:
    # An unknown entry is another resource's ARN, which the stack's graph follows; only patterns count here.
    texts = [part.value for part in selection.each(path) if not isinstance(part.value, Unknown)]
    service, _, type_ = kind.partition(":")
    arn = f"arn:aws:{service}:us-east-1:111111111111:{type_}a-name-nobody-would-choose"
    return any(isinstance(text, str) and "*" in text and matches(text, arn) for text in texts)


def _has_tag(resource: Resource, key: str, value: str) -> bool:
    tags = [Part(resource.value).get(name) for name in ("tags", "tagsAll") if resource.has(name)]
    for found in tags:
        if isinstance(found, dict) and key in found:
            if isinstance(found[key], Unknown):
                raise NotKnownError(f"tags.{key}")
            return found[key] == value
    return False


def _fulfils(resource: Resource, condition: Part) -> bool:
    for name, wanted, like in (
        ("stringEquals", True, False),
        ("stringLikes", True, True),
        ("stringNotEquals", False, False),
        ("stringNotLikes", False, True),
    ):
        for item in condition.each(name):
            key = item.text("key").removeprefix("aws:ResourceTag/")
            holds = _tag_like if like else _has_tag
            if holds(resource, key, item.text("value")) is not wanted:
                return False
    return True


def _tag_like(resource: Resource, key: str, pattern: str) -> bool:
    tags = resource.get("tagsAll") or resource.get("tags")
    found = tags.get(key) if isinstance(tags, dict) else None
    if isinstance(found, Unknown):
        raise NotKnownError(f"tags.{key}")
    return isinstance(found, str) and matches(pattern, found)
