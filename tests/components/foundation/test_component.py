"""The base class: names, tags, keys, outputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest
from hypothesis import given, strategies as st

from components.foundation import key_ring
from components.foundation.args import Args
from components.foundation.component import MAX_LOGICAL_NAME, Component, _check_name
from components.foundation.errors import ComponentError
from components.foundation.names import fit
from tests.components.recording import Recording, run


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


def nested(parent: str, name: str) -> Recording:
    def program() -> None:
        outer = Bucket(parent)
        Bucket(name, opts=outer.child())

    return run(program)


@pytest.mark.parametrize("length", [29, 56])
def test_a_component_inside_another_may_have_a_longer_name(length: int) -> None:
    recording = nested("main", "a" * length)
    assert "a" * length in recording.named("Bucket")


def test_a_component_inside_another_may_not_have_any_name() -> None:
    with pytest.raises(ComponentError, match="has 57 characters; use at most 56"):
        nested("main", "a" * 57)


def test_a_resource_that_is_no_component_gives_no_longer_name() -> None:
    def program() -> None:
        key = aws.kms.Key("key")
        Bucket("a" * 29, opts=pulumi.ResourceOptions(parent=key))

    with pytest.raises(ComponentError, match="has 29 characters; use at most 28"):
        run(program)


@given(
    st.from_regex(r"[a-z](-?[a-z0-9]){0,27}", fullmatch=True).filter(lambda name: len(name) <= 28),
    st.from_regex(r"[a-z](-?[a-z0-9]){0,70}", fullmatch=True),
)
def test_what_name_for_gives_is_a_name_of_a_nested_component(outer: str, suffix: str) -> None:
    _check_name(fit(f"{outer}-{suffix}", MAX_LOGICAL_NAME), MAX_LOGICAL_NAME)


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
