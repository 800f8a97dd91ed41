"""A token is found wherever it is kept."""

from __future__ import annotations

import pytest

from policies.pack.resource import Resource
from policies.pack.values import UNKNOWN, Value
from policies.rules.rds_auth import rds_auth_token_not_stored

TOKEN = "db.example.com:3306/?Action=connect&DBUser=app&X-Amz-Expires=900&X-Amz-Signature=00"
PLACES: dict[str, dict[str, Value]] = {
    "aws:secretsmanager/secretVersion:SecretVersion": {"secretString": TOKEN},
    "aws:lambda/function:Function": {"environment": {"variables": {"A": UNKNOWN, "PASSWORD": TOKEN}}},
    "aws:ecs/taskDefinition:TaskDefinition": {"containerDefinitions": f'[{{"environment": "{TOKEN}"}}]'},
    "aws:codebuild/project:Project": {
        "environment": {"environmentVariables": [{"name": "A", "value": "b"}, {"name": "P", "value": TOKEN}]}
    },
}


@pytest.mark.parametrize("token", PLACES)
def test_each_place_is_looked_at(token: str) -> None:
    assert rds_auth_token_not_stored.judge(Resource(token, "x", "urn", PLACES[token])).violated
    assert rds_auth_token_not_stored.judge(Resource(token, "x", "urn", {})).passed


def test_a_value_that_holds_itself_deeply_ends() -> None:
    value: Value = TOKEN
    for _ in range(50):
        value = [value]
    keeper = Resource(
        "aws:lambda/function:Function", "x", "urn", {"environment": {"variables": {"A": value}}}
    )
    assert rds_auth_token_not_stored.judge(keeper).passed
