from __future__ import annotations

from typing import Any

import pytest
from google.rpc import status_pb2
from pulumi.runtime.proto import provider_pb2

from tests.tools.emulator.inputs import kind
from tools.emulator import answers
from tools.emulator.check import DEFAULTS
from tools.emulator.diff import ADD, DELETE, UPDATE, Change
from tools.emulator.values import UNKNOWN, Secret, encode

KIND = provider_pb2.PropertyDiff
SOME, NONE = provider_pb2.DiffResponse.DIFF_SOME, provider_pb2.DiffResponse.DIFF_NONE


def test_no_changes() -> None:
    assert answers.diff([], delete_first=True) == provider_pb2.DiffResponse(changes=NONE)


def test_changes_are_told_path_by_path() -> None:
    hits = [
        Change("tags.a", UPDATE, False),
        Change("tags.b", ADD, False),
        Change("cidrBlock", UPDATE, True),
        Change("x[0].y", DELETE, True),
        Change("z", ADD, True),
    ]
    found = answers.diff(hits, delete_first=False)
    assert found.changes == SOME
    assert list(found.diffs) == ["tags", "cidrBlock", "x", "z"]
    assert list(found.replaces) == ["cidrBlock", "x[0].y", "z"]
    assert {path: change.kind for path, change in found.detailedDiff.items()} == {
        "tags.a": KIND.UPDATE,
        "tags.b": KIND.ADD,
        "cidrBlock": KIND.UPDATE_REPLACE,
        "x[0].y": KIND.DELETE_REPLACE,
        "z": KIND.ADD_REPLACE,
    }
    assert not found.deleteBeforeReplace


def test_what_can_not_be_twice_goes_first() -> None:
    assert answers.diff([Change("a", UPDATE, True)], delete_first=True).deleteBeforeReplace
    assert answers.diff([Change("a", UPDATE, False)], delete_first=True).deleteBeforeReplace, (
        "the engine replaces it where the program says `replaceOnChanges`"
    )


@pytest.mark.parametrize(
    ("old", "new", "taken"),
    [
        ({"name": "a"}, {"name": "a"}, True),
        ({"name": "a"}, {"name": "b"}, False),
        ({"name": "a-1"}, {"name": "a-1", DEFAULTS: ["name"]}, False),
        ({}, {}, False),
    ],
)
def test_a_name_of_the_program_s_can_not_be_had_twice(
    old: dict[str, Any], new: dict[str, Any], taken: bool
) -> None:
    assert answers.name_is_taken(kind("aws:iam/role:Role"), old, new) is taken


def test_types_without_a_name_are_never_in_each_other_s_way() -> None:
    assert not answers.name_is_taken(kind("aws:ec2/vpc:Vpc"), {"cidrBlock": "a"}, {"cidrBlock": "a"})


ROLES = '[{"roleArn": "arn:aws:iam::222222222222:role/x"}]'


@pytest.mark.parametrize(
    ("old", "new", "diffs", "replaces"),
    [
        ({}, {}, [], []),
        ({"region": "eu-west-1"}, {"region": "eu-west-2"}, ["region"], ["region"]),
        ({}, {"assumeRoles": ROLES}, ["assumeRoles"], ["assumeRoles"]),
        ({}, {"defaultTags": '{"tags": {"a": "1"}}'}, ["defaultTags"], []),
        ({"defaultTags": '{"tags": {"a": "1"}}'}, {"defaultTags": {"tags": {"a": "1"}}}, [], []),
        ({"region": "eu-west-1"}, {"region": UNKNOWN}, ["region"], []),
        ({"secretKey": Secret("a")}, {"secretKey": Secret("b")}, ["secretKey"], []),
        ({"region": "nowhere"}, {"region": "eu-west-1"}, ["region"], []),
    ],
)
def test_provider_configuration(
    old: dict[str, Any], new: dict[str, Any], diffs: list[str], replaces: list[str]
) -> None:
    found = answers.config_diff(old, new)
    assert found.changes == (SOME if diffs else NONE)
    assert list(found.diffs) == diffs
    assert list(found.replaces) == replaces


def test_half_made_resources_are_handed_to_the_engine() -> None:
    trailer = answers.half_made(
        "vpc-1", encode({"a": 1}), encode({"b": 2}), "no tags", "created, but no tags"
    )
    ((key, value),) = trailer
    assert key == "grpc-status-details-bin"
    status = status_pb2.Status.FromString(value)
    assert status.message == "created, but no tags"
    detail = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(detail)
    assert (detail.id, list(detail.reasons)) == ("vpc-1", ["no tags"])
    assert detail.properties == encode({"a": 1})
    assert detail.inputs == encode({"b": 2})
