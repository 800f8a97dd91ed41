from __future__ import annotations

from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from tests.tools.emulator.inputs import kind
from tools.emulator.autonaming import NoName, proposed
from tools.emulator.check import DEFAULTS

OPTIONS = provider_pb2.CheckRequest.AutonamingOptions
ROLE, BUCKET, VPC = kind("aws:iam/role:Role"), kind("aws:s3/bucket:Bucket"), kind("aws:ec2/vpc:Vpc")


def options(mode: Any, name: str = "App-1f") -> Any:
    return OPTIONS(proposed_name=name, mode=mode)


def test_without_configuration_the_provider_names() -> None:
    assert proposed(ROLE, {}, {}, None) == {}


def test_the_engine_s_name_is_taken() -> None:
    assert proposed(ROLE, {}, {}, options(OPTIONS.PROPOSE)) == {"name": "App-1f"}
    assert proposed(BUCKET, {}, {}, options(OPTIONS.PROPOSE)) == {"bucket": "app-1f"}, (
        "bucket names are lowercase"
    )
    assert proposed(BUCKET, {}, {}, options(OPTIONS.ENFORCE)) == {"bucket": "App-1f"}
    assert proposed(VPC, {}, {}, options(OPTIONS.ENFORCE)) == {}, "a VPC has no name"


@pytest.mark.parametrize("mode", [OPTIONS.PROPOSE, OPTIONS.ENFORCE, OPTIONS.DISABLE])
def test_what_has_a_name_keeps_it(mode: Any) -> None:
    assert proposed(ROLE, {"name": "mine"}, {}, options(mode)) == {}
    assert proposed(ROLE, {"namePrefix": "mine-"}, {}, options(mode)) == {}
    assert proposed(ROLE, {}, {"name": "app-1234567", DEFAULTS: ["name"]}, options(mode)) == {}


def test_no_automatic_names() -> None:
    with pytest.raises(NoName, match="name: missing; automatic names are off for this stack"):
        proposed(ROLE, {}, {}, options(OPTIONS.DISABLE))
