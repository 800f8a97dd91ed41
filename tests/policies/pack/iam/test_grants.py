"""What a policy grants, less what it denies, and where it leads."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from policies.pack.document import Document, document
from policies.pack.iam import actions, exposure
from policies.pack.iam.actions import Level
from policies.pack.iam.escalation import WAYS, Way, open_ways
from policies.pack.iam.grants import Grants, constrained, denies, reaches_widely, unscoped

ROLES = "arn:aws:iam::111111111111:role/*"


def read(*statements: dict[str, Any]) -> Document:
    return document(json.dumps({"Statement": statements}), "policy")


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_each_way_is_found_from_its_actions_alone(way: Way) -> None:
    assert way in open_ways(Grants((read(allow(list(way.actions))),)))


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("index", [0, 1, 2])
def test_no_way_is_open_without_one_of_its_actions(way: Way, index: int) -> None:
    if index >= len(way.actions):
        return
    rest = [action for action in way.actions if action != way.actions[index]]
    assert way not in open_ways(Grants((read(allow(rest or "s3:GetObject")),)))
    closed = read(allow(list(way.actions)), deny(way.actions[index]))
    assert way not in open_ways(Grants((closed,)))


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_actions_of_ways_exist(way: Way) -> None:
    assert [str(action) for name in way.actions for action in actions.expand(name)] == list(way.actions)


def test_there_are_as_many_ways_as_are_published() -> None:
    assert len(WAYS) >= 30
    assert len(set(WAYS)) == len(WAYS)


@pytest.mark.parametrize(
    "names",
    [
        exposure.CREDENTIALS,
        exposure.DATA,
        exposure.DESTRUCTION,
        exposure.DEFENCES,
        exposure.IDENTITY_MAKERS,
        exposure.ORGANISATION,
    ],
)
def test_actions_of_the_tables_exist(names: tuple[str, ...]) -> None:
    assert [str(action) for name in names for action in actions.expand(name)] == list(names)


def test_a_role_that_is_passed_to_one_service_opens_its_ways_only() -> None:
    passing = allow(
        "iam:PassRole", Condition={"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    )
    found = Grants((read(passing, allow(["lambda:*", "ec2:*", "glue:*"])),))
    assert {way.service for way in open_ways(found) if way.service} == {"lambda.amazonaws.com"}


def test_a_role_that_is_named_opens_no_way() -> None:
    passing = allow("iam:PassRole", "arn:aws:iam::111111111111:role/task")
    found = Grants((read(passing, allow(["lambda:Create*", "lambda:Invoke*"])),))
    assert not list(open_ways(found))


def test_policies_are_judged_together() -> None:
    first, second = read(allow("iam:PassRole", ROLES)), read(allow("ec2:RunInstances"))
    assert not list(open_ways(Grants((first,))))
    assert not list(open_ways(Grants((second,))))
    assert [way.service for way in open_ways(Grants((first, second)))] == ["ec2.amazonaws.com"]


def test_a_deny_takes_away_only_without_condition_and_on_every_resource() -> None:
    assert denies(read(deny("iam:*")), "iam:PassRole")
    assert denies(read({"Effect": "Deny", "NotAction": "s3:*", "Resource": ["*"]}), "iam:PassRole")
    assert not denies(read(deny("iam:*", ROLES)), "iam:PassRole")
    conditional = deny("iam:*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}})
    assert not denies(read(conditional), "iam:PassRole")
    assert not denies(read(allow("iam:*")), "iam:PassRole")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {"aws:ResourceTag/team": "a"}}, True),
        ({"StringEquals": {"s3:ResourceAccount": "111111111111"}}, True),
        ({"Bool": {"aws:SecureTransport": "true"}}, False),
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, False),
        ({"StringLike": {"aws:ResourceTag/team": "*"}}, False),
        ({"StringNotEquals": {"aws:ResourceTag/team": "a"}}, False),
        ({"StringEqualsIfExists": {"aws:ResourceTag/team": "a"}}, False),
    ],
)
def test_only_a_condition_on_resources_or_callers_keeps_in(condition: Any, expected: bool) -> None:
    (statement,) = read(allow("s3:GetObject", Condition=condition))
    assert constrained(statement) is expected
    assert reaches_widely(statement) is not expected


@given(st.lists(st.sampled_from(["s3:*", "sqs:Send*", "ec2:Describe*", "iam:*", "kms:Decrypt"]), min_size=1))
def test_what_could_name_resources_falls_into_one_level_each(names: list[str]) -> None:
    (statement,) = read(allow(names))
    parts = [unscoped(statement, frozenset({level})) for level in Level]
    together = unscoped(statement, frozenset(Level))
    assert sum(map(len, parts)) == len(together)
    assert {action for part in parts for action in part} == set(together)
    assert all(action.scopable for action in together)


def test_what_names_resources_is_not_unscoped() -> None:
    (statement,) = read(allow("s3:*", "arn:aws:s3:::mine/*"))
    assert unscoped(statement, frozenset(Level)) == ()
    (everything,) = read(allow("*"))
    assert unscoped(everything, frozenset(Level)) == ()
