"""The base class: names, tags, keys, outputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from components.foundation import key_ring
from components.foundation.args import Args
from components.foundation.component import MAX_LOGICAL_NAME, Component
from components.foundation.errors import ComponentError
from tests.components.recording import run


class NoArgs(Args):
    pass


class Bucket(Component):
    """One bucket with a key."""

    def __init__(
        self,
        name: str,
        *,
        region: str | None = None,
        tags: Mapping[str, str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("groundplan:test:Bucket", name, NoArgs(), opts, region=region, tags=tags)
        self.kms = self.key("data", users=[key_ring.through("s3")])
        self.bucket = aws.s3.Bucket(
            self.name_for("data"), region=self.region, tags=self.tags("data", owner="me"), opts=self.child()
        )
        self.outputs({"bucket": self.bucket.id})


def test_tags_say_who_and_what() -> None:
    key = run(lambda: (Bucket("store", tags={"cost-center": "12"}), None)[1]).only("Key")
    assert key.inputs["tags"] == {
        "Name": "store-data",
        "cost-center": "12",
        "groundplan:component": "test.Bucket",
        "groundplan:name": "store",
        "groundplan:stack": "groundplan/test",
    }


def test_children_outputs_and_region() -> None:
    recording = run(lambda: (Bucket("store", region="eu-west-1"), None)[1])
    component = next(one for one in recording.resources if not one.custom)
    children = [one for one in recording.resources if one.custom]
    assert {one.parent for one in children} == {component.urn}
    assert {one.inputs["region"] for one in children} == {"eu-west-1"}
    assert recording.outputs[component.urn] == {"bucket": "store-data-id"}


def test_a_key_rotates_and_has_an_alias() -> None:
    recording = run(lambda: (Bucket("store"), None)[1])
    key = recording.only("Key").inputs
    assert key["enableKeyRotation"] is True
    assert key["deletionWindowInDays"] == 30
    assert recording.only("Alias").inputs["namePrefix"] == "alias/store-data-"


@pytest.mark.parametrize("name", ["", "Main", "a--b", "-a", "a-", "1a", "a_b", "a" * 29])
def test_names_that_are_refused(name: str) -> None:
    recording_before: list[Any] = []
    with pytest.raises(ComponentError):
        recording_before = run(lambda: (Bucket(name), None)[1]).resources
    assert not recording_before


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        ({"aws:x": "y"}, "main.tags.aws:x: keys that start with 'aws:' are AWS's own"),
        ({"x" * 129: "y"}, "the tag is empty or too long"),
        ({"x": "y" * 257}, "main.tags.x: the tag is empty or too long"),
        ({"x": "<y>"}, "main.tags.x: AWS refuses a character of it"),
    ],
)
def test_tags_that_aws_refuses(tags: dict[str, str], message: str) -> None:
    with pytest.raises(ComponentError) as caught:
        run(lambda: (Bucket("main", tags=tags), None)[1])
    assert message in str(caught.value)


def test_outputs_are_registered_once() -> None:
    class Twice(Bucket):
        def __init__(self, name: str) -> None:
            super().__init__(name)
            self.outputs({})

    with pytest.raises(ComponentError, match="registered already"):
        run(lambda: (Twice("main"), None)[1])


def test_names_of_children_fit() -> None:
    seen: list[str] = []

    def program() -> None:
        bucket = Bucket("a" * 28)
        seen.extend(
            [bucket.name_for("b" * 60), bucket.name_for("short"), bucket.name_for("x" * 30, limit=32)]
        )

    run(program)
    assert [len(name) <= limit for name, limit in zip(seen, (MAX_LOGICAL_NAME, 56, 32), strict=True)] == [
        True
    ] * 3
    assert seen[1] == "a" * 28 + "-short"
