"""Whom resource policies let in, and whose a resource is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policies.pack.document import document
from policies.pack.iam.reach import lets_everybody_in, own_accounts
from policies.pack.resource import Resource

ALLOW = {"Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": "*"}


def open_to_all(*statements: dict[str, Any], addresses: bool = False) -> bool:
    found = document(json.dumps({"Statement": statements}), "policy")
    return any(lets_everybody_in(found, item, addresses=addresses) for item in found.allowing)


def denying(condition: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**ALLOW, "Effect": "Deny", "Condition": condition, **more}


def test_everybody_is_everybody() -> None:
    assert open_to_all(ALLOW)
    assert open_to_all({**ALLOW, "Principal": {"AWS": ["*"]}})
    assert not open_to_all({**ALLOW, "Principal": {"AWS": "111111111111"}})
    assert not open_to_all({**ALLOW, "Effect": "Deny"})


@pytest.mark.parametrize(
    "key", ["aws:SourceOwner", "aws:PrincipalOrgID", "AWS:sourcearn", "aws:SourceVpcArn"]
)
def test_a_condition_on_a_known_caller_keeps_strangers_out(key: str) -> None:
    assert not open_to_all({**ALLOW, "Condition": {"StringEquals": {key: "x-1"}}})


def test_addresses_count_only_where_they_may() -> None:
    limited = {**ALLOW, "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}
    assert open_to_all(limited)
    assert not open_to_all(limited, addresses=True)
    assert open_to_all({**ALLOW, "Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}}, addresses=True)
    guard = denying({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}})
    assert open_to_all(ALLOW, guard)
    assert not open_to_all(ALLOW, guard, addresses=True)


def test_a_deny_of_all_others_keeps_strangers_out() -> None:
    assert not open_to_all(ALLOW, denying({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}))
    assert not open_to_all(ALLOW, denying({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}, Action="sns:*"))
    aside = {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}, "Bool": {"aws:PrincipalIsAWSService": "false"}}
    assert not open_to_all(ALLOW, denying(aside))


@pytest.mark.parametrize(
    "guard",
    [
        denying({"StringNotEquals": {"aws:PrincipalOrgID": "*"}}),
        denying({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}, Action="sns:Subscribe"),
        denying({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}, Principal={"AWS": "111111111111"}),
        denying({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}),
        denying({"Bool": {"aws:SecureTransport": "false"}}),
        denying({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}, "Bool": {"aws:SecureTransport": "false"}}),
        denying({}),
        {**denying({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}), "Resource": None, "NotResource": "a"},
    ],
)
def test_other_denies_leave_strangers_in(guard: dict[str, Any]) -> None:
    assert open_to_all(ALLOW, guard)


def test_not_action_is_not_kept_in_by_a_deny_of_some_actions() -> None:
    everything_else = {"Effect": "Allow", "Principal": "*", "NotAction": "sns:DeleteTopic", "Resource": "*"}
    assert open_to_all(everything_else, denying({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}))


@pytest.mark.parametrize(
    ("properties", "accounts"),
    [
        ({"arn": "arn:aws:sns:us-east-1:111111111111:t"}, {"111111111111"}),
        ({"registryId": "111111111111"}, {"111111111111"}),
        ({"queueUrl": "https://sqs.us-east-1.amazonaws.com/222222222222/q"}, {"222222222222"}),
        ({"queueUrl": "https://example.com/222222222222/q"}, set()),
        ({"arn": "arn:aws:s3:::bucket", "name": "111111111111"}, set()),
        ({"arn": 5, "id": None}, set()),
        ({}, set()),
    ],
)
def test_the_own_account_is_read_from_what_names_the_resource(
    properties: dict[str, Any], accounts: set[str]
) -> None:
    assert own_accounts(Resource("aws:sns/topic:Topic", "t", "urn:t", properties)) == accounts
