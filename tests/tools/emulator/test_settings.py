from __future__ import annotations

import json
from typing import Any

import pytest

from tools.emulator.accounts import Place
from tools.emulator.gate import DEFAULT_ACCOUNT, DEFAULT_REGION
from tools.emulator.settings import moves, settings, structured
from tools.emulator.tagging import TagRules
from tools.emulator.values import UNKNOWN, Secret

ROLE = "arn:aws:iam::222222222222:role/deployment"


def test_without_settings_it_is_the_default_account_and_region() -> None:
    assert settings({}).place == Place(DEFAULT_ACCOUNT, DEFAULT_REGION)


@pytest.mark.parametrize(
    ("config", "account"),
    [
        ({"assumeRoles": json.dumps([{"roleArn": ROLE}])}, "222222222222"),
        (
            {"assumeRoles": [{"roleArn": "arn:aws:iam::333333333333:role/hub"}, {"roleArn": ROLE}]},
            "222222222222",
        ),
        ({"assumeRole": {"roleArn": ROLE}}, "222222222222"),
        ({"assumeRoleWithWebIdentity": {"roleArn": "arn:aws-cn:iam::222222222222:role/a/b"}}, "222222222222"),
        ({"assumeRoles": json.dumps([{"role_arn": ROLE}])}, "222222222222"),
        ({"assumeRoles": [{"sessionName": "x"}]}, DEFAULT_ACCOUNT),
        ({"accessKey": "222222222222"}, "222222222222"),
        ({"accessKey": Secret("222222222222")}, "222222222222"),
        ({"accessKey": "AKIA1234567890123456"}, DEFAULT_ACCOUNT),
        ({"assumeRoles": UNKNOWN}, DEFAULT_ACCOUNT),
    ],
)
def test_account(config: dict[str, Any], account: str) -> None:
    assert settings(config).place.account == account


def test_region_argument_of_a_resource_moves_it_within_the_account() -> None:
    found = settings({"region": "eu-west-1", "accessKey": "222222222222"})
    assert found.at(None) == Place("222222222222", "eu-west-1")
    assert found.at("us-gov-west-1") == Place("222222222222", "us-gov-west-1")
    assert found.at(UNKNOWN) == found.place


@pytest.mark.parametrize(
    ("region", "partition", "suffix"),
    [
        ("eu-west-1", "aws", "amazonaws.com"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
        ("us-gov-east-1", "aws-us-gov", "amazonaws.com"),
        ("us-west-9", "aws", "amazonaws.com"),
    ],
)
def test_partition(region: str, partition: str, suffix: str) -> None:
    place = settings({"region": region}).place
    assert (place.partition, place.dns_suffix) == (partition, suffix)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"region": "Frankfurt"}, "region: 'Frankfurt' is not the name of a Region"),
        (
            {"assumeRoles": [{"roleArn": "role/x"}]},
            r"assumeRoles\[0\].roleArn: 'role/x' is not the ARN of a role",
        ),
        (
            {"allowedAccountIds": ["222222222222"]},
            "allowedAccountIds: account 111111111111 is not among 222222222222",
        ),
        ({"forbiddenAccountIds": ["111111111111"]}, "forbiddenAccountIds: account 111111111111 is forbidden"),
        ({"defaultTags": ["team"]}, "defaultTags: an object is needed"),
    ],
)
def test_what_makes_no_sense_is_refused(config: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        settings(config)


def test_tags() -> None:
    config = {
        "defaultTags": json.dumps({"tags": {"team": "data", "n": 1}}),
        "ignoreTags": json.dumps({"keys": ["a"], "keyPrefixes": ["b/"]}),
    }
    assert settings(config).tags == TagRules({"team": "data", "n": "1"}, frozenset({"a"}), ("b/",))


def test_blocks_in_python_s_spelling() -> None:
    found = settings({"ignoreTags": json.dumps({"key_prefixes": ["b/"]})})
    assert found.tags.ignored_prefixes == ("b/",)


def test_nested_values_come_as_json() -> None:
    assert structured({"a": '{"b": [1]}', "c": "{not json", "d": "x"}) == {
        "a": {"b": [1]},
        "c": "{not json",
        "d": "x",
    }


@pytest.mark.parametrize(
    ("old", "new", "moved"),
    [
        ({"region": "eu-west-1"}, {"region": "eu-west-2"}, ["region"]),
        ({"region": "us-east-1"}, {}, []),
        ({}, {"assumeRoles": [{"roleArn": ROLE}]}, ["assumeRoles"]),
        ({"assumeRoles": [{"roleArn": ROLE}]}, {"assumeRoles": [{"roleArn": ROLE + "2"}]}, []),
        ({"defaultTags": {"tags": {"a": "1"}}}, {"defaultTags": {"tags": {"a": "2"}}}, []),
        ({"region": "eu-west-1"}, {"region": UNKNOWN}, []),
    ],
)
def test_what_moves_a_provider(old: dict[str, Any], new: dict[str, Any], moved: list[str]) -> None:
    assert moves(old, new) == moved
