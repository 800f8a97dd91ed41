"""Saved queries, data protection, index and account policies."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.tools.emulator.services.world import World, lifecycle

MASKING = json.dumps({"Name": "mask", "Version": "2021-06-01", "Statement": []})
FIELDS = json.dumps({"Fields": ["requestId"]})


def test_query_definition(world: World) -> None:
    token = "aws:cloudwatch/queryDefinition:QueryDefinition"
    query = world.create(token, name="cold/starts", queryString="fields @initDuration", logGroupNames=["/a"])
    assert query.outputs["queryDefinitionId"] == query.id
    before = query.id
    query.update(queryString="stats avg(@initDuration)", logGroupNames=None)
    assert query.outputs["queryDefinitionId"] == before
    assert world.imported(token, query.outputs["arn"]) == (before, query.inputs)
    lifecycle(query)


@pytest.mark.parametrize(
    ("token", "policy"),
    [
        ("aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy", MASKING),
        ("aws:cloudwatch/logIndexPolicy:LogIndexPolicy", FIELDS),
    ],
)
def test_policy_of_a_log_group(world: World, token: str, policy: str) -> None:
    with pytest.raises(ClientError, match="does not exist"):
        world.create(token, logGroupName="/a", policyDocument=policy)
    world.create("aws:cloudwatch/logGroup:LogGroup", name="/a")
    made = world.create(token, logGroupName="/a", policyDocument=policy)
    changed = policy.replace("mask", "hide").replace("requestId", "traceId")
    assert made.update(policyDocument=changed)["policyDocument"] == changed
    assert world.imported(token, "/a")[1]["policyDocument"] == changed
    lifecycle(made)


def test_policy_of_the_account(world: World) -> None:
    token = "aws:cloudwatch/logAccountPolicy:LogAccountPolicy"
    given = {"policyName": "mask", "policyType": "DATA_PROTECTION_POLICY", "scope": "ALL"}
    made = world.create(token, policyDocument=MASKING, **given)
    made.update(policyDocument=MASKING.replace("mask", "hide"))
    assert world.imported(token, "mask:DATA_PROTECTION_POLICY")[0] == "mask"
    lifecycle(made)
