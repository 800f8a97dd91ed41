"""Options of the rules on functions."""

from __future__ import annotations

from policies.pack.graph import Stack
from policies.pack.resource import Resource
from policies.rules.lambda_function import (
    FUNCTION,
    SIGNING,
    lambda_function_code_signed,
    lambda_function_in_vpc,
    lambda_function_signing_publishers,
)

EMPTY = Stack([])


def test_everywhere_asks_every_function_for_a_vpc_and_signed_code() -> None:
    function = Resource(FUNCTION, "f", "urn", {})
    for rule in (lambda_function_in_vpc, lambda_function_code_signed):
        assert rule.judge(function, EMPTY).passed
        assert rule.judge(function, EMPTY, everywhere=True).violated


def test_a_publisher_that_is_named_may_sign() -> None:
    theirs = "arn:aws:signer:eu-west-1:222222222222:/signing-profiles/theirs/1"
    config = Resource(
        SIGNING,
        "c",
        "urn",
        {
            "arn": "arn:aws:lambda:eu-west-1:111111111111:code-signing-config:csc-1",
            "allowedPublishers": {"signingProfileVersionArns": [theirs]},
        },
    )
    assert lambda_function_signing_publishers.judge(config, EMPTY).violated
    assert lambda_function_signing_publishers.judge(config, EMPTY, publishers=("222222222222",)).passed
