"""Options of the rule on layers: further publishers, and the layer that every function carries."""

from __future__ import annotations

import pytest

from policies.pack.resource import Resource
from policies.pack.values import UNKNOWN, Value
from policies.pack.verdict import NotKnownError, Verdict
from policies.rules.lambda_function import FUNCTION
from policies.rules.lambda_layer import lambda_layer_approved

ROLE = "arn:aws:iam::111111111111:role/r"
GUARD = "arn:aws:lambda:*:111111111111:layer:guard"


def layer(name: str, version: int = 1, account: str = "111111111111") -> Value:
    return f"arn:aws:lambda:eu-west-1:{account}:layer:{name}:{version}"


def judge(layers: Value, **options: object) -> Verdict:
    function = Resource(FUNCTION, "f", "urn", {"role": ROLE, "layers": layers})
    return lambda_layer_approved.judge(function, **options)


def test_a_publisher_that_is_named_may_bring_code() -> None:
    foreign: Value = [layer("tools", account="222222222222")]
    assert judge(foreign).violated
    assert judge(foreign, publishers=("222222222222",)).passed


@pytest.mark.parametrize("layers", [None, [], [layer("other")], layer("guardian")])
def test_the_required_layer_is_missed(layers: Value) -> None:
    assert judge(layers).passed
    assert "lacks the required layer" in str(judge(layers, required=GUARD).findings[0])


@pytest.mark.parametrize(("version", "passed"), [(9, False), (10, True), (11, True)])
def test_versions_are_compared_as_numbers(version: int, passed: bool) -> None:
    verdict = judge([layer("other"), layer("guard", version)], required=GUARD, minimum_version=10)
    assert verdict.passed is passed
    assert passed or verdict.findings[0].path == "layers[1]"


def test_a_version_that_is_no_number_is_not_new_enough() -> None:
    assert judge(["arn:aws:lambda:eu-west-1:111111111111:layer:guard:new"], required=GUARD).violated


def test_a_layer_that_is_not_known_yet_may_be_the_required_one() -> None:
    assert judge([UNKNOWN, layer("other")], required=GUARD).undecided
    assert judge([UNKNOWN, layer("guard", 3)], required=GUARD, minimum_version=3).passed
    with pytest.raises(NotKnownError):
        judge(UNKNOWN, required=GUARD)


def test_an_image_carries_no_layers() -> None:
    image = Resource(FUNCTION, "f", "urn", {"role": ROLE, "packageType": "Image"})
    assert lambda_layer_approved.judge(image, required=GUARD).passed
