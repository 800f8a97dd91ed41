"""Expansion of actions means what IAM means: patterns as globs without case, NotAction as the rest."""

from __future__ import annotations

import fnmatch
import re

import pytest
from hypothesis import given, settings, strategies as st

from policies.pack.document import matches
from policies.pack.iam import actions
from policies.pack.iam.actions import Level

ALL = {str(action): action for action in actions.every_action()}
# A few services with many actions: every pattern is compared with all of them.
SERVICES = ("s3", "iam", "kms", "sqs", "dynamodb", "lambda", "ec2")
NAMES = sorted(name for name in ALL if name.split(":")[0] in SERVICES)


@st.composite
def patterns(draw: st.DrawFn) -> str:
    """An action with parts replaced by wildcards, and letters in the other case."""
    service, name = draw(st.sampled_from(NAMES)).split(":")
    letters = list(name)
    for index in draw(st.lists(st.integers(0, len(letters) - 1), max_size=4)):
        letters[index] = draw(st.sampled_from(["*", "?", "", letters[index].swapcase()]))
    return f"{draw(st.sampled_from([service, service.upper()]))}:{''.join(letters)}"


def glob(pattern: str, name: str) -> bool:
    """What `*` and `?` mean, said independently; `[` has no meaning in IAM and doesn't occur here."""
    return re.fullmatch(fnmatch.translate(pattern.lower()), name.lower()) is not None


@settings(max_examples=200, deadline=None)
@given(patterns())
def test_a_pattern_stands_for_the_actions_that_its_glob_fits(pattern: str) -> None:
    service = pattern.split(":", maxsplit=1)[0].lower()
    expected = {name for name in ALL if name.startswith(f"{service}:") and glob(pattern, name)}
    assert {str(action) for action in actions.expand(pattern)} == expected


@settings(max_examples=100, deadline=None)
@given(patterns(), st.sampled_from(NAMES))
def test_a_statement_covers_an_action_when_its_expansion_holds_it(pattern: str, name: str) -> None:
    assert matches(pattern, name) == (ALL[name] in actions.expand(pattern))


@settings(max_examples=50, deadline=None)
@given(st.lists(patterns(), max_size=4))
def test_not_action_is_the_rest(excluded: list[str]) -> None:
    named = set(actions.expand_all(excluded))
    rest = actions.complement(excluded)
    assert named.isdisjoint(rest)
    assert len(named) + len(rest) == len(ALL)


@settings(max_examples=100, deadline=None)
@given(patterns())
def test_case_does_not_matter(pattern: str) -> None:
    assert actions.expand(pattern.upper()) == actions.expand(pattern.lower())


@settings(max_examples=100, deadline=None)
@given(st.lists(patterns(), max_size=5))
def test_expanding_together_is_expanding_each(several: list[str]) -> None:
    together = list(actions.expand_all(several))
    assert len(together) == len(set(together))
    assert set(together) == {action for pattern in several for action in actions.expand(pattern)}


@pytest.mark.parametrize("everything", ["*", "*:*", "**"])
def test_a_star_is_every_action(everything: str) -> None:
    assert len(actions.expand(everything)) == len(ALL)


@pytest.mark.parametrize(
    "nothing", ["", ":", "GetObject", "s3:", "*:GetObject", "nowhere:Get*", "s3 :GetObject"]
)
def test_what_names_no_service_and_action_is_nothing(nothing: str) -> None:
    assert actions.expand(nothing) == ()


@given(st.text(max_size=30))
def test_any_text_can_be_asked_for(text: str) -> None:
    for action in actions.expand(text):
        assert matches(text, str(action))


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("s3:GetObjct", "s3:GetObject"),
        ("sqs:SendMesage", "sqs:SendMessage"),
        ("cloudwatch:PutLogEvents", "logs:PutLogEvents"),
        ("secretmanager:GetSecretValue", "secretsmanager:GetSecretValue"),
        ("iam:PassRoll", "iam:PassRole"),
        ("zzz:Qqq", ""),
        ("", ""),
    ],
)
def test_a_misspelt_action_is_led_to_the_nearest(wrong: str, right: str) -> None:
    assert actions.nearest(wrong) == right


def test_levels_are_those_that_aws_publishes() -> None:
    levels = {name: ALL[name].level for name in ("s3:GetObject", "s3:PutObject", "sqs:TagQueue")}
    assert levels == {
        "s3:GetObject": Level.READ,
        "s3:PutObject": Level.WRITE,
        "sqs:TagQueue": Level.TAGGING,
    }
    assert ALL["s3:ListBucket"].level is Level.LIST
    assert ALL["s3:PutBucketPolicy"].level is Level.PERMISSIONS


def test_an_action_says_whether_it_can_be_kept_to_resources() -> None:
    assert ALL["s3:GetObject"].scopable
    assert not ALL["ec2:DescribeInstances"].scopable
    assert not ALL["ecr:GetAuthorizationToken"].scopable


def test_only_the_services_that_are_asked_for_are_read() -> None:
    actions.catalogue.cache_clear()
    actions.expand.cache_clear()
    actions.expand("sqs:Send*")
    assert actions.catalogue.cache_info().currsize == 1


def test_to_ask_whether_a_star_exists_reads_no_list() -> None:
    actions.catalogue.cache_clear()
    assert actions.exists("*")
    assert actions.exists("*:*")
    assert actions.catalogue.cache_info().currsize == 0
    assert not actions.exists("*:")
    assert not actions.exists("*:GetObject")
