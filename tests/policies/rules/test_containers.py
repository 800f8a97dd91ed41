"""Container images are named by many types, each in its own place."""

from __future__ import annotations

import pytest

from policies.pack.resource import Resource
from policies.pack.values import UNKNOWN, Value
from policies.rules.containers import BATCH, FUNCTION, MODEL, PROJECT, SERVICE, containers_tag_fixed


def placed(token: str, image: Value) -> dict[str, Value]:
    places: dict[str, dict[str, Value]] = {
        FUNCTION: {"packageType": "Image", "imageUri": image},
        PROJECT: {"environment": {"image": image, "type": "LINUX_CONTAINER"}},
        SERVICE: {"sourceConfiguration": {"imageRepository": {"imageIdentifier": image}}},
        MODEL: {"containers": [{"image": "first:1"}, {"image": image}]},
        BATCH: {"containerProperties": {"image": image}},
    }
    return places[token]


@pytest.mark.parametrize("token", [FUNCTION, PROJECT, SERVICE, MODEL, BATCH])
def test_each_place_is_looked_at(token: str) -> None:
    def judge(image: Value) -> str:
        verdict = containers_tag_fixed.judge(Resource(token, "x", "urn", placed(token, image)))
        return "fail" if verdict.violated else "undecided" if verdict.undecided else "pass"

    assert judge("111111111111.dkr.ecr.eu-west-1.amazonaws.com/web:latest") == "fail"
    assert judge("aws/codebuild/amazonlinux-x86_64-standard:5.0") == "pass"
    assert judge(UNKNOWN) == "undecided"
