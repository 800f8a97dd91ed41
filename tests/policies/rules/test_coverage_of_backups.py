"""Which resources a backup plan's selections cover."""

from __future__ import annotations

import pytest

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.pack.values import UNKNOWN, Value
from policies.pack.verdict import NotKnownError
from policies.rules._coverage import SELECTION, in_backup_plan

ARN = "arn:aws:rds:eu-west-1:111111111111:db:orders"


def database(**properties: Value) -> Resource:
    return Resource("aws:rds/instance:Instance", "orders", "urn:db", {"arn": ARN, **properties})


def covered(found: Resource, *selections: dict[str, Value]) -> bool:
    others = [
        Resource(SELECTION, f"s{index}", f"urn:s{index}", item) for index, item in enumerate(selections)
    ]
    return in_backup_plan(found, Stack([found, *others]), "rds:db:").passed


@pytest.mark.parametrize(
    "resources", [[ARN], ["*"], ["arn:aws:rds:*"], ["arn:aws:rds:*:*:db:*"], ["arn:*:rds:*:*:db:*"], "*"]
)
def test_named_by_arn_or_pattern(resources: Value) -> None:
    assert covered(database(), {"resources": resources})


@pytest.mark.parametrize(
    "selection",
    [
        {},
        {"resources": []},
        {"resources": ["arn:aws:rds:*:*:cluster:*"]},
        {"resources": ["arn:aws:rds:eu-west-1:111111111111:db:other"]},
        {"resources": ["*"], "notResources": ["arn:aws:rds:*"]},
        {"resources": ["*"], "notResources": [ARN]},
    ],
)
def test_not_named(selection: dict[str, Value]) -> None:
    assert not covered(database(), selection)


def test_one_of_several_selections_is_enough() -> None:
    assert covered(database(), {"resources": []}, {"resources": [ARN]})


def test_by_a_tag_also_of_the_providers_defaults() -> None:
    wanted: dict[str, Value] = {
        "selectionTags": [{"type": "STRINGEQUALS", "key": "backup", "value": "daily"}]
    }
    assert covered(database(tags={"backup": "daily"}), wanted)
    assert covered(database(tags={}, tagsAll={"backup": "daily"}), wanted)
    assert not covered(database(tags={"backup": "weekly"}), wanted)
    assert not covered(database(), wanted)


@pytest.mark.parametrize(
    ("condition", "stage", "holds"),
    [
        ("stringEquals", "prod", True),
        ("stringEquals", "dev", False),
        ("stringNotEquals", "dev", True),
        ("stringNotEquals", "prod", False),
        ("stringLikes", "prod", True),
        ("stringLikes", "dev", False),
        ("stringNotLikes", "dev", True),
        ("stringNotLikes", "prod", False),
    ],
)
def test_conditions_narrow_a_pattern(condition: str, stage: str, *, holds: bool) -> None:
    pattern = "pr*" if "Likes" in condition else "prod"
    narrowed: dict[str, Value] = {
        "resources": ["*"],
        "conditions": [{condition: [{"key": "aws:ResourceTag/stage", "value": pattern}]}],
    }
    assert covered(database(tags={"stage": stage}), narrowed) is holds


def test_an_unknown_tag_leaves_it_open_unless_another_selection_covers() -> None:
    by_tag: dict[str, Value] = {"selectionTags": [{"key": "backup", "value": "daily"}]}
    unknown = database(tags={"backup": UNKNOWN})
    with pytest.raises(NotKnownError):
        covered(unknown, by_tag)
    assert covered(unknown, by_tag, {"resources": [ARN]})
