from __future__ import annotations

import json

import pytest

from policies.check.report import Report, judge
from policies.check.source import SourceError, read, value
from policies.pack.analyzer import Analyzer
from policies.pack.values import OUTPUT, SECRET, SIGNATURE, UNKNOWN, SecretText
from tests.policies.check.support import (
    ACCESS_BLOCK,
    BUCKET,
    HIDDEN,
    ON,
    UNKNOWN_TEXT,
    VOLUME,
    create,
    export,
    plan,
    state,
    step,
    urn,
)
from tests.policies.support import some_rules

RULES = some_rules("ec2-volume-encrypted", "s3-bucket-has-access-block")


def report(text: str) -> Report:
    return judge(Analyzer(RULES), read(text, "test"))


def found(text: str) -> set[tuple[str, str]]:
    return {(item.rule.id, item.name) for item in report(text).violations}


def test_a_plan_is_judged_by_what_will_be_there() -> None:
    text = plan(
        create(VOLUME, "new", {"encrypted": False}),
        step("delete", None, state(VOLUME, "old", {"encrypted": False})),
        step(
            "update",
            state(VOLUME, "mended", {"encrypted": True}),
            state(VOLUME, "mended", {"encrypted": False}),
        ),
        step(
            "same", state(VOLUME, "kept", {"encrypted": False}), state(VOLUME, "kept", {"encrypted": False})
        ),
        step("delete-replaced", state(VOLUME, "new", {"encrypted": True})),
    )
    assert found(text) == {("ec2-volume-encrypted", "new"), ("ec2-volume-encrypted", "kept")}
    assert report(text).kind == "plan"


def test_a_plan_without_its_unchanged_resources_is_refused() -> None:
    with pytest.raises(SourceError, match=r"leaves out 12 unchanged resources.*--show-sames"):
        read(plan(create(VOLUME, "v", {}), same=12), "plan.json")


def test_a_state_is_judged_without_what_waits_for_deletion() -> None:
    text = export(
        state(VOLUME, "v", {"encrypted": False}, outputs={"encrypted": False}, id="vol-1"),
        state(VOLUME, "gone", {"encrypted": False}, delete=True),
        state(VOLUME, "read", {"encrypted": False}, external=True),
        {"urn": urn("pulumi:pulumi:Stack", "shop-dev"), "type": "pulumi:pulumi:Stack", "custom": False},
    )
    assert found(text) == {("ec2-volume-encrypted", "v")}
    assert (report(text).kind, report(text).resources) == ("state", 1)


def test_a_state_may_be_empty() -> None:
    assert report(json.dumps({"version": 3, "deployment": {}})).resources == 0


def test_resources_join_by_id_by_name_and_by_dependency() -> None:
    block = {"dependencies": [urn(BUCKET, "b")], "propertyDependencies": {"bucket": [urn(BUCKET, "b")]}}
    rule = ("s3-bucket-has-access-block", "b")
    deployed = state(BUCKET, "b", {}, outputs={}, id="b-1")
    assert rule in found(export(deployed))
    assert rule not in found(
        export(deployed, state(ACCESS_BLOCK, "p", {"bucket": "b-1", **ON}, outputs={"bucket": "b-1"}))
    )
    planned = create(BUCKET, "b", {})
    assert rule in found(plan(planned))
    assert rule not in found(
        plan(planned, create(ACCESS_BLOCK, "p", {"bucket": UNKNOWN_TEXT, **ON}, **block))
    )
    kept = step("same", state(BUCKET, "b", {}), state(BUCKET, "b", {}, outputs={"bucket": "b-1"}, id="b-1"))
    assert rule not in found(plan(kept, create(ACCESS_BLOCK, "p", {"bucket": "b-1", **ON})))


@pytest.mark.parametrize("hidden", [HIDDEN, "[secret]", UNKNOWN_TEXT, {SIGNATURE: OUTPUT}])
def test_what_is_hidden_or_not_known_leaves_a_rule_undecided(hidden: object) -> None:
    said = report(plan(create(VOLUME, "v", {"encrypted": hidden})))
    assert [(item.rule.id, item.paths) for item in said.undecided] == [
        ("ec2-volume-encrypted", ("encrypted",))
    ]
    assert not said.violations


def test_values_of_json() -> None:
    shown = value({SIGNATURE: SECRET, "plaintext": '"hunter2"'})
    assert isinstance(shown, SecretText)
    assert str(shown) == "[secret]"
    assert value({"a": [22.0, 1.5, None, True, {"b": UNKNOWN_TEXT}]}) == {
        "a": [22, 1.5, None, True, {"b": UNKNOWN}]
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not JSON; give what `pulumi preview --json --show-sames`"),
        ("Previewing update (dev)", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[1]", "is neither a plan nor a state"),
        ('{"version": 3}', "is neither a plan nor a state"),
        (
            '{"sequence":0,"timestamp":1,"preludeEvent":{}}\n{"sequence":1}\n',
            "unset PULUMI_ENABLE_STREAMING_JSON_PREVIEW",
        ),
    ],
)
def test_other_files_are_refused_with_a_remedy(text: str, message: str) -> None:
    with pytest.raises(SourceError) as error:
        read(text, "file.json")
    assert str(error.value).startswith("file.json: ")
    assert message in str(error.value)
