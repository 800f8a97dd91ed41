from __future__ import annotations

import pytest

from policies.pack.resource import Resource
from policies.pack.rule import HIGH, Judge, Option, Rule, RuleError, Theme, rule
from policies.pack.verdict import PASS, Verdict
from policies.rules import all_rules
from policies.rules.kms import kms_key_deletion_window, kms_key_rotation
from policies.rules.vpc import vpc_flow_log_all


def made(judge: Judge, module: str = "policies.rules.thing") -> Rule:
    judge.__module__ = module
    return rule(on="aws:alb/listener:Listener", severity=HIGH, theme=Theme.NETWORK)(judge)


def test_metadata_comes_from_file_name_and_docstring() -> None:
    assert kms_key_rotation.id == "kms-key-rotation"
    assert kms_key_rotation.service == "kms"
    assert kms_key_rotation.reason.startswith("Rotation limits")
    assert not kms_key_rotation.over_stack
    assert vpc_flow_log_all.over_stack


def test_options_come_from_keyword_only_parameters() -> None:
    assert kms_key_deletion_window.options == (Option("minimumDays", "minimum_days", int, 14),)


def test_older_tokens_are_translated() -> None:
    def thing_is_fine(listener: Resource) -> Verdict:
        """A reason."""
        return PASS

    found = rule(on="aws:alb/listener:Listener", severity=HIGH, theme=Theme.NETWORK)
    thing_is_fine.__module__ = "policies.rules.thing"
    assert found(thing_is_fine).on == ("aws:lb/listener:Listener",)


def test_a_name_must_start_with_its_file() -> None:
    def other_is_fine(listener: Resource) -> Verdict:
        """A reason."""
        return PASS

    with pytest.raises(RuleError, match="use `thing_other_is_fine`"):
        made(other_is_fine)


def test_a_reason_is_needed() -> None:
    def thing_is_fine(listener: Resource) -> Verdict:
        return PASS

    with pytest.raises(RuleError, match="no docstring"):
        made(thing_is_fine)


def test_ids_are_unique_and_in_order() -> None:
    ids = [found.id for found in all_rules()]
    assert ids == sorted(set(ids))
    assert len(ids) >= 30


def test_fixes_mend_what_the_rule_wants() -> None:
    for found in all_rules():
        if found.fix and not found.over_stack:
            properties: dict[str, object] = {}
            for path, value in found.fix.items():
                *way, last = path.split(".")
                at = properties
                for step in way:
                    at = at.setdefault(step, {})  # type: ignore[assignment]  # nested dictionaries only
                at[last] = value
            verdict = found.judge(Resource(found.on[0], "x", "urn:x", properties))  # type: ignore[arg-type]  # plain values
            assert all(finding.path not in found.fix for finding in verdict.findings), found.id


def test_options_are_typed_and_lists_of_texts_are_tuples() -> None:
    def thing_is_fine(listener: Resource, *, allowed: tuple[str, ...] = ("a",), most: int = 3) -> Verdict:
        """A reason."""
        return PASS

    assert [(option.name, option.kind) for option in made(thing_is_fine).options] == [
        ("allowed", tuple),
        ("most", int),
    ]


def test_an_option_that_no_configuration_can_hold_is_refused() -> None:
    def thing_is_fine(listener: Resource, *, allowed: set[str] = frozenset()) -> Verdict:  # type: ignore[assignment]
        """A reason."""
        return PASS

    with pytest.raises(RuleError, match="option `allowed` has no type"):
        made(thing_is_fine)
